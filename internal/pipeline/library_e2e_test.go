//go:build e2e

package pipeline

import (
	"context"
	"io"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
	"preemptck/rustfront"
)

// TestLibraryOfTheKernel lowers drivers one after the other on what the ones before left
// of the kernel crate and core, in both directions: the programs are those that each
// driver is lowered to on its own.
func TestLibraryOfTheKernel(t *testing.T) {
	a, err := Open(Options{Build: kernelBuild(t), CacheDir: twinsCache(t), Log: io.Discard})
	require.NoError(t, err)
	own, err := filepath.Glob("../../testdata/drivers/*.rs")
	require.NoError(t, err)
	targets, errs := a.Targets(append(own, "drivers/block/rnull.o", "drivers/net/phy/qt2025.o", "drivers/net/phy/ax88796b_rust.o",
		"samples/rust/rust_minimal.o", "samples/rust/rust_print.o"))
	require.Empty(t, errs)

	lower := func(target Target, lib *rustfront.Library) (*infer.Program, *rustfront.Report) {
		crates, _, failures := a.cratesOf([]Target{target})
		require.Empty(t, failures)
		world, err := rustfront.Load(context.Background(), crates, a.rustOptions(filepath.Join(a.opts.CacheDir, "rust")))
		require.NoError(t, err)
		defer world.Close()
		if lib != nil {
			world.UseLibrary(lib, []string{target.crate()})
		}
		p := infer.NewProgram()
		rep, err := world.Lower(p, target.crate())
		require.NoError(t, err)
		return p, rep
	}
	libs := []*rustfront.Library{rustfront.NewLibrary(), rustfront.NewLibrary()}
	for i := range targets {
		for k, target := range []Target{targets[i], targets[len(targets)-1-i]} {
			want, told := lower(target, nil)
			got, rep := lower(target, libs[k])
			t.Logf("%s: %d of %d library functions reused, of %d", filepath.Base(target.Arg), rep.Stats.Reused, rep.Stats.Library, rep.Stats.Instances)
			assert.True(t, i == 0 || rep.Stats.Reused > 0, target.Arg)
			rep.Stats.Library, rep.Stats.Reused = 0, 0
			assert.Equal(t, want, got, target.Arg)
			assert.Equal(t, told, rep, target.Arg)
			libs[k], err = rustfront.OpenLibrary(libs[k].Pack())
			require.NoError(t, err)
		}
	}
}
