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

// sleeper stands for the C function that sleeps.
const sleeper = `
func "sleep"
b0:
  call = direct "might_sleep"
  return
`

// textSource drops values through types and functions of core, once of a type that
// sleeps then, and once of one that does not.
const textSource = `#![no_std]
mod bindings { extern "C" { pub fn sleep(); } }
pub mod inner {
    pub struct Waits(pub u32);
    impl Drop for Waits { fn drop(&mut self) { unsafe { crate::bindings::sleep() } } }
    pub struct Quiet(pub u32);
    impl Drop for Quiet { fn drop(&mut self) {} }
    pub struct Plain { pub n: u32, pub p: *mut Waits }
}
use inner::*;
pub fn buggy_some(n: u32) { let _x = if n > 0 { Some(Waits(n)) } else { None }; }
pub fn safe_some(n: u32) { let _x = if n > 0 { Some(Quiet(n)) } else { None }; }
pub fn buggy_call(n: u32) { drop(Waits(n)) }
pub fn safe_call(n: u32) { drop(Quiet(n)) }
pub fn safe_plain(n: u32, p: *mut Waits) { drop(Plain { n, p }) }
pub fn buggy_array(n: u32) { let _x = [Waits(n), Waits(n)]; }
pub fn safe_array(n: u32) { let _x = [Quiet(n), Quiet(n)]; }
pub enum Written { Waits(Waits), Quiet(Quiet) }
pub fn set(x: &mut Written, n: u32) { unsafe { *(x as *mut Written) = Written::Waits(Waits(n)) } }
pub fn quiet(n: u32) -> Written { Written::Quiet(Quiet(n)) }
pub fn buggy_written(_x: Written) {}
pub enum Calmly { None, Quiet(Quiet) }
pub fn set_calmly(x: &mut Calmly, n: u32) { unsafe { *(x as *mut Calmly) = Calmly::Quiet(Quiet(n)) } }
pub fn safe_written(_x: Calmly) {}
pub trait Waiter { fn wait(&self) { unsafe { crate::bindings::sleep() } } }
pub trait Calm { fn calm(&self) {} }
impl Waiter for Plain {}
impl Calm for Plain {}
impl Plain { pub fn wait(&self) {} }
pub fn buggy_default(x: &Plain) { <Plain as Waiter>::wait(x) }
pub fn safe_default(x: &Plain) { x.calm() }
pub fn buggy_capture(n: u32) { let x = Waits(n); let _f = move || { let _n = &x; }; }
pub fn safe_capture(n: u32) { let x = Quiet(n); let _f = move || { let _n = &x; }; }
`

// TestTextDrops: what dropping a type of a MIR file does, with core at hand.
func TestTextDrops(t *testing.T) {
	dir := t.TempDir()
	src, text := filepath.Join(dir, "text.rs"), filepath.Join(dir, "text.mir")
	require.NoError(t, os.WriteFile(src, []byte(textSource), 0o644))
	rustc := exec.Command("rustc", "--edition=2021", "--crate-type=rlib", "-Cpanic=abort", "--emit=mir", "-Zmir-opt-level=0",
		"-Zinline-mir=no", "-Zmir-include-spans=on", "-o", text, src)
	rustc.Env = append(os.Environ(), "RUSTC_BOOTSTRAP=1")
	out, err := rustc.CombinedOutput()
	require.NoError(t, err, string(out))

	w, err := Load(context.Background(), []Crate{fixtureCrate(t, "shapes")}, Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer w.Close()
	left, err := w.LoadMIR("text", text, "text.mir", nil)
	require.NoError(t, err)
	assert.Zero(t, left)
	p, err := infer.Parse(sleeper)
	require.NoError(t, err)
	rep, err := w.Lower(p, "text")
	require.NoError(t, err)
	assert.Empty(t, rep.Notes)
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	expect := func(name string) string {
		s := sol.Summary("text::" + name)
		require.NotNil(t, s, name)
		return s.Expect().String()
	}
	for _, name := range []string{"some", "call", "array", "default", "capture", "written"} {
		assert.Equal(t, "0", expect("buggy_"+name), name)
		assert.Equal(t, "0..", expect("safe_"+name), name)
	}
	assert.Equal(t, "0..", expect("safe_plain"))
}
