package rustfront

import (
	"preemptck/infer"
	"preemptck/rustfront/ty"
)

// Building a unit does more than make its flow: it asks for other units, makes trait
// objects and function pointers, declares, notes and counts. For a unit of a library all
// of that is written down in order, so that replaying it leaves what building it does.

type effectKind uint8

const (
	// touched: a unit was asked for; built, evaluated: it was needed at once.
	touched effectKind = iota
	built
	evaluated
	noted
	declared
	// madeObject: a became an object of b; upcast: objects of text became those of key.
	madeObject
	upcast
	// calledMethod and droppedObject: the slot text was called, for a.
	calledMethod
	droppedObject
	// madePointer: what became a pointer of type key; pointedAt: a function was made a
	// pointer, foreign where flag is set, or an entry of the vtable text.
	madePointer
	pointedAt
)

// effect is one thing that was done.
type effect struct {
	kind      effectKind
	unit      *unit
	pos       infer.Pos
	text, key string
	a, b      *ty.Type
	what      scalar
	flag      bool
}

// record is what building a unit did.
type record struct {
	effects []effect
	// Stats are the calls counted.
	Stats
}

// did writes an effect down, where that is wanted. Asking for a unit twice is like
// asking once.
func (l *lowering) did(e effect) {
	if l.record == nil {
		return
	}
	if e.kind <= evaluated {
		for _, have := range l.record.effects {
			if have.kind == e.kind && have.unit == e.unit {
				return
			}
		}
	}
	l.record.effects = append(l.record.effects, e)
}

// unrecorded stops writing down until the function it returns is called: what is done
// meanwhile follows from what was written, or belongs to another unit.
func (l *lowering) unrecorded() (restore func()) {
	outer := l.record
	l.record = nil
	return func() { l.record = outer }
}

// redo does again what was written down.
func (l *lowering) redo(r *record) {
	l.stats.Resolved += r.Resolved
	l.stats.Unresolved += r.Unresolved
	l.stats.Dependent += r.Dependent
	for _, e := range r.effects {
		switch e.kind {
		case built:
			l.build(e.unit)
		case evaluated:
			l.evaluate(e.unit)
		case noted:
			l.note(e.pos, e.text)
		case declared:
			l.declareAt(e.text, e.pos)
		case madeObject:
			l.unsize(e.a, e.b, e.pos, false)
		case upcast:
			l.upcasts[[2]string{e.text, e.key}] = true
		case calledMethod:
			l.addMethod(e.text, e.a)
		case droppedObject:
			l.addDrop(e.text, e.a)
		case madePointer:
			l.addMade(e.key, e.what, e.pos)
		case pointedAt:
			l.pointed(e.unit, e.pos, e.text, e.flag)
		}
	}
}

// have is the unit of a key, or nil.
func (l *lowering) have(key string) *unit {
	u := l.byKey[key]
	if u != nil {
		l.did(effect{kind: touched, unit: u})
	}
	return u
}

// add makes a unit known by its key.
func (l *lowering) add(key string, u *unit) *unit {
	u.key = key
	l.byKey[key] = u
	l.units = append(l.units, u)
	l.did(effect{kind: touched, unit: u})
	return u
}
