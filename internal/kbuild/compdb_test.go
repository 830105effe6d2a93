package kbuild

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOpenCompDB(t *testing.T) {
	root := write(t, map[string]string{
		"p/a.c": "", "p/sub/b.c": "", "p/fan.rs": "", "p/e.S": "", "p/x.cpp": "",
		"p/compile_commands.json": `[
  {"directory": ".", "file": "a.c", "arguments": ["cc", "-Iinclude", "-c", "a.c", "-o", "a.o"]},
  {"directory": "sub", "file": "b.c", "command": "gcc -DX='\"q\"' -c b.c", "output": "b.o"},
  {"directory": ".", "file": "fan.rs", "arguments": ["env", "A=1", "rustc", "--edition=2021", "--crate-name=fan", "--emit=obj=fan.o", "fan.rs"]},
  {"directory": ".", "file": "e.S", "command": "gcc -c e.S"},
  {"directory": ".", "file": "x.cpp", "command": "g++ -c x.cpp"},
  {"directory": ".", "file": "gone.c", "command": "gcc -c gone.c"},
  {"directory": ".", "file": "a.c", "command": "gcc -c 'a.c"},
  {"directory": ".", "file": "a.c"},
  {"directory": ".", "file": "a.c", "command": "true"},
  {"directory": 7},
  42
]`,
	})
	tree, err := Open(root + "/p")
	require.NoError(t, err)
	assert.Equal(t, CompDB, tree.Kind)
	assert.Equal(t, root+"/p", tree.SrcRoot)
	require.Len(t, tree.C, 2)
	assert.Equal(t, CUnit{File: root + "/p/a.c", Dir: root + "/p", Program: "cc", Args: []string{"-Iinclude", "-c", "a.c", "-o", "a.o"},
		Object: root + "/p/a.o", CmdFile: root + "/p/compile_commands.json", Line: 2}, tree.C[0])
	assert.Equal(t, `-DX="q"`, tree.C[1].Args[0])
	assert.Equal(t, root+"/p/sub/b.o", tree.C[1].Object)
	require.Len(t, tree.Rust, 1)
	assert.Equal(t, []string{"A=1"}, tree.Rust[0].Env)
	assert.Equal(t, "fan", tree.Rust[0].Crate)
	assert.Equal(t, root+"/p/fan.o", tree.Rust[0].Object)
	assert.Len(t, tree.Asm, 1)

	var lines []int
	for _, p := range tree.Problems {
		assert.True(t, p.Lost)
		lines = append(lines, p.Line)
	}
	assert.Equal(t, []int{7, 8, 9, 10, 11, 12}, lines)

	units, err := tree.RustTargets("fan.o")
	require.NoError(t, err)
	assert.Equal(t, tree.Rust, units)
	_, err = tree.ModuleUnit(root + "/p/fan.rs")
	assert.ErrorIs(t, err, ErrNoRust, "there is no kernel crate to compile against")
}

func TestCompDBCutShort(t *testing.T) {
	root := write(t, map[string]string{
		"p/a.c":                   "",
		"p/compile_commands.json": "[\n{\"directory\": \".\", \"file\": \"a.c\", \"command\": \"gcc -c a.c\"},\n{\"direct",
	})
	tree, err := Open(root + "/p")
	require.NoError(t, err)
	assert.Len(t, tree.C, 1)
	require.Len(t, tree.Problems, 1)
	assert.Equal(t, 3, tree.Problems[0].Line)
	assert.Contains(t, tree.Problems[0].Text, "cut short")
}

func TestCompDBSourcesElsewhere(t *testing.T) {
	root := write(t, map[string]string{
		"src/k/a.c": "", "src/m/b.c": "",
		"out/compile_commands.json": `[{"directory": "../src", "file": "k/a.c", "command": "gcc -c k/a.c"},
			{"directory": "../src", "file": "m/b.c", "command": "gcc -c m/b.c"}]`,
	})
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	assert.Equal(t, root+"/src", tree.SrcRoot)
	assert.Equal(t, "k/a.c", tree.Rel(tree.C[0].File))
}

// fakeRustc is a script that answers --version.
func fakeRustc(t *testing.T, dir, version string) string {
	t.Helper()
	path := filepath.Join(dir, "rustc-9.9")
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho '"+version+"'\n"), 0o755))
	return path
}

func TestRustc(t *testing.T) {
	root := write(t, kernelTree())
	tree, err := Open(root + "/out")
	require.NoError(t, err)
	first, second := t.TempDir(), t.TempDir()
	fakeRustc(t, first, "rustc 9.8.0 (y)")
	right := fakeRustc(t, second, "rustc 9.9.9 (x)")

	t.Setenv("PATH", first)
	_, err = tree.Rustc(RustUnit{Program: "rustc-9.9"})
	require.ErrorIs(t, err, ErrNoRustc)
	assert.ErrorContains(t, err, "rustc 9.8.0 (y)")
	t.Setenv("PATH", first+":"+second)
	got, err := tree.Rustc(RustUnit{Program: "rustc-9.9"})
	require.NoError(t, err)
	assert.Equal(t, right, got, "the compiler in front of it did not build the tree")
	got, err = tree.Rustc(RustUnit{Program: right})
	require.NoError(t, err)
	assert.Equal(t, right, got)

	_, err = tree.Rustc(RustUnit{Program: "/nowhere/rustc", CmdFile: "x.cmd", Line: 1})
	require.ErrorIs(t, err, ErrNoRustc)
	assert.ErrorContains(t, err, "x.cmd:1 names /nowhere/rustc")
	_, err = tree.Rustc(RustUnit{Program: "rustc-0.0"})
	assert.ErrorIs(t, err, ErrNoRustc)
}

// The example that ships with the project is a tree like any other.
func TestDemo(t *testing.T) {
	tree, err := Open("../../testdata/demo")
	require.NoError(t, err)
	assert.Empty(t, tree.Problems)
	assert.Len(t, tree.C, 4)
	assert.Len(t, tree.Bindings, 2)
	units, err := tree.RustTargets("drivers/fan/fan.o")
	require.NoError(t, err)
	require.Len(t, units, 1)
	assert.Equal(t, "drivers/fan/fan.rs", tree.Rel(units[0].Source))
}
