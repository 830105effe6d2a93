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

// genericSource has generic functions, objects made of constants, and tables that are
// inlined with the functions that they stand in.
const genericSource = `#![no_std]
mod bindings { extern "C" { pub fn sleep(); } }
pub trait Step { const WAITS: bool = false; fn step(&self); fn make(_n: u32) {} }
pub trait Gauge { fn level(&self) -> u32; }
pub trait Meter { fn level(&self) -> u32; }
pub struct Slow(pub u32);
pub struct Fast(pub u32);
impl Step for Slow {
    const WAITS: bool = true;
    #[inline(never)] fn step(&self) { unsafe { bindings::sleep() } }
    #[inline(never)] fn make(_n: u32) { unsafe { bindings::sleep() } }
}
impl Step for Fast { #[inline(never)] fn step(&self) {} }
impl Gauge for Slow { fn level(&self) -> u32 { self.step(); self.0 } }
impl Meter for Fast { fn level(&self) -> u32 { self.0 } }
pub fn slow(n: u32) -> Slow { Slow(n) }
pub fn fast(n: u32) -> Fast { Fast(n) }

#[inline(never)] fn one<S: Step>(s: &S) { s.step() }
pub fn buggy_one() { one(&Slow(1)) }
pub fn safe_one() { one(&Fast(1)) }

#[inline(never)] fn body<S: Step>(n: u32) { S::make(n) }
pub fn buggy_body(n: u32) { body::<Slow>(n) }
pub fn safe_body(n: u32) { body::<Fast>(n) }

#[inline(never)] fn waiting<S: Step>() { if S::WAITS { unsafe { bindings::sleep() } } }
pub fn buggy_constant() { waiting::<Slow>() }
pub fn safe_constant() { waiting::<Fast>() }

#[inline(never)] fn first<A: Step, B: Step>(_b: &B, a: &A) { a.step() }
pub fn buggy_order(s: &Slow, f: &Fast) { first(f, s) }
pub fn safe_order(s: &Slow, f: &Fast) { first(s, f) }

pub struct Pair<S> { _s: core::marker::PhantomData<S> }
impl<S: Step> Pair<S> { #[inline(never)] fn both(s: &S) { s.step() } }
pub fn buggy_pair() { Pair::<Slow>::both(&Slow(1)) }
pub fn safe_pair() { Pair::<Fast>::both(&Fast(1)) }

pub struct Row<S, const N: usize> { _s: core::marker::PhantomData<S> }
impl<S: Step, const N: usize> Row<S, N> { #[inline(never)] fn fill(s: &S) -> [u32; N] { s.step(); [1; N] } }
pub fn buggy_row() -> u32 { Row::<Slow, 4>::fill(&Slow(1))[0] }
pub fn safe_row() -> u32 { Row::<Fast, 2>::fill(&Fast(1))[1] }

pub fn buggy_object() -> u32 { let g: &dyn Gauge = &Slow(1); g.level() }
pub fn safe_object() -> u32 { let m: &dyn Meter = &Fast(1); m.level() }

fn wait() { unsafe { bindings::sleep() } }
fn go() {}
#[inline(always)] fn waits() -> &'static [fn(); 2] { &[wait, wait] }
#[inline(always)] fn goes() -> &'static [fn(); 2] { &[go, go] }
pub fn buggy_inlined(n: usize) { let own: &[fn(); 2] = &[go, go]; own[n & 1](); waits()[n & 1]() }
pub fn safe_inlined(n: usize) { let own: &[fn(); 2] = &[go, go]; own[n & 1](); goes()[n & 1]() }
`

// TestTextParams: what a MIR file as the kernel's flags make it says of type parameters
// and of constants without a type.
func TestTextParams(t *testing.T) {
	dir := t.TempDir()
	src, text := filepath.Join(dir, "gen.rs"), filepath.Join(dir, "gen.mir")
	require.NoError(t, os.WriteFile(src, []byte(genericSource), 0o644))
	out, err := exec.Command("rustc", "--edition=2021", "--crate-type=rlib", "-Cpanic=abort", "-Copt-level=2", "--emit=mir", "-o", text, src).CombinedOutput()
	require.NoError(t, err, string(out))
	for kind, want := range map[string]string{"buggy_": "0", "safe_": "0.."} {
		sol := solveText(t, text)
		for _, name := range []string{"one", "body", "constant", "order", "pair", "row", "object", "inlined"} {
			if s := sol.Summary("gen::" + kind + name); assert.NotNil(t, s, kind+name) {
				assert.Equal(t, want, s.Expect().String(), kind+name)
			}
		}
	}
	// Without the source, `make` may be that of any impl.
	require.NoError(t, os.Remove(src))
	assert.Equal(t, "0", solveText(t, text).Summary("gen::buggy_body").Expect().String())
}

// solveText solves a MIR file called gen.
func solveText(t *testing.T, text string) *infer.Solution {
	t.Helper()
	w, err := Load(context.Background(), []Crate{fixtureCrate(t, "shapes")}, Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer w.Close()
	_, err = w.LoadMIR("gen", text, "gen.mir", nil, nil)
	require.NoError(t, err)
	p, err := infer.Parse(sleeper)
	require.NoError(t, err)
	rep, err := w.Lower(p, "gen")
	require.NoError(t, err)
	assert.Empty(t, rep.Notes)
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	return sol
}
