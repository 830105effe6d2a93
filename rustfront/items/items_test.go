package items

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// small is rustdoc's JSON for `pub mod m { pub struct S<T>(T); impl<T: Copy> Clone
// for S<T> {..} }` and `pub use m::S as R`, less what is not read.
const small = `{"root": 0, "format_version": 57, "index": {
"0": {"id": 0, "crate_id": 0, "name": "c", "span": {"filename": "c.rs", "begin": [1, 1], "end": [9, 2]}, "inner": {"module": {"is_crate": true, "items": [1, 9]}}},
"1": {"id": 1, "crate_id": 0, "name": "m", "span": {"filename": "c.rs", "begin": [2, 1], "end": [6, 2]}, "inner": {"module": {"items": [2]}}},
"2": {"id": 2, "crate_id": 0, "name": "S", "span": {"filename": "c.rs", "begin": [3, 1], "end": [3, 9]}, "inner": {"struct": {"kind": {"tuple": [3]}, "generics": {"params": [{"name": "T", "kind": {"type": {"bounds": [], "default": null, "is_synthetic": false}}}], "where_predicates": []}}}},
"3": {"id": 3, "crate_id": 0, "name": "0", "inner": {"struct_field": {"generic": "T"}}},
"4": {"id": 4, "crate_id": 0, "name": null, "span": {"filename": "c.rs", "begin": [4, 1], "end": [4, 9]}, "inner": {"impl": {"generics": {"params": [{"name": "T", "kind": {"type": {"bounds": [{"trait_bound": {"trait": {"path": "Copy", "id": 7, "args": null}, "modifier": "none"}}, {"trait_bound": {"trait": {"path": "Sized", "id": 7, "args": null}, "modifier": "maybe"}}], "default": null, "is_synthetic": false}}}], "where_predicates": []}, "trait": {"path": "Clone", "id": 8, "args": null}, "for": {"resolved_path": {"path": "S", "id": 2, "args": {"angle_bracketed": {"args": [{"type": {"generic": "T"}}], "constraints": []}}}}, "items": [5], "is_negative": false, "is_synthetic": false, "blanket_impl": null}}},
"5": {"id": 5, "crate_id": 0, "name": "clone", "span": {"filename": "c.rs", "begin": [5, 3], "end": [5, 9]}, "attrs": [{"other": "#[link_name = \"c_clone\"]"}], "inner": {"function": {"sig": {"inputs": [["self", {"borrowed_ref": {"lifetime": null, "is_mutable": false, "type": {"generic": "Self"}}}]], "output": {"generic": "Self"}}, "generics": {"params": [], "where_predicates": []}, "has_body": true}}},
"9": {"id": 9, "crate_id": 0, "name": null, "inner": {"use": {"source": "m::S", "name": "R", "id": 2, "is_glob": false}}}
}, "paths": {"7": {"path": ["core", "marker", "Copy"], "kind": "trait"}, "8": {"path": ["core", "clone", "Clone"], "kind": "trait"}}}`

