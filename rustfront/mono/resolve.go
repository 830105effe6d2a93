package mono

import (
	"fmt"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

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
	// Dependent is a function that a type parameter decides on; Item names it, and
	// Method is the declaration of a trait's.
	Dependent
	// DropInPlace drops what argument 0 points to; Type is that.
	DropInPlace
)

// Callee is what a call reaches.
type Callee struct {
	Kind   Kind
	Inst   *Inst
	Symbol string
	// Pos is the declaration of an Extern callee.
	Pos items.Pos
	// Spread is set where argument 1 is a tuple of the arguments proper: a call
	// of a closure or function value through an Fn trait. Self tells whether the
	// callee takes argument 0 too, ByRef whether it is one reference too few.
	Spread bool
	Self   bool
	ByRef  bool
	Type   *ty.Type
	// Item is the trait method of a Virtual callee, or the callee of a Shim.
	Item *ty.Type
	// Method is the declaration of a Virtual or Dependent callee.
	Method  *items.Fn
	Options []*Callee
}

// Resolve finds what a function item without parameters calls.
func (w *World) Resolve(f *ty.Type) (*Callee, error) {
	c, err := w.resolve(f)
	if err != nil && f.Depth() <= MaxDepth && f.Size() <= MaxSize {
		if d := w.dependent(f); d != nil {
			return d, nil
		}
	}
	if c != nil && c.Inst != nil && c.Inst.Def == nil && f.Kind == ty.FnDef {
		c.Inst.Def = f
	}
	return c, err
}

func (w *World) resolve(f *ty.Type) (*Callee, error) {
	if f.Depth() > MaxDepth {
		return nil, fmt.Errorf("types nested more than %d deep: the instantiation grows without end", MaxDepth)
	}
	if f.Size() > MaxSize {
		return nil, fmt.Errorf("a type made of more than %d others: the instantiation grows without end", MaxSize)
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
			if isIntrinsic(f.Name) && x.hollow(i) {
				return &Callee{Kind: Builtin}, nil
			}
			var s ty.Subst
			if fn != nil && (w.texts[crate] == nil || len(f.Args) == len(fn.Generics.Params)) {
				s = bind(&fn.Generics, f.Args)
			} else if fn == nil {
				s, _ = w.guessParams(x, i, f.Args)
			}
			return &Callee{Kind: Body, Inst: w.inst(crate, i, s, fn, f.Key())}, nil
		}
	}
	if x != nil {
		if c := w.hiddenMethod(x, f.Name, "", f.Args, f.Key()); c != nil {
			return c, nil
		}
		if i := strings.LastIndex(f.Name, "::"); i > 0 {
			if options := w.textNamed(x, f.Name[:i], f); len(options) > 0 {
				return anyOf(options), nil
			}
		}
	}
	if a := w.Adt(f.Name); a != nil {
		return &Callee{Kind: Builtin}, nil // the constructor of a tuple struct
	}
	if i := strings.LastIndex(f.Name, "::"); i > 0 && w.Adt(f.Name[:i]) != nil {
		return &Callee{Kind: Builtin}, nil // of a variant
	}
	if fn != nil && !fn.HasBody || isIntrinsic(f.Name) {
		if strings.HasPrefix(f.Name, "core::") {
			return &Callee{Kind: Builtin}, nil
		}
		sym := lastSeg(f.Name)
		if fn.Symbol != "" {
			sym = fn.Symbol
		}
		return &Callee{Kind: Extern, Symbol: sym, Pos: fn.Pos}, nil
	}
	return nil, fmt.Errorf("no body for %s", f)
}

// isDropInPlace recognises the one function whose body the compiler makes up.
func isDropInPlace(path string) bool {
	return path == "core::ptr::drop_in_place" || path == "core::ptr::drop_glue"
}

// isIntrinsic tells whether a function is one of those that the compiler may
// replace by code of its own.
func isIntrinsic(path string) bool { return strings.HasPrefix(path, "core::intrinsics::") }

// freeItem finds a function by its path, whichever of the printed forms it has.
func (w *World) freeItem(x *bodyIndex, path string) (int, bool) {
	if l := x.free[path]; len(l) > 0 {
		return l[0], true
	}
	return 0, false
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
	if c := w.hiddenInherent(f, self); c != nil {
		return c, nil
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
		s, _ = w.guessParams(x, i, f.Own()) // a function inside the method
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
	if _, ok := w.assumes(f.Trait, self); ok {
		return w.dependent(f), nil
	}
	c, err := w.Select(f.Trait, self, args)
	if err != nil {
		if options := w.objectImpls(f, self, args); len(options) > 0 {
			return &Callee{Kind: AnyOf, Options: options}, nil
		}
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
