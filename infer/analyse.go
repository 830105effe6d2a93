package infer

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
