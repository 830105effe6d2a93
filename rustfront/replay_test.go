package rustfront

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
)

// smallCore is a library with what is left out of core's sources: what is only there
// for rustdoc, and what the target cannot run.
const smallCore = `#![no_std]
#[path = "../../arch/src/mod.rs"]
pub mod arch;
#[cfg(doc)]
pub fn shown() {}
pub fn real() { arch::plain() }
#[cfg(not(doc))]
pub struct Real;
`

const smallArch = `#[inline]
#[target_feature(enable = "avx512f")]
pub unsafe fn wide() {}
pub fn plain() {}
`

// replayed replays a library called core of these files and gives the entry's folder.
func replayed(t *testing.T, lib, arch string) (folder string, a Artifacts, source string) {
	t.Helper()
	rustc, err := exec.LookPath("rustc")
	require.NoError(t, err, "the tests compile fixtures: install rustc")
	src := t.TempDir()
	source = filepath.Join(src, "core/src/lib.rs")
	for name, text := range map[string]string{source: lib, filepath.Join(src, "arch/src/mod.rs"): arch} {
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, []byte(text), 0o644))
	}
	c := Crate{Name: "core", Program: rustc, Dir: src, Source: source,
		Args: []string{"--crate-name", "core", "--crate-type", "lib", "--edition=2021", "-Cpanic=abort", source}}
	folder = t.TempDir()
	a, err = cached(context.Background(), &c, folder, make(chan bool, 1))
	require.NoError(t, err)
	return filepath.Dir(a.MIR), a, source
}

func bodiesOf(t *testing.T, a Artifacts) []string {
	t.Helper()
	ix, err := mir.OpenIndex(a.MIR)
	require.NoError(t, err)
	defer ix.Close()
	var out []string
	for _, e := range ix.Entries {
		out = append(out, e.Path)
	}
	return out
}

// TestReplayCore: of core that is read which the target has, and nothing tells that it
// was read from a copy.
func TestReplayCore(t *testing.T) {
	entry, a, source := replayed(t, smallCore, smallArch)
	assert.ElementsMatch(t, []string{"real", "arch::plain"}, bodiesOf(t, a))
	its, err := items.ReadFile(a.Doc, "core", filepath.Dir(source))
	require.NoError(t, err)
	var fns []string
	for path := range its.Fns {
		fns = append(fns, path)
	}
	assert.ElementsMatch(t, []string{"core::real", "core::arch::plain"}, fns)
	assert.Contains(t, its.Adts, "core::Real")
	assert.Equal(t, items.Pos{File: source, Line: 6, Col: 1}, its.Fns["core::real"].Pos)

	stamps, err := readStamps(filepath.Join(entry, stampFile))
	require.NoError(t, err)
	for _, s := range stamps {
		assert.NotContains(t, s.Path, copyDir+"/")
	}
	assert.Len(t, stamps, 2)
	assert.NoDirExists(t, filepath.Join(entry, copyDir))
	text, err := os.ReadFile(a.MIR)
	require.NoError(t, err)
	assert.NotContains(t, string(text), entry)
	assert.Contains(t, string(text), source+":6:17: 6:30", "the place of the call")
}

// TestReplayCoreWhole: code that needs what would be left out is compiled as it stands,
// as far as it must be.
func TestReplayCoreWhole(t *testing.T) {
	_, a, _ := replayed(t, smallCore+"pub unsafe fn needs() { unsafe { arch::wide() } }\n", smallArch)
	assert.ElementsMatch(t, []string{"real", "needs", "arch::plain", "arch::wide"}, bodiesOf(t, a))
	text, err := os.ReadFile(a.Doc)
	require.NoError(t, err)
	assert.NotContains(t, string(text), `"shown"`)

	const asks = "const _: () = assert!(stringify!(cfg(doc)).as_bytes()[4] == b'd');\n"
	_, a, _ = replayed(t, smallCore+asks, smallArch)
	text, err = os.ReadFile(a.Doc)
	require.NoError(t, err)
	assert.Contains(t, string(text), `"shown"`)
}
