package wire

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"unsafe"
)

// Values begins to write values of any type made of structures, slices, pointers,
// maps with strings or numbers as keys, strings, numbers and truth values;
// unexported fields count. What several pointers or slices share is written once.
// Of pointers that known has a name for, only that is written.
func (w *Writer) Values(known func(p any) (name string, ok bool)) func(v any) {
	e := encoder{w, known, map[reference]uint64{}}
	return func(v any) { e.value(reflect.ValueOf(v)) }
}

// reference is what a pointer or slice refers to.
type reference struct {
	typ reflect.Type
	ptr unsafe.Pointer
	len int
}

type encoder struct {
	*Writer
	known func(p any) (string, bool)
	seen  map[reference]uint64
}

// refer writes the number of what was written before, and tells whether that is
// so. Zero is nil, one what is written next.
func (e *encoder) refer(v reflect.Value, n int) bool {
	if v.IsNil() {
		e.Uint(0)
		return true
	}
	r := reference{v.Type(), v.UnsafePointer(), n}
	if id, ok := e.seen[r]; ok {
		e.Uint(id)
		return true
	}
	e.seen[r] = uint64(len(e.seen) + 3)
	return false
}

func (e *encoder) value(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && e.known != nil {
			if name, ok := e.known(access(v).Interface()); ok {
				e.Uint(2)
				e.String(name)
				return
			}
		}
		if !e.refer(v, 0) {
			e.Uint(1)
			e.value(v.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			e.value(v.Field(i))
		}
	case reflect.Slice:
		// Empty slices may share their address with anything.
		if v.Len() == 0 && !v.IsNil() {
			e.Uint(1)
			e.Len(0)
		} else if !e.refer(v, v.Len()) {
			e.Uint(1)
			e.Len(v.Len())
			for i := range v.Len() {
				e.value(v.Index(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			e.value(v.Index(i))
		}
	case reflect.Map:
		e.Bool(v.IsNil())
		if v.IsNil() {
			return
		}
		elems := map[string]reflect.Value{}
		for it := v.MapRange(); it.Next(); {
			elems[mapKey(it.Key())] = it.Value()
		}
		e.Len(len(elems))
		for _, k := range slices.Sorted(maps.Keys(elems)) {
			e.String(k)
			e.value(elems[k])
		}
	case reflect.String:
		e.String(v.String())
	case reflect.Bool:
		e.Bool(v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		e.Int(v.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		e.Uint(v.Uint())
	default:
		panic("wire: a " + v.Type().String() + " cannot be written")
	}
}

// mapKey is a key as a string.
func mapKey(k reflect.Value) string {
	if k.Kind() == reflect.String {
		return k.String()
	}
	return fmt.Sprint(k.Int())
}

// access makes an unexported field as good as an exported one. It copies what has
// no address.
func access(v reflect.Value) reflect.Value {
	if v.CanInterface() {
		return v
	}
	if v.CanAddr() {
		return reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	return reflect.NewAt(v.Type().Elem(), v.UnsafePointer())
}

// Values begins to read what [Writer.Values] wrote: the function it returns reads
// one value into what a pointer points at. known finds what a name stands for; nil
// is damage.
func (r *Reader) Values(known func(name string) any) func(into any) {
	d := decoder{Reader: r, known: known}
	return func(into any) { d.value(reflect.ValueOf(into).Elem()) }
}

type decoder struct {
	*Reader
	known func(name string) any
	seen  []reflect.Value
}

// referred reads a reference: done is true where nothing follows.
func (d *decoder) referred(v reflect.Value) (done bool) {
	switch id := d.Uint(); id {
	case 0:
		return true
	case 1:
		return false
	case 2:
		x := d.known(d.String())
		if x == nil || reflect.TypeOf(x) != v.Type() {
			d.fail()
			return true
		}
		v.Set(reflect.ValueOf(x))
		return true
	default:
		if id-3 >= uint64(len(d.seen)) || d.seen[id-3].Type() != v.Type() {
			d.fail()
			return true
		}
		v.Set(d.seen[id-3])
		return true
	}
}

func (d *decoder) value(v reflect.Value) {
	if d.err != nil {
		return
	}
	if !v.CanSet() {
		v = reflect.NewAt(v.Type(), unsafe.Pointer(v.UnsafeAddr())).Elem()
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !d.referred(v) {
			p := reflect.New(v.Type().Elem())
			v.Set(p)
			d.seen = append(d.seen, p)
			d.value(p.Elem())
		}
	case reflect.Struct:
		for i := range v.NumField() {
			d.value(v.Field(i))
		}
	case reflect.Slice:
		if !d.referred(v) {
			n := d.Len()
			s := reflect.MakeSlice(v.Type(), n, n)
			v.Set(s)
			if n > 0 {
				d.seen = append(d.seen, s)
			}
			for i := range n {
				d.value(s.Index(i))
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			d.value(v.Index(i))
		}
	case reflect.Map:
		if d.Bool() {
			return
		}
		m := reflect.MakeMap(v.Type())
		v.Set(m)
		for range d.Len() {
			key := reflect.New(v.Type().Key()).Elem()
			if name := d.String(); key.Kind() == reflect.String {
				key.SetString(name)
			} else {
				var n int64
				if _, err := fmt.Sscan(name, &n); err != nil {
					d.fail()
					return
				}
				key.SetInt(n)
			}
			elem := reflect.New(v.Type().Elem()).Elem()
			d.value(elem)
			m.SetMapIndex(key, elem)
		}
	case reflect.String:
		v.SetString(d.String())
	case reflect.Bool:
		v.SetBool(d.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(d.Int())
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(d.Uint())
	default:
		d.fail()
	}
}
