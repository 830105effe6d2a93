package infer

import (
	"sort"
	"strings"
)

// link finds the nodes that a node's summary depends on.
func (sol *Solution) link(i int, n *node) {
	seen, slots := map[int]bool{}, map[int]bool{}
	to := func(j int, ok bool) {
		if ok && !seen[j] {
			seen[j] = true
			n.succ = append(n.succ, j)
			sol.nodes[j].pred = append(sol.nodes[j].pred, i)
		}
	}
	if n.fixed {
		return
	}
	named := func(name string) {
		j, ok := sol.lookup(name)
		to(j, ok)
		if !ok {
			sol.lacks(name, i)
		}
	}
	slot := func(id string) {
		if j, ok := sol.find(id); ok {
			slots[j] = true
		} else {
			sol.lacks(id, i)
		}
	}
	if n.fn == nil {
		for _, t := range n.slot {
			named(t)
		}
		return
	}
	operand := func(o Operand) {
		if o.Kind == OperandFunc && strings.HasPrefix(o.Func, slotPrefix) {
			slot(o.Func)
		} else if o.Kind == OperandFunc {
			named(o.Func)
		}
	}
	for b := range n.fn.Blocks {
		for k := range n.fn.Blocks[b].Ops {
			op := &n.fn.Blocks[b].Ops[k]
			if op.Kind == OpAssign {
				operand(op.Expr.A)
			}
			if op.Call == nil {
				continue
			}
			for _, arg := range op.Call.Args {
				operand(arg.Value)
			}
			switch op.Call.Target.Kind {
			case Direct:
				named(op.Call.Target.Func)
			case SlotCall:
				if sol.opts.Indirect == IndirectTargets {
					slot(slotPrefix + op.Call.Target.Slot)
				}
			}
		}
	}
	sort.Ints(n.succ)
	for j := range slots {
		sol.nodes[j].pred = append(sol.nodes[j].pred, i)
	}
}

// lacks notes that a node names what has no node.
func (sol *Solution) lacks(name string, i int) {
	if list := sol.absent[name]; len(list) == 0 || list[len(list)-1] != i {
		sol.absent[name] = append(list, i)
	}
}

// find finds the node of a function by ID, or of a slot by its ID with [slotPrefix].
func (sol *Solution) find(id string) (int, bool) {
	if j, ok := sol.index[id]; ok {
		return j, true
	}
	if sol.base != nil {
		return sol.base.find(id)
	}
	return 0, false
}

// at is a node with its summary.
func (sol *Solution) at(i int) *node {
	n := sol.nodes[i]
	if n.sum == nil {
		sol.base.load(sol, i)
	}
	return n
}

// lookup finds the node of a function by ID, through aliases, or by symbol.
func (sol *Solution) lookup(name string) (int, bool) {
	for range 8 {
		if j, ok := sol.find(name); ok {
			return j, true
		}
		next, ok := sol.prog.Aliases[name]
		if !ok {
			break
		}
		name = next
	}
	return 0, false
}
