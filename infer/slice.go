package infer

import "slices"

// slice cuts a function down to what its summary can depend on: the calls that
// do or ask something, the returned values, the branches that decide which of
// these are met, and the variables that decide the branches. Everything between
// is skipped. A path that ends in unreachable code decides nothing.
//
// The summaries of callees say what a call does, so the slice holds only until
// one of them changes.
type slicer struct {
	sol      *Solution
	f        *Func
	skipRT   bool // nothing here changes the count: where locks are taken is all the same
	all      bool // every call stays
	relevant []bool
	needed   []bool
	next     []int  // block -> the first block that matters from it on; none is -1
	ends     []int  // block -> number of ops up to one that never returns
	dead     []bool // block -> there is such an op
}

const none = -1

func (sol *Solution) slice(f *Func, all bool) *Func {
	s := &slicer{sol: sol, f: splitAtCalls(f), skipRT: sol.effects(f) != changes, all: all}
	n := len(s.f.Blocks)
	s.relevant, s.needed = make([]bool, n), make([]bool, len(s.f.Vars))
	s.next, s.ends, s.dead = make([]int, n), make([]int, n), make([]bool, n)
	for b := range s.f.Blocks {
		blk := &s.f.Blocks[b]
		s.ends[b] = len(blk.Ops)
		for i := range blk.Ops {
			if c := blk.Ops[i].Call; c != nil && c.Target.Kind == Direct && c.Annotation == nil && len(sol.summaryOf(c.Target.Func).Exits) == 0 {
				s.ends[b], s.dead[b] = i+1, true
				break
			}
		}
		for _, v := range blk.Term.Values {
			s.need(v)
		}
	}
	for s.step() {
	}
	return s.build()
}

// need marks a variable; it tells whether that is news.
func (s *slicer) need(o Operand) bool {
	if o.Kind != OperandVar || o.Var < 0 || s.needed[o.Var] {
		return false
	}
	s.needed[o.Var] = true
	return true
}

// matters tells whether an operation has to stay.
func (s *slicer) matters(op *Op) bool {
	switch op.Kind {
	case OpAssign:
		return op.Dst >= 0 && s.needed[op.Dst]
	case OpStore:
		return false
	}
	for _, d := range op.Call.Dsts {
		if d.Var >= 0 && s.needed[d.Var] {
			return true
		}
	}
	return s.all || s.sol.callMatters(s.f, op.Call, s.skipRT)
}

// callMatters tells whether a call in f does or asks anything.
func (sol *Solution) callMatters(f *Func, c *Call, skipRT bool) bool {
	if c.Annotation != nil {
		return true
	}
	switch c.Target.Kind {
	case Direct:
		s := sol.summaryOf(c.Target.Func)
		return s.matters(skipRT) || s.sleepsUnknown(f)
	case SlotCall:
		j, ok := sol.find(slotPrefix + c.Target.Slot)
		return !ok || sol.opts.Indirect != IndirectTargets || sol.at(j).sum.matters(skipRT)
	}
	return true
}

func (s *Summary) matters(skipRT bool) bool {
	return s.effect() != noEffect || !skipRT && len(s.Reqs) > 0
}

// step widens the slice once; it tells whether that changed anything.
func (s *slicer) step() bool {
	changed := false
	for b := range s.f.Blocks {
		blk := &s.f.Blocks[b]
		for i := range blk.Ops[:s.ends[b]] {
			op := &blk.Ops[i]
			if !s.matters(op) {
				continue
			}
			s.relevant[b] = true
			if op.Kind == OpAssign {
				changed = s.need(op.Expr.A) || changed
				changed = s.need(op.Expr.B) || changed
				continue
			}
			for _, a := range op.Call.Args {
				changed = s.need(a.Value) || changed
			}
			if op.Call.Target.Kind == Indirect {
				changed = s.need(VarOf(op.Call.Target.Var)) || changed
			}
		}
		if blk.Term.Kind == Return && !s.dead[b] {
			s.relevant[b] = true
		}
	}
	s.findNext()
	for b := range s.f.Blocks {
		if t := &s.f.Blocks[b].Term; s.next[b] == b && s.decides(b) {
			changed = s.need(t.Cond) || changed
		}
	}
	return changed
}

// findNext finds, from each block on, the first block that matters: a relevant
// one, or one where ways to different relevant blocks part.
func (s *slicer) findNext() {
	for b := range s.next {
		s.next[b] = none
	}
	for again := true; again; {
		again = false
		for b := len(s.next) - 1; b >= 0; b-- {
			n := b
			if !s.relevant[b] {
				n = s.after(b)
			}
			if n != s.next[b] && s.next[b] != b {
				s.next[b] = n
				again = true
			}
		}
	}
}

// after is where a block's ways lead, b itself if they part.
func (s *slicer) after(b int) int {
	if s.dead[b] {
		return none
	}
	n := none
	for _, to := range s.f.Blocks[b].Term.To {
		switch m := s.next[to]; {
		case m == none || m == n:
		case n == none:
			n = m
		default:
			return b
		}
	}
	return n
}

// decides tells whether it matters which way the block's branch goes.
func (s *slicer) decides(b int) bool {
	t := &s.f.Blocks[b].Term
	return (t.Kind == If || t.Kind == Switch) && !s.dead[b] && s.after(b) == b
}

