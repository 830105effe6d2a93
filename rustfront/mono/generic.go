package mono

import (
	"fmt"
	"sort"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// Generic bodies on their own: their parameters stand for types of which only the
// bounds are known ([ty.Rigid]). A call that depends on one is a Dependent callee.

// GenericRoots are the functions of a crate that have type parameters, as instances
// whose arguments are such types, in order of their IDs.
func (w *World) GenericRoots(crate string) []*Inst {
	c, x := w.crates[crate], w.bodies[crate]
	if c == nil || x == nil {
		return nil
	}
	var out []*Inst
	add := func(in *Inst) {
		if in != nil {
			out = append(out, in)
		}
	}
	for path, fn := range c.Fns {
		if fn.HasBody && len(fn.Generics.Params) > 0 {
			s := w.rigid(path, &fn.Generics, nil)
			if i, ok := w.freeItem(x, path); ok {
				f := ty.FnItem(path, nil, "", nil, inOrder(&fn.Generics, s))
				add(w.genericInst(crate, i, s, fn, f))
			}
		}
	}
	for _, im := range c.Impls {
		for _, name := range sortedFns(im.Fns) {
			fn := im.Fns[name]
			if fn.HasBody && len(im.Generics.Params)+len(fn.Generics.Params) > 0 {
				add(w.genericMember(x, im, name, fn))
			}
		}
	}
	for path, tr := range c.Traits {
		for _, name := range sortedFns(tr.Fns) {
			fn := tr.Fns[name]
			i, ok := w.freeItem(x, path+"::"+name)
			if !fn.HasBody || !ok {
				continue
			}
			self := ty.RigidOf(path + "::" + name + "::Self")
			s := w.rigid(path+"::"+name, &tr.Generics, ty.Subst{"Self": self})
			w.env[self.Key()] = append(w.env[self.Key()], items.Bound{Trait: path, Args: inOrder(&tr.Generics, s)})
			for n, t := range w.rigid(path+"::"+name, &fn.Generics, s) {
				s[n] = t
			}
			f := ty.FnItem(name, self, path, inOrder(&tr.Generics, s), inOrder(&fn.Generics, s))
			add(w.genericInst(crate, i, s, fn, f))
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ID < out[j].ID })
	return out
}

// genericMember is a method of an impl block that has parameters, or has them itself.
func (w *World) genericMember(x *bodyIndex, im *items.Impl, name string, fn *items.Fn) *Inst {
	i, ok := w.implItem(x, im, name)
	if !ok {
		return nil
	}
	scope := fmt.Sprintf("%s::impl_%d_%d::%s", im.Module, im.Pos.Line, im.Pos.Col, name)
	s := w.rigid(scope, &im.Generics, nil)
	for n, t := range w.rigid(scope, &fn.Generics, s) {
		s[n] = t
	}
	self := w.Norm(s.Apply(w.Norm(im.Self)))
	s["Self"] = self
	f := ty.FnItem(name, self, im.Trait, w.NormAll(s.ApplyAll(im.TraitArgs)), inOrder(&fn.Generics, s))
	return w.genericInst(im.Crate, i, s, fn, f)
}

func (w *World) genericInst(crate string, item int, s ty.Subst, fn *items.Fn, f *ty.Type) *Inst {
	in := w.inst(crate, item, s, fn, f.Key())
	if in.Def == nil {
		in.Def = f
	}
	return in
}

// BodyOf tells the bodies of instances apart, whatever their types are.
func (in *Inst) BodyOf() (crate string, item int) { return in.Crate, in.item }

// rigid makes a type for each parameter of an item, and notes what the item asks of
// it; outer are the parameters around.
func (w *World) rigid(scope string, g *items.Generics, outer ty.Subst) ty.Subst {
	s := outer.Clone()
	for _, p := range g.Params {
		if p.Const {
			s[p.Name] = ty.ConstOf(scope + "::" + p.Name)
		} else {
			s[p.Name] = ty.RigidOf(scope + "::" + rigidName(p.Name))
		}
	}
	for _, p := range g.Where {
		t := s.Apply(p.Type)
		b := items.Bound{Trait: p.Trait, Args: s.ApplyAll(p.Args)}
		for _, a := range p.Assoc {
			b.Assoc = append(b.Assoc, items.Binding{Name: a.Name, Type: s.Apply(a.Type)})
		}
		w.env[t.Key()] = append(w.env[t.Key()], b)
		w.assumesOfKnown = w.assumesOfKnown || !t.IsRigid()
	}
	return s
}

// AssumesOfKnown tells whether a generic body that was looked at on its own asks anything
// of a type that others know, too.
func (w *World) AssumesOfKnown() bool { return w.assumesOfKnown }

// Generic tells whether the instance is that of a generic body on its own.
func (in *Inst) Generic() bool {
	for _, t := range in.Subst {
		if t.IsRigid() {
			return true
		}
	}
	return false
}

// rigidName is the name of a parameter; `impl Trait` has none.
func rigidName(name string) string {
	for _, r := range name {
		if !(r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z') {
			return "Impl"
		}
	}
	return name
}

func inOrder(g *items.Generics, s ty.Subst) []*ty.Type {
	var out []*ty.Type
	for _, p := range g.Params {
		out = append(out, s[p.Name])
	}
	return out
}

func sortedFns(fns map[string]*items.Fn) []string {
	var out []string
	for n := range fns {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// assumes finds the bound, of those that a generic body asks of its parameters, by
// which a type implements a trait.
func (w *World) assumes(trait string, self *ty.Type) (items.Bound, bool) {
	if !self.IsRigid() {
		return items.Bound{}, false
	}
	for _, b := range w.env[self.Key()] {
		if w.isSuper(trait, b.Trait, 0) {
			return b, true
		}
	}
	return items.Bound{}, false
}

// dependent is the callee where a type parameter decides what is called, else nil.
func (w *World) dependent(f *ty.Type) *Callee {
	if !f.IsRigid() {
		return nil
	}
	c := &Callee{Kind: Dependent, Item: f}
	if tr := w.Trait(f.Trait); tr != nil && f.Kind == ty.FnDef {
		c.Method = tr.Fns[f.Name]
	}
	return c
}
