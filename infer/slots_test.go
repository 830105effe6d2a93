package infer

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestASlotThatKeepsChanging: what a slot returns is joined once it has changed too often,
// as with functions, though no function stands behind it.
func TestASlotThatKeepsChanging(t *testing.T) {
	returns := func(n int64) Exit {
		return Exit{Tested: Any, Rets: []RetValue{factValue(Fact{Set: One(n)})}}
	}
	for _, unconditional := range []bool{false, true} {
		now := &Summary{Name: slotPrefix + "s.run", Rets: []string{""}, Exits: []Exit{returns(0), returns(1)}}
		grown := now.grownFrom(&Summary{Name: now.Name, Rets: now.Rets}, unconditional)
		require.Len(t, grown.Exits, 1, "ways with one effect and no condition")
		if !unconditional {
			assert.True(t, grown.Exits[0].Rets[0].Fact().Contains(Fact{Set: One(0)}))
			assert.True(t, grown.Exits[0].Rets[0].Fact().Contains(Fact{Set: One(1)}))
		}
	}
}
