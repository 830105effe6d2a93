package infer

import (
	"cmp"
	"slices"
	"sort"
)

// Bounds of a summary: how many conditions a requirement or effect keeps apart.
const (
	maxConds   = 4
	maxExits   = 6
	maxAssumes = 8
	maxLane    = 8 // a lane that changes more belongs to a recursion that adds up
	maxHeld    = 2 // no function asks its caller for more
)

// collector gathers what the analysis of one function finds and reduces it to
// a summary.
type collector struct {
	fn      *Func
	reqs    []*Req
	exits   []Exit
	retPos  []Pos // by exit
	bugs    []Bug
	entries []CallbackEntry
	assumes []Assumption
	restsOn []rest
	restAt  map[string]int // where in it a name is, once there are many
	guess   bool           // an exit rests on something that is assumed
}

func newCollector(f *Func) *collector { return &collector{fn: f} }

// assume notes an assumption made under any condition.
func (c *collector) assume(pos Pos, text string) { c.assumeWhen(nil, pos, text) }

// assumeWhen notes an assumption made under a condition on the parameters.
func (c *collector) assumeWhen(when Cond, pos Pos, text string) {
	for i := range c.assumes {
		if as := &c.assumes[i]; as.Pos == pos && as.Text == text {
			as.when = as.when.Join(when)
			return
		}
	}
	if len(c.assumes) < maxAssumes {
		c.assumes = append(c.assumes, Assumption{Pos: pos, Text: text, when: when})
		return
	}
	last := &c.assumes[maxAssumes-1] // stands for those that are not listed
	last.when = last.when.Join(when)
}

// assumeAwake notes that something is assumed not to sleep. Where the function holds
// something itself, a sleep would be its own bug, whoever calls it, and so nothing
// that its callers have to know.
func (c *collector) assumeAwake(how reach, pos Pos, text string) {
	if how.held {
		return
	}
	c.assumeWhen(how.when, pos, text+"; taken not to sleep")
	for i := range c.assumes {
		if as := &c.assumes[i]; as.Pos == pos && as.Text == text+"; taken not to sleep" {
			as.awake = true
		}
	}
}

func (c *collector) bug(b Bug) {
	for i := range c.bugs {
		if c.bugs[i].Kind == b.Kind && c.bugs[i].Pos == b.Pos && c.bugs[i].Text == b.Text {
			if c.bugs[i].Doubt != "" && b.Doubt == "" {
				c.bugs[i] = b
			}
			return
		}
	}
	c.bugs = append(c.bugs, b)
}

