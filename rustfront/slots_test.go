package rustfront

import (
	"context"
	"os"
	"sort"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// TestLinkNames: a foreign function with a link name is called by that name only,
// and what is exported is known by its symbol. Were the name lost, a helper would
// be taken for the C macro or function that it is named after.
func TestLinkNames(t *testing.T) {
	p, _ := fixture(t, "bindings")
	require.Contains(t, p.Funcs, "called_from_c")
	require.Contains(t, p.Funcs, "other_name")
	assert.Equal(t, []string{"extern helper_get", "extern helper_lock"}, reached(p, "called_from_c"))
	assert.Equal(t, []string{"extern helper_lock"}, reached(p, "other_name"))
	for _, name := range []string{"lock", "get"} {
		assert.NotContains(t, p.Decls, name)
		require.Contains(t, p.Decls, "helper_"+name)
	}
	assert.Equal(t, infer.Pos{File: "bindings.rs", Line: 32, Col: 5}, p.Decls["helper_lock"].Pos)
}

// TestEveryLinkName: no declaration that carries a link name in its source is
// left without it.
func TestEveryLinkName(t *testing.T) {
	c := fixtureCrate(t, "bindings")
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t), Roots: []string{c.Dir}})
	require.NoError(t, err)
	defer w.Close()
	text, err := os.ReadFile(c.Source)
	require.NoError(t, err)
	names := map[string]bool{}
	for _, f := range w.mono.Crate("bindings").Fns {
		names[f.Symbol] = true
	}
	parts := strings.Split(string(text), "link_name = \"")
	require.Greater(t, len(parts), 1)
	for _, rest := range parts[1:] {
		name, _, _ := strings.Cut(rest, `"`)
		assert.Contains(t, names, name)
	}
}
