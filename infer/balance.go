package infer

import "slices"

// contrary doubts sleeps that no caller can allow together: one before the
// caller's lock is let go and one after, or with this and with that lock held.
func (c *collector) contrary(doubt func() string) {
	doubtful := map[int]bool{}
	for i, r := range c.reqs {
		for j, q := range c.reqs[:i] {
			_, meet := r.When.Meet(q.When)
			if meet && r.Kind == Sleeps && q.Kind == Sleeps && r.Expect.Meet(q.Expect).IsEmpty() {
				doubtful[i], doubtful[j] = true, true
			}
		}
	}
	if len(doubtful) == 0 {
		return
	}
	why := doubt()
	for i := range doubtful {
		if why != "" && c.reqs[i].doubt == "" {
			r := *c.reqs[i]
			r.doubt = why
			c.reqs[i] = &r
		}
	}
}

// dropAmbiguous ends an ambiguity that a callee brought in: where other ways to
// return are known, they stand for all; else the count is taken to be kept.
func (c *collector) dropAmbiguous(doubt func() string) {
	ambiguous := func(e Exit) bool { return e.Ambiguous }
	if slices.ContainsFunc(c.exits, func(e Exit) bool { return e.Ambiguous && !e.Guessed }) {
		pos, held := c.retPos[0], c.exits[0].Taken
		c.bug(Bug{Kind: Unbalanced, Pos: pos, Text: "return", Held: held, Count: c.exits[0].Adjust, Doubt: doubt(),
			Detail: "returns with the count changed by as much as a loop went round"})
		c.assume(pos, "changes the count without bound")
		c.merge() // it came up here
		return
	}
	i := slices.IndexFunc(c.exits, ambiguous)
	if i < 0 {
		return
	}
	c.guess = true
	c.assume(c.retPos[i], "the count here could not be told; taken to be balanced")
	var lost []Exit
	old, pos := c.exits, c.retPos
	c.exits, c.retPos = nil, nil
	for k, e := range old {
		if ambiguous(e) {
			lost = append(lost, e)
		} else {
			c.addExit(e, pos[k])
		}
	}
	if len(c.exits) > 0 {
		for k := range c.exits { // which way it was cannot be known
			for _, e := range lost {
				c.exits[k].Rets = joinRets(&c.exits[k], &e)
			}
			c.exits[k].When, c.exits[k].Guessed = nil, true
		}
		return
	}
	for _, e := range lost {
		e.Ambiguous, e.Guessed = false, true
		c.addExit(e, pos[i])
	}
}

// evenOut keeps one of two exits that differ in lanes but not in the count,
// where a caller cannot tell them apart: the one that changes less. A lock taken
// in one lane and let go in another comes out even.
func (c *collector) evenOut() {
	size := func(e *Exit) (n int) {
		for _, l := range e.Adjust {
			n += max(int(l), -int(l))
		}
		return n
	}
	for i := 0; i < len(c.exits); i++ {
		for j := 0; j < len(c.exits); j++ {
			e, f := &c.exits[i], &c.exits[j]
			if i == j || e.Ambiguous || f.Ambiguous || e.sameEffect(f) || e.Adjust.Count() != f.Adjust.Count() ||
				e.Tested != f.Tested || size(e) > size(f) || disjoint(e, f) {
				continue
			}
			e.When, e.Rets = e.When.Join(f.When), joinRets(e, f)
			c.exits = slices.Delete(c.exits, j, j+1)
			c.retPos = slices.Delete(c.retPos, j, j+1)
			i = -1 // start over: the joined exit stands for more
			break
		}
	}
}

