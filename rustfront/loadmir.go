package rustfront

import (
	"fmt"
	"os"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Has tells whether a crate was loaded.
func (w *World) Has(crate string) bool { return w.crates[crate] != nil }

// LoadMIR adds a crate of which there is only MIR text, in the file at path,
// called name in messages. Text that is no MIR is an error with its line.
// Without rustdoc's items methods, closures and types are known as far as the bodies
// show them; left tells how many methods and closures have type parameters, which
// only their callers check. links are the symbols of foreign
// functions that are linked by another name than their own.
func (w *World) LoadMIR(crate, path, name string, links map[string]string) (left int, err error) {
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
	names, others := namesOf(f), 0
	for _, it := range f.Items {
		names.restore(it)
	}
	its := &items.Crate{Name: crate, Fns: map[string]*items.Fn{}}
	for _, it := range f.Items {
		if it.Kind != mir.ItemFn || it.CTFE {
			continue
		}
		if !isPlainPath(it.RawPath) {
			others++
			continue
		}
		path := names.restoreText(it.RawPath)
		its.Fns[crate+"::"+path] = &items.Fn{Name: path, Output: ty.TupleOf(nil), HasBody: true}
	}
	if len(its.Fns)+others == 0 {
		return 0, fmt.Errorf("%s:1: holds no function that can be checked", name)
	}
	w.addForeign(its, f, links)
	ix, err := mir.OpenIndex(path)
	if err != nil {
		return 0, err
	}
	w.crates[crate], w.index[crate] = &Crate{Name: crate}, ix
	w.mono.Add(its, fullBodies{bodies{ix}, names})
	if err := w.mono.AddText(crate); err != nil {
		return 0, fmt.Errorf("%s: %w", name, err)
	}
	return others - len(w.mono.TextRoots(crate)), nil
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

// addForeign adds the functions that a crate's own `extern` blocks declare, as far as
// calls show them: by name an `extern "C" fn` of the crate, and without a body in it.
func (w *World) addForeign(its *items.Crate, f *mir.File, links map[string]string) {
	for _, it := range f.Items {
		for i := range it.Blocks {
			c := it.Blocks[i].Term.Func.Const
			if it.Blocks[i].Term.Kind != mir.TermCall || c == nil || c.Type == nil || c.Type.Kind != mir.TyFnDef ||
				c.Type.Sig == nil || c.Type.Sig.ABI == "" || c.Path == nil || !isPlainPath(c.Path.String()) {
				continue
			}
			path := c.Path.String()
			first, _, _ := strings.Cut(path, "::")
			if its.Fns[its.Name+"::"+path] != nil || w.Has(first) {
				continue
			}
			symbol := path[strings.LastIndex(path, ":")+1:]
			if s := links[symbol]; s != "" {
				symbol = s
			}
			its.Fns[its.Name+"::"+path] = &items.Fn{Name: path, Output: ty.TupleOf(nil), Symbol: symbol}
		}
	}
}
