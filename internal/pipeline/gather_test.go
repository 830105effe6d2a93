package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestMain lets the tests' own program stand for the workers it starts.
func TestMain(m *testing.M) {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		if err := ServeWorker(os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(2)
		}
		return
	}
	os.Exit(m.Run())
}

// cTree is a folder with C files and a compile_commands.json.
type cTree struct {
	t     *testing.T
	dir   string
	cache string
}

func newCTree(t *testing.T) *cTree {
	c := &cTree{t, t.TempDir(), t.TempDir()}
	c.write("h.h", "void might_sleep(void);\nint g(int);\nstatic inline int both(int x) { return g(x); }\n")
	for _, n := range []string{"a", "b", "c"} {
		c.write(n+".c", "#include \"h.h\"\nint f_"+n+"(int x) { return both(x); }\n")
	}
	c.write("own.h", "#define DEPTH 3\n")
	c.write("d.c", "#include \"own.h\"\nint g(int x) { return x + DEPTH; }\n")
	c.commands(map[string][]string{"a": nil, "b": nil, "c": nil, "d": nil})
	return c
}

// write writes a file as if that had been long before the next run.
func (c *cTree) write(name, text string) {
	c.t.Helper()
	path := filepath.Join(c.dir, name)
	require.NoError(c.t, os.WriteFile(path, []byte(text), 0o644))
	time.Sleep(30 * time.Millisecond)
}

func (c *cTree) commands(args map[string][]string) {
	c.t.Helper()
	var entries []map[string]any
	for _, n := range []string{"a", "b", "c", "d"} {
		entries = append(entries, map[string]any{"directory": c.dir, "file": n + ".c",
			"arguments": append(append([]string{"cc", "-c"}, args[n]...), n+".c")})
	}
	text, err := json.Marshal(entries)
	require.NoError(c.t, err)
	c.write("compile_commands.json", string(text))
}

// run lowers the tree and returns the program and how many files that took.
func (c *cTree) run() (program string, lowered int) {
	c.t.Helper()
	a, err := Open(Options{Build: c.dir, Workers: 2, CacheDir: c.cache, Log: io.Discard})
	require.NoError(c.t, err)
	require.NoError(c.t, a.LowerC(context.Background()))
	a.settle()
	require.Empty(c.t, a.Notes)
	return a.Prog.String(), a.Lowered
}

// fresh is the program without a cache.
func (c *cTree) fresh() string {
	c.t.Helper()
	program, _ := (&cTree{c.t, c.dir, ""}).run()
	return program
}

// again runs once more and wants so many files lowered, and what a run without a
// cache gives.
func (c *cTree) again(lowered int, why string) {
	c.t.Helper()
	program, n := c.run()
	assert.Equal(c.t, lowered, n, why)
	assert.Equal(c.t, c.fresh(), program, why)
}

func TestOnlyWhatChangedIsLowered(t *testing.T) {
	c := newCTree(t)
	c.again(4, "first run")
	c.again(0, "nothing changed")

	touched := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(c.dir, "a.c"), touched, touched))
	c.again(0, "touched, but the same")

	c.write("a.c", "#include \"h.h\"\nint f_a(int x) { return both(x) + g(x); }\n")
	c.again(1, "one .c file")
	c.write("own.h", "#define DEPTH 4\n")
	c.again(1, "a header that one file includes")
	c.write("h.h", "int g(int);\nstatic inline int both(int x) { g(x); return g(x); }\n")
	c.again(3, "a header that three files include")
	c.commands(map[string][]string{"b": {"-DX"}})
	c.again(1, "one command line")
	c.again(0, "nothing changed")
}

// An edit that means nothing costs the file it is in: neither is the tree merged anew,
// nor solved.
func TestEditThatMeansNothing(t *testing.T) {
	c := newCTree(t)
	solve := func(lowered int, known bool, why string) {
		t.Helper()
		a, err := Open(Options{Build: c.dir, Workers: 2, CacheDir: c.cache, Log: io.Discard})
		require.NoError(t, err)
		require.NoError(t, a.LowerC(context.Background()))
		require.NoError(t, a.Solve())
		assert.Equal(t, lowered, a.Lowered, why)
		assert.Equal(t, c.fresh(), a.Prog.String(), why)
		assert.Equal(t, known, a.ahead != nil, why)
		if known {
			assert.Same(t, a.ahead.sol, a.Sol, why)
		}
		fresh, err := Open(Options{Build: c.dir, Workers: 2, Log: io.Discard})
		require.NoError(t, err)
		require.NoError(t, fresh.LowerC(context.Background()))
		require.NoError(t, fresh.Solve())
		assert.Equal(t, fresh.Sol.Pack(), a.Sol.Pack(), why)
	}
	text := "#include \"h.h\"\nint f_a(int x) { return both(x); }\n"
	solve(4, false, "first run")
	c.write("a.c", text+"\n")
	solve(1, true, "an empty line behind it all")
	solve(0, false, "it has new stamps")
	c.write("a.c", text+"/* what is said here counts for nothing */\n")
	solve(1, true, "a comment")
	c.write("a.c", "\n"+text)
	solve(1, false, "a line before it, which moves everything")
	c.write("empty.h", "")
	c.write("a.c", "\n"+text+"#include \"empty.h\"\n")
	solve(1, false, "a header more, with nothing in it")
	c.write("empty.h", "void might_sleep(void);\nstatic inline void s(void) { might_sleep(); }\n")
	solve(1, true, "now it has something, which nobody calls")
	c.write("h.h", "void might_sleep(void);\nint g(int);\nstatic inline int both(int x) { return g(x); }\n\n")
	solve(3, false, "a header that more than a few read")
}

