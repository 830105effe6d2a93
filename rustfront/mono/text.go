package mono

import (
	"sort"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Crates of which there is only MIR: what their types are made of and how they are
// dropped is known as far as bodies show it. An impl of Drop is a method `drop` that
// takes `&mut Type`; the fields are what is put into a value where one is made. Of a
// type that is made nowhere in the text nothing is known.

// text is what is known of such a crate's types.
type text struct {
	// own are the first names of paths that the crate's own items stand below: a type
	// elsewhere may be of another crate, whose bodies are not in sight.
	own map[string]bool
	// made are the values that bodies make, by the path of their type.
	made map[string][]made
}

// made is a value that a body makes: a struct, or a variant of an enum.
type made struct {
	of      *ty.Type
	variant string
	fields  []*ty.Type
}

// AddText makes the types of a crate known that was added without its items. It
// returns an error where a body cannot be read.
func (w *World) AddText(crate string) error {
	x := w.bodies[crate]
	bodies := make([]*mir.Item, x.src.Len())
	for i := range bodies {
		if x.src.Skip(i) {
			continue
		}
		b, err := x.body(i)
		if err != nil {
			return err
		}
		bodies[i] = b
	}
	// Which names are types, not parameters, comes before any of them is read.
	for i, b := range bodies {
		if b == nil {
			continue
		}
		if t := droppedBy(x.src.Path(i), b); t != nil {
			w.isType(crate, t)
		}
		eachMade(b, func(t *mir.Type, _ *mir.Rvalue) { w.isType(crate, t) })
		eachPlace(b, func(p *mir.Place) {
			for _, t := range lookedInto(b, p) {
				w.isType(crate, t)
			}
		})
	}
	c := w.crates[crate]
	w.texts[crate] = &text{own: map[string]bool{}, made: map[string][]made{}}
	for i := range bodies {
		if first, _, deeper := strings.Cut(x.src.Path(i), "::"); deeper {
			w.texts[crate].own[first] = true
		}
	}
	w.nameParams(c, x, bodies)
	for i, b := range bodies {
		if b == nil {
			continue
		}
		sc := &Scope{w: w, crate: crate, path: x.src.Path(i), params: map[string]bool{}}
		if t := droppedBy(x.src.Path(i), b); t != nil {
			pos, _ := innermostImpl(x.src.Path(i))
			self := sc.Type(t)
			im := &items.Impl{Crate: crate, Module: crate, Pos: pos, Trait: dropTrait, Self: self,
				Fns: map[string]*items.Fn{"drop": {Name: "drop", Output: ty.Unit, HasBody: true}}}
			for _, name := range paramsIn(self, nil) {
				im.Generics.Params = append(im.Generics.Params, items.Param{Name: name})
			}
			c.Impls = append(c.Impls, im)
			w.addImpl(im, head(self))
		}
		eachMade(b, func(t *mir.Type, rv *mir.Rvalue) {
			m := made{of: sc.Type(t), variant: variantOf(t, rv)}
			for k := range rv.Ops {
				m.fields = append(m.fields, sc.operandType(b, &rv.Ops[k]))
			}
			w.texts[crate].made[m.of.Name] = append(w.texts[crate].made[m.of.Name], m)
		})
	}
	return nil
}

// isType notes that a path is that of a type.
func (w *World) isType(crate string, t *mir.Type) {
	if t.Path != nil && t.Path.Self == nil && len(t.Path.Segs) == 1 {
		w.selves[crate+"::"+t.Path.Segs[0].Name] = true
	}
}

// droppedBy is the type whose Drop a body is, or nil.
func droppedBy(path string, b *mir.Item) *mir.Type {
	if _, ok := innermostImpl(path); !ok || !strings.HasSuffix(path, ">::drop") || len(b.Args) != 1 {
		return nil
	}
	t := b.Args[0].Type
	if t == nil || t.Kind != mir.TyRef || !t.Mut || t.Elem.Kind != mir.TyPath || b.Ret != nil && (b.Ret.Kind != mir.TyTuple || len(b.Ret.Elems) > 0) {
		return nil
	}
	return t.Elem
}

// eachMade calls f for every struct or variant that a body makes, with its type.
func eachMade(b *mir.Item, f func(*mir.Type, *mir.Rvalue)) {
	for bi := range b.Blocks {
		for si := range b.Blocks[bi].Stmts {
			s := &b.Blocks[bi].Stmts[si]
			if s.Kind != mir.StmtAssign || s.Rvalue == nil || s.Rvalue.Kind != mir.RvAggregate || s.Rvalue.Agg != mir.AggAdt || s.Place == nil {
				continue
			}
			if t := typeOfPlace(b, s.Place); t != nil && t.Kind == mir.TyPath && t.Path.Self == nil && len(t.Path.Segs) > 0 {
				f(t, s.Rvalue)
			}
		}
	}
}

// eachPlace calls f for every place in a body.
func eachPlace(b *mir.Item, f func(*mir.Place)) {
	place := func(p *mir.Place) {
		if p != nil {
			f(p)
		}
	}
	operands := func(ops []mir.Operand) {
		for i := range ops {
			place(ops[i].Place)
		}
	}
	for bi := range b.Blocks {
		for si := range b.Blocks[bi].Stmts {
			s := &b.Blocks[bi].Stmts[si]
			place(s.Place)
			operands(s.Ops)
			if s.Rvalue != nil {
				place(s.Rvalue.Place)
				operands(s.Rvalue.Ops)
			}
		}
		t := &b.Blocks[bi].Term
		place(t.Place)
		place(t.Cond.Place)
		place(t.Func.Place)
		operands(t.Args)
	}
}

// lookedInto are the types of which a place names a field or a variant: no parameter
// has any.
func lookedInto(b *mir.Item, p *mir.Place) []*mir.Type {
	l := b.Local(p.Local)
	if l == nil {
		return nil
	}
	var out []*mir.Type
	t := l.Type
	for i := range p.Proj {
		if k := p.Proj[i].Kind; (k == mir.ElemField || k == mir.ElemDowncast) && t != nil && t.Kind == mir.TyPath {
			out = append(out, t)
		}
		t = typeOfElem(t, &p.Proj[i])
	}
	return out
}

// typeOfPlace is the type of a place as the text has it, or nil.
func typeOfPlace(b *mir.Item, p *mir.Place) *mir.Type {
	l := b.Local(p.Local)
	if l == nil {
		return nil
	}
	t := l.Type
	for i := range p.Proj {
		t = typeOfElem(t, &p.Proj[i])
	}
	return t
}

// typeOfElem is the type of what a projection of a value of type t leads to, or nil.
func typeOfElem(t *mir.Type, e *mir.Elem) *mir.Type {
	switch {
	case e.Type != nil:
		return e.Type
	case t == nil || e.Kind == mir.ElemDowncast:
		return nil
	case e.Kind == mir.ElemDeref && t.Kind == mir.TyPath: // Box
		return lastArg(t)
	case e.Kind == mir.ElemDeref, e.Kind == mir.ElemIndex, e.Kind == mir.ElemConstIndex:
		return t.Elem
	}
	return nil
}

// variantOf is the name of the variant that is made, "" of a struct.
func variantOf(t *mir.Type, rv *mir.Rvalue) string {
	if rv.Path == nil || len(rv.Path.Segs) < 2 {
		return ""
	}
	n := len(rv.Path.Segs)
	if rv.Path.Segs[n-2].Name != t.Path.Segs[len(t.Path.Segs)-1].Name {
		return ""
	}
	return rv.Path.Segs[n-1].Name
}

// paramsIn lists the parameters that a type names.
func paramsIn(t *ty.Type, out []string) []string {
	if t.Kind == ty.Param && !contains(out, t.Name) {
		out = append(out, t.Name)
	}
	for _, a := range t.Args {
		out = paramsIn(a, out)
	}
	return out
}

// OnlyText tells whether all that is known of a type is what bodies show of it.
func (w *World) OnlyText(t *ty.Type) bool {
	return t.Kind == ty.Adt && w.texts[crateOf(t.Name)] != nil && w.Adt(t.Name) == nil
}

// Made are the fields of each variant of such a type that is made anywhere, in order
// of the variants' names. It is false where nothing is known: the type is made
// nowhere, may be of another crate, or two impls of Drop bear its name.
func (w *World) Made(t *ty.Type) ([][]*ty.Type, bool) {
	if _, err := w.Select(dropTrait, t, nil); err != nil {
		return nil, false
	}
	x := w.texts[crateOf(t.Name)]
	if names := strings.Split(t.Name, "::"); len(names) > 2 && !x.own[names[1]] {
		return nil, false
	}
	variants := map[string][]*ty.Type{}
	for _, m := range x.made[t.Name] {
		s := ty.Subst{}
		if !ty.Unify(m.of, t, s) {
			continue
		}
		fields := w.NormAll(s.ApplyAll(m.fields))
		if have, ok := variants[m.variant]; ok && len(have) != len(fields) {
			return nil, false // two types that bear one name
		}
		variants[m.variant] = append([]*ty.Type(nil), fields...)
	}
	var names []string
	for n := range variants {
		names = append(names, n)
	}
	sort.Strings(names)
	var out [][]*ty.Type
	for _, n := range names {
		out = append(out, variants[n])
	}
	return out, len(out) > 0
}

// textNeedsDrop tells whether dropping such a type may do anything.
func (w *World) textNeedsDrop(t *ty.Type) bool {
	variants, known := w.Made(t)
	for _, fields := range variants {
		known = known && !w.anyDrop(fields)
	}
	return !known
}

// TextRoots are the methods and closures of such a crate that are no generic ones,
// as far as their signatures tell.
func (w *World) TextRoots(crate string) []*Inst {
	x := w.bodies[crate]
	if w.texts[crate] == nil {
		return nil
	}
	var out []*Inst
	generic := map[string]bool{}
	for i := range x.src.Len() {
		if h := x.header(i); h != nil && !x.src.Skip(i) {
			generic[x.src.Path(i)] = w.signatureOpen(x, i, h)
		}
	}
	for i := range x.src.Len() {
		path := x.src.Path(i)
		h := x.header(i)
		if x.src.Skip(i) || h == nil || h.Kind != mir.ItemFn || generic[path] {
			continue
		}
		_, _, _, inImpl := cutImpl(path)
		closure := strings.HasSuffix(path, "}")
		if !inImpl && !closure {
			continue
		}
		open := false
		for j := strings.LastIndex(path, "::{closure#"); j > 0; j = strings.LastIndex(path[:j], "::{closure#") {
			open = open || generic[path[:j]]
		}
		if open {
			continue
		}
		in := w.inst(crate, i, ty.Subst{}, nil, crate+"::"+path)
		if in.Def == nil && !closure && len(h.Args) > 0 {
			self := in.Type(h.Args[0].Type)
			for self.Kind == ty.Ref || self.Kind == ty.Ptr {
				self = self.Args[0]
			}
			in.Def = ty.FnItem(lastSeg(path), self, "", nil, nil)
		}
		out = append(out, in)
	}
	return out
}

// signatureOpen tells whether a signature names a type parameter, or a type that is
// not known.
func (w *World) signatureOpen(x *bodyIndex, i int, h *mir.Item) bool {
	sc := &Scope{w: w, crate: x.crate, path: x.src.Path(i), params: map[string]bool{}}
	open := sc.Type(h.Ret).IsGeneric()
	for _, a := range h.Args {
		t := sc.Type(a.Type)
		open = open || t.IsGeneric() || t.Kind == ty.Unknown
	}
	return open
}

// textDefault is the default body of a method of a trait of such a crate, or nil.
func (w *World) textDefault(f *ty.Type) *Callee {
	crate := crateOf(f.Trait)
	if w.texts[crate] == nil {
		return nil
	}
	i, ok := w.freeItem(w.bodies[crate], f.Trait+"::"+f.Name)
	if !ok {
		return nil
	}
	return &Callee{Kind: Body, Inst: w.inst(crate, i, ty.Subst{"Self": f.Args[0]}, nil, f.Key()+" by default")}
}

// optionsOf are what a callee may be.
func optionsOf(c *Callee) []*Callee {
	if c.Kind == AnyOf {
		return c.Options
	}
	return []*Callee{c}
}

// anyOf is the callee that is one of some.
func anyOf(options []*Callee) *Callee {
	if len(options) == 1 {
		return options[0]
	}
	return &Callee{Kind: AnyOf, Options: options}
}
