package infer

import "slices"

// reversePostOrder lists the blocks that can be reached.
func reversePostOrder(f *Func) []int {
	var order []int
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
		order = append(order, top.block)
		stack = stack[:len(stack)-1]
	}
	slices.Reverse(order)
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
