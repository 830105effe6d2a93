package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/check"
)

// checkedTree is a folder with C code and a driver as MIR text.
type checkedTree struct{ *cTree }

// The C side: section() ends in a spinlock that leave() lets go, and work() does what
// "work.h" says.
func newCheckedTree(t *testing.T) *checkedTree {
	c := &checkedTree{&cTree{t, t.TempDir(), t.TempDir()}}
	c.write("lock.h", "typedef struct { int v; } spinlock_t;\nvoid spin_lock(spinlock_t *);\nvoid spin_unlock(spinlock_t *);\nvoid might_sleep(void);\n")
	c.write("a.c", "#include \"lock.h\"\nspinlock_t l;\nvoid section(void) { spin_lock(&l); }\n")
	c.write("b.c", "#include \"lock.h\"\nextern spinlock_t l;\nvoid leave(void) { spin_unlock(&l); }\n")
	c.write("work.h", "#define WORK\n")
	c.write("c.c", "#include \"lock.h\"\n#include \"work.h\"\nstatic void inner(void) { WORK; }\nvoid work(void) { inner(); }\n")
	c.write("d.c", "int other;\n")
	c.commands(map[string][]string{"a": nil, "b": nil, "c": nil, "d": nil})
	c.driver("section", "work", "leave")
	return c
}

// driver writes a driver that calls C functions one after the other, from line 2 on.
func (c *checkedTree) driver(calls ...string) {
	c.t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "fn drive() -> () {\n    let mut _0: ();                      // return place in scope 0 at drive.rs:1:1: 1:1\n")
	for i := range calls {
		fmt.Fprintf(&b, "    let _%d: ();\n", i+1)
	}
	for i, name := range calls {
		at := fmt.Sprintf("drive.rs:%d:5: %d:20", i+2, i+2)
		fmt.Fprintf(&b, "\n    bb%d: {\n        _%d = bindings::%s() -> [return: bb%d, unwind unreachable]; // scope 0 at %s\n", i, i+1, name, i+1, at)
		fmt.Fprintf(&b, "                                         // mir::ConstOperand\n                                         // + span: %s\n", at)
		fmt.Fprintf(&b, "                                         // + const_: Const { ty: unsafe extern \"C\" fn() {bindings::%s}, val: Value(bindings::%s) }\n    }\n", name, name)
	}
	fmt.Fprintf(&b, "\n    bb%d: {\n        return;                          // scope 0 at drive.rs:9:1: 9:2\n    }\n}\n", len(calls))
	c.write("drive.mir", b.String())
}

// check checks the driver, and tells how many C files that lowered.
func (c *checkedTree) check() (findings string, lowered int) {
	c.t.Helper()
	a, err := Open(Options{Build: c.dir, Workers: 2, CacheDir: c.cache, Log: io.Discard})
	require.NoError(c.t, err)
	targets, errs := a.Targets([]string{filepath.Join(c.dir, "drive.mir")})
	require.Empty(c.t, errs)
	crates, failures, err := a.Lower(context.Background(), targets)
	require.NoError(c.t, err)
	require.Empty(c.t, failures)
	require.NoError(c.t, a.Solve())
	require.False(c.t, a.Lost)
	report, err := json.Marshal(check.Run(check.Options{}, a.Input(crates[0])).Findings)
	require.NoError(c.t, err)
	notes, err := json.Marshal(a.Notes)
	require.NoError(c.t, err)
	return string(report) + string(notes), a.Lowered
}

// again checks once more and wants so many C files lowered, a finding with that text
// or none, and what a run without a cache says.
func (c *checkedTree) again(lowered int, finding, why string) {
	c.t.Helper()
	got, n := c.check()
	assert.Equal(c.t, lowered, n, why)
	if finding == "" {
		assert.True(c.t, strings.HasPrefix(got, "[]"), "%s: %s", why, got)
	} else {
		assert.Contains(c.t, got, finding, why)
	}
	fresh, _ := (&checkedTree{&cTree{c.t, c.dir, ""}}).check()
	assert.Equal(c.t, fresh, got, why)
}

// What is taken from the cache is what it would be without: whatever changes, C or
// Rust, the findings are those of what is there now.
func TestFindingsFollowWhatChanges(t *testing.T) {
	c := newCheckedTree(t)
	const sleeps, drive = "may sleep", "drive.rs"
	c.again(4, "", "first run")
	c.again(0, "", "nothing changed")
	assert.Equal(t, 1, c.entries(baseKind))

	c.write("work.h", "#define WORK might_sleep()\n")
	c.again(1, sleeps, "a header of the C code")
	c.again(0, sleeps, "nothing changed after that")
	c.driver("section", "leave", "work")
	c.again(0, "", "the driver, which is right now")
	c.driver("work", "section", "work", "leave")
	c.again(0, `"line":4`, "the driver, which is wrong in another line")
	c.write("b.c", "#include \"lock.h\"\nvoid leave(void) { }\n")
	c.again(1, drive, "a C file: the lock stays")
	c.driver("section", "missing", "leave")
	c.again(0, "missing", "a C function that is not there")
	c.write("d.c", "void missing(void) { }\nvoid might_sleep(void);\n")
	c.driver("missing")
	c.again(1, "", "and now is")
}

// A damaged entry is noticed and made again, of whatever kind it is.
func TestDamagedEntriesChangeNoFinding(t *testing.T) {
	c := newCheckedTree(t)
	c.write("work.h", "#define WORK might_sleep()\n")
	c.again(4, "may sleep", "first run")
	for _, kind := range []string{baseKind, treeKind, solutionKind} {
		for _, cut := range []bool{true, false} {
			c.damage(kind, cut)
			c.again(0, "may sleep", kind)
			if kind != baseKind { // the others are only read where there is no base
				c.damage(baseKind, cut)
				c.damage(kind, cut)
				c.again(0, "may sleep", kind+" and base")
			}
			assert.Equal(t, 1, c.entries(baseKind))
		}
	}
}

// damage cuts or changes all entries of a kind.
func (c *checkedTree) damage(kind string, cut bool) {
	c.t.Helper()
	paths, err := filepath.Glob(filepath.Join(c.cache, kind, "*"))
	require.NoError(c.t, err)
	require.NotEmpty(c.t, paths, kind)
	for _, path := range paths {
		data, err := os.ReadFile(path)
		require.NoError(c.t, err)
		if cut {
			data = data[:len(data)/2]
		} else {
			data[len(data)/2] ^= 1
		}
		require.NoError(c.t, os.WriteFile(path, data, 0o644))
	}
}
