//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestPrefixChangesNoAnswer lowers the whole kernel with every header of every file
// parsed anew, and compares what is derived from that: each function of the tree,
// and each defect that is found in one.
func TestPrefixChangesNoAnswer(t *testing.T) {
	dir := t.TempDir()
	read := func(name string) string {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		return string(text)
	}
	on, err := wholeTable()
	require.NoError(t, err)
	run(t, ".", "audit", "--bugs", "--build", kernel.build, "--format", "json", "-o", filepath.Join(dir, "bugs.json"))
	// A cache of its own: lowered units are the same, so that nothing tells by
	// which way they were made.
	t.Setenv("XDG_CACHE_HOME", filepath.Join(dir, "cache"))
	r := run(t, ".", "annotate", "--all", "--no-prefix", "--build", kernel.build, "--format", "json", "-o", filepath.Join(dir, "off.json"))
	require.Zero(t, r.status, r.stderr)
	run(t, ".", "audit", "--bugs", "--no-prefix", "--build", kernel.build, "--format", "json", "-o", filepath.Join(dir, "bugs-off.json"))
	text, err := os.ReadFile(on)
	require.NoError(t, err)
	assert.True(t, string(text) == read("off.json"), "the tables of all functions are the same bytes")
	assert.True(t, read("bugs.json") == read("bugs-off.json"), "the findings are the same bytes")
}
