package kbuild

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Kind says how the commands of a tree were recorded.
type Kind uint8

// The kinds of trees.
const (
	// Kbuild trees have a .cmd file beside every object.
	Kbuild Kind = iota
	// CompDB trees have a compile_commands.json.
	CompDB
)

// Tree is a build directory and all that was compiled in it.
type Tree struct {
	Kind Kind
	// BuildRoot is the build directory, absolute and with symlinks resolved.
	BuildRoot string
	// SrcRoot is the source tree, absolute and resolved; the same as BuildRoot
	// for an in-tree build.
	SrcRoot string

	// C, Rust and Asm are the units, sorted by file and then object. Units of
	// added trees are among them.
	C    []CUnit
	Rust []RustUnit
	Asm  []AsmUnit
	// Problems are the records that could not be used, sorted by position.
	Problems []Problem
	// HostTools counts the C files left out because they are programs of the
	// build itself.
	HostTools int
	// Apart counts the C files left out because they are linked into another
	// image than the kernel: the vDSO, boot code.
	Apart int

	// Bindings are the generated Rust declarations of C functions that exist,
	// absolute: bindings_generated.rs, bindings_helpers_generated.rs.
	Bindings []string
	// UAPI is uapi_generated.rs, or "".
	UAPI string

	config map[string]string
	// aliases are the roots as the user named them, where symlinks made that
	// different, each with what it stands for.
	aliases [][2]string
	added   []string
}

// Open reads the build directory dir.
func Open(dir string) (*Tree, error) {
	t, err := locate(dir)
	if err != nil {
		return nil, err
	}
	if err := t.read(t.BuildRoot); err != nil {
		return nil, err
	}
	if t.empty() && len(t.Problems) == 0 {
		return nil, t.emptyError(t.BuildRoot)
	}
	t.findBindings()
	return t, nil
}

// Enclosing is the Kbuild tree whose build directory is dir, without anything that
// was compiled in it.
func Enclosing(dir string) (*Tree, error) {
	t, err := locate(dir)
	if err != nil {
		return nil, err
	}
	if t.Kind != Kbuild {
		return nil, fmt.Errorf("%w: %s is no build directory of Kbuild", ErrNoTree, dir)
	}
	return t, nil
}

// AddTree reads dir, a module outside the tree, into t: its Kbuild output or its
// compile_commands.json.
func (t *Tree) AddTree(dir string) error {
	root, err := resolve(dir)
	if err != nil {
		return err
	}
	before := len(t.C) + len(t.Rust) + len(t.Asm) + len(t.Problems)
	if err := t.read(root); err != nil {
		return err
	}
	if before == len(t.C)+len(t.Rust)+len(t.Asm)+len(t.Problems) {
		return fmt.Errorf("%w: %s: it holds no recorded command: build the module first (make -C %s M=%s)", ErrEmptyTree, dir, t.BuildRoot, root)
	}
	t.added = append(t.added, root)
	t.alias(dir, root)
	return nil
}

// locate finds out what kind of tree dir is and where its sources are.
func locate(dir string) (*Tree, error) {
	root, err := resolve(dir)
	if err != nil {
		return nil, err
	}
	t := &Tree{BuildRoot: root, SrcRoot: root}
	t.alias(dir, root)
	switch {
	case isKbuildOutput(root):
		t.SrcRoot = sourceRoot(root)
		t.config = readConfig(filepath.Join(root, ".config"))
		return t, nil
	case exists(filepath.Join(root, compDBName)):
		t.Kind = CompDB
		return t, nil
	case exists(filepath.Join(root, "Kconfig")) && exists(filepath.Join(root, "Makefile")):
		return nil, fmt.Errorf("%w: %s is a kernel source without a configuration: run make defconfig and make there, or name the O= directory", ErrEmptyTree, dir)
	}
	found := false
	err = filepath.WalkDir(root, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && isRecord(e.Name()) {
			found = true
			return filepath.SkipAll
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", dir, err)
	}
	if !found {
		return nil, fmt.Errorf("%w: %s holds neither a Kbuild output (.config, .*.o.cmd) nor a %s: name the build directory with --build", ErrNoTree, dir, compDBName)
	}
	t.SrcRoot = sourceRoot(root)
	return t, nil
}

// resolve makes dir absolute and resolves its symlinks.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrNoTree, dir, err)
	}
	root, err := filepath.EvalSymlinks(abs)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: %s does not exist: name the build directory with --build", ErrNoTree, dir)
	} else if err != nil {
		return "", fmt.Errorf("%w: %s: %w", ErrNoTree, dir, err)
	}
	if st, err := os.Stat(root); err != nil || !st.IsDir() {
		return "", fmt.Errorf("%w: %s is not a directory: name the build directory itself", ErrNoTree, dir)
	}
	return root, nil
}

