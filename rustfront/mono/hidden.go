package mono

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/syntax"
	"preemptck/rustfront/ty"
)

// What rustdoc does not list is known from MIR alone: functions inside functions,
// types of anonymous blocks and of function bodies, and the impls of these.

// hiddenMethod finds `a::b::Type::method` of a type that rustdoc does not list:
// the impl block is only known from the MIR of its methods. Two anonymous blocks
// of one module may have such a type of one name; where the parameters do not
// tell which is meant, it may be any. Methods of one name in several traits are
// told apart by the source; trait is "" for an inherent one.
func (w *World) hiddenMethod(x *bodyIndex, path, trait string, args []*ty.Type, id string) *Callee {
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
	var found, exact []*Callee
	var items, exactItems []int
	// The type itself stands in the signature, or else something that holds it, as the
	// result of `fn new() -> Option<Self>`.
	candidates := append(x.inImpl[implKey{owner[:j], name}], x.nested[name]...)
	means := func(t *ty.Type) bool {
		for t.Kind == ty.Ref || t.Kind == ty.Ptr {
			t = t.Args[0]
		}
		return t.Kind == ty.Adt && t.Name == owner
	}
	if !slices.ContainsFunc(candidates, func(item int) bool { return slices.ContainsFunc(sc.selves(x.header(item)), means) }) {
		means = func(t *ty.Type) bool { return mentions(t, owner) }
	}
	for _, item := range candidates {
		for _, t := range sc.selves(x.header(item)) {
			if !means(t) {
				continue
			}
			if s, n := w.guessParams(x, item, args); len(s) == len(args) {
				c := &Callee{Kind: Body, Inst: w.inst(x.crate, item, s, nil, fmt.Sprintf("%s (%d)", id, item))}
				found, items = append(found, c), append(items, item)
				if n == len(args) {
					exact, exactItems = append(exact, c), append(exactItems, item)
				}
				break
			}
		}
	}
	if len(exact) > 0 {
		found, items = exact, exactItems
	}
	if len(found) > 1 {
		found = w.ofTrait(x, found, items, trait)
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

// selves are the types of a signature that tell which type it is a method of.
func (sc *Scope) selves(h *mir.Item) []*ty.Type {
	if h == nil {
		return nil
	}
	out := []*ty.Type{sc.Type(h.Ret)}
	if len(h.Args) > 0 {
		out = append(out, sc.Type(h.Args[0].Type))
	}
	return out
}

// mentions tells whether a type is built with the type of that name.
func mentions(t *ty.Type, name string) bool {
	return t.Kind == ty.Adt && t.Name == name ||
		slices.ContainsFunc(t.Args, func(a *ty.Type) bool { return mentions(a, name) })
}

// hiddenInherent finds a method of a trait object's own, by the body that takes it:
// of core's rustdoc lists no such impl blocks.
func (w *World) hiddenInherent(f, self *ty.Type) *Callee {
	x := w.bodies[crateOf(self.Name)]
	if x == nil || self.Kind != ty.Dyn {
		return nil
	}
	sc := &Scope{w: w, crate: x.crate, params: map[string]bool{}}
	for _, item := range x.below(x.crate, f.Name) {
		h := x.header(item)
		if h == nil || len(h.Args) == 0 {
			continue
		}
		t := sc.Type(h.Args[0].Type)
		for t.Kind == ty.Ref || t.Kind == ty.Ptr {
			t = t.Args[0]
		}
		if w.Norm(t).Key() != self.Key() {
			continue
		}
		s, n := w.guessParams(x, item, f.Own())
		if n == 0 && len(f.Own()) == 1 {
			s = ty.Subst{"T": f.Own()[0]} // a parameter that the signature does not name
		}
		return &Callee{Kind: Body, Inst: w.inst(x.crate, item, s, nil, f.Key())}
	}
	return nil
}

// ofTrait keeps the methods whose impl block is one of the trait, as far as the
// sources tell.
func (w *World) ofTrait(x *bodyIndex, found []*Callee, items []int, trait string) []*Callee {
	var kept []*Callee
	for k, item := range items {
		if name, ok := w.traitInSource(x, item); !ok || name == lastSeg(trait) {
			kept = append(kept, found[k])
		}
	}
	if len(kept) == 0 {
		return found
	}
	return kept
}

// traitInSource is the last name of the trait that the innermost impl block
// around an item implements, "" for none.
func (w *World) traitInSource(x *bodyIndex, item int) (name string, ok bool) {
	at, ok := innermostImpl(x.src.Path(item))
	if !ok || w.Source == nil {
		return "", false
	}
	im := w.Source(x.crate, at)
	if im == nil {
		return "", false
	}
	name, _, _ = strings.Cut(im.Trait, "<")
	return lastSeg(strings.TrimSpace(name)), true
}

// innermostImpl is where the last impl block in a path begins.
func innermostImpl(path string) (items.Pos, bool) {
	i := strings.LastIndex(path, "<impl at ")
	if i < 0 {
		return items.Pos{}, false
	}
	text, _, _ := strings.Cut(path[i+len("<impl at "):], ": ")
	var p items.Pos
	rest := text
	for _, n := range []*int32{&p.Col, &p.Line} {
		j := strings.LastIndexByte(rest, ':')
		if j < 0 {
			return items.Pos{}, false
		}
		v, err := strconv.ParseInt(rest[j+1:], 10, 32)
		if err != nil {
			return items.Pos{}, false
		}
		*n, rest = int32(v), rest[:j]
	}
	p.File = rest
	return p, true
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
	c := w.hiddenMethod(x, self.Name+"::"+f.Name, f.Trait, append(self.Args[:len(self.Args):len(self.Args)], f.Own()...), f.Key())
	if d := w.textDefault(f); d != nil && c != nil {
		// An inherent method may have the name of one that the impl leaves out.
		return &Callee{Kind: AnyOf, Options: append(optionsOf(c), d)}
	} else if d != nil && w.takesSelf(d.Inst) {
		return d
	} else if d != nil {
		return anyOf(append(w.textNamed(x, self.Name, f), d))
	}
	if c != nil {
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
	var found []int
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
				out, found = append(out, &Callee{Kind: Body, Inst: w.inst(crate, item, s, nil, id)}), append(found, item)
				break
			}
		}
	}
	return w.mostSpecial(x, out, found)
}

