package prefix

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// inOrder is an order of files 0 (main), 1, 2 ... by who includes whom at which offset.
func inOrder(includes ...Include) *Order {
	o := &Order{Files: []string{"main", "a", "b", "c", "d"}}
	o.Includes = includes
	return o
}

func TestClock(t *testing.T) {
	const main, a, b, c, d = 0, 1, 2, 3, 4
	// The command line includes d; main includes a and b, a includes c at 10, and so does b; c includes a.
	o := inOrder(Include{CommandLine, d, 0}, Include{a, c, 10}, Include{main, b, 20}, Include{main, a, 5}, Include{b, c, 0}, Include{c, a, 3})
	clock := o.Clock(main)
	inTurn := []Place{{d, 0}, {main, 5}, {a, 0}, {c, 0}, {c, 4}, {a, 11}, {main, 6}, {b, 0}, {b, 1}, {main, 21}}
	for i := range inTurn[1:] {
		assert.Less(t, clock.At(inTurn[i]), clock.At(inTurn[i+1]), "%v before %v", inTurn[i], inTurn[i+1])
	}
	assert.Equal(t, clock.At(Place{a, 0}), clock.At(Place{a, 10}), "a directive counts for what stands behind it")
	assert.Equal(t, clock.At(Place{a, math.MaxUint32}), clock.End(a))
	assert.True(t, clock.Keeps(&Demand{Place: Place{b, 0}, Needs: Place{main, 30}, Or: Place{c, 100}}))
	assert.False(t, clock.Keeps(&Demand{Place: Place{c, 5}, Needs: Place{a, 11}, Or: Place{b, 0}}))

	assert.Equal(t, uint32(20), clock.Until(main, clock.End(b)), "what stands behind the directive is read after b")
	assert.Equal(t, uint32(math.MaxUint32), clock.Until(b, clock.End(main)))
	assert.Zero(t, clock.Until(b, clock.At(Place{a, 0})))

	early := o.Clock()
	assert.True(t, early.Reads(d))
	assert.False(t, early.Reads(a))
	assert.Equal(t, int32(math.MaxInt32), early.At(Place{a, 0}), "never")
	assert.False(t, early.Keeps(&Demand{Place: Place{d, 0}, Needs: Place{a, 0}, Or: Place{a, 0}}))
}

func TestAlwaysBefore(t *testing.T) {
	const main, a, b, c, d = 0, 1, 2, 3, 4
	always := newAlways(newGraph(inOrder(
		Include{main, a, 0}, Include{main, d, 50}, Include{a, b, 10}, Include{b, c, 0}, Include{c, b, 0}, Include{c, d, 9})))
	for _, x := range []struct {
		first, then Place
		want        bool
		why         string
	}{
		{Place{d, 0}, Place{a, 11}, true, "by way of b and c"},
		{Place{c, 0}, Place{a, 10}, false, "behind the directive only"},
		{Place{d, 7}, Place{b, 1}, false, "c may have been what the reading began with"},
		{Place{d, 7}, Place{c, 10}, true, "c itself"},
		{Place{c, 0}, Place{b, 1}, false, "nor are they read in a known order themselves"},
		{Place{a, 0}, Place{d, 100}, false, "that does not include it"},
	} {
		assert.Equal(t, x.want, always.before(x.first, x.then), x.why)
	}
}

func TestOrdersAreJoinedByTheNamesOfFiles(t *testing.T) {
	o := &Order{Files: []string{"a", "b"}, Includes: []Include{{0, 1, 3}}}
	copied := o.Clone()
	ids := copied.Add(&Order{
		Files: []string{"c", "b"}, Includes: []Include{{CommandLine, 0, 1}, {0, 1, 2}},
		Demands: []Demand{{Place: Place{0, 4}, Needs: Place{1, 5}, Or: Place{1, 6}, Text: true, Assembly: Place{0, 4}}},
	})
	assert.Equal(t, []int32{2, 1}, ids)
	assert.Equal(t, []string{"a", "b", "c"}, copied.Files)
	assert.Equal(t, []Include{{0, 1, 3}, {CommandLine, 2, 1}, {2, 1, 2}}, copied.Includes)
	assert.Equal(t, []Demand{{Place{2, 4}, Place{1, 5}, Place{1, 6}, true, Place{2, 4}}}, copied.Demands)
	assert.Equal(t, []string{"a", "b"}, o.Files)
	id, ok := o.Find("c")
	assert.False(t, ok, id)
}
