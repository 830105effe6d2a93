package infer

import (
	"slices"
	"sort"
)

// settleEvidence works out how far each summary can be trusted, once all are
// known: one that rests on an assumption, or on a callee that does, is assumed.
// An assumption that could not make the summary stricter does not count.
func (sol *Solution) settleEvidence() {
	users := map[string][]int{}
	var work []int
	for i, n := range sol.nodes {
		if n.fixed {
			continue
		}
		for on, when := range n.sum.restsOn {
			if !n.sum.settled(when) {
				users[on] = append(users[on], i)
			}
		}
		n.sum.Assumes = slices.DeleteFunc(n.sum.Assumes, func(as Assumption) bool { return n.sum.settled(as.when) })
		if len(n.sum.Assumes) > 0 {
			n.sum.Evidence = Assumed
			work = append(work, i)
		}
	}
	// Breadth first, so that what is nearest is named.
	for len(work) > 0 {
		n := sol.nodes[work[0]]
		work = work[1:]
		sort.Ints(users[n.id])
		for _, u := range users[n.id] {
			user := sol.nodes[u].sum
			if user.Evidence == Assumed {
				continue
			}
			user.Evidence = Assumed
			user.Assumes = n.sum.Assumes
			work = append(work, u)
		}
	}
	for _, n := range sol.nodes {
		n.sum.restsOn = nil
		if n.fn != nil && len(n.sum.Entries) > 0 && n.sum.Evidence == Proved {
			n.sum.openParams()
		}
	}
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
