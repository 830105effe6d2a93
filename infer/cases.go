package infer

import (
	"slices"
	"sort"
	"strings"
)

// Summary returns what is known of a function, by ID or external symbol; nil if
// the program neither has nor declares it and no primitive has that name.
func (sol *Solution) Summary(name string) *Summary {
	s := sol.summaryOf(name)
	if s.Evidence == NoBody && sol.prog.Decls[name] == nil {
		return nil
	}
	return s
}

// Lookup returns the summaries of all functions that go by a name: an ID, a
// symbol or a short name. Statics of different files may share one. They come
// in order of ID.
func (sol *Solution) Lookup(name string) []*Summary {
	if j, ok := sol.lookup(name); ok {
		return []*Summary{sol.at(j).sum}
	}
	var out []*Summary
	for _, id := range sol.names[name] {
		if j, ok := sol.find(id); ok {
			out = append(out, sol.at(j).sum)
		}
	}
	if len(out) == 0 {
		if s := sol.Summary(name); s != nil {
			out = append(out, s)
		}
	}
	return out
}

// All returns the summaries of all functions of the program, in order of ID.
func (sol *Solution) All() []*Summary {
	var out []*Summary
	for i := range sol.nodes {
		if n := sol.at(i); n.fn != nil {
			out = append(out, n.sum)
		}
	}
	return out
}

// Expect is the range of counts with which the function may be entered
// whatever its arguments: the strictest of its cases.
func (s *Summary) Expect() Range {
	r := Any
	for _, q := range s.Reqs {
		r = strictest(r, q)
	}
	return r
}

// strictest narrows r by a requirement. Requirements of different paths may
// contradict each other; sleeping then wins, at the lowest count where several
// sleep (one path lets go of the caller's lock before, another does not): the order
// of the requirements must not matter.
func strictest(r Range, q *Req) Range {
	if m := r.Meet(q.Expect); !m.IsEmpty() {
		return m
	}
	if q.Kind == Sleeps && q.Expect.Hi < r.Hi {
		return q.Expect
	}
	return r
}

// Adjust is the change of the count; false where cases differ or it could not
// be told.
func (s *Summary) Adjust() (Lanes, bool) {
	if len(s.Exits) == 0 {
		return Lanes{}, true
	}
	first := s.Exits[0]
	for i := range s.Exits {
		e := &s.Exits[i]
		if e.Ambiguous || e.Adjust.Count() != first.Adjust.Count() {
			return Lanes{}, false
		}
	}
	return first.Adjust, true
}

// MaySleep returns the requirement that makes the function one that may sleep,
// or nil; conditional ones come after unconditional ones.
func (s *Summary) MaySleep() *Req {
	var found *Req
	for _, q := range s.Reqs {
		if q.Kind == Sleeps {
			if len(q.When) == 0 {
				return q
			}
			if found == nil {
				found = q
			}
		}
	}
	return found
}

// maxCases bounds the table rows of one function.
const maxCases = 8

// Cases flattens a summary for a reader: one case for each condition that makes
// a difference. A function always has at least one.
func (s *Summary) Cases() []Case {
	effects := s.effectGroups()
	always, groups := s.reqGroups()
	var out []Case
	for _, e := range effects {
		base := Case{Adjust: e.adjust, Ambiguous: e.ambiguous, Returns: e.returns, Expect: Any}
		add := func(when string, reqs []*Req) {
			c := base
			c.When = when
			for _, q := range reqs {
				if r := strictest(c.Expect, q); c.Why == nil || r != c.Expect {
					c.Expect, c.Why = r, q
				}
				c.NeedsIRQsOn = c.NeedsIRQsOn || q.Kind == Sleeps && !q.AnyIRQ
			}
			out = append(out, c)
		}
		split, covered := false, false
		for _, g := range groups {
			conds, any := e.under(g.whens)
			if len(conds) == 0 && !any {
				continue
			}
			split = true
			covered = covered || covers(conds, e.whens)
			add(s.dnf(conds), append(slices.Clone(always), g.req))
		}
		switch when := s.dnf(e.whens); {
		case covered:
		case !split:
			add(when, always)
		case when == "":
			add("else", always)
		default:
			add(when+", else", always)
		}
	}
	if len(out) > maxCases { // too many to read: the strict reading
		c := Case{Expect: s.Expect()}
		c.Adjust, c.Ambiguous = Lanes{}, true
		if a, ok := s.Adjust(); ok {
			c.Adjust, c.Ambiguous = a, false
		}
		for _, q := range s.Reqs {
			if q.Kind != SleepsOnRT && c.Why == nil {
				c.Why = q
			}
			c.NeedsIRQsOn = c.NeedsIRQsOn || q.Kind == Sleeps && !q.AnyIRQ
		}
		return []Case{c}
	}
	return out
}

// covers tells whether each of the ways lies inside one of the conditions.
func covers(conds, ways []Cond) bool {
	for _, w := range ways {
		if !slices.ContainsFunc(conds, func(c Cond) bool { return c.Contains(w) }) {
			return false
		}
	}
	return true
}

type effectGroup struct {
	adjust    Lanes
	ambiguous bool
	rets      []RetValue
	returns   string
	whens     []Cond
}

// under lists the ways in which the effect meets one of the conditions.
func (e *effectGroup) under(whens []Cond) (out []Cond, always bool) {
	for _, w := range whens {
		for _, v := range e.whens {
			if m, ok := w.Meet(v); ok {
				out = append(out, m)
			}
		}
	}
	return out, len(whens) == 0
}

