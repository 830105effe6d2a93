package kbuild

import (
	"fmt"
	"os"
	"strings"
)

// readConfig reads a .config file; a missing one is an empty configuration.
func readConfig(path string) map[string]string {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	config := map[string]string{}
	for line := range strings.Lines(string(data)) {
		name, value, ok := strings.Cut(strings.TrimSpace(line), "=")
		if ok && strings.HasPrefix(name, "CONFIG_") {
			config[name] = strings.Trim(value, `"`)
		}
	}
	return config
}

// Config is the value of a configuration option ("CONFIG_RUST": "y"), without
// quotes, or "" where it is not set or the tree is not Kbuild's.
func (t *Tree) Config(name string) string { return t.config[name] }

// RequireRust is nil where the tree holds a Rust crate, and otherwise an
// [ErrNoRust] that says what to do.
func (t *Tree) RequireRust() error {
	if len(t.Rust) > 0 {
		return nil
	}
	switch {
	case t.Kind == CompDB:
		return fmt.Errorf("%w: %s/%s has no entry whose program is rustc", ErrNoRust, t.BuildRoot, compDBName)
	case t.Config("CONFIG_RUST") == "y":
		return fmt.Errorf("%w: %s has CONFIG_RUST=y, but no crate was compiled: run make prepare there", ErrNoRust, t.BuildRoot)
	case t.Config("CONFIG_RUST_IS_AVAILABLE") == "y":
		return fmt.Errorf("%w: CONFIG_RUST is not set in %s/.config: set it and run make prepare", ErrNoRust, t.BuildRoot)
	}
	return fmt.Errorf("%w: CONFIG_RUST is not set in %s/.config, and no Rust toolchain was found when it was made: make rustavailable says what is missing", ErrNoRust, t.BuildRoot)
}
