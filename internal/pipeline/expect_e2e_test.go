//go:build e2e

package pipeline

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/cfront"
	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
	"preemptck/internal/kbuild"
)

// TestExpectedFiles: what the directives say that a unit reads is what its build
// recorded that it read.
func TestExpectedFiles(t *testing.T) {
	tree, err := kbuild.Open(kernelBuild(t))
	require.NoError(t, err)
	a := &Analysis{Tree: tree}
	units, opts := a.cUnits()
	require.Greater(t, len(units), 500)
	paths := prefix.NewPaths()
	headers := prefix.NewHeaders(libclang.Predefined, paths)
	var wrong []string
	for i := range units {
		recorded := tree.C[i].RecordedFiles()
		require.NotEmpty(t, recorded, units[i].File)
		if files := expectedOf(headers, paths, &units[i], &opts); !slices.Equal(files, slices.Compact(slices.Sorted(slices.Values(recorded)))) {
			wrong = append(wrong, units[i].File)
		}
	}
	assert.LessOrEqual(t, len(wrong), len(units)/200, "%v", wrong)
	t.Logf("%d of %d units read what their directives say", len(units)-len(wrong), len(units))
}

// expectedOf are the headers that the directives of a unit say, sorted.
func expectedOf(headers *prefix.Headers, paths *prefix.Paths, u *cfront.Unit, opts *cfront.Options) []string {
	unit := u.PlanUnit(opts, nil)
	files := slices.DeleteFunc(paths.Paths(headers.Files(&unit)), func(f string) bool { return f == u.File })
	slices.Sort(files)
	return files
}
