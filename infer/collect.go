package infer

import (
	"slices"
	"sort"
)

// Bounds of a summary: how many conditions a requirement or effect keeps apart.
const (
	maxConds   = 4
	maxExits   = 6
	maxAssumes = 8
)

// collector gathers what the analysis of one function finds and reduces it to
// a summary.
type collector struct {
	fn        *Func
	reqs      []*Req
	exits     []Exit
	retPos    []Pos // by exit
	bugs      []Bug
	entries   []CallbackEntry
	assumes   []Assumption
	ambiguous bool
}

func newCollector(f *Func) *collector { return &collector{fn: f} }

func (c *collector) assume(pos Pos, text string) {
	as := Assumption{pos, text}
	if len(c.assumes) < maxAssumes && !slices.Contains(c.assumes, as) {
		c.assumes = append(c.assumes, as)
	}
}

// inherit takes over what a callee's summary assumes.
func (c *collector) inherit(s *Summary) {
	for _, as := range s.Assumes {
		c.assume(as.Pos, as.Text)
	}
}

func (c *collector) bug(b Bug) {
	for i := range c.bugs {
		if c.bugs[i].Kind == b.Kind && c.bugs[i].Pos == b.Pos && c.bugs[i].Text == b.Text {
			return
		}
	}
	c.bugs = append(c.bugs, b)
}

func (c *collector) entry(e CallbackEntry) {
	for i := range c.entries {
		if c.entries[i].Param == e.Param && c.entries[i].Adjust == e.Adjust {
			if u, ok := c.entries[i].When.unionExact(e.When); ok {
				c.entries[i].When = u
			} else {
				c.entries[i].When = c.entries[i].When.Join(e.When)
			}
			return
		}
	}
	if len(c.entries) < 2*maxConds {
		c.entries = append(c.entries, e)
	}
}

// require adds a requirement; those of one kind and range that together cover
// more are merged where that is exact, and widened where there are too many.
func (c *collector) require(r *Req) {
	if r.Kind == SleepsOnRT {
		r.When = nil
	}
	same := 0
	for i := 0; i < len(c.reqs); i++ {
		q := c.reqs[i]
		if q.Kind != r.Kind || q.Expect != r.Expect || q.AnyIRQ != r.AnyIRQ {
			continue
		}
		if q.When.Contains(r.When) && (q.depth <= r.depth || !r.When.Contains(q.When)) {
			return
		}
		if u, ok := q.When.unionExact(r.When); ok {
			merged := *r
			if q.depth <= r.depth {
				merged = *q
			}
			merged.When = u
			c.reqs = slices.Delete(c.reqs, i, i+1)
			c.require(&merged)
			return
		}
		same++
	}
	if same < maxConds {
		c.reqs = append(c.reqs, r)
		return
	}
	merged := *r
	c.reqs = slices.DeleteFunc(c.reqs, func(q *Req) bool {
		if q.Kind != r.Kind || q.Expect != r.Expect || q.AnyIRQ != r.AnyIRQ {
			return false
		}
		when := merged.When.Join(q.When)
		if q.depth < merged.depth {
			merged = *q
		}
		merged.When = when
		return true
	})
	c.reqs = append(c.reqs, &merged)
}

// exit adds a way to return.
func (c *collector) exit(s *state, when Cond, rets []RetValue, pos Pos) {
	e := Exit{When: when, Adjust: s.lanes, Ambiguous: s.ambiguous, SetIRQ: s.setIRQ,
		Tested: s.entry, TestedIRQsOn: s.irqsOn, Rets: rets, Taken: s.taken}
	c.addExit(e, pos)
}

func (c *collector) addExit(e Exit, pos Pos) {
	same := 0
	for i := range c.exits {
		q := &c.exits[i]
		if !q.sameEffect(&e) {
			continue
		}
		same++
		if !slices.EqualFunc(q.Rets, e.Rets, RetValue.equal) {
			if q.When.Equal(e.When) {
				q.Rets = joinRets(q.Rets, e.Rets)
				return
			}
			continue
		}
		if u, ok := q.When.unionExact(e.When); ok {
			if u.Equal(q.When) {
				return
			}
			e.When = u
			c.exits = slices.Delete(c.exits, i, i+1)
			p := c.retPos[i]
			c.retPos = slices.Delete(c.retPos, i, i+1)
			c.addExit(e, p)
			return
		}
	}
	if same < maxExits {
		c.exits = append(c.exits, e)
		c.retPos = append(c.retPos, pos)
		return
	}
	for i := range c.exits { // full: join into the first that is alike
		q := &c.exits[i]
		if q.sameEffect(&e) {
			q.When = q.When.Join(e.When)
			q.Rets = joinRets(q.Rets, e.Rets)
			return
		}
	}
}

func (e *Exit) sameEffect(f *Exit) bool {
	return e.Adjust == f.Adjust && e.Ambiguous == f.Ambiguous && e.SetIRQ == f.SetIRQ &&
		e.Tested == f.Tested && e.TestedIRQsOn == f.TestedIRQsOn
}

