package rustfront

import (
	"fmt"
	"sort"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// Generic functions that nothing at hand instantiates are lowered on their own. A
// call that one of their type parameters decides on is klint's default, it may
// sleep and leaves the count as it is, until somebody chooses the type.

// addGenerics starts at the generic functions of a crate of which no instance was
// lowered; it tells whether there are any.
func (l *lowering) addGenerics(rep *Report, crate string) bool {
	n := l.addUnseen(rep, l.w.mono.GenericRoots(crate))
	l.stats.Generic += n
	return n > 0
}

// addTextRoots starts at the methods and closures of a crate of which there is only
// MIR, those that nothing reached; it tells whether there are any.
func (l *lowering) addTextRoots(rep *Report, crate string) bool {
	return l.addUnseen(rep, l.w.mono.TextRoots(crate)) > 0
}

// closure notes a closure, or an async block or function, that the crate at hand makes.
func (t *translator) closure(s *mir.Stmt) {
	if t.u.inst.Crate != t.l.crate {
		return
	}
	if at := t.u.inst.PlaceType(s.Place); at.Kind == ty.Closure {
		if in := t.l.w.mono.ClosureInst(at); in != nil {
			t.l.closures[instKey(in, false)] = in
		}
	}
}

// addClosures starts at the closures that nothing calls, and the async blocks and functions
// that nothing polls, as far as can be seen: somebody will. It tells whether there are any.
func (l *lowering) addClosures(rep *Report) bool {
	added := false
	for _, key := range sortedKeys(l.closures) {
		if l.byKey[key] == nil {
			u := l.unitFor(l.closures[key], false)
			rep.Roots = append(rep.Roots, u.id)
			l.roots = append(l.roots, u)
			added = true
		}
	}
	sort.Strings(rep.Roots)
	return added
}

// addUnseen starts at those instances whose bodies were not lowered, whatever for; it
// tells how many there are.
func (l *lowering) addUnseen(rep *Report, roots []*mono.Inst) int {
	type body struct {
		crate string
		item  int
	}
	seen := map[body]bool{}
	for _, u := range l.units {
		if u.inst != nil {
			c, i := u.inst.BodyOf()
			seen[body{c, i}] = true
		} else if u.from != nil {
			seen[body{u.from.Crate, u.from.Item}] = true
		}
	}
	added := 0
	for _, in := range roots {
		if c, i := in.BodyOf(); !seen[body{c, i}] {
			u := l.unitFor(in, false)
			rep.Roots = append(rep.Roots, u.id)
			l.roots = append(l.roots, u)
			added++
		}
	}
	sort.Strings(rep.Roots)
	return added
}

// dependent makes a call one that a type parameter decides on.
func (l *lowering) dependent(u *unit, c *call) {
	c.generic = true
	l.stats.Dependent++
	if l.record != nil {
		l.record.Dependent++
	}
	if u.inst == nil || u.inst.Crate != l.crate {
		return
	}
	if l.dependents[u.name] == nil {
		l.dependents[u.name] = map[string]bool{}
		l.dependentAt[u.name] = u.pos
	}
	l.dependents[u.name][c.text] = true
}

// noteDependents says of each generic function what was not known of it.
func (l *lowering) noteDependents() {
	for name, calls := range l.dependents {
		list := sortedKeys(calls)
		more := ""
		if len(list) > 4 {
			list, more = list[:4], fmt.Sprintf(" and %d more", len(list)-4)
		}
		l.note(l.dependentAt[name], fmt.Sprintf("%s is looked at without its type parameters, which decide on %s%s: taken to sleep", name, strings.Join(list, ", "), more))
	}
}
