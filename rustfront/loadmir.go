package rustfront

import (
	"fmt"
	"os"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Has tells whether a crate was loaded.
func (w *World) Has(crate string) bool { return w.crates[crate] != nil }

// LoadMIR adds a crate of which there is only MIR text, in the file at path,
// called name in messages. Text that is no MIR is an error with its line.
// Without rustdoc's items only its free functions without type parameters are
// known; left tells how many other bodies there are.
func (w *World) LoadMIR(crate, path, name string) (left int, err error) {
	if w.Has(crate) {
		return 0, fmt.Errorf("%s: crate %s is given twice", name, crate)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, fmt.Errorf("reading MIR: %w", err)
	}
	f := mir.ParseFile(name, string(text))
	if len(f.Notes) > 0 {
		n := f.Notes[0]
		return 0, fmt.Errorf("%s:%d: not MIR as rustc writes it: %s", name, max(n.Line, 1), n.Text)
	}
	its := &items.Crate{Name: crate, Fns: map[string]*items.Fn{}}
	for _, it := range f.Items {
		if it.Kind != mir.ItemFn || it.CTFE {
			continue
		}
		if !isPlainPath(it.RawPath) {
			left++
			continue
		}
		its.Fns[crate+"::"+it.RawPath] = &items.Fn{Name: it.RawPath, Output: ty.TupleOf(nil), HasBody: true}
	}
	if len(its.Fns) == 0 {
		return 0, fmt.Errorf("%s:1: holds no function that can be checked", name)
	}
	ix, err := mir.OpenIndex(path)
	if err != nil {
		return 0, err
	}
	w.crates[crate], w.index[crate] = &Crate{Name: crate}, ix
	w.mono.Add(its, bodies{ix})
	return left, nil
}

// isPlainPath tells whether a path is that of a free function: closures, methods
// and generic functions have more than names in it.
func isPlainPath(path string) bool {
	for _, r := range path {
		if r == '<' || r == '{' || r == ' ' || r == '[' {
			return false
		}
	}
	return path != ""
}
