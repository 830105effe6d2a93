package annotate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

const buildProgram = `
func "frob_wait" at=k/wait.c:4:6
b0:
  call = direct "might_sleep" @k/wait.c:6:2
  return
func "rust_helper_frob_lock" at=rust/helpers/frob.c:3:6
b0:
  call = direct "spin_lock" @rust/helpers/frob.c:5:2
  return
func "frob_try" at=k/try.c:1:5
param f 0 ""
ret ""
b0:
  call got "" = direct "spin_trylock" arg 0 "" f @k/try.c:3:9
  return got
func "frob_alloc" at=k/alloc.c:1:5
param flags 0 ""
b0:
  t = and flags 0x400
  if t b1 b2
b1:
  call = direct "might_sleep" @k/alloc.c:4:3
  goto b2
b2:
  return
func "inner@k/alloc.c" static at=k/alloc.c:9:5
b0:
  return
func "frob_seen@k/frob.h" static at=k/frob.h:3:6
b0:
  return
func "frob_seen@k/frob.h#11111111" static at=k/frob.h:3:6
b0:
  goto b1
b1:
  return
func "frob_seen@k/frob.h#22222222" static at=k/frob.h:3:6
b0:
  call = direct "might_sleep" @k/frob.h:4:2
  return
func "frob_wait@k/none.c" weak at=k/none.c:2:6
b0:
  return
func "fan::set" rust at=d/fan.rs:1:1
b0:
  return
`

func solved(t *testing.T) (*infer.Program, *infer.Solution) {
	t.Helper()
	prog, err := infer.Parse(buildProgram)
	require.NoError(t, err)
	prog.Funcs["frob_wait@k/none.c"].Symbol, prog.Funcs["frob_wait@k/none.c"].Static = "frob_wait", false
	prog.Decls["fw_call"] = &infer.Decl{Symbol: "fw_call", Pos: infer.Pos{File: "include/fw.h", Line: 7, Col: 6}}
	sol, err := infer.Solve(prog, infer.Options{})
	require.NoError(t, err)
	return prog, sol
}

func TestBuildHasAnEntryForEachDeclaration(t *testing.T) {
	prog, sol := solved(t)
	tab := Build(prog, sol, []Declared{
		{Name: "frob_wait", Symbol: "frob_wait"},
		{Name: "frob_lock", Symbol: "rust_helper_frob_lock"},
		{Name: "frob_try", Symbol: "frob_try"},
		{Name: "frob_alloc", Symbol: "frob_alloc"},
		{Name: "fw_call", Symbol: "fw_call"},
		{Name: "gone", Symbol: "gone", File: "rust/bindings/bindings_generated.rs", Line: 12},
		{Name: "frob_wait", Symbol: "frob_wait"},
	})
	var names []string
	entry := map[string]Entry{}
	for _, e := range tab.Functions {
		names = append(names, e.Name)
		entry[e.Name] = e
	}
	assert.Equal(t, []string{"frob_alloc", "frob_lock", "frob_try", "frob_wait", "fw_call", "gone"}, names)

	wait := entry["frob_wait"]
	assert.Equal(t, "0", wait.Expect)
	assert.Equal(t, 0, *wait.Adjust)
	assert.Equal(t, "proved", wait.Evidence)
	assert.Equal(t, []Step{{"k/wait.c", 6, "might_sleep()"}}, wait.Witness)

	lock := entry["frob_lock"]
	assert.Equal(t, "rust_helper_frob_lock", lock.Symbol)
	assert.Equal(t, 1, *lock.Adjust)
	assert.Equal(t, "0..", lock.Expect)
	assert.Equal(t, map[string]int{"spin": 1}, lock.Lanes)
	assert.Empty(t, lock.Witness)

	try := entry["frob_try"]
	assert.Nil(t, try.Adjust)
	assert.Empty(t, try.Lanes)
	assert.Len(t, try.Cases, 2)

	alloc := entry["frob_alloc"]
	assert.Equal(t, "0", alloc.Expect, "the strictest over the cases")
	require.Len(t, alloc.Cases, 2)
	assert.Equal(t, Case{When: "flags & 0x400", Adjust: number(0), Expect: "0"}, alloc.Cases[0])
	assert.Equal(t, Case{When: "else", Adjust: number(0), Expect: "0.."}, alloc.Cases[1])
	assert.Equal(t, 4, alloc.Witness[0].Line)

	for _, name := range []string{"fw_call", "gone"} {
		e := entry[name]
		assert.Equal(t, "unknown", e.Evidence)
		assert.Equal(t, 0, *e.Adjust)
		assert.Equal(t, "0", e.Expect)
	}
	assert.Equal(t, "include/fw.h", entry["fw_call"].File)
	assert.Equal(t, 12, entry["gone"].Line)

	back, err := ReadJSON("t.json", []byte(jsonOf(t, tab)))
	require.NoError(t, err)
	assert.Equal(t, tab, back)
}

func TestBuildAllHasEveryCFunction(t *testing.T) {
	prog, sol := solved(t)
	tab := BuildAll(prog, sol)
	var names []string
	for _, e := range tab.Functions {
		names = append(names, e.Name)
	}
	assert.Equal(t, []string{"frob_alloc", "frob_seen", "frob_seen", "frob_try", "frob_wait", "inner", "rust_helper_frob_lock"}, names)
	assert.True(t, tab.Functions[5].Static)
	assert.Equal(t, "k/wait.c", tab.Functions[4].File, "not the weak one that is not linked")
	_, err := ReadJSON("t.json", []byte(jsonOf(t, tab)))
	assert.NoError(t, err)
}
