package infer

import "slices"

// Bounds of the state set. A function in which nothing changes the count and
// nothing is required needs few states: only its return value is of interest.
const (
	maxStatesPlain  = 3  // per block and mode, in functions without effects
	maxStatesEffect = 12 // per block and mode, in the others
	maxModes        = 12 // per block; more make the count ambiguous
	maxSteps        = 40000
)

// analysis runs one function to a fixed point.
type analysis struct {
	sol   *Solution
	fn    *Func
	out   *collector
	live  [][]bool
	order []int // block -> position in reverse post-order

	opBase  []int // block -> number of its first op in the flat numbering
	nOps    int
	maxKeep int
	in      []blockStates
	pending [][]*state
	joins   []int
	steps   int
}

type blockStates struct {
	modes []mode
	sets  [][]*state // by mode
}

// analyse derives the summary of f from those of its callees.
func (sol *Solution) analyse(f *Func) *Summary {
	a := &analysis{sol: sol, fn: f, out: newCollector(f)}
	a.order = reversePostOrder(f)
	a.live = liveness(f)
	a.opBase = make([]int, len(f.Blocks)+1)
	for b := range f.Blocks {
		a.opBase[b+1] = a.opBase[b] + len(f.Blocks[b].Ops)
	}
	a.nOps = a.opBase[len(f.Blocks)]
	a.maxKeep = maxStatesPlain
	if sol.hasEffects(f) {
		a.maxKeep = maxStatesEffect
	}
	a.in = make([]blockStates, len(f.Blocks))
	a.pending = make([][]*state, len(f.Blocks))
	a.joins = make([]int, len(f.Blocks))

	entry := &state{mode: mode{entry: Any}, vals: make([]value, len(f.Vars))}
	for v := range f.Vars {
		entry.vals[v] = symbol(a.initial(Var(v)))
	}
	for i, p := range f.Params {
		entry.vals[p.Var] = symbol(sym(i))
	}
	a.arrive(0, entry)
	a.run()
	return a.out.summary(sol)
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
	byOrder := make([]int, len(a.order))
	for b, o := range a.order {
		if o >= 0 {
			byOrder[o] = b
		}
	}
	for {
		progress := false
		for _, b := range byOrder {
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
		for _, to := range t.To {
			a.arrive(to, s)
		}
	case If:
		v, ok := a.operand(s, t.Cond)
		if !ok {
			a.arrive(t.To[0], s)
			a.arrive(t.To[1], s)
			return
		}
		if y := s.assume(v, Except(0)); y != nil {
			a.arrive(t.To[0], y)
		}
		if n := s.assume(v, One(0)); n != nil {
			a.arrive(t.To[1], n)
		}
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
	s.forget(a.live[b], a.initial, sym(len(a.fn.Params)))
	bs := &a.in[b]
	m := slices.Index(bs.modes, s.mode)
	if m < 0 {
		if len(bs.modes) >= maxModes && !s.ambiguous {
			s.mode = mode{ambiguous: true, entry: Any}
			a.out.ambiguous = true
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
			if t.vals[v].equal(s.vals[v]) {
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
	j := &state{mode: s.mode, vals: make([]value, len(s.vals)), taken: s.taken}
	// What still changes after a while is widened; after a longer while
	// everything is, so that the set cannot grow for ever.
	widen, giveUp := a.joins[b] > 4*a.maxKeep, a.joins[b] > 12*a.maxKeep
	fresh := map[sym]bool{}
	for v := range s.vals {
		if giveUp || !s.vals[v].equal(t.vals[v]) {
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
		x, y := s.vals[v], t.vals[v]
		if !giveUp && x.equal(y) && !(x.symbolic() && fresh[x.sym]) {
			j.vals[v] = x
			continue
		}
		p := a.joined(b, Var(v))
		j.vals[v] = symbol(p)
		f := s.factOf(x).Join(t.factOf(y))
		if widen {
			f = Fact{}
		}
		j.setFact(p, f)
	}
	return j
}

// reversePostOrder numbers the blocks that can be reached; -1 for the others.
func reversePostOrder(f *Func) []int {
	order := make([]int, len(f.Blocks))
	for i := range order {
		order[i] = -1
	}
	next := len(f.Blocks)
	type frame struct{ block, edge int }
	seen := make([]bool, len(f.Blocks))
	stack := []frame{{0, 0}}
	seen[0] = true
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		to := f.Blocks[top.block].Term.To
		if top.edge < len(to) {
			b := to[top.edge]
			top.edge++
			if !seen[b] {
				seen[b] = true
				stack = append(stack, frame{b, 0})
			}
			continue
		}
		next--
		order[top.block] = next
		stack = stack[:len(stack)-1]
	}
	for b := range order {
		if order[b] >= 0 {
			order[b] -= next
		}
	}
	return order
}

// liveness tells, for each block, which variables may be read in it or after.
func liveness(f *Func) [][]bool {
	live := make([][]bool, len(f.Blocks))
	for b := range live {
		live[b] = make([]bool, len(f.Vars))
	}
	for changed := true; changed; {
		changed = false
		for b := len(f.Blocks) - 1; b >= 0; b-- {
			now := make([]bool, len(f.Vars))
			blk := &f.Blocks[b]
			for _, to := range blk.Term.To {
				for v, l := range live[to] {
					now[v] = now[v] || l
				}
			}
			use := func(o Operand) {
				if o.Kind == OperandVar {
					now[o.Var] = true
				}
			}
			use(blk.Term.Cond)
			for _, o := range blk.Term.Values {
				use(o)
			}
			for i := len(blk.Ops) - 1; i >= 0; i-- {
				op := &blk.Ops[i]
				if op.Kind == OpAssign && op.Dst >= 0 {
					now[op.Dst] = false
				}
				if op.Call != nil {
					for _, d := range op.Call.Dsts {
						if d.Var >= 0 {
							now[d.Var] = false
						}
					}
					for _, arg := range op.Call.Args {
						use(arg.Value)
					}
					if op.Call.Target.Kind == Indirect && op.Call.Target.Var >= 0 {
						now[op.Call.Target.Var] = true
					}
				}
				use(op.Expr.A)
				use(op.Expr.B)
			}
			if !slices.Equal(now, live[b]) {
				live[b] = now
				changed = true
			}
		}
	}
	return live
}