func joinRets(a, b []RetValue) []RetValue {
	out := make([]RetValue, len(a))
	for i := range a {
		if a[i].equal(b[i]) {
			out[i] = a[i]
		} else {
			out[i] = factValue(a[i].Fact().Join(b[i].Fact()))
		}
	}
	return out
}

// summary reduces what was collected.
func (c *collector) summary(sol *Solution) *Summary {
	s := &Summary{Name: c.fn.ID, Func: c.fn, Params: c.fn.Params, Rets: c.fn.Rets,
		Evidence: Proved, Entries: c.entries, Reqs: c.reqs}
	c.dropTests()
	c.unbalanced()
	if !c.fn.NoReturn {
		s.Exits = c.exits
	}
	s.Bugs = c.bugs
	sort.SliceStable(s.Bugs, func(i, j int) bool { return posLess(s.Bugs[i].Pos, s.Bugs[j].Pos) })
	sort.SliceStable(s.Reqs, func(i, j int) bool { return s.Reqs[i].Kind < s.Reqs[j].Kind })
	if len(c.assumes) > 0 && !s.settled() {
		s.Evidence, s.Assumes = Assumed, c.assumes
	}
	if len(s.Entries) > 0 && s.Evidence == Proved {
		s.Evidence, s.OpenParams = Assumed, true
		for _, e := range s.Entries {
			as := Assumption{e.Pos, s.paramName(e.Param) + " is called, and taken not to sleep; its effect is accounted for where it is given"}
			if !slices.Contains(s.Assumes, as) {
				s.Assumes = append(s.Assumes, as)
			}
		}
	}
	return s
}

// settled tells whether no assumption about callees could make the summary
// stricter: the function must be entered at zero whatever they do.
func (s *Summary) settled() bool {
	if len(s.Entries) > 0 {
		return false
	}
	for i := range s.Exits {
		if s.Exits[i].Ambiguous {
			return false
		}
	}
	for _, r := range s.Reqs {
		if r.Kind == Sleeps && len(r.When) == 0 && r.Expect == (Range{}) && !r.AnyIRQ {
			return true
		}
	}
	return false
}

// dropTests forgets what was found out about the count at entry, unless the
// function is a test itself: its returned value tells the outcome.
func (c *collector) dropTests() {
	keep := len(c.fn.Rets) > 0
	for i := range c.exits {
		for j := range c.exits[:i] {
			e, f := &c.exits[i], &c.exits[j]
			if e.Tested != f.Tested || e.TestedIRQsOn != f.TestedIRQsOn {
				keep = keep && disjoint(e, f)
			}
		}
	}
	if keep {
		return
	}
	old, pos := c.exits, c.retPos
	c.exits, c.retPos = nil, nil
	for i, e := range old {
		e.Tested, e.TestedIRQsOn = Any, false
		c.addExit(e, pos[i])
	}
}

// disjoint tells whether a caller can know which of the two ways was taken.
func disjoint(e, f *Exit) bool {
	if _, ok := e.When.Meet(f.When); !ok {
		return true
	}
	for i := range e.Rets {
		if _, ok := e.retFact(i).Meet(f.retFact(i)); !ok {
			return true
		}
	}
	return false
}

// retFact is what is known of the i-th returned value on this way.
func (e *Exit) retFact(i int) Fact {
	if r := e.Rets[i]; r.val.isWhole() && r.known() {
		return e.When.fact(int(r.val.sym))
	}
	return e.Rets[i].Fact()
}

// unbalanced finds exits that differ in their count though a caller cannot tell
// them apart.
func (c *collector) unbalanced() {
	for i := range c.exits {
		for j := range c.exits[:i] {
			e, f := &c.exits[i], &c.exits[j]
			if e.Ambiguous || f.Ambiguous || e.Adjust.Count() == f.Adjust.Count() || disjoint(e, f) {
				continue
			}
			at, other := e, f
			pos := c.retPos[i]
			if at.Adjust.Count() == 0 {
				at, other, pos = f, e, c.retPos[j]
			}
			c.bug(Bug{Kind: Unbalanced, Pos: pos, Text: "return", Held: at.Taken, Count: at.Adjust,
				Detail: "returns with the count changed by " + at.Adjust.String() + " here, by " + other.Adjust.String() + " on another path"})
			c.assume(pos, "returns with different counts on different paths")
			c.merge()
			return
		}
	}
}

// merge makes the exits one that admits not to know the count.
func (c *collector) merge() {
	m := c.exits[0]
	for _, e := range c.exits[1:] {
		m.When = m.When.Join(e.When)
		m.Rets = joinRets(m.Rets, e.Rets)
	}
	m.Ambiguous, m.Adjust, m.SetIRQ, m.Tested, m.TestedIRQsOn = true, Lanes{}, false, Any, false
	c.exits, c.retPos = []Exit{m}, c.retPos[:1]
}

func posLess(p, q Pos) bool {
	switch {
	case p.File != q.File:
		return p.File < q.File
	case p.Line != q.Line:
		return p.Line < q.Line
	}
	return p.Col < q.Col
}
