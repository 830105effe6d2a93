package infer

import "slices"

// Bounds of the state set.
const (
	maxModes = 12 // per block; more make the count ambiguous
	maxSteps = 20000
)

// maxStates is how many states are kept per block and mode. A function in which
// nothing changes the count needs few: only conditions of requirements and of
// the returned value are of interest.
var maxStates = [...]int{noEffect: 3, tells: 3, asks: 5, changes: 10}

// analysis runs one function to a fixed point.
type analysis struct {
	body
	sol *Solution
	mem *scratch
	out *collector

	maxKeep int
	in      []blockStates
	steps   int
	// undecided are the blocks whose branch one and the same state took both ways.
	undecided []bool
	// torn is set where a call changes the count by what nobody here knows.
	torn bool
	at   int // the block being analysed
	// depth is how many callers deep constants were given; see special.
	depth int
	// told is what cond was for the state asked about last, while a call is run.
	told struct {
		s *state
		c Cond
	}
}

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

// analyse derives the summary of a function from those of its callees.
func (sol *Solution) analyse(n *node) *Summary {
	a := sol.explore(n, exploring{})
	defer a.mem.free()
	a.skipped(n.fn)
	return a.out.summary(doubts{count: a.explained, loop: a.loopDoubt, contrary: a.stateDecides})
}

// exploring says how a function is run through: with every call, not only those that
// do or ask something, or with some parameters given. Depth is how many callers
// deep that is.
type exploring struct {
	all   bool
	given map[int]value
	depth int
}

// explore runs a function through all its states, which are in mem until that is
// freed.
func (sol *Solution) explore(n *node, how exploring) *analysis {
	mem := newScratch()
	a := &analysis{sol: sol, mem: mem, body: sol.newBody(mem, n, how.all), out: newCollector(n.fn), depth: how.depth}
	f := a.body.fn
	a.maxKeep = maxStates[a.effects]
	a.in = mem.blockStates.zeros(len(f.Blocks))
	a.undecided = mem.bools.zeros(len(f.Blocks))

	mem.table.reset(len(f.Vars), a.initial(0), a.symbols())
	entry := &mem.states.take(1)[0]
	*entry = state{mode: mode{entry: Any}, mem: mem, vals: mem.vals.take(len(f.Vars))}
	copy(entry.vals, mem.table.initialIDs)
	for i, p := range f.Params {
		entry.set(p.Var, symbol(sym(i)))
		if v, ok := how.given[i]; ok {
			entry.set(p.Var, v)
		}
	}
	a.arrive(0, entry, true)
	a.run()
	return a
}

// The symbols of a function, in one numbering: parameters; the initial values
// of variables; what a join of variable v before block b left; the results of
// operations, and the results of the round before (in a loop).
func (a *analysis) initial(v Var) sym { return sym(len(a.fn.Params) + int(v)) }

func (a *analysis) joined(b int, v Var) sym {
	return sym(len(a.fn.Params) + len(a.fn.Vars)*(1+b) + int(v))
}

func (a *analysis) result(op, i int) (now, before sym) {
	base := len(a.fn.Params) + len(a.fn.Vars)*(1+len(a.fn.Blocks))
	n := sym(base + 2*(op+i*a.nOps))
	return n, n + 1
}

// symbols is how many symbols there are.
func (a *analysis) symbols() int {
	results := 1
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			if c := a.fn.Blocks[b].Ops[i].Call; c != nil {
				results = max(results, len(c.Dsts))
			}
		}
	}
	_, last := a.result(a.nOps, results-1)
	return int(last) + 1
}

func (a *analysis) run() {
	for {
		progress := false
		for _, b := range a.order {
			for bs := &a.in[b]; bs.first < len(bs.pending); {
				s := bs.pending[bs.first]
				bs.first++
				progress = true
				a.block(b, s)
			}
		}
		if !progress {
			return
		}
	}
}

