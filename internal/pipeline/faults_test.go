package pipeline

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
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
