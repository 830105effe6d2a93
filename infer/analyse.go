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
	*body
	sol *Solution
	mem *scratch
	out *collector

	maxKeep int
	in      []blockStates
	pending [][]*state
	joins   []int
	steps   int
	// undecided are the blocks whose branch one and the same state took both ways.
	undecided []bool
	// torn is set where a call changes the count by what nobody here knows.
	torn bool
	at   int // the block being analysed
	// depth is how many callers deep constants were given; see special.
	depth int
}

type blockStates struct {
	modes []mode
	sets  [][]*state // by mode
}

// body is a function prepared for analysis: sliced, with its blocks ending behind
// each call.
type body struct {
	fn     *Func
	live   [][]bool
	order  []int // reachable blocks in reverse post-order
	opBase []int // block -> number of its first op in the flat numbering
	nOps   int
}

func (sol *Solution) newBody(f *Func, all bool) *body {
	f = sol.slice(f, all)
	a := &body{fn: f, live: liveness(f), order: reversePostOrder(f), opBase: make([]int, len(f.Blocks))}
	for b := range f.Blocks {
		a.opBase[b] = a.nOps
		a.nOps += len(f.Blocks[b].Ops)
	}
	return a
}

// splitAtCalls ends a block behind each call, so that the states that a callee's
// exits multiply are joined before the next call.
func splitAtCalls(f *Func) *Func {
	g := *f
	g.Blocks = slices.Clone(f.Blocks)
	for b := range f.Blocks {
		at := b
		ops, base := f.Blocks[b].Ops, 0
		for i := range ops {
			if ops[i].Kind == OpCall && i+1 < len(ops) {
				g.Blocks[at].Ops = ops[base : i+1]
				g.Blocks[at].Term = Term{Kind: Goto, To: []int{len(g.Blocks)}}
				at, base = len(g.Blocks), i+1
				g.Blocks = append(g.Blocks, Block{})
			}
		}
		g.Blocks[at] = Block{Ops: ops[base:], Term: f.Blocks[b].Term}
	}
	return &g
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
	a := &analysis{sol: sol, body: sol.newBody(n.fn, how.all), out: newCollector(n.fn), depth: how.depth}
	f := a.body.fn
	a.maxKeep = maxStates[sol.effects(f)]
	a.in = make([]blockStates, len(f.Blocks))
	a.pending = make([][]*state, len(f.Blocks))
	a.joins = make([]int, len(f.Blocks))
	a.undecided = make([]bool, len(f.Blocks))

	a.mem = newScratch(len(f.Vars), a.initial(0))
	entry := &state{mode: mode{entry: Any}, mem: a.mem, vals: make([]valueID, len(f.Vars))}
	for v := range f.Vars {
		entry.vals[v] = valueID(v)
	}
	for i, p := range f.Params {
		entry.set(p.Var, symbol(sym(i)))
		if v, ok := how.given[i]; ok {
			entry.set(p.Var, v)
		}
	}
	a.arrive(0, entry)
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

func (a *analysis) run() {
	for {
		progress := false
		for _, b := range a.order {
			for len(a.pending[b]) > 0 {
				s := a.pending[b][0]
				a.pending[b] = a.pending[b][1:]
				progress = true
				a.block(b, s)
			}
		}
		if !progress {
			return
		}
	}
}

func (a *analysis) block(b int, s *state) {
	a.at = b
	states := []*state{s}
	for i := range a.fn.Blocks[b].Ops {
		op := &a.fn.Blocks[b].Ops[i]
		var next []*state
		for _, s := range states {
			a.steps++
			next = append(next, a.op(op, a.opBase[b]+i, s)...)
		}
		states = next
	}
	t := &a.fn.Blocks[b].Term
	for _, s := range states {
		a.term(b, t, s)
	}
}

func (a *analysis) term(b int, t *Term, s *state) {
	switch t.Kind {
	case Goto, Choose:
		a.undecided[b] = a.undecided[b] || t.Kind == Choose
		for _, to := range t.To {
			a.arrive(to, s)
		}
	case If:
		v, ok := a.operand(s, t.Cond)
		if !ok {
			a.undecided[b] = true
			a.arrive(t.To[0], s)
			a.arrive(t.To[1], s)
			return
		}
		y, n := s.assume(v, Except(0)), s.assume(v, One(0))
		if y != nil {
			a.arrive(t.To[0], y)
		}
		if n != nil {
			a.arrive(t.To[1], n)
		}
		a.undecided[b] = a.undecided[b] || y != nil && n != nil
	case Switch:
		v, ok := a.operand(s, t.Cond)
		rest := allInts
		for i, iv := range t.Ranges {
			set := Between(iv.Lo, iv.Hi)
			rest = rest.Intersect(set.Complement())
			if !ok {
				a.arrive(t.To[i], s)
			} else if y := s.assume(v, set); y != nil {
				a.arrive(t.To[i], y)
			}
		}
		if !ok {
			a.arrive(t.To[len(t.Ranges)], s)
		} else if n := s.assume(v, rest); n != nil {
			a.arrive(t.To[len(t.Ranges)], n)
		}
	case Return:
		if s = a.followed(s); s == nil {
			return
		}
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
	if a.fn.NonNull == 0 || a.sol.effects(a.fn) != changes {
		return s
	}
	for i, p := range a.fn.Params {
		if p.Path == "" && p.Arg < 64 && a.fn.NonNull>>p.Arg&1 != 0 && s != nil {
			s = s.assume(symbol(sym(i)), Except(0))
		}
	}
	return s
}

func (a *analysis) retValue(s *state, v value) RetValue {
	if v.kind == valPred { // what the path already decided is a constant
		if s.assume(v, One(0)) == nil {
			return RetValue{val: constant(1)}
		}
		if s.assume(v, Except(0)) == nil {
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
	var c Cond
	for _, sf := range s.facts {
		if int(sf.sym) < len(a.fn.Params) {
			c = append(c, Atom{int(sf.sym), sf.fact})
		}
	}
	return c
}

// arrive adds a state to a block's set, joining where the set is full.
func (a *analysis) arrive(b int, s *state) {
	s = s.clone()
	s.forget(a.live[b], sym(len(a.fn.Params)))
	bs := &a.in[b]
	m := slices.Index(bs.modes, s.mode)
	if m < 0 {
		if len(bs.modes) >= maxModes && !s.ambiguous {
			s.mode = ambiguousMode
			m = slices.Index(bs.modes, s.mode)
		}
		if m < 0 {
			bs.modes = append(bs.modes, s.mode)
			bs.sets = append(bs.sets, nil)
			m = len(bs.modes) - 1
		}
	}
	set := bs.sets[m]
	joined := func(v Var) sym { return a.joined(b, v) }
	for _, t := range set {
		if t.subsumes(s, joined) {
			return
		}
	}
	keep := a.maxKeep
	if a.steps > maxSteps {
		keep = 1
	}
	if len(set) < keep {
		bs.sets[m] = append(set, s)
		a.pending[b] = append(a.pending[b], s)
		return
	}
	// Join with the one that is most alike; prefer one that a join made already.
	best, score := 0, -1
	for i, t := range set {
		n := 0
		for v := range t.vals {
			if t.vals[v] == s.vals[v] {
				n++
			}
		}
		if n >= score {
			best, score = i, n
		}
	}
	a.joins[b]++
	j := a.join(b, set[best], s)
	if i := slices.Index(a.pending[b], set[best]); i >= 0 {
		a.pending[b] = slices.Delete(a.pending[b], i, i+1)
	}
	set[best] = j
	a.pending[b] = append(a.pending[b], j)
}

// join stands for both s and t, which share a mode, before block b.
func (a *analysis) join(b int, s, t *state) *state {
	j := a.mem.state(s, 0)
	j.facts, j.guessed, j.kept, j.again = a.mem.copyFacts(nil, len(s.facts)), s.guessed || t.guessed, s.kept && t.kept, s.again && t.again
	// What still changes after a while is widened; after a longer while nothing
	// is known any more but the values that all agree on, so that the set cannot
	// change for ever.
	widen, giveUp := a.joins[b] > 4*a.maxKeep, a.joins[b] > 12*a.maxKeep
	fresh := map[sym]bool{}
	for v := range s.vals {
		if s.vals[v] != t.vals[v] {
			fresh[a.joined(b, Var(v))] = true
		}
	}
	for _, sf := range s.facts {
		if fresh[sf.sym] || giveUp {
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
	for v := range s.vals {
		x := s.held(Var(v))
		if s.vals[v] == t.vals[v] && !(x.symbolic() && fresh[x.sym]) {
			j.vals[v] = s.vals[v]
			continue
		}
		if w, ok := either(*x, *t.held(Var(v)), len(a.fn.Params)); ok && !giveUp && !fresh[w.sym] {
			j.set(Var(v), w)
			continue
		}
		p := a.joined(b, Var(v))
		f := s.factOf(*x).Join(t.factOf(*t.held(Var(v))))
		j.set(Var(v), symbol(p))
		if widen || giveUp {
			f = Fact{}
		}
		j.setFact(p, f)
	}
	return j
}
