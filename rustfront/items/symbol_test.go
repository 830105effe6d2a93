package items

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestSymbolOf: the forms that rustdoc has written over its releases.
func TestSymbolOf(t *testing.T) {
	for attrs, want := range map[string]string{
		`["#[link_name = \"rust_helper_f\"]"]`:               "rust_helper_f",
		`["#[link_name=\"rust_helper_f\"]"]`:                 "rust_helper_f",
		`["#[must_use]", "#[export_name = \"g\"]"]`:          "g",
		`["#[unsafe(export_name = \"g\")]"]`:                 "g",
		`["#[no_mangle]"]`:                                   "f",
		`["#[unsafe(no_mangle)]"]`:                           "f",
		`["#[unsafe(no_mangle)]", "#[export_name = \"g\"]"]`: "g",
		`["no_mangle"]`:                                      "f",
		`[{"export_name": "g"}]`:                             "g",
		`[{"link_name": "g"}]`:                               "g",
		`["#[attr = NoMangle]"]`:                             "f",
		`["#[attr = LinkName {name: \"g\"}]"]`:               "g",
		`[{"must_use": {"reason": null}}, {"other": "#[attr = LinkName {name: \"g\"}]"}]`:    "g",
		`[{"other": "#[attr = LinkName { name: \"g\", span: a.rs:1:1: 1:2 }]"}]`:             "g",
		`[{"other": "#[attr = ExportName {name: \"g\"}]"}]`:                                  "g",
		`[{"other": "#[attr = NoMangle]"}]`:                                                  "f",
		`[{"other": "#[link_name = \"\\u{1}g\"]"}]`:                                          "g",
		`[{"other": "#[doc = \"the link_name of \\\"this\\\"\"]"}]`:                          "",
		`[{"other": "#[attr = Inline(Hint)]"}]`:                                              "",
		`["automatically_derived", {"deprecated": "no_mangle"}]`:                             "",
		`[{"other": "#[attr = Deprecation {note: \"see link_name\", since: Unspecified}]"}]`: "",
		`null`: "",
	} {
		assert.Equal(t, want, symbolOf(json.RawMessage(attrs), "f"), attrs)
	}
}

// TestSourceHasTheLastWord: attributes that are not understood do not turn a call
// of a helper into one of its namesake.
func TestSourceHasTheLastWord(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "b.rs"), []byte(`
extern "C" {
    #[link_name="rust_helper_f"]
    #[must_use]
    pub fn f(p: *mut u8);
}
extern "C" {
    pub fn g();
    #[link_name = "\u{1}h_impl"]
    // kept apart
    fn h();
}
mod other { extern "C" {
    #[link_name = "other_g"] pub fn g();
} }
`), 0o644))
	fn := func(name string, line int32) *Fn { return &Fn{Name: name, Symbol: name, Pos: Pos{"b.rs", line, 5}} }
	c := &Crate{Name: "b", Fns: map[string]*Fn{
		"b::f": fn("f", 5), "b::g": fn("g", 8), "b::h": fn("h", 11), "b::other::g": fn("g", 14),
	}}
	require.NoError(t, c.readLinkNames(dir))
	assert.Equal(t, "rust_helper_f", c.Fns["b::f"].Symbol)
	assert.Equal(t, "g", c.Fns["b::g"].Symbol)
	assert.Equal(t, "h_impl", c.Fns["b::h"].Symbol)
	assert.Equal(t, "other_g", c.Fns["b::other::g"].Symbol)
}
