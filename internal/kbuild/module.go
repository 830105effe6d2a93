package kbuild

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// ModuleUnit is the command line with which this tree would compile path, a .rs
// file from anywhere, as a module outside the tree. It is that of one of the
// tree's own drivers, with the names replaced. Nothing is to be written: the
// unit has no object, and neither has its command line an output.
func (t *Tree) ModuleUnit(path string) (RustUnit, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return RustUnit{}, fmt.Errorf("%s: %w", path, err)
	}
	if !exists(abs) {
		return RustUnit{}, fmt.Errorf("%w: %s does not exist", ErrNoTarget, path)
	}
	if err := t.RequireRust(); err != nil {
		return RustUnit{}, err
	}
	model, isDriver := t.modelDriver()
	if model == nil {
		return RustUnit{}, fmt.Errorf("%w: %s was compiled without a kernel crate, so there are no flags to compile %s with", ErrNoRust, t.BuildRoot, path)
	}
	crate := strings.NewReplacer("-", "_", ".", "_").Replace(strings.TrimSuffix(filepath.Base(abs), ".rs"))
	u := RustUnit{Crate: crate, Source: abs, Dir: model.Dir, Program: model.Program, Deps: []string{abs}, CmdFile: model.CmdFile, Line: model.Line}
	for _, e := range model.Env {
		if strings.HasPrefix(e, "RUST_MODFILE=") {
			continue
		}
		u.Env = append(u.Env, e)
	}
	u.Env = append(u.Env, "RUST_MODFILE="+crate)
	u.Args = retarget(model, crate, abs)
	if !isDriver {
		u.Args = append(u.Args, "-Zcrate-attr=no_std", "--extern", "kernel")
	}
	// A driver is made after these, so that a change of theirs changes it.
	for _, d := range model.Deps {
		if sourceKind(d) != 'r' {
			u.Deps = append(u.Deps, d)
		}
	}
	slices.Sort(u.Deps)
	return u, nil
}

// modelDriver is the crate whose flags stand for those of any driver: one that
// uses the kernel crate or, where none was built, the kernel crate itself.
func (t *Tree) modelDriver() (*RustUnit, bool) {
	for i := range t.Rust {
		u := &t.Rust[i]
		for j, a := range u.Args {
			if a == "kernel" && j > 0 && u.Args[j-1] == "--extern" || a == "--extern=kernel" {
				return u, true
			}
		}
	}
	for i := range t.Rust {
		if t.Rust[i].Crate == "kernel" {
			return &t.Rust[i], false
		}
	}
	return nil, false
}

// retarget is the argument list of model with another crate name and source, and
// without outputs.
func retarget(model *RustUnit, crate, source string) []string {
	var args []string
	for i := 0; i < len(model.Args); i++ {
		a := model.Args[i]
		name, _, joined := strings.Cut(a, "=")
		takes := !joined && rustTakesValue[a] && i+1 < len(model.Args)
		switch {
		case name == "--emit" || name == "--out-dir" || name == "-o":
			if takes {
				i++
			}
		case name == "--crate-name":
			if takes {
				i++
			}
			args = append(args, "--crate-name", crate)
		case takes:
			args = append(args, a, model.Args[i+1])
			i++
		case !strings.HasPrefix(a, "-") && under(model.Dir, a) == model.Source:
			args = append(args, source)
		default:
			args = append(args, a)
		}
	}
	return args
}
