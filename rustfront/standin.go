package rustfront

import (
	_ "embed"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed model/core.rs
var modelCore []byte

// standInCore is a crate of the name of core for crates that come without the
// real one: its commonest types and functions, compiled like any other crate.
// Calls of what it lacks are reported. It is nil where core is among the crates.
func standInCore(crates []Crate, cacheDir string) (*Crate, error) {
	if len(crates) == 0 {
		return nil, nil
	}
	for _, c := range crates {
		if c.Name == "core" {
			return nil, nil
		}
	}
	dir := filepath.Join(cacheDir, "model")
	path := filepath.Join(dir, "core.rs")
	if have, err := os.ReadFile(path); err != nil || string(have) != string(modelCore) {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return nil, fmt.Errorf("cache: %w", err)
		}
		if err := writeAtomic(path, modelCore); err != nil {
			return nil, fmt.Errorf("cache: %w", err)
		}
	}
	return &Crate{Name: "core", Program: crates[0].Program, Dir: dir, Source: path,
		Args: []string{"--crate-name", "core", "--crate-type", "lib", "--edition=2021", "-Cpanic=abort", path}}, nil
}

func writeAtomic(path string, text []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "tmp-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.Write(text); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
