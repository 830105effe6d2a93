package kbuild

import (
	"bufio"
	"debug/elf"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// SymbolFiles are the files that [Tree.Symbols] reads; none where there is no
// System.map.
func (t *Tree) SymbolFiles() []string {
	name := filepath.Join(t.BuildRoot, "System.map")
	if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) || t.Kind != Kbuild {
		return nil
	}
	files := []string{name}
	for i := range t.Asm {
		files = append(files, t.Asm[i].Object)
	}
	return files
}

// Symbols are the names that the linked kernel defines, by its System.map, and
// those of assembly that is not linked into it. A function that is called but
// neither among them nor in any C file is never called: the compiler found out that
// the call is dead, or linking would have failed. Without a System.map, where the
// kernel was not linked, the result is nil. It fails where a file cannot be read.
func (t *Tree) Symbols() (map[string]bool, error) {
	files := t.SymbolFiles()
	if files == nil {
		return nil, nil
	}
	name := files[0]
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	symbols := map[string]bool{}
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		words := strings.Fields(lines.Text()) // address, type, name
		if len(words) != 3 {
			return nil, fmt.Errorf("%s:%d: want an address, a type and a name; link the kernel again", name, n)
		}
		symbols[words[2]] = true
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	for _, object := range files[1:] {
		if err := objectSymbols(object, symbols); err != nil {
			return nil, err
		}
	}
	return symbols, nil
}

// objectSymbols adds the names that an object file defines.
func objectSymbols(path string, symbols map[string]bool) error {
	obj, err := elf.Open(path)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	defer obj.Close()
	list, err := obj.Symbols()
	if errors.Is(err, elf.ErrNoSymbols) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	for _, s := range list {
		if s.Section != elf.SHN_UNDEF && s.Name != "" {
			symbols[s.Name] = true
		}
	}
	return nil
}