// notNull tells apart two ways that differ in their count where one returns 0
// and nothing is known of what the other returns, which changes the count more:
// that it is something else is how a kernel function says which of the two it was
// (a pointer with a lock held, or NULL).
func (c *collector) notNull() {
	size := func(n int) int { return max(n, -n) }
	for i := range c.exits {
		for j := range c.exits {
			e, f := &c.exits[i], &c.exits[j]
			if e.Ambiguous || f.Ambiguous || size(e.Adjust.Count()) <= size(f.Adjust.Count()) || disjoint(e, f) {
				continue
			}
			for k, r := range e.Rets {
				zero := f.retFact(k).Equal(Fact{Set: One(0)})
				if zero && !r.known() && r.fact.IsTop() {
					c.guess = true
					e.Rets = slices.Clone(e.Rets)
					e.Rets[k] = factValue(Fact{Set: Except(0)})
					c.assume(c.retPos[i], "what is returned here is taken not to be 0, which another path returns with another count")
					break
				}
			}
		}
	}
}

// maxErrno is the largest error number; functions return it negated.
const maxErrno = 4095

// keptOnError finds a lock that is still held where an error number is returned,
// but not where 0 is. A caller could tell the two apart; but no kernel function
// takes a lock by failing.
func (c *collector) keptOnError(doubt func(e, f *Exit) string) {
	failed, success := Fact{Set: Between(-maxErrno, -1)}, Fact{Set: One(0)}
	for i := range c.exits {
		for j := range c.exits {
			e, f := &c.exits[i], &c.exits[j]
			if len(c.fn.Rets) == 0 || c.fn.Rets[0] != "" || e.Ambiguous || f.Ambiguous || e.Adjust.Count() <= 0 || e.Adjust.Count() <= f.Adjust.Count() {
				continue
			}
			if failed.Contains(e.retFact(0)) && success.Contains(f.retFact(0)) {
				c.bug(Bug{Kind: Unbalanced, Pos: c.retPos[i], Text: "return", Held: e.Taken, Count: e.Adjust, Doubt: doubt(e, f),
					Detail: "returns an error with the count changed by " + e.Adjust.String() + ", and 0 with it changed by " + f.Adjust.String()})
				return
			}
		}
	}
}

// unbalanced finds exits that differ in their count though a caller cannot tell
// them apart.
func (c *collector) unbalanced(doubt func(e, f *Exit) string) {
	c.notNull()
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
			if e.Guessed || f.Guessed {
				c.guess = true
				c.assume(pos, "the count here could not be told; taken to be balanced")
				c.merge()
				c.exits[0].Ambiguous, c.exits[0].Guessed = false, true
				return
			}
			c.bug(Bug{Kind: Unbalanced, Pos: pos, Text: "return", Held: at.Taken, Count: at.Adjust, Doubt: doubt(at, other),
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
		m.Rets = joinRets(&m, &e)
		m.When = m.When.Join(e.When)
	}
	m.Ambiguous, m.Adjust, m.SetIRQ, m.Tested, m.TestedIRQsOn, m.TestedFaultsOn, m.Seldom = true, Lanes{}, false, Any, false, false, 0
	c.exits, c.retPos = []Exit{m}, c.retPos[:1]
}

// dropTests forgets what was found out (about the count at entry, say), unless the
// function is a test itself: its returned value tells the outcome.
func (c *collector) dropTests(same func(e, f *Exit) bool, forget func(*Exit)) {
	keep := len(c.fn.Rets) > 0
	for i := range c.exits {
		for j := range c.exits[:i] {
			e, f := &c.exits[i], &c.exits[j]
			if !same(e, f) {
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
		forget(&e)
		c.addExit(e, pos[i])
	}
}

// tests tells whether the function found out something about its context.
func (e *Exit) tests() bool { return e.Tested != Any || e.TestedIRQsOn || e.TestedFaultsOn }

// disjoint tells whether a caller can know which of the two ways was taken.
func disjoint(e, f *Exit) bool {
	both, ok := e.When.Meet(f.When)
	if !ok {
		return true
	}
	for i := range e.Rets {
		if _, ok := e.retUnder(both, i).Meet(f.retUnder(both, i)); !ok {
			return true
		}
	}
	return false
}