// old is the same as 1.78 writes it (format 28).
const old = `{"root": "0:0:1", "format_version": 28, "index": {
"0:0:1": {"id": "0:0:1", "crate_id": 0, "name": "c", "span": {"filename": "c.rs", "begin": [1, 0], "end": [9, 1]}, "inner": {"module": {"is_crate": true, "items": ["0:1", "0:9"]}}},
"0:1": {"id": "0:1", "crate_id": 0, "name": "m", "span": {"filename": "c.rs", "begin": [2, 0], "end": [6, 1]}, "inner": {"module": {"items": ["0:2:5"]}}},
"0:2:5": {"id": "0:2:5", "crate_id": 0, "name": "S", "span": {"filename": "c.rs", "begin": [3, 0], "end": [3, 8]}, "inner": {"struct": {"kind": {"tuple": ["0:3"]}, "generics": {"params": [{"name": "T", "kind": {"type": {"bounds": [], "default": null, "synthetic": false}}}], "where_predicates": []}}}},
"0:3": {"id": "0:3", "crate_id": 0, "name": "0", "inner": {"struct_field": {"generic": "T"}}},
"0:4": {"id": "0:4", "crate_id": 0, "name": null, "span": {"filename": "c.rs", "begin": [4, 0], "end": [4, 8]}, "inner": {"impl": {"generics": {"params": [{"name": "T", "kind": {"type": {"bounds": [{"trait_bound": {"trait": {"name": "Copy", "id": "2:7", "args": {"angle_bracketed": {"args": [], "bindings": []}}}, "modifier": "none"}}, {"trait_bound": {"trait": {"name": "Sized", "id": "2:7", "args": null}, "modifier": "maybe"}}], "default": null, "synthetic": false}}}], "where_predicates": []}, "trait": {"name": "Clone", "id": "2:8", "args": {"angle_bracketed": {"args": [], "bindings": []}}}, "for": {"resolved_path": {"name": "S", "id": "0:2:5", "args": {"angle_bracketed": {"args": [{"type": {"generic": "T"}}], "bindings": []}}}}, "items": ["0:5"], "negative": false, "synthetic": false, "blanket_impl": null}}},
"0:5": {"id": "0:5", "crate_id": 0, "name": "clone", "span": {"filename": "c.rs", "begin": [5, 2], "end": [5, 8]}, "attrs": ["#[link_name = \"c_clone\"]"], "inner": {"function": {"decl": {"inputs": [["self", {"borrowed_ref": {"lifetime": null, "mutable": false, "type": {"generic": "Self"}}}]], "output": {"generic": "Self"}}, "generics": {"params": [{"name": "host", "kind": {"const": {"type": {"primitive": "bool"}, "default": "true"}}}], "where_predicates": []}, "has_body": true}}},
"0:9": {"id": "0:9", "crate_id": 0, "name": null, "inner": {"import": {"source": "m::S", "name": "R", "id": "0:2:5", "glob": false}}},
"0:10": {"id": "0:10", "crate_id": 0, "name": null, "span": {"filename": "c.rs", "begin": [7, 0], "end": [7, 8]}, "inner": {"impl": {"generics": {"params": [], "where_predicates": []}, "trait": {"name": "Send", "id": "2:9", "args": null}, "for": {"raw_pointer": {"mutable": true, "type": {"primitive": "u8"}}}, "items": [], "negative": false, "synthetic": true, "blanket_impl": null}}}
}, "paths": {"2:7": {"path": ["core", "marker", "Copy"], "kind": "trait"}, "2:8": {"path": ["core", "clone", "Clone"], "kind": "trait"}}}`

func TestRead(t *testing.T) {
	t.Run("new", func(t *testing.T) { testRead(t, small) })
	t.Run("1.78", func(t *testing.T) { testRead(t, old) })
}

func testRead(t *testing.T, text string) {
	c, err := Read(strings.NewReader(text), "c")
	require.NoError(t, err)
	require.Contains(t, c.Adts, "c::m::S")
	assert.Equal(t, "T", c.Adts["c::m::S"].Variants[0].Fields[0].Type.Key())
	assert.Equal(t, []string{"c::m::S"}, c.Modules["c"].Names["R"], "a re-export means the definition")
	require.Len(t, c.Impls, 1)
	im := c.Impls[0]
	assert.Equal(t, "core::clone::Clone", im.Trait)
	assert.Equal(t, "c::m::S<T>", im.Self.Key())
	assert.Equal(t, "c::m", im.Module)
	assert.Equal(t, Pos{"c.rs", 4, 1}, im.Pos)
	require.Len(t, im.Generics.Where, 1, "?Sized asks nothing")
	assert.Equal(t, "core::marker::Copy", im.Generics.Where[0].Trait)
	fn := im.Fns["clone"]
	require.NotNil(t, fn)
	assert.Equal(t, "&Self", fn.Inputs[0].Key())
	assert.Empty(t, fn.Generics.Params, "one of the compiler's own is none")
	assert.Equal(t, "c_clone", fn.Symbol)
}

func TestReadFileKeepsAShortForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	require.NoError(t, os.WriteFile(path, []byte(small), 0o644))
	first, err := ReadFile(path, "c", "")
	require.NoError(t, err)
	require.NoError(t, os.Remove(path))
	again, err := ReadFile(path, "c", "")
	require.NoError(t, err, "the short form is enough")
	assert.Equal(t, first.Impls[0].Self.Key(), again.Impls[0].Self.Key())
	assert.Equal(t, first.Modules["c"].Names, again.Modules["c"].Names)
}

func TestReadErrors(t *testing.T) {
	_, err := Read(strings.NewReader("{"), "c")
	assert.ErrorContains(t, err, "crate c")
	_, err = Read(strings.NewReader(`{"root": 7, "index": {"7": {"id": 7}, "07": {"id": 7}}}`), "c")
	assert.ErrorContains(t, err, "two items")
	_, err = Read(strings.NewReader(`{"root": 7, "format_version": 99, "index": {}}`), "c")
	assert.ErrorContains(t, err, "format version 99")
}