// isKbuildOutput tells whether dir was configured by Kbuild.
func isKbuildOutput(dir string) bool {
	return exists(filepath.Join(dir, ".config")) || exists(filepath.Join(dir, "include/generated"))
}

// sourceRoot follows what Kbuild leaves in an O= directory: the `source` symlink,
// or the Makefile that includes the real one. An in-tree build is its own source.
func sourceRoot(build string) string {
	if src, err := filepath.EvalSymlinks(filepath.Join(build, "source")); err == nil && src != build {
		if exists(filepath.Join(src, "Makefile")) {
			return src
		}
	}
	data, err := os.ReadFile(filepath.Join(build, "Makefile"))
	if err != nil {
		return build
	}
	for line := range strings.Lines(string(data)) {
		path, ok := strings.CutPrefix(strings.TrimSpace(line), "include ")
		path = strings.TrimSpace(path)
		if !ok || filepath.Base(path) != "Makefile" || strings.Contains(path, "$") {
			continue
		}
		if src, err := filepath.EvalSymlinks(filepath.Dir(under(build, path))); err == nil {
			return src
		}
	}
	return build
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

// read adds all that is recorded below root.
func (t *Tree) read(root string) error {
	records, images, err := findRecords(root)
	if err != nil {
		return err
	}
	if len(records) == 0 && exists(filepath.Join(root, compDBName)) {
		if err := t.readCompDB(filepath.Join(root, compDBName)); err != nil {
			return err
		}
	}
	apart := linkedApart(images, t.BuildRoot)
	t.readRecords(records, apart)
	t.sort()
	return nil
}

// readRecords reads records, as many at a time as there are processors, and adds what
// they say in their order.
func (t *Tree) readRecords(paths []string, apart map[string]bool) {
	n := runtime.GOMAXPROCS(0)
	parts := make([]Tree, n)
	var wg sync.WaitGroup
	for k := range n {
		part := &parts[k]
		*part = Tree{Kind: t.Kind, SrcRoot: t.SrcRoot, BuildRoot: t.BuildRoot, aliases: t.aliases}
		wg.Add(1)
		go func() {
			defer wg.Done()
			for _, path := range paths[k*len(paths)/n : (k+1)*len(paths)/n] {
				part.readRecord(path, apart)
			}
		}()
	}
	wg.Wait()
	for k := range parts {
		part := &parts[k]
		t.C, t.Rust, t.Asm = append(t.C, part.C...), append(t.Rust, part.Rust...), append(t.Asm, part.Asm...)
		t.Problems = append(t.Problems, part.Problems...)
		t.HostTools += part.HostTools
		t.Apart += part.Apart
	}
}

// isRecord tells whether a file name is that of a record that may compile code:
// an object, or a library that rustc makes (proc macros, host crates).
func isRecord(name string) bool {
	if !strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".cmd") {
		return false
	}
	switch filepath.Ext(strings.TrimSuffix(name, ".cmd")) {
	case ".o", ".so", ".rlib", ".dylib":
		return true
	}
	return false
}

