package rustfront

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
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
	about, err := w.LoadMIR("text", text, "text.mir", nil, nil)
	require.NoError(t, err)
	assert.Zero(t, *about)
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

// plainText is MIR as rustc writes it by default: optimised, without positions, and
// with names as short as they can be.
const plainText = `fn <impl at t.rs:3:1: 3:9>::drop(_1: &mut Waits) -> () {
    let mut _0: ();

    bb0: {
        _0 = sleep() -> [return: bb1, unwind unreachable];
    }

    bb1: {
        return;
    }
}

fn <impl at t.rs:5:1: 5:9>::new(_1: u32) -> Option<Waits> {
    let mut _0: core::option::Option<Waits>;
    let mut _2: Waits;

    bb0: {
        _2 = Waits(copy _1);
        _0 = Option::<Waits>::Some(move _2);
        return;
    }
}

fn <impl at t.rs:7:1: 7:9>::new(_1: u32) -> u32 {
    let mut _0: u32;

    bb0: {
        _0 = copy _1;
        return;
    }
}

fn buggy_new() -> () {
    let mut _0: ();
    let _1: core::option::Option<Waits>;

    bb0: {
        _1 = Waits::new(const 3_u32) -> [return: bb1, unwind unreachable];
    }

    bb1: {
        drop(_1) -> [return: bb2, unwind unreachable];
    }

    bb2: {
        return;
    }
}

fn safe_forget() -> () {
    let mut _0: ();
    let _1: core::option::Option<Waits>;

    bb0: {
        _1 = Waits::new(const 3_u32) -> [return: bb1, unwind unreachable];
    }

    bb1: {
        _0 = forget::<Option<Waits>>(move _1) -> [return: bb2, unwind unreachable];
    }

    bb2: {
        return;
    }
}

fn buggy_trait(_1: Waits) -> () {
    let mut _0: ();

    bb0: {
        _0 = <Option<Waits> as Drops>::drops(move _1) -> [return: bb1, unwind unreachable];
    }

    bb1: {
        return;
    }
}

fn buggy_unknown(_1: bool) -> () {
    let mut _0: ();

    bb0: {
        invoke everything(copy _1) -> [return: bb1, unwind unreachable];
    }

    bb1: {
        return;
    }
}

fn safe_unknown(_1: bool) -> () {
    let mut _0: ();
    let mut _2: bool;

    bb0: {
        _2 = const false;
        _2 = !!new_form!! copy _1;
        switchInt(copy _2) -> [0: bb1, otherwise: bb2];
    }

    bb1: {
        return;
    }

    bb2: {
        _0 = const ();
        goto -> bb1;
    }
}

fn buggy_uncertain(_1: bool) -> () {
    let mut _0: ();
    let mut _2: bool;

    bb0: {
        _2 = const false;
        _2 = !!new_form!! copy _1;
        switchInt(copy _2) -> [0: bb1, otherwise: bb2];
    }

    bb1: {
        return;
    }

    bb2: {
        _0 = sleep() -> [return: bb1, unwind unreachable];
    }
}
`

// TestPlainText: short names, methods that only return their type, no positions, and
// forms that nobody knows.
func TestPlainText(t *testing.T) {
	text := filepath.Join(t.TempDir(), "plain.mir")
	require.NoError(t, os.WriteFile(text, []byte(plainText), 0o644))
	w, err := Load(context.Background(), []Crate{fixtureCrate(t, "shapes")}, Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer w.Close()
	about, err := w.LoadMIR("plain", text, "plain.mir", nil, nil)
	require.NoError(t, err)
	require.Len(t, about.Notes, 3)
	assert.Contains(t, about.Notes[0].Text, "invoke everything")
	p, err := infer.Parse(sleeper)
	require.NoError(t, err)
	rep, err := w.Lower(p, "plain")
	require.NoError(t, err)
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	for _, name := range []string{"buggy_new", "buggy_unknown", "buggy_uncertain", "buggy_trait"} {
		s := sol.Summary("plain::" + name)
		require.NotNil(t, s, name)
		assert.Equal(t, "0", s.Expect().String(), name)
	}
	for _, name := range []string{"safe_forget", "safe_unknown"} {
		assert.Equal(t, "0..", sol.Summary("plain::"+name).Expect().String(), name)
	}
	lines := strings.Split(plainText, "\n")
	for _, n := range rep.Notes {
		if strings.Contains(n.Text, "Drops") {
			assert.Contains(t, lines[n.Pos.Line-1], "Drops", "the position is that in the text")
			return
		}
	}
	assert.Fail(t, "an unknown trait is noted", rep.Notes)
}

// TestDamagedText: text that is cut off is no MIR.
func TestDamagedText(t *testing.T) {
	text := filepath.Join(t.TempDir(), "cut.mir")
	require.NoError(t, os.WriteFile(text, []byte(plainText[:strings.LastIndex(plainText, "bb2:")]), 0o644))
	w, err := Load(context.Background(), nil, Options{CacheDir: cacheDir(t)})
	require.NoError(t, err)
	defer w.Close()
	_, err = w.LoadMIR("cut", text, "cut.mir", nil, nil)
	assert.ErrorContains(t, err, "cut.mir:")
}
