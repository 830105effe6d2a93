package mono

import (
	"sort"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Scope says how names in a MIR text are to be understood: in which crate, with
// which type parameters, inside which item.
type Scope struct {
	w     *World
	crate string
	// path is the item's path as printed.
	path   string
	params map[string]bool
	// loose names come from the compiler's lists: a closure is known by its
	// position alone.
	loose bool
	// foreign are the closures that other functions return, by position.
	foreign map[string]*ty.Type
}

// Type converts a type. Parameters stay.
func (sc *Scope) Type(t *mir.Type) *ty.Type {
	if t == nil {
		return ty.Unit
	}
	switch t.Kind {
	case mir.TyPrim:
		return ty.PrimOf(t.Name)
	case mir.TyNever:
		return ty.NeverType
	case mir.TyRef:
		return ty.RefOf(sc.Type(t.Elem), t.Mut)
	case mir.TyPtr:
		return ty.PtrOf(sc.Type(t.Elem), t.Mut)
	case mir.TySlice:
		return ty.SliceOf(sc.Type(t.Elem))
	case mir.TyArray:
		return ty.ArrayOf(sc.Type(t.Elem), sc.constant(t.Len))
	case mir.TyTuple:
		return ty.TupleOf(sc.types(t.Elems))
	case mir.TyFnPtr:
		return ty.FnPtrOf(sc.types(t.Sig.Params), sc.Type(t.Sig.Ret), t.Sig.ABI != "" && t.Sig.ABI != "Rust")
	case mir.TyFnDef:
		return sc.Item(t.Path)
	case mir.TyDyn:
		for _, b := range t.Bounds {
			if b.Trait != nil {
				name, args := sc.traitRef(b.Trait)
				return ty.DynOf(name, args)
			}
		}
		return ty.DynOf("", nil)
	case mir.TyImpl:
		if p := sc.implParam(t.String()); p != "" {
			return ty.ParamOf(p)
		}
	case mir.TyClosure:
		return sc.closure(t)
	case mir.TyPattern, mir.TyUnsafeBinder:
		if t.Elem != nil {
			return sc.Type(t.Elem)
		}
	case mir.TyPath:
		return sc.pathType(t.Path)
	}
	return ty.UnknownOf(t.String())
}

func (sc *Scope) types(ts []*mir.Type) []*ty.Type {
	var out []*ty.Type
	for _, t := range ts {
		out = append(out, sc.Type(t))
	}
	return out
}

// constant converts an array length or const argument.
func (sc *Scope) constant(c *mir.Const) *ty.Type {
	if c == nil {
		return ty.ConstOf("_")
	}
	if c.Path != nil && len(c.Path.Segs) == 1 && c.Path.Self == nil {
		name := c.Path.Segs[0].Name
		if _, n := sc.w.Lookup(sc.crate, []string{name}, wantValue); sc.params[name] || n == 0 {
			return ty.ParamOf(name)
		}
	}
	return ty.ConstOf(items.TrimSuffix(c.Text))
}

func (sc *Scope) pathType(p *mir.Path) *ty.Type {
	if p.Self != nil {
		self := sc.Type(p.Self)
		if len(p.Segs) == 0 {
			return self
		}
		if p.Trait == nil {
			return ty.ProjOf(self, "", nil, p.Segs[0].Name)
		}
		name, args := sc.traitRef(p.Trait)
		return ty.ProjOf(self, name, args, p.Segs[len(p.Segs)-1].Name)
	}
	if len(p.Segs) == 0 {
		return ty.UnknownOf(p.String())
	}
	last := p.Segs[len(p.Segs)-1]
	if len(p.Segs) == 1 && len(last.Args) == 0 && sc.params[last.Name] {
		return ty.ParamOf(last.Name)
	}
	names := segNames(p.Segs)
	path, n := sc.w.Lookup(sc.crate, names, wantType)
	switch {
	case n == 0 && len(names) == 1 && sc.w.selves[sc.crate+"::"+last.Name]:
		path = sc.crate + "::" + last.Name
	case n == 0 && len(names) == 1 && len(last.Args) == 0:
		return ty.ParamOf(last.Name)
	case n == 0:
		path = strings.Join(names, "::")
		if sc.w.crates[names[0]] == nil {
			path = sc.crate + "::" + path
		}
	case n < len(names):
		path += "::" + strings.Join(names[n:], "::")
	}
	return ty.AdtOf(path, sc.args(last.Args))
}

func segNames(segs []mir.Seg) []string {
	var out []string
	for _, s := range segs {
		switch s.Kind {
		case mir.SegName:
			out = append(out, s.Name)
		default:
			out = append(out, (&mir.Path{Segs: []mir.Seg{s}}).String())
		}
	}
	return out
}

// args converts generic arguments; lifetimes and bindings are left out.
func (sc *Scope) args(as []mir.GenericArg) []*ty.Type {
	var out []*ty.Type
	for _, a := range as {
		switch {
		case a.Lifetime != "" || a.Name != "":
		case a.Type != nil:
			out = append(out, sc.Type(a.Type))
		case a.Const != nil:
			out = append(out, sc.constant(a.Const))
		}
	}
	return out
}

// traitRef is the path and the arguments of a trait.
func (sc *Scope) traitRef(p *mir.Path) (string, []*ty.Type) {
	if len(p.Segs) == 0 {
		return p.String(), nil
	}
	names := segNames(p.Segs)
	path, n := sc.w.Lookup(sc.crate, names, wantType)
	if n < len(names) {
		path = strings.TrimPrefix(path+"::"+strings.Join(names[n:], "::"), "::")
		if n == 0 && names[0] != "core" { // which may not be loaded
			path = sc.crate + "::" + path
		}
	}
	path = sc.w.traitPath(path)
	last := p.Segs[len(p.Segs)-1]
	if last.Paren {
		return path, []*ty.Type{ty.TupleOf(sc.args(last.Args))}
	}
	return path, sc.args(last.Args)
}

// Item converts the path of a function item.
func (sc *Scope) Item(p *mir.Path) *ty.Type {
	if p == nil {
		return ty.UnknownOf("_")
	}
	if n := len(p.Segs); n > 0 && p.Segs[n-1].Kind == mir.SegSpecial && p.Segs[n-1].Name == "closure" {
		return sc.closureItem(p, "")
	}
	if p.Self != nil {
		self := sc.Type(p.Self)
		if len(p.Segs) == 0 {
			return ty.UnknownOf(p.String())
		}
		last := p.Segs[len(p.Segs)-1]
		own := sc.args(last.Args)
		if p.Trait == nil {
			return ty.FnItem(last.Name, self, "", nil, own)
		}
		trait, args := sc.traitRef(p.Trait)
		return ty.FnItem(strings.Join(segNames(p.Segs), "::"), self, trait, args, own)
	}
	for i, s := range p.Segs {
		if s.Kind == mir.SegImpl && i+1 < len(p.Segs) {
			name := strings.Join(segNames(p.Segs[i+1:]), "::")
			own := sc.args(p.Segs[len(p.Segs)-1].Args)
			if s.Trait != nil {
				trait, args := sc.traitRef(s.Trait)
				return ty.FnItem(name, sc.Type(s.Type), trait, args, own)
			}
			return ty.FnItem(name, sc.Type(s.Type), "", nil, own)
		}
	}
	return sc.plainItem(p)
}

// plainItem converts a path without a Self type: a free function, or what is
// defined on a type or enum.
func (sc *Scope) plainItem(p *mir.Path) *ty.Type {
	names := segNames(p.Segs)
	if len(names) == 0 {
		return ty.UnknownOf(p.String())
	}
	path, n := sc.w.Lookup(sc.crate, names, wantValue)
	if n == 0 {
		path = strings.Join(names, "::")
		if sc.w.crates[names[0]] == nil {
			path = sc.crate + "::" + path
		}
		n = len(names)
	}
	last := p.Segs[len(p.Segs)-1]
	if n < len(names) && (sc.w.Adt(path) != nil || sc.w.alias(path) != nil) {
		return ty.FnItem(strings.Join(names[n:], "::"), ty.AdtOf(path, sc.args(p.Segs[n-1].Args)), "", nil, sc.args(last.Args))
	}
	if n < len(names)-1 {
		// A type that rustdoc does not list has impl blocks all the same.
		if self := path + "::" + strings.Join(names[n:len(names)-1], "::"); sc.w.inherent[self] != nil {
			return ty.FnItem(last.Name, ty.AdtOf(self, sc.args(p.Segs[len(names)-2].Args)), "", nil, sc.args(last.Args))
		}
	}
	if n < len(names) {
		path += "::" + strings.Join(names[n:], "::")
	}
	var own []*ty.Type
	for _, s := range p.Segs {
		own = append(own, sc.args(s.Args)...)
	}
	return ty.FnItem(path, nil, "", nil, own)
}

// sortedNames lists the keys of a substitution.
func sortedNames(s ty.Subst) []string {
	var out []string
	for n := range s {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// implParam finds the parameter that `impl Trait` in the text of a body stands
// for: rustdoc names such a parameter by the source's text.
func (sc *Scope) implParam(text string) string {
	var all []string
	for n := range sc.params {
		if strings.HasPrefix(n, "impl ") {
			all = append(all, n)
		}
	}
	sort.Strings(all)
	if len(all) == 1 {
		return all[0]
	}
	for _, n := range all {
		if bare(n) == bare(text) {
			return n
		}
	}
	return ""
}

// bare is a text without spaces and module paths.
func bare(s string) string {
	var b strings.Builder
	word := 0
	for _, r := range s {
		switch {
		case r == ' ' || r == '\n':
		case r == ':' && b.Len() > word:
			t := b.String()[:word]
			b.Reset()
			b.WriteString(t)
		case r == ':':
		default:
			b.WriteRune(r)
			if !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
				word = b.Len()
			}
		}
	}
	return b.String()
}
