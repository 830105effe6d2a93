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
	"preemptck/internal/kbuild"
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

// TestCoverage: nearly all calls in functions that rustc generates code for were resolved to
// one that it generates code for as well, and of the functions that it lists for a driver
// nearly all were reached.
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
	lists, err := rustfront.AllMonoItems(context.Background(), withNeeds(t, a, targets))
	require.NoError(t, err)
	for i := range targets {
		crates, usable, failures := a.cratesOf(targets[i : i+1])
		require.Empty(t, failures)
		world, err := rustfront.Load(context.Background(), crates, rustfront.Options{CacheDir: dir, Roots: []string{a.Tree.SrcRoot, a.Tree.BuildRoot}, Calls: true})
		require.NoError(t, err)
		name := usable[0].crate()
		rep, err := world.Lower(infer.NewProgram(), name)
		require.NoError(t, err)
		own, err := rustfront.MonoItems(context.Background(), &crates[len(crates)-1])
		require.NoError(t, err)
		all := map[string]string{}
		for i := range crates {
			all[crates[i].Name] = lists[crates[i].Name]
		}
		c := world.Measure(name, rep, own, all)
		t.Logf("%s: %d of %d calls name one of rustc's functions, not %q; %d of its %d reached, not %q; %d calls resolved, %d not",
			name, c.Named, c.Calls, c.Unlisted, c.Reached, c.Listed, c.Missed, rep.Stats.Resolved, rep.Stats.Unresolved)
		assert.Greater(t, c.Calls, 500)
		assert.GreaterOrEqual(t, float64(c.Named)/float64(c.Calls), 0.99, name)
		assert.Greater(t, c.Listed, 20)
		assert.GreaterOrEqual(t, float64(c.Reached)/float64(c.Listed), 0.99, name)
		assert.LessOrEqual(t, rep.Stats.Unresolved, len(rep.Notes), "a note for each call that is not resolved")
		require.NoError(t, world.Close())
	}
}

// withNeeds is the crates that the targets need and the targets, each behind those that it
// needs: compiler_builtins, too, which every crate but core needs without a word of it.
func withNeeds(t *testing.T, a *Analysis, targets []Target) []rustfront.Crate {
	units := []*kbuild.RustUnit{a.crate("core"), a.crate("compiler_builtins")}
	for i := range targets {
		units = append(units, a.needs(&targets[i])...)
	}
	var out []rustfront.Crate
	have := map[string]bool{}
	for _, u := range units {
		if have[u.Crate] {
			continue
		}
		have[u.Crate] = true
		program, err := a.Tree.Rustc(*u)
		require.NoError(t, err)
		out = append(out, rustfront.Crate{Name: u.Crate, Program: program, Args: u.Args, Dir: u.Dir, Env: u.Env, Source: u.Source})
	}
	return out
}
