package mono

import (
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Closures, function items and function pointers as values.

// callValue resolves calls through the Fn traits of closures, function items and
// function pointers, for which there is no impl block.
func (w *World) callValue(f, self *ty.Type, args []*ty.Type) *Callee {
	if isFuture(f.Trait) && f.Name == "poll" {
		if in := w.Coroutine(self); in != nil {
			return &Callee{Kind: Body, Inst: in}
		}
	}
	if !isFnTrait(f.Trait) && !isAsyncFnTrait(f.Trait) {
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
		if (f.Name == "call_once" || f.Name == "async_call_once") && in.takesRef() {
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
