package infer

import (
	"fmt"
	"math/bits"
	"slices"
	"strings"
)

// maxSome bounds the list of masks a Fact remembers.
const maxSome = 3

// Fact is what is known of one symbol s: it lies in Set, has all bits of Ones,
// none of Zeros, and at least one bit of each mask in Some. The zero Fact knows
// nothing. Facts are immutable.
type Fact struct {
	Set         IntSet // nil: any value
	Ones, Zeros uint64
	Some        []uint64 // sorted
}

func (f Fact) set() IntSet {
	if f.Set == nil {
		return allInts
	}
	return f.Set
}

// IsTop tells whether nothing is known.
func (f Fact) IsTop() bool {
	return f.set().IsAll() && f.Ones == 0 && f.Zeros == 0 && len(f.Some) == 0
}

// Equal tells whether both know the same.
func (f Fact) Equal(g Fact) bool {
	return f.Ones == g.Ones && f.Zeros == g.Zeros && f.set().Equal(g.set()) && slices.Equal(f.Some, g.Some)
}

// normal makes the parts agree with one another; false if they contradict.
func (f Fact) normal() (Fact, bool) {
	if f.Ones&f.Zeros != 0 {
		return f, false
	}
	var some []uint64
	for _, m := range f.Some {
		m &^= f.Zeros
		switch {
		case m == 0:
			return f, false
		case m&f.Ones != 0:
		case bits.OnesCount64(m) == 1:
			f.Ones |= m
		default:
			some = append(some, m)
		}
	}
	slices.Sort(some)
	f.Some = slices.Compact(some)
	if len(f.Some) > maxSome {
		f.Some = f.Some[:maxSome]
	}
	s := f.set()
	if (f.Ones != 0 || len(f.Some) > 0) && s.Has(0) {
		s = s.Intersect(Except(0))
	}
	if s.IsEmpty() {
		return f, false
	}
	if c, ok := s.Single(); ok {
		u := uint64(c)
		if u&f.Ones != f.Ones || u&f.Zeros != 0 {
			return f, false
		}
		for _, m := range f.Some {
			if u&m == 0 {
				return f, false
			}
		}
		f.Ones, f.Zeros, f.Some = 0, 0, nil // the constant says it all
	}
	if s.IsAll() {
		s = nil
	}
	f.Set = s
	return f, true
}

// known gives the known bits, those of a constant included.
func (f Fact) known() (ones, zeros uint64) {
	if c, ok := f.set().Single(); ok {
		return uint64(c), ^uint64(c)
	}
	return f.Ones, f.Zeros
}

// Meet knows what both know; false if they contradict.
func (f Fact) Meet(g Fact) (Fact, bool) {
	return Fact{
		Set:   f.set().Intersect(g.set()),
		Ones:  f.Ones | g.Ones,
		Zeros: f.Zeros | g.Zeros,
		Some:  append(slices.Clone(f.Some), g.Some...),
	}.orEmpty().normal()
}

// orEmpty keeps an empty intersection from reading as "any".
func (f Fact) orEmpty() Fact {
	if f.Set == nil {
		f.Set = IntSet{}
	}
	return f
}

// Join knows only what both know.
func (f Fact) Join(g Fact) Fact {
	fo, fz := f.known()
	go_, gz := g.known()
	out := Fact{Set: f.set().Union(g.set()), Ones: fo & go_, Zeros: fz & gz}
	for _, m := range f.Some {
		if slices.Contains(g.Some, m) || go_&m != 0 {
			out.Some = append(out.Some, m)
		}
	}
	for _, m := range g.Some {
		if fo&m != 0 {
			out.Some = append(out.Some, m)
		}
	}
	if !slices.ContainsFunc(out.Set, func(iv Interval) bool { return iv.Lo != iv.Hi }) {
		// The listed members already say what their bits are.
		out.Ones, out.Zeros = 0, 0
	}
	out, _ = out.normal()
	return out
}

// Contains tells whether every value that g allows is allowed by f.
func (f Fact) Contains(g Fact) bool {
	gOnes, gZeros := g.known()
	if f.Ones&^gOnes != 0 || f.Zeros&^gZeros != 0 || !f.set().Contains(g.set()) {
		return false
	}
	for _, m := range f.Some {
		if gOnes&m == 0 && !slices.Contains(g.Some, m) && (g.set().Has(0) || m != ^uint64(0)) {
			return false
		}
	}
	return true
}

// refine assumes that ((s & and) | or) lies in want; false if it cannot.
func (f Fact) refine(and, or uint64, want IntSet) (Fact, bool) {
	if and == ^uint64(0) && or == 0 {
		return f.Meet(Fact{Set: want}.orEmpty())
	}
	ones, zeros := f.known()
	and &^= or
	if c, ok := f.set().Single(); ok {
		return f, want.Has(int64(uint64(c)&and | or))
	}
	if and&^(ones|zeros) == 0 { // all bits that matter are known
		return f, want.Has(int64(ones&and | or))
	}
	if c, ok := want.Single(); ok {
		u := uint64(c)
		if u&or != or || u&^(and|or) != 0 {
			return f, false
		}
		return f.Meet(Fact{Set: allInts, Ones: u & and, Zeros: and &^ u})
	}
	if c, ok := want.Complement().Single(); ok { // the value is not c
		u := uint64(c)
		if u&or != or || u&^(and|or) != 0 {
			return f, true // it never could be
		}
		if u == or { // not "no bit of and": some bit of it
			return f.Meet(Fact{Set: allInts, Some: []uint64{and}})
		}
		if bits.OnesCount64(and&^(ones|zeros)) == 1 { // one open bit: it is the other way
			open := and &^ (ones | zeros)
			if (ones|u&open)&and == u&and {
				if u&open != 0 {
					return f.Meet(Fact{Set: allInts, Zeros: open})
				}
				return f.Meet(Fact{Set: allInts, Ones: open})
			}
		}
		return f, true
	}
	if int64(and) >= 0 && int64(or) >= 0 {
		lo, hi := int64(ones&and|or), int64(and&^zeros|or)
		return f, !want.Intersect(Between(lo, hi)).IsEmpty()
	}
	return f, true
}

