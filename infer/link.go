package infer

import (
	"slices"
	"strings"

	"preemptck/internal/parallel"
)

// link finds the nodes that a node's summary depends on.
func (sol *Solution) link(i int, n *node) {
	var x links
	sol.refers(n, &x)
	sol.tie(i, n, &x)
}

// links are what a node refers to, more than once perhaps: other nodes, slots that it
// calls, and names that have no node.
type links struct {
	succ, slots []int
	lacks       []string
}

// linkAll gives all nodes their first summaries and links them.
func (sol *Solution) linkAll() {
	all := make([]links, len(sol.nodes))
	parallel.Do(len(sol.nodes), func(_, from, to int) {
		var x links // has room for more
		for i := from; i < to; i++ {
			n := sol.nodes[i]
			sol.start(n)
			x = links{x.succ[:0], x.slots[:0], x.lacks[:0]}
			sol.refers(n, &x)
			all[i] = links{slices.Clone(sortedSet(x.succ)), slices.Clone(sortedSet(x.slots)), slices.Clone(x.lacks)}
		}
	})
	for i, n := range sol.nodes {
		sol.tie(i, n, &all[i])
	}
}

func sortedSet(list []int) []int {
	slices.Sort(list)
	return slices.Compact(list)
}

// tie takes down what a node refers to.
func (sol *Solution) tie(i int, n *node, x *links) {
	n.succ = sortedSet(x.succ)
	for _, j := range n.succ {
		sol.nodes[j].pred = append(sol.nodes[j].pred, i)
	}
	for _, j := range sortedSet(x.slots) {
		sol.nodes[j].pred = append(sol.nodes[j].pred, i)
	}
	for _, name := range x.lacks {
		sol.lacks(name, i)
	}
}

// refers finds what a node refers to, and notes what its operations call.
func (sol *Solution) refers(n *node, x *links) {
	if n.fixed {
		return
	}
	named := func(name string) int32 {
		if j, ok := sol.lookup(name); ok {
			x.succ = append(x.succ, j)
			return int32(j)
		}
		x.lacks = append(x.lacks, name)
		return none
	}
	slot := func(id string) int32 {
		if j, ok := sol.find(id); ok {
			x.slots = append(x.slots, j)
			return int32(j)
		}
		x.lacks = append(x.lacks, id)
		return none
	}
	if n.fn == nil {
		for _, t := range n.slot {
			named(t)
		}
		return
	}
	operand := func(o *Operand) {
		if o.Kind != OperandFunc {
			return
		}
		if strings.HasPrefix(o.Func, slotPrefix) {
			slot(o.Func)
		} else {
			named(o.Func)
		}
	}
	n.calls = make([]int32, 0, n.fn.numOps())
	for b := range n.fn.Blocks {
		for k := range n.fn.Blocks[b].Ops {
			op := &n.fn.Blocks[b].Ops[k]
			if op.Kind == OpAssign {
				operand(&op.Expr.A)
			}
			called := int32(none)
			if op.Call != nil {
				for i := range op.Call.Args {
					operand(&op.Call.Args[i].Value)
				}
				switch t := &op.Call.Target; t.Kind {
				case Direct:
					called = named(t.Func)
				case SlotCall:
					if id := slotPrefix + t.Slot; sol.opts.Indirect == IndirectTargets {
						called = slot(id)
					} else if j, ok := sol.find(id); ok {
						called = int32(j)
					}
				}
			}
			n.calls = append(n.calls, called)
		}
	}
}

// numOps is how many operations a function has.
func (f *Func) numOps() int {
	n := 0
	for b := range f.Blocks {
		n += len(f.Blocks[b].Ops)
	}
	return n
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
