package rustfront

import (
	"fmt"
	"os"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Has tells whether a crate was loaded.
func (w *World) Has(crate string) bool { return w.crates[crate] != nil }

// Text is what there is to say of a crate that was added by its MIR alone.
type Text struct {
	// Left is the number of methods and closures with type parameters, which only
	// their callers check.
	Left int
	// Notes are the forms that were not understood.
	Notes []Note
}

// LoadMIR adds a crate of which there is only MIR text, in the file at path,
// called name in messages. Text that is no MIR, or not all of it, is an error with its
// line. Without rustdoc's items methods, closures and types are known as far as the
// bodies show them. links are the symbols of foreign
// functions that are linked by another name than their own, needs the crates that it was
// compiled against.
func (w *World) LoadMIR(crate, path, name string, links map[string]string, needs []string) (*Text, error) {
	if w.Has(crate) {
		return nil, fmt.Errorf("%s: crate %s is given twice", name, crate)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading MIR: %w", err)
	}
	f := mir.ParseFile(name, string(text))
	var out Text
	for _, n := range f.Notes {
		at := infer.Pos{File: name, Line: int32(max(n.Line, 1)), Col: 1}
		if !n.Form {
			return nil, fmt.Errorf("%s:%d: not MIR as rustc writes it: %s", name, at.Line, n.Text)
		}
		out.Notes = append(out.Notes, Note{at, n.Text})
	}
	names, others := namesOf(f, w.mono.Only), 0
	names.file = path
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
		full := names.restoreText(it.RawPath)
		its.Fns[crate+"::"+full] = &items.Fn{Name: full, Output: ty.TupleOf(nil), HasBody: true,
			Pos: items.Pos{File: path, Line: int32(it.Line), Col: 1}}
	}
	if len(its.Fns)+others == 0 {
		return nil, fmt.Errorf("%s:1: holds no function that can be checked", name)
	}
	w.addForeign(its, f, links)
	ix, err := mir.OpenIndex(path)
	if err != nil {
		return nil, err
	}
	w.crates[crate], w.index[crate] = &Crate{Name: crate, needs: needs}, ix
	w.mono.Add(its, fullBodies{bodies{ix}, names})
	if err := w.mono.AddText(crate); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	out.Left = others - len(w.mono.TextRoots(crate))
	return &out, nil
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

// namesFunction tells whether a path looks like that of a function, not of a type's
// constructor or method, where the text gives no types.
func namesFunction(path string) bool {
	names := strings.Split(path, "::")
	for _, n := range names[max(len(names)-2, 0):] {
		if n == "" || n[0] >= 'A' && n[0] <= 'Z' {
			return false
		}
	}
	return true
}

// addForeign adds the functions that a crate's own `extern` blocks declare, as far as
// calls show them: by name an `extern "C" fn` of the crate, and without a body in it.
// Text without positions has no types of functions: there the body decides alone.
func (w *World) addForeign(its *items.Crate, f *mir.File, links map[string]string) {
	for _, it := range f.Items {
		for i := range it.Blocks {
			c := it.Blocks[i].Term.Func.Const
			if it.Blocks[i].Term.Kind != mir.TermCall || c == nil || c.Path == nil || !isPlainPath(c.Path.String()) {
				continue
			}
			path := c.Path.String()
			if t := c.Type; t == nil && !namesFunction(path) ||
				t != nil && (t.Kind != mir.TyFnDef || t.Sig == nil || t.Sig.ABI == "") {
				continue
			}
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
