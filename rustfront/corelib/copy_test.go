package corelib

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes files below a new folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func TestMake(t *testing.T) {
	lib := tree(t, map[string]string{
		"core/src/lib.rs":     "#[path = \"../../arch/src/mod.rs\"]\nmod arch;\nmod ops;\n",
		"core/src/ops/mod.rs": "#![doc = include_str!(\"../../../words/ops.md\")]\n",
		"arch/src/mod.rs":     "#[cfg(any(target_arch = \"arm\", doc))]\nmod arm;\n",
		"arch/src/arm/mod.rs": "pub fn f() {}\n",
		"words/ops.md":        "text\n",
		"other/src/lib.rs":    "no part of it\n",
	})
	dir := filepath.Join(t.TempDir(), "a b")
	c, err := Make(filepath.Join(lib, "core/src/lib.rs"), dir, Features)
	require.NoError(t, err)
	require.NotNil(t, c)
	at := func(name string) string { return filepath.Join(dir, lib, name) }
	assert.Equal(t, at("core/src/lib.rs"), c.Source)
	for _, same := range []string{"core/src/lib.rs", "core/src/ops/mod.rs", "arch/src/arm/mod.rs", "words/ops.md"} {
		to, err := os.Readlink(at(same))
		require.NoError(t, err)
		assert.Equal(t, filepath.Join(lib, same), to)
	}
	text, err := os.ReadFile(at("arch/src/mod.rs"))
	require.NoError(t, err)
	assert.Equal(t, "#[cfg(any(target_arch = \"arm\", ___))]\nmod arm;\n", string(text))
	original, err := os.ReadFile(filepath.Join(lib, "arch/src/mod.rs"))
	require.NoError(t, err)
	assert.Contains(t, string(original), "doc", "the source itself stays as it is")
	assert.NoFileExists(t, at("other/src/lib.rs"))

	first := "/" + firstOf(lib)
	assert.Equal(t, "--remap-path-prefix="+dir+first+"="+first, c.Remap())
	assert.Equal(t, "out: /x/lib.rs /y/../z.rs", string(c.Original([]byte("out: "+dir+"/x/lib.rs "+filepath.Dir(dir)+`/a\ b/y/../z.rs`))))
}

func firstOf(path string) string {
	for filepath.Dir(path) != "/" {
		path = filepath.Dir(path)
	}
	return filepath.Base(path)
}

func TestMakeNothing(t *testing.T) {
	lib := tree(t, map[string]string{"src/lib.rs": "pub fn f() {}\n"})
	c, err := Make(filepath.Join(lib, "src/lib.rs"), t.TempDir(), Features)
	require.NoError(t, err)
	assert.Nil(t, c, "nothing to change")

	_, err = Make(filepath.Join(lib, "none/lib.rs"), t.TempDir(), Features)
	require.ErrorContains(t, err, "none")
}
