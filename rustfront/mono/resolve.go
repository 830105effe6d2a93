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
		b, err := in.w.bodies[in.Crate].src.Body(in.item)
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
		return in.w.Norm(in.Subst.Apply(in.sc.constType(op.Const)))
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

// Kind says what a callee turned out to be.
type Kind uint8

// The kinds of callees.
const (
	// Body is a function with MIR.
	Body Kind = iota
	// Extern is a foreign function: Symbol is its link name.
	Extern
	// Builtin touches nothing: constructors, intrinsics, clones of tuples.
	Builtin
	// FnValue calls the function pointer that is argument 0.
	FnValue
	// Virtual is a method of a trait object.
	Virtual
	// Shim calls the closure or function item that is argument 0 by value: its
	// captures are dropped afterwards. Inst is the closure's body or Item the
	// function.
	Shim
	// AnyOf calls one of Options: the impls of a trait that is hidden in a
	// function cannot be told apart by their where clauses.
	AnyOf
	// DropInPlace drops what argument 0 points to; Type is that.
	DropInPlace
)

// Callee is what a call reaches.
type Callee struct {
	Kind   Kind
	Inst   *Inst
	Symbol string
	// Spread is set where argument 1 is a tuple of the arguments proper: a call
	// of a closure or function value through an Fn trait. Self tells whether the
	// callee takes argument 0 too, ByRef whether it is one reference too few.
	Spread bool
	Self   bool
	ByRef  bool
	Type   *ty.Type
	// Item is the trait method of a Virtual callee, or the callee of a Shim.
	Item *ty.Type
	// Method is the declaration of a Virtual callee.
	Method  *items.Fn
	Options []*Callee
}

// Resolve finds what a function item without parameters calls.
func (w *World) Resolve(f *ty.Type) (*Callee, error) {
	c, err := w.resolve(f)
	if c != nil && c.Inst != nil && c.Inst.Def == nil && f.Kind == ty.FnDef {
		c.Inst.Def = f
	}
	return c, err
}

func (w *World) resolve(f *ty.Type) (*Callee, error) {
	if f.Depth() > MaxDepth {
		return nil, fmt.Errorf("types nested more than %d deep: the instantiation grows without end", MaxDepth)
	}
	switch {
	case f.Kind == ty.Closure:
		if in := w.ClosureInst(f); in != nil {
			return &Callee{Kind: Body, Inst: in}, nil
		}
		return nil, fmt.Errorf("no body for closure %s", f)
	case f.Kind != ty.FnDef:
		return nil, fmt.Errorf("%s is no function", f)
	case f.Trait != "":
		return w.resolveTrait(f)
	case f.NSelf == 1:
		return w.resolveInherent(f)
	}
	return w.resolveFree(f)
}

func (w *World) resolveFree(f *ty.Type) (*Callee, error) {
	crate := crateOf(f.Name)
	fn := w.Fn(f.Name)
	if isDropInPlace(f.Name) && len(f.Args) == 1 {
		return &Callee{Kind: DropInPlace, Type: f.Args[0]}, nil
	}
	x := w.bodies[crate]
	if x != nil {
		if i, ok := w.freeItem(x, f.Name); ok {
			var s ty.Subst
			if fn != nil {
				s = bind(&fn.Generics, f.Args)
			} else {
				s = w.guessParams(x, i, f.Args)
			}
			return &Callee{Kind: Body, Inst: w.inst(crate, i, s, fn, f.Key())}, nil
		}
	}
	if x != nil {
		if c := w.hiddenMethod(x, f.Name, f.Args, f.Key()); c != nil {
			return c, nil
		}
	}
	if a := w.Adt(f.Name); a != nil {
		return &Callee{Kind: Builtin}, nil // the constructor of a tuple struct
	}
	if i := strings.LastIndex(f.Name, "::"); i > 0 && w.Adt(f.Name[:i]) != nil {
		return &Callee{Kind: Builtin}, nil // of a variant
	}
	if fn != nil && !fn.HasBody || strings.HasPrefix(f.Name, "core::intrinsics::") {
		if strings.HasPrefix(f.Name, "core::") {
			return &Callee{Kind: Builtin}, nil
		}
		sym := lastSeg(f.Name)
		if fn.Symbol != "" {
			sym = fn.Symbol
		}
		return &Callee{Kind: Extern, Symbol: sym}, nil
	}
	return nil, fmt.Errorf("no body for %s", f)
}

// isDropInPlace recognises the one function whose body the compiler makes up.
func isDropInPlace(path string) bool {
	return path == "core::ptr::drop_in_place" || path == "core::ptr::drop_glue"
}

