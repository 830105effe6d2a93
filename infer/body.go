package infer

// body is a function prepared for analysis: sliced, with its blocks ending behind
// each call.
type body struct {
	fn     *Func
	live   [][]Var // by block: what may be read in it or after
	order  []int   // reachable blocks in reverse post-order
	looped []bool  // by block: it may be come by more than once
	opBase []int   // block -> number of its first op in the flat numbering
	nOps   int
	// callees are what the operations call, in the flat numbering; whole are those of
	// the function before it was sliced.
	callees, whole []callee
	effects        effect // the strongest of them
}

// callee is what is known of a call before it is run through.
type callee struct {
	sum    *Summary // nil where the call is not direct, nor through a slot that has targets
	effect effect   // what the call can do to the state
}

func (sol *Solution) newBody(mem *scratch, n *node, all bool) body {
	whole := sol.calleesOf(mem, n)
	s := sol.slice(mem, n.fn, whole, all)
	a := body{fn: s.out, callees: s.left, whole: whole, effects: s.effects}
	f := a.fn
	a.opBase = mem.ints.take(len(f.Blocks))
	for b := range f.Blocks {
		a.opBase[b] = a.nOps
		a.nOps += len(f.Blocks[b].Ops)
	}
	a.order = reversePostOrder(mem, f)
	a.looped = inLoops(mem, f, a.order)
	a.live = liveness(mem, f, a.order)
	return a
}

// calleesOf finds what each operation of a function calls, in order.
func (sol *Solution) calleesOf(mem *scratch, n *node) []callee {
	f := n.fn
	list := mem.callees.zeros(f.numOps())
	k := 0
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			if call := f.Blocks[b].Ops[i].Call; call != nil {
				j := none
				if n.calls != nil {
					j = int(n.calls[k])
				}
				list[k] = sol.calleeOf(f, call, j)
			}
			k++
		}
	}
	return list
}

// calleeOf finds what f calls; j is its node, or none where that has to be looked up.
func (sol *Solution) calleeOf(f *Func, call *Call, j int) (c callee) {
	switch call.Target.Kind {
	case Direct:
		if j != none {
			c.sum = sol.at(j).sum
		} else {
			c.sum = sol.summaryOf(call.Target.Func)
		}
		c.effect = c.sum.effect()
		if c.sum.sleepsUnknown(f) {
			c.effect = max(c.effect, asks)
		}
	case SlotCall:
		ok := j != none
		if !ok {
			j, ok = sol.find(slotPrefix + call.Target.Slot)
		}
		if ok {
			c.sum = sol.at(j).sum
			c.effect = c.sum.effect()
		}
	default:
		c.effect = asks
	}
	return c
}

// strongest is the strongest effect of some calls.
func strongest(callees []callee) effect {
	e := noEffect
	for i := range callees {
		e = max(e, callees[i].effect)
	}
	return e
}

// splitAtCalls ends a block behind each call, so that the states that a callee's
// exits multiply are joined before the next call. first is, for each block that comes
// of it, the number of its first operation in f.
func splitAtCalls(mem *scratch, f *Func) (g *Func, first []int) {
	mem.split = *f
	g = &mem.split
	n := len(f.Blocks)
	for b := range f.Blocks {
		ops := f.Blocks[b].Ops
		for i := range ops {
			if ops[i].Kind == OpCall && i+1 < len(ops) {
				n++
			}
		}
	}
	first = mem.ints.take(n)
	if n == len(f.Blocks) {
		base := 0
		for b := range f.Blocks {
			first[b] = base
			base += len(f.Blocks[b].Ops)
		}
		return g, first
	}
	g.Blocks = mem.blocks.take(n)
	next, base := len(f.Blocks), 0
	for b := range f.Blocks {
		at, ops, begin := b, f.Blocks[b].Ops, 0
		first[at] = base
		for i := range ops {
			if ops[i].Kind == OpCall && i+1 < len(ops) {
				to := mem.ints.take(1)
				to[0] = next
				g.Blocks[at] = Block{Ops: ops[begin : i+1], Term: Term{Kind: Goto, To: to}}
				at, begin = next, i+1
				first[at] = base + begin
				next++
			}
		}
		g.Blocks[at] = Block{Ops: ops[begin:], Term: f.Blocks[b].Term}
		base += len(ops)
	}
	return g, first
}
