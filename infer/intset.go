package infer

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// maxIntervals bounds an IntSet: a union that needs more is widened by closing
// its narrowest gaps.
const maxIntervals = 6

// IntSet is a set of 64-bit integers as sorted, disjoint, non-adjacent
// intervals. The empty IntSet has none. Operations other than Union with many
// gaps are exact; Union may only add members.
type IntSet []Interval

// Sets that are asked for often. Sets are never changed.
var (
	allInts   = IntSet{{math.MinInt64, math.MaxInt64}}
	onlyZero  = One(0)
	notZero   = Except(0)
	zeroOrOne = Between(0, 1)
)

// One is {c}; Except is everything but c; Between is lo to hi inclusive.
func One(c int64) IntSet { return IntSet{{c, c}} }

// Except is everything but c.
func Except(c int64) IntSet { return One(c).Complement() }

// Between is the integers from lo to hi, both included; empty if lo > hi.
func Between(lo, hi int64) IntSet {
	if lo > hi {
		return nil
	}
	return IntSet{{lo, hi}}
}

// IsAll and IsEmpty tell the two ends of the lattice.
func (s IntSet) IsAll() bool { return len(s) == 1 && s[0] == allInts[0] }

// IsEmpty tells whether s has no member.
func (s IntSet) IsEmpty() bool { return len(s) == 0 }

// Single returns the only member, if there is just one.
func (s IntSet) Single() (int64, bool) {
	if len(s) == 1 && s[0].Lo == s[0].Hi {
		return s[0].Lo, true
	}
	return 0, false
}

// Has tells whether c is a member.
func (s IntSet) Has(c int64) bool {
	for _, iv := range s {
		if iv.Lo <= c && c <= iv.Hi {
			return true
		}
	}
	return false
}

// Complement is everything that is not in s.
func (s IntSet) Complement() IntSet {
	var out IntSet
	next := int64(math.MinInt64)
	for _, iv := range s {
		if iv.Lo > next {
			out = append(out, Interval{next, iv.Lo - 1})
		}
		if iv.Hi == math.MaxInt64 {
			return out
		}
		next = iv.Hi + 1
	}
	return append(out, Interval{next, math.MaxInt64})
}

// Intersect is what both hold.
func (s IntSet) Intersect(t IntSet) IntSet {
	var out IntSet
	for i, j := 0, 0; i < len(s) && j < len(t); {
		lo, hi := max(s[i].Lo, t[j].Lo), min(s[i].Hi, t[j].Hi)
		if lo <= hi {
			out = append(out, Interval{lo, hi})
		}
		if s[i].Hi < t[j].Hi {
			i++
		} else {
			j++
		}
	}
	return out
}

// disjoint tells whether no integer is in both.
func (s IntSet) disjoint(t IntSet) bool {
	for i, j := 0, 0; i < len(s) && j < len(t); {
		if max(s[i].Lo, t[j].Lo) <= min(s[i].Hi, t[j].Hi) {
			return false
		}
		if s[i].Hi < t[j].Hi {
			i++
		} else {
			j++
		}
	}
	return true
}

// Union holds what either holds, and perhaps more.
func (s IntSet) Union(t IntSet) IntSet {
	switch {
	case len(s) == 0 && len(t) == 0:
		return nil
	case len(s) <= maxIntervals && s.Contains(t):
		return s
	case len(t) <= maxIntervals && t.Contains(s):
		return t
	}
	out := make(IntSet, 0, len(s)+len(t))
	for i, j := 0, 0; i < len(s) || j < len(t); {
		var iv Interval
		if j == len(t) || i < len(s) && s[i].Lo <= t[j].Lo {
			iv = s[i]
			i++
		} else {
			iv = t[j]
			j++
		}
		if n := len(out); n > 0 && (out[n-1].Hi == math.MaxInt64 || iv.Lo <= out[n-1].Hi+1) {
			out[n-1].Hi = max(out[n-1].Hi, iv.Hi)
			continue
		}
		out = append(out, iv)
	}
	for len(out) > maxIntervals {
		best := 0
		for i := 1; i+1 < len(out); i++ {
			if uint64(out[i+1].Lo-out[i].Hi) < uint64(out[best+1].Lo-out[best].Hi) {
				best = i
			}
		}
		out[best].Hi = out[best+1].Hi
		out = slices.Delete(out, best+1, best+2)
	}
	return out
}

// Contains tells whether every member of t is one of s. As intervals of a set are not
// adjacent, each of t lies in one of s then.
func (s IntSet) Contains(t IntSet) bool {
	i := 0
	for _, iv := range t {
		for i < len(s) && s[i].Hi < iv.Lo {
			i++
		}
		if i == len(s) || s[i].Lo > iv.Lo || s[i].Hi < iv.Hi {
			return false
		}
	}
	return true
}

// Equal tells whether both hold the same.
func (s IntSet) Equal(t IntSet) bool { return slices.Equal(s, t) }

func (s IntSet) String() string {
	if s.IsAll() {
		return "any"
	}
	parts := make([]string, len(s))
	for i, iv := range s {
		switch {
		case iv.Lo == iv.Hi:
			parts[i] = fmt.Sprint(iv.Lo)
		case iv.Lo == math.MinInt64:
			parts[i] = fmt.Sprintf("..%d", iv.Hi)
		case iv.Hi == math.MaxInt64:
			parts[i] = fmt.Sprintf("%d..", iv.Lo)
		default:
			parts[i] = fmt.Sprintf("%d..%d", iv.Lo, iv.Hi)
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// compareSet is the set of x for which `x op c` holds. The unsigned operators
// read both sides as 64-bit unsigned numbers, which makes [-4095, -1] the top
// of the range, as IS_ERR means it.
func compareSet(op ExprOp, c int64) IntSet {
	switch op {
	case Eq:
		return One(c)
	case Ne:
		return Except(c)
	case Lt, Ge:
		var s IntSet
		if c != math.MinInt64 {
			s = Between(math.MinInt64, c-1)
		}
		if op == Ge {
			return s.Complement()
		}
		return s
	case Le:
		return Between(math.MinInt64, c)
	case Gt:
		return Between(math.MinInt64, c).Complement()
	case ULt, UGe:
		var s IntSet
		switch {
		case c > 0:
			s = Between(0, c-1)
		case c < 0:
			s = Between(0, math.MaxInt64)
			if c != math.MinInt64 {
				s = s.Union(Between(math.MinInt64, c-1))
			}
		}
		if op == UGe {
			return s.Complement()
		}
		return s
	case ULe, UGt:
		s := compareSet(ULt, c).Union(One(c))
		if op == UGt {
			return s.Complement()
		}
		return s
	}
	panic("infer: compareSet of an operator that does not compare")
}
