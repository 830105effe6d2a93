// Package corelib prepares the sources of Rust's core library for the compiler and for
// rustdoc: the MIR and the items of a whole kernel's core are what takes most memory of
// all, and nine tenths of what a target's core::arch holds cannot be called on it.
//
// [Make] makes a copy of the sources: links to the files, and a changed text ([Edits]) of
// the few that matter. In the copy
//
//   - what is only there for rustdoc is not: it always sets `doc`, at which core shows
//     the intrinsics of all processors. So the items are those of the crate that is
//     compiled, too;
//   - functions that use features of the processor are there where the target has these
//     ([Features]); a kernel's has no vector instructions;
//   - intrinsics that rustc 1.78 cannot print the MIR of are plain functions. Their
//     bodies never return, by which package mono knows them.
//
// All positions stay. The copy lies in a folder under the full name of each file, so that
// [Copy.Original] has only to take the folder's name away.
package corelib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// Copy is a copy of the sources of a crate.
type Copy struct {
	// Dir holds it, Source is the root file in it.
	Dir, Source string
}

// Make makes a copy in dir of the crate whose root file is source: of the folder that
// it stands in, and of those that modules in other places stand in. It is nil where
// there is nothing to change.
func Make(source, dir string, kind Kind) (*Copy, error) {
	m := maker{dir: dir, folders: map[string]bool{}, edits: NewEdits(kind)}
	for todo := []string{filepath.Dir(source)}; len(todo) > 0; todo = todo[1:] {
		more, err := m.folder(todo[0])
		if err != nil {
			return nil, fmt.Errorf("copying the sources of %s: %w", source, err)
		}
		todo = append(todo, more...)
	}
	edited := false
	for _, path := range m.files {
		changed, err := m.copy(path)
		if err != nil {
			return nil, fmt.Errorf("copying the sources of %s: %w", source, err)
		}
		edited = edited || changed
	}
	if !edited {
		return nil, nil
	}
	return &Copy{dir, filepath.Join(dir, source)}, nil
}

// Remap is the argument by which the compiler writes the names of the originals.
func (c *Copy) Remap() string {
	rest := strings.TrimPrefix(c.Source, c.Dir)
	first := rest[:1+strings.IndexByte(rest[1:]+"/", '/')]
	return "--remap-path-prefix=" + c.Dir + first + "=" + first
}

// Original is text that names files of the copy with the names of the originals, as the
// compiler writes it into a list of make's, or rustdoc into JSON.
func (c *Copy) Original(text []byte) []byte {
	for _, name := range []string{c.Dir, strings.ReplaceAll(c.Dir, " ", `\ `), inJSON(c.Dir)} {
		text = bytes.ReplaceAll(text, []byte(name+"/"), []byte("/"))
	}
	return text
}

// inJSON is a string as serde writes it, without the quotes.
func inJSON(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(s) != nil {
		return s
	}
	return strings.Trim(strings.TrimSpace(b.String()), `"`)
}

type maker struct {
	dir     string
	folders map[string]bool
	files   []string
	edits   *Edits
}

// bound is how many files are copied at most: core has some 1,500.
const bound = 20000

// folder notes the files of a folder and of all below it, and gives the folders of the
// modules and files that they name and that lie elsewhere.
func (m *maker) folder(root string) (more []string, err error) {
	for done := range m.folders {
		if root == done || strings.HasPrefix(root, done+"/") {
			return nil, nil
		}
	}
	m.folders[root] = true
	return more, filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if m.files = append(m.files, path); len(m.files) > bound {
			return fmt.Errorf("%s holds more than %d files", root, bound)
		}
		if !strings.HasSuffix(path, ".rs") {
			return nil
		}
		text, err := os.ReadFile(path)
		m.edits.Names(filepath.Dir(path), text)
		for _, n := range elsewhere(path, text) {
			more = append(more, filepath.Dir(n))
		}
		return err
	})
}

// named is what names another source file: the place of a module, or of included text.
var named = regexp.MustCompile(`(?:#\[path\s*=\s*|\binclude(?:_str|_bytes)?!\s*\(\s*)"(\.\./[^"\n]+)"`)

// elsewhere are the files outside its folder that a source file names and that are there.
func elsewhere(path string, text []byte) []string {
	var out []string
	for _, g := range named.FindAllSubmatch(text, -1) {
		other := filepath.Join(filepath.Dir(path), string(g[1]))
		if info, err := os.Stat(other); err == nil && !info.IsDir() {
			out = append(out, other)
		}
	}
	return out
}

// copy copies a file; it tells whether the copy differs. A file may be there already,
// where a folder holds another that was copied before.
func (m *maker) copy(path string) (changed bool, err error) {
	to := filepath.Join(m.dir, path)
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return false, err
	}
	var edited []byte
	if strings.HasSuffix(path, ".rs") {
		text, err := os.ReadFile(path)
		if err != nil {
			return false, err
		}
		edited = m.edits.Edit(filepath.Dir(path), text)
	}
	if edited == nil {
		err = os.Symlink(path, to)
	} else {
		err = writeNew(to, edited)
	}
	if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	return edited != nil, err
}

// writeNew writes a file that was not there: never the original, through a link.
func writeNew(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Close())
}
