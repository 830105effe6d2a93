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

	// With objects of its own the exports are not looked at.
	p, _ = lowerWith(t, sinks+exportsQuiet, driver+"struct Own;\nimpl sinks::Sink for Own { fn put(&mut self) {} }\npub fn own() { pass(&mut Own) }\n")
	assert.NotContains(t, p.Funcs, "entry")
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
