package infer

// slice cuts a function down to what its summary can depend on: the calls that
// do or ask something, the returned values, the branches that decide which of
// these are met, and the variables that decide the branches. Everything between
// is skipped. A path that ends in unreachable code decides nothing.
//
// The summaries of callees say what a call does, so the slice holds only until
// one of them changes.
type slicer struct {
	sol      *Solution
	mem      *scratch
	f        *Func    // with blocks that end behind calls
	callees  []callee // of the operations, before blocks were split
	first    []int    // block -> number of its first operation there
	skipRT   bool     // nothing here changes the count: where locks are taken is all the same
	all      bool     // every call stays
	relevant []bool
	needed   []bool
	open     []opAt // the operations that do not matter so far, in order
	next     []int  // block -> the first block that matters from it on; none is -1
	ends     []int  // block -> number of ops up to one that never returns
	dead     []bool // block -> there is such an op

	// What is left: the function, its variables by those of f, what its operations
	// call, and the strongest effect of that.
	out     *Func
	number  []Var
	blocks  []int // by block of f
	left    []callee
	effects effect
}

// opAt is the place of an operation. call is set where it is a call that stays
// whatever becomes of its result.
type opAt struct {
	block, op int
	call      bool
}

const none = -1

func (sol *Solution) slice(mem *scratch, f *Func, callees []callee, all bool) *slicer {
	split, first := splitAtCalls(mem, f)
	n := len(split.Blocks)
	s := &mem.slicer
	*s = slicer{sol: sol, mem: mem, f: split, callees: callees, first: first, skipRT: strongest(callees) != changes, all: all,
		relevant: mem.bools.zeros(n), needed: mem.bools.zeros(len(f.Vars)), next: mem.ints.take(n), ends: mem.ints.take(n), dead: mem.bools.zeros(n)}
	s.open = mem.places.take(len(callees))[:0]
	for b := range s.f.Blocks {
		blk := &s.f.Blocks[b]
		s.ends[b] = len(blk.Ops)
		for i := range blk.Ops {
			s.open = append(s.open, opAt{b, i, s.stays(b, i)})
			if c := blk.Ops[i].Call; c != nil && c.Target.Kind == Direct && c.Annotation == nil && len(s.callee(b, i).sum.Exits) == 0 {
				s.ends[b], s.dead[b] = i+1, true
				break
			}
		}
		for i := range blk.Term.Values {
			s.need(&blk.Term.Values[i])
		}
		s.relevant[b] = blk.Term.Kind == Return && !s.dead[b]
	}
	for s.step() {
	}
	s.build()
	return s
}

func (s *slicer) callee(b, i int) *callee { return &s.callees[s.first[b]+i] }

// need marks a variable; it tells whether that is news.
func (s *slicer) need(o *Operand) bool { return o.Kind == OperandVar && s.needVar(o.Var) }

func (s *slicer) needVar(v Var) bool {
	if v < 0 || s.needed[v] {
		return false
	}
	s.needed[v] = true
	return true
}

// stays tells whether an operation is a call that does or asks anything.
func (s *slicer) stays(b, i int) bool {
	call := s.f.Blocks[b].Ops[i].Call
	if call == nil || s.all || call.Annotation != nil {
		return call != nil
	}
	switch c := s.callee(b, i); call.Target.Kind {
	case Direct:
		return c.effect != noEffect || !s.skipRT && len(c.sum.Reqs) > 0
	case SlotCall:
		return c.sum == nil || s.sol.opts.Indirect != IndirectTargets || c.effect != noEffect || !s.skipRT && len(c.sum.Reqs) > 0
	}
	return true
}

// matters tells whether an operation has to stay.
func (s *slicer) matters(op *Op, call bool) bool {
	switch op.Kind {
	case OpAssign:
		return op.Dst >= 0 && s.needed[op.Dst]
	case OpStore:
		return false
	}
	for i := range op.Call.Dsts {
		if v := op.Call.Dsts[i].Var; v >= 0 && s.needed[v] {
			return true
		}
	}
	return call
}

