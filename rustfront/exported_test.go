package rustfront

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

func TestExterns(t *testing.T) {
	assert.Equal(t, []string{"alloc", "kernel", "bindings", "macros"},
		Externs([]string{"--extern", "alloc", "--extern=kernel", "--extern", "force:bindings=libbindings.rmeta", "--crate-name", "x", "--extern", "macros"}))
}

// sinks is a library that hands out trait objects, where C calls it.
const sinks = `#![no_std]
extern "C" { fn sleep(); fn take(); }
pub trait Sink { fn put(&mut self); }
struct Quiet;
impl Sink for Quiet { fn put(&mut self) { unsafe { take() } } }
struct Sleepy;
impl Sink for Sleepy { fn put(&mut self) { unsafe { sleep() } } }
pub fn feed(s: &mut dyn Sink) { s.put() }
fn never_exported() { feed(&mut Sleepy) }
`

const exportsQuiet = `#[no_mangle] pub extern "C" fn entry() { feed(&mut Quiet) }
`

// lowerWith lowers a driver that needs a library called sinks.
func lowerWith(t *testing.T, library, driver string) (*infer.Program, *Report) {
	t.Helper()
	rustc, err := exec.LookPath("rustc")
	require.NoError(t, err, "the tests compile fixtures: install rustc")
	dir := t.TempDir()
	var crates []Crate
	for _, c := range []struct{ name, text string }{{"sinks", library}, {"driver", driver}} {
		source := filepath.Join(dir, c.name+".rs")
		require.NoError(t, os.WriteFile(source, []byte(c.text), 0o644))
		crates = append(crates, Crate{Name: c.name, Program: rustc, Dir: dir, Source: source,
			Args: []string{"--crate-name", c.name, "--crate-type", "lib", "--edition=2021", "-Cpanic=abort", "-L" + dir, source}})
	}
	crates[1].Args = append(crates[1].Args, "--extern", "sinks")
	cmd := exec.Command(rustc, append(crates[0].Args, "--emit=link", "--crate-type=rlib", "--out-dir", dir)...)
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	w, err := Load(context.Background(), crates, Options{CacheDir: cacheDir(t), Roots: []string{dir}})
	require.NoError(t, err)
	defer w.Close()
	p := infer.NewProgram()
	rep, err := w.Lower(p, "driver")
	require.NoError(t, err)
	require.NoError(t, p.Check())
	return p, rep
}

// TestObjectsOfExports: an object that a driver only gets is of the types that the
// library makes into one where C calls it, and not known where nothing does.
func TestObjectsOfExports(t *testing.T) {
	const driver = "#![no_std]\npub fn pass(s: &mut dyn sinks::Sink) { sinks::feed(s) }\n"
	p, rep := lowerWith(t, sinks+exportsQuiet, driver)
	assert.Empty(t, rep.Notes)
	got := reached(p, "driver::pass")
	assert.Contains(t, got, "extern take")
	assert.NotContains(t, got, "extern sleep")

	p, rep = lowerWith(t, sinks, driver)
	require.Len(t, rep.Notes, 1)
	assert.Contains(t, rep.Notes[0].Text, "no type is made into one")
	assert.Contains(t, reached(p, "driver::pass"), "opaque dyn put")

	// What the driver makes comes on top.
	const own = "struct Own;\nimpl sinks::Sink for Own { fn put(&mut self) {} }\npub fn own() { pass(&mut Own) }\n"
	p, _ = lowerWith(t, sinks+exportsQuiet, driver+own)
	got = reached(p, "driver::pass")
	assert.Contains(t, got, "extern take")
	assert.Contains(t, got, "<Own as Sink>put")

	// Nobody else can make objects of a trait of the driver: the exports are not looked at.
	p, _ = lowerWith(t, sinks+exportsQuiet, "#![no_std]\npub trait Mine { fn put(&self); }\nimpl Mine for u8 { fn put(&self) {} }\n"+
		"pub fn pass(m: &dyn Mine) { m.put() }\npub fn own() { pass(&1u8) }\n")
	assert.NotContains(t, p.Funcs, "entry")
}

// shared is a library with two traits: objects of both may be made elsewhere.
const shared = `#![no_std]
extern "C" { pub fn might_sleep(); pub fn preempt_disable(); pub fn preempt_enable(); }
pub trait Sink { fn put(&mut self); }
pub trait Calm { fn rest(&mut self); }
struct Both;
impl Sink for Both { fn put(&mut self) { unsafe { might_sleep() } } }
impl Calm for Both { fn rest(&mut self) {} }
pub fn feed(s: &mut dyn Sink) { s.put() }
pub fn calm(s: &mut dyn Calm) { s.rest() }
pub struct Held;
impl Drop for Held { fn drop(&mut self) { unsafe { preempt_enable() } } }
pub fn hold() -> Held { unsafe { preempt_disable() }; Held }
fn objects() { feed(&mut Both); calm(&mut Both) }
`

// sharing is a driver that makes a harmless object of either trait.
const sharing = `#![no_std]
struct Own;
impl sinks::Sink for Own { fn put(&mut self) {} }
impl sinks::Calm for Own { fn rest(&mut self) {} }
pub fn buggy_object() { let _held = sinks::hold(); sinks::feed(&mut Own) }
pub fn safe_object() { let _held = sinks::hold(); sinks::calm(&mut Own) }
`

// TestObjectsBesideOwn: what a driver calls on objects of its own may be met with those
// that a library makes where C reaches it, in whatever way.
func TestObjectsBesideOwn(t *testing.T) {
	for _, c := range []struct {
		name, export string
		sleeps       bool
	}{
		{"function", `#[no_mangle] pub extern "C" fn entry() { objects() }`, true},
		{"method", `pub struct Port; impl Port { #[export_name = "entry"] pub extern "C" fn go() { objects() } }`, true},
		{"not listed", `const _: () = { #[no_mangle] extern "C" fn entry() { objects() } };`, true},
		{"static", `extern "C" fn entry() { objects() } #[no_mangle] pub static TABLE: (u8, extern "C" fn()) = (1, entry);`, true},
		{"section", `mod hidden { extern "C" fn entry() { super::objects() } #[used] #[link_section = ".init"] static ENTRY: extern "C" fn() = entry; }`, true},
		{"not reached", `fn entry() { objects() } pub const NOT_IN_C: fn() = entry;`, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, rep := lowerWith(t, shared+c.export, sharing)
			assert.Empty(t, rep.Notes)
			sol, err := infer.Solve(p, infer.Options{})
			require.NoError(t, err)
			require.NotNil(t, sol.Summary("driver::safe_object"))
			assert.Empty(t, sol.Summary("driver::safe_object").Bugs)
			assert.Equal(t, c.sleeps, len(sol.Summary("driver::buggy_object").Bugs) > 0)
		})
	}
}

// TestObjectImpls: of impls for objects that differ in markers alone each may be meant.
func TestObjectImpls(t *testing.T) {
	const driver = `#![no_std]
extern "C" { fn plain(); fn sent(); }
pub trait Show { fn show(&self); }
impl Show for dyn sinks::Sink { fn show(&self) { unsafe { plain() } } }
impl Show for dyn sinks::Sink + Send { fn show(&self) { unsafe { sent() } } }
pub fn shows(s: &(dyn sinks::Sink + Send + 'static)) { s.show() }
`
	p, rep := lowerWith(t, sinks, driver)
	assert.Empty(t, rep.Notes)
	got := reached(p, "driver::shows")
	assert.Contains(t, got, "extern plain")
	assert.Contains(t, got, "extern sent")
}
