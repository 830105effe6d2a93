package pipeline

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"preemptck/internal/kbuild"
)

// withCore gives targets of a tree that does not compile core itself, as a folder
// with a compile_commands.json, the core that comes with the compiler: the
// stand-in that rustfront has for it lacks most of its bodies. Among the compilers that a target
// may mean (it was recorded as `rustc`, without a path) the first with sources
// is taken. Where there is none the targets stay as they are, with a note.
func (a *Analysis) withCore(ctx context.Context, targets []Target) []Target {
	if a.crate("core") != nil {
		return targets
	}
	out := make([]Target, 0, len(targets))
	for _, t := range targets {
		if t.Unit == nil {
			out = append(out, t)
			continue
		}
		unit := *t.Unit
		t.Unit = &unit
		if program, source := a.coreSource(ctx, unit); source != "" {
			unit.Program = program
			if a.crate("core") == nil {
				a.Tree.Rust = append(a.Tree.Rust, coreUnit(program, source, unit.Dir))
			}
		} else {
			a.note(false, "%s: the sources of Rust's core library are not installed (rust-src): calls that the built-in stand-in for it lacks are taken to sleep", t.Arg)
		}
		out = append(out, t)
	}
	return out
}

// coreSource is a compiler that the unit may mean, and the root of its core.
func (a *Analysis) coreSource(ctx context.Context, u kbuild.RustUnit) (program, source string) {
	var candidates []string
	if path, err := a.Tree.Rustc(u); err == nil {
		candidates = append(candidates, path)
	}
	if !strings.Contains(u.Program, "/") {
		for _, dir := range append(filepath.SplitList(os.Getenv("PATH")), "/usr/local/bin", "/usr/bin") {
			candidates = append(candidates, filepath.Join(dir, u.Program))
		}
	}
	for _, path := range candidates {
		root, err := exec.CommandContext(ctx, path, "--print", "sysroot").Output()
		if err != nil {
			continue
		}
		lib := filepath.Join(strings.TrimSpace(string(root)), "lib/rustlib/src/rust/library/core/src/lib.rs")
		if _, err := os.Stat(lib); err == nil {
			return path, lib
		}
	}
	return "", ""
}

var editionLine = regexp.MustCompile(`(?m)^edition\s*=\s*"(\d+)"`)

// coreUnit is the command that compiles core.
func coreUnit(program, source, dir string) kbuild.RustUnit {
	edition := "2024"
	if text, err := os.ReadFile(filepath.Join(filepath.Dir(source), "../Cargo.toml")); err == nil {
		if m := editionLine.FindSubmatch(text); m != nil {
			edition = string(m[1])
		}
	}
	return kbuild.RustUnit{
		Crate: "core", Source: source, Dir: dir, Program: program,
		Args: []string{"--crate-name", "core", "--edition=" + edition, "--crate-type", "lib", "-Cpanic=abort", "--cap-lints=allow", source},
	}
}
