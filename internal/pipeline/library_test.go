package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/check"
)

// libraryCrate is what drivers share: guards, what tries to make one, an object that is
// called here and made anywhere, a function pointer, constants that are computed,
// closures that drivers write and one of its own.
const libraryCrate = `#![no_std]
extern "C" { fn section(); fn leave(); fn work(); }
pub struct Guard(());
impl Guard {
    pub fn new() -> Guard { unsafe { section() }; Guard(()) }
    pub fn attempt(flags: u32) -> Option<Guard> { if flags & WAIT != 0 { Some(Guard::new()) } else { None } }
}
impl Drop for Guard { fn drop(&mut self) { unsafe { leave() } } }
pub const WAIT: u32 = bit(2) | bit(3);
pub const fn bit(n: u32) -> u32 { match n { 2 => 4, 3 => 8, _ => 0 } }
pub fn sleep(flags: u32) { if flags & WAIT != 0 { unsafe { work() } } }
pub trait Op { fn run(&self); }
pub struct Quiet;
impl Op for Quiet { fn run(&self) {} }
pub struct Loud;
impl Op for Loud { fn run(&self) { unsafe { work() } } }
pub fn call(op: &dyn Op) { op.run() }
pub fn quiet() { call(&Quiet) }
pub fn loud() { call(&Loud) }
pub fn guarded<F: Fn() -> u32>(f: F) -> u32 { let _g = Guard::new(); f() }
pub fn guarded_own() -> u32 { guarded(|| bit(2)) }
pub fn through(f: fn()) { f() }
pub fn nothing() {}
pub fn through_own() { through(nothing) }
pub struct Pair(pub Option<Guard>, pub Option<Guard>);
pub fn pair() -> Pair { Pair(Guard::attempt(WAIT), Guard::attempt(0)) }
`

// libraryDrivers reach the same functions, and what these do depends on who is checked:
// what is made into an object, which results are looked at, what is passed.
var libraryDrivers = map[string]string{
	"a": `#![no_std]
use kern::*;
pub fn objects() { let _g = Guard::new(); quiet(); }
pub fn ignores() { let _ = Guard::attempt(0); sleep(WAIT); }
pub fn computes() -> u32 { guarded_own() + guarded(|| 3) }
pub fn pointers() { let _g = Guard::new(); through_own(); }
pub fn parts() { let p = pair(); drop(p.1); sleep(WAIT); }
`,
	"b": `#![no_std]
use kern::*;
struct Mine;
impl Op for Mine { fn run(&self) { sleep(WAIT) } }
pub fn objects() { quiet(); call(&Mine); }
pub fn held() { let _g = Guard::new(); quiet(); }
pub fn looks() { match Guard::attempt(WAIT) { Some(_g) => sleep(0), None => sleep(WAIT) } }
pub fn looks_wrongly() { if let Some(_g) = Guard::attempt(WAIT) { sleep(4) } }
pub fn closes() -> u32 { guarded(|| { sleep(8); 1 }) }
pub fn passes() { let _g = Guard::new(); through(mine); }
fn mine() { sleep(WAIT) }
`,
	"c": `#![no_std]
use kern::*;
pub fn all() { loud(); quiet(); guarded_own(); through_own(); let p = pair(); if p.0.is_some() { drop(p) } }
pub fn under() { let p = pair(); loud(); drop(p); }
`,
}

// libraryTree is a tree with a library and drivers that use it.
func newLibraryTree(t *testing.T) *kernelTree {
	k := newKernelTree(t)
	k.work("might_sleep();")
	k.library("")
	const flags = "--crate-type lib --edition=2021 -Cpanic=abort"
	k.record("rust/kern.o", "rust/kern.rs", "rustc --crate-name kern "+flags+" --emit=obj=rust/kern.o rust/kern.rs")
	for name, text := range libraryDrivers {
		k.write("drivers/"+name+".rs", text)
		k.record("drivers/"+name+".o", "drivers/"+name+".rs", fmt.Sprintf("rustc --crate-name %s %s -L rust --extern kern --emit=obj=drivers/%s.o drivers/%s.rs", name, flags, name, name))
	}
	return k
}

// library writes and compiles the library, with more at its end.
func (k *kernelTree) library(more string) {
	k.t.Helper()
	k.write("rust/kern.rs", libraryCrate+more)
	cmd := exec.Command("rustc", "--crate-name", "kern", "--crate-type", "lib", "--edition=2021", "-Cpanic=abort", "--emit=link=rust/libkern.rlib", "rust/kern.rs")
	cmd.Dir = k.dir
	out, err := cmd.CombinedOutput()
	require.NoError(k.t, err, string(out))
}

// drivers checks drivers together; what it tells of them is all that is ever told.
func (k *kernelTree) drivers(names ...string) (told string, a *Analysis) {
	k.t.Helper()
	a, err := Open(Options{Build: k.dir, Workers: 1, CacheDir: k.cache, Log: io.Discard})
	require.NoError(k.t, err)
	var args []string
	for _, n := range names {
		args = append(args, "drivers/"+n+".o")
	}
	targets, errs := a.Targets(args)
	require.Empty(k.t, errs)
	f, err := a.Check(context.Background(), targets, check.Options{})
	require.NoError(k.t, err)
	require.Empty(k.t, f.Failures)
	text, err := json.MarshalIndent([]any{f.Report, f.Notes, a.Notes}, "", " ")
	require.NoError(k.t, err)
	return string(text), a
}

