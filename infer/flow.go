package infer

import (
	"math/bits"
	"slices"
)

// reversePostOrder lists the blocks that can be reached.
func reversePostOrder(mem *scratch, f *Func) []int {
	n := len(f.Blocks)
	order := mem.ints.take(n)[:0]
	seen := mem.bools.zeros(n)
	// The stack holds blocks, and how many of their edges were followed.
	stack, edges := mem.ints.take(n)[:0], mem.ints.take(n)[:0]
	stack, edges = append(stack, 0), append(edges, 0)
	seen[0] = true
	for len(stack) > 0 {
		top := len(stack) - 1
		to := f.Blocks[stack[top]].Term.To
		if edges[top] < len(to) {
			b := to[edges[top]]
			edges[top]++
			if !seen[b] {
				seen[b] = true
				stack, edges = append(stack, b), append(edges, 0)
			}
			continue
		}
		order = append(order, stack[top])
		stack, edges = stack[:top], edges[:top]
	}
	slices.Reverse(order)
	return order
}

// inLoops tells which blocks may be in a loop: those that stand, in reverse
// post-order, between the two ends of an edge that leads back. Any loop has such edges
// around all of its blocks; some blocks between are in no loop.
func inLoops(mem *scratch, f *Func, order []int) []bool {
	at := mem.ints.zeros(len(f.Blocks))
	for i, b := range order {
		at[b] = i
	}
	looped := mem.bools.zeros(len(f.Blocks))
	for i, b := range order {
		for _, to := range f.Blocks[b].Term.To {
			for k := at[to]; k <= i; k++ {
				looped[order[k]] = true
			}
		}
	}
	return looped
}

// liveness tells, for each block that can be reached, which variables may be read in
// it or after.
func liveness(mem *scratch, f *Func, order []int) [][]Var {
	n := (len(f.Vars) + 63) / 64
	all := mem.words.zeros(3 * n * len(f.Blocks))
	set := func(kind, b int) []uint64 {
		at := n * (3*b + kind)
		return all[at : at+n]
	}
	const live, read, written = 0, 1, 2
	for _, b := range order {
		flowOf(&f.Blocks[b], set(read, b), set(written, b))
	}
	for changed := true; changed; {
		changed = false
		for i := len(order) - 1; i >= 0; i-- {
			b := order[i]
			now, in, out := set(live, b), set(read, b), set(written, b)
			for w := range now {
				after := uint64(0)
				for _, to := range f.Blocks[b].Term.To {
					after |= all[n*3*to+w]
				}
				if bits := in[w] | after&^out[w]; bits != now[w] {
					now[w], changed = bits, true
				}
			}
		}
	}
	lists := mem.varLists.zeros(len(f.Blocks))
	for _, b := range order {
		count := 0
		for _, w := range set(live, b) {
			count += bits.OnesCount64(w)
		}
		lists[b] = mem.vars.take(count)[:0]
		for i, w := range set(live, b) {
			for ; w != 0; w &= w - 1 {
				lists[b] = append(lists[b], Var(64*i+bits.TrailingZeros64(w)))
			}
		}
	}
	return lists
}

// flowOf finds the variables that a block reads before it writes them, and all that
// it writes.
func flowOf(blk *Block, read, written []uint64) {
	use := func(v Var) {
		if v >= 0 {
			read[v/64] |= 1 << (v % 64)
		}
	}
	set := func(v Var) {
		if v >= 0 {
			read[v/64] &^= 1 << (v % 64)
			written[v/64] |= 1 << (v % 64)
		}
	}
	operand := func(o *Operand) {
		if o.Kind == OperandVar {
			use(o.Var)
		}
	}
	operand(&blk.Term.Cond)
	for i := range blk.Term.Values {
		operand(&blk.Term.Values[i])
	}
	for i := len(blk.Ops) - 1; i >= 0; i-- {
		op := &blk.Ops[i]
		if op.Kind == OpAssign {
			set(op.Dst)
		}
		if c := op.Call; c != nil {
			for k := range c.Dsts {
				set(c.Dsts[k].Var)
			}
			for k := range c.Args {
				operand(&c.Args[k].Value)
			}
			if c.Target.Kind == Indirect {
				use(c.Target.Var)
			}
		}
		operand(&op.Expr.A)
		operand(&op.Expr.B)
	}
}
