package wire

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

type inner struct {
	name  string
	masks []uint64
	next  *inner
}

type outer struct {
	A      int8
	b      []*inner
	C      map[string]bool
	d      map[int32]string
	lanes  [3]int16
	own    *inner
	empty  []string
	absent []string
}

func value() *outer {
	shared := &inner{name: "shared", masks: []uint64{1, 1 << 63}}
	ring := &inner{name: "ring"}
	ring.next = ring
	return &outer{A: -3, b: []*inner{shared, {name: "first", masks: shared.masks, next: shared}, ring, nil}, C: map[string]bool{"x": true, "y": false},
		d: map[int32]string{-5: "m", 7: "n"}, lanes: [3]int16{1, -2, 3}, own: &inner{name: "known"}, empty: []string{}}
}

func write(v *outer) []byte {
	w := NewWriter()
	all := w.Values(func(p any) (string, bool) {
		x, ok := p.(*inner)
		return "a name", ok && x.name == "known"
	})
	all(v)
	all(v.b[0]) // again
	return w.Bytes()
}

func read(data []byte) (*outer, *inner, *Reader) {
	r := NewReader(data, Interner{})
	all := r.Values(func(name string) any {
		if name != "a name" {
			return nil
		}
		return &inner{name: "known"}
	})
	var v *outer
	var again *inner
	all(&v)
	all(&again)
	return v, again, r
}

func TestValuesComeBackWhole(t *testing.T) {
	v := value()
	data := write(v)
	assert.Equal(t, data, write(value()), "equal values give equal bytes")
	back, again, r := read(data)
	require.NoError(t, r.Err())
	assert.Zero(t, r.Rest())
	assert.Same(t, back.b[2], back.b[2].next)
	back.b[2].next, v.b[2].next = nil, nil
	assert.Equal(t, v, back)
	assert.NotNil(t, back.empty)
	assert.Nil(t, back.absent)
	assert.Same(t, back.b[0], back.b[1].next, "what was shared is shared")
	assert.Same(t, back.b[0], again)
}

func TestDamagedValues(t *testing.T) {
	data := write(value())
	for n := range data {
		_, _, r := read(data[:n])
		assert.Error(t, r.Err(), "cut to %d bytes", n)
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		bad := append([]byte(nil), data...)
		bad[rnd.IntN(len(bad))] ^= 1 << rnd.IntN(8)
		read(bad) // must not panic, or run forever
	}
}

// A text can be continued: parts of it that were not read are written again as they are,
// and new ones share its strings.
func TestPartsOfATextGoIntoTheNext(t *testing.T) {
	w := NewWriter()
	w.Nested(func() { w.Strings([]string{"one", "two"}) })
	r := NewReader(w.Bytes(), nil)
	old := r.Raw()
	next := r.Writer()
	more := next.Part(func() { next.Strings([]string{"two", "three"}) })
	assert.Equal(t, []string{"two", "three"}, next.Over(more).Strings())
	next.Raw(old)
	next.Raw(more)
	r = NewReader(next.Bytes(), nil)
	assert.Equal(t, []string{"one", "two"}, r.Nested().Strings())
	assert.Equal(t, []string{"two", "three"}, r.Nested().Strings())
	assert.Zero(t, r.Rest())
	require.NoError(t, r.Err())
}
