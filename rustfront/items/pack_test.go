package items

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/rustfront/ty"
)

// fill sets everything that can be reached from v to something that is not zero, so
// that a field that is added and not packed fails the test.
func fill(r *rand.Rand, v reflect.Value) {
	if v.Type() == reflect.TypeFor[*ty.Type]() {
		v.Set(reflect.ValueOf(ty.AdtOf("a::T"+string(rune('a'+r.IntN(3))), []*ty.Type{ty.ParamOf("P")})))
		return
	}
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(r, v.Elem())
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for _, k := range []string{"x", "y"} {
			elem := reflect.New(v.Type().Elem()).Elem()
			fill(r, elem)
			v.SetMapIndex(reflect.ValueOf(k), elem)
		}
	case reflect.String:
		v.SetString("s" + string(rune('a'+r.IntN(26))))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int32, reflect.Int64:
		v.SetInt(1 + int64(r.IntN(100)))
	case reflect.Uint8:
		v.SetUint(1 + r.Uint64N(3))
	default:
		panic("a kind that is not packed: " + v.Kind().String())
	}
}

func TestCratesComeBackWhole(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		c := &Crate{}
		fill(r, reflect.ValueOf(c).Elem())
		data := c.pack()
		back, err := unpack(data)
		require.NoError(t, err)
		assert.Equal(t, c, back)
		assert.Equal(t, data, back.pack())
		for n := 0; n < len(data); n += 7 {
			_, err := unpack(data[:n])
			require.Error(t, err)
		}
	}
}

// A short form that was damaged is made again from the long one.
func TestDamagedShortForm(t *testing.T) {
	path := filepath.Join(t.TempDir(), "c.json")
	require.NoError(t, os.WriteFile(path, []byte(small), 0o644))
	first, err := ReadFile(path, "c", "")
	require.NoError(t, err)
	data, err := os.ReadFile(path + ".items")
	require.NoError(t, err)
	for _, n := range []int{len(data) / 3, len(data) - 1} {
		bad := append([]byte(nil), data...)
		bad[n] ^= 1
		require.NoError(t, os.WriteFile(path+".items", bad, 0o644))
		require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(small, "c_clone", "d_clone")), 0o644))
		again, err := ReadFile(path, "c", "")
		require.NoError(t, err)
		assert.Equal(t, "d_clone", again.Impls[0].Fns["clone"].Symbol)
		assert.Equal(t, first.Adts, again.Adts)
	}
}