func (f Fact) String() string {
	var parts []string
	if !f.set().IsAll() {
		parts = append(parts, f.set().String())
	}
	if f.Ones != 0 {
		parts = append(parts, fmt.Sprintf("ones %#x", f.Ones))
	}
	if f.Zeros != 0 {
		parts = append(parts, fmt.Sprintf("zeros %#x", f.Zeros))
	}
	for _, m := range f.Some {
		parts = append(parts, fmt.Sprintf("some %#x", m))
	}
	if parts == nil {
		return "any"
	}
	return strings.Join(parts, " ")
}

// Cond is a condition on the inputs of a function: a conjunction of facts on
// parameters, sorted by parameter. The nil Cond always holds.
type Cond []Atom

// Atom says that the parameter with index Param (in [Func.Params]) satisfies
// Fact.
type Atom struct {
	Param int
	Fact  Fact
}

// Equal tells whether both conditions are written alike.
func (c Cond) Equal(d Cond) bool {
	return slices.EqualFunc(c, d, func(a, b Atom) bool { return a.Param == b.Param && a.Fact.Equal(b.Fact) })
}

// fact returns what c says of parameter p.
func (c Cond) fact(p int) Fact {
	for _, a := range c {
		if a.Param == p {
			return a.Fact
		}
	}
	return Fact{}
}

// Contains tells whether c holds wherever d does.
func (c Cond) Contains(d Cond) bool {
	for _, a := range c {
		if !a.Fact.Contains(d.fact(a.Param)) {
			return false
		}
	}
	return true
}

// Meet holds where both do; false if that is nowhere.
func (c Cond) Meet(d Cond) (Cond, bool) {
	out := Cond{}
	i, j := 0, 0
	for i < len(c) || j < len(d) {
		switch {
		case j == len(d) || i < len(c) && c[i].Param < d[j].Param:
			out = append(out, c[i])
			i++
		case i == len(c) || d[j].Param < c[i].Param:
			out = append(out, d[j])
			j++
		default:
			f, ok := c[i].Fact.Meet(d[j].Fact)
			if !ok {
				return nil, false
			}
			out = append(out, Atom{c[i].Param, f})
			i++
			j++
		}
	}
	return out, true
}

// Join holds where either does, and perhaps elsewhere.
func (c Cond) Join(d Cond) Cond {
	var out Cond
	for _, a := range c {
		if f := a.Fact.Join(d.fact(a.Param)); !f.IsTop() {
			out = append(out, Atom{a.Param, f})
		}
	}
	return out
}

// unionExact joins two conditions if that adds nothing: they differ in one
// parameter at most, and there the join is exact.
func (c Cond) unionExact(d Cond) (Cond, bool) {
	switch {
	case c.Contains(d):
		return c, true
	case d.Contains(c):
		return d, true
	}
	differ := -1
	for _, p := range c.params(d) {
		if !c.fact(p).Equal(d.fact(p)) {
			if differ >= 0 {
				return nil, false
			}
			differ = p
		}
	}
	if differ < 0 {
		return c, true
	}
	if !joinIsExact(c.fact(differ), d.fact(differ)) {
		return nil, false
	}
	return c.Join(d), true
}

func (c Cond) params(d Cond) []int {
	var ps []int
	for _, a := range c {
		ps = append(ps, a.Param)
	}
	for _, a := range d {
		ps = append(ps, a.Param)
	}
	slices.Sort(ps)
	return slices.Compact(ps)
}

// joinIsExact tells whether f.Join(g) allows only what one of them allows.
func joinIsExact(f, g Fact) bool {
	if f.Ones|f.Zeros|g.Ones|g.Zeros == 0 && len(f.Some)+len(g.Some) == 0 {
		return len(f.set())+len(g.set()) <= maxIntervals
	}
	zeroSet := func(h Fact) bool { return h.set().IsAll() || h.set().Equal(Except(0)) }
	if !zeroSet(f) || !zeroSet(g) {
		return false
	}
	// One bit both ways, or "some of m" against "none of m"; all else is the same.
	one := func(a, b Fact) bool {
		bit := b.Zeros &^ a.Zeros
		if bit == 0 || a.Zeros&^b.Zeros != 0 || b.Ones&^a.Ones != 0 {
			return false
		}
		if ones := a.Ones &^ b.Ones; ones != 0 {
			return ones == bit && bits.OnesCount64(bit) == 1 && slices.Equal(a.Some, b.Some)
		}
		k := slices.Index(a.Some, bit)
		return k >= 0 && slices.Equal(slices.Delete(slices.Clone(a.Some), k, k+1), b.Some)
	}
	return one(f, g) || one(g, f)
}