// bugs are the lines of the drivers in which calls may sleep wrongly.
func (k *kernelTree) bugs(told string) []int {
	k.t.Helper()
	var parts []json.RawMessage
	require.NoError(k.t, json.Unmarshal([]byte(told), &parts))
	var report check.Report
	require.NoError(k.t, json.Unmarshal(parts[0], &report))
	var lines []int
	for _, f := range report.Findings {
		if filepath.Dir(f.File) == "drivers" && f.Code == "PC001" {
			lines = append(lines, f.Line)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// forget removes what was found, and entries of other kinds.
func (k *kernelTree) forget(kinds ...string) {
	k.t.Helper()
	for _, kind := range append(kinds, findingsKind) {
		require.NoError(k.t, os.RemoveAll(filepath.Join(k.cache, kind)))
	}
}

// alone is what is told of a driver where nothing is kept of libraries.
func (k *kernelTree) alone(names ...string) string {
	k.t.Helper()
	k.forget(libraryKind)
	told, a := k.drivers(names...)
	if len(names) == 1 {
		assert.Zero(k.t, a.Reused)
	}
	assert.NotZero(k.t, a.Library)
	k.forget(libraryKind)
	return told
}

// What is said of a driver does not depend on what was checked before, nor on whether
// anything of it was kept.
func TestLibraryChangesNoAnswer(t *testing.T) {
	k := newLibraryTree(t)
	want := map[string]string{}
	for name, lines := range map[string][]int{"a": {7}, "b": {6, 8, 9, 10}, "c": {4}} {
		want[name] = k.alone(name)
		assert.Equal(t, lines, k.bugs(want[name]), name)
	}
	cache := k.cache
	k.cache = ""
	told, a := k.drivers("b")
	assert.Equal(t, want["b"], told, "nothing is kept at all")
	assert.Zero(t, a.Library)
	k.cache = cache

	for _, order := range [][]string{{"a", "b", "c"}, {"b", "a", "c"}, {"c", "b", "a"}, {"b"}} {
		k.forget(libraryKind)
		for i, name := range order {
			told, a := k.drivers(name)
			assert.Equal(t, want[name], told, "%s in %v", name, order)
			assert.Equal(t, i > 0, a.Reused > 0, "%s in %v: %d of %d reused", name, order, a.Reused, a.Library)
		}
		k.forget()
		for _, name := range order {
			told, a := k.drivers(name)
			assert.Equal(t, want[name], told, "%s again, after %v", name, order)
			assert.Equal(t, a.Library, a.Reused, "all is reused")
		}
	}
	k.write("drivers/b.rs", libraryDrivers["b"]+"pub fn more() { objects() }\n")
	changed, a := k.drivers("b")
	assert.Equal(t, a.Library, a.Reused, "the driver changed, the library did not")
	assert.Equal(t, k.alone("b"), changed)
	k.write("drivers/b.rs", libraryDrivers["b"])

	// Drivers that are checked together are none of each other's library.
	together := k.alone("a", "b")
	k.drivers("c")
	told, a = k.drivers("a", "b")
	assert.Equal(t, together, told)
	assert.NotZero(t, a.Reused)
}

// What was kept is given up where the library, or the entry itself, is not what it was.
func TestLibraryFollowsWhatChanges(t *testing.T) {
	k := newLibraryTree(t)
	want := map[string]string{"a": k.alone("a"), "b": k.alone("b")}
	same := func(name string, reused bool, why string) {
		t.Helper()
		told, a := k.drivers(name)
		assert.Equal(t, want[name], told, why)
		assert.Equal(t, reused, a.Reused > 0, "%s: %d of %d reused", why, a.Reused, a.Library)
		k.forget()
	}
	same("a", false, "first run")
	same("b", true, "another driver")
	k.library("pub fn another() {}\n")
	same("a", false, "the library changed")
	same("b", true, "another driver")
	for _, cut := range []bool{true, false} {
		(&checkedTree{k.cTree}).damage(libraryKind, cut)
		same("b", false, "damaged")
		same("b", true, "made again")
	}
}

// Runs may use a library at the same time, and make it.
func TestLibraryOfManyRuns(t *testing.T) {
	k := newLibraryTree(t)
	want := map[string]string{"a": k.alone("a"), "b": k.alone("b"), "c": k.alone("c")}
	for _, kinds := range [][]string{{libraryKind}, {libraryKind, "rust"}} {
		k.forget(kinds...)
		var wg sync.WaitGroup
		for name := range want {
			wg.Add(1)
			go func() {
				defer wg.Done()
				told, _ := k.drivers(name)
				assert.Equal(t, want[name], told)
			}()
		}
		wg.Wait()
	}
}
