package mono

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// intrinsics is core's MIR of functions that the compiler knows: of one that it
// always replaces, of one with a body to fall back on, and of one that ends.
const intrinsics = `// WARNING: This output format is intended for human consumers only
fn intrinsics::size_of_val(_1: *const T) -> usize {
    let mut _0: usize;

    bb0: {
        unreachable;
    }
}

fn intrinsics::unlikely(_1: bool) -> bool {
    let mut _0: bool;

    bb0: {
        _0 = copy _1;
        return;
    }
}

fn intrinsics::abort() -> ! {
    let mut _0: !;

    bb0: {
        unreachable;
    }
}
`

type indexed struct{ ix *mir.Index }

func (b indexed) Len() int                        { return len(b.ix.Entries) }
func (b indexed) Path(i int) string               { return b.ix.Entries[i].Path }
func (b indexed) Skip(i int) bool                 { return b.ix.Entries[i].CTFE }
func (b indexed) Header(i int) (*mir.Item, error) { return b.ix.ParseHeader(b.ix.Entries[i]), nil }
func (b indexed) Body(i int) (*mir.Item, error)   { return b.ix.Parse(b.ix.Entries[i]) }

// TestIntrinsics: what the compiler replaces returns, whatever stands in its place
// in the MIR. Were its body believed, all that follows a call would be lost.
func TestIntrinsics(t *testing.T) {
	ix, err := mir.NewIndex("core.mir", strings.NewReader(intrinsics), int64(len(intrinsics)))
	require.NoError(t, err)
	w := NewWorld()
	fns := map[string]*items.Fn{}
	for _, n := range []string{"size_of_val", "unlikely", "abort"} {
		fns["core::intrinsics::"+n] = &items.Fn{Name: n, HasBody: true, Output: ty.Unit}
	}
	w.Add(&items.Crate{Name: "core", Fns: fns}, indexed{ix})
	for name, want := range map[string]Kind{"size_of_val": Builtin, "unlikely": Body, "abort": Body} {
		c, err := w.Resolve(ty.FnItem("core::intrinsics::"+name, nil, "", nil, nil))
		require.NoError(t, err)
		assert.Equal(t, want, c.Kind, name)
	}
}
