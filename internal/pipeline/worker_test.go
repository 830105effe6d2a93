package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/cfront"
)

// TestWorkerKnowsFewPrefixes: a worker forgets the prefix that was not used for the longest
// time, and reads it again when it is asked for.
func TestWorkerKnowsFewPrefixes(t *testing.T) {
	dir := t.TempDir()
	path := func(i int) string { return filepath.Join(dir, fmt.Sprint(i)) }
	for i := range maxPrefixes + 2 {
		require.NoError(t, os.WriteFile(path(i)+factsSuffix, encode(&cfront.Precompiled{Path: path(i)}), 0o600))
	}
	w := &lowering{}
	ask := func(i int) *cfront.Precompiled {
		p, err := w.prefix(path(i))
		require.NoError(t, err)
		assert.Equal(t, path(i), p.Path)
		return p
	}
	first := ask(0)
	for i := 1; i < maxPrefixes; i++ {
		ask(i)
	}
	assert.Same(t, first, ask(0))
	ask(maxPrefixes)
	ask(maxPrefixes + 1)
	assert.Len(t, w.prefixes, maxPrefixes)
	assert.Same(t, first, ask(0), "used since the others")
	require.NoError(t, os.Remove(path(1)+factsSuffix))
	_, err := w.prefix(path(1))
	assert.ErrorIs(t, err, os.ErrNotExist, "1 was forgotten")
}
