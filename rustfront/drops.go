package rustfront

import (
	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// dropTerm calls the drop glue of the place's type.
func (t *translator) dropTerm(tm *mir.Term, pos infer.Pos) term {
	if tm.Target < 0 || tm.Place == nil {
		return term{kind: termUnreachable, pos: pos}
	}
	at := t.u.inst.PlaceType(tm.Place)
	if !t.l.w.mono.NeedsDrop(at) {
		return term{kind: termGoto, pos: pos, to: []int{tm.Target}}
	}
	c := t.l.dropCall(t.u, at, tree(t.place(tm.Place)), pos)
	c.text = "drop of " + t.placeName(tm.Place, at)
	c.kills = t.dropKills(tm.Place, at)
	return term{kind: termCall, pos: pos, call: c, to: []int{tm.Target}}
}

// dropKills are the places that dropping a value may write: of what a reference leads to,
// the value itself, where that holds no pointer to more.
func (t *translator) dropKills(p *mir.Place, at *ty.Type) []ref {
	kills := t.killsOf(p.Local)
	value := t.place(p)
	if !derefs(p) || t.l.pointsOn(at, 0) || containsUnknownStep(value.path) {
		return kills
	}
	for i, k := range kills {
		if value.within(k) {
			kills[i] = value
		}
	}
	return kills
}

// dropCall is a call of drop glue: the argument is a pointer to v.
func (l *lowering) dropCall(u *unit, at *ty.Type, v value, pos infer.Pos) *call {
	c := &call{drop: true, args: []argument{{index: 0, prefix: "*", val: v}}}
	c.text = "drop of a " + short(at.Key())
	if at.Kind == ty.Dyn {
		l.virtualDrop(c, at, pos)
		return c
	}
	if at.Kind == ty.Rigid || at.Kind == ty.Proj && at.IsRigid() {
		l.dependent(u, c)
		return c
	}
	if at.Kind == ty.Unknown || at.IsOpen() {
		l.unresolved(pos, c.text, "its type is not known")
		return c
	}
	if at.Depth() > mono.MaxDepth || at.Size() > mono.MaxSize {
		l.unresolved(pos, c.text, "the instantiation grows without end")
		return c
	}
	if l.w.mono.OnlyText(at) {
		if _, known := l.w.mono.Made(at); !known {
			l.unresolved(pos, c.text, "the MIR does not show what is in it; taken to sleep")
		}
	}
	c.callee = l.glueUnit(at)
	c.callee.callers[u] = true
	return c
}

// placeName is what a reader calls a place: the variable's name if it has one.
func (t *translator) placeName(p *mir.Place, at *ty.Type) string {
	if n := t.u.names[p.Local]; n != "" {
		return "`" + n + "`"
	}
	return "a temporary " + short(at.Key())
}
