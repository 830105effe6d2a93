package kbuild

import (
	"path/filepath"
	"regexp"
	"strings"
)

// isImageRecord tells whether a file name is that of a record that may link an
// image of its own: the vDSO (vdso64.so.dbg), real-mode code (realmode.elf), the
// decompressor (arch/x86/boot/compressed/vmlinux).
func isImageRecord(name string) bool {
	target, ok := strings.CutSuffix(name, ".cmd")
	if !ok || !strings.HasPrefix(name, ".") {
		return false
	}
	switch filepath.Ext(target[1:]) {
	case "", ".so", ".dbg", ".elf", ".ro":
		return true
	}
	return false
}

// linker matches the programs that link.
var linker = regexp.MustCompile(`(^|-)(ld|ld\.lld|ld\.bfd|gcc|clang|cc)(-[0-9.]+)?$`)

// linkedApart is the objects that the given records link into images other than
// the kernel. Such code runs in another world (user space, before the kernel is
// up) and defines names that the kernel has as well, memcpy() among them.
func linkedApart(records []string, buildRoot string) map[string]bool {
	apart := map[string]bool{}
	for _, path := range records {
		f, _ := readCmdFile(path)
		// The kernel itself is linked at the top of the tree.
		if f == nil || !strings.Contains(f.target, "/") || f.workDir(buildRoot) == filepath.Dir(path) {
			continue
		}
		addLinked(apart, f, buildRoot, 0)
	}
	return apart
}

// addLinked adds the objects among a record's linker arguments, and those in the
// archives among them.
func addLinked(apart map[string]bool, f *cmdFile, buildRoot string, depth int) {
	cmds, err := splitShell(f.line)
	if err != nil || depth == maxResponseDepth {
		return
	}
	dir := f.workDir(buildRoot)
	for _, cmd := range cmds {
		if len(cmd.Args) == 0 || depth == 0 && !linker.MatchString(filepath.Base(cmd.Args[0])) {
			continue
		}
		for _, word := range cmd.Args[1:] {
			path := under(dir, word)
			switch filepath.Ext(word) {
			case ".o":
				apart[path] = true
			case ".a":
				name := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".cmd")
				if lib, _ := readCmdFile(name); lib != nil && lib.target != f.target {
					addLinked(apart, lib, buildRoot, depth+1)
				}
			}
		}
	}
}
