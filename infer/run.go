package infer

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// maxRounds bounds how often one function of a component is analysed before
// its summary may only grow.
const maxRounds = 6

// maxSlotChanges bounds how often a slot may change before its summary may only
// grow, and drops its conditions.
const maxSlotChanges = 2

// run solves every component, callees first, and again those that a slot's change has
// reached. The components of a step know nothing of each other, and are solved side by
// side; so the outcome does not depend on how many processors there are.
func (sol *Solution) run() {
	steps, of := sol.steps()
	for again := true; again; {
		again = false
		for _, step := range steps {
			for _, p := range sol.solveStep(step, of) {
				sol.nodes[p].dirty = !sol.nodes[p].fixed
				again = true
			}
		}
	}
}

// component is a strongly connected component of the nodes.
type component []int

// steps orders the components: first functions that call none, then slots of only
// those, then functions that call only those, and so on. What a function calls through
// a slot has no part in that. of is the number of each node's component.
func (sol *Solution) steps() (steps [][]component, of []int) {
	order := components(sol.nodes)
	of, level := make([]int, len(sol.nodes)), make([]int, len(order))
	for k, scc := range order {
		for _, i := range scc {
			of[i] = k
		}
		at := 0
		for _, i := range scc {
			for _, j := range sol.nodes[i].succ {
				if of[j] != k {
					at = max(at, level[of[j]]+1)
				}
			}
		}
		if slot := strings.HasPrefix(sol.nodes[scc[0]].id, slotPrefix); slot == (at%2 == 0) {
			at++ // slots are in the odd steps
		}
		level[k] = at
		for len(steps) <= at {
			steps = append(steps, nil)
		}
		steps[at] = append(steps[at], scc)
	}
	for _, step := range steps { // what takes longest is begun first
		slices.SortStableFunc(step, func(a, b component) int { return len(b) - len(a) })
	}
	return steps, of
}

// solveStep solves the components of a step that something changed for. It returns
// what has to be solved again for that.
func (sol *Solution) solveStep(step []component, of []int) (again []int) {
	var todo []component
	for _, scc := range step {
		if slices.ContainsFunc(scc, func(i int) bool { return sol.nodes[i].dirty }) {
			todo = append(todo, scc)
		}
	}
	workers := min(runtime.GOMAXPROCS(0), len(todo))
	if sol.base != nil {
		workers = min(workers, 1) // it is unpacked on the way
	}
	var (
		next atomic.Int64
		wg   sync.WaitGroup
		mu   sync.Mutex
	)
	work := func() {
		var found []int
		for k := next.Add(1) - 1; k < int64(len(todo)); k = next.Add(1) - 1 {
			found = sol.solveComponent(todo[k], of, found)
		}
		mu.Lock()
		again = append(again, found...)
		mu.Unlock()
	}
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	return again
}

// solveComponent brings the dirty nodes of one component to a fixed point. It appends
// what depends on those that changed, outside of it.
func (sol *Solution) solveComponent(scc component, of, again []int) []int {
	rounds := make([]int, len(scc))
	first := 0 // how many functions have no summary yet
	for _, i := range scc {
		if n := sol.nodes[i]; n.fn != nil && n.dirty && !n.done {
			first++
		}
	}
	for more := true; more; {
		more = false
		for k, i := range scc { // callees come first
			n := sol.nodes[i]
			if !n.dirty {
				continue
			}
			sol.at(i).done = true
			n.dirty = false
			s := sol.summarise(n)
			if rounds[k]++; rounds[k] > maxRounds || n.changes > maxSlotChanges {
				s = s.grownFrom(n.sum, rounds[k] > 2*maxRounds || n.changes > 2*maxSlotChanges)
			}
			changed := !s.sameAs(n.sum)
			n.sum = s
			if !changed || rounds[k] > 4*maxRounds {
				continue
			}
			if n.fn == nil {
				n.changes++
			}
			for _, p := range n.pred {
				if of[p] != of[i] {
					again = append(again, p)
				} else {
					sol.nodes[p].dirty = !sol.nodes[p].fixed
				}
			}
			more = len(scc) > 1 || slices.Contains(n.succ, i)
		}
	}
	sol.progress(first)
	return again
}
