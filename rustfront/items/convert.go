package items

import (
	"strconv"
	"strings"

	"preemptck/rustfront/ty"
)

func (rd *reader) structOf(path string, kind AdtKind, s *docStruct) *Adt {
	ids := s.Fields
	if s.Kind.Plain != nil {
		ids = s.Kind.Plain.Fields
	}
	v := Variant{Name: lastName(path)}
	if s.Kind.Tuple != nil {
		v.Fields = rd.tuple(s.Kind.Tuple)
	} else {
		v.Fields = rd.fields(ids)
	}
	return &Adt{Path: path, Kind: kind, Generics: rd.generics(&s.Generics), Variants: []Variant{v}}
}

func (rd *reader) fields(ids []docID) []Field {
	var out []Field
	for _, id := range ids {
		if it := rd.item(id); it != nil && it.Inner.Field != nil {
			out = append(out, Field{it.Name, rd.typ(it.Inner.Field)})
		}
	}
	return out
}

func (rd *reader) tuple(ids []*docID) []Field {
	var out []Field
	for i, id := range ids {
		f := Field{strconv.Itoa(i), ty.UnknownOf("a hidden field")}
		if id != nil {
			if it := rd.item(*id); it != nil && it.Inner.Field != nil {
				f.Type = rd.typ(it.Inner.Field)
			}
		}
		out = append(out, f)
	}
	return out
}

func (rd *reader) enumOf(path string, e *docEnum) *Adt {
	a := &Adt{Path: path, Kind: Enum, Generics: rd.generics(&e.Generics)}
	next := int64(0)
	for _, id := range e.Variants {
		it := rd.item(id)
		if it == nil || it.Inner.Variant == nil {
			continue
		}
		dv := it.Inner.Variant
		v := Variant{Name: it.Name}
		if dv.Discriminant != nil {
			if n, err := strconv.ParseInt(dv.Discriminant.Value, 10, 64); err == nil {
				next = n
			}
		}
		v.Discr = next
		next++
		switch {
		case dv.Kind.Tuple != nil:
			v.Fields = rd.tuple(dv.Kind.Tuple)
		case dv.Kind.Struct != nil:
			v.Fields = rd.fields(dv.Kind.Struct.Fields)
		}
		a.Variants = append(a.Variants, v)
	}
	return a
}

func (rd *reader) traitOf(path string, t *docTrait) *Trait {
	tr := &Trait{Path: path, Generics: rd.generics(&t.Generics), Auto: t.Auto,
		Fns: map[string]*Fn{}, Types: map[string]*ty.Type{}, Consts: map[string]bool{}}
	for _, b := range t.Bounds {
		if bd, ok := rd.bound(&b); ok {
			tr.Generics.Where = append(tr.Generics.Where, Pred{ty.ParamOf("Self"), bd})
		}
	}
	rd.members(t.Items, tr.Fns, tr.Types, tr.Consts)
	return tr
}

func (rd *reader) members(ids []docID, fns map[string]*Fn, types map[string]*ty.Type, consts map[string]bool) {
	for _, id := range ids {
		it := rd.item(id)
		switch {
		case it == nil:
		case it.Inner.Function != nil:
			fns[it.Name] = rd.fnOf(it)
		case it.Inner.AssocType != nil:
			if it.Inner.AssocType.Type != nil {
				types[it.Name] = rd.typ(it.Inner.AssocType.Type)
			}
		case it.Inner.AssocConst != nil:
			consts[it.Name] = it.Inner.AssocConst.Value != nil
		}
	}
}

func (rd *reader) implOf(it *docItem) *Impl {
	d := it.Inner.Impl
	im := &Impl{Crate: rd.crate.Name, Module: rd.crate.Name, Generics: rd.generics(&d.Generics),
		Self: rd.typ(d.For), Negative: d.Negative,
		Fns: map[string]*Fn{}, Types: map[string]*ty.Type{}, Consts: map[string]bool{}}
	if it.Span != nil {
		im.Pos = Pos{it.Span.Filename, it.Span.Begin[0], it.Span.Begin[1]}
		im.Module = rd.moduleAt(it.Span)
	}
	if d.Trait != nil {
		b := rd.traitRef(d.Trait)
		im.Trait, im.TraitArgs = b.Trait, b.Args
	}
	rd.members(d.Items, im.Fns, im.Types, im.Consts)
	return im
}

func (rd *reader) fnOf(it *docItem) *Fn {
	d := it.Inner.Function
	f := &Fn{Name: it.Name, Generics: rd.generics(&d.Generics), Output: ty.Unit, HasBody: d.HasBody}
	if it.Span != nil {
		f.Pos = Pos{it.Span.Filename, it.Span.Begin[0], it.Span.Begin[1]}
	}
	for _, in := range d.Sig.Inputs {
		f.Inputs = append(f.Inputs, rd.typ(in.Type))
	}
	if d.Sig.Output != nil {
		f.Output = rd.typ(d.Sig.Output)
	}
	f.Symbol = symbolOf(it.Attrs, it.Name)
	return f
}

func (rd *reader) generics(g *docGenerics) Generics {
	var out Generics
	for _, p := range g.Params {
		switch k := p.Kind; {
		case p.isHost(rd.format):
		case k.Type != nil:
			q := Param{Name: p.Name, Synthetic: k.Type.Synthetic || k.Type.OldSynthetic}
			if k.Type.Default != nil {
				q.Default = rd.typ(k.Type.Default)
			}
			out.Params = append(out.Params, q)
			out.Where = append(out.Where, rd.preds(ty.ParamOf(p.Name), k.Type.Bounds)...)
		case k.Const != nil:
			q := Param{Name: p.Name, Const: true}
			if k.Const.Default != nil {
				q.Default = ty.ConstOf(*k.Const.Default)
			}
			out.Params = append(out.Params, q)
		}
	}
	for _, w := range g.Where {
		if w.Bound != nil {
			out.Where = append(out.Where, rd.preds(rd.typ(w.Bound.Type), w.Bound.Bounds)...)
		}
	}
	return out
}

