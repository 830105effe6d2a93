package infer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/internal/wire"
)

const keptProgram = `
init "struct ops.run" "sleeper"
func "sleeper" at=a.c:1:1
param flags 0 ""
ret ""
b0:
  if flags b1 b2
b1:
  call = direct "might_sleep" @a.c:3:2
  return 1
b2:
  call = direct "missing" @a.c:4:2
  return flags
func "caller" at=a.c:9:1
ret ""
b0:
  call = direct "spin_lock" @a.c:10:2
  call got "" = direct "sleeper" arg 0 "" 1 @a.c:11:2
  call = slot "struct ops.run" @a.c:12:2
  call = direct "spin_unlock" @a.c:13:2
  return got
func "takes" at=a.c:20:1
param fn 0 ""
b0:
  call = indirect fn @a.c:21:2
  return
`

func TestSolutionsComeBackWhole(t *testing.T) {
	p, err := Parse(keptProgram)
	require.NoError(t, err)
	sol, err := Solve(p, Options{})
	require.NoError(t, err)
	data := sol.Pack()
	back, err := Unpack(p, Options{}, data)
	require.NoError(t, err)
	assert.Equal(t, sol.All(), back.All())
	for i, s := range sol.All() {
		assert.Equal(t, s.Cases(), back.All()[i].Cases())
		assert.Same(t, s.Func, back.All()[i].Func)
		assert.Equal(t, sol.Lookup(s.Func.Symbol), back.Lookup(s.Func.Symbol))
	}
	assert.Equal(t, sol.names, back.names)
	assert.Equal(t, sol.Summary("missing"), back.Summary("missing"))
	assert.Equal(t, data, back.Pack())
	require.NotEmpty(t, back.Lookup("caller")[0].Bugs)

	for n := range data {
		_, err := Unpack(p, Options{}, data[:n])
		require.Error(t, err)
	}
	other, err := Parse("func \"x\"\nb0:\n  return\n")
	require.NoError(t, err)
	_, err = Unpack(other, Options{}, data)
	assert.ErrorIs(t, err, wire.ErrDamaged)
}
