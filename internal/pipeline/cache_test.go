package pipeline

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/cfront"
	"preemptck/infer"
)

const keptProgram = `
init "struct frob_ops.run" "frob_try"
func "frob_try" at=k/try.c:1:5
param f 0 ""
ret ""
b0:
  call got "" = direct "spin_trylock" arg 0 "" f @k/try.c:3:9
  switch got 0..0 b1 1..5 b2 b2
b1:
  store "struct frob.cb" &"frob_try"
  return 0
b2:
  x = and got -1
  return x
func "never@a.c" static noreturn at=a.c:1
b0:
  unreachable
`

func keptTree(t *testing.T) *cfront.Tree {
	t.Helper()
	prog, err := infer.Parse(keptProgram)
	require.NoError(t, err)
	prog.Decls["memcpy"] = &infer.Decl{Symbol: "memcpy", Builtin: true}
	prog.Aliases["a"] = "b"
	return &cfront.Tree{Program: prog, Dropped: []string{"-fnew"}, Diagnostics: []cfront.Diagnostic{{Text: "lost"}}}
}

func TestStoreGivesBackTheSameProgram(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "a.c")
	require.NoError(t, os.WriteFile(src, []byte("int a;"), 0o644))
	inputs, ok := inputsOf([]string{src})
	require.True(t, ok)
	s := openStore(dir)
	tree := keptTree(t)
	require.NoError(t, s.save("k", inputs, tree))

	back := &cfront.Tree{}
	require.NoError(t, s.load("k", back))
	fillMaps(back.Program)
	assert.Equal(t, tree.Program.String(), back.Program.String())
	assert.Equal(t, tree.Program.Decls, back.Program.Decls)
	assert.Equal(t, tree.Program.Aliases, back.Program.Aliases)
	assert.Equal(t, tree.Diagnostics, back.Diagnostics)
	require.NoError(t, back.Program.Check())

	assert.Error(t, s.load("other", back))

	// Touched but the same: still good. Changed: stale. Gone: stale.
	require.NoError(t, os.Chtimes(src, time.Time{}, time.Now().Add(time.Hour)))
	assert.NoError(t, s.load("k", &cfront.Tree{}))
	require.NoError(t, os.WriteFile(src, []byte("int b;"), 0o644))
	require.NoError(t, os.Chtimes(src, time.Time{}, time.Now().Add(2*time.Hour)))
	assert.ErrorIs(t, s.load("k", &cfront.Tree{}), errStale)
	require.NoError(t, os.Remove(src))
	assert.ErrorIs(t, s.load("k", &cfront.Tree{}), errStale)
}

func TestStoreNoticesDamage(t *testing.T) {
	s := openStore(t.TempDir())
	require.NoError(t, s.save("k", nil, keptTree(t)))
	path := filepath.Join(s.dir, "k")
	good, err := os.ReadFile(path)
	require.NoError(t, err)
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		bad := append([]byte(nil), good...)
		if r.IntN(2) == 0 {
			bad = bad[:r.IntN(len(bad))]
		} else {
			bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		}
		require.NoError(t, os.WriteFile(path, bad, 0o644))
		require.Error(t, s.load("k", &cfront.Tree{}))
	}
}

func TestStoreIsBounded(t *testing.T) {
	s := openStore(t.TempDir())
	for i := range 3 * maxStored {
		require.NoError(t, s.save(string(rune('a'+i)), nil, keptTree(t)))
	}
	entries, err := os.ReadDir(s.dir)
	require.NoError(t, err)
	assert.Len(t, entries, maxStored)
}

func TestStoreWithoutFolderKeepsNothing(t *testing.T) {
	s := openStore("")
	assert.NoError(t, s.save("k", nil, keptTree(t)))
	assert.Error(t, s.load("k", &cfront.Tree{}))
}

func TestRecordedDeps(t *testing.T) {
	path := filepath.Join(t.TempDir(), ".a.o.cmd")
	require.NoError(t, os.WriteFile(path, []byte(`savedcmd_d/a.o := cc -c -o d/a.o /src/d/a.c

source_d/a.o := /src/d/a.c

deps_d/a.o := \
  /src/include/linux/kconfig.h \
    $(wildcard include/config/SMP) \
  include/generated/bounds.h \

d/a.o: $(deps_d/a.o)

$(deps_d/a.o):
`), 0o644))
	deps, err := recordedDeps(path)
	require.NoError(t, err)
	assert.Equal(t, []string{"/src/include/linux/kconfig.h", "include/generated/bounds.h"}, deps)
	_, err = recordedDeps(path + "x")
	assert.Error(t, err)
}
