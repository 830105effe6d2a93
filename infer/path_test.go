package infer

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// witness makes a chain of calls, each at the line of its number.
func witness(callees ...string) *Req {
	var r *Req
	for i := len(callees) - 1; i >= 0; i-- {
		r = &Req{Pos: Pos{File: "a.c", Line: int32(i + 1)}, Text: callees[i] + "()", Callee: callees[i], Next: r}
	}
	return r
}

func TestPathCutsRecursion(t *testing.T) {
	for _, c := range []struct {
		name  string
		chain []string
		want  []string
	}{
		{"straight", []string{"a", "b", "sleep"}, []string{"a()", "b()", "sleep()"}},
		{"a cycle", []string{"a", "b", "c", "a", "sleep"}, []string{"a()", "... 3 calls that come back to a()", "sleep()"}},
		{"of itself", []string{"a", "f", "b", "sleep"}, []string{"... 2 calls that come back here", "b()", "sleep()"}},
		{"twice round", []string{"a", "b", "a", "b", "a", "sleep"}, []string{"a()", "... 4 calls that come back to a()", "sleep()"}},
		{"one in another", []string{"a", "b", "c", "b", "a", "c", "sleep"}, []string{"a()", "... 4 calls that come back to a()", "c()", "sleep()"}},
		{"the last", []string{"a", "b", "a"}, []string{"a()", "... 2 calls that come back to a()"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []string
			for _, s := range witness(c.chain...).Path("f") {
				got = append(got, s.Text)
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestPathOfNothing(t *testing.T) {
	var r *Req
	assert.Empty(t, r.Path("f"))
}