// freeItem finds a function by its path, whichever of the printed forms it has.
func (w *World) freeItem(x *bodyIndex, path string) (int, bool) {
	if l := x.free[path]; len(l) > 0 {
		return l[0], true
	}
	return 0, false
}

// hiddenMethod finds `a::b::Type::method` of a type that rustdoc does not list:
// the impl block is only known from the MIR of its methods. Two anonymous blocks
// of one module may have such a type of one name; where the parameters do not
// tell which is meant, it may be any.
func (w *World) hiddenMethod(x *bodyIndex, path string, args []*ty.Type, id string) *Callee {
	i := strings.LastIndex(path, "::")
	if i < 0 {
		return nil
	}
	owner, name := path[:i], path[i+2:]
	j := strings.LastIndex(owner, "::")
	if j < 0 {
		return nil
	}
	sc := &Scope{w: w, crate: x.crate, params: map[string]bool{}}
	var found []*Callee
	for _, item := range x.inImpl[implKey{owner[:j], name}] {
		h := x.header(item)
		if h == nil {
			continue
		}
		types := []*ty.Type{sc.Type(h.Ret)}
		if len(h.Args) > 0 {
			types = append(types, sc.Type(h.Args[0].Type))
		}
		for _, t := range types {
			for t.Kind == ty.Ref || t.Kind == ty.Ptr {
				t = t.Args[0]
			}
			if s := w.guessParams(x, item, args); t.Kind == ty.Adt && t.Name == owner && len(s) == len(args) {
				found = append(found, &Callee{Kind: Body, Inst: w.inst(x.crate, item, s, nil, fmt.Sprintf("%s (%d)", id, item))})
				break
			}
		}
	}
	switch len(found) {
	case 0:
		return nil
	case 1:
		found[0].Inst.ID = id
		return found[0]
	}
	return &Callee{Kind: AnyOf, Options: found}
}

// hiddenSelf finds a trait's method on a type that rustdoc does not list, whose
// impls it does not list either: in the MIR of the impl, or in the trait.
func (w *World) hiddenSelf(f *ty.Type, tr *items.Trait) *Callee {
	self := f.Args[0]
	crate := crateOf(self.Name)
	x := w.bodies[crate]
	if x == nil {
		return nil
	}
	if c := w.hiddenMethod(x, self.Name+"::"+f.Name, append(self.Args[:len(self.Args):len(self.Args)], f.Own()...), f.Key()); c != nil {
		return c
	}
	y := w.bodies[crateOf(f.Trait)]
	if y == nil || tr == nil || tr.Fns[f.Name] == nil {
		return nil
	}
	i, ok := w.freeItem(y, f.Trait+"::"+f.Name)
	if !ok {
		return nil
	}
	s := bind(&tr.Generics, f.TraitArgs())
	s["Self"] = self
	for n, t := range bind(&tr.Fns[f.Name].Generics, f.Own()) {
		s[n] = t
	}
	return &Callee{Kind: Body, Inst: w.inst(y.crate, i, s, tr.Fns[f.Name], f.Key())}
}

// hiddenImpls finds the impls of a trait that is defined inside a function, by
// the bodies of their methods.
func (w *World) hiddenImpls(f *ty.Type) []*Callee {
	crate := crateOf(f.Trait)
	x := w.bodies[crate]
	i := strings.LastIndex(f.Trait, "::")
	if x == nil || i < 0 {
		return nil
	}
	var out []*Callee
	for _, item := range x.inImpl[implKey{f.Trait[:i], f.Name}] {
		h := x.header(item)
		if h == nil || len(h.Args) == 0 {
			continue
		}
		sc := &Scope{w: w, crate: crate, params: map[string]bool{}}
		in := sc.Type(h.Args[0].Type)
		for _, self := range []*ty.Type{f.Args[0], ty.RefOf(f.Args[0], false), ty.RefOf(f.Args[0], true)} {
			s := ty.Subst{}
			if ty.Unify(w.Norm(in), self, s) {
				id := fmt.Sprintf("%s (%d)", f.Key(), item)
				out = append(out, &Callee{Kind: Body, Inst: w.inst(crate, item, s, nil, id)})
				break
			}
		}
	}
	return out
}

