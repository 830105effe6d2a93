package corelib

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func edit(kind Kind, text string) string {
	e := NewEdits(kind)
	e.Names("x86", []byte(text))
	if out := e.Edit("x86", []byte(text)); out != nil {
		return string(out)
	}
	return text
}

func TestDocConditions(t *testing.T) {
	for in, want := range map[string]string{
		`#[cfg(doc)]`:                                          `#[cfg(___)]`,
		`#[cfg(not(doc))]`:                                     `#[cfg(not(___))]`,
		`#[cfg(any(target_arch = "arm", doc))]`:                `#[cfg(any(target_arch = "arm", ___))]`,
		"#[cfg(not(any(\n    test,\n    doc,\n)))]":            "#[cfg(not(any(\n    test,\n    ___,\n)))]",
		`if cfg!(doc) {}`:                                      `if cfg!(___) {}`,
		`#[cfg_attr(any(x, doc), doc = "text (doc)", inline)]`: `#[cfg_attr(any(x, ___), doc = "text (___)", inline)]`,
		// Attributes, and code that has the word as a name.
		`#[doc(cfg(target_arch = "x86"))]`: `#[doc(cfg(target_arch = "x86"))]`,
		`#[cfg_attr(x, doc(hidden))]`:      `#[cfg_attr(x, doc(hidden))]`,
		`#[cfg(x)] fn doc() { doc }`:       `#[cfg(x)] fn doc() { doc }`,
		`#[cfg(docs)] fn f() {}`:           `#[cfg(docs)] fn f() {}`,
		`#[cfg(doc`:                        `#[cfg(doc`,
	} {
		assert.Equal(t, want, edit(DocOnly, in))
	}
}

func TestFeatures(t *testing.T) {
	const in = `use crate::x86::add;
use crate::x86::pause;
#[inline]
    #[target_feature(enable = "avx512f,avx512vl")] // vpaddd
#[stable]
pub unsafe fn add() {}
#[target_feature(enable = "sse2")] pub fn beside() {}
#[target_feature(enable = $features)]
/// #[target_feature(enable = "in a comment")]
pub fn pause() {}
`
	const cond = `all(target_feature = "avx512f", target_feature = "avx512vl")`
	want := strings.Replace(in, "use crate::x86::add", "#[cfg(any("+cond+"))] use crate::x86::add", 1)
	want = strings.Replace(want, "    #[target", "#[cfg("+cond+")]     #[target", 1)
	assert.Equal(t, want, edit(Features, in))
	assert.Equal(t, in, edit(DocOnly, in))
	// Elsewhere the name may be another function's.
	e := NewEdits(Features)
	e.Names("x86", []byte(in))
	assert.Nil(t, e.Edit("iter", []byte("use crate::x86::add;\n")))
}

func TestOverridden(t *testing.T) {
	const body = "\npub unsafe fn size(_: *const ()) -> usize {\n    unreachable!()\n}\n"
	for _, mark := range []string{
		"#[rustc_intrinsic_must_be_overridden]",
		"#[cfg_attr(not(bootstrap), rustc_intrinsic_must_be_overridden)]",
	} {
		assert.Equal(t, "#[rustc_intrinsic]\n"+body, edit(DocOnly, "#[rustc_intrinsic]\n"+mark+body))
	}
}

// FuzzEdit: whatever the text, no line moves.
func FuzzEdit(f *testing.F) {
	f.Add("#[cfg(any(doc, x))]\n#[target_feature(enable = \"a,b\")]\npub fn f() {}\nuse a::f;\n")
	f.Add("cfg((((doc")
	f.Fuzz(func(t *testing.T, text string) {
		assert.Equal(t, strings.Count(text, "\n"), strings.Count(edit(Features, text), "\n"))
	})
}
