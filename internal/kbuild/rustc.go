package kbuild

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// ErrNoRustc: the compiler that a crate was recorded with cannot be found.
var ErrNoRustc = errors.New("no usable rustc")

// Rustc is the path of the compiler of u. A crate's metadata can be read by no
// other compiler than the one that wrote it, so where the record has only a name
// and the configuration says which version the tree was built with, every rustc
// in PATH and the system's folders is asked for its version: a rustup toolchain
// in front of the distribution's is passed over.
func (t *Tree) Rustc(u RustUnit) (string, error) {
	want := t.Config("CONFIG_RUSTC_VERSION_TEXT")
	if strings.Contains(u.Program, "/") {
		path := under(u.Dir, u.Program)
		if _, err := rustcVersion(path); err != nil {
			return "", fmt.Errorf("%w: %s:%d names %s: %w: install it, or build the tree again with the rustc you have", ErrNoRustc, u.CmdFile, u.Line, path, err)
		}
		return path, nil
	}
	var seen, paths []string
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/local/bin", "/usr/bin") {
		if path := filepath.Join(dir, u.Program); filepath.IsAbs(path) && exists(path) && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	for _, path := range paths {
		if want != "" { // all at a time: rustup takes a while to find its own
			go func() { _, _ = rustcVersion(path) }()
		}
	}
	for _, path := range paths {
		version, err := rustcVersion(path)
		if err != nil {
			continue
		}
		if want == "" || version == want {
			return path, nil
		}
		seen = append(seen, fmt.Sprintf("%s is %s", path, version))
	}
	switch {
	case seen != nil:
		return "", fmt.Errorf("%w: the tree was built with %s, but %s: install that version, or build the tree again", ErrNoRustc, want, strings.Join(seen, ", "))
	case want != "":
		return "", fmt.Errorf("%w: %s is not in PATH; the tree was built with %s: install it", ErrNoRustc, u.Program, want)
	}
	return "", fmt.Errorf("%w: %s is not in PATH: install it", ErrNoRustc, u.Program)
}

// rustcVersions are the answers of `rustc --version`, by path: functions that ask once.
var rustcVersions sync.Map

func rustcVersion(path string) (string, error) {
	ask, _ := rustcVersions.LoadOrStore(path, sync.OnceValues(func() (string, error) {
		if !exists(path) {
			return "", errors.New("it does not exist")
		}
		out, err := exec.Command(path, "--version").Output()
		if err != nil {
			return "", fmt.Errorf("it does not run: %w", err)
		}
		return strings.TrimSpace(string(out)), nil
	}))
	return ask.(func() (string, error))()
}
