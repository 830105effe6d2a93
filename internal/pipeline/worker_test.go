package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
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

// A worker forgets the prefixes that were used the longest ago: one to make room, and half of
// them, once, where they leave little room for garbage.
func TestWorkerForgetsPrefixes(t *testing.T) {
	w := &lowering{prefixes: make([]*cfront.Precompiled, maxPrefixes)}
	runtime.GC()
	w.forget()
	assert.Len(t, w.prefixes, maxPrefixes-1)
	w.forget()
	assert.Len(t, w.prefixes, maxPrefixes-1)

	large := make([]byte, heapTarget/2+1<<20)
	runtime.GC()
	latest := &cfront.Precompiled{}
	w.prefixes = append(w.prefixes[1:], latest)
	for _, left := range []int{(maxPrefixes-1)/2 + 1, (maxPrefixes-1)/2 + 1} {
		w.forget()
		assert.Len(t, w.prefixes, left, "nothing was collected since")
	}
	for range 3 {
		runtime.GC()
		w.forget()
	}
	assert.Len(t, w.prefixes, minPrefixes)
	assert.Same(t, latest, w.prefixes[minPrefixes-1])
	runtime.KeepAlive(large)
}
