package cfront

import (
	"fmt"
	"slices"

	"preemptck/infer"
)

// forgetRetested forgets memory that is tested again where an earlier test has
// decided it already, with a call in between: whoever writes
//
//	if (!p->ready) {
//		wait_for(p);
//		if (!p->ready)
//			return -EIO;
//
// means that the call may change it. Tests that meet again behind the branches of
// an earlier one (`if (c) lock(); ... if (c) unlock();`) are not of this kind.
func (l *lowerer) forgetRetested() {
	tests := map[string][]int{}
	vars := map[string][]infer.Var{}
	for b := range l.blocks {
		if t := &l.blocks[b].term; t.Kind == infer.If && t.To[0] != t.To[1] {
			if sig, v, ok := l.testOf(b); ok {
				tests[sig] = append(tests[sig], b)
				vars[sig] = v
			}
		}
	}
	var d *dominators
	for _, sig := range sortedKeys(tests) {
		list := tests[sig]
		if len(list) < 2 {
			continue
		}
		if d == nil {
			d = l.dominators()
		}
		v := vars[sig]
		for _, again := range list {
			if l.decided(d, list, again) {
				o := op{Op: infer.Op{Pos: l.blocks[again].term.Pos}, forget: func(u infer.Var, _ *variable) bool { return slices.Contains(v, u) }}
				l.blocks[again].ops = append([]op{o}, l.blocks[again].ops...)
			}
		}
	}
}

// decided tells whether one of the tests has decided the test at block again,
// with a call since.
func (l *lowerer) decided(d *dominators, tests []int, again int) bool {
	for _, first := range tests {
		if first == again {
			continue
		}
		for _, to := range l.blocks[first].term.To {
			if len(d.preds[to]) == 1 && d.dominates(to, again) && l.callBetween(d, to, again) {
				return true
			}
		}
	}
	return false
}

// callBetween tells whether a call may be made on the way from one block to
// another that it dominates.
func (l *lowerer) callBetween(d *dominators, from, to int) bool {
	seen := map[int]bool{}
	for work := []int{to}; len(work) > 0; {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		for k := range l.blocks[b].ops {
			if o := &l.blocks[b].ops[k]; o.forget == nil && o.Kind == infer.OpCall {
				return true
			}
		}
		if b != from {
			work = append(work, d.preds[b]...)
		}
	}
	return false
}

// testOf describes what a branch tests, where that is memory: the variables and
// what is computed of them, whichever way round. A predicate that is called tests
// what it is told of its arguments.
func (l *lowerer) testOf(b int) (sig string, v []infer.Var, ok bool) {
	o := l.blocks[b].term.Cond
	ops := l.blocks[b].ops
	for k := len(ops) - 1; k >= 0 && o.Kind == infer.OperandVar && l.vars[o.Var].kind == tempVar; k-- {
		x := &ops[k]
		if x.forget == nil && x.Kind == infer.OpCall && slices.ContainsFunc(x.Call.Dsts, func(d infer.Dst) bool { return d.Var == o.Var }) {
			return l.predicate(x.Call, sig)
		}
		if x.forget == nil && !x.used && x.Kind == infer.OpAssign && x.Dst == o.Var {
			switch e := x.Expr; e.Op {
			case infer.Not, infer.Bool, infer.Copy:
			case infer.Eq, infer.Ne:
				sig += fmt.Sprintf(" eq %d", e.B.Const)
			default:
				if e.B.Kind != infer.OperandConst {
					return "", nil, false
				}
				sig += fmt.Sprintf(" %d %d", e.Op, e.B.Const)
			}
			o = x.Expr.A
		}
	}
	if o.Kind != infer.OperandVar || l.vars[o.Var].kind == tempVar || !l.isMemory(&l.vars[o.Var]) {
		return "", nil, false
	}
	return fmt.Sprint(o.Var, sig), []infer.Var{o.Var}, true
}

// predicate describes a call that is tested by the memory that it is told of.
func (l *lowerer) predicate(c *infer.Call, sig string) (string, []infer.Var, bool) {
	var vs []infer.Var
	for _, a := range c.Args {
		if a.Path != "" && a.Value.Kind == infer.OperandVar && l.isMemory(&l.vars[a.Value.Var]) {
			vs = append(vs, a.Value.Var)
		}
	}
	return fmt.Sprint(c.Target.Func, vs, sig), vs, len(vs) > 0 && c.Target.Kind == infer.Direct
}

// dominators of the blocks that are reached.
type dominators struct {
	idom, order []int // order is the number in reverse post-order, or -1
	preds       [][]int
}

func (l *lowerer) dominators() *dominators {
	n := len(l.blocks)
	d := &dominators{idom: make([]int, n), order: make([]int, n), preds: make([][]int, n)}
	post := l.postOrder()
	for b := range d.order {
		d.order[b], d.idom[b] = -1, -1
	}
	for k, b := range post {
		d.order[b] = len(post) - 1 - k
	}
	for _, b := range post {
		for _, to := range l.blocks[b].term.To {
			d.preds[to] = append(d.preds[to], b)
		}
	}
	d.idom[0] = 0
	for changed := true; changed; {
		changed = false
		for k := len(post) - 1; k >= 0; k-- {
			b := post[k]
			best := -1
			for _, p := range d.preds[b] {
				if b == 0 || d.idom[p] < 0 {
					continue
				}
				if best < 0 {
					best = p
				} else {
					best = d.meet(best, p)
				}
			}
			if b != 0 && best != d.idom[b] {
				d.idom[b] = best
				changed = true
			}
		}
	}
	return d
}

func (d *dominators) meet(a, b int) int {
	for a != b {
		for d.order[a] > d.order[b] {
			a = d.idom[a]
		}
		for d.order[b] > d.order[a] {
			b = d.idom[b]
		}
	}
	return a
}

func (d *dominators) dominates(a, b int) bool {
	for d.order[b] > d.order[a] {
		b = d.idom[b]
	}
	return a == b
}

// postOrder lists the blocks that are reached, each behind its successors as far
// as loops allow.
func (l *lowerer) postOrder() []int {
	type frame struct{ b, next int }
	var post []int
	seen := make([]bool, len(l.blocks))
	seen[0] = true
	for stack := []frame{{0, 0}}; len(stack) > 0; {
		f := &stack[len(stack)-1]
		to := l.blocks[f.b].term.To
		if f.next == len(to) {
			post = append(post, f.b)
			stack = stack[:len(stack)-1]
			continue
		}
		t := to[f.next]
		f.next++
		if !seen[t] {
			seen[t] = true
			stack = append(stack, frame{t, 0})
		}
	}
	return post
}
