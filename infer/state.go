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
		if len(s.facts) == cap(s.facts) {
			s.facts = s.mem.copyFacts(s.facts, 4)
		}
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
		if notZero.disjoint(set) {
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
	if v.open != 0 && !set.Equal(onlyZero) {
		return s // only "no bit at all" says something of the others
	}
	if v.sub {
		if set.Has(int64(or)) {
			return s // all bits may have been cleared
		}
		or, set = 0, notZero
	}
	old := s.fact(y)
	f, ok := old.refine(and, or, set)
	if !ok {
		return nil
	}
	if f.Equal(old) {
		return s
	}
	c := &s.mem.states.take(1)[0]
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
	if f.Ones != 0 {
		bits(f.Ones, One(int64(f.Ones)))
	}
	bits(f.Zeros, onlyZero)
	for _, m := range f.Some {
		bits(m, notZero)
	}
	return s
}

// factOf is what is known of a value.
func (s *state) factOf(v value) Fact {
	switch v.kind {
	case valConst:
		return Fact{Set: One(v.c)}
	case valFunc:
		return Fact{Set: notZero}
	case valPred:
		return Fact{Set: zeroOrOne}
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

// subsumes tells whether s stands for every situation that t does. The two differ at
// most in some variables; a symbol that a join made for one of these, and that no other
// refers to, stands for any value that its facts allow. That of variable v is
// joined + v; where joined is noSym there are none, and all variables are looked at.
func (s *state) subsumes(t *state, vars []Var, joined sym) bool {
	if s.mode != t.mode || joined == noSym && !slices.Equal(s.vals, t.vals) {
		return false
	}
	var few [8]sym
	own := few[:0]
	for _, v := range vars {
		if s.vals[v] == t.vals[v] {
			continue
		}
		x := s.held(v)
		if x.sym != joined+sym(v) || !x.isWhole() || s.shared(v, vars) ||
			!s.fact(x.sym).Contains(t.factOf(*t.held(v))) {
			return false
		}
		own = append(own, x.sym)
	}
	for i := range s.facts {
		sf := &s.facts[i]
		if !slices.Contains(own, sf.sym) && !sf.fact.Contains(t.fact(sf.sym)) {
			return false
		}
	}
	return true
}

// shared tells whether one of some variables other than v refers to v's symbol.
func (s *state) shared(v Var, vars []Var) bool {
	y := s.sym(v)
	for _, w := range vars {
		if w != v && s.sym(w) == y {
			return true
		}
	}
	return false
}

// forget drops what no live variable refers to. Facts on parameters (symbols
// below keep) stay: they are the conditions of the summary. It changes s.
func (s *state) forget(live []Var, keep sym) {
	m := s.mem
	m.held = m.held[:0]
	for _, v := range live {
		m.held = append(m.held, s.vals[v])
	}
	copy(s.vals, m.table.initialIDs)
	for i, v := range live {
		s.vals[v] = m.held[i]
	}
	i := 0
	for i < len(s.facts) && s.facts[i].sym < keep {
		i++
	}
	if i == len(s.facts) {
		return
	}
	m.glance(m.table.symbols)
	for _, id := range m.held {
		if y := m.table.syms[id]; y != noSym {
			m.seen[y] = m.look
		}
	}
	kept := s.facts[:i]
	for ; i < len(s.facts); i++ {
		if m.seen[s.facts[i].sym] == m.look {
			kept = append(kept, s.facts[i])
		}
	}
	s.facts = kept
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
