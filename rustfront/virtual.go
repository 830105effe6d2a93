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
// that are made into such an object anywhere in what the driver reaches. Dropping
// an object is a slot as well, of the drop glue of these types.

// object is a type that was made into a trait object.
type object struct {
	as, of *ty.Type
	pos    infer.Pos
	// own is set where the crate that is lowered does so.
	own bool
}

// slotOfMethod names the slot of a method of a trait object.
func slotOfMethod(obj, method *ty.Type) string {
	return slotName(obj.Key() + "." + method.Name)
}

// slotName is a name for a slot: behind an @ would come the file of a C structure.
func slotName(s string) string { return strings.ReplaceAll(s, "@", "#") }

// virtualCall makes the call of a method of a trait object.
func (l *lowering) virtualCall(c *call, callee *mono.Callee, pos infer.Pos) {
	if callee.Method != nil {
		if c.ann = l.w.annotationAt(firstName(callee.Item.Trait), callee.Method.Pos); c.ann != nil {
			return
		}
	}
	c.slot = slotOfMethod(callee.Item.Args[0], callee.Item)
	l.addMethod(c.slot, callee.Item)
	l.virtualSite(c, pos)
}

// virtualDrop makes the call of the drop glue of a trait object.
func (l *lowering) virtualDrop(c *call, at *ty.Type, pos infer.Pos) {
	if c.ann = l.traitDrop(at.Name); c.ann != nil {
		return
	}
	c.slot = slotName("drop glue of " + at.Key())
	l.addDrop(c.slot, at)
	l.virtualSite(c, pos)
}

type virtualSite struct {
	call *call
	pos  infer.Pos
}

func (l *lowering) virtualSite(c *call, pos infer.Pos) {
	c.virtual, c.at = true, pos
	l.virtuals = append(l.virtuals, virtualSite{c, pos})
}

func (l *lowering) addMethod(slot string, item *ty.Type) {
	l.did(effect{kind: calledMethod, text: slot, a: item})
	if l.methods[slot] == nil {
		l.methods[slot] = item
	}
}

func (l *lowering) addDrop(slot string, at *ty.Type) {
	l.did(effect{kind: droppedObject, text: slot, a: at})
	l.drops[slot] = at
}

// unsize notes the trait object that a coercion makes of a type; own tells whether
// the crate that is lowered does so.
func (l *lowering) unsize(from, to *ty.Type, pos infer.Pos, own bool) {
	switch {
	case to.Kind == ty.Dyn && from.Kind == ty.Dyn:
		if from.Key() != to.Key() {
			l.did(effect{kind: upcast, text: from.Key(), key: to.Key()})
			l.upcasts[[2]string{from.Key(), to.Key()}] = true
		}
	case to.Kind == ty.Dyn:
		l.did(effect{kind: madeObject, a: from, b: to, pos: pos})
		key := to.Key() + " of " + from.Key()
		if !l.objectKeys[key] {
			l.objectKeys[key] = true
			l.objects = append(l.objects, object{to, from, pos, own})
		}
	case from.Kind == to.Kind && len(from.Args) == len(to.Args):
		for i := range to.Args {
			l.unsize(from.Args[i], to.Args[i], pos, own)
		}
	}
}

// fillTables adds the methods of all trait objects to their slots; it tells
// whether that led to anything new.
func (l *lowering) fillTables() bool {
	changed := l.fillPointers()
	for _, slot := range sortedKeys(l.methods) {
		item := l.methods[slot]
		for i := 0; i < len(l.objects); i++ {
			if l.fills(slot, i, item.Args[0]) {
				changed = true
				l.fillMethod(slot, item, l.objects[i])
			}
		}
	}
	for _, slot := range sortedKeys(l.drops) {
		for i := 0; i < len(l.objects); i++ {
			if l.fills(slot, i, l.drops[slot]) {
				changed = true
				l.fillSlot(slot, scalar{fn: l.glueUnit(l.objects[i].of)}, l.objects[i].of.Key(), l.objects[i].pos)
			}
		}
	}
	for i := 0; i < len(l.objects); i++ {
		if l.fills("vtable", i, l.objects[i].as) {
			changed = true
			l.vtable(l.objects[i])
		}
	}
	return changed
}

