package kbuild

import (
	"path/filepath"
	"strings"
)

// alias remembers that the user called root by another name.
func (t *Tree) alias(dir, root string) {
	if abs, err := filepath.Abs(dir); err == nil && abs != root {
		t.aliases = append(t.aliases, [2]string{abs, root})
	}
}

// Rel is path relative to the build or source tree, whichever lies deeper, for
// use in messages and tables. A path outside both stays as it is, made clean. A
// relative path is taken to be relative to the build directory.
func (t *Tree) Rel(path string) string {
	path = under(t.BuildRoot, path)
	for _, a := range t.aliases {
		if rest, ok := below(a[0], path); ok {
			path = filepath.Join(a[1], rest)
			break
		}
	}
	roots := [2]string{t.BuildRoot, t.SrcRoot}
	if len(t.SrcRoot) > len(t.BuildRoot) {
		roots = [2]string{t.SrcRoot, t.BuildRoot}
	}
	for _, root := range roots {
		if rest, ok := below(root, path); ok {
			return rest
		}
	}
	return path
}

// Abs is the inverse of [Tree.Rel]: the file in the source or, where there is
// none, in the build tree.
func (t *Tree) Abs(rel string) string {
	if filepath.IsAbs(rel) {
		return filepath.Clean(rel)
	}
	if path := filepath.Join(t.SrcRoot, rel); exists(path) {
		return path
	}
	return filepath.Join(t.BuildRoot, rel)
}

// below is path without dir in front, and whether it lies in dir at all.
func below(dir, path string) (string, bool) {
	if path == dir {
		return ".", true
	}
	return strings.CutPrefix(path, strings.TrimSuffix(dir, "/")+"/")
}
