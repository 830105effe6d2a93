//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// inTree are the Rust drivers and samples of the kernel that it was built with.
var inTree = []string{
	"drivers/block/rnull.o", "drivers/net/phy/qt2025.o", "drivers/net/phy/ax88796b_rust.o",
	"samples/rust/rust_minimal.o", "samples/rust/rust_print.o",
}

// TestInTree: the kernel's own drivers are clean.
func TestInTree(t *testing.T) {
	for _, o := range inTree {
		require.FileExists(t, filepath.Join(kernel.build, o))
	}
	r := run(t, ".", append([]string{"check", "--build", kernel.build, "--format", "json"}, inTree...)...)
	rep := readReport(t, r.stdout)
	for _, f := range rep.Findings {
		t.Error(f)
	}
	assert.Equal(t, 0, r.status, r.stderr)
}

// TestKernelCrate: all of the kernel crate is looked at, generic functions
// included, and nothing is found; no call is lost without a word.
func TestKernelCrate(t *testing.T) {
	r := run(t, ".", "check", "-v", "--build", kernel.build, "--format", "json", "rust/kernel.o")
	rep := readReport(t, r.stdout)
	for _, f := range rep.Findings {
		t.Error(f)
	}
	assert.Equal(t, 0, r.status, r.stderr)
	m := regexp.MustCompile(`(\d+) functions, (\d+) calls resolved, (\d+) not`).FindStringSubmatch(r.stderr)
	require.NotNil(t, m, r.stderr)
	t.Log(m[0])
	functions, err := strconv.Atoi(m[1])
	require.NoError(t, err)
	assert.Greater(t, functions, 4000)
	assert.Equal(t, "0", m[3])
	for _, n := range rep.Notes {
		assert.NotContains(t, n, "is not resolved")
	}
}

// minWants keeps the drivers from being lost unnoticed.
const minWants = 169

// TestDrivers: in our own drivers each bug is found at its line, and nothing
// else. All go into one run.
func TestDrivers(t *testing.T) {
	drivers, err := readDrivers("../testdata/drivers")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(drivers), 60)
	args := []string{"check", "--build", kernel.build, "--format", "json"}
	wants := 0
	for _, d := range drivers {
		abs, err := filepath.Abs(d.path)
		require.NoError(t, err)
		args = append(args, abs)
		wants += len(d.wants)
	}
	require.GreaterOrEqual(t, wants, minWants)
	r := run(t, ".", args...)
	require.Equal(t, 1, r.status, r.stderr)
	rep := readReport(t, r.stdout)
	byFile := map[string][]finding{}
	for _, f := range rep.Findings {
		name := filepath.Base(f.File)
		byFile[name] = append(byFile[name], f)
	}
	for _, d := range drivers {
		name := filepath.Base(d.path)
		t.Run(strings.TrimSuffix(name, ".rs"), func(t *testing.T) {
			for _, problem := range d.compare(byFile[name]) {
				t.Error(problem)
			}
		})
		delete(byFile, name)
	}
	for _, rest := range byFile {
		for _, f := range rest {
			t.Errorf("in no driver of ours: %s", f)
		}
	}
	t.Run("chain", func(t *testing.T) {
		line := lineOf(t, "kernel/locking/mutex.c", `^void __sched mutex_lock\(`, "might_sleep()")
		for _, f := range rep.Findings {
			if filepath.Base(f.File) != "buggy_mutex.rs" {
				continue
			}
			require.NotEmpty(t, f.Chain)
			end := f.Chain[len(f.Chain)-1]
			assert.Equal(t, "kernel/locking/mutex.c", end.File)
			assert.Equal(t, line, end.Line)
			assert.Contains(t, end.Text, "might_sleep")
			return
		}
		t.Error("no finding in buggy_mutex.rs")
	})
}

// TestText: a finding as a user reads it, and its exit status.
func TestText(t *testing.T) {
	buggy, err := filepath.Abs("../testdata/drivers/buggy_mutex.rs")
	require.NoError(t, err)
	r := run(t, ".", "check", "--build", kernel.build, buggy)
	assert.Equal(t, 1, r.status, r.stderr)
	source, err := os.ReadFile(buggy)
	require.NoError(t, err)
	lines := strings.Split(string(source), "\n")
	for i, line := range lines {
		if before, _, ok := strings.Cut(line, " // want:"); ok {
			assert.Contains(t, r.stdout, strings.TrimSpace(before), "line %d is not shown", i+1)
		}
	}
	for _, text := range []string{"may sleep", "spinlock", "buggy_mutex.rs:", "kernel/locking/mutex.c:", "might_sleep()"} {
		assert.Contains(t, r.stdout, text)
	}
}
