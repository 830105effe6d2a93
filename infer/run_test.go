package infer

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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
		switch r.IntN(6) {
		case 0:
			fmt.Fprintf(&b, "  call = direct \"might_sleep\" @a.c:%d:2\n", 10*f+2)
		case 1:
			fmt.Fprintf(&b, "  call = direct \"spin_lock\" @a.c:%d:2\n  call = slot \"struct ops.s%d\" arg 0 \"\" x @a.c:%d:2\n  call = direct \"spin_unlock\" @a.c:%d:2\n",
				10*f+2, r.IntN(slots), 10*f+3, 10*f+4)
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
		text := tangle(rand.New(rand.NewPCG(seed, 7)), 150, 12)
		var one []byte
		for _, processors := range []int{1, 2, 8} {
			runtime.GOMAXPROCS(processors)
			p, err := Parse(text)
			require.NoError(t, err)
			sol, err := Solve(p, Options{})
			require.NoError(t, err)
			if processors == 1 {
				one = sol.Pack()
				for _, s := range sol.All() {
					found += len(s.Bugs)
				}
				continue
			}
			assert.Equal(t, one, sol.Pack(), "seed %d, %d processors", seed, processors)
		}
	}
	assert.NotZero(t, found, "the programs have bugs")
}