// findRecords lists the records below root in lexical order: those of objects,
// and those of images. Folders below it that are build trees of their own
// (O=build inside the source) are left out.
func findRecords(root string) (objects, images []string, err error) {
	err = filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		switch {
		case err != nil && path == root:
			return err
		case err != nil:
			return fs.SkipDir
		case e.IsDir():
			if path != root && (e.Name() == ".git" || exists(filepath.Join(path, ".config"))) {
				return fs.SkipDir
			}
		default:
			if isRecord(e.Name()) {
				objects = append(objects, path)
			}
			if isImageRecord(e.Name()) {
				images = append(images, path)
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %s: %w", ErrNoTree, root, err)
	}
	return objects, images, nil
}

// readRecord adds the unit of one .cmd file, unless its object is among those
// that are linked apart.
func (t *Tree) readRecord(path string, apart map[string]bool) {
	f, problem := readCmdFile(path)
	if problem != nil {
		t.Problems = append(t.Problems, *problem)
	}
	if f == nil {
		return
	}
	u, problem := f.unit(t.BuildRoot)
	if problem != nil {
		t.Problems = append(t.Problems, *problem)
		return
	}
	if u.c != nil && u.c.hostTool(t.Rel(u.c.Object)) {
		t.HostTools++
		return
	}
	if u.c != nil && apart[u.c.Object] {
		t.Apart++
		return
	}
	t.add(u, path, f.lineNo)
}

// add appends a unit whose source exists.
func (t *Tree) add(u units, record string, line int) {
	var source string
	switch {
	case u.c != nil:
		source = u.c.File
	case u.rust != nil:
		source = u.rust.Source
	case u.asm != nil:
		source = u.asm.File
	default:
		return
	}
	if !exists(source) {
		t.Problems = append(t.Problems, Problem{File: record, Line: line, Lost: true,
			Text: fmt.Sprintf("its source %s does not exist: it was moved or removed since the build: build again", source)})
		return
	}
	switch {
	case u.c != nil:
		t.C = append(t.C, *u.c)
	case u.rust != nil:
		t.Rust = append(t.Rust, *u.rust)
	case u.asm != nil:
		t.Asm = append(t.Asm, *u.asm)
	}
}

func (t *Tree) sort() {
	slices.SortStableFunc(t.C, func(a, b CUnit) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Object, b.Object), cmp.Compare(a.Line, b.Line))
	})
	slices.SortStableFunc(t.Rust, func(a, b RustUnit) int {
		return cmp.Or(strings.Compare(a.Source, b.Source), strings.Compare(a.Object, b.Object), cmp.Compare(a.Line, b.Line))
	})
	slices.SortStableFunc(t.Asm, func(a, b AsmUnit) int {
		return cmp.Or(strings.Compare(a.File, b.File), strings.Compare(a.Object, b.Object))
	})
	slices.SortStableFunc(t.Problems, func(a, b Problem) int {
		return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

func (t *Tree) empty() bool { return len(t.C)+len(t.Rust)+len(t.Asm) == 0 }

func (t *Tree) emptyError(dir string) error {
	if t.Kind == CompDB {
		return fmt.Errorf("%w: %s lists no C file and no Rust crate", ErrEmptyTree, filepath.Join(dir, compDBName))
	}
	return fmt.Errorf("%w: %s is configured, but nothing was compiled in it: run make there first (make prepare is enough for the Rust crates, make vmlinux for the C files)", ErrEmptyTree, dir)
}

// findBindings looks for the generated bindings where Kbuild puts them.
func (t *Tree) findBindings() {
	for _, name := range []string{"bindings_generated.rs", "bindings_helpers_generated.rs"} {
		if path := filepath.Join(t.BuildRoot, "rust/bindings", name); exists(path) {
			t.Bindings = append(t.Bindings, path)
		}
	}
	if path := filepath.Join(t.BuildRoot, "rust/uapi/uapi_generated.rs"); exists(path) {
		t.UAPI = path
	}
}
