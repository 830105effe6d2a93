package infer

import "strings"

// explained tells whether an imbalance that the analysis found may well be meant:
// because the function only takes or only releases locks, and so is one half of a
// pair (`double_lock(a, b)`), or because a lock is taken or released under a test
// of memory that came out either way (`if (p->locked) unlock(p)`), and the same
// state decides the other half elsewhere.
func (a *analysis) explained() bool {
	if a.fn.Lang != C {
		return false // a guard's type says what it holds
	}
	if a.oneSided() {
		return true
	}
	for b := range a.fn.Blocks {
		if a.undecided[b] && a.guards(b) && a.testsState(b) {
			return true
		}
	}
	return false
}

// oneSided tells whether all calls that change the count change it in one
// direction, and none of them says by its result whether it did.
func (a *analysis) oneSided() bool {
	up, down := false, false
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			for _, s := range a.changing(&a.fn.Blocks[b].Ops[i]) {
				for k := range s.Exits {
					n := s.Exits[k].Adjust.Count()
					up, down = up || n > 0, down || n < 0
					if n == 0 && len(s.Exits) > 1 {
						return false
					}
				}
			}
		}
	}
	return up != down
}

// changing are the callees of an operation that change the count.
func (a *analysis) changing(op *Op) []*Summary {
	if op.Kind != OpCall || op.Call.Annotation != nil {
		return nil
	}
	var s *Summary
	switch t := &op.Call.Target; t.Kind {
	case Direct:
		s = a.sol.summaryOf(t.Func)
	case SlotCall:
		if j, ok := a.sol.index[slotPrefix+t.Slot]; ok {
			s = a.sol.nodes[j].sum
		}
	}
	if s == nil || s.effect() != changes {
		return nil
	}
	return []*Summary{s}
}

// guards tells whether one side of a block's branch does nothing but change the
// count, and then meets the other side.
func (a *analysis) guards(b int) bool {
	to := a.fn.Blocks[b].Term.To
	if len(to) != 2 {
		return false
	}
	return a.onlyChanges(to[0], to[1]) || a.onlyChanges(to[1], to[0])
}

func (a *analysis) onlyChanges(from, meet int) bool {
	changed := false
	for range len(a.fn.Blocks) {
		if from == meet {
			return changed
		}
		blk := &a.fn.Blocks[from]
		for i := range blk.Ops {
			op := &blk.Ops[i]
			if op.Kind == OpCall {
				if len(a.changing(op)) == 0 {
					return false
				}
				changed = true
			}
		}
		if blk.Term.Kind != Goto {
			return false
		}
		from = blk.Term.To[0]
	}
	return false
}

// testsState tells whether the branch at the end of a block tests memory, or
// what a function without effect makes of it, rather than the outcome of
// something that was done here.
func (a *analysis) testsState(b int) bool {
	t := &a.fn.Blocks[b].Term
	return t.Kind == Choose || t.Cond.Kind != OperandVar || a.isState(t.Cond.Var, map[Var]bool{})
}

func (a *analysis) isState(v Var, seen map[Var]bool) bool {
	if v < 0 || seen[v] {
		return true
	}
	seen[v] = true
	if strings.ContainsAny(a.fn.Vars[v], ".>*[") {
		return true
	}
	for i := range a.fn.Params {
		if a.fn.Params[i].Var == v {
			return false // then the caller decides
		}
	}
	operand := func(o Operand) bool { return o.Kind != OperandVar || a.isState(o.Var, seen) }
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			switch op := &a.fn.Blocks[b].Ops[i]; {
			case op.Kind == OpAssign && op.Dst == v:
				if !operand(op.Expr.A) || !operand(op.Expr.B) {
					return false
				}
			case op.Kind == OpCall:
				for _, d := range op.Call.Dsts {
					if d.Var == v && d.Path == "" && !a.tellsState(op.Call) {
						return false
					}
				}
			}
		}
	}
	return true
}

// tellsState tells whether a call's result is a function of memory: the callee
// has a body and does nothing, or it is a lock operation itself.
func (a *analysis) tellsState(c *Call) bool {
	if c.Target.Kind != Direct || c.Annotation != nil {
		return false
	}
	s := a.sol.summaryOf(c.Target.Func)
	return s.Evidence != NoBody && s.effect() != asks
}
