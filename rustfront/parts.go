package rustfront

import (
	"strconv"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// What a reference may be used to write is what it refers to: with the `&mut T` that
// `Option<T>::as_mut()` made, nobody makes a None of the option.

// reachable are the parts of a place that may be written through a local that leads
// there: all of it, unless types tell otherwise.
func (t *translator) reachable(local int, r ref) []ref {
	place := t.targets[r]
	if place == nil {
		return []ref{r}
	}
	key := t.localType(local).Key() + " in " + place.Key()
	paths, ok := t.l.reached[key]
	if !ok {
		paths = t.l.written(t.localType(local), place)
		t.l.reached[key] = paths
	}
	out := make([]ref, 0, len(paths))
	for _, p := range paths {
		out = append(out, r.at(p))
	}
	return out
}

// written are the paths of the parts of a place that a value of a type, which leads into
// it, may be used to write.
func (l *lowering) written(t, place *ty.Type) []string {
	all := []string{""}
	pointees, ok := l.pointees(t, nil, 0)
	if !ok || l.pointsOn(place, 0) {
		return all
	}
	var paths []string
	for _, p := range pointees {
		if !l.contains(place, p, 0, map[string]bool{}) {
			return all // it is larger than the place, or leads there in another way
		}
		if paths, ok = l.partsOf(place, p, "", paths); !ok {
			return all
		}
	}
	if len(paths) == 0 || len(paths) > maxParts {
		return all
	}
	return paths
}

// maxParts bounds the parts of a place that are told apart, maxDepth how deep they lie.
const (
	maxParts = 8
	maxDepth = 4
)

// pointees are what the mutable references in a type refer to; false where other
// pointers are in it, too, or what is in it is not known.
func (l *lowering) pointees(t *ty.Type, found []*ty.Type, depth int) ([]*ty.Type, bool) {
	if depth > maxDepth {
		return nil, false
	}
	var inner []*ty.Type
	switch t.Kind {
	case ty.Prim, ty.Never, ty.FnDef, ty.FnPtr:
	case ty.Ref:
		if t.Mut && t.Args[0].Kind != ty.Dyn {
			return append(found, t.Args[0]), true
		}
		return nil, false
	case ty.Tuple:
		inner = t.Args
	case ty.Adt:
		if a := l.w.mono.Adt(t.Name); a == nil || a.Kind == items.Union {
			return nil, false
		}
		inner = l.fieldTypes(t)
	default:
		return nil, false
	}
	for _, f := range inner {
		ok := f != nil
		if ok {
			found, ok = l.pointees(f, found, depth+1)
		}
		if !ok {
			return nil, false
		}
	}
	return found, true
}

// pointsOn tells whether a type holds a pointer through which something may be written,
// or may do so.
func (l *lowering) pointsOn(t *ty.Type, depth int) bool {
	var inner []*ty.Type
	switch {
	case depth > maxNesting || t.Size() > maxTypes:
		return true
	case t.Kind == ty.Prim || t.Kind == ty.Never || t.Kind == ty.FnDef || t.Kind == ty.FnPtr || t.Kind == ty.Const:
		return false
	case t.Kind == ty.Ref:
		return t.Mut
	case t.Kind == ty.Tuple:
		inner = t.Args
	case t.Kind == ty.Adt && l.w.mono.Adt(t.Name) != nil:
		inner = l.fieldTypes(t)
	default:
		return true
	}
	for _, f := range inner {
		if f == nil || l.pointsOn(f, depth+1) {
			return true
		}
	}
	return false
}

// maxTypes bounds the types that are gone through.
const maxTypes = 64

// partsOf are the paths of the parts of a place that have a type; false where some of
// them have no path.
func (l *lowering) partsOf(place, part *ty.Type, path string, found []string) ([]string, bool) {
	if place.Key() == part.Key() {
		return append(found, path), true
	}
	if !l.contains(place, part, 0, map[string]bool{}) {
		return found, true
	}
	ok := true
	step := func(f *ty.Type, name string) {
		if ok = ok && f != nil && len(path) < maxPath; ok {
			found, ok = l.partsOf(f, part, path+name, found)
		}
	}
	a := l.w.mono.Adt(place.Name)
	switch {
	case place.Kind == ty.Tuple:
		for i, f := range place.Args {
			step(f, "."+strconv.Itoa(i))
		}
	case place.Kind == ty.Adt && a != nil && (a.Kind == items.Struct || a.Kind == items.Enum):
		for vi, v := range a.Variants {
			variant := ""
			if a.Kind == items.Enum {
				variant = "@" + strconv.Itoa(vi)
			}
			for fi := range v.Fields {
				step(l.w.mono.Field(place, vi, fi), variant+"."+strconv.Itoa(fi))
			}
		}
	default:
		return nil, false
	}
	return found, ok
}
