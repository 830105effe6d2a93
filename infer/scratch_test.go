package infer

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestChunksHandOutMemoryOfTheirOwn(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var c chunks[int]
	for range 50 {
		var pieces [][]int
		var marks []place
		for n := range 200 {
			switch r.IntN(8) {
			case 0:
				marks = append(marks, c.mark())
				pieces = append(pieces, nil) // where that was
			case 1:
				if k := len(marks) - 1; k >= 0 {
					c.back(marks[k])
					marks = marks[:k]
					for at := len(pieces) - 1; ; at-- {
						was := pieces[at]
						pieces = pieces[:at]
						if was == nil {
							break
						}
					}
				}
			default:
				p := c.take(1 + r.IntN(firstChunk/4))
				for i := range p {
					p[i] = n
				}
				pieces = append(pieces, p)
			}
		}
		for _, p := range pieces {
			for i := range p {
				assert.Equal(t, p[0], p[i])
			}
		}
		for i, p := range pieces {
			for _, q := range pieces[:i] {
				if p != nil && q != nil {
					assert.NotSame(t, &p[0], &q[0])
					assert.NotEqual(t, p[0], q[0], "none has overwritten another")
				}
			}
		}
		c.reset()
	}
	assert.Equal(t, make([]int, 100), c.zeros(100), "of memory that was used")
}

func TestIntSetsMemberByMember(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	ends := []int64{math.MinInt64, math.MinInt64 + 1, -3, -2, -1, 0, 1, 2, 3, 5, math.MaxInt64 - 1, math.MaxInt64}
	members := append([]int64{math.MinInt64 + 2, -4, 4, 6, math.MaxInt64 - 2}, ends...) // and what is between
	draw := func() IntSet {
		var s IntSet
		for range r.IntN(4) {
			lo, hi := ends[r.IntN(len(ends))], ends[r.IntN(len(ends))]
			s = s.Union(Between(min(lo, hi), max(lo, hi)))
		}
		return s
	}
	for range 5000 {
		s, c := draw(), draw()
		union, both, contains := s.Union(c), s.Intersect(c), true
		for _, x := range members {
			assert.Equal(t, s.Has(x) || c.Has(x), union.Has(x), "%d in %s or %s", x, s, c)
			assert.Equal(t, s.Has(x) && c.Has(x), both.Has(x), "%d in %s and %s", x, s, c)
			assert.Equal(t, !s.Has(x), s.Complement().Has(x))
			contains = contains && (s.Has(x) || !c.Has(x))
		}
		assert.Equal(t, contains, s.Contains(c), "%s contains %s", s, c)
		assert.Equal(t, both.IsEmpty(), s.disjoint(c))
		for i := 1; i < len(union); i++ {
			assert.Greater(t, union[i].Lo-1, union[i-1].Hi, "%s is in order, with gaps", union)
		}
	}
}
