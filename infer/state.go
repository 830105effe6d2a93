package infer

import (
	"slices"
	"sort"
)

// mode is the part of a state that joins never mix: two paths that differ here
// are kept apart.
type mode struct {
	lanes Lanes
	// setIRQ says that the IRQ lane no longer counts from entry: interrupts
	// were switched on or off outright.
	setIRQ bool
	// ambiguous says that the lanes could not be told any more.
	ambiguous bool
	// entry is what tests like in_atomic() told of the count at entry, and
	// irqsOn that irqs_disabled() said no.
	entry  Range
	irqsOn bool
	// faultsOn says that page faults were found to be on at entry.
	faultsOn bool
	// seldom says what was found on the way here.
	seldom Seldom
}

// ambiguousMode is that of a state whose count could not be told any more. It
// ends with the function: callers take the count to be kept, and are assumed.
var ambiguousMode = mode{ambiguous: true, entry: Any}

type symFact struct {
	sym  sym
	fact Fact
}

// state is one of the pairs (lane vector, facts on scalars) at a point. States
// are never changed once shared; the methods return changed copies.
type state struct {
	mode
	mem   *scratch  // where it is
	vals  []valueID // by Var
	facts []symFact // sorted by sym; symbols without one may be anything
	// taken is how the count came to be what it is. It does not take part in
	// comparisons: where two paths meet, the first one's story is told.
	taken []Held
	// guessed is set where a callee's count could not be told and was taken to
	// be kept. It does not take part in comparisons either.
	guessed bool
	// kept is set where a call that may have let go of a lock, as memory decides,
	// is taken not to have. It does not take part in comparisons either.
	kept bool
	// again is set where a spinlock was taken at one place a second time, without
	// having been let go. Nor does it take part in comparisons.
	again bool
}

func (s *state) fact(y sym) Fact {
	i := sort.Search(len(s.facts), func(i int) bool { return s.facts[i].sym >= y })
	if i < len(s.facts) && s.facts[i].sym == y {
		return s.facts[i].fact
	}
	return Fact{}
}

// setFact changes s, whose facts must not be shared.
func (s *state) setFact(y sym, f Fact) {
	i := sort.Search(len(s.facts), func(i int) bool { return s.facts[i].sym >= y })
	have := i < len(s.facts) && s.facts[i].sym == y
	switch {
	case f.IsTop() && have:
		s.facts = slices.Delete(s.facts, i, i+1)
	case f.IsTop():
	case have:
		s.facts[i].fact = f
	default:
		s.facts = slices.Insert(s.facts, i, symFact{y, f})
	}
}

// held is what v holds, as it was put there.
func (s *state) held(v Var) *value { return &s.mem.table.values[s.vals[v]] }

// sym is the symbol that what v holds hangs on, or noSym.
func (s *state) sym(v Var) sym { return s.mem.table.syms[s.vals[v]] }

func (s *state) set(v Var, x value) { s.vals[v] = s.mem.table.id(x) }

func (s *state) clone() *state { return s.mem.state(s, 2) }

// value is what v holds, as a constant where the facts leave just one.
func (s *state) value(v Var) value {
	x := *s.held(v)
	if x.kind == valSym && !x.sub && x.open == 0 && len(s.facts) > 0 {
		if c, ok := s.fact(x.sym).set().Single(); ok {
			return constant(int64(uint64(c)&x.and | x.or))
		}
	}
	return x
}

// assume returns the state in which v lies in set, or nil if it cannot.
func (s *state) assume(v value, set IntSet) *state {
	switch v.kind {
	case valConst:
		if set.Has(v.c) {
			return s
		}
		return nil
	case valFunc:
		if set.Intersect(Except(0)).IsEmpty() {
			return nil
		}
		return s
	case valPred:
		one, zero := set.Has(1), set.Has(0)
		switch {
		case one && zero:
			return s
		case one:
			return s.refine(v, v.set)
		case zero:
			return s.refine(v, v.set.Complement())
		}
		return nil
	}
	return s.refine(v, set)
}

