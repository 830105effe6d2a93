package infer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"
)

// TestExpectHasNoOrder: requirements that contradict each other come to the same in
// every order, and sleeping with the lowest count wins.
func TestExpectHasNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var reqs []*Req
		lowest := Inf
		for range rapid.IntRange(1, 5).Draw(t, "requirements") {
			n := int8(rapid.IntRange(0, 3).Draw(t, "count"))
			if rapid.Bool().Draw(t, "sleeps") {
				reqs = append(reqs, &Req{Kind: Sleeps, Expect: Range{Lo: n, Hi: n}})
				lowest = min(lowest, int(n))
			} else {
				reqs = append(reqs, &Req{Kind: Holds, Expect: Range{Lo: n, Hi: Inf}})
			}
		}
		want := (&Summary{Reqs: reqs}).Expect()
		got := (&Summary{Reqs: rapid.Permutation(reqs).Draw(t, "order")}).Expect()
		assert.Equal(t, want, got)
		if lowest < Inf {
			assert.EqualValues(t, lowest, want.Hi)
		}
	})
}
