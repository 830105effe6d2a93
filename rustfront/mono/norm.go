package mono

import (
	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// Norm expands aliases, fills in default arguments and resolves projections,
// everywhere in t. A projection of a type that is still generic stays.
func (w *World) Norm(t *ty.Type) *ty.Type {
	key := t.Key()
	if t.Kind == ty.FnDef {
		key = "fn " + key // a tuple struct is called by its constructor's name
	}
	if n, ok := w.norms[key]; ok {
		return n
	}
	n := w.norm(t, 0)
	w.norms[key] = n
	return n
}

// NormAll normalises each type.
func (w *World) NormAll(ts []*ty.Type) []*ty.Type {
	out := make([]*ty.Type, len(ts))
	for i, t := range ts {
		out[i] = w.Norm(t)
	}
	return out
}

func (w *World) norm(t *ty.Type, depth int) *ty.Type {
	if depth > 2*MaxDepth || t.Kind == ty.Param || t.Size() > MaxSize {
		return t
	}
	if len(t.Args) > 0 {
		args := make([]*ty.Type, len(t.Args))
		same := true
		for i, a := range t.Args {
			args[i] = w.norm(a, depth+1)
			same = same && args[i] == a
		}
		if !same {
			t = t.With(args)
		}
	}
	switch t.Kind {
	case ty.Adt:
		if al := w.alias(t.Name); al != nil {
			s := bind(&al.Generics, w.fill(&al.Generics, t.Args, nil))
			return w.norm(s.Apply(al.Type), depth+1)
		}
		if a := w.Adt(t.Name); a != nil && len(t.Args) < len(a.Generics.Params) {
			if full := w.fill(&a.Generics, t.Args, nil); len(full) > len(t.Args) {
				return ty.AdtOf(t.Name, w.normList(full, depth))
			}
		}
	case ty.FnDef:
		if t.Trait != "" {
			if args := w.traitArgs(t.Trait, t.Args[0], t.TraitArgs()); len(args) > t.NTrait {
				return ty.FnItem(t.Name, t.Args[0], t.Trait, w.normList(args, depth), t.Own())
			}
		}
	case ty.Proj:
		args := w.normList(w.traitArgs(t.Trait, t.Args[0], t.Args[1:]), depth)
		if len(args) > len(t.Args)-1 {
			t = ty.ProjOf(t.Args[0], t.Trait, args, t.Name)
		}
		if !t.IsGeneric() {
			if p, ok := w.Project(t.Args[0], t.Trait, args, t.Name); ok {
				return w.norm(p, depth+1)
			}
		}
	}
	return t
}

func (w *World) normList(ts []*ty.Type, depth int) []*ty.Type {
	out := make([]*ty.Type, len(ts))
	for i, t := range ts {
		out[i] = w.norm(t, depth+1)
	}
	return out
}

// fill appends the defaults of the parameters that no argument is given for.
func (w *World) fill(g *items.Generics, args []*ty.Type, self *ty.Type) []*ty.Type {
	if len(args) >= len(g.Params) {
		return args
	}
	s := ty.Subst{}
	if self != nil {
		s["Self"] = self
	}
	out := append([]*ty.Type(nil), args...)
	for i, p := range g.Params {
		if i >= len(out) {
			if p.Default == nil {
				return out
			}
			out = append(out, s.Apply(p.Default))
		}
		s[p.Name] = out[i]
	}
	return out
}

// traitArgs fills in the defaults of a trait's parameters.
func (w *World) traitArgs(trait string, self *ty.Type, args []*ty.Type) []*ty.Type {
	if tr := w.Trait(trait); tr != nil {
		return w.fill(&tr.Generics, args, self)
	}
	return args
}

// bind maps the parameters of g to args.
func bind(g *items.Generics, args []*ty.Type) ty.Subst {
	s := ty.Subst{}
	for i, p := range g.Params {
		if i < len(args) {
			s[p.Name] = args[i]
		}
	}
	return s
}

// Project is `<self as trait<args>>::name` where it can be told.
func (w *World) Project(self *ty.Type, trait string, args []*ty.Type, name string) (*ty.Type, bool) {
	if t, ok := w.projectBuiltin(self, trait, name); ok {
		return t, true
	}
	if _, ok := w.assumes(trait, self); ok {
		for _, b := range w.env[self.Key()] {
			for _, a := range b.Assoc {
				if a.Name == name && w.isSuper(trait, b.Trait, 0) {
					return a.Type, true
				}
			}
		}
		return nil, false
	}
	c, err := w.Select(trait, self, args)
	if err != nil || c == nil {
		return nil, false
	}
	if t := c.Impl.Types[name]; t != nil {
		s := c.Subst.Clone()
		s["Self"] = self
		return s.Apply(t), true
	}
	tr := w.Trait(trait)
	if tr == nil || tr.Types[name] == nil {
		return nil, false
	}
	s := bind(&tr.Generics, args)
	s["Self"] = self
	return s.Apply(tr.Types[name]), true
}

func (w *World) projectBuiltin(self *ty.Type, trait, name string) (*ty.Type, bool) {
	switch {
	case name == "Output" && isFnTrait(trait):
		if _, out, ok := w.signature(self); ok {
			return out, true
		}
	case name == "Output" && isFuture(trait):
		return w.coroutineOutput(self)
	case name == "Metadata" && lastSeg(trait) == "Pointee":
		switch self.Kind {
		case ty.Slice:
			return ty.PrimOf("usize"), true
		case ty.Dyn:
			return ty.UnknownOf("a vtable"), true
		case ty.Prim:
			if self.Name == "str" {
				return ty.PrimOf("usize"), true
			}
		}
		return ty.Unit, true
	case name == "Discriminant" && lastSeg(trait) == "DiscriminantKind":
		return ty.PrimOf("isize"), true
	}
	return nil, false
}

// Field is the type of a field of a value: of a struct or of a variant of an
// enum by its index, of a tuple, or of a closure.
func (w *World) Field(t *ty.Type, variant, field int) *ty.Type {
	switch t.Kind {
	case ty.Tuple:
		if field < len(t.Args) {
			return t.Args[field]
		}
	case ty.Adt:
		a := w.Adt(t.Name)
		if a != nil && variant >= 0 && variant < len(a.Variants) && field < len(a.Variants[variant].Fields) {
			s := bind(&a.Generics, t.Args)
			return w.Norm(s.Apply(a.Variants[variant].Fields[field].Type))
		}
	}
	return nil
}
