package annotate

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func number(n int) *int { return &n }

func TestWriteKlint(t *testing.T) {
	tab := &Table{Schema: Schema, Functions: []Entry{
		{Name: "frob_lock", Symbol: "frob_lock", File: "k/a.c", Line: 3, Adjust: number(1), Expect: "0..",
			Lanes: map[string]int{"spin": 1, "irq": 1}, Cases: []Case{{Adjust: number(1), Expect: "0.."}}, Evidence: "proved"},
		{Name: "frob_try", Symbol: "rust_helper_frob_try", File: "h.c", Line: 4, Expect: "0..",
			Cases:    []Case{{Adjust: number(0), Expect: "0..", Returns: "== 0"}, {When: "how != 0", Adjust: number(1), Expect: "0..", Returns: "!= 0"}},
			Evidence: "assumed", Assumes: []string{"h.c:5: calls through a pointer"}},
		{Name: "never", Symbol: "never", Adjust: number(0), Expect: "none",
			Cases: []Case{{Adjust: number(0), Expect: "none"}}, Evidence: "proved"},
		{Name: "gone", Symbol: "gone", Adjust: number(0), Expect: "0", Cases: []Case{{Adjust: number(0), Expect: "0"}}, Evidence: "proved"},
	}}
	decl := []Declared{
		{Name: "never", Symbol: "never", Signature: "fn never() -> !"},
		{Name: "frob_try", Symbol: "rust_helper_frob_try", Signature: "fn frob_try(how: u32) -> bool_"},
		{Name: "frob_lock", Symbol: "frob_lock", Signature: "fn frob_lock(f: *mut frob)"},
		{Name: "frob_lock", Symbol: "frob_lock", Signature: "fn frob_lock(f: *mut frob)"},
	}
	var b bytes.Buffer
	require.NoError(t, tab.WriteKlint(&b, decl))
	assert.Equal(t, `// Preempt count annotations of the bindings crate, written by `+"`preemptck annotate`"+`.
// Do not edit: corrections go into an override file, each with its reason.

extern "C" {
    // proved, k/a.c:3
    // interrupts: +1, which klint does not count
    #[klint::preempt_count(adjust = 1, expect = 0.., unchecked)]
    pub fn frob_lock(f: *mut frob);
}

extern "C" {
    // assumed, h.c:4
    // case returns == 0: adjust = 0, expect = 0..
    // case how != 0, returns != 0: adjust = 1, expect = 0..
    // the attribute has the strictest reading of these
    // assumed: h.c:5: calls through a pointer
    #[klint::preempt_count(adjust = 1, expect = 0.., unchecked)]
    #[link_name = "rust_helper_frob_try"]
    pub fn frob_try(how: u32) -> bool_;
}

extern "C" {
    // proved
    // case adjust = 0, expect = none
    // the attribute has the strictest reading of these
    #[klint::preempt_count(adjust = 0, expect = 0, unchecked)]
    pub fn never() -> !;
}
`, b.String())
}

// What is written for klint reads back as bindings with the same functions.
func TestKlintIsReadableBindings(t *testing.T) {
	for seed := range uint64(200) {
		tab := randomTable(rand.New(rand.NewPCG(seed, 2)))
		var decl []Declared
		for i := range tab.Functions {
			tab.Functions[i].Name = tab.Functions[i].Symbol + "_rs"
			decl = append(decl, Declared{Name: tab.Functions[i].Name, Symbol: tab.Functions[i].Symbol,
				Signature: "fn " + tab.Functions[i].Name + "(a: u8, ...)"})
		}
		var b bytes.Buffer
		require.NoError(t, tab.WriteKlint(&b, decl))
		back, err := ReadBindings("k.rs", b.String())
		require.NoError(t, err, b.String())
		for i := range back {
			back[i].File, back[i].Line = "", 0
		}
		assert.ElementsMatch(t, decl, back)
	}
}
