package pipeline

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/annotate"
	"preemptck/check"
	"preemptck/infer"
	"preemptck/internal/kbuild"
)

// helperDir is where Kbuild keeps the C side of the bindings.
const helperDir = "rust/helpers/"

// ErrUnknown says that a name fits no function or file of the program.
var ErrUnknown = errors.New("no such function")

// Select finds C functions by what a user calls them: a name, a symbol, the
// Rust name of a helper, or the file they are in. Without names it is the Rust
// helpers of a kernel tree, and every C function of any other. The order is
// that of the names, and of ID below one.
func (a *Analysis) Select(names []string) ([]*infer.Summary, error) {
	if len(names) == 0 {
		return a.selectDefault()
	}
	var out []*infer.Summary
	seen := map[string]bool{}
	var errs []error
	for _, name := range names {
		sums := a.named(name)
		if len(sums) == 0 {
			errs = append(errs, a.unknown(name))
		}
		for _, s := range sums {
			if !seen[s.Name] {
				seen[s.Name] = true
				out = append(out, s)
			}
		}
	}
	return out, errors.Join(errs...)
}

func (a *Analysis) selectDefault() ([]*infer.Summary, error) {
	helpers := a.where(func(f *infer.Func) bool { return strings.HasPrefix(f.Pos.File, helperDir) && !f.Static })
	if a.Tree.Kind == kbuild.CompDB {
		return a.where(func(*infer.Func) bool { return true }), nil
	}
	if len(helpers) == 0 {
		return nil, fmt.Errorf("%w: no helper of %s was compiled in %s: name functions or files", ErrNothing, helperDir, a.Tree.BuildRoot)
	}
	return helpers, nil
}

// named finds the functions behind one name.
func (a *Analysis) named(name string) []*infer.Summary {
	if strings.ContainsRune(name, '/') || strings.HasSuffix(name, ".c") || strings.HasSuffix(name, ".h") {
		rel := a.fileName(name)
		return a.where(func(f *infer.Func) bool { return f.Pos.File == rel })
	}
	sums := a.Sol.Lookup(name)
	for _, s := range a.Sol.Lookup(annotate.HelperPrefix + name) {
		if s.Func != nil {
			sums = append(sums, s)
		}
	}
	return sums
}

// fileName is a file as positions have it: relative to the tree also where the
// user gave a path from the working directory.
func (a *Analysis) fileName(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		if _, err := os.Stat(abs); err == nil {
			return a.Tree.Rel(abs)
		}
	}
	return a.Tree.Rel(name)
}

// where lists the C functions that match, by file, line and ID.
func (a *Analysis) where(match func(*infer.Func) bool) []*infer.Summary {
	var out []*infer.Summary
	for _, s := range a.Sol.All() {
		if s.Func.Lang == infer.C && match(s.Func) {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(x, y *infer.Summary) int {
		if c := strings.Compare(x.Func.Pos.File, y.Func.Pos.File); c != 0 {
			return c
		}
		return int(x.Func.Pos.Line) - int(y.Func.Pos.Line)
	})
	return out
}

func (a *Analysis) unknown(name string) error {
	if near := a.Suggest(name); len(near) > 0 {
		return fmt.Errorf("%w: %s: did you mean %s", ErrUnknown, name, strings.Join(near, ", "))
	}
	return fmt.Errorf("%w: %s: neither a function nor a file of the C code in %s", ErrUnknown, name, a.Tree.BuildRoot)
}

// Sources reads the sources of the tree, to quote them.
func (a *Analysis) Sources() *check.Sources {
	return check.NewSources(a.Tree.SrcRoot, a.Tree.BuildRoot)
}
