package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/internal/kbuild"
)

// sample is a build tree with only some of a kernel's C files, and all of the rest.
type sample struct {
	// dir is the build directory.
	dir string
	// c are the C files that stayed.
	c []kbuild.CUnit
	// touched is one of them, a copy that may be changed.
	touched string
}

// newSample makes a build tree of n C files of tree in dir, spread evenly; n of zero
// or less takes all. Records are copied, everything else is linked to.
func newSample(tree *kbuild.Tree, n int, dir string) (*sample, error) {
	units := slices.DeleteFunc(slices.Clone(tree.C), func(u kbuild.CUnit) bool {
		return !strings.HasPrefix(u.File, tree.SrcRoot+"/") // generated, and no source to copy
	})
	if len(units) == 0 {
		return nil, errors.New("the kernel has no C files")
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	if n <= 0 || n > len(units) {
		n = len(units)
	}
	s := &sample{dir: filepath.Join(dir, "build")}
	stay := map[string]bool{}
	for i := range n {
		u := units[i*len(units)/n]
		s.c = append(s.c, u)
		stay[u.CmdFile] = true
	}
	drop := map[string]bool{}
	for _, u := range tree.C {
		if !stay[u.CmdFile] {
			drop[u.CmdFile] = true
		}
	}
	last := &s.c[len(s.c)-1]
	s.touched = filepath.Join(dir, filepath.Base(last.File))
	if err := copyFile(s.touched, last.File, nil); err != nil {
		return nil, err
	}
	err := filepath.WalkDir(tree.BuildRoot, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(s.dir, strings.TrimPrefix(path, tree.BuildRoot))
		switch {
		case e.IsDir():
			return os.MkdirAll(to, 0o755)
		case drop[path]:
			return nil
		case path == last.CmdFile:
			return copyFile(to, path, func(text string) string {
				text = strings.ReplaceAll(text, last.File, s.touched)
				return strings.Replace(text, " -nostdinc", " -iquote "+filepath.Dir(last.File)+" -nostdinc", 1)
			})
		case strings.HasSuffix(path, ".cmd"):
			return copyFile(to, path, nil)
		}
		return os.Symlink(path, to)
	})
	if err != nil {
		return nil, fmt.Errorf("making a smaller build tree: %w", err)
	}
	return s, nil
}

// bytesRead is how many bytes files and the headers that they read have together.
func bytesRead(units []kbuild.CUnit) int64 {
	var sum int64
	sizes := map[string]int64{}
	for i := range units {
		for _, path := range append(units[i].RecordedFiles(), units[i].File) {
			size, ok := sizes[path]
			if !ok {
				if info, err := os.Stat(path); err == nil {
					size = info.Size()
				}
				sizes[path] = size
			}
			sum += size
		}
	}
	return sum
}

// copyFile copies a text, changed by edit if that is not nil.
func copyFile(to, from string, edit func(string) string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	if edit != nil {
		text = []byte(edit(string(text)))
	}
	return os.WriteFile(to, text, 0o644)
}

// touch adds text to the file that may be changed.
func (s *sample) touch(text string) error {
	f, err := os.OpenFile(s.touched, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}

// withoutOutput leaves out of a compiler's arguments what writes files: the object
// and the dependencies.
func withoutOutput(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-o":
			i++
		case a == "-c", strings.HasPrefix(a, "-Wp,-M"):
		default:
			out = append(out, a)
		}
	}
	return out
}
