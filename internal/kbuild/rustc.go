package kbuild

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
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
	var seen []string
	for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/local/bin", "/usr/bin") {
		path := filepath.Join(dir, u.Program)
		if !filepath.IsAbs(path) {
			continue
		}
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

type versionAnswer struct {
	text string
	err  error
}

// rustcVersions remembers the answers of `rustc --version`, by path.
var rustcVersions sync.Map

func rustcVersion(path string) (string, error) {
	if a, ok := rustcVersions.Load(path); ok {
		return a.(versionAnswer).text, a.(versionAnswer).err
	}
	var a versionAnswer
	if _, err := os.Stat(path); err != nil {
		a.err = errors.New("it does not exist")
	} else if out, err := exec.Command(path, "--version").Output(); err != nil {
		a.err = fmt.Errorf("it does not run: %w", err)
	} else {
		a.text = strings.TrimSpace(string(out))
	}
	rustcVersions.Store(path, a)
	return a.text, a.err
}
