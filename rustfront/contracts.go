package rustfront

import (
	"sort"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// What klint's attributes ask of functions beyond their own annotation, and what
// they ask to be shown.

// Claim is an annotation that a function is held to, but that stands elsewhere:
// on the trait method that it implements, or on the trait whose objects it drops.
type Claim struct {
	ID         string
	Annotation *infer.Annotation
	// Of says where the annotation stands, as in "the trait method Wake::wake".
	Of string
}

// Pointer is a function that was made a function pointer, or an entry of a
// vtable.
type Pointer struct {
	ID  string
	Pos infer.Pos
	// Vtable is the type of the trait object, or "" for a function pointer.
	Vtable string
	// Foreign pointers are `extern "C"`: C may call them.
	Foreign bool
}

// Shown is a function that an attribute asks to be told about.
type Shown struct {
	ID  string
	Pos infer.Pos
	// Count is set by report_preempt_count; MIR is the text of the body where
	// dump_mir asks for it.
	Count bool
	MIR   string
}

// mark is what attributes ask to be shown of the item at a position.
type mark struct{ count, mir bool }

// markAt is what the attributes of the item at a position ask to be shown.
func (w *World) markAt(crate string, p items.Pos) mark {
	if at, ok := w.itemPos(crate, p); ok {
		return w.marks[at]
	}
	return mark{}
}

// contracts notes what is asked of a unit and about it.
func (l *lowering) contracts(u *unit) {
	if u.inst == nil || u.inst.Fn == nil || u.constant {
		return
	}
	if m := l.w.markAt(u.inst.Crate, u.inst.Fn.Pos); m.count || m.mir {
		s := Shown{ID: u.id, Pos: u.pos, Count: m.count}
		if m.mir {
			if body, err := u.inst.Body(); err == nil {
				s.MIR = body.String()
			}
		}
		l.shown = append(l.shown, s)
	}
	if an := l.asked(u.inst); an != nil {
		l.claims = append(l.claims, Claim{u.id, an, "the trait method " + lastName(u.inst.Def.Trait) + "::" + u.inst.Def.Name})
	}
}

// asked is what a trait asks of a method that implements one of its own, or nil.
func (l *lowering) asked(in *mono.Inst) *infer.Annotation {
	def := in.Def
	if def == nil || def.Trait == "" {
		return nil
	}
	tr := l.w.mono.Trait(def.Trait)
	if tr == nil || tr.Fns[def.Name] == nil || tr.Fns[def.Name] == in.Fn {
		return nil
	}
	if an := l.w.annotationAt(firstName(def.Trait), tr.Fns[def.Name].Pos); an != nil && !an.Unchecked {
		return an
	}
	return nil
}

// hasContract tells whether anything is asked of an instance, or about it.
func (l *lowering) hasContract(in *mono.Inst) bool {
	m := l.w.markAt(in.Crate, in.Fn.Pos)
	return m.count || m.mir || l.asked(in) != nil
}

// dropClaim holds the drop glue of a type that is made into an object of a trait
// to what the trait says of dropping its objects.
func (l *lowering) dropClaim(trait string, glue *unit) {
	if an := l.traitDrop(trait); an != nil && !an.Unchecked {
		l.claims = append(l.claims, Claim{glue.id, an, "the trait " + lastName(trait)})
	}
}

// traitDrop is what a trait says of dropping its objects, or nil.
func (l *lowering) traitDrop(trait string) *infer.Annotation {
	if tr := l.w.mono.Trait(trait); tr != nil {
		return l.w.annotationAt(firstName(trait), tr.Pos)
	}
	return nil
}

// foreignAnnotation is what the declaration of a foreign function says of it, where
// it says so unchecked.
func (l *lowering) foreignAnnotation(c *mono.Callee, item *ty.Type) *infer.Annotation {
	if an := l.w.annotationAt(firstName(item.Name), c.Pos); an != nil && an.Unchecked {
		return an
	}
	return nil
}

// pointed notes that a function was made a pointer.
func (l *lowering) pointed(u *unit, pos infer.Pos, vtable string, foreign bool) {
	l.did(effect{kind: pointedAt, unit: u, pos: pos, text: vtable, flag: foreign})
	l.pointers[Pointer{u.id, pos, vtable, foreign}] = true
}

// addContracts puts what was noted into a report, in order.
func (l *lowering) addContracts(rep *Report) {
	rep.Claims, rep.Shown = l.claims, l.shown
	for p := range l.pointers {
		rep.Pointers = append(rep.Pointers, p)
	}
	sort.SliceStable(rep.Claims, func(i, j int) bool { return rep.Claims[i].ID < rep.Claims[j].ID })
	sort.SliceStable(rep.Shown, func(i, j int) bool { return rep.Shown[i].ID < rep.Shown[j].ID })
	sort.Slice(rep.Pointers, func(i, j int) bool {
		a, b := rep.Pointers[i], rep.Pointers[j]
		switch {
		case a.ID != b.ID:
			return a.ID < b.ID
		case a.Pos != b.Pos:
			return comparePos(a.Pos, b.Pos) < 0
		case a.Vtable != b.Vtable:
			return a.Vtable < b.Vtable
		}
		return !a.Foreign && b.Foreign
	})
}

// fails tells whether a unit returns a Result whose error holds nothing.
func (l *lowering) fails(u *unit) bool {
	if u.replayed || u.inst == nil || u.glue != nil || u.constant {
		return u.fails
	}
	at := u.inst.LocalType(0)
	return at.Kind == ty.Adt && at.Name == "core::result::Result" && len(at.Args) == 2 && !l.w.mono.NeedsDrop(at.Args[1])
}
