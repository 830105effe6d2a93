package mir

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// slowReader hands out a few bytes at a time.
type slowReader struct {
	r io.ReaderAt
	n int
}

func (s slowReader) ReadAt(p []byte, off int64) (int, error) {
	if len(p) > s.n {
		n, err := s.r.ReadAt(p[:s.n], off)
		return n, err
	}
	return s.r.ReadAt(p, off)
}

func TestIndexFindsWhatParseFileFinds(t *testing.T) {
	for _, name := range goldens(t, "1.97-nightly") {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		want := ParseFile("x", string(text))
		for _, n := range []int{13, 4096, 1 << 30} {
			ix, err := NewIndex("x", slowReader{strings.NewReader(string(text)), n}, int64(len(text)))
			require.NoError(t, err)
			require.Equal(t, len(want.Items), len(ix.Entries), "%s by %d", name, n)
			for i, e := range ix.Entries {
				assert.Equal(t, want.Items[i].RawPath, e.Path)
				assert.Equal(t, want.Items[i].Line, e.Line)
				assert.Equal(t, want.Items[i].CTFE, e.CTFE)
			}
		}
	}
}

func TestIndexLookup(t *testing.T) {
	ix, err := OpenIndex(filepath.Join(goldenDir, "1.96", "flow.mir"))
	require.NoError(t, err)
	defer ix.Close()
	assert.Empty(t, ix.Lookup("no::such"))
	entries := ix.Lookup("fact")
	require.Len(t, entries, 2)
	assert.False(t, entries[0].CTFE)
	it, err := ix.Parse(entries[1])
	require.NoError(t, err)
	assert.True(t, it.CTFE)
	assert.Equal(t, "fact", it.RawPath)
	assert.NotEmpty(t, it.Blocks)
	head := ix.ParseHeader(entries[0])
	assert.Equal(t, "u64", head.Ret.String())
	assert.Empty(t, head.Blocks)

	text, err := os.ReadFile(ix.Name)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	for _, e := range ix.Entries {
		it, err := ix.Parse(e)
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(lines[e.Line-1], it.Header), e.Path)
		if it.Value == nil {
			assert.Equal(t, "}", lines[it.EndLine-1], e.Path)
		}
	}
	paths := ix.Paths()
	assert.IsIncreasing(t, paths)
}

func TestIndexAllocations(t *testing.T) {
	f := readGolden(t, "1.96", "flow.mir")
	it := find(t, f, "raw")
	var statics []string
	for _, a := range it.Allocs {
		statics = append(statics, a.Static)
		assert.True(t, strings.HasPrefix(a.Text, a.Name+" (static: "), a.Text)
	}
	assert.ElementsMatch(t, []string{"COUNTER", "TABLE"}, statics)
}

func TestIndexStrayText(t *testing.T) {
	f := ParseFile("t.mir", "}\n    stray\n\nfn f() -> () {\n    let mut _0: ();\n\n    bb0: {\n        return;\n    }\n}\n")
	require.Len(t, f.Items, 1)
	require.Len(t, f.Notes, 2)
	assert.Equal(t, "t.mir:1: text outside of items: }", f.Notes[0].String())
	assert.Equal(t, "t.mir:2: text outside of items:     stray", f.Notes[1].String())
}

type failingReader struct{}

var errBroken = errors.New("broken disk")

func (failingReader) ReadAt([]byte, int64) (int, error) { return 0, errBroken }

func TestIndexErrors(t *testing.T) {
	_, err := NewIndex("x.mir", failingReader{}, 100)
	require.ErrorIs(t, err, errBroken)
	assert.Contains(t, err.Error(), "x.mir")
	_, err = OpenIndex(filepath.Join(t.TempDir(), "missing.mir"))
	require.ErrorIs(t, err, os.ErrNotExist)

	// A text that shrank after it was indexed.
	text := "fn f() -> () {\n    bb0: {\n        return;\n    }\n}\n"
	ix, err := NewIndex("x.mir", strings.NewReader(text), int64(len(text)))
	require.NoError(t, err)
	ix.r = strings.NewReader(text[:10])
	_, err = ix.Parse(ix.Entries[0])
	require.Error(t, err)
	assert.Contains(t, err.Error(), "x.mir at line 1")
	_, err = NewIndex("x.mir", strings.NewReader(text[:10]), int64(len(text)))
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
}

func BenchmarkIndexAndParse(b *testing.B) {
	text, err := os.ReadFile(filepath.Join(goldenDir, "1.96", "generic.mir"))
	require.NoError(b, err)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		ParseFile("generic.mir", string(text))
	}
}

// TestOpenKept: the index is taken from beside the file until the file changes.
func TestOpenKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "crate.mir")
	write := func(text string) { require.NoError(t, os.WriteFile(path, []byte(text), 0o644)) }
	const one = "fn one() -> () {\n    bb0: {\n        return;\n    }\n}\n"
	write(one)
	var entries [][]*Entry
	for range 2 {
		ix, err := OpenKept(path)
		require.NoError(t, err)
		require.Len(t, ix.Lookup("one"), 1)
		it, err := ix.Parse(ix.Lookup("one")[0])
		require.NoError(t, err)
		assert.Len(t, it.Blocks, 1)
		entries = append(entries, ix.Entries)
		require.NoError(t, ix.Close())
	}
	assert.FileExists(t, path+".index")
	assert.Equal(t, entries[0], entries[1])

	write(one + strings.Replace(one, "one", "two", 1))
	ix, err := OpenKept(path)
	require.NoError(t, err)
	assert.Len(t, ix.Lookup("two"), 1)
	require.NoError(t, ix.Close())

	require.NoError(t, os.WriteFile(path+".index", []byte("spoiled"), 0o644))
	ix, err = OpenKept(path)
	require.NoError(t, err)
	assert.Len(t, ix.Entries, 2)
	require.NoError(t, ix.Close())
}
