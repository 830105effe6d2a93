package rustfront

import (
	"reflect"
	"strings"

	"preemptck/rustfront/mir"
)

// MIR that is written for readers shortens paths: `inner::Guard` is `Guard` in headers,
// calls and aggregates, and is in full only where a local is declared. fullNames puts
// the full paths back, so that a type has one name wherever it stands.
type fullNames struct {
	full map[string]bool
	// ends are the full paths by each of their ends, whole names only; "" where
	// there are several.
	ends map[string]string
	// own are the names of the text's own items, elsewhere what a name means that
	// only one item of all other crates bears: such are shortened to that name.
	own       map[string]bool
	elsewhere func(name string, inner bool) string
	// file is the text's own name, for positions where it has no others.
	file string
}

// namesOf learns the full paths of a text: of types from the declarations of locals,
// and of the modules that these stand in.
func namesOf(f *mir.File, elsewhere func(name string, inner bool) string) *fullNames {
	n := &fullNames{full: map[string]bool{}, ends: map[string]string{}, own: map[string]bool{}, elsewhere: elsewhere}
	for _, it := range f.Items {
		for i := range it.Locals {
			eachPath(reflect.ValueOf(it.Locals[i].Type), func(p *mir.Path) {
				names := plainNames(p)
				for k := len(names); k > 0; k-- {
					n.learn(names[:k])
				}
			})
		}
	}
	for _, it := range f.Items {
		first, _, _ := strings.Cut(it.RawPath, "::")
		n.own[first] = true
	}
	for name, path := range language {
		if _, known := n.ends[name]; !known && !n.own[name] {
			n.ends[name] = path
		}
	}
	return n
}

// language are names that the language itself knows, which stand in calls only.
var language = map[string]string{
	"Fn": "core::ops::function::Fn", "FnMut": "core::ops::function::FnMut", "FnOnce": "core::ops::function::FnOnce",
	"drop": "core::mem::drop",
}

func (n *fullNames) learn(names []string) {
	path := strings.Join(names, "::")
	if n.full[path] {
		return
	}
	n.full[path] = true
	for i := range names {
		end := strings.Join(names[i:], "::")
		if _, twice := n.ends[end]; twice {
			n.ends[end] = ""
		} else {
			n.ends[end] = path
		}
	}
}

// plainNames are the names that a path begins with.
func plainNames(p *mir.Path) []string {
	var out []string
	if p.Self != nil {
		return nil
	}
	for _, s := range p.Segs {
		if s.Kind != mir.SegName {
			break
		}
		out = append(out, s.Name)
	}
	return out
}

// missing is what belongs in front of a path that begins with these names: the
// longest beginning that is a path decides.
func (n *fullNames) missing(names []string) []string {
	for k := len(names); k > 0; k-- {
		head := strings.Join(names[:k], "::")
		if n.full[head] {
			return nil
		}
		if path := n.ends[head]; path != "" {
			return strings.Split(strings.TrimSuffix(path, "::"+head), "::")
		}
	}
	// One capital is a type parameter, and so is Self.
	if len(names) == 0 || n.own[names[0]] || len(names[0]) < 2 || names[0] == "Self" {
		return nil
	}
	if path := n.elsewhere(names[0], len(names) > 1); path != "" {
		return strings.Split(strings.TrimSuffix(path, "::"+names[0]), "::")
	}
	return nil
}

// restore writes the paths of an item in full. The item is nobody else's yet.
func (n *fullNames) restore(it *mir.Item) {
	if it == nil {
		return
	}
	n.place(it)
	eachPath(reflect.ValueOf(it), func(p *mir.Path) {
		front := n.missing(plainNames(p))
		if len(front) == 0 {
			return
		}
		var segs []mir.Seg
		for _, name := range front {
			segs = append(segs, mir.Seg{Kind: mir.SegName, Name: name})
		}
		p.Segs = append(segs, p.Segs...)
	})
}

// place gives what has no position in a source that in the text itself.
func (n *fullNames) place(it *mir.Item) {
	at := func(s *mir.Source) {
		if s.Span.File == "" {
			s.Span = mir.Span{File: n.file, Line: int32(s.Line), Col: 1}
		}
	}
	for i := range it.Blocks {
		b := &it.Blocks[i]
		for j := range b.Stmts {
			at(&b.Stmts[j].Source)
		}
		at(&b.Term.Source)
	}
}

// restoreText writes the path of an item in full.
func (n *fullNames) restoreText(path string) string {
	plain := path
	if i := strings.IndexAny(path, "<{"); i >= 0 {
		plain = path[:i]
	}
	names := strings.Split(strings.TrimSuffix(plain, "::"), "::")
	if front := n.missing(names); len(front) > 0 {
		return strings.Join(front, "::") + "::" + path
	}
	return path
}

// eachPath calls f for every path below v, each once.
func eachPath(v reflect.Value, f func(*mir.Path)) {
	walkPaths(v, f, map[*mir.Path]bool{})
}

func walkPaths(v reflect.Value, f func(*mir.Path), seen map[*mir.Path]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			return
		}
		if p, ok := v.Interface().(*mir.Path); ok {
			if seen[p] {
				return
			}
			seen[p] = true
			walkPaths(v.Elem(), f, seen)
			f(p)
			return
		}
		walkPaths(v.Elem(), f, seen)
	case reflect.Slice:
		for i := range v.Len() {
			walkPaths(v.Index(i), f, seen)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walkPaths(v.Field(i), f, seen)
			}
		}
	}
}

// fullBodies shows the bodies of a text with full paths.
type fullBodies struct {
	bodies
	names *fullNames
}

func (b fullBodies) Path(i int) string { return b.names.restoreText(b.bodies.Path(i)) }

func (b fullBodies) Header(i int) (*mir.Item, error) {
	it, err := b.bodies.Header(i)
	b.names.restore(it)
	return it, err
}

func (b fullBodies) Body(i int) (*mir.Item, error) {
	it, err := b.bodies.Body(i)
	b.names.restore(it)
	return it, err
}
