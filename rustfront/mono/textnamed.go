package mono

import (
	"fmt"
	"slices"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Functions of impl blocks in MIR text whose signature does not name the type that they
// belong to: all that is known of them there is their own name.

// takesSelf tells whether a default method's first argument is the object.
func (w *World) takesSelf(in *Inst) bool {
	h := w.bodies[in.Crate].header(in.item)
	if h == nil || len(h.Args) == 0 {
		return false
	}
	t := (&Scope{w: w, crate: in.Crate, params: map[string]bool{"Self": true}}).Type(h.Args[0].Type)
	return slices.Contains(paramsIn(t, nil), "Self")
}

// textNamed are the functions and constants of impl blocks in MIR text that bear the name of one whose
// signature does not tell the type that it belongs to, owner: it is one of them. The
// source, where it is at hand, tells which.
func (w *World) textNamed(x *bodyIndex, owner string, f *ty.Type) []*Callee {
	if w.texts[x.crate] == nil {
		return nil
	}
	var types, consts []*ty.Type
	for _, t := range append(ownArgs(f), f.Own()...) {
		if t.Kind == ty.Const {
			consts = append(consts, t)
		} else {
			types = append(types, t)
		}
	}
	name := lastSeg(f.Name)
	var out []*Callee
	for _, item := range append(x.below(x.crate, name), x.nested[name]...) {
		h := x.header(item)
		if h == nil || h.Kind != mir.ItemFn && h.Kind != mir.ItemConst || !w.maybeOf(x, item, owner, f.Trait) {
			continue
		}
		sc := &Scope{w: w, crate: x.crate, path: x.src.Path(item), params: map[string]bool{}}
		signature := []*ty.Type{sc.Type(h.Ret)}
		for _, a := range h.Args {
			signature = append(signature, sc.Type(a.Type))
		}
		var names, lengths []string
		for _, t := range signature {
			names, lengths = paramsIn(t, names), lengthsIn(t, lengths)
		}
		names = slices.DeleteFunc(names, func(n string) bool { return slices.Contains(lengths, n) })
		s := ty.Subst{}
		if len(names) == 1 && len(types) == 1 {
			s[names[0]] = types[0]
		}
		if len(lengths) == 1 && len(consts) == 1 {
			s[lengths[0]] = consts[0]
		}
		out = append(out, &Callee{Kind: Body, Inst: w.inst(x.crate, item, s, nil, fmt.Sprintf("%s (%d)", f.Key(), item))})
	}
	return out
}

// lengthsIn lists the parameters that are the length of an array in a type.
func lengthsIn(t *ty.Type, out []string) []string {
	if t.Kind == ty.Array && t.Args[1].Kind == ty.Param && !contains(out, t.Args[1].Name) {
		out = append(out, t.Args[1].Name)
	}
	for _, a := range t.Args {
		out = lengthsIn(a, out)
	}
	return out
}

// ownArgs are the arguments of the type that a function belongs to.
func ownArgs(f *ty.Type) []*ty.Type {
	if f.Trait != "" {
		return slices.Clone(f.Args[0].Args)
	}
	return nil // of a path without a type they are all Own
}

// maybeOf tells whether the source, where it is at hand, leaves it open that the impl
// block around an item is one of a trait, or of none, for a type.
func (w *World) maybeOf(x *bodyIndex, item int, owner, trait string) bool {
	at, ok := innermostImpl(x.src.Path(item))
	if !ok || w.Source == nil {
		return true
	}
	im := w.Source(x.crate, at)
	if im == nil {
		return true
	}
	base := func(s string) string {
		s, _, _ = strings.Cut(s, "<")
		return lastSeg(strings.TrimSpace(s))
	}
	self := base(im.Self)
	return base(im.Trait) == lastSeg(trait) && (self == lastSeg(owner) || rigidName(self) != self || strings.Contains(im.Generics, self))
}
