package rustfront

import (
	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// pointerSize is the size of a pointer in bytes on the targets that the kernel has Rust for.
const pointerSize = 8

// sizeOf is the size of a type's values in bytes, where it does not hang on a layout of
// the compiler's choice: that of a scalar, of a thin or wide pointer, of arrays and
// tuples of one such size, and of structs without any. Loops over slices are written for
// types of no size and for others, and ask which it is.
func (l *lowering) sizeOf(t *ty.Type, depth int) (bytes int64, ok bool) {
	if depth > 16 {
		return 0, false
	}
	switch t.Kind {
	case ty.Prim:
		bits, _ := width(t)
		return int64(bits+7) / 8, bits > 0
	case ty.FnPtr:
		return pointerSize, true
	case ty.FnDef:
		return 0, true
	case ty.Ref, ty.Ptr:
		return l.sizeOfPointer(t.Args[0])
	case ty.Array:
		n, ok := arrayLen(t)
		if !ok || n == 0 {
			return 0, ok
		}
		bytes, ok = l.sizeOf(t.Args[0], depth+1)
		return int64(n) * bytes, ok
	case ty.Tuple:
		return l.sizeOfFields(t.Args, depth)
	case ty.Adt:
		a := l.w.mono.Adt(t.Name)
		if a == nil || a.Kind != items.Struct {
			return 0, false
		}
		for i := range a.Variants[0].Fields {
			// repr(align) may enlarge what has a size, not what has none.
			if bytes, ok := l.sizeOf(l.w.mono.Field(t, 0, i), depth+1); !ok || bytes != 0 {
				return 0, false
			}
		}
		return 0, true
	}
	return 0, false
}

// sizeOfPointer is the size of a pointer to a type. One to a struct may be wide, for
// its last field's sake.
func (l *lowering) sizeOfPointer(to *ty.Type) (int64, bool) {
	switch to.Kind {
	case ty.Slice, ty.Dyn:
		return 2 * pointerSize, true
	case ty.Prim:
		if to.Name == "str" {
			return 2 * pointerSize, true
		}
		return pointerSize, true
	case ty.Ref, ty.Ptr, ty.Array, ty.FnPtr:
		return pointerSize, true
	}
	return 0, false
}

// sizeOfFields is the size of a tuple of scalars of one size.
func (l *lowering) sizeOfFields(fields []*ty.Type, depth int) (int64, bool) {
	var sum int64
	for i, f := range fields {
		n, ok := l.sizeOf(f, depth+1)
		if !ok || f.Kind != ty.Prim || sum > 0 && n != sum/int64(i) {
			return 0, false
		}
		sum += n
	}
	return sum, true
}
