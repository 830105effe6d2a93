package mono

import (
	"fmt"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// Choice is an impl block and the types of its parameters.
type Choice struct {
	Impl  *items.Impl
	Subst ty.Subst
}

// Select finds the impl of a trait for a type without parameters. It returns nil
// where there is none.
func (w *World) Select(trait string, self *ty.Type, args []*ty.Type) (*Choice, error) {
	key := ty.ProjOf(self, trait, args, "").Key()
	if c, ok := w.chosen[key]; ok {
		return c, nil
	}
	found := w.candidates(trait, self, args)
	if len(found) > 1 {
		found = w.special(found)
	}
	if len(found) > 1 {
		return nil, fmt.Errorf("%d impls of %s fit %s (%s:%d, %s:%d)", len(found), trait, self,
			found[0].Impl.Pos.File, found[0].Impl.Pos.Line, found[1].Impl.Pos.File, found[1].Impl.Pos.Line)
	}
	var c *Choice
	if len(found) == 1 {
		c = found[0]
	}
	w.chosen[key] = c
	return c, nil
}

// candidates are the impls whose header and where clauses fit. One that is alone
// is not asked for its where clauses: the compiler has accepted the call.
func (w *World) candidates(trait string, self *ty.Type, args []*ty.Type) []*Choice {
	var found []*Choice
	heads := w.byTrait[trait]
	lists := [][]*items.Impl{heads[head(self)]}
	if head(self) != "" {
		lists = append(lists, heads[""])
	}
	for _, list := range lists {
		for _, im := range list {
			if im.Negative {
				continue
			}
			if s, ok := w.match(im, self, args); ok {
				found = append(found, &Choice{im, s})
			}
		}
	}
	if len(found) < 2 && self.Kind != ty.Dyn {
		return found
	}
	kept := found[:0:0]
	for _, c := range found {
		if w.satisfied(&c.Impl.Generics, c.Subst, 0) {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 && self.Kind != ty.Dyn {
		return found
	}
	return kept
}

// match unifies an impl's header, and binds the parameters that only its where
// clauses determine.
func (w *World) match(im *items.Impl, self *ty.Type, args []*ty.Type) (ty.Subst, bool) {
	s := ty.Subst{}
	if !ty.Unify(w.Norm(im.Self), self, s) {
		return nil, false
	}
	if im.Trait != "" {
		have := w.NormAll(w.traitArgs(im.Trait, im.Self, im.TraitArgs))
		if !ty.UnifyAll(have, args, s) {
			return nil, false
		}
	}
	w.infer(&im.Generics, s)
	// Projections in the header were let through: look again now.
	if got := w.Norm(s.Apply(w.Norm(im.Self))); !got.IsOpen() && got.Key() != self.Key() {
		return nil, false
	}
	return s, true
}

// infer binds parameters that stand only in associated types of where clauses.
func (w *World) infer(g *items.Generics, s ty.Subst) {
	for range g.Params {
		progress := false
		for _, p := range g.Where {
			t := w.Norm(s.Apply(p.Type))
			if t.IsGeneric() {
				continue
			}
			if isFnTrait(p.Trait) && len(p.Args) == 1 && s.Apply(p.Args[0]).IsGeneric() {
				if in, _, ok := w.signature(t); ok && ty.Unify(s.Apply(p.Args[0]), ty.TupleOf(in), s) {
					progress = true
				}
			}
			for _, b := range p.Assoc {
				want := s.Apply(b.Type)
				if !want.IsGeneric() {
					continue
				}
				args := w.NormAll(s.ApplyAll(w.traitArgs(p.Trait, p.Type, p.Args)))
				got := w.Norm(ty.ProjOf(t, p.Trait, args, b.Name))
				if !got.IsOpen() && ty.Unify(want, got, s) {
					progress = true
				}
			}
		}
		if !progress {
			return
		}
	}
}

func (w *World) satisfied(g *items.Generics, s ty.Subst, depth int) bool {
	for _, p := range g.Where {
		t := w.Norm(s.Apply(p.Type))
		if t.IsOpen() {
			continue
		}
		args := w.NormAll(s.ApplyAll(w.traitArgs(p.Trait, p.Type, p.Args)))
		if !w.holdsAt(p.Trait, t, args, depth+1) {
			return false
		}
		for _, b := range p.Assoc {
			want := w.Norm(s.Apply(b.Type))
			got := w.Norm(ty.ProjOf(t, p.Trait, args, b.Name))
			if !want.IsOpen() && !got.IsOpen() && want.Key() != got.Key() {
				return false
			}
		}
	}
	return true
}

// Holds tells whether a type implements a trait.
func (w *World) Holds(trait string, self *ty.Type, args []*ty.Type) bool {
	return w.holdsAt(trait, self, args, 0)
}

func (w *World) holdsAt(trait string, self *ty.Type, args []*ty.Type, depth int) bool {
	if depth > MaxDepth {
		return true
	}
	key := ty.ProjOf(self, trait, args, "").Key()
	if h, ok := w.holds[key]; ok {
		return h
	}
	w.holds[key] = true // a cycle holds
	h := w.holdsNow(trait, self, args, depth)
	w.holds[key] = h
	return h
}

func (w *World) holdsNow(trait string, self *ty.Type, args []*ty.Type, depth int) bool {
	if known, yes := w.holdsBuiltin(trait, self, depth); known {
		return yes
	}
	heads := w.byTrait[trait]
	lists := [][]*items.Impl{heads[head(self)]}
	if head(self) != "" {
		lists = append(lists, heads[""])
	}
	for _, list := range lists {
		for _, im := range list {
			if im.Negative {
				continue
			}
			if s, ok := w.match(im, self, args); ok && w.satisfied(&im.Generics, s, depth) {
				return true
			}
		}
	}
	return self.Kind == ty.Dyn && self.Name == trait
}

// special keeps the most special of several impls: one whose Self is no bare
// parameter over one whose is, one whose header the others' headers match.
func (w *World) special(found []*Choice) []*Choice {
	for i, c := range found {
		best := true
		for j, d := range found {
			if i != j && !w.moreSpecial(c.Impl, d.Impl) {
				best = false
			}
		}
		if best {
			return []*Choice{c}
		}
	}
	return found
}

// moreSpecial tells whether b's header fits all that a's fits, and not the other
// way round; where they fit the same, more where clauses are more special.
func (w *World) moreSpecial(a, b *items.Impl) bool {
	ab, ba := w.covers(b, a), w.covers(a, b)
	if ab && ba {
		return w.implies(a, b) && !w.implies(b, a)
	}
	return ab
}

// implies tells whether a's where clauses ask for all that b's do. The two have
// the same header, but for the names of their parameters.
func (w *World) implies(a, b *items.Impl) bool {
	for _, want := range b.Generics.Where {
		ok := false
		for _, have := range a.Generics.Where {
			ok = ok || have.Type.Kind == want.Type.Kind && w.isSuper(want.Trait, have.Trait, 0)
		}
		if !ok {
			return false
		}
	}
	return true
}

// isSuper tells whether sub is the trait super, or has it as a supertrait.
func (w *World) isSuper(super, sub string, depth int) bool {
	if super == sub {
		return true
	}
	tr := w.Trait(sub)
	if tr == nil || depth > 8 {
		return false
	}
	for _, p := range tr.Generics.Where {
		if p.Type.Kind == ty.Param && p.Type.Name == "Self" && w.isSuper(super, p.Trait, depth+1) {
			return true
		}
	}
	return false
}

func (w *World) covers(a, b *items.Impl) bool {
	s := ty.Subst{}
	return ty.Unify(w.Norm(a.Self), rigid(w.Norm(b.Self)), s) &&
		ty.UnifyAll(w.NormAll(w.traitArgs(a.Trait, a.Self, a.TraitArgs)),
			rigidAll(w.NormAll(w.traitArgs(b.Trait, b.Self, b.TraitArgs))), s)
}

// rigid turns parameters into types that unify with themselves only.
func rigid(t *ty.Type) *ty.Type {
	if t.Kind == ty.Param {
		return ty.UnknownOf("'" + t.Name)
	}
	if len(t.Args) == 0 {
		return t
	}
	return t.With(rigidAll(t.Args))
}

func rigidAll(ts []*ty.Type) []*ty.Type {
	out := make([]*ty.Type, len(ts))
	for i, t := range ts {
		out[i] = rigid(t)
	}
	return out
}

func lastSeg(path string) string { return path[strings.LastIndex(path, ":")+1:] }