func (c *collector) entry(e CallbackEntry) {
	for i := range c.entries {
		if c.entries[i].sameState(&e) {
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

// require adds a requirement. Unconditional ones of one kind are narrowed into
// one; conditional ones are merged where that is exact, and made unconditional
// where there are too many.
func (c *collector) require(r *Req) {
	if r.doubt != "" && (r.declared || r.seldom != 0) {
		q := *r // there is nothing more to find out
		q.declared, q.seldom = false, 0
		r = &q
	}
	if r.Kind == SleepsOnRT {
		r.When = nil
	}
	if r.Kind == Holds && r.Expect.Lo > maxHeld {
		// A recursion in which the count was lost adds this up.
		c.assume(r.Pos, r.Text+" seems to let go of more than any caller holds; taken not to")
		return
	}
	if slices.ContainsFunc(c.reqs, func(q *Req) bool { return q.covers(r) }) {
		return
	}
	c.reqs = slices.DeleteFunc(c.reqs, func(q *Req) bool { return r.covers(q) })
	conditional := 0
	for i, q := range c.reqs {
		if !q.sameKind(r) {
			continue
		}
		if len(q.When) == 0 && len(r.When) == 0 {
			c.reqs[i] = stricter(q, r)
			return
		}
		if len(q.When) > 0 {
			conditional++
		}
		if q.Expect != r.Expect {
			continue
		}
		if u, ok := q.When.unionExact(r.When); ok {
			// A witness stands for the conditions that it was found under.
			inQ, inR := u.Equal(q.When), u.Equal(r.When)
			if inQ && (!inR || q.depth <= r.depth) {
				return
			}
			merged := *r
			if !inR && q.depth <= r.depth {
				merged = *q
			}
			merged.When = u
			c.reqs = slices.Delete(c.reqs, i, i+1)
			c.require(&merged)
			return
		}
	}
	if len(r.When) == 0 || conditional < maxConds {
		c.reqs = append(c.reqs, r)
		return
	}
	merged := r
	c.reqs = slices.DeleteFunc(c.reqs, func(q *Req) bool {
		if !q.sameKind(r) || len(q.When) == 0 {
			return false
		}
		when := merged.When.Join(q.When)
		m := *stricter(merged, q)
		m.When = when
		merged = &m
		return true
	})
	c.require(merged)
}

// sameKind tells whether two requirements may be merged.
func (r *Req) sameKind(q *Req) bool {
	return q.Kind == r.Kind && q.AnyIRQ == r.AnyIRQ && q.faults == r.faults && q.Mixed == r.Mixed && q.declared == r.declared && q.seldom == r.seldom && (q.doubt == "") == (r.doubt == "")
}

// covers tells whether r asks for all that q asks, and is surer of it.
func (r *Req) covers(q *Req) bool {
	return !r.sameKind(q) && r.Kind == q.Kind && r.Expect.Meet(q.Expect) == r.Expect && r.When.Contains(q.When) &&
		(!r.AnyIRQ || q.AnyIRQ) && (!r.faults || q.faults) && (!r.Mixed || q.Mixed) && (!r.declared || q.declared) && (r.seldom == 0 || q.seldom != 0) && (r.doubt == "" || q.doubt != "")
}

// stricter is what satisfies both requirements or, where nothing does, the one
// for the smaller count.
func stricter(q, r *Req) *Req {
	m := q.Expect.Meet(r.Expect)
	switch {
	case m == q.Expect && (m != r.Expect || q.depth <= r.depth):
		return q
	case m == r.Expect:
		return r
	case !m.IsEmpty():
		s := *q
		s.Expect = m
		return &s
	case q.Expect.Lo < r.Expect.Lo:
		return q
	}
	return r
}

// exit adds a way to return.
func (c *collector) exit(s *state, when Cond, rets []RetValue, pos Pos) {
	if slices.ContainsFunc(s.lanes[:], func(n int8) bool { return n > maxLane || n < -maxLane }) {
		s = &state{mode: ambiguousMode, guessed: s.guessed} // a recursion that adds up
	}
	e := Exit{When: when, Adjust: s.lanes, Ambiguous: s.ambiguous, SetIRQ: s.setIRQ,
		Tested: s.entry, TestedIRQsOn: s.irqsOn, TestedFaultsOn: s.faultsOn, Seldom: s.seldom, Rets: rets, Taken: s.taken, Guessed: s.guessed}
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
			if q.When.Equal(e.When) && !c.tellsOfLeft(q, &e) {
				q.Rets = joinRets(q, &e)
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
			q.Rets = joinRets(q, &e)
			q.When = q.When.Join(e.When)
			return
		}
	}
}

// tellsOfLeft tells whether what a C function returns tells which of two constants, or
// whether a constant, it leaves behind a pointer or in a flag. Of a slot, which is no function,
// nobody knows what it leaves.
func (c *collector) tellsOfLeft(e, f *Exit) bool {
	if c.fn == nil || c.fn.Lang != C || len(e.Rets) < 2 || c.fn.Rets[0] != "" {
		return false
	}
	if _, meet := e.retFact(0).Meet(f.retFact(0)); meet {
		return false
	}
	for k := 1; k < len(e.Rets); k++ {
		a, b := &e.Rets[k], &f.Rets[k]
		if !a.equal(*b) && (a.val.kind == valConst || b.val.kind == valConst) {
			return true
		}
	}
	return false
}

func (e *Exit) sameEffect(f *Exit) bool {
	return e.Adjust == f.Adjust && e.Ambiguous == f.Ambiguous && e.SetIRQ == f.SetIRQ &&
		e.Tested == f.Tested && e.TestedIRQsOn == f.TestedIRQsOn && e.TestedFaultsOn == f.TestedFaultsOn && e.Seldom == f.Seldom
}

// joinRets is what is known of the returned values where either way was taken.
// It looks at the conditions of both, so it comes before they are joined.
func joinRets(e, f *Exit) []RetValue {
	out := make([]RetValue, len(e.Rets))
	for i, a := range e.Rets {
		b := f.Rets[i]
		if a.equal(b) {
			out[i] = a
		} else if v, ok := either(a.val, b.val, 0); ok && a.known() && b.known() {
			out[i] = RetValue{val: v}
		} else {
			out[i] = factValue(e.retFact(i).Join(f.retFact(i)))
		}
	}
	return out
}

// doubts are the reasons that the analysis of a function has to doubt what it
// found; they are asked for only where something was.
type doubts struct {
	count    func(e, f *Exit) string // that two ways out change the count differently
	loop     func() string           // that the count grows with a loop
	contrary func() string           // that no caller could meet all requirements
}

// summary reduces what was collected.
func (c *collector) summary(d doubts) *Summary {
	c.contrary(d.contrary)
	s := &Summary{Name: c.fn.ID, Func: c.fn, Params: c.fn.Params, Rets: c.fn.Rets,
		Evidence: Proved, Entries: c.entries, Reqs: c.reqs}
	c.dropAmbiguous(d.loop)
	c.dropTests(func(e, f *Exit) bool { return e.Tested == f.Tested && e.TestedIRQsOn == f.TestedIRQsOn },
		func(e *Exit) { e.Tested, e.TestedIRQsOn = Any, false })
	c.dropTests(func(e, f *Exit) bool { return e.TestedFaultsOn == f.TestedFaultsOn }, func(e *Exit) { e.TestedFaultsOn = false })
	c.dropTests(func(e, f *Exit) bool { return e.Seldom == f.Seldom }, func(e *Exit) { e.Seldom = 0 })
	c.evenOut()
	c.keptOnError(d.count)
	c.unbalanced(d.count)
	if !c.fn.NoReturn {
		s.Exits = c.exits
	}
	s.Bugs = c.bugs
	sort.SliceStable(s.Bugs, func(i, j int) bool { return posLess(s.Bugs[i].Pos, s.Bugs[j].Pos) })
	s.order()
	s.Assumes, s.restsOn, s.guess = c.assumes, c.restsOn, c.guess
	return s
}

// order sorts what a summary says, so that two that say the same compare equal.
func (s *Summary) order() {
	slices.SortStableFunc(s.Reqs, func(a, b *Req) int {
		return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Expect.Lo, b.Expect.Lo), cmp.Compare(a.Expect.Hi, b.Expect.Hi),
			compareBools(a.AnyIRQ, b.AnyIRQ), compareBools(a.faults, b.faults), compareBools(a.Mixed, b.Mixed), compareBools(a.declared, b.declared), cmp.Compare(a.seldom, b.seldom),
			compareBools(a.doubt != "", b.doubt != ""), a.When.compare(b.When))
	})
	slices.SortStableFunc(s.Exits, func(a, b Exit) int {
		return cmp.Or(slices.Compare(a.Adjust[:], b.Adjust[:]), compareBools(a.Ambiguous, b.Ambiguous), compareBools(a.SetIRQ, b.SetIRQ),
			cmp.Compare(a.Tested.Lo, b.Tested.Lo), cmp.Compare(a.Tested.Hi, b.Tested.Hi),
			compareBools(a.TestedIRQsOn, b.TestedIRQsOn), compareBools(a.TestedFaultsOn, b.TestedFaultsOn), cmp.Compare(a.Seldom, b.Seldom), a.When.compare(b.When))
	})
}

func compareBools(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// compare is an order of conditions; which one does not matter.
func (c Cond) compare(d Cond) int {
	return slices.CompareFunc(c, d, func(a, b Atom) int {
		if a.Param == b.Param && a.Fact.Equal(b.Fact) {
			return 0
		}
		return cmp.Or(cmp.Compare(a.Param, b.Param), cmp.Compare(a.Fact.String(), b.Fact.String()))
	})
}

// retFact is what is known of the i-th returned value on this way.
func (e *Exit) retFact(i int) Fact { return e.retUnder(e.When, i) }

// retUnder is what is known of the i-th returned value on this way under a
// condition, which may say more than the way's own.
func (e *Exit) retUnder(when Cond, i int) Fact {
	if r := e.Rets[i]; r.val.isWhole() && r.known() {
		return when.fact(int(r.val.sym))
	}
	return e.Rets[i].Fact()
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
