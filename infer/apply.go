package infer

import (
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// apply runs one callee in state s.
func (a *analysis) apply(op *Op, flat int, s *state, c *Summary) []*state {
	args := a.args(op, s, c)
	c = a.special(op, c, args)
	if c.noReturn() {
		return nil // what leads to panic() and its kin does not count
	}
	unsure := slices.ContainsFunc(c.Exits, func(e Exit) bool { return e.Ambiguous })
	for _, r := range c.Reqs {
		if unsure && r.Kind == Holds {
			continue // what is let go on one path only is no demand on every caller
		}
		if r.Kind == Holds && a.open(s, c.memory(r.When), args) {
			continue // nor is what is let go under a test of memory that nobody decides
		}
		if t := assumeCond(s, r.When, args); t != nil {
			if a.fn.Lang == Rust && c.Evidence == Model && c.Func != nil {
				in := *r // Rust readers want to see where in C they end up
				in.Pos = c.Func.Pos
				r = &in
			}
			a.require(op, t, a.doubted(s, r, args, c), c.Name)
		}
	}
	for i := range c.Entries {
		a.callback(op, s, &c.Entries[i], args, c)
	}
	torn := a.tears(s, c, args)
	a.torn = a.torn || torn
	var out []*state
	letsGo := false
	for i := range c.Exits {
		e := &c.Exits[i]
		for _, t := range assumeEach(s, e.When, args) {
			if t = t.tested(e); t != nil {
				out = append(out, a.leave(op, flat, t, c, e, args))
				letsGo = letsGo || e.Adjust.Count() < 0
			}
		}
	}
	for _, t := range out {
		t.kept = t.kept || torn && letsGo && t.lanes.Count() >= s.lanes.Count()
	}
	return out
}

// leave is the state behind a call that returned by exit e.
func (a *analysis) leave(op *Op, flat int, t *state, c *Summary, e *Exit, args []value) *state {
	t = t.clone()
	t.adjust(op, e)
	t.guessed = t.guessed || e.Guessed || e.Ambiguous
	for j, d := range op.Call.Dsts {
		if d.Var < 0 {
			continue
		}
		v, f, ok := e.ret(c.Rets, d.Path, args)
		if !ok {
			v = a.fresh(t, flat, j, f)
		}
		t.set(d.Var, v)
	}
	return t
}

// args maps the callee's parameters to values in s; kind valSym with a negative
// symbol where nothing is known.
func (a *analysis) args(op *Op, s *state, c *Summary) []value {
	args := a.mem.args.take(len(c.Params))
	for i, p := range c.Params {
		args[i] = unknown
		if other, ok := strings.CutPrefix(p.Path, "=="); ok {
			args[i] = a.same(op, s, p.Arg, other, c.effect() == changes)
			continue
		}
		for _, arg := range op.Call.Args {
			if arg.Arg == p.Arg && arg.Path == p.Path {
				if v, ok := a.operand(s, arg.Value); ok {
					args[i] = v
				}
			}
		}
	}
	return args
}

// same tells whether two arguments of a call are one and the same value. What is not
// the same here may be all the same (`list_is_head(pos, head)`); only a function that
// takes or releases locks is taken to be given two objects.
func (a *analysis) same(op *Op, s *state, arg int, other string, locks bool) value {
	var ids []valueID
	for _, x := range op.Call.Args {
		if x.Path == "" && (x.Arg == arg || strconv.Itoa(x.Arg) == other) {
			if v, ok := a.operand(s, x.Value); ok {
				ids = append(ids, s.mem.table.id(v))
			}
		}
	}
	switch {
	case len(ids) == 2 && ids[0] == ids[1]:
		return constant(1)
	case locks:
		return constant(0)
	}
	return unknown
}

// unknown is an argument of which nothing is known.
var unknown = value{kind: valSym, sym: -1}

func unknownArg(v value) bool { return v.kind == valSym && v.sym < 0 }

// assumeCond is s under a condition on the callee's parameters, or nil.
func assumeCond(s *state, c Cond, args []value) *state {
	for _, at := range c {
		if v := args[at.Param]; !unknownArg(v) {
			if s = s.assumeFact(v, at.Fact); s == nil {
				return nil
			}
		}
	}
	return s
}

// memory is the part of a condition that speaks of what arguments point at.
func (s *Summary) memory(c Cond) Cond {
	return slices.DeleteFunc(slices.Clone(c), func(at Atom) bool { return s.Params[at.Param].Path == "" })
}

// open tells whether neither s nor the function's own parameters decide a
// condition on the callee's.
func (a *analysis) open(s *state, c Cond, args []value) bool {
	for _, at := range c {
		v := args[at.Param]
		if unknownArg(v) || v.symbolic() && int(v.sym) >= len(a.fn.Params) && s.assumeFact(v, at.Fact) != s {
			return true
		}
	}
	return false
}

// untold tells whether s leaves open a condition on the callee's parameters that
// hangs on memory, the caller's too.
func (a *analysis) untold(s *state, c Cond, args []value) bool {
	for _, at := range c {
		v := args[at.Param]
		memory := unknownArg(v) || v.symbolic() && (int(v.sym) >= len(a.fn.Params) || a.fn.Params[v.sym].Path != "")
		if memory && (unknownArg(v) || s.assumeFact(v, at.Fact) != s) {
			return true
		}
	}
	return false
}

// assumeEach is assumeCond for the ways out of a callee: one state for each value
// of an argument that is a few bits of something (`flags & LOCK_TYPE`), where they
// cannot be told in one.
func assumeEach(s *state, c Cond, args []value) []*state {
	states := []*state{s}
	for _, at := range c {
		v := args[at.Param]
		if unknownArg(v) {
			continue
		}
		var next []*state
		for _, t := range states {
			for _, set := range v.apart(at.Fact) {
				f := at.Fact
				f.Set = set
				if u := t.assumeFact(v, f); u != nil {
					next = append(next, u)
				}
			}
		}
		states = next
	}
	return states
}

// maxApart is how many bits of a symbol are told apart value by value.
const maxApart = 2

// apart cuts the set of a fact into those values that v can have, where v is a few
// bits of a symbol and more than one value but not all are in the set.
func (v value) apart(f Fact) []IntSet {
	whole := []IntSet{f.Set}
	n := bits.OnesCount64(v.and &^ v.or)
	if v.kind != valSym || v.sub || v.open != 0 || n == 0 || n > maxApart || f.Set == nil {
		return whole
	}
	var sets []IntSet
	all := true
	for sub := v.and &^ v.or; ; sub = (sub - 1) & (v.and &^ v.or) {
		if c := int64(sub | v.or); f.Set.Has(c) {
			sets = append(sets, One(c))
		} else {
			all = false
		}
		if sub == 0 {
			break
		}
	}
	if all {
		return whole
	}
	return sets
}

// tested takes over what the callee found out about the count, and of references.
func (s *state) tested(e *Exit) *state {
	if e.TestedFaultsOn && s.lanes[Fault] > 0 {
		return nil
	}
	if e.Seldom != 0 || e.TestedFaultsOn {
		c := *s
		c.seldom = s.seldom | e.Seldom
		c.faultsOn = s.faultsOn || e.TestedFaultsOn && s.lanes[Fault] == 0 && !s.ambiguous
		s = &c
	}
	if e.Tested == Any && !e.TestedIRQsOn || s.ambiguous {
		return s
	}
	n := s.lanes.Count()
	if e.TestedIRQsOn && s.lanes[IRQ] > 0 {
		return nil
	}
	r := shift(e.Tested, n).Meet(s.entry)
	if r.IsEmpty() {
		return nil
	}
	c := *s
	c.entry = r
	c.irqsOn = s.irqsOn || e.TestedIRQsOn && !s.setIRQ
	return &c
}

// shift is the range of counts at entry for which the count, n more by now,
// lies in r; empty if there is none.
func shift(r Range, n int) Range {
	clamp := func(x int) int8 { return int8(max(0, min(Inf-1, x))) }
	out := Range{clamp(int(r.Lo) - n), Inf}
	if r.Hi != Inf {
		if int(r.Hi)-n < 0 {
			return Range{1, 0}
		}
		out.Hi = clamp(int(r.Hi) - n)
	}
	return out
}

// maxIRQ bounds how often interrupts are remembered to have been switched off.
const maxIRQ = 4

// adjust changes the count as the exit says.
func (s *state) adjust(op *Op, e *Exit) {
	if e.Ambiguous {
		s.mode = ambiguousMode
		return
	}
	if s.ambiguous {
		return
	}
	for l := Lane(0); l < NumLanes; l++ {
		n := int(e.Adjust[l])
		if l == IRQ && e.SetIRQ {
			n -= int(s.lanes[IRQ])
		}
		s.again = s.again || l == Spin && n > 0 && slices.ContainsFunc(s.taken, func(h Held) bool { return h.Lane == l && h.Pos == op.Pos })
		if l != Fault {
			s.taken = takeHeld(s.taken, l, n, op.Pos, op.Call.Text)
		}
	}
	if e.SetIRQ {
		s.lanes[IRQ] = 0
		s.setIRQ = true
	}
	s.lanes = s.lanes.Plus(e.Adjust)
	// Interrupts are a flag: on is on, however often it was said.
	floor := int8(-1)
	if s.setIRQ {
		floor = 0
	}
	s.lanes[IRQ] = max(floor, min(maxIRQ, s.lanes[IRQ]))
}

// ret is the value that the exit returns at path; else what is known of it.
func (e *Exit) ret(rets []string, path string, args []value) (value, Fact, bool) {
	for i, p := range rets {
		if p != path || i >= len(e.Rets) {
			continue
		}
		r := e.Rets[i]
		if !r.known() {
			return value{}, r.fact, false
		}
		if !r.val.symbolic() {
			return r.val, Fact{}, true
		}
		v := args[r.val.sym]
		if unknownArg(v) {
			return value{}, r.Fact(), false
		}
		ok := true
		if r.val.open != 0 && r.val.kind == valPred {
			return value{}, r.Fact(), false
		}
		if r.val.sub {
			v, ok = cleared(And, v, v)
		}
		if ok && !(r.val.and == ^uint64(0) && r.val.or == 0) {
			if v, ok = mask(And, v, r.val.and); ok {
				v, ok = mask(Or, v, r.val.or)
			}
		}
		if ok && r.val.open != 0 {
			v, ok = opened(v, r.val.open)
		}
		if ok && r.val.kind == valPred {
			v, ok = v.in(r.val.set)
		}
		if !ok {
			return value{}, r.Fact(), false
		}
		return v, Fact{}, true
	}
	return value{}, Fact{}, false
}