// build makes the function that is left.
func (s *slicer) build() *Func {
	g := *s.f
	g.Blocks = nil
	number := make([]int, len(s.f.Blocks))
	for b := range number {
		number[b] = none
	}
	work := []int{s.next[0]}
	visit := func(b int) int {
		if b == none {
			return none
		}
		if number[b] == none {
			number[b] = len(g.Blocks)
			g.Blocks = append(g.Blocks, Block{})
			work = append(work, b)
		}
		return number[b]
	}
	work = work[:0]
	if visit(s.next[0]) == none {
		g.Blocks = []Block{{Term: Term{Kind: Unreachable}}}
		return &g
	}
	for len(work) > 0 {
		b := work[0]
		work = work[1:]
		old := &s.f.Blocks[b]
		var blk Block
		for i := range old.Ops[:s.ends[b]] {
			if s.matters(&old.Ops[i]) {
				blk.Ops = append(blk.Ops, old.Ops[i])
			}
		}
		t := old.Term
		switch {
		case s.dead[b]:
			t = Term{Kind: Unreachable, Pos: t.Pos}
		case s.decides(b), t.Kind == Choose:
			t.To = slices.Clone(t.To)
			for i, to := range t.To {
				t.To[i] = visit(s.next[to])
			}
		case t.Kind != Return && t.Kind != Unreachable:
			if n := visit(s.after(b)); n == none {
				t = Term{Kind: Unreachable, Pos: t.Pos}
			} else {
				t = Term{Kind: Goto, Pos: t.Pos, To: []int{n}}
			}
		}
		g.Blocks[number[b]] = blk
		g.Blocks[number[b]].Term = t
	}
	g.replaceNone()
	s.compact(&g)
	return &g
}

// compact renumbers the variables that are left.
func (s *slicer) compact(g *Func) {
	number := make([]Var, len(g.Vars))
	for v := range number {
		number[v] = NoVar
	}
	names, fields := g.Vars, g.Fields
	g.Vars, g.Fields = nil, nil
	keep := func(v Var) Var {
		if v < 0 {
			return NoVar
		}
		if number[v] == NoVar {
			number[v] = Var(len(g.Vars))
			g.Vars = append(g.Vars, names[v])
			if slot, ok := fields[v]; ok {
				if g.Fields == nil {
					g.Fields = map[Var]string{}
				}
				g.Fields[number[v]] = slot
			}
		}
		return number[v]
	}
	operand := func(o Operand) Operand {
		if o.Kind == OperandVar {
			o.Var = keep(o.Var)
		}
		return o
	}
	g.Params = slices.Clone(g.Params)
	for i := range g.Params {
		g.Params[i].Var = keep(g.Params[i].Var)
	}
	for b := range g.Blocks {
		blk := &g.Blocks[b]
		for i := range blk.Ops {
			op := &blk.Ops[i]
			op.Expr.A, op.Expr.B = operand(op.Expr.A), operand(op.Expr.B)
			if op.Kind == OpAssign {
				op.Dst = keep(op.Dst)
			}
			if op.Call == nil {
				continue
			}
			c := *op.Call
			c.Args, c.Dsts = slices.Clone(c.Args), slices.Clone(c.Dsts)
			for k := range c.Args {
				c.Args[k].Value = operand(c.Args[k].Value)
			}
			for k := range c.Dsts {
				if v := c.Dsts[k].Var; v >= 0 && !s.needed[v] {
					c.Dsts[k].Var = NoVar
				} else {
					c.Dsts[k].Var = keep(v)
				}
			}
			if c.Target.Kind == Indirect {
				c.Target.Var = keep(c.Target.Var)
			}
			op.Call = &c
		}
		t := &blk.Term
		t.Cond = operand(t.Cond)
		t.Values = slices.Clone(t.Values)
		for i := range t.Values {
			t.Values[i] = operand(t.Values[i])
		}
	}
}

// replaceNone gives the edges that lead nowhere a block to lead to.
func (f *Func) replaceNone() {
	dead := none
	for b := range f.Blocks {
		for i, to := range f.Blocks[b].Term.To {
			if to != none {
				continue
			}
			if dead == none {
				dead = len(f.Blocks)
				f.Blocks = append(f.Blocks, Block{Term: Term{Kind: Unreachable}})
			}
			f.Blocks[b].Term.To[i] = dead
		}
	}
}

// skipped accounts for the calls that a slice leaves out: what they rest on,
// and the locks they take.
func (a *analysis) skipped(f *Func) {
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			op := &f.Blocks[b].Ops[i]
			if op.Call == nil || op.Call.Annotation != nil {
				continue
			}
			switch op.Call.Target.Kind {
			case Direct:
				c := a.sol.summaryOf(op.Call.Target.Func)
				if c.effect() != noEffect || c.sleepsUnknown(f) {
					continue
				}
				a.callee(op, op.Call.Target.Func, reach{})
				a.takesLocks(op, c)
			case SlotCall:
				if j, ok := a.sol.find(slotPrefix + op.Call.Target.Slot); ok && a.sol.opts.Indirect == IndirectTargets && a.sol.at(j).sum.effect() == noEffect {
					a.out.rest(a.sol.nodes[j].id, reach{})
					a.takesLocks(op, a.sol.at(j).sum)
				}
			}
		}
	}
}

func (a *analysis) takesLocks(op *Op, c *Summary) {
	for _, r := range c.Reqs {
		if r.Kind == SleepsOnRT {
			a.out.require(&Req{Kind: SleepsOnRT, Expect: Any, AnyIRQ: true, Pos: op.Pos, Text: op.Call.Text, Callee: c.Name, Next: r, depth: r.depth + 1})
		}
	}
}
