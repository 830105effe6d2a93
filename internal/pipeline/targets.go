package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/internal/kbuild"
	"preemptck/rustfront"
)

// Target is something to check that was found in the tree or made for it.
type Target struct {
	// Arg is how the user named it.
	Arg string
	// Unit is how it is compiled; nil for MIR text.
	Unit *kbuild.RustUnit
	// MIR is the file of MIR text, absolute, or "".
	MIR string
	// module is set for sources that are no crate of the tree.
	module bool
}

// Targets finds what the user named; several names may mean one crate, and one
// name several. A name that means nothing gives an error, and the others stay.
func (a *Analysis) Targets(args []string) ([]Target, []error) {
	var out []Target
	var errs []error
	seen := map[string]bool{}
	for _, arg := range args {
		found, err := a.target(arg)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		for _, t := range found {
			id := t.MIR
			if t.Unit != nil {
				id = t.Unit.Source + "\x00" + t.Unit.Crate
			}
			if !seen[id] {
				seen[id] = true
				out = append(out, t)
			}
		}
	}
	return out, errs
}

// target finds what one argument means.
func (a *Analysis) target(arg string) ([]Target, error) {
	if filepath.Ext(arg) == ".mir" {
		path, err := filepath.Abs(arg)
		if err == nil {
			_, err = os.Stat(path)
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %s: %w", kbuild.ErrNoTarget, arg, err)
		}
		return []Target{{Arg: arg, MIR: path}}, nil
	}
	units, err := a.Tree.RustTargets(arg)
	if err == nil {
		var out []Target
		for i := range units {
			if isProcMacro(&units[i]) && len(units) > 1 {
				continue // runs in the compiler, not in the kernel
			}
			out = append(out, Target{Arg: arg, Unit: &units[i]})
		}
		return out, nil
	}
	if filepath.Ext(arg) != ".rs" || !errors.Is(err, kbuild.ErrNoTarget) {
		return nil, err
	}
	unit, err := a.Tree.ModuleUnit(arg)
	if err != nil {
		return nil, err
	}
	return []Target{{Arg: arg, Unit: &unit, module: true}}, nil
}

func isProcMacro(u *kbuild.RustUnit) bool {
	for i, arg := range u.Args {
		if arg == "--crate-type=proc-macro" || arg == "proc-macro" && i > 0 && u.Args[i-1] == "--crate-type" {
			return true
		}
	}
	return false
}

// closure lists the crates that a target needs, itself last: what its command
// line names with --extern, what those need, and core, which none names.
func (a *Analysis) closure(u *kbuild.RustUnit) []*kbuild.RustUnit {
	var out []*kbuild.RustUnit
	seen := map[string]bool{u.Crate: true}
	var need func(u *kbuild.RustUnit)
	need = func(u *kbuild.RustUnit) {
		for _, name := range append([]string{"core"}, rustfront.Externs(u.Args)...) {
			if seen[name] {
				continue
			}
			seen[name] = true
			if dep := a.crate(name); dep != nil && !isProcMacro(dep) {
				need(dep)
				out = append(out, dep)
			}
		}
	}
	need(u)
	return append(out, u)
}

// crate is the library crate of that name in the tree, or nil. Among several the
// one in rust/ is the kernel's own.
func (a *Analysis) crate(name string) *kbuild.RustUnit {
	var found *kbuild.RustUnit
	for i := range a.Tree.Rust {
		u := &a.Tree.Rust[i]
		if u.Crate == name && (found == nil || strings.HasPrefix(a.Tree.Rel(u.Object), "rust/")) {
			found = u
		}
	}
	return found
}

// own tells which files a target's author wrote: those the crate was made from,
// and for sources outside the tree all beside them. Where the tree does not say
// what the crate was made from, it is what the compiler has read of the folder
// that it stands in.
func (a *Analysis) own(t *Target, world *rustfront.World) func(string) bool {
	if t.Unit == nil {
		return nil
	}
	source := a.Tree.Rel(t.Unit.Source)
	files := map[string]bool{source: true}
	for _, d := range t.Unit.Deps {
		if filepath.Ext(d) == ".rs" {
			files[a.Tree.Rel(d)] = true
		}
	}
	below := a.Tree.Rel(filepath.Dir(t.Unit.Source)) + "/"
	if len(files) == 1 && world != nil {
		for _, f := range world.Sources(t.Unit.Crate) {
			if strings.HasPrefix(f, below) {
				files[f] = true
			}
		}
	}
	if !t.module && slices.ContainsFunc(t.Unit.Deps, func(d string) bool { return filepath.Ext(d) == ".rs" }) {
		below = ""
	}
	return func(file string) bool {
		return files[file] || below != "" && strings.HasPrefix(file, below)
	}
}
