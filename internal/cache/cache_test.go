package cache

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var units, rust = Part{Dir: "units"}, Part{Dir: "rust", Folders: true}

func TestEntriesComeBack(t *testing.T) {
	s := Open(t.TempDir())
	_, err := s.Get("units", "k")
	require.ErrorIs(t, err, ErrNone)
	require.NoError(t, s.Put("units", "k", []byte("body")))
	body, err := s.Get("units", "k")
	require.NoError(t, err)
	assert.Equal(t, "body", string(body))
	_, err = s.Get("trees", "k")
	assert.ErrorIs(t, err, ErrNone)
}

func TestStoreWithoutFolderKeepsNothing(t *testing.T) {
	s := Open("")
	assert.False(t, s.Enabled())
	require.NoError(t, s.Put("units", "k", nil))
	_, err := s.Get("units", "k")
	assert.ErrorIs(t, err, ErrNone)
}

// Whatever is cut off an entry or flipped in it, it is not used, and goes.
func TestDamageIsNoticed(t *testing.T) {
	s := Open(t.TempDir())
	body := make([]byte, 500)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range body {
		body[i] = byte(r.Uint32())
	}
	require.NoError(t, s.Put("units", "k", body))
	path := s.path("units", "k")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	for range 1000 {
		bad := append([]byte(nil), good...)
		if r.IntN(2) == 0 {
			bad = bad[:r.IntN(len(bad))]
		} else {
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		}
		require.NoError(t, os.WriteFile(path, bad, 0o644))
		_, err := s.Get("units", "k")
		require.ErrorIs(t, err, ErrNone)
		require.NoFileExists(t, path)
	}
}

func TestConcurrentWriters(t *testing.T) {
	dir := t.TempDir()
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for range 20 {
				assert.NoError(t, Open(dir).Put("units", "k", []byte("the same")))
				body, err := Open(dir).Get("units", "k")
				assert.NoError(t, err)
				assert.Equal(t, "the same", string(body))
			}
		}()
	}
	wg.Wait()
	list, err := os.ReadDir(filepath.Join(dir, "units"))
	require.NoError(t, err)
	assert.Len(t, list, 1, "no unfinished entry stays")
}

func TestTrimTakesTheLongestUnused(t *testing.T) {
	s := Open(t.TempDir())
	for i, key := range []string{"a", "b", "c"} {
		require.NoError(t, s.Put("units", key, make([]byte, 1000)))
		used := time.Now().Add(time.Duration(i-10) * time.Hour)
		require.NoError(t, os.Chtimes(s.path("units", key), used, used))
	}
	_, err := s.Get("units", "a") // which makes it the last used
	require.NoError(t, err)
	stray := filepath.Join(s.dir, "units", temporary+"1")
	require.NoError(t, os.WriteFile(stray, make([]byte, 10), 0o600))
	old := time.Now().Add(-2 * abandoned)
	require.NoError(t, os.Chtimes(stray, old, old))

	usage, err := s.Usage(units, rust)
	require.NoError(t, err)
	require.Len(t, usage, 1)
	assert.Equal(t, 4, usage[0].Entries)

	freed, err := s.Trim(1<<30, units, rust)
	require.NoError(t, err)
	assert.EqualValues(t, 10, freed, "what was never finished goes in any case")
	_, err = s.Trim(2500, units, rust)
	require.NoError(t, err)
	_, err = s.Get("units", "b")
	require.ErrorIs(t, err, ErrNone)
	for _, key := range []string{"a", "c"} {
		_, err = s.Get("units", key)
		require.NoError(t, err)
	}
	_, err = s.Trim(0, units, rust)
	require.NoError(t, err)
	usage, err = s.Usage(units, rust)
	require.NoError(t, err)
	assert.Empty(t, usage)
}

