package rustfront

import (
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Which places a reference leads to, and what may be written through it.

// derefs tells whether a place lies behind a pointer in its local.
func derefs(p *mir.Place) bool {
	for _, e := range p.Proj {
		if e.Kind == mir.ElemDeref {
			return true
		}
	}
	return false
}

// findAlias notes a reference that is only ever made from one place.
func (t *translator) findAlias(s *mir.Stmt) {
	if len(s.Place.Proj) != 0 || t.sources[s.Place.Local] != 1 {
		return
	}
	rv := s.Rvalue
	switch rv.Kind {
	case mir.RvRef, mir.RvAddrOf:
		t.u.alias[s.Place.Local] = t.place(rv.Place)
	case mir.RvUse, mir.RvCopyForDeref:
		p := rv.Place
		if rv.Kind == mir.RvUse && len(rv.Ops) == 1 {
			p = rv.Ops[0].Place
		}
		if k := t.localType(s.Place.Local).Kind; p != nil && (k == ty.Ref || k == ty.Ptr) {
			t.u.alias[s.Place.Local] = t.place(p).at("*")
		}
	}
	if r, ok := t.u.alias[s.Place.Local]; ok && r.local == s.Place.Local {
		delete(t.u.alias, s.Place.Local)
	}
}

// spread carries the places that may be written through a reference on to what
// is made of it; it tells whether anything was new.
func (t *translator) spread(s *mir.Stmt) bool {
	rv := s.Rvalue
	dst := s.Place.Local
	changed := false
	var to *ref // what a reference leads to, however it was reached
	if (rv.Kind == mir.RvRef && rv.Ref == mir.RefMut || rv.Kind == mir.RvAddrOf && rv.Ref == mir.RefMut) && rv.Place != nil {
		r := t.place(rv.Place)
		t.targets[r] = t.u.inst.PlaceType(rv.Place)
		changed = t.addTaint(dst, r) || changed
		if rv.Kind == mir.RvRef {
			to = &r
		}
	}
	if rv.Place != nil && rv.Kind != mir.RvDiscriminant && rv.Kind != mir.RvLen {
		changed = t.carry(dst, rv.Place.Local, to) || changed
	}
	for i := range rv.Ops {
		if p := rv.Ops[i].Place; p != nil {
			changed = t.carry(dst, p.Local, nil) || changed
		}
	}
	return changed
}

func (t *translator) spreadCall(tm *mir.Term) bool {
	changed := false
	if tm.Kind != mir.TermCall || tm.Place == nil {
		return false
	}
	for i := range tm.Args {
		if p := tm.Args[i].Place; p != nil {
			for _, r := range t.taint[p.Local] {
				if t.l.mayHold(t.localType(tm.Place.Local), t.targets[r]) {
					changed = t.addTaint(tm.Place.Local, r) || changed
				}
			}
		}
	}
	return changed
}

// carry makes a local lead where another does, but not to all of a place of which it is
// known that it leads to a part.
func (t *translator) carry(dst, src int, part *ref) bool {
	if dst == src || len(t.taint[src]) == 0 || t.localType(dst).Kind == ty.Prim {
		return false
	}
	changed := false
	for _, r := range t.taint[src] {
		if part != nil && *part != r && part.within(r) && !containsUnknownStep(part.path) {
			continue
		}
		changed = t.addTaint(dst, r) || changed
	}
	return changed
}

func (t *translator) addTaint(l int, r ref) bool {
	if r.local == l && !strings.HasPrefix(r.path, "*") {
		return false
	}
	for _, have := range t.taint[l] {
		if have == r {
			return false
		}
	}
	t.taint[l] = append(t.taint[l], r)
	return true
}
