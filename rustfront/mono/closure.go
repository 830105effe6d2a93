package mono

import (
	"strconv"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// closure is the body of a closure and the parameters in scope around it.
type closure struct {
	crate string
	item  int
	names []string
	// captures are the types of the captured values in terms of those
	// parameters, once an aggregate that builds the closure was seen.
	captures []*ty.Type
	known    bool
}

// closure converts `{closure@...}`: a position inside the crate, or a path with
// the arguments of the item around it.
func (sc *Scope) closure(t *mir.Type) *ty.Type {
	if t.Path != nil && t.Span.File == "" {
		if t.Name == "async fn body of" {
			return sc.closureItem(t.Path, "::{closure#0}")
		}
		return sc.closureItem(t.Path, "")
	}
	x := sc.w.bodies[sc.crate]
	if x == nil {
		return ty.UnknownOf(t.String())
	}
	pos := t.Span.String()
	found := x.ownClosure(sc.path, pos)
	if at := x.closuresAt(pos); sc.loose && len(at) == 1 {
		found = at[0] // a name without surroundings, from the compiler's lists
	}
	if found < 0 {
		if known := sc.foreign[pos]; known != nil {
			return known
		}
		return ty.UnknownOf(t.String())
	}
	s := ty.Subst{}
	for n := range sc.params {
		s[n] = ty.ParamOf(n)
	}
	return sc.w.closureType(x, found, s)
}

// ownClosure finds the closure at a position that is the item itself, or stands
// in it or in what it stands in: a macro puts closures of one position into many
// items.
func (x *bodyIndex) ownClosure(path, pos string) int {
	at := x.closuresAt(pos)
	for {
		for _, i := range at {
			p := x.src.Path(i)
			if p == path || strings.HasPrefix(p, path+"::{closure#") {
				return i
			}
		}
		j := strings.LastIndex(path, "::{")
		if j < 0 {
			return -1
		}
		path = path[:j]
	}
}

// closureItem converts `a::f::<T>::{closure#0}`, also nested ones; suffix is what the text
// leaves out.
func (sc *Scope) closureItem(p *mir.Path, suffix string) *ty.Type {
	outer := *p
	for n := len(outer.Segs); n > 0 && outer.Segs[n-1].Kind == mir.SegSpecial && outer.Segs[n-1].Name == "closure"; n-- {
		suffix = "::{closure#" + strconv.Itoa(outer.Segs[n-1].Index) + "}" + suffix
		outer.Segs = outer.Segs[:n-1]
	}
	parent := sc.Item(&outer)
	if parent.Kind != ty.FnDef {
		return ty.UnknownOf(p.String())
	}
	inst, err := sc.w.lookupGeneric(sc.w.Norm(parent))
	if err != nil || inst == nil {
		return ty.UnknownOf(p.String())
	}
	x := sc.w.bodies[inst.Crate]
	want := x.src.Path(inst.item) + suffix
	for _, i := range x.closures[want[:strings.LastIndex(want, "::")]] {
		if x.src.Path(i) == want {
			return sc.w.closureType(x, i, inst.Subst)
		}
	}
	return ty.UnknownOf(p.String())
}

// closureType is the type of a closure whose surroundings have parameters s.
func (w *World) closureType(x *bodyIndex, item int, s ty.Subst) *ty.Type {
	name := x.crate + "/" + x.src.Path(item) + "@" + strconv.Itoa(item)
	if w.closures[name] == nil {
		s = withoutSelf(x, item, s)
		w.closures[name] = &closure{crate: x.crate, item: item, names: sortedNames(s)}
	}
	var args []*ty.Type
	for _, n := range w.closures[name].names {
		t := s[n]
		if t == nil {
			t = ty.ParamOf(n)
		}
		args = append(args, t)
	}
	return ty.ClosureOf(name, args)
}

// withoutSelf drops Self from what an item of an impl block depends on: there it
// is a type like any other, and the text never names it.
func withoutSelf(x *bodyIndex, item int, s ty.Subst) ty.Subst {
	if s["Self"] == nil || !strings.Contains(x.src.Path(item), "<impl at ") {
		return s
	}
	c := s.Clone()
	delete(c, "Self")
	return c
}

// ClosureInst is the body of a closure type.
func (w *World) ClosureInst(t *ty.Type) *Inst {
	c := w.closures[t.Name]
	if c == nil {
		return nil
	}
	s := ty.Subst{}
	for i, n := range c.names {
		s[n] = t.Args[i]
	}
	return w.inst(c.crate, c.item, s, nil, t.Key())
}

// Captures are the types of what a closure has captured. They stand in no
// signature: the item around it builds the closure, and is read for them.
func (w *World) Captures(t *ty.Type) []*ty.Type {
	c := w.closures[t.Name]
	if c == nil {
		return nil
	}
	if !c.known {
		c.known = true
		c.captures = w.findCaptures(c)
	}
	s := ty.Subst{}
	for i, n := range c.names {
		s[n] = t.Args[i]
	}
	return w.NormAll(s.ApplyAll(c.captures))
}

func (w *World) findCaptures(c *closure) []*ty.Type {
	x := w.bodies[c.crate]
	path := x.src.Path(c.item)
	parent := path[:strings.LastIndex(path, "::")]
	want := x.closureSpan(c.item)
	rank := 0 // among the closures of one position in one body
	for _, i := range x.closures[parent] {
		if i < c.item && x.closureSpan(i) == want {
			rank++
		}
	}
	for i := range x.src.Len() {
		if x.src.Path(i) != parent || x.src.Skip(i) {
			continue
		}
		it, err := x.body(i)
		if err != nil {
			continue
		}
		sc := &Scope{w: w, crate: c.crate, path: parent, params: map[string]bool{}}
		for _, n := range c.names {
			sc.params[n] = true
		}
		for bi := range it.Blocks {
			for si := range it.Blocks[bi].Stmts {
				rv := it.Blocks[bi].Stmts[si].Rvalue
				if rv == nil || rv.Kind != mir.RvAggregate || rv.Agg != mir.AggClosure || rv.Type == nil || rv.Type.Span.String() != want {
					continue
				}
				if rank > 0 {
					rank--
					continue
				}
				var out []*ty.Type
				for oi := range rv.Ops {
					out = append(out, sc.operandType(it, &rv.Ops[oi]))
				}
				return out
			}
		}
	}
	return nil
}

// operandType is the type of an operand inside a body, parameters left in.
func (sc *Scope) operandType(it *mir.Item, op *mir.Operand) *ty.Type {
	switch {
	case op.Place != nil:
		l := it.Local(op.Place.Local)
		if l == nil {
			return ty.UnknownOf("_")
		}
		return sc.w.PlaceType(sc, sc.Type(l.Type), op.Place)
	case op.Const != nil:
		return sc.constType(op.Const)
	}
	return ty.UnknownOf("_")
}

// constType is the type of a constant.
func (sc *Scope) constType(c *mir.Const) *ty.Type {
	switch c.Kind {
	case mir.ConstFn:
		return sc.Item(c.Path)
	case mir.ConstInt, mir.ConstFloat:
		return ty.PrimOf(c.Suffix)
	case mir.ConstBool:
		return ty.Bool
	case mir.ConstChar:
		return ty.PrimOf("char")
	case mir.ConstTuple:
		var ts []*ty.Type
		for _, e := range c.Elems {
			ts = append(ts, sc.constType(e))
		}
		return ty.TupleOf(ts)
	case mir.ConstStr:
		return ty.RefOf(ty.PrimOf("str"), false)
	}
	if c.Type != nil {
		return sc.Type(c.Type)
	}
	return ty.UnknownOf(c.Text)
}

// PlaceType follows the projections of a place from the type of its local.
// Fields and casts carry their types in the text; the rest follow from t.
func (w *World) PlaceType(sc *Scope, t *ty.Type, p *mir.Place) *ty.Type {
	for _, e := range p.Proj {
		switch e.Kind {
		case mir.ElemField, mir.ElemOpaqueCast, mir.ElemSubtype, mir.ElemUnwrapBinder:
			t = sc.Type(e.Type)
		case mir.ElemDeref:
			switch {
			case t.Kind == ty.Ref || t.Kind == ty.Ptr:
				t = t.Args[0]
			case t.Kind == ty.Adt && len(t.Args) > 0:
				t = t.Args[0] // Box of the standard library
			default:
				return ty.UnknownOf("*" + t.Key())
			}
		case mir.ElemIndex, mir.ElemConstIndex:
			if len(t.Args) > 0 {
				t = t.Args[0]
			}
		case mir.ElemSubslice:
			if t.Kind == ty.Array {
				t = ty.SliceOf(t.Args[0])
			}
		}
	}
	return t
}