func sortedKeys[T any](m map[string]T) []string {
	out := make([]string, 0, len(m))
	for k := range m {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// fills tells whether an object is to be added to a slot of a trait object, and
// has not been.
func (l *lowering) fills(slot string, i int, as *ty.Type) bool {
	o := l.objects[i]
	key := slot + " of " + o.as.Key() + " of " + o.of.Key()
	if l.filled[key] || !l.reaches(o.as.Key(), as.Key(), 0) {
		return false
	}
	l.filled[key] = true
	return true
}

// fillMethod adds the method of one type to a slot.
func (l *lowering) fillMethod(slot string, item *ty.Type, o object) {
	f := ty.FnItem(item.Name, o.of, item.Trait, item.TraitArgs(), item.Own())
	c, err := l.w.mono.Resolve(f)
	if err != nil {
		l.note(o.pos, fmt.Sprintf("%s of a trait object is not resolved: %s", l.callText(f), short(err.Error())))
		return
	}
	switch c.Kind {
	case mono.Body:
		l.fillSlot(slot, scalar{fn: l.unitFor(c.Inst, false)}, o.of.Key(), o.pos)
	case mono.Extern:
		l.fillSlot(slot, scalar{sym: c.Symbol}, o.of.Key(), o.pos)
	}
}

// fillSlot adds a target to a slot, in a function of its own; of is what it is the
// entry of.
func (l *lowering) fillSlot(slot string, v scalar, of string, pos infer.Pos) {
	u := newUnit("entry of "+slot+" for "+of, "an entry for "+short(of))
	u.built, u.stores, u.pos = true, true, pos
	u.blocks = []block{{stmts: []stmt{{kind: storeSlot, pos: pos, slot: slot,
		vals: []value{{kind: constValue, tree: map[string]scalar{"": v}}}}}, term: term{kind: termReturn, pos: pos}}}
	l.units = append(l.units, u)
	l.targets[slot]++
}

// vtable notes what an object of the crate at hand puts into a vtable: klint's
// defaults, or what the trait says, hold for whoever calls it.
func (l *lowering) vtable(o object) {
	tr := l.w.mono.Trait(o.as.Name)
	if !o.own || tr == nil {
		return
	}
	for _, name := range sortedKeys(tr.Fns) {
		fn := tr.Fns[name]
		if len(fn.Generics.Params) > 0 || l.w.annotationAt(firstName(o.as.Name), fn.Pos) != nil {
			continue
		}
		c, err := l.w.mono.Resolve(ty.FnItem(name, o.of, o.as.Name, o.as.Args, nil))
		if err == nil && c.Kind == mono.Body && !c.Spread {
			l.pointed(l.unitFor(c.Inst, false), o.pos, short(o.as.Key()), false)
		}
	}
	if l.w.mono.NeedsDrop(o.of) {
		glue := l.glueUnit(o.of)
		if l.dropClaim(o.as.Name, glue); l.traitDrop(o.as.Name) == nil {
			l.pointed(glue, o.pos, short(o.as.Key()), false)
		}
	}
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
		if v.call.indirect != nil && (l.targets[v.call.slot] == 0 || l.openSlot(v.call.slot)) {
			v.call.slot = ""
			continue
		}
		if l.targets[v.call.slot] == 0 {
			what := "a method of a trait object"
			if v.call.drop {
				what = "a trait object"
			}
			l.unresolved(v.pos, v.call.text, what+", and no type is made into one")
			v.call.slot = ""
			continue
		}
		l.stats.Resolved++
	}
}