// block runs a block in state s. Only its last operation may be a call.
func (a *analysis) block(b int, s *state) {
	a.at = b
	blk := &a.fn.Blocks[b]
	own := false // s is nobody else's, and may be changed
	for i := range blk.Ops {
		op := &blk.Ops[i]
		a.steps++
		if op.Kind == OpCall {
			a.told.s = nil // states change between calls
			for _, t := range a.call(op, a.opBase[b]+i, s) {
				a.term(b, &blk.Term, t, true)
			}
			return
		}
		if s, own = a.assign(op, a.opBase[b]+i, s, own); s == nil {
			return
		}
	}
	a.term(b, &blk.Term, s, own)
}

// term ends a block in state s, which may be changed where it is its own.
func (a *analysis) term(b int, t *Term, s *state, own bool) {
	switch t.Kind {
	case Goto, Choose:
		a.undecided[b] = a.undecided[b] || t.Kind == Choose
		for i, to := range t.To {
			a.arrive(to, s, own && i == len(t.To)-1)
		}
	case If:
		v, ok := a.operand(s, t.Cond)
		if !ok {
			a.undecided[b] = true
			a.arrive(t.To[0], s, false)
			a.arrive(t.To[1], s, own)
			return
		}
		y, n := s.assume(v, notZero), s.assume(v, onlyZero)
		if y != nil {
			a.arrive(t.To[0], y, own && n == nil)
		}
		if n != nil {
			a.arrive(t.To[1], n, own)
		}
		a.undecided[b] = a.undecided[b] || y != nil && n != nil
	case Switch:
		v, ok := a.operand(s, t.Cond)
		rest := allInts
		for i, iv := range t.Ranges {
			set := Between(iv.Lo, iv.Hi)
			rest = rest.Intersect(set.Complement())
			if !ok {
				a.arrive(t.To[i], s, false)
			} else if y := s.assume(v, set); y != nil {
				a.arrive(t.To[i], y, false)
			}
		}
		if !ok {
			a.arrive(t.To[len(t.Ranges)], s, own)
		} else if n := s.assume(v, rest); n != nil {
			a.arrive(t.To[len(t.Ranges)], n, own)
		}
	case Return:
		if s = a.followed(s); s == nil {
			return
		}
		a.told.s = nil
		rets := make([]RetValue, len(a.fn.Rets))
		for i := range rets {
			rets[i] = factValue(Fact{})
			if i < len(t.Values) {
				if v, ok := a.operand(s, t.Values[i]); ok {
					rets[i] = a.retValue(s, v)
				}
			}
		}
		a.out.exit(s, a.cond(s), rets, t.Pos)
	}
}

// followed is the state at a return of a function that changes the count, where
// the pointers that it followed on every way are not NULL. What others follow is
// of no interest to their callers.
func (a *analysis) followed(s *state) *state {
	if a.fn.NonNull == 0 || a.effects != changes {
		return s
	}
	for i, p := range a.fn.Params {
		if p.Path == "" && p.Arg < 64 && a.fn.NonNull>>p.Arg&1 != 0 && s != nil {
			s = s.assume(symbol(sym(i)), notZero)
		}
	}
	return s
}

func (a *analysis) retValue(s *state, v value) RetValue {
	if v.kind == valPred { // what the path already decided is a constant
		if s.assume(v, onlyZero) == nil {
			return RetValue{val: constant(1)}
		}
		if s.assume(v, notZero) == nil {
			return RetValue{val: constant(0)}
		}
	}
	if v.symbolic() && int(v.sym) >= len(a.fn.Params) {
		return factValue(s.factOf(v))
	}
	return RetValue{val: v}
}

// cond is the condition on parameters under which a state is reached.
func (a *analysis) cond(s *state) Cond {
	n := 0
	for n < len(s.facts) && int(s.facts[n].sym) < len(a.fn.Params) {
		n++
	}
	if n == 0 {
		return nil
	}
	if s == a.told.s {
		return a.told.c
	}
	c := make(Cond, n)
	for i := range c {
		c[i] = Atom{int(s.facts[i].sym), s.facts[i].fact}
	}
	a.told.s, a.told.c = s, c
	return c
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