func (rd *reader) preds(t *ty.Type, bs []docBound) []Pred {
	var out []Pred
	for i := range bs {
		if b, ok := rd.bound(&bs[i]); ok {
			out = append(out, Pred{t, b})
		}
	}
	return out
}

// bound converts a trait bound; `?Sized` and lifetimes ask nothing.
func (rd *reader) bound(b *docBound) (Bound, bool) {
	if b.Trait == nil || b.Trait.Modifier == "maybe" {
		return Bound{}, false
	}
	return rd.traitRef(&b.Trait.Trait), true
}

func (rd *reader) traitRef(p *docTypePath) Bound {
	b := Bound{Trait: rd.pathOf(p)}
	if p.Args == nil {
		return b
	}
	if q := p.Args.Paren; q != nil {
		var ins []*ty.Type
		for _, in := range q.Inputs {
			ins = append(ins, rd.typ(in))
		}
		b.Args = []*ty.Type{ty.TupleOf(ins)}
		out := ty.Unit
		if q.Output != nil {
			out = rd.typ(q.Output)
		}
		b.Assoc = []Binding{{"Output", out}}
	}
	if q := p.Args.Angle; q != nil {
		b.Args = rd.args(p.Args)
		for _, c := range q.Constraints {
			if c.Binding.Eq != nil && c.Binding.Eq.Type != nil {
				b.Assoc = append(b.Assoc, Binding{c.Name, rd.typ(c.Binding.Eq.Type)})
			}
		}
	}
	return b
}

func (rd *reader) pathOf(p *docTypePath) string {
	if s := rd.paths[p.ID]; s != "" {
		return s
	}
	return "_::" + p.last()
}

func (rd *reader) args(a *docArgs) []*ty.Type {
	if a == nil || a.Angle == nil {
		return nil
	}
	var out []*ty.Type
	for _, g := range a.Angle.Args {
		switch {
		case g.Type != nil:
			out = append(out, rd.typ(g.Type))
		case g.Const != nil:
			out = append(out, constArg(g.Const.Expr, g.Const.Value))
		}
	}
	return out
}

// constArg is a constant argument; a single name that is not a literal is a
// parameter.
func constArg(expr string, value *string) *ty.Type {
	if value != nil {
		expr = *value
	}
	expr = strings.Trim(expr, "{} ")
	if expr != "true" && expr != "false" && isIdent(expr) {
		return ty.ParamOf(expr)
	}
	return ty.ConstOf(TrimSuffix(expr))
}

func isIdent(s string) bool {
	for i, r := range s {
		if !(r == '_' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}

// TrimSuffix removes the type from a literal (`16usize`, `16_usize`).
func TrimSuffix(lit string) string {
	if lit == "" || (lit[0] != '-' && (lit[0] < '0' || lit[0] > '9')) || strings.HasPrefix(lit, "0x") {
		return lit
	}
	if i := strings.IndexAny(lit, "iu"); i > 0 {
		lit = lit[:i]
	}
	return strings.ReplaceAll(lit, "_", "")
}

func (rd *reader) typ(t *docType) *ty.Type {
	switch {
	case t == nil:
		return ty.UnknownOf("_")
	case t.Path != nil:
		return ty.AdtOf(rd.pathOf(t.Path), rd.args(t.Path.Args))
	case t.Generic != nil:
		return ty.ParamOf(*t.Generic)
	case t.Primitive != nil:
		if *t.Primitive == "never" {
			return ty.NeverType
		}
		return ty.PrimOf(*t.Primitive)
	case t.Tuple != nil:
		return ty.TupleOf(rd.typs(*t.Tuple))
	case t.Slice != nil:
		return ty.SliceOf(rd.typ(t.Slice))
	case t.Array != nil:
		return ty.ArrayOf(rd.typ(t.Array.Type), constArg(t.Array.Len, nil))
	case t.RawPtr != nil:
		return ty.PtrOf(rd.typ(t.RawPtr.Type), t.RawPtr.Mut)
	case t.Ref != nil:
		return ty.RefOf(rd.typ(t.Ref.Type), t.Ref.Mut)
	case t.Qual != nil:
		q := t.Qual
		if q.Trait == nil {
			return ty.ProjOf(rd.typ(q.Self), "", nil, q.Name)
		}
		tr := rd.traitRef(q.Trait)
		return ty.ProjOf(rd.typ(q.Self), tr.Trait, tr.Args, q.Name)
	case t.FnPtr != nil:
		var ins []*ty.Type
		for _, in := range t.FnPtr.Sig.Inputs {
			ins = append(ins, rd.typ(in.Type))
		}
		out := ty.Unit
		if t.FnPtr.Sig.Output != nil {
			out = rd.typ(t.FnPtr.Sig.Output)
		}
		abi := string(t.FnPtr.Header.ABI)
		return ty.FnPtrOf(ins, out, abi != "" && abi != `"Rust"`)
	case t.Dyn != nil && len(t.Dyn.Traits) > 0:
		b := rd.traitRef(&t.Dyn.Traits[0].Trait)
		return ty.DynOf(b.Trait, b.Args)
	case t.Impl != nil:
		return ty.UnknownOf("impl")
	case t.Pat != nil:
		return rd.typ(t.Pat.Type)
	}
	return ty.UnknownOf("_")
}

func (rd *reader) typs(ts []*docType) []*ty.Type {
	var out []*ty.Type
	for _, t := range ts {
		out = append(out, rd.typ(t))
	}
	return out
}
