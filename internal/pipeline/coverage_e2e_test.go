//go:build e2e

package pipeline

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
	"preemptck/rustfront"
)

// kernelBuild is the build directory of the real kernel.
func kernelBuild(t *testing.T) string {
	root := os.Getenv("PREEMPTCK_KERNEL")
	if root == "" {
		cache, err := os.UserCacheDir()
		require.NoError(t, err)
		root = filepath.Join(cache, "preemptck", "kernel")
	}
	return filepath.Join(root, "build")
}

// TestCoverage: of the functions that rustc itself generates for a driver, nearly
// all are among those that were found to be reached. (rustc leaves out of its list
// what other crates have inlined, so the other direction says nothing.)
func TestCoverage(t *testing.T) {
	a, err := Open(Options{Build: kernelBuild(t), CacheDir: twinsCache(t), Log: io.Discard})
	require.NoError(t, err)
	targets, errs := a.Targets([]string{
		"drivers/block/rnull.o", "drivers/net/phy/qt2025.o", "drivers/net/phy/ax88796b_rust.o",
		"samples/rust/rust_minimal.o", "samples/rust/rust_print.o",
	})
	require.Empty(t, errs)
	dir, remove, err := a.rustCache()
	require.NoError(t, err)
	defer remove()
	listed, reached := 0, 0
	for i := range targets {
		crates, usable, failures := a.cratesOf(targets[i : i+1])
		require.Empty(t, failures)
		world, err := rustfront.Load(context.Background(), crates, rustfront.Options{CacheDir: dir, Roots: []string{a.Tree.SrcRoot, a.Tree.BuildRoot}})
		require.NoError(t, err)
		name := usable[0].crate()
		rep, err := world.Lower(infer.NewProgram(), name)
		require.NoError(t, err)
		items, err := rustfront.MonoItems(context.Background(), &crates[len(crates)-1])
		require.NoError(t, err)
		c := world.Measure(name, rep, items)
		t.Logf("%s: %d of %d, missed %q; %d calls resolved, %d not", name, c.Reached, c.Listed, c.Missed, rep.Stats.Resolved, rep.Stats.Unresolved)
		listed, reached = listed+c.Listed, reached+c.Reached
		assert.LessOrEqual(t, rep.Stats.Unresolved, len(rep.Notes), "a note for each call that is not resolved")
		require.NoError(t, world.Close())
	}
	assert.Greater(t, listed, 250)
	assert.GreaterOrEqual(t, float64(reached)/float64(listed), 0.99)
}
