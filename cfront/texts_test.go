package cfront

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTextsAreBounded: a session of many files keeps the texts of the last ones.
func TestTextsAreBounded(t *testing.T) {
	dir := t.TempDir()
	var s texts
	for _, name := range []string{"a", "b", "c"} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(name), 0o644))
		require.NoError(t, os.Truncate(path, maxTexts/2))
		text := s.get(path)
		require.Len(t, text, maxTexts/2)
		assert.Equal(t, name, text[:1])
		assert.LessOrEqual(t, s.kept, maxTexts)
	}
	assert.NotContains(t, s.files, filepath.Join(dir, "a"))
	assert.Contains(t, s.files, filepath.Join(dir, "c"))
	assert.Equal(t, "a", s.get(filepath.Join(dir, "a"))[:1], "read again")
}
