package infer

import (
	"slices"
	"strings"

	"preemptck/internal/parallel"
)

// fewRests is how many names are looked for one by one.
const fewRests = 16

// rest notes that the summary rests on that of another node, reached so.
func (c *collector) rest(on string, how reach) {
	i, ok := c.restAt[on]
	if c.restAt == nil {
		i = slices.IndexFunc(c.restsOn, func(r rest) bool { return r.on == on })
		ok = i >= 0
	}
	if ok {
		old := &c.restsOn[i].how
		*old = reach{old.when.Join(how.when), old.held && how.held}
		return
	}
	c.restsOn = append(c.restsOn, rest{on, how})
	switch n := len(c.restsOn); {
	case n == fewRests:
		c.restAt = make(map[string]int, 2*n)
		for i := range c.restsOn {
			c.restAt[c.restsOn[i].on] = i
		}
	case n > fewRests:
		c.restAt[on] = n - 1
	}
}

// settleEvidence works out how far each summary can be trusted, once all are
// known: one that rests on an assumption, or on a callee that does, is assumed.
// An assumption that could not make the summary stricter does not count.
func (sol *Solution) settleEvidence() {
	e := evidence{Solution: sol, users: make([][]int, len(sol.nodes)), told: map[task]bool{}, own: map[int][]rest{}}
	e.findUsers()
	var work []task
	for i, n := range sol.nodes {
		if !n.done {
			continue
		}
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
	users [][]int // by node: those whose evidence depends on it, in order
	told  map[task]bool
	own   map[int][]rest // see heldAt
}

// task is a node whose users have to be told of an assumption: that something does
// not sleep, or one about the count.
type task struct {
	node  int
	awake bool
}

// findUsers finds who depends on whom, and drops the assumptions that do not count.
func (e *evidence) findUsers() {
	parts := make([][][2]int, parallel.Parts(len(e.nodes)))
	parallel.Do(len(e.nodes), func(k, from, to int) {
		for i := from; i < to; i++ {
			n := e.nodes[i]
			if !n.done {
				continue
			}
			for _, r := range n.sum.restsOn {
				if j, ok := e.find(r.on); ok && !n.sum.settled(r.how.when) {
					parts[k] = append(parts[k], [2]int{j, i})
				}
			}
			n.sum.Assumes = slices.DeleteFunc(n.sum.Assumes, func(as Assumption) bool { return n.sum.settled(as.when) })
		}
	})
	for _, part := range parts {
		for _, x := range part {
			e.users[x[0]] = append(e.users[x[0]], x[1])
		}
	}
}

// fromBase are the nodes of the base that the nodes solved here rest on, as far as
// they rest on assumptions themselves.
func (e *evidence) fromBase() (work []task) {
	if e.base == nil {
		return nil
	}
	var used []int
	for i := range e.users {
		if len(e.users[i]) > 0 && !e.nodes[i].done {
			used = append(used, i)
		}
	}
	slices.SortFunc(used, func(i, j int) int { return strings.Compare(e.nodes[i].id, e.nodes[j].id) })
	for _, i := range used {
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
	for _, u := range e.users[t.node] {
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
	if n.fn == nil || heldOn(n.sum.restsOn, callee.id) {
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
	return heldOn(e.own[user], callee.id)
}

// heldOn tells whether something is reached only where something is held.
func heldOn(list []rest, on string) bool {
	i := slices.IndexFunc(list, func(r rest) bool { return r.on == on })
	return i >= 0 && list[i].how.held
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
