package rustfront

import (
	"fmt"
	"sort"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// A method of a trait object is a slot: its targets are the methods of the types
// that are made into such an object anywhere in what the driver reaches.

// object is a type that was made into a trait object.
type object struct {
	trait string // of the object, by its Key
	of    *ty.Type
	pos   infer.Pos
}

// slotOfMethod names the slot of a method of a trait object.
func slotOfMethod(obj, method *ty.Type) string {
	return fmt.Sprintf("%s.%s", obj.Key(), method.Name)
}

// virtualCall makes the call of a method of a trait object.
func (l *lowering) virtualCall(c *call, callee *mono.Callee, pos infer.Pos) {
	if callee.Method != nil {
		crate, _, _ := strings.Cut(callee.Item.Trait, "::")
		if c.ann = l.w.annotationAt(crate, callee.Method.Pos); c.ann != nil {
			return
		}
	}
	c.slot = slotOfMethod(callee.Item.Args[0], callee.Item)
	if l.methods[c.slot] == nil {
		l.methods[c.slot] = callee.Item
	}
	l.virtuals = append(l.virtuals, virtualSite{c, pos})
}

type virtualSite struct {
	call *call
	pos  infer.Pos
}

// unsize notes the trait object that a coercion makes of a type.
func (l *lowering) unsize(from, to *ty.Type, pos infer.Pos) {
	switch {
	case to.Kind == ty.Dyn && from.Kind == ty.Dyn:
		if from.Key() != to.Key() {
			l.upcasts[[2]string{from.Key(), to.Key()}] = true
		}
	case to.Kind == ty.Dyn:
		key := to.Key() + " of " + from.Key()
		if !l.objectKeys[key] {
			l.objectKeys[key] = true
			l.objects = append(l.objects, object{to.Key(), from, pos})
		}
	case from.Kind == to.Kind && len(from.Args) == len(to.Args):
		for i := range to.Args {
			l.unsize(from.Args[i], to.Args[i], pos)
		}
	}
}

// fillTables adds the methods of all trait objects to their slots; it tells
// whether that led to anything new.
func (l *lowering) fillTables() bool {
	var slots []string
	for s := range l.methods {
		slots = append(slots, s)
	}
	sort.Strings(slots)
	changed := false
	for _, slot := range slots {
		item := l.methods[slot]
		for i := 0; i < len(l.objects); i++ {
			o := l.objects[i]
			key := slot + " of " + o.of.Key()
			if l.filled[key] || !l.reaches(o.trait, item.Args[0].Key(), 0) {
				continue
			}
			l.filled[key] = true
			changed = true
			f := ty.FnItem(item.Name, o.of, item.Trait, item.TraitArgs(), item.Own())
			c, err := l.w.mono.Resolve(f)
			if err != nil {
				l.note(o.pos, fmt.Sprintf("%s of a trait object is not resolved: %s", l.callText(f), short(err.Error())))
				continue
			}
			v := scalar{}
			switch c.Kind {
			case mono.Body:
				v.fn = l.unitFor(c.Inst, false)
			case mono.Extern:
				v.sym = c.Symbol
			default:
				continue
			}
			u := newUnit("virtual table of "+slot+" of "+o.of.Key(), "virtual table of "+short(o.of.Key()))
			u.built, u.stores, u.pos = true, true, o.pos
			u.blocks = []block{{stmts: []stmt{{kind: storeSlot, pos: o.pos, slot: slot,
				vals: []value{{kind: constValue, tree: map[string]scalar{"": v}}}}}, term: term{kind: termReturn, pos: o.pos}}}
			l.units = append(l.units, u)
			l.targets[slot]++
		}
	}
	return changed
}

// reaches tells whether an object of one trait may be used as one of another.
func (l *lowering) reaches(from, to string, depth int) bool {
	if from == to {
		return true
	}
	for up := range l.upcasts {
		if up[0] == from && depth < 8 && l.reaches(up[1], to, depth+1) {
			return true
		}
	}
	return false
}

// settleVirtuals turns calls of slots that nothing fills into opaque ones.
func (l *lowering) settleVirtuals() {
	for _, v := range l.virtuals {
		if l.targets[v.call.slot] == 0 {
			l.unresolved(v.pos, v.call.text, "a method of a trait object, and no type is made into one")
			v.call.slot = ""
			continue
		}
		l.stats.Resolved++
	}
}