// What cannot be lowered is tried again, and found once it can.
func TestLostUnitsAreNotKept(t *testing.T) {
	c := newCTree(t)
	c.write("own.h", "#include \"missing.h\"\n")
	for range 2 {
		a, err := Open(Options{Build: c.dir, Workers: 1, CacheDir: c.cache, Log: io.Discard})
		require.NoError(t, err)
		require.NoError(t, a.LowerC(context.Background()))
		a.settle()
		assert.True(t, a.Lost)
		require.Len(t, a.Notes, 1)
		assert.Contains(t, a.Notes[0].Text, "missing.h")
		assert.NotZero(t, a.Lowered)
	}
	c.write("missing.h", "#define DEPTH 1\n")
	c.again(1, "the file that was missing")
}

// A damaged entry is noticed and made again, whatever happened to it.
func TestDamagedEntriesAreMadeAgain(t *testing.T) {
	c := newCTree(t)
	want, _ := c.run()
	r := rand.New(rand.NewPCG(1, 2))
	for range 15 {
		var entries []string
		require.NoError(t, filepath.WalkDir(c.cache, func(path string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() {
				entries = append(entries, path)
			}
			return err
		}))
		require.Len(t, entries, 6, "four units, the tree, and what it was made from")
		for _, path := range entries {
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			switch r.IntN(3) {
			case 0:
				data = data[:r.IntN(len(data))]
			case 1:
				data[r.IntN(len(data))] ^= 1 << r.IntN(8)
			case 2:
				continue
			}
			require.NoError(t, os.WriteFile(path, data, 0o644))
		}
		got, _ := c.run()
		require.Equal(t, want, got)
	}
}

// A cache that cannot be written costs speed and a note, not the result.
func TestCacheThatCannotBeWritten(t *testing.T) {
	c := newCTree(t)
	want := c.fresh()
	require.NoError(t, os.WriteFile(filepath.Join(c.cache, "c"), nil, 0o644))
	a, err := Open(Options{Build: c.dir, Workers: 1, CacheDir: c.cache, Log: io.Discard})
	require.NoError(t, err)
	require.NoError(t, a.LowerC(context.Background()))
	a.settle()
	assert.Equal(t, want, a.Prog.String())
	require.Len(t, a.Notes, 1)
	assert.Contains(t, a.Notes[0].Text, "not kept for the next run")
	assert.False(t, a.Lost)

	// The units can be kept, and the merged tree cannot.
	require.NoError(t, os.Remove(filepath.Join(c.cache, "c")))
	require.NoError(t, os.MkdirAll(filepath.Join(c.cache, unitKind), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(c.cache, treeKind), nil, 0o644))
	a, err = Open(Options{Build: c.dir, Workers: 1, CacheDir: c.cache, Log: io.Discard})
	require.NoError(t, err)
	require.NoError(t, a.LowerC(context.Background()))
	a.settle()
	require.Len(t, a.Notes, 1)
	assert.Contains(t, a.Notes[0].Text, "not kept for the next run")
}

// Who asks for nothing but summaries gets them without what functions are made of,
// where they are kept, and else all the same.
func TestSummariesOnly(t *testing.T) {
	c := newCTree(t)
	solve := func(only bool) (a *Analysis, cases string) {
		a, err := Open(Options{Build: c.dir, Workers: 2, CacheDir: c.cache, Log: io.Discard})
		require.NoError(t, err)
		a.SummariesOnly = only
		require.NoError(t, a.LowerC(context.Background()))
		require.NoError(t, a.Solve())
		for _, s := range a.Sol.All() {
			cases += fmt.Sprintln(s.Name, s.Evidence, s.Func != nil, s.Cases())
		}
		return a, cases
	}
	first, want := solve(true)
	assert.NotZero(t, first.Solving)
	assert.Contains(t, want, "f_a")
	kept, cases := solve(true)
	assert.Zero(t, kept.Solving)
	assert.Equal(t, want, cases)
	assert.Empty(t, kept.Prog.Funcs["f_a"].Blocks)
	whole, cases := solve(false)
	assert.Equal(t, want, cases)
	assert.Equal(t, first.Prog.String(), whole.Prog.String())

	require.NoError(t, os.RemoveAll(filepath.Join(c.cache, solutionKind)))
	again, cases := solve(true)
	assert.NotZero(t, again.Solving, "solved anew")
	assert.Equal(t, want, cases)
	assert.Equal(t, first.Prog.String(), again.Prog.String())
}
