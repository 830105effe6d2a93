package pipeline

import (
	"errors"
	"fmt"
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
// Rust name of a helper, or the file or folder they are in. Without names it is the Rust
// helpers of a kernel tree, and every C function of the .c files of any other. The order is
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
		return a.where(func(f *infer.Func) bool { return filepath.Ext(f.Pos.File) == ".c" }), nil
	}
	if len(helpers) == 0 {
		return nil, fmt.Errorf("%w: no helper of %s was compiled in %s: name functions or files", ErrNothing, helperDir, a.Tree.BuildRoot)
	}
	return helpers, nil
}

// named finds the functions behind one name. A word is a function rather than a
// folder, which a slash behind it makes clear.
func (a *Analysis) named(name string) []*infer.Summary {
	if strings.ContainsRune(name, '/') || name == "." || strings.HasSuffix(name, ".c") || strings.HasSuffix(name, ".h") {
		return a.inPlace(name)
	}
	sums := a.Sol.Lookup(name)
	for _, s := range a.Sol.Lookup(annotate.HelperPrefix + name) {
		if s.Func != nil {
			sums = append(sums, s)
		}
	}
	if len(sums) == 0 {
		return a.inPlace(name)
	}
	return sums
}

// inPlace lists the functions in a file or below a folder. A relative name starts
// at the tree or, failing that, at the working directory.
func (a *Analysis) inPlace(name string) []*infer.Summary {
	names := []string{a.Tree.Rel(name)}
	if abs, err := filepath.Abs(name); err == nil {
		names = append(names, a.Tree.Rel(abs))
	}
	for _, rel := range names {
		sums := a.where(func(f *infer.Func) bool {
			return f.Pos.File == rel || strings.HasPrefix(f.Pos.File, rel+"/") || rel == "." && !filepath.IsAbs(f.Pos.File)
		})
		if len(sums) > 0 {
			return sums
		}
	}
	return nil
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
	return fmt.Errorf("%w: %s: neither a function nor a file or folder of the C code in %s", ErrUnknown, name, a.Tree.BuildRoot)
}

// Sources reads the sources of the tree, to quote them.
func (a *Analysis) Sources() *check.Sources {
	return check.NewSources(a.Tree.SrcRoot, a.Tree.BuildRoot)
}
