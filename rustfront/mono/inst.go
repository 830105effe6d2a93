package mono

import (
	"fmt"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Inst is a body with the types of its parameters: what rustc calls an instance.
type Inst struct {
	// ID is the instance's path in Rust's notation.
	ID    string
	Crate string
	Subst ty.Subst
	// Def is the function item that the instance was first resolved from; nil
	// for closures and constants.
	Def *ty.Type
	// Fn is the declaration, or nil for closures, constants and functions
	// inside functions.
	Fn *items.Fn
	// Params are the names of the type parameters in scope.
	Params []string

	item int
	w    *World
	sc   *Scope
	body *mir.Item
	memo map[*mir.Type]*ty.Type
	// over are the types of locals that the text does not tell; see findForeign.
	over map[int]*ty.Type
}

// Path is the item's path in its crate, as MIR prints it.
func (in *Inst) Path() string {
	if in.item < 0 {
		return in.ID
	}
	return in.w.bodies[in.Crate].src.Path(in.item)
}

// Body is the MIR.
func (in *Inst) Body() (*mir.Item, error) {
	if in.body == nil {
		b, err := in.w.bodies[in.Crate].body(in.item)
		if err != nil {
			return nil, err
		}
		in.body = b
		in.findForeign()
	}
	return in.body, nil
}

// Type converts a type of the body, its parameters replaced.
func (in *Inst) Type(t *mir.Type) *ty.Type {
	if u, ok := in.memo[t]; ok {
		return u
	}
	u := in.w.Norm(in.Subst.Apply(in.sc.Type(t)))
	in.memo[t] = u
	return u
}

// Item converts the path of a function item or constant in the body.
func (in *Inst) Item(p *mir.Path) *ty.Type { return in.w.Norm(in.Subst.Apply(in.sc.Item(p))) }

// OperandType is the type of an operand of the body.
func (in *Inst) OperandType(op *mir.Operand) *ty.Type {
	switch {
	case op.Place != nil:
		return in.PlaceType(op.Place)
	case op.Const != nil:
		return in.constType(op.Const)
	}
	return ty.UnknownOf("_")
}

// PlaceType is the type of a place of the body.
func (in *Inst) PlaceType(p *mir.Place) *ty.Type {
	t := in.LocalType(p.Local)
	for i, e := range p.Proj {
		switch e.Kind {
		case mir.ElemField, mir.ElemOpaqueCast, mir.ElemSubtype, mir.ElemUnwrapBinder:
			t = in.Type(e.Type)
		default:
			t = in.w.PlaceType(in.sc, t, &mir.Place{Local: p.Local, Proj: p.Proj[i : i+1]})
		}
	}
	return t
}

func (w *World) inst(crate string, item int, s ty.Subst, fn *items.Fn, id string) *Inst {
	s = withoutSelf(w.bodies[crate], item, s)
	key := fmt.Sprintf("%s %d %s", crate, item, id)
	if in := w.insts[key]; in != nil {
		return in
	}
	in := &Inst{ID: id, Crate: crate, Subst: s, Fn: fn, Params: sortedNames(s), item: item, w: w, memo: map[*mir.Type]*ty.Type{}, over: map[int]*ty.Type{}}
	in.sc = &Scope{w: w, crate: crate, path: w.bodies[crate].src.Path(item), params: map[string]bool{}, foreign: map[string]*ty.Type{}}
	for _, n := range in.Params {
		in.sc.params[n] = true
	}
	w.insts[key] = in
	return in
}

// Promoted is the body of the promoted constant that the instance names by a path: its
// own or, in MIR text, where functions may be inlined, that of another; nil where it is
// not known.
func (in *Inst) Promoted(path *mir.Path) *Inst {
	n := len(path.Segs) - 1
	owner := in
	if in.w.texts[in.Crate] != nil {
		of := *path
		of.Segs = path.Segs[:n]
		c, err := in.w.Resolve(in.Item(&of))
		switch {
		case err == nil && c.Kind == Body && (c.Inst.Crate != in.Crate || c.Inst.item != in.item):
			owner = c.Inst
		case (err != nil || c.Kind != Body) && (n == 0 || path.Segs[n-1].Name != lastSeg(in.Path())):
			return nil
		}
	}
	k := path.Segs[n].Index
	i, ok := in.w.bodies[owner.Crate].promoted[fmt.Sprintf("%s::promoted[%d]", owner.Path(), k)]
	if !ok {
		return nil
	}
	p := in.w.inst(owner.Crate, i, owner.Subst, owner.Fn, fmt.Sprintf("%s::promoted[%d]", owner.ID, k))
	p.sc.path = owner.Path()
	return p
}

// constType is the type of a constant of the body. MIR text does not say that of one
// with a name: the constant's own body does.
func (in *Inst) constType(c *mir.Const) *ty.Type {
	if c.Type == nil && c.Kind == mir.ConstPath && c.Promoted() >= 0 {
		if p := in.Promoted(c.Path); p != nil {
			if h := in.w.bodies[p.Crate].header(p.item); h != nil {
				return p.Type(h.Ret)
			}
		}
	}
	return in.w.Norm(in.Subst.Apply(in.sc.constType(c)))
}

// Arg is the value of a const parameter of the instance, or nil.
func (in *Inst) Arg(name string) *ty.Type { return in.Subst[name] }

// Same is equal for the same body with the same types, however it was named.
func (in *Inst) Same() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %d", in.Crate, in.item)
	for _, n := range in.Params {
		fmt.Fprintf(&b, " %s=%s", n, in.Subst[n])
	}
	return b.String()
}

// ByPath finds the instance of a path as the compiler prints it in a crate.
func (w *World) ByPath(crate string, p *mir.Path) (*Inst, error) {
	sc := &Scope{w: w, crate: crate, params: map[string]bool{}, loose: true}
	c, err := w.Resolve(w.Norm(sc.Item(p)))
	if err != nil {
		return nil, err
	}
	return c.Inst, nil
}
