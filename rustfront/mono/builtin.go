package mono

import (
	"slices"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// isFnTrait tells whether a trait is one of the three that closures implement.
func isFnTrait(trait string) bool {
	switch trait {
	case "core::ops::function::Fn", "core::ops::function::FnMut", "core::ops::function::FnOnce",
		"core::ops::Fn", "core::ops::FnMut", "core::ops::FnOnce":
		return true
	}
	return false
}

// holdsBuiltin answers for the traits that the compiler implements by itself.
func (w *World) holdsBuiltin(trait string, self *ty.Type, depth int) (known, yes bool) {
	if tr := w.Trait(trait); tr != nil && tr.Auto {
		return true, true
	}
	if _, ok := w.assumes(trait, self); ok {
		return true, true
	}
	if isFnTrait(trait) {
		switch self.Kind {
		case ty.FnPtr, ty.FnDef, ty.Closure:
			return true, true
		}
		return false, false
	}
	if isFuture(trait) && self.Kind == ty.Closure {
		return true, w.Coroutine(self) != nil
	}
	if !strings.HasPrefix(trait, "core::") {
		return false, false
	}
	switch lastSeg(trait) {
	case "Sized":
		return true, w.sized(self, depth)
	case "MetaSized", "PointeeSized", "Destruct", "Pointee", "DiscriminantKind", "Freeze", "Thin":
		return true, true
	case "FnPtr":
		return true, self.Kind == ty.FnPtr
	case "Tuple":
		return true, self.Kind == ty.Tuple
	case "Copy", "Clone", "TrivialClone", "UseCloned":
		switch self.Kind {
		case ty.FnPtr, ty.FnDef, ty.Never:
			return true, true
		case ty.Tuple, ty.Array:
			for _, a := range self.Args {
				if a.Kind != ty.Const && !w.holdsAt(trait, a, nil, depth+1) {
					return true, false
				}
			}
			return true, true
		case ty.Closure:
			for _, a := range w.Captures(self) {
				if !w.holdsAt(trait, a, nil, depth+1) {
					return true, false
				}
			}
			return true, true
		}
	}
	return false, false
}

// sized tells whether the size of a type's values is known: a struct's is not
// where that of its last field is not.
func (w *World) sized(t *ty.Type, depth int) bool {
	switch t.Kind {
	case ty.Slice, ty.Dyn:
		return false
	case ty.Prim:
		return t.Name != "str"
	case ty.Tuple:
		return len(t.Args) == 0 || w.sized(t.Args[len(t.Args)-1], depth)
	case ty.Adt:
		a := w.Adt(t.Name)
		if a == nil || a.Kind != items.Struct || depth > MaxDepth {
			return true
		}
		fields := a.Variants[0].Fields
		if len(fields) == 0 || !slices.ContainsFunc(t.Args, func(arg *ty.Type) bool { return !w.sized(arg, depth+1) }) {
			return true
		}
		return w.sized(w.Norm(bind(&a.Generics, t.Args).Apply(fields[len(fields)-1].Type)), depth+1)
	}
	return true
}

// NeedsDrop tells whether dropping a value of the type runs any code.
func (w *World) NeedsDrop(t *ty.Type) bool {
	switch t.Kind {
	case ty.Prim, ty.Never, ty.Ref, ty.Ptr, ty.FnPtr, ty.FnDef, ty.Const:
		return false
	}
	if yes, ok := w.drops[t.Key()]; ok {
		return yes
	}
	if t.Size() > MaxSize || t.Depth() > MaxDepth {
		return true // it grows without end
	}
	w.drops[t.Key()] = false // a cycle drops only what else is on it
	yes := w.needsDrop(t)
	w.drops[t.Key()] = yes
	return yes
}

func (w *World) needsDrop(t *ty.Type) bool {
	switch t.Kind {
	case ty.Tuple:
		return w.anyDrop(t.Args)
	case ty.Slice, ty.Array:
		if t.Kind == ty.Array && t.Args[1].Key() == "0" {
			return false
		}
		return w.NeedsDrop(t.Args[0])
	case ty.Rigid:
		_, copies := w.assumes("core::marker::Copy", t)
		return !copies
	case ty.Closure:
		return w.anyDrop(w.Captures(t))
	case ty.Adt:
		if w.DropImpl(t) != nil {
			return true
		}
		if w.Adt(t.Name) == nil && w.DumpedGlue(t) != nil {
			return true
		}
		if w.OnlyText(t) {
			return w.textNeedsDrop(t)
		}
		return w.anyDrop(w.Parts(t))
	}
	return true
}

func (w *World) anyDrop(ts []*ty.Type) bool {
	for _, t := range ts {
		if w.NeedsDrop(t) {
			return true
		}
	}
	return false
}

// Parts are the types of the fields that dropping the value drops too.
func (w *World) Parts(t *ty.Type) []*ty.Type {
	a := w.Adt(t.Name)
	if a == nil || t.Name == manuallyDrop {
		return nil
	}
	var out []*ty.Type
	if a.Kind != items.Struct && a.Kind != items.Enum {
		return nil // unions and foreign types drop nothing
	}
	for vi, v := range a.Variants {
		for fi := range v.Fields {
			out = append(out, w.Field(t, vi, fi))
		}
	}
	return out
}

// manuallyDrop is the one struct whose fields are not dropped: the language
// item, known to the compiler itself.
const manuallyDrop = "core::mem::manually_drop::ManuallyDrop"

// dropTrait is the language's own.
const dropTrait = "core::ops::drop::Drop"

// DropImpl is the type's own impl of Drop, or nil.
func (w *World) DropImpl(t *ty.Type) *Choice {
	c, err := w.Select(dropTrait, t, nil)
	if err != nil {
		return nil
	}
	return c
}
