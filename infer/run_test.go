package infer

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/internal/parallel"
)

// tangle is a program of functions that call each other directly and through slots,
// in circles too.
func tangle(r *rand.Rand, functions, slots int) string {
	var b strings.Builder
	for s := range slots {
		for range 1 + r.IntN(3) {
			fmt.Fprintf(&b, "init \"struct ops.s%d\" \"f%d\"\n", s, r.IntN(functions))
		}
	}
	for f := range functions {
		fmt.Fprintf(&b, "func \"f%d\" at=a.c:%d:1\nparam x 0 \"\"\nret \"\"\nb0:\n  if x b1 b2\nb1:\n", f, 10*f+1)
		switch r.IntN(8) {
		case 0:
			fmt.Fprintf(&b, "  call = direct \"might_sleep\" @a.c:%d:2\n", 10*f+2)
		case 1:
			fmt.Fprintf(&b, "  call = direct \"spin_lock\" @a.c:%d:2\n  call = slot \"struct ops.s%d\" arg 0 \"\" x @a.c:%d:2\n  call = direct \"spin_unlock\" @a.c:%d:2\n",
				10*f+2, r.IntN(slots), 10*f+3, 10*f+4)
		case 3: // passes a function on, which another may store
			fmt.Fprintf(&b, "  call = direct \"f%d\" arg 0 \"\" &\"f%d\" @a.c:%d:2\n", r.IntN(functions), r.IntN(functions), 10*f+2)
		case 4:
			fmt.Fprintf(&b, "  store \"struct ops.s%d\" x\n", r.IntN(slots))
		case 2:
			fmt.Fprintf(&b, "  call = slot \"struct ops.s%d\" arg 0 \"\" x @a.c:%d:2\n", r.IntN(slots), 10*f+2)
		}
		b.WriteString("  return 1\nb2:\n")
		fmt.Fprintf(&b, "  call got \"\" = direct \"f%d\" arg 0 \"\" %d @a.c:%d:2\n  return got\n", r.IntN(functions), r.IntN(2), 10*f+6)
	}
	return b.String()
}

func TestAnyNumberOfProcessorsSolvesTheSame(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	found := 0
	for seed := range uint64(20) {
		functions := 150
		if seed%5 == 0 {
			functions = 3 * parallel.Least // enough to be gone over in parts
		}
		text := tangle(rand.New(rand.NewPCG(seed, 7)), functions, functions/12)
		var one, base []byte
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			p, err := Parse(text)
			require.NoError(t, err)
			sol, err := Solve(p, Options{})
			require.NoError(t, err)
			if processors == 1 {
				one, base = sol.Pack(), sol.PackBase(putBody)
				for _, s := range sol.All() {
					found += len(s.Bugs)
				}
				continue
			}
			assert.Equal(t, one, sol.Pack(), "seed %d, %d processors", seed, processors)
			assert.Equal(t, base, sol.PackBase(putBody), "seed %d, %d processors", seed, processors)
		}
	}
	assert.NotZero(t, found, "the programs have bugs")
}

func TestErrorsOfAnyNumberOfProcessors(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	p := NewProgram()
	for i := range 4 * parallel.Least {
		id := fmt.Sprintf("f%04d", i)
		p.Funcs[id] = &Func{ID: id, Blocks: []Block{{Term: Term{Kind: Goto, To: []int{i % 7 / 6}}}}} // every seventh has no block 1
	}
	runtime.GOMAXPROCS(1)
	want := p.Check()
	require.ErrorContains(t, want, "function f0006")
	assert.Len(t, strings.Split(want.Error(), "\n"), maxErrors)
	runtime.GOMAXPROCS(8)
	assert.EqualError(t, p.Check(), want.Error())
}

// What a call returned the round before is not what it returns now.
func TestResultsOfTheRoundBefore(t *testing.T) {
	// Where now is 0, old is not, unless this is the first round.
	const text = `
func "f"
b0:
  call = direct "spin_lock"
  old = copy %d
  goto b1
b1:
  call now "" = direct "get"
  if now b2 b3
b2:
  old = copy now
  goto b1
b3:
  if old %s
b4:
  call = direct "might_sleep" @a.c:9:1
  goto b5
b5:
  call = direct "spin_unlock"
  return`
	for _, c := range []struct {
		first int
		to    string
		bugs  int
	}{
		{0, "b4 b5", 1}, // old is not 0 from the second round on
		{1, "b4 b5", 1},
		{0, "b5 b4", 1}, // in the first round
		{1, "b5 b4", 0}, // old is never 0
	} {
		sol := solveText(t, fmt.Sprintf(text, c.first, c.to))
		assert.Len(t, sol.Summary("f").Bugs, c.bugs, "old is %d first, if old %s", c.first, c.to)
	}
}

// However often functions that call each other in circles and through slots are solved,
// each counts once.
func TestProgressCountsEachFunctionOnce(t *testing.T) {
	for seed := range uint64(5) {
		text := tangle(rand.New(rand.NewPCG(seed, 7)), 150, 12) + "func \"spin_lock\"\nb0:\n  return\n"
		p, err := Parse(text)
		require.NoError(t, err)
		var done atomic.Int64
		_, err = Solve(p, Options{Progress: func(n int) { done.Add(int64(n)) }})
		require.NoError(t, err)
		assert.EqualValues(t, len(p.Funcs), done.Load())
	}
}
