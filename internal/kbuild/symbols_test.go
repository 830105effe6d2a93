package kbuild

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSymbols(t *testing.T) {
	dir := t.TempDir()
	tree := &Tree{Kind: Kbuild, BuildRoot: dir}
	symbols, err := tree.Symbols()
	require.NoError(t, err)
	assert.Nil(t, symbols, "a kernel that was not linked says nothing")

	list := filepath.Join(dir, "System.map")
	require.NoError(t, os.WriteFile(list, []byte("ffffffff81000000 T startup\nffffffff81000040 t helper\n"), 0o600))
	source, object := filepath.Join(dir, "copy.s"), filepath.Join(dir, "copy.o")
	require.NoError(t, os.WriteFile(source, []byte(".globl copy_bytes\ncopy_bytes:\n\tnop\n.globl elsewhere\n\t.quad elsewhere\n"), 0o600))
	out, err := exec.Command("cc", "-c", "-o", object, source).CombinedOutput()
	require.NoError(t, err, "%s", out)
	tree.Asm = []AsmUnit{{Object: object}}
	symbols, err = tree.Symbols()
	require.NoError(t, err)
	for name, defined := range map[string]bool{"startup": true, "helper": true, "copy_bytes": true, "elsewhere": false, "gone": false} {
		assert.Equal(t, defined, symbols[name], name)
	}

	require.NoError(t, os.WriteFile(list, []byte("ffffffff81000000 T startup\nffffffff81000040\n"), 0o600))
	_, err = tree.Symbols()
	assert.EqualError(t, err, list+":2: want an address, a type and a name; link the kernel again")
	require.NoError(t, os.WriteFile(list, nil, 0o600))
	require.NoError(t, os.WriteFile(object, []byte("no object"), 0o600))
	_, err = tree.Symbols()
	assert.ErrorContains(t, err, object)
}
