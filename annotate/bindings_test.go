package annotate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const bindingsFixture = `/* written by bindgen */
pub type hook_t = ::core::option::Option<unsafe extern "C" fn(arg: *mut ffi::c_void)>;
extern "C" {
    #[link_name = "frob_real"]
    pub static mut frob_hook: ::core::option::Option<unsafe extern "C" fn() -> [u8; 2usize]>;
    pub static mut frob_list: [ffi::c_int; 0usize];
}
extern "C" {
    pub fn frob_lock(
        f: *mut frob,
        how: ffi::c_int,
    );
}
extern "C" {
    #[link_name = "\u{1}yield"]
    pub fn yield_();
}
extern "C" {
    #[link_name="rust_helper_frob_try"]
    #[must_use]
    pub fn frob_try(f: *mut frob, link_name: *const ffi::c_char) -> bool_;
    pub fn r#move(cb: ::core::option::Option<unsafe extern "C" fn(a: u8) -> u8>);
}
unsafe extern "C" {
    /// Stops; never ] returns " there.
    pub fn frob_die(fmt: *const ffi::c_char, ...) -> !;
}
impl frob {
    pub fn name(&self) -> &'static str { let c = '{'; let s = "extern \"C\" { pub fn no(); }"; s }
    pub extern "C" fn callback(x: u8) { fn inner() {} }
}
pub const GREETING: &[u8; 6usize] = b"fn x(\0";
`

func TestReadBindings(t *testing.T) {
	got, err := ReadBindings("b.rs", bindingsFixture)
	require.NoError(t, err)
	want := []Declared{
		{"frob_lock", "frob_lock", "b.rs", 9, "fn frob_lock(f: *mut frob, how: ffi::c_int)"},
		{"yield_", "yield", "b.rs", 16, "fn yield_()"},
		{"frob_try", "rust_helper_frob_try", "b.rs", 21, "fn frob_try(f: *mut frob, link_name: *const ffi::c_char) -> bool_"},
		{"move", "move", "b.rs", 22, `fn r#move(cb: ::core::option::Option<unsafe extern "C" fn(a: u8) -> u8>)`},
		{"frob_die", "frob_die", "b.rs", 26, "fn frob_die(fmt: *const ffi::c_char, ...) -> !"},
	}
	// `extern "C" fn callback(...) { ... }` defines; it does not declare.
	assert.Equal(t, want, got)
}

func TestReadBindingsSaysWhereItBreaks(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"\nextern \"C\" {\n pub fn a();", "b.rs:2: extern block is not closed"},
		{"extern \"C\" {\n pub fn a()\n}", "b.rs:2: declaration of `a` has no semicolon"},
		{"extern \"C\" {\n pub fn ();\n}", "b.rs:2: expected a function name behind `fn`"},
		{"extern \"C\" {\n #[link_name = \"x\"\n pub fn a();", "attribute is not closed"},
		{"const A: &str = \"x\n;", "b.rs:1: string is not closed"},
		{"/* a /* b */", "b.rs:1: comment is not closed"},
		{"fn f() {", "b.rs:1: `{` is not closed"},
	} {
		_, err := ReadBindings("b.rs", c.src)
		if assert.Error(t, err, c.src) {
			assert.Contains(t, err.Error(), c.want)
		}
	}
}

func FuzzReadBindings(f *testing.F) {
	f.Add(bindingsFixture)
	f.Add("extern \"C\" { fn a(); }")
	f.Add(`r#"x"# b'\'' 'a '\u{1}' /* /* */ */ #[`)
	f.Fuzz(func(t *testing.T, src string) {
		got, err := ReadBindings("b.rs", src)
		if err != nil {
			return
		}
		for _, d := range got {
			assert.NotEmpty(t, d.Name)
			assert.Positive(t, d.Line)
		}
	})
}