// guessParams binds the parameters of a function that rustdoc does not list:
// one inside another function. Its signature names them, in an order that is
// only certain where there is one.
func (w *World) guessParams(x *bodyIndex, item int, args []*ty.Type) ty.Subst {
	s := ty.Subst{}
	h := x.header(item)
	if len(args) == 0 || h == nil {
		return s
	}
	sc := &Scope{w: w, crate: x.crate, params: map[string]bool{}}
	var names, impls []string
	var walk func(t *ty.Type)
	walk = func(t *ty.Type) {
		if t.Kind == ty.Param && !contains(names, t.Name) {
			names = append(names, t.Name)
		}
		if t.Kind == ty.Unknown && strings.HasPrefix(t.Name, "impl ") {
			impls = append(impls, t.Name)
		}
		for _, a := range t.Args {
			walk(a)
		}
	}
	for _, a := range h.Args {
		walk(sc.Type(a.Type))
	}
	walk(sc.Type(h.Ret))
	// The text of `impl Trait` is the source's: a name in it may be an import as
	// well, so that it counts only where a parameter is missing.
	for _, a := range h.Args {
		for _, b := range boundsOf(a.Type) {
			if b.Trait == nil || a.Type.Kind != mir.TyImpl {
				continue
			}
			_, params := sc.traitRef(b.Trait)
			for _, p := range params {
				if len(names)+len(impls) < len(args) {
					walk(p)
				}
			}
		}
	}
	names = append(names, impls...)
	for i, n := range names {
		if i < len(args) {
			s[n] = args[i]
		}
	}
	return s
}