// A folder of another package is one entry, as old as the newest file in it; what
// is in none of the parts is left alone.
func TestFoldersAreWholeEntries(t *testing.T) {
	s := Open(t.TempDir())
	for name, age := range map[string]time.Duration{"rust/a/x": 5, "rust/a/deep/y": 1, "rust/b/x": 3, "kernel/big": 9} {
		path := filepath.Join(s.dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, make([]byte, 1000), 0o644))
		used := time.Now().Add(-age * time.Hour)
		require.NoError(t, os.Chtimes(path, used, used))
	}
	usage, err := s.Usage(units, rust)
	require.NoError(t, err)
	require.Len(t, usage, 1)
	assert.Equal(t, 2, usage[0].Entries)
	assert.EqualValues(t, 3000, usage[0].Bytes)
	_, err = s.Trim(2500, units, rust)
	require.NoError(t, err)
	assert.NoDirExists(t, filepath.Join(s.dir, "rust/b"))
	assert.FileExists(t, filepath.Join(s.dir, "rust/a/x"))
	_, err = s.Trim(0, units, rust)
	require.NoError(t, err)
	assert.NoDirExists(t, filepath.Join(s.dir, "rust/a"))
	assert.FileExists(t, filepath.Join(s.dir, "kernel/big"))
}

func TestTrimOfNothing(t *testing.T) {
	freed, err := Open(filepath.Join(t.TempDir(), "missing")).Trim(0, units, rust)
	require.NoError(t, err)
	assert.Zero(t, freed)
}

// A folder that cannot be written is an error that says so, and no entry.
func TestPutFails(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(dir, nil, 0o644))
	assert.ErrorContains(t, Open(dir).Put("units", "k", nil), "writing the cache")
}

// A write that breaks off, as on a full disk, leaves nothing behind, and what was
// there before.
func TestPutBreaksOff(t *testing.T) {
	s := Open(t.TempDir())
	require.NoError(t, s.Put("units", "k", []byte("before")))
	var old syscall.Rlimit
	require.NoError(t, syscall.Getrlimit(syscall.RLIMIT_FSIZE, &old))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 1000, Max: old.Max}))
	err := s.Put("units", "k", make([]byte, 5000))
	require.NoError(t, syscall.Setrlimit(syscall.RLIMIT_FSIZE, &old))
	require.ErrorContains(t, err, "writing the cache")
	body, err := s.Get("units", "k")
	require.NoError(t, err)
	assert.Equal(t, "before", string(body))
	list, err := os.ReadDir(filepath.Join(s.dir, "units"))
	require.NoError(t, err)
	assert.Len(t, list, 1, "no unfinished entry stays")
}

// write writes a file as if that had been a while ago.
func write(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
}

func TestSealIsBrokenByChange(t *testing.T) {
	dir := t.TempDir()
	a, b := filepath.Join(dir, "a.c"), filepath.Join(dir, "b.h")
	write(t, a, "int a;")
	write(t, b, "int b;")
	paths := []string{a, b}
	later := time.Now().Add(time.Second)
	stamps, ok := NewFiles().Stamps(paths, later, 1)
	require.True(t, ok)
	sealed := Sealed(paths, stamps, []byte("body"))
	unseal := func() bool {
		body, got, ok := NewFiles().Unseal(sealed, nil)
		if ok {
			assert.Equal(t, "body", string(body))
			assert.Equal(t, paths, got)
		}
		return ok
	}
	assert.True(t, unseal())
	touched := time.Now().Add(time.Hour)
	require.NoError(t, os.Chtimes(b, touched, touched))
	assert.True(t, unseal(), "touched, but the same")
	write(t, b, "int c;")
	assert.False(t, unseal(), "changed")
	write(t, b, "int b;")
	assert.True(t, unseal(), "changed back")
	require.NoError(t, os.Remove(a))
	assert.False(t, unseal(), "gone")
	for n := range sealed {
		_, _, ok := NewFiles().Unseal(sealed[:n], nil)
		require.False(t, ok)
	}
}

// A change that keeps size and modification time is a change.
func TestTimesSetBackDoNotHideAChange(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.c")
	write(t, path, "int a;")
	info, err := os.Stat(path)
	require.NoError(t, err)
	stamps, ok := NewFiles().Stamps([]string{path}, time.Now().Add(time.Second), 1)
	require.True(t, ok)
	time.Sleep(2 * granularity)
	write(t, path, "int b;")
	require.NoError(t, os.Chtimes(path, info.ModTime(), info.ModTime()))
	assert.False(t, NewFiles().Unchanged(path, &stamps[0]))
}

// What changed while it was read is not known.
func TestChangeDuringTheRunIsNotStamped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.c")
	start := time.Now()
	write(t, path, "int a;")
	_, ok := NewFiles().Stamps([]string{path}, start, 1)
	assert.False(t, ok)
	_, ok = NewFiles().Stamps([]string{path + "x"}, start, 1)
	assert.False(t, ok)
}
