package cfront

import (
	"sort"
	"strings"

	"preemptck/infer"
)

// forgetInLoops forgets, at the head of each loop, the memory that the loop
// tests to leave: something else may change it meanwhile.
func (l *lowerer) forgetInLoops(need []bool) {
	preds := make([][]int, len(l.blocks))
	for b := range l.blocks {
		for _, to := range l.blocks[b].term.To {
			preds[to] = append(preds[to], b)
		}
	}
	heads := map[int][]infer.Var{}
	for _, e := range l.backEdges() {
		body := map[int]bool{e.head: true}
		work := []int{e.from}
		for len(work) > 0 {
			b := work[len(work)-1]
			work = work[:len(work)-1]
			if !body[b] {
				body[b] = true
				work = append(work, preds[b]...)
			}
		}
		heads[e.head] = append(heads[e.head], l.exitMemory(body, need)...)
	}
	for head, vars := range heads {
		if len(vars) == 0 {
			continue
		}
		set := map[infer.Var]bool{}
		for _, v := range vars {
			set[v] = true
		}
		o := op{Op: infer.Op{Pos: l.blocks[head].term.Pos}, forget: func(v infer.Var, _ *variable) bool { return set[v] }}
		l.blocks[head].ops = append([]op{o}, l.blocks[head].ops...)
	}
}

type edge struct{ from, head int }

func (l *lowerer) backEdges() []edge {
	var edges []edge
	state := make([]uint8, len(l.blocks))
	type frame struct{ b, next int }
	stack := []frame{{0, 0}}
	state[0] = 1
	for len(stack) > 0 {
		f := &stack[len(stack)-1]
		to := l.blocks[f.b].term.To
		if f.next == len(to) {
			state[f.b] = 2
			stack = stack[:len(stack)-1]
			continue
		}
		t := to[f.next]
		f.next++
		switch state[t] {
		case 0:
			state[t] = 1
			stack = append(stack, frame{t, 0})
		case 1:
			edges = append(edges, edge{f.b, t})
		}
	}
	return edges
}

// exitMemory lists the memory that decides whether a loop is left.
func (l *lowerer) exitMemory(body map[int]bool, need []bool) []infer.Var {
	from := map[infer.Var][]infer.Var{}
	var work []infer.Var
	seen := map[infer.Var]bool{}
	mark := func(o infer.Operand) {
		if o.Kind == infer.OperandVar && !seen[o.Var] {
			seen[o.Var] = true
			work = append(work, o.Var)
		}
	}
	blocks := make([]int, 0, len(body))
	for b := range body {
		blocks = append(blocks, b)
	}
	sort.Ints(blocks)
	for _, b := range blocks {
		for k := range l.blocks[b].ops {
			o := &l.blocks[b].ops[k]
			if o.forget == nil && o.Kind == infer.OpCall {
				for _, d := range o.Call.Dsts {
					for _, a := range o.Call.Args {
						if a.Value.Kind == infer.OperandVar {
							from[d.Var] = append(from[d.Var], a.Value.Var)
						}
					}
				}
			}
			if o.forget == nil && !o.used && o.Kind == infer.OpAssign {
				for _, x := range []infer.Operand{o.Expr.A, o.Expr.B} {
					if x.Kind == infer.OperandVar {
						from[o.Dst] = append(from[o.Dst], x.Var)
					}
				}
			}
		}
		for _, to := range l.blocks[b].term.To {
			if !body[to] {
				mark(l.blocks[b].term.Cond)
			}
		}
	}
	var out []infer.Var
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		if x := &l.vars[v]; need[v] && l.isMemory(x) {
			out = append(out, v)
		}
		for _, u := range from[v] {
			mark(infer.VarOf(u))
		}
	}
	return out
}

// isMemory tells whether others may change what a variable stands for: a place
// outside the function's own locals, or a condition on one.
func (l *lowerer) isMemory(x *variable) bool {
	switch x.kind {
	case placeVar:
		return x.root == 0 || l.taken[x.root] > 0
	case localVar:
		return l.escaped[x.root] || l.taken[x.root] > 0
	case pseudoVar:
		// Even a condition on locals: one that never changed would never end
		// the loop, so what it reads is not all known.
		return !strings.HasPrefix(x.name, "__builtin_constant_p")
	}
	return false
}