// mostSpecial leaves out, of the methods of impls that all fit, those that another one
// stands before, as far as the sources tell: of impls that differ only in the types without a
// known size that they admit, and where one is for a single type.
func (w *World) mostSpecial(x *bodyIndex, found []*Callee, methods []int) []*Callee {
	if len(found) < 2 || w.Source == nil {
		return found
	}
	impls := make([]*syntax.Impl, len(found))
	for k, item := range methods {
		if at, ok := innermostImpl(x.src.Path(item)); ok {
			impls[k] = w.Source(x.crate, at)
		}
		if impls[k] == nil {
			return found
		}
	}
	admits := func(k int) bool {
		for name, t := range found[k].Inst.Subst {
			if !w.sized(t, 0) && !slices.Contains(impls[k].Unsized, name) {
				return false
			}
		}
		return true
	}
	var kept []*Callee
	for k, c := range found {
		before := func(o int) bool {
			one := impls[o].Generics == "" && impls[k].Generics != ""
			size := len(impls[o].Unsized) < len(impls[k].Unsized) && butForSize(impls[o]) == butForSize(impls[k])
			return admits(o) && (one || size)
		}
		beaten := false
		for o := range found {
			beaten = beaten || before(o)
		}
		if admits(k) && !beaten {
			kept = append(kept, c)
		}
	}
	return kept
}

// butForSize is the head of an impl block without what it says of sizes.
func butForSize(im *syntax.Impl) string {
	text := strings.Join(strings.Fields(im.Generics+" impl "+im.Trait+" for "+im.Self+" "+im.Where), "")
	return strings.NewReplacer("+?Sized", "", "?Sized+", "", ":?Sized", "").Replace(text)
}

// guessParams binds the parameters of a function that rustdoc does not list:
// one inside another function. Its signature names them, in an order that is
// only certain where there is one. n is the number of names found, which may be
// more than there are arguments where the function is not the one meant.
func (w *World) guessParams(x *bodyIndex, item int, args []*ty.Type) (s ty.Subst, n int) {
	s = ty.Subst{}
	h := x.header(item)
	if h == nil {
		return s, 0
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
			if n := len(b.Trait.Segs); n > 0 && b.Trait.Segs[n-1].Output != nil {
				params = append(params, sc.Type(b.Trait.Segs[n-1].Output))
			}
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
	return s, len(names)
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
