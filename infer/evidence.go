package infer

import (
	"maps"
	"slices"
	"sort"
)

// settleEvidence works out how far each summary can be trusted, once all are
// known: one that rests on an assumption, or on a callee that does, is assumed.
// An assumption that could not make the summary stricter does not count.
func (sol *Solution) settleEvidence() {
	e := evidence{Solution: sol, users: map[string][]int{}, told: map[task]bool{}, own: map[int]map[string]reach{}}
	var work []task
	for i, n := range sol.nodes {
		if !n.done {
			continue
		}
		for on, how := range n.sum.restsOn {
			if !n.sum.settled(how.when) {
				e.users[on] = append(e.users[on], i)
			}
		}
		n.sum.Assumes = slices.DeleteFunc(n.sum.Assumes, func(as Assumption) bool { return n.sum.settled(as.when) })
		for _, as := range n.sum.Assumes {
			n.sum.Evidence = Assumed
			if t := (task{i, as.awake}); !e.told[t] {
				e.told[t] = true
				work = append(work, t)
			}
		}
	}
	work = append(work, e.fromBase()...)
	// Breadth first, so that what is nearest is named.
	for len(work) > 0 {
		t := work[0]
		work = append(work[1:], e.tell(t)...)
	}
	for t := range e.told {
		if t.awake {
			e.at(t.node).told[1] = true
		} else {
			e.at(t.node).told[0] = true
		}
	}
	for _, n := range sol.nodes {
		if !n.done {
			continue
		}
		n.sum.restsOn = nil
		if n.fn != nil && len(n.sum.Entries) > 0 && n.sum.Evidence == Proved {
			n.sum.openParams()
		}
	}
}

// evidence is the work of settleEvidence.
type evidence struct {
	*Solution
	users map[string][]int
	told  map[task]bool
	own   map[int]map[string]reach // see heldAt
}

// task is a node whose users have to be told of an assumption: that something does
// not sleep, or one about the count.
type task struct {
	node  int
	awake bool
}

// fromBase are the nodes of the base that the nodes solved here rest on, as far as
// they rest on assumptions themselves.
func (e *evidence) fromBase() (work []task) {
	if e.base == nil {
		return nil
	}
	for _, id := range slices.Sorted(maps.Keys(e.users)) {
		i, ok := e.find(id)
		if !ok || e.nodes[i].done {
			continue
		}
		for kind, told := range e.nodes[i].told {
			if told {
				e.told[task{i, kind == 1}] = true
				work = append(work, task{i, kind == 1})
			}
		}
	}
	return work
}

// tell makes the users of a node assumed, and returns those to go on with.
func (e *evidence) tell(t task) (next []task) {
	n := e.at(t.node)
	sort.Ints(e.users[n.id])
	for _, u := range e.users[n.id] {
		to := task{u, t.awake}
		if e.told[to] || t.awake && e.heldAt(u, n) {
			continue
		}
		e.told[to] = true
		if user := e.nodes[u].sum; user.Evidence != Assumed {
			user.Evidence, user.Assumes = Assumed, n.sum.Assumes
		}
		next = append(next, to)
	}
	return next
}

// heldAt tells whether a node calls another only where it holds something itself.
// Calls that a slice leaves out are looked for in the whole function.
func (e *evidence) heldAt(user int, callee *node) bool {
	n := e.nodes[user]
	if n.fn == nil || n.sum.restsOn[callee.id].held {
		return n.fn != nil
	}
	if e.effects(n.fn) != changes || callee.sum.effect() != noEffect {
		return false
	}
	if e.own[user] == nil {
		a := e.explore(n, exploring{all: true})
		e.own[user] = a.out.restsOn
		a.mem.free()
	}
	return e.own[user][callee.id].held
}

// openParams says that what the function pointers do that it is given is taken
// to be harmless: it is accounted for where they are given.
func (s *Summary) openParams() {
	s.Evidence, s.OpenParams = Assumed, true
	for _, e := range s.Entries {
		as := Assumption{Pos: e.Pos, Text: s.paramName(e.Param) + " is called, and taken not to sleep; its effect is accounted for where it is given"}
		if n := len(s.Assumes); n == 0 || s.Assumes[n-1].Pos != as.Pos || s.Assumes[n-1].Text != as.Text {
			s.Assumes = append(s.Assumes, as)
		}
	}
}

// settled tells whether no assumption about callees that are reached under a
// condition could make the summary stricter: the function must be entered at zero
// there whatever they do.
func (s *Summary) settled(when Cond) bool {
	if len(s.Entries) > 0 || s.guess {
		return false
	}
	for i := range s.Exits {
		if s.Exits[i].Ambiguous {
			return false
		}
	}
	for _, r := range s.Reqs {
		if r.Kind == Sleeps && r.When.Contains(when) && r.Expect == (Range{}) && !r.AnyIRQ {
			return true
		}
	}
	return false
}