func (s *Summary) effectGroups() []effectGroup {
	if len(s.Exits) == 0 {
		return []effectGroup{{whens: []Cond{nil}}}
	}
	type key struct {
		adjust    Lanes
		ambiguous bool
	}
	byKey := map[key][]*Exit{}
	var keys []key
	for i := range s.Exits {
		e := &s.Exits[i]
		k := key{e.Adjust, e.Ambiguous}
		if e.SetIRQ {
			k.adjust[IRQ] = 0 // not a change but a setting
		}
		if byKey[k] == nil {
			keys = append(keys, k)
		}
		byKey[k] = append(byKey[k], e)
	}
	sort.SliceStable(keys, func(i, j int) bool { return keys[i].adjust.Count() > keys[j].adjust.Count() })
	var out []effectGroup
	for _, k := range keys {
		g := effectGroup{adjust: k.adjust, ambiguous: k.ambiguous}
		var ret []RetValue
		for i, e := range byKey[k] {
			g.whens = append(g.whens, e.When)
			rets := make([]RetValue, len(e.Rets))
			for k := range rets {
				rets[k] = factValue(e.retFact(k))
			}
			if i == 0 {
				ret = rets
			} else {
				ret = joinRets(&Exit{Rets: ret}, &Exit{Rets: rets})
			}
		}
		if len(keys) > 1 {
			g.rets = ret
		} else {
			g.whens = []Cond{nil}
		}
		out = append(out, g)
	}
	s.dropLeftBehind(out)
	for i := range out {
		out[i].returns = s.retText(out[i].rets)
	}
	// Of success and failure, "not 0" is the plainer half.
	if len(out) == 2 && len(s.Rets) > 0 && s.Rets[0] == "" {
		for i := range out {
			if out[1-i].returns == "== 0" && !out[i].rets[0].Fact().set().Has(0) {
				out[i].returns = "!= 0"
			}
		}
	}
	dropValidity(out)
	return out
}

// dropLeftBehind leaves out what a C function leaves behind its pointers, where
// the value that it returns tells the cases apart.
func (s *Summary) dropLeftBehind(groups []effectGroup) {
	if len(s.Rets) < 2 || s.Rets[0] != "" || !strings.HasPrefix(s.Rets[1], "&") {
		return
	}
	for i := range groups {
		for j := range groups[:i] {
			if !retsApart(groups[i].rets[:min(1, len(groups[i].rets))], groups[j].rets) {
				return
			}
		}
	}
	for i := range groups {
		groups[i].rets = groups[i].rets[:min(1, len(groups[i].rets))]
	}
}

// dropValidity leaves out conditions of the form "p != 0" without which the
// cases are told apart all the same: they only say that a lock that was taken
// is one.
func dropValidity(groups []effectGroup) {
	apart := func(i int, w Cond, param int) bool {
		for j := range groups {
			for _, v := range groups[j].whens {
				_, meet := w.Meet(v)
				if j != i && (meet && !retsApart(groups[i].rets, groups[j].rets) || v.fact(param).Equal(Fact{Set: One(0)})) {
					return false
				}
			}
		}
		return true
	}
	for i := range groups {
		whens := slices.Clone(groups[i].whens)
		for k, w := range whens {
			for _, a := range w {
				less := slices.DeleteFunc(slices.Clone(whens[k]), func(b Atom) bool { return b.Param == a.Param })
				if a.Fact.Equal(Fact{Set: Except(0)}) && apart(i, less, a.Param) {
					whens[k] = less
				}
			}
		}
		groups[i].whens = whens
	}
}

func retsApart(a, b []RetValue) bool {
	for i := range a {
		if _, ok := a[i].Fact().Meet(b[i].Fact()); !ok {
			return true
		}
	}
	return false
}

type reqGroup struct {
	req   *Req
	whens []Cond
}

// meetable are the requirements but demands for a lock held under conditions
// under which the function also sleeps with none: no caller could meet both, so
// one is of a path that does not happen, and sleeping is the one to tell.
func (s *Summary) meetable() []*Req {
	return slices.DeleteFunc(slices.Clone(s.Reqs), func(r *Req) bool {
		return r.Expect.Lo > 0 && slices.ContainsFunc(s.Reqs, func(q *Req) bool {
			_, both := q.When.Meet(r.When)
			return both && q.Kind == Sleeps && q.Expect == (Range{})
		})
	})
}

func (s *Summary) reqGroups() (always []*Req, groups []reqGroup) {
	reqs := s.meetable()
	for _, q := range reqs {
		if q.Kind == SleepsOnRT || q.Expect == Any && q.AnyIRQ {
			continue
		}
		if len(q.When) == 0 {
			always = append(always, q)
		}
	}
	strict := Any
	for _, q := range always {
		strict = strictest(strict, q)
	}
	for _, q := range reqs {
		if q.Kind == SleepsOnRT || len(q.When) == 0 || strictest(strict, q) == strict {
			continue
		}
		i := slices.IndexFunc(groups, func(g reqGroup) bool { return g.req.Expect == q.Expect })
		if i < 0 {
			groups = append(groups, reqGroup{req: q})
			i = len(groups) - 1
		}
		groups[i].whens = addCond(groups[i].whens, q.When)
	}
	for _, g := range groups {
		if slices.ContainsFunc(g.whens, func(c Cond) bool { return len(c) == 0 }) {
			always = append(always, g.req)
		}
	}
	groups = slices.DeleteFunc(groups, func(g reqGroup) bool { return slices.Contains(always, g.req) })
	return always, groups
}

// addCond adds an alternative to some, as one with those that it completes.
func addCond(conds []Cond, c Cond) []Cond {
	for i, d := range conds {
		if u, ok := d.unionExact(c); ok {
			return addCond(slices.Delete(conds, i, i+1), u)
		}
	}
	return append(conds, c)
}
