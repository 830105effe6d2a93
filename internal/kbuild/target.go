package kbuild

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// RustTargets maps what a user names to crates of the tree:
//   - an object or library (`drivers/block/rnull.o`), also one that was linked
//     from several, or a module (`rnull.ko`);
//   - a folder: every crate with its object or source below;
//   - a .rs file: the crate it is the root of, or else those that include it.
//
// A relative name starts at the build or source tree or, failing that, at the
// working directory. Nothing found is an [ErrNoTarget].
func (t *Tree) RustTargets(arg string) ([]RustUnit, error) {
	var candidates []string
	if filepath.IsAbs(arg) {
		candidates = []string{filepath.Clean(arg)}
	} else {
		candidates = []string{filepath.Join(t.BuildRoot, arg), filepath.Join(t.SrcRoot, arg)}
		for _, root := range t.added {
			candidates = append(candidates, filepath.Join(root, arg))
		}
		if abs, err := filepath.Abs(arg); err == nil {
			candidates = append(candidates, abs)
		}
	}
	for _, path := range candidates {
		if units := t.rustAt(path); len(units) > 0 {
			return units, nil
		}
		// A name that goes through a symlink.
		if real, err := filepath.EvalSymlinks(path); err == nil && real != path {
			if units := t.rustAt(real); len(units) > 0 {
				return units, nil
			}
		}
	}
	return nil, t.noTarget(arg, candidates)
}

func (t *Tree) rustAt(path string) []RustUnit {
	switch filepath.Ext(path) {
	case ".rs":
		if units := t.rustWhere(func(u *RustUnit) bool { return u.Source == path }); len(units) > 0 {
			return units
		}
		return t.rustWhere(func(u *RustUnit) bool {
			_, found := slices.BinarySearch(u.Deps, path)
			return found
		})
	case ".o", ".so", ".ko", ".rlib", ".a":
		return t.rustInObject(path, 0)
	}
	return t.rustWhere(func(u *RustUnit) bool {
		_, object := below(path, u.Object)
		_, source := below(path, u.Source)
		return object || source
	})
}

func (t *Tree) rustWhere(match func(*RustUnit) bool) []RustUnit {
	var out []RustUnit
	for i := range t.Rust {
		if match(&t.Rust[i]) {
			out = append(out, t.Rust[i])
		}
	}
	return out
}

// rustInObject finds the crate of an object, or of the objects that it was
// linked from: Kbuild names those in the record beside it, in full or in a .mod
// file.
func (t *Tree) rustInObject(path string, depth int) []RustUnit {
	units := t.rustWhere(func(u *RustUnit) bool { return u.Object == path })
	if len(units) > 0 || depth == maxResponseDepth {
		return units
	}
	stem := strings.TrimSuffix(path, filepath.Ext(path))
	if filepath.Ext(path) == ".ko" {
		return t.rustInObject(stem+".o", depth+1)
	}
	var parts []string
	dir := t.BuildRoot
	if f, _ := readCmdFile(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".cmd")); f != nil {
		dir = f.workDir(dir)
		if cmds, err := splitShell(f.line); err == nil {
			for _, cmd := range cmds {
				parts = append(parts, cmd.Args...)
			}
		}
	}
	if data, err := os.ReadFile(stem + ".mod"); err == nil {
		parts = append(parts, strings.Fields(string(data))...)
	}
	for _, p := range parts {
		if filepath.Ext(p) == ".o" && under(dir, p) != path {
			units = append(units, t.rustInObject(under(dir, p), depth+1)...)
		}
	}
	slices.SortFunc(units, func(a, b RustUnit) int { return strings.Compare(a.Object, b.Object) })
	return slices.CompactFunc(units, func(a, b RustUnit) bool { return a.Object == b.Object })
}

// noTarget says why arg names no crate, as far as that can be told.
func (t *Tree) noTarget(arg string, candidates []string) error {
	if err := t.RequireRust(); err != nil {
		return err
	}
	ext := filepath.Ext(arg)
	for _, path := range candidates {
		switch {
		case slices.ContainsFunc(t.C, func(u CUnit) bool { return u.Object == path || u.File == path }):
			return fmt.Errorf("%w: %s is C: check looks at Rust crates, audit at C files", ErrNoTarget, arg)
		case ext == ".o" && exists(strings.TrimSuffix(filepath.Join(t.SrcRoot, t.Rel(path)), ".o")+".rs"):
			return fmt.Errorf("%w: %s was not built: enable its option and run make %s", ErrNoTarget, arg, t.Rel(path))
		}
	}
	if !slices.ContainsFunc(candidates, exists) {
		return fmt.Errorf("%w: %s does not exist in %s", ErrNoTarget, arg, t.BuildRoot)
	}
	return fmt.Errorf("%w: %s holds no Rust crate that was built in %s", ErrNoTarget, arg, t.BuildRoot)
}
