package rustfront

import (
	"sort"
	"testing"

	"github.com/stretchr/testify/assert"

	"preemptck/infer"
)

// TestSlots: a function put into a field of a C structure is a target of the
// slot, in a static and in an assignment; nothing is put there by None.
func TestSlots(t *testing.T) {
	p, rep := fixture(t, "bindings")
	assert.Empty(t, rep.Notes)
	var got []string
	for _, f := range p.Funcs {
		for _, b := range f.Blocks {
			for _, op := range b.Ops {
				if op.Kind == infer.OpStore && op.Expr.A.Kind == infer.OperandFunc {
					got = append(got, op.Slot+" = "+op.Expr.A.Func)
				} else if op.Kind == infer.OpStore {
					got = append(got, op.Slot+" = a variable")
				}
			}
		}
	}
	sort.Strings(got)
	assert.Equal(t, []string{"struct fan_ops.start = bindings::start_fan", "struct fan_ops.stop = bindings::stop_fan::<3>"}, dedupe(got))
	assert.Contains(t, p.Funcs, "bindings::start_fan")
	assert.Contains(t, p.Funcs, "bindings::stop_fan::<3>", "instantiated by taking its address")
}

func dedupe(s []string) []string {
	var out []string
	for i, x := range s {
		if i == 0 || x != s[i-1] {
			out = append(out, x)
		}
	}
	return out
}