// refine assumes that the number v is made of lies in set.
func (s *state) refine(v value, set IntSet) *state {
	y, and, or := v.sym, v.and, v.or
	if v.open != 0 && !set.Equal(One(0)) {
		return s // only "no bit at all" says something of the others
	}
	if v.sub {
		if set.Has(int64(or)) {
			return s // all bits may have been cleared
		}
		or, set = 0, Except(0)
	}
	old := s.fact(y)
	f, ok := old.refine(and, or, set)
	if !ok {
		return nil
	}
	if f.Equal(old) {
		return s
	}
	c := &piece(&s.mem.states, 1)[0]
	*c = *s
	c.facts = s.mem.copyFacts(s.facts, 1)
	c.setFact(y, f)
	return c
}

// assumeFact returns the state in which v satisfies f, or nil if it cannot.
func (s *state) assumeFact(v value, f Fact) *state {
	if s = s.assume(v, f.set()); s == nil {
		return nil
	}
	bits := func(m uint64, set IntSet) {
		if s == nil || m == 0 {
			return
		}
		if w, ok := mask(And, v, m); ok {
			s = s.assume(w, set)
		}
	}
	bits(f.Ones, One(int64(f.Ones)))
	bits(f.Zeros, One(0))
	for _, m := range f.Some {
		bits(m, Except(0))
	}
	return s
}

// factOf is what is known of a value.
func (s *state) factOf(v value) Fact {
	switch v.kind {
	case valConst:
		return Fact{Set: One(v.c)}
	case valFunc:
		return Fact{Set: Except(0)}
	case valPred:
		return Fact{Set: Between(0, 1)}
	}
	f := s.fact(v.sym)
	if v.isWhole() {
		return f
	}
	if v.sub {
		f.Ones = 0
	}
	out := Fact{Ones: f.Ones&v.and | v.or, Zeros: ^v.and&^v.or&^v.open | f.Zeros&^v.or&^v.open}
	out, _ = out.normal()
	return out
}

// subsumes tells whether s stands for every situation that t does. A symbol
// that a join made for one variable, and that no other variable of s refers to,
// stands for any value that its facts allow.
func (s *state) subsumes(t *state, joined func(Var) sym) bool {
	if s.mode != t.mode {
		return false
	}
	var own []sym
	for i := range s.vals {
		if s.vals[i] == t.vals[i] {
			continue
		}
		x := s.held(Var(i))
		if joined == nil || !x.isWhole() || x.sym != joined(Var(i)) || s.shared(i) ||
			!s.fact(x.sym).Contains(t.factOf(*t.held(Var(i)))) {
			return false
		}
		own = append(own, x.sym)
	}
	for _, sf := range s.facts {
		if !slices.Contains(own, sf.sym) && !sf.fact.Contains(t.fact(sf.sym)) {
			return false
		}
	}
	return true
}

// shared tells whether a variable other than i refers to i's symbol.
func (s *state) shared(i int) bool {
	y := s.held(Var(i)).sym
	for j := range s.vals {
		if j != i && s.sym(Var(j)) == y {
			return true
		}
	}
	return false
}

// forget drops what no live variable refers to. Facts on parameters (symbols
// below keep) stay: they are the conditions of the summary.
func (s *state) forget(live []bool, keep sym) {
	for v := range s.vals {
		if !live[v] {
			s.vals[v] = valueID(v) // the initial values come first in the table
		}
	}
	used := func(y sym) bool {
		for v := range s.vals {
			if live[v] && s.sym(Var(v)) == y {
				return true
			}
		}
		return false
	}
	s.facts = slices.DeleteFunc(s.facts, func(sf symFact) bool { return sf.sym >= keep && !used(sf.sym) })
}

// take and release tell the story of the count: what was taken where.
func takeHeld(taken []Held, l Lane, n int, pos Pos, text string) []Held {
	if n == 0 {
		return taken
	}
	taken = slices.Clone(taken)
	for ; n > 0 && len(taken) < 16; n-- {
		taken = append(taken, Held{Lane: l, Pos: pos, Text: text})
	}
	for ; n < 0 && len(taken) > 0; n++ {
		i := len(taken) - 1
		for i > 0 && taken[i].Lane != l {
			i--
		}
		if taken[i].Lane != l {
			if l == IRQ {
				break
			}
			i = len(taken) - 1 // taken whole, released in halves
		}
		taken = slices.Delete(taken, i, i+1)
	}
	return taken
}
