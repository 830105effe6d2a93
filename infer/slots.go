package infer

import (
	"slices"
	"sort"
	"strings"
)

// pointed finds what a pointer to fn may reach, which may be a slot's value.
func (a *analysis) pointed(op *Op, fn string, how reach) (*Summary, bool) {
	slot, ok := strings.CutPrefix(fn, slotPrefix)
	if !ok {
		return a.callee(op, a.sol.summaryOf(fn), how), true
	}
	var c *Summary
	if j, ok := a.sol.find(fn); ok {
		c = a.sol.at(j).sum
	}
	return a.slot(op, slot, c, how)
}

// slot finds what a call through a slot may reach, whose summary is c; nil where it
// has no targets.
func (a *analysis) slot(op *Op, name string, c *Summary, how reach) (*Summary, bool) {
	switch a.sol.opts.Indirect {
	case IndirectTargets:
		if c != nil {
			a.out.rest(c.Name, how)
			return c, true
		}
		if strings.Contains(name, "@") && !a.sol.open[name] {
			return nil, true // only one file knows it, and stores nothing there: the call is never made
		}
		a.out.assumeAwake(how, op.Pos, "nothing is stored in "+name+" in this tree, which "+op.Call.Text+" calls")
	case IndirectSleep:
		return &Summary{Name: name, Exits: []Exit{{Tested: Any}}, Reqs: []*Req{{
			Kind: Sleeps, Pos: op.Pos, Text: op.Call.Text + " calls through " + name + ", and so may sleep", depth: 1}}}, true
	}
	return nil, false
}

// solveSlot is the summary that stands for any of a slot's targets: what one of
// them asks is asked, and what they do to the count is done where they agree.
func (sol *Solution) solveSlot(n *node) *Summary {
	f := &Func{ID: n.id, Name: n.id[len(slotPrefix):], Rets: []string{""}}
	c := newCollector(f)
	var sums []*Summary
	for _, t := range n.slot {
		s := sol.summaryOf(t)
		sums = append(sums, s)
		for _, p := range s.Params {
			if !slices.ContainsFunc(f.Params, func(q Param) bool { return q.Arg == p.Arg && q.Path == p.Path }) {
				f.Params = append(f.Params, Param{Arg: p.Arg, Path: p.Path})
			}
		}
	}
	sort.Slice(f.Params, func(i, j int) bool {
		p, q := f.Params[i], f.Params[j]
		return p.Arg < q.Arg || p.Arg == q.Arg && p.Path < q.Path
	})
	harmless := slices.ContainsFunc(sums, func(s *Summary) bool { return s.MaySleep() == nil })
	for _, s := range sums {
		when := func(c Cond) Cond { return c.renumber(s.Params, f.Params) }
		for _, r := range s.Reqs {
			c.require(&Req{Kind: r.Kind, When: when(r.When), Expect: r.Expect, AnyIRQ: r.AnyIRQ, Mixed: r.Mixed || harmless && r.Kind == Sleeps, faults: r.faults, declared: r.declared, seldom: r.seldom, doubt: r.doubt,
				Pos: s.pos(), Text: s.title(), Callee: s.Name, Next: r, depth: r.depth + 1})
		}
		for i := range s.Exits {
			e := s.Exits[i]
			e.When, e.Rets = when(e.When), []RetValue{factValue(Fact{})}
			if k := slices.Index(s.Rets, ""); k >= 0 && k < len(s.Exits[i].Rets) {
				e.Rets[0] = factValue(s.Exits[i].Rets[k].Fact())
			}
			e.Tested, e.TestedIRQsOn, e.TestedFaultsOn, e.Seldom = Any, false, false, 0
			c.addExit(e, s.pos())
		}
		c.rest(s.Name, reach{})
		if s.Evidence == NoBody {
			c.assume(Pos{}, s.Name+"() has no body here; taken not to sleep")
		}
	}
	for i := range c.exits {
		if c.exits[i].Adjust.Count() != c.exits[0].Adjust.Count() && !disjoint(&c.exits[i], &c.exits[0]) {
			c.assume(c.retPos[i], "functions in "+f.Name+" change the count differently; taken to keep it")
			same := c.exits[:0]
			for _, e := range c.exits {
				if e.Adjust.IsZero() && !e.Ambiguous {
					same = append(same, e)
				}
			}
			if len(same) == 0 {
				same = append(same, Exit{Tested: Any, Rets: []RetValue{factValue(Fact{})}})
			}
			c.exits = same
			break
		}
	}
	s := &Summary{Name: n.id, Params: f.Params, Rets: f.Rets, Evidence: Proved, Reqs: c.reqs, Exits: c.exits,
		Assumes: c.assumes, restsOn: c.restsOn}
	s.order()
	return s
}

func (s *Summary) pos() Pos {
	if s.Func != nil {
		return s.Func.Pos
	}
	return Pos{}
}

// renumber says the same of the same arguments in another list of parameters.
func (c Cond) renumber(from, to []Param) Cond {
	var out Cond
	for _, a := range c {
		p := from[a.Param]
		j := slices.IndexFunc(to, func(q Param) bool { return q.Arg == p.Arg && q.Path == p.Path })
		out = append(out, Atom{j, a.Fact})
	}
	slices.SortFunc(out, func(a, b Atom) int { return a.Param - b.Param })
	return out
}
