package pack

import (
	"math/rand/v2"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
	"preemptck/internal/wire"
)

// fill sets everything that can be reached from v to something random that is
// not zero, so that a field that is added to the common program and not packed
// fails the test. What a kind of operand does not use stays zero, and so do
// annotations, which C has none of.
func fill(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[infer.Operand]() {
			v.Set(reflect.ValueOf([]infer.Operand{
				{}, infer.ConstOf(r.Int64() - r.Int64()), infer.VarOf(infer.Var(r.Int32N(100))), infer.FuncOf("f" + string(rune('a'+r.IntN(26)))),
			}[r.IntN(4)]))
			return
		}
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1+r.IntN(3), 4))
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range 1 + r.IntN(3) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(r, key)
			fill(r, value)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		if v.Type() == reflect.TypeFor[*infer.Annotation]() {
			return
		}
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem())
	case reflect.String:
		v.SetString(string(rune('a'+r.IntN(26))) + "\x00é" + string(rune('a'+r.IntN(26))))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(1 + int64(r.Int32N(1<<30)))
	case reflect.Uint8:
		v.SetUint(1 + r.Uint64N(200))
	case reflect.Uint64:
		v.SetUint(1 + r.Uint64N(1<<63))
	default:
		panic("a kind that is not packed: " + v.Kind().String())
	}
}

func TestFunctionsComeBackWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		f := &infer.Func{}
		fill(r, reflect.ValueOf(f).Elem())
		w := NewWriter()
		w.Func(f)
		in := wire.Interner{}
		back := NewReader(w.Bytes(), in)
		assert.Equal(t, f, back.Func())
		require.NoError(t, back.Err())
		assert.Zero(t, back.Rest())
		assert.NotEmpty(t, in)
	}
}

func TestHashSeesEveryField(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	f := &infer.Func{}
	fill(r, reflect.ValueOf(f).Elem())
	first := Hash(f)
	assert.Equal(t, first, Hash(f))
	f.Blocks[0].Ops[0].Pos.Col++
	assert.NotEqual(t, first, Hash(f))
}

func TestDamageIsAnErrorNotAPanic(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	f := &infer.Func{}
	fill(r, reflect.ValueOf(f).Elem())
	w := NewWriter()
	w.Nested(func() { w.Func(f) })
	good := w.Bytes()
	for n := range good {
		back := NewReader(good[:n], nil)
		inner := back.Nested()
		inner.Func()
		assert.True(t, back.Err() != nil || inner.Err() != nil, "cut to %d bytes", n)
	}
	for range 2000 {
		bad := append([]byte(nil), good...)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		NewReader(bad, nil).Nested().Func() // must not panic or take all memory
	}
}