func boundsOf(t *mir.Type) []mir.Bound {
	if t == nil {
		return nil
	}
	return t.Bounds
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

func (w *World) resolveInherent(f *ty.Type) (*Callee, error) {
	self := f.Args[0]
	if a := w.Adt(self.Name); self.Kind == ty.Adt && a != nil {
		for _, v := range a.Variants {
			if v.Name == f.Name && a.Kind == items.Enum {
				return &Callee{Kind: Builtin}, nil
			}
		}
	}
	for _, h := range []string{head(self), ""} {
		for _, im := range w.inherent[h] {
			if !hasMember(im, f.Name) {
				continue
			}
			s, ok := w.match(im, self, nil)
			if !ok {
				continue
			}
			return w.implBody(im, s, f)
		}
	}
	return nil, fmt.Errorf("no inherent method %s on %s", f.Name, self)
}

// hasMember tells whether an impl block defines a name; of `f::g` that is f.
func hasMember(im *items.Impl, name string) bool {
	name, _, _ = strings.Cut(name, "::")
	if im.Fns[name] != nil {
		return true
	}
	_, ok := im.Consts[name]
	return ok
}

// implBody is the body of an impl's own method or constant.
func (w *World) implBody(im *items.Impl, s ty.Subst, f *ty.Type) (*Callee, error) {
	fn := im.Fns[f.Name]
	s = s.Clone()
	if fn != nil {
		for n, t := range bind(&fn.Generics, f.Own()) {
			s[n] = t
		}
		if !fn.HasBody {
			return &Callee{Kind: Builtin}, nil
		}
	}
	x := w.bodies[im.Crate]
	if x == nil {
		return nil, fmt.Errorf("no MIR of crate %s, where %s is defined", im.Crate, f)
	}
	i, ok := w.implItem(x, im, f.Name)
	if strings.Contains(f.Name, "::") && ok {
		s = w.guessParams(x, i, f.Own()) // a function inside the method
	}
	if !ok {
		if strings.HasPrefix(im.Module, "core::intrinsics") {
			return &Callee{Kind: Builtin}, nil
		}
		return nil, fmt.Errorf("no body for %s (impl at %s:%d)", f, im.Pos.File, im.Pos.Line)
	}
	return &Callee{Kind: Body, Inst: w.inst(im.Crate, i, s, fn, f.Key())}, nil
}

func (w *World) resolveTrait(f *ty.Type) (*Callee, error) {
	self, args := f.Args[0], f.TraitArgs()
	if c := w.callValue(f, self, args); c != nil {
		return c, nil
	}
	tr := w.Trait(f.Trait)
	c, err := w.Select(f.Trait, self, args)
	if err != nil {
		return nil, err
	}
	if c == nil {
		if self.Kind == ty.Dyn {
			v := &Callee{Kind: Virtual, Item: f}
			if tr != nil {
				v.Method = tr.Fns[f.Name]
			}
			return v, nil
		}
		if known, yes := w.holdsBuiltin(f.Trait, self, 0); known && yes {
			return &Callee{Kind: Builtin}, nil
		}
		if self.Kind == ty.Adt && w.Adt(self.Name) == nil {
			if callee := w.hiddenSelf(f, tr); callee != nil {
				return callee, nil
			}
		}
		if tr == nil {
			if options := w.hiddenImpls(f); len(options) == 1 {
				return options[0], nil
			} else if len(options) > 1 {
				return &Callee{Kind: AnyOf, Options: options}, nil
			}
		}
		return nil, fmt.Errorf("no impl of %s for %s", f.Trait, self)
	}
	if first, _, nested := strings.Cut(f.Name, "::"); hasMember(c.Impl, f.Name) && (c.Impl.Fns[first] != nil || c.Impl.Consts[first]) {
		s := c.Subst.Clone()
		if !nested {
			s["Self"] = self
		}
		return w.implBody(c.Impl, s, f)
	}
	if tr == nil {
		return nil, fmt.Errorf("trait %s is not known", f.Trait)
	}
	fn := tr.Fns[f.Name]
	s := bind(&tr.Generics, args)
	s["Self"] = self
	if fn != nil {
		for n, t := range bind(&fn.Generics, f.Own()) {
			s[n] = t
		}
	}
	crate := crateOf(f.Trait)
	x := w.bodies[crate]
	if x != nil {
		if i, ok := w.freeItem(x, f.Trait+"::"+f.Name); ok {
			return &Callee{Kind: Body, Inst: w.inst(crate, i, s, fn, f.Key())}, nil
		}
	}
	return nil, fmt.Errorf("no body for the default method %s::%s", f.Trait, f.Name)
}

// callValue resolves calls through the Fn traits of closures, function items and
// function pointers, for which there is no impl block.
func (w *World) callValue(f, self *ty.Type, args []*ty.Type) *Callee {
	if !isFnTrait(f.Trait) {
		return nil
	}
	switch self.Kind {
	case ty.FnPtr:
		return &Callee{Kind: FnValue, Spread: true}
	case ty.FnDef:
		c, err := w.Resolve(self)
		if err != nil {
			return nil
		}
		d := *c
		d.Spread = true
		return &d
	case ty.Closure:
		in := w.ClosureInst(self)
		if in == nil {
			return nil
		}
		c := &Callee{Kind: Body, Inst: in, Spread: true, Self: true, Type: self}
		if f.Name == "call_once" && in.takesRef() {
			c.Kind, c.ByRef = Shim, true
		}
		return c
	}
	return nil
}

// takesRef tells whether a closure's body takes the closure by reference.
func (in *Inst) takesRef() bool {
	h := in.w.bodies[in.Crate].header(in.item)
	return h != nil && len(h.Args) > 0 && h.Args[0].Type.Kind == mir.TyRef
}

// signature is the inputs and the output of a closure, function item or pointer.
func (w *World) signature(t *ty.Type) ([]*ty.Type, *ty.Type, bool) {
	switch t.Kind {
	case ty.FnPtr:
		n := len(t.Args) - 1
		return t.Args[:n], t.Args[n], true
	case ty.Closure, ty.FnDef:
		if ctor := w.constructor(t); ctor != nil {
			return ctor[:len(ctor)-1], ctor[len(ctor)-1], true
		}
		c, err := w.lookupGeneric(t)
		if err != nil || c == nil {
			return nil, nil, false
		}
		b, err := c.Body()
		if err != nil {
			return nil, nil, false
		}
		var in []*ty.Type
		for i, a := range b.Args {
			if t.Kind == ty.FnDef || i > 0 {
				in = append(in, c.Type(a.Type))
			}
		}
		out := c.Type(b.Ret)
		if l := b.Local(0); l != nil && l.Type != nil {
			out = c.Type(l.Type)
		}
		return in, out, true
	}
	return nil, nil, false
}

// constructor is the signature of a variant or tuple struct used as a function.
func (w *World) constructor(t *ty.Type) []*ty.Type {
	if t.Kind != ty.FnDef || t.Trait != "" {
		return nil
	}
	self, name := ty.AdtOf(t.Name, t.Args), lastSeg(t.Name)
	if t.NSelf == 1 {
		self, name = t.Args[0], t.Name
	}
	a := w.Adt(self.Name)
	if self.Kind != ty.Adt || a == nil {
		return nil
	}
	for vi, v := range a.Variants {
		if v.Name == name {
			var sig []*ty.Type
			for fi := range v.Fields {
				sig = append(sig, w.Field(self, vi, fi))
			}
			return append(sig, self)
		}
	}
	return nil
}

// lookupGeneric finds the body of an item, which may still have parameters.
func (w *World) lookupGeneric(t *ty.Type) (*Inst, error) {
	c, err := w.Resolve(t)
	if err != nil {
		return nil, err
	}
	return c.Inst, nil
}

// Promoted is the body of a promoted constant of the instance.
func (in *Inst) Promoted(n int) *Inst {
	x := in.w.bodies[in.Crate]
	i, ok := x.promoted[fmt.Sprintf("%s::promoted[%d]", in.Path(), n)]
	if !ok {
		return nil
	}
	p := in.w.inst(in.Crate, i, in.Subst, in.Fn, fmt.Sprintf("%s::promoted[%d]", in.ID, n))
	p.sc.path = in.Path()
	return p
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