// step widens the slice once; it tells whether that changed anything. What it comes
// to depends on the order: what counts as a branch that decides something does so for
// good.
func (s *slicer) step() bool {
	changed := false
	open := s.open[:0]
	for _, at := range s.open {
		op := &s.f.Blocks[at.block].Ops[at.op]
		if !s.matters(op, at.call) {
			open = append(open, at)
			continue
		}
		s.relevant[at.block] = true
		if op.Kind == OpAssign {
			changed = s.need(&op.Expr.A) || changed
			changed = s.need(&op.Expr.B) || changed
			continue
		}
		for i := range op.Call.Args {
			changed = s.need(&op.Call.Args[i].Value) || changed
		}
		if op.Call.Target.Kind == Indirect {
			changed = s.needVar(op.Call.Target.Var) || changed
		}
	}
	s.open = open
	s.findNext()
	for b := range s.f.Blocks {
		if t := &s.f.Blocks[b].Term; s.next[b] == b && s.decides(b) {
			changed = s.need(&t.Cond) || changed
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

// build makes the function that is left, with its blocks and variables numbered anew,
// in the order in which they are come by.
func (s *slicer) build() {
	mem, f := s.mem, s.f
	mem.fn = *f
	g := &mem.fn
	s.out = g
	if s.next[0] == none {
		g.Blocks = mem.blocks.take(1)
		g.Blocks[0] = Block{Term: Term{Kind: Unreachable}}
		return
	}
	s.number, s.blocks = mem.vars.take(len(f.Vars)), mem.ints.take(len(f.Blocks))
	for v := range s.number {
		s.number[v] = NoVar
	}
	for b := range s.blocks {
		s.blocks[b] = none
	}
	g.Vars, g.Fields = mem.names.take(len(f.Vars))[:0], nil
	g.Params = mem.params.take(len(f.Params))
	for i := range f.Params {
		g.Params[i] = f.Params[i]
		g.Params[i].Var = s.keep(f.Params[i].Var)
	}
	g.Blocks = mem.blocks.take(len(f.Blocks) + 1)[:0]
	s.left = mem.callees.take(len(s.callees))[:0]
	work := mem.ints.take(len(f.Blocks))[:0]
	visit := func(b int) int {
		if b == none {
			return none
		}
		if s.blocks[b] == none {
			s.blocks[b] = len(work)
			work = append(work, b)
		}
		return s.blocks[b]
	}
	visit(s.next[0])
	for k := 0; k < len(work); k++ {
		b := work[k]
		g.Blocks = append(g.Blocks, Block{Ops: s.leave(b), Term: f.Blocks[b].Term})
		t := &g.Blocks[k].Term
		switch {
		case s.dead[b]:
			*t = Term{Kind: Unreachable, Pos: t.Pos}
		case s.decides(b), t.Kind == Choose:
			to := mem.ints.take(len(t.To))
			for i, n := range t.To {
				to[i] = visit(s.next[n])
			}
			t.To = to
		case t.Kind != Return && t.Kind != Unreachable:
			if n := visit(s.after(b)); n == none {
				*t = Term{Kind: Unreachable, Pos: t.Pos}
			} else {
				to := mem.ints.take(1)
				to[0] = n
				*t = Term{Kind: Goto, Pos: t.Pos, To: to}
			}
		}
		s.keepOperand(&t.Cond)
		if len(t.Values) > 0 {
			values := mem.values.take(len(t.Values))
			copy(values, t.Values)
			for i := range values {
				s.keepOperand(&values[i])
			}
			t.Values = values
		}
	}
	g.replaceNone()
}

// leave is what is left of the operations of a block.
func (s *slicer) leave(b int) []Op {
	old := s.f.Blocks[b].Ops[:s.ends[b]]
	n := 0
	for i := range old {
		if s.matters(&old[i], old[i].Kind == OpCall && s.stays(b, i)) {
			n++
		}
	}
	ops := s.mem.ops.take(n)[:0]
	for i := range old {
		if !s.matters(&old[i], old[i].Kind == OpCall && s.stays(b, i)) {
			continue
		}
		c := s.callee(b, i)
		s.effects = max(s.effects, c.effect)
		s.left = append(s.left, *c)
		ops = append(ops, old[i])
		op := &ops[len(ops)-1]
		s.keepOperand(&op.Expr.A)
		s.keepOperand(&op.Expr.B)
		if op.Kind == OpAssign {
			op.Dst = s.keep(op.Dst)
		}
		if op.Call != nil {
			op.Call = s.keepCall(op.Call)
		}
	}
	return ops
}

// keepCall is a call in terms of the variables that are left.
func (s *slicer) keepCall(old *Call) *Call {
	c := &s.mem.calls.take(1)[0]
	*c = *old
	c.Args, c.Dsts = s.mem.callArg.take(len(old.Args)), s.mem.callDst.take(len(old.Dsts))
	copy(c.Args, old.Args)
	copy(c.Dsts, old.Dsts)
	for k := range c.Args {
		s.keepOperand(&c.Args[k].Value)
	}
	for k := range c.Dsts {
		if v := c.Dsts[k].Var; v >= 0 && !s.needed[v] {
			c.Dsts[k].Var = NoVar
		} else {
			c.Dsts[k].Var = s.keep(v)
		}
	}
	if c.Target.Kind == Indirect {
		c.Target.Var = s.keep(c.Target.Var)
	}
	return c
}

// keep is the new number of a variable.
func (s *slicer) keep(v Var) Var {
	if v < 0 {
		return NoVar
	}
	if s.number[v] == NoVar {
		g := s.out
		s.number[v] = Var(len(g.Vars))
		g.Vars = append(g.Vars, s.f.Vars[v])
		if slot, ok := s.f.Fields[v]; ok {
			if g.Fields == nil {
				g.Fields = map[Var]string{}
			}
			g.Fields[s.number[v]] = slot
		}
	}
	return s.number[v]
}

func (s *slicer) keepOperand(o *Operand) {
	if o.Kind == OperandVar {
		o.Var = s.keep(o.Var)
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
	k := -1
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			op := &f.Blocks[b].Ops[i]
			k++
			if op.Call == nil || op.Call.Annotation != nil || a.whole[k].sum == nil || a.whole[k].effect != noEffect {
				continue
			}
			switch c := a.whole[k].sum; op.Call.Target.Kind {
			case Direct:
				a.callee(op, c, reach{})
				a.takesLocks(op, c)
			case SlotCall:
				if a.sol.opts.Indirect == IndirectTargets {
					a.out.rest(c.Name, reach{})
					a.takesLocks(op, c)
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
