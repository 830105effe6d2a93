package rustfront

import (
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// maxNesting bounds the search for references inside a type; a type nested more
// deeply is taken to hold one.
const maxNesting = 32

// mayHold tells whether a value of a type can hold a mutable reference into a
// place of another type: to all of it, or to a part. Types decide, as they do
// for the compiler; a trait object or a type that is not known may hold any.
func (l *lowering) mayHold(t, place *ty.Type) bool {
	if place == nil {
		return true
	}
	key := t.Key() + " holds " + place.Key()
	if yes, ok := l.held[key]; ok {
		return yes
	}
	yes := l.holds(t, place, 0, map[string]bool{})
	l.held[key] = yes
	return yes
}

func (l *lowering) holds(t, place *ty.Type, depth int, seen map[string]bool) bool {
	if seen[t.Key()] {
		return false
	}
	if depth > maxNesting || t.Size() > mono.MaxSize {
		return true
	}
	seen[t.Key()] = true
	switch t.Kind {
	case ty.Prim, ty.Never, ty.FnPtr, ty.FnDef, ty.Const:
		return false
	case ty.Ref, ty.Ptr:
		at := t.Args[0]
		if at.Key() == "()" {
			return false // nothing can be written there
		}
		if t.Mut && (at.Kind == ty.Dyn || l.contains(place, at, 0, map[string]bool{}) || l.contains(at, place, 0, map[string]bool{})) {
			return true
		}
		return l.holds(at, place, depth+1, seen)
	case ty.Tuple, ty.Slice, ty.Array:
		return l.anyHolds(t.Args, place, depth, seen)
	case ty.Closure:
		return l.anyHolds(l.w.mono.Captures(t), place, depth, seen)
	case ty.Adt:
		if l.w.mono.Adt(t.Name) == nil {
			return true
		}
		return l.anyHolds(l.fieldTypes(t), place, depth, seen)
	}
	return true
}

func (l *lowering) anyHolds(ts []*ty.Type, place *ty.Type, depth int, seen map[string]bool) bool {
	for _, t := range ts {
		if t != nil && l.holds(t, place, depth+1, seen) {
			return true
		}
	}
	return false
}

// contains tells whether a value of type whole has a part of the other type.
func (l *lowering) contains(whole, part *ty.Type, depth int, seen map[string]bool) bool {
	if whole.Key() == part.Key() {
		return true
	}
	if seen[whole.Key()] {
		return false
	}
	seen[whole.Key()] = true
	if depth > maxNesting || whole.Size() > mono.MaxSize {
		return true
	}
	var inner []*ty.Type
	switch whole.Kind {
	case ty.Tuple, ty.Slice, ty.Array:
		inner = whole.Args
	case ty.Closure:
		inner = l.w.mono.Captures(whole)
	case ty.Adt:
		inner = l.fieldTypes(whole)
	}
	for _, t := range inner {
		if t != nil && l.contains(t, part, depth+1, seen) {
			return true
		}
	}
	return false
}

// fieldTypes are the types of all fields, of all variants.
func (l *lowering) fieldTypes(t *ty.Type) []*ty.Type {
	a := l.w.mono.Adt(t.Name)
	if a == nil {
		return nil
	}
	var out []*ty.Type
	for vi, v := range a.Variants {
		for fi := range v.Fields {
			out = append(out, l.w.mono.Field(t, vi, fi))
		}
	}
	return out
}
