package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// entries counts the entries of one kind in the cache.
func (c *cTree) entries(kind string) int {
	list, _ := os.ReadDir(filepath.Join(c.cache, kind))
	return len(list)
}

// A file on which the compiler crashes, hangs or runs out of memory is lost by
// name, and the others are not.
func TestAFileThatKillsItsWorkerIsLostAlone(t *testing.T) {
	for _, f := range []struct {
		name, text string
		args       []string
		limit      time.Duration
		why        string
	}{
		{"crash", "int x = " + strings.Repeat("(", 400_000) + "1" + strings.Repeat(")", 400_000) + ";\n", []string{"-fbracket-depth=1000000"}, time.Minute, "crashed"},
		{"hang", "#include \"pipe.h\"\n", nil, 3 * time.Second, "took longer than 3s"},
		{"memory", "#define A(x) x x x x x x x x x x x x x x x x\nint a[] = { A(A(A(A(A(A(A(1,))))))) };\n", nil, time.Minute, "out of memory"},
	} {
		t.Run(f.name, func(t *testing.T) {
			c := newCTree(t)
			require.NoError(t, syscall.Mkfifo(filepath.Join(c.dir, "pipe.h"), 0o644))
			c.write("b.c", f.text)
			c.commands(map[string][]string{"b": f.args})
			for _, lowered := range []int{4, 1} { // it is tried again each time
				a, err := Open(Options{Build: c.dir, Workers: 2, CacheDir: c.cache, Log: io.Discard, UnitTime: f.limit, UnitMemory: 600 << 20})
				require.NoError(t, err)
				require.NoError(t, a.LowerC(context.Background()))
				a.settle()
				assert.True(t, a.Lost)
				assert.Equal(t, lowered, a.Lowered)
				require.Len(t, a.Notes, 1)
				assert.Contains(t, a.Notes[0].Text, "b.c: this file could not be lowered")
				assert.Contains(t, a.Notes[0].Text, f.why)
				for _, name := range []string{"f_a", "f_c", "g"} {
					assert.Contains(t, a.Prog.Funcs, name)
				}
			}
			c.write("b.c", "#include \"h.h\"\nint f_b(int x) { return both(x); }\n")
			c.again(1, "once the file is sound")
		})
	}
}

// An interrupted run ends soon and keeps what it had done.
func TestInterruptedRunKeepsWhatIsDone(t *testing.T) {
	c := newCTree(t)
	require.NoError(t, syscall.Mkfifo(filepath.Join(c.dir, "pipe.h"), 0o644))
	c.write("d.c", "#include \"pipe.h\"\n")
	a, err := Open(Options{Build: c.dir, Workers: 1, CacheDir: c.cache, Log: io.Discard})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for c.entries(unitKind) < 3 {
			time.Sleep(10 * time.Millisecond)
		}
		cancel()
	}()
	start := time.Now()
	require.ErrorIs(t, a.LowerC(ctx), context.Canceled)
	assert.Less(t, time.Since(start), time.Minute)
	c.write("d.c", "int g(int x) { return x; }\n")
	c.again(1, "the file that was under way")
}

// On a disk that is too full for precompiled headers all units are parsed plainly,
// and what can be kept is.
func TestFullDiskWhilePrefixesAreMade(t *testing.T) {
	const variable = "PREEMPTCK_TEST_SMALL_DISK"
	small := os.Getenv(variable)
	if small == "" {
		if out, err := exec.Command("unshare", "-rm", "true").CombinedOutput(); err != nil {
			t.Skipf("this needs leave to mount a small file system: %v %s", err, out)
		}
		cmd := exec.Command("unshare", "-rm", "sh", "-c", `mount -t tmpfs -o size=300k tmpfs "$1" && exec "$2" -test.run "^$3\$" -test.v`,
			"sh", t.TempDir(), os.Args[0], t.Name())
		cmd.Env = append(os.Environ(), variable+"="+cmd.Args[6])
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
		require.Contains(t, string(out), "--- PASS: "+t.Name())
		return
	}
	k := newKTree(t)
	want := k.run(true, false)
	k.cache = small
	a := k.run(false, false)
	assert.Zero(t, a.Behind)
	assert.Equal(t, want.Prog.String(), a.Prog.String())
	assert.Equal(t, want.Notes, a.Notes)
	k.keeps(0)
	assert.Zero(t, k.run(false, false).Lowered, "the units are kept")
}

// Runs at the same time make the same prefixes, each for itself.
func TestTwoRunsAtOnceMakeTheSamePrefixes(t *testing.T) {
	k := newKTree(t)
	want := k.run(true, false).Prog.String()
	k.cache = t.TempDir()
	var runs [2]*Analysis
	var errs [2]error
	var wg sync.WaitGroup
	for i := range runs {
		wg.Add(1)
		go func() {
			defer wg.Done()
			a, err := Open(Options{Build: k.dir, Workers: 1, CacheDir: k.cache, Log: io.Discard})
			if err == nil {
				err = a.LowerC(context.Background())
				a.settle()
			}
			runs[i], errs[i] = a, err
		}()
	}
	wg.Wait()
	for i, a := range runs {
		require.NoError(t, errs[i])
		assert.Equal(t, want, a.Prog.String())
		assert.Empty(t, a.Notes)
		assert.Equal(t, a.Lowered, a.Behind, "a unit that was lowered was so behind a prefix")
	}
	k.keeps(2)
	assert.Zero(t, k.run(false, false).Lowered)
}

// A header that changes after it was precompiled, in a way that the compiler cannot
// notice, may be read as it was by the run under way, and by no later one.
func TestAHeaderThatChangesUnderItsPrefix(t *testing.T) {
	k := newKTree(t)
	const text = "#ifndef MODE_H\n#define MODE_H\n#include <more.h>\n#define MODE %d\n" +
		"#if MODE\nstatic inline int mode(int x) { might_sleep(); return x; }\n#else\nstatic inline int mode(int x) { return x; }\n#endif\n#endif\n"
	k.write("include/mode.h", fmt.Sprintf(text, 0))
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <mode.h>\nint plain%d(int x) { return mode(x); }\n", i), "mode.h", "more.h", "big.h")
	}
	k.unit("first", "#include <mode.h>\n#include \"pipe.h\"\n", "mode.h", "more.h", "big.h")
	pipe, header := filepath.Join(k.dir, "drv/pipe.h"), filepath.Join(k.dir, "include/mode.h")
	require.NoError(t, syscall.Mkfifo(pipe, 0o644))
	before, err := os.Stat(header)
	require.NoError(t, err)
	changed := make(chan error)
	go func() {
		w, err := os.OpenFile(pipe, os.O_WRONLY, 0) // once the first unit reads it
		if err == nil {
			time.Sleep(50 * time.Millisecond)
			err = errors.Join(
				os.WriteFile(header, fmt.Appendf(nil, text, 1), 0o644),
				os.Chtimes(header, before.ModTime(), before.ModTime()),
				os.WriteFile(pipe+".new", []byte("\n"), 0o644), os.Rename(pipe+".new", pipe), w.Close())
		}
		changed <- err
	}()
	a, err := Open(Options{Build: k.dir, Workers: 1, CacheDir: k.cache, Log: io.Discard})
	require.NoError(t, err)
	require.NoError(t, a.LowerC(context.Background()))
	a.settle()
	require.NoError(t, <-changed)
	require.NotZero(t, a.Behind)

	next := k.run(false, false)
	k.cache = t.TempDir()
	assert.Equal(t, k.run(true, false).Prog.String(), next.Prog.String())
	assert.Contains(t, next.Prog.Funcs["plain0"].String(), "mode")
}
