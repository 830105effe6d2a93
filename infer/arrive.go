package infer

import "slices"

// blockStates are the states in which a block is come by.
type blockStates struct {
	modes []modeStates
	// pending are those that the block was not run in yet, from first on.
	pending []*state
	first   int
	joins   int
}

// modeStates are the states of one mode.
type modeStates struct {
	mode
	states []*state
}

// pend adds a state to run the block in.
func (bs *blockStates) pend(s *state) {
	if bs.first == len(bs.pending) {
		bs.pending, bs.first = bs.pending[:0], 0
	}
	bs.pending = append(bs.pending, s)
}

// drop takes back a state that the block was not run in yet.
func (bs *blockStates) drop(s *state) {
	if i := slices.Index(bs.pending[bs.first:], s); i >= 0 {
		bs.pending = slices.Delete(bs.pending, bs.first+i, bs.first+i+1)
	}
}

// arrive adds a state to a block's set, joining where the set is full. The state is
// changed where it is its own, and copied otherwise.
func (a *analysis) arrive(b int, s *state, own bool) {
	undo := a.mem.markState()
	if !own {
		s = a.mem.state(s, 0)
	}
	s.forget(a.live[b], sym(len(a.fn.Params)))
	bs := &a.in[b]
	set := a.statesOf(bs, s)
	joined := a.joined(b, 0)
	for _, t := range set.states {
		if t.subsumes(s, a.live[b], joined) {
			if !own {
				a.mem.undoState(undo)
			}
			return
		}
	}
	keep := a.maxKeep
	if a.steps > maxSteps {
		keep = 1
	}
	if len(set.states) < keep {
		set.states = append(set.states, s)
		bs.pend(s)
		return
	}
	// Join with the one that is most alike; prefer one that a join made already.
	best, score := 0, -1
	for i, t := range set.states {
		n := 0
		for _, v := range a.live[b] {
			if t.vals[v] == s.vals[v] {
				n++
			}
		}
		if n >= score {
			best, score = i, n
		}
	}
	bs.joins++
	j := a.join(b, set.states[best], s)
	bs.drop(set.states[best])
	set.states[best] = j
	bs.pend(j)
}

// statesOf are the states of a block that s may be joined with: those of its mode,
// which is given up where there are too many.
func (a *analysis) statesOf(bs *blockStates, s *state) *modeStates {
	find := func() *modeStates {
		for m := range bs.modes {
			if bs.modes[m].mode == s.mode {
				return &bs.modes[m]
			}
		}
		return nil
	}
	if found := find(); found != nil {
		return found
	}
	if len(bs.modes) >= maxModes && !s.ambiguous {
		s.mode = ambiguousMode
		if found := find(); found != nil {
			return found
		}
	}
	if bs.modes == nil {
		bs.modes, bs.pending = a.mem.modes.take(2)[:0], a.mem.lists.take(a.maxKeep)[:0]
	}
	bs.modes = append(bs.modes, modeStates{s.mode, a.mem.lists.take(a.maxKeep)[:0]})
	return &bs.modes[len(bs.modes)-1]
}

// join stands for both s and t, which share a mode, before block b.
func (a *analysis) join(b int, s, t *state) *state {
	j := a.mem.state(s, 0)
	j.facts, j.guessed, j.kept, j.again = a.mem.copyFacts(nil, len(s.facts)), s.guessed || t.guessed, s.kept && t.kept, s.again && t.again
	// What still changes after a while is widened; after a longer while nothing
	// is known any more but the values that all agree on, so that the set cannot
	// change for ever.
	widen, giveUp := a.in[b].joins > 4*a.maxKeep, a.in[b].joins > 12*a.maxKeep
	first := a.joined(b, 0)
	// A symbol is fresh where it stands for what this join makes of a variable.
	fresh := func(y sym) bool {
		v := y - first
		return v >= 0 && int(v) < len(s.vals) && s.vals[v] != t.vals[v]
	}
	for _, sf := range s.facts {
		if giveUp || fresh(sf.sym) {
			continue
		}
		f := sf.fact.Join(t.fact(sf.sym))
		if widen && !f.Equal(sf.fact) {
			f = Fact{}
		}
		if !f.IsTop() {
			j.facts = append(j.facts, symFact{sf.sym, f})
		}
	}
	for _, v := range a.live[b] {
		x := s.held(v)
		if s.vals[v] == t.vals[v] && !(x.symbolic() && fresh(x.sym)) {
			continue
		}
		if w, ok := either(*x, *t.held(v), len(a.fn.Params)); ok && !giveUp && !fresh(w.sym) {
			j.set(v, w)
			continue
		}
		f := s.factOf(*s.held(v)).Join(t.factOf(*t.held(v)))
		p := first + sym(v)
		j.set(v, symbol(p))
		if widen || giveUp {
			f = Fact{}
		}
		j.setFact(p, f)
	}
	return j
}
