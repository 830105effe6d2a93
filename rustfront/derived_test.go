package rustfront

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/rustfront/mir"
)

// TestDerivedComparison: the one derived comparison of flow.rs is told from all other
// functions in the MIR of each compiler.
func TestDerivedComparison(t *testing.T) {
	files, err := filepath.Glob("../testdata/mir/*/flow.mir")
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(files), 6)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		var derived []string
		for _, it := range mir.ParseFile(file, string(text)).Items {
			if comparesDerived(it) {
				derived = append(derived, it.RawPath)
			}
		}
		if assert.Len(t, derived, 1, file) {
			assert.True(t, strings.HasPrefix(derived[0], "<impl at flow.rs:6:") && strings.HasSuffix(derived[0], ">::eq"), derived[0])
		}
	}
}
