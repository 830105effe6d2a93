package rustfront

import (
	"slices"
	"strconv"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// What a function pointer may lead to. Where its value can be followed it is that
// function, or one of a table. A pointer read from a field of a structure of the
// crate at hand may be any function that this crate stores there; another that is
// read from memory may be any that was made a pointer of its type. Only where
// none of that helps is it klint's default.

// pointerCall calls a function pointer.
func (t *translator) pointerCall(out term, v value, place *mir.Place, at *ty.Type) term {
	c := out.call
	c.text = "a function pointer"
	if place != nil {
		c.text = "the function pointer " + t.placeName(place, at)
	}
	options := t.choices(v, 0)
	if len(options) == 1 {
		t.callScalar(c, options[0])
		return out
	}
	if len(options) > 1 {
		choose := term{kind: termChoose, pos: out.pos}
		for _, s := range options {
			one := *c
			t.callScalar(&one, s)
			b := block{term: term{kind: termCall, pos: out.pos, call: &one, to: out.to}}
			choose.to = append(choose.to, t.l.extra(t.u, b, len(t.body.Blocks)))
		}
		return choose
	}
	c.indirect = &v
	if slot := t.slotOfPointer(v, place, at); slot != "" {
		c.slot = slot
		t.l.virtualSite(c, out.pos)
	}
	return out
}

// callScalar makes a call one of a function that is known.
func (t *translator) callScalar(c *call, s scalar) {
	if s.fn != nil {
		c.callee, c.text = s.fn, s.fn.name
		c.callee.callers[t.u] = true
	} else {
		c.symbol, c.text = s.sym, "bindings::"+s.sym
	}
	t.l.resolved()
}

// choices are the functions that a value may be, where all of them are known: one,
// or those in the place of a table of constants that it was read from.
func (t *translator) choices(v value, depth int) []scalar {
	if s, ok := t.functions(v)[""]; ok {
		return []scalar{s}
	}
	if v.kind != refValue || depth > 8 {
		return nil
	}
	r := t.u.canon(v.ref)
	table := r.known()
	if table == r {
		s := t.only[r.local]
		if s == nil || s.Rvalue.Kind != mir.RvUse || len(s.Rvalue.Ops) != 1 {
			return nil
		}
		next := t.operand(&s.Rvalue.Ops[0])
		if next.kind == refValue && t.u.canon(next.ref).local == r.local {
			return nil
		}
		return t.choices(next.sub(r.path), depth+1)
	}
	rest := r.path[len(table.path)+len(unknownStep):]
	if containsUnknownStep(rest) {
		return nil
	}
	known := t.settled(tree(table), 0).tree
	n, ok := known["#"]
	if !ok {
		return nil
	}
	var out []scalar
	for i := range n.num {
		s, ok := known["."+strconv.FormatInt(i, 10)+rest]
		if !ok || s.fn == nil && s.sym == "" {
			if ok && s.num == 0 {
				continue // no function in this place
			}
			return nil
		}
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}

// slotOfPointer is the slot of functions that a pointer may lead to, or "".
func (t *translator) slotOfPointer(v value, place *mir.Place, at *ty.Type) string {
	own := t.u.inst.Crate == t.l.crate
	if place != nil && own {
		if slot := t.fieldSlot(place, 0); slot != "" {
			t.l.fields[slot] = true
			return slot
		}
	}
	if at.Name != "" || !own && !t.l.isOwn(at) {
		return ""
	}
	if v.kind == refValue {
		r := t.u.canon(v.ref)
		for range 8 {
			s := t.only[r.local]
			if r.path != "" || s == nil || s.Rvalue.Kind != mir.RvUse || len(s.Rvalue.Ops) != 1 || s.Rvalue.Ops[0].Place == nil {
				break
			}
			r = t.u.canon(t.place(s.Rvalue.Ops[0].Place))
		}
		isClosure := strings.HasSuffix(t.u.inst.Path(), "}") // its callers are library code, mostly
		if r.local >= 1 && r.local <= t.u.nargs && !isClosure || !containsUnknownStep(r.path) && !strings.Contains(r.path, "*") {
			return "" // what the caller passes, or a value that is followed
		}
	}
	slot := slotName("pointers of type " + at.Key())
	t.l.kinds[slot] = at.Key()
	return slot
}

// isOwn tells whether a type names one of the crate at hand: a pointer of such a type
// is made nowhere else, but in generic code that this crate makes an instance of.
func (l *lowering) isOwn(t *ty.Type) bool {
	if (t.Kind == ty.Adt || t.Kind == ty.FnDef || t.Kind == ty.Dyn) && strings.HasPrefix(t.Name, l.crate+"::") ||
		t.Kind == ty.Closure && strings.HasPrefix(t.Name, l.crate+"/") {
		return true
	}
	return slices.ContainsFunc(t.Args, l.isOwn)
}

// fieldSlot is the slot of the field of a structure that a place was read from.
func (t *translator) fieldSlot(p *mir.Place, depth int) string {
	proj := p.Proj
	if n := len(proj); n >= 2 && proj[n-1].Kind == mir.ElemField && proj[n-1].Field == 0 && proj[n-2].Kind == mir.ElemDowncast {
		proj = proj[:n-2] // the pointer in an Option
	}
	if n := len(proj); n > 0 && proj[n-1].Kind == mir.ElemField {
		owner := t.u.inst.PlaceType(&mir.Place{Local: p.Local, Proj: proj[:n-1]})
		if field := t.l.ownField(owner, proj[n-1].Field); field != "" {
			return field
		}
	}
	s := t.only[p.Local]
	if len(proj) > 0 || s == nil || s.Rvalue == nil || depth > 8 {
		return ""
	}
	switch rv := s.Rvalue; {
	case rv.Kind == mir.RvUse && len(rv.Ops) == 1 && rv.Ops[0].Place != nil:
		return t.fieldSlot(rv.Ops[0].Place, depth+1)
	case rv.Kind == mir.RvCopyForDeref:
		return t.fieldSlot(rv.Place, depth+1)
	}
	return ""
}

// ownField is the slot of a field of a structure of the crate at hand that holds a
// function pointer, or "".
func (l *lowering) ownField(owner *ty.Type, field int) string {
	a := l.w.mono.Adt(owner.Name)
	if owner.Kind != ty.Adt || a == nil || a.Kind != items.Struct || a.Crate() != l.crate || field >= len(a.Variants[0].Fields) || isC(owner) {
		return ""
	}
	if _, ok := l.pointerPath(l.w.mono.Field(owner, 0, field)); !ok {
		return ""
	}
	return "field " + owner.Name + "." + a.Variants[0].Fields[field].Name
}

// pointerPath is the path to the function pointer in a type that is one, or an
// Option of one.
func (l *lowering) pointerPath(t *ty.Type) (string, bool) {
	switch {
	case t == nil:
		return "", false
	case t.Kind == ty.FnPtr:
		return "", true
	}
	if f := l.w.mono.Field(t, 1, 0); f != nil && f.Kind == ty.FnPtr {
		return "@1.0", true
	}
	return "", false
}

// fillField notes what is stored in a field of a structure of the crate at hand.
// A store of what is not known leaves the field open.
func (t *translator) fillField(owner *ty.Type, field int, ft *ty.Type, v value, pos infer.Pos) {
	slot := t.l.ownField(owner, field)
	path, ok := t.l.pointerPath(ft)
	if slot == "" || !ok {
		return
	}
	v = v.sub(path)
	options := t.choices(v, 0)
	if len(options) == 0 && path != "" {
		if c := t.settled(v, 0); c.kind == constValue && c.tree[""].fn == nil && c.tree[""].sym == "" {
			return // None
		}
	}
	for _, s := range options {
		t.l.stored[slot] = appendNew(t.l.stored[slot], stored{s, pos})
	}
	if len(options) > 0 {
		return
	}
	if v.kind == refValue {
		if r := t.u.canon(v.ref); r.local >= 1 && r.local <= t.u.nargs {
			// Its callers decide. What nothing calls but other crates is not asked.
			t.l.passed[slot] = append(t.l.passed[slot], t.u)
			return
		}
	}
	t.l.open[slot] = true
}

// stored is a function that is stored somewhere.
type stored struct {
	what scalar
	pos  infer.Pos
}

func appendNew(list []stored, s stored) []stored {
	for _, have := range list {
		if have.what == s.what {
			return list
		}
	}
	return append(list, s)
}

// addMade notes a function that was made a pointer of a type.
func (l *lowering) addMade(kind string, what scalar, pos infer.Pos) {
	l.did(effect{kind: madePointer, key: kind, what: what, pos: pos})
	l.made[kind] = appendNew(l.made[kind], stored{what, pos})
}

// openField leaves the fields open that a mutable reference is made to.
func (t *translator) openField(p *mir.Place) {
	n := len(p.Proj)
	if n == 0 || p.Proj[n-1].Kind != mir.ElemField {
		return
	}
	owner := t.u.inst.PlaceType(&mir.Place{Local: p.Local, Proj: p.Proj[:n-1]})
	if slot := t.l.ownField(owner, p.Proj[n-1].Field); slot != "" {
		t.l.open[slot] = true
	}
}

// fillPointers adds to the slots of fields and pointers what was stored in them.
func (l *lowering) fillPointers() bool {
	changed := false
	fill := func(slot string, list []stored) {
		for _, s := range list {
			name := s.what.sym
			if s.what.fn != nil {
				name = s.what.fn.id
			}
			if key := slot + " is " + name; !l.filled[key] {
				l.filled[key], changed = true, true
				l.fillSlot(slot, s.what, "function pointer "+name, s.pos)
			}
		}
	}
	for _, slot := range sortedKeys(l.fields) {
		fill(slot, l.stored[slot])
	}
	for _, slot := range sortedKeys(l.kinds) {
		fill(slot, l.made[l.kinds[slot]])
	}
	return changed
}

// openSlot tells whether a slot may hold what is not known.
func (l *lowering) openSlot(slot string) bool {
	for _, u := range l.passed[slot] {
		if len(u.callers) > 0 {
			return true
		}
	}
	return l.open[slot]
}
