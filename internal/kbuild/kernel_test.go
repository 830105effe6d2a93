//go:build e2e

package kbuild

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kernelBuild is the build tree of the real kernel; without one the test fails.
func kernelBuild(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("PREEMPTCK_KERNEL")
	require.NotEmpty(t, dir, "PREEMPTCK_KERNEL names no kernel: run make e2e")
	return filepath.Join(dir, "build")
}

func TestRealKernel(t *testing.T) {
	start := time.Now()
	tree, err := Open(kernelBuild(t))
	require.NoError(t, err)
	t.Logf("%d C units, %d crates, %d assembly files, %d host tools, %d files apart, in %v",
		len(tree.C), len(tree.Rust), len(tree.Asm), tree.HostTools, tree.Apart, time.Since(start).Round(time.Millisecond))
	assert.Empty(t, tree.Problems)
	assert.Greater(t, len(tree.C), 700)
	assert.Len(t, tree.Bindings, 2)
	assert.NotEmpty(t, tree.UAPI)
	for _, u := range tree.C {
		assert.Contains(t, u.Args, "-D__KERNEL__", u.File)
	}
	crates := map[string]RustUnit{}
	for _, u := range tree.Rust {
		crates[u.Crate] = u
		rustc, err := tree.Rustc(u)
		require.NoError(t, err)
		assert.FileExists(t, rustc)
	}
	for _, name := range []string{"core", "compiler_builtins", "ffi", "bindings", "uapi", "macros", "kernel", "rnull", "qt2025", "ax88796b_rust", "rust_minimal", "rust_print"} {
		assert.Contains(t, crates, name)
	}
	units, err := tree.RustTargets("drivers/block/rnull.o")
	require.NoError(t, err)
	assert.Equal(t, []RustUnit{crates["rnull"]}, units)
}
