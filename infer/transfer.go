package infer

import (
	"fmt"
	"math/bits"
	"slices"
	"strconv"
	"strings"
)

// operand is the value of o in s; false where nothing is known of it.
func (a *analysis) operand(s *state, o Operand) (value, bool) {
	switch o.Kind {
	case OperandConst:
		return constant(o.Const), true
	case OperandVar:
		if o.Var >= 0 {
			return s.value(o.Var), true
		}
	case OperandFunc:
		return value{kind: valFunc, fn: o.Func}, true
	}
	return value{}, false
}

// op runs one operation. The states that come back may share parts with s.
func (a *analysis) op(op *Op, flat int, s *state) []*state {
	switch op.Kind {
	case OpAssign:
		if op.Dst < 0 {
			return []*state{s}
		}
		x, okA := a.operand(s, op.Expr.A)
		if op.Expr.Op == NonNull && okA {
			return a.follow(op, s, x)
		}
		y, okB := a.operand(s, op.Expr.B)
		s = s.clone()
		v, ok := value{}, okA && (okB || op.Expr.B.Kind == OperandUnknown)
		if ok {
			v, ok = evalExpr(op.Expr.Op, x, y)
			if !ok && op.Expr.Op == Or {
				v, ok = a.orBits(op.Expr, x, y)
			}
		}
		if !ok {
			v = a.fresh(s, flat, 0, Fact{})
			switch e := op.Expr; {
			case e.Op >= Not && e.Op <= UGe:
				s.setFact(v.sym, Fact{Set: Between(0, 1)})
			case e.Op == NonNull:
				s.setFact(v.sym, Fact{Set: Except(0)})
			case e.Op == Or && okB && y.kind == valConst: // at least these bits are set
				f, _ := Fact{Ones: uint64(y.c)}.normal()
				s.setFact(v.sym, f)
			}
		}
		s.set(op.Dst, v)
		return []*state{s}
	case OpCall:
		return a.call(op, flat, s)
	}
	return []*state{s} // stores concern the slots, not this function
}

// follow is the state in which the pointer x was followed. That a parameter is not
// NULL is no condition of the summary (see followed), so there only the value says
// so, by a bit that no code tests.
func (a *analysis) follow(op *Op, s *state, x value) []*state {
	if x.isWhole() && int(x.sym) < len(a.fn.Params) {
		if v, ok := mask(Or, x, 1<<40); ok {
			x = v
		}
	} else if s = s.assume(x, Except(0)); s == nil {
		return nil
	}
	s = s.clone()
	s.set(op.Dst, x)
	return []*state{s}
}

// orBits is x | y where one of them is a place of a field of which it is known
// what is ever stored there. Only here is that relied on: a field that is filled
// other than by name (copied from user space, say) would make branches on it look
// decided, but no such field is joined with flags.
func (a *analysis) orBits(e Expr, x, y value) (value, bool) {
	if m, ok := a.fieldBits(e.B); ok {
		return opened(x, m)
	}
	if m, ok := a.fieldBits(e.A); ok {
		return opened(y, m)
	}
	return value{}, false
}

func (a *analysis) fieldBits(o Operand) (uint64, bool) {
	if o.Kind != OperandVar || o.Var < 0 {
		return 0, false
	}
	bits, ok := a.sol.prog.Fields[a.fn.Fields[o.Var]]
	return bits.Mask, ok && !bits.Unknown
}

// fresh makes the symbol of result i of an operation, known to satisfy f. What
// still refers to the result of the round before keeps that one's facts.
func (a *analysis) fresh(s *state, flat, i int, f Fact) value {
	now, before := a.result(flat, i)
	moved, kept := false, false
	for v := range s.vals {
		if x := *s.held(Var(v)); x.symbolic() {
			switch x.sym {
			case now:
				x.sym = before
				s.set(Var(v), x)
				moved = true
			case before:
				kept = true
			}
		}
	}
	if moved {
		g := s.fact(now)
		if kept {
			g = g.Join(s.fact(before))
		}
		s.setFact(before, g)
	}
	s.setFact(now, f)
	return symbol(now)
}

// call applies the summaries of a call's callees.
func (a *analysis) call(op *Op, flat int, s *state) []*state {
	var callees []*Summary
	known := true
	if ann := op.Call.Annotation; ann != nil {
		callees = []*Summary{annotated(op.Call.Text, ann)}
	} else {
		callees, known = a.callees(op, s)
	}
	var out []*state
	for _, c := range callees {
		out = append(out, a.apply(op, flat, s, c)...)
	}
	if !known || len(callees) == 0 && op.Call.Target.Kind != Direct {
		out = append(out, a.unknownResult(op, flat, s))
	}
	return dedupe(out)
}

func dedupe(states []*state) []*state {
	if len(states) < 2 {
		return states
	}
	var out []*state
next:
	for _, s := range states {
		for _, t := range out {
			if t.subsumes(s, nil) {
				continue next
			}
		}
		out = append(out, s)
	}
	return out
}

func (a *analysis) unknownResult(op *Op, flat int, s *state) *state {
	s = s.clone()
	for i, d := range op.Call.Dsts {
		if d.Var >= 0 {
			s.set(d.Var, a.fresh(s, flat, i, Fact{}))
		}
	}
	return s
}

// callees finds what a call may reach; known is false where there may be more.
func (a *analysis) callees(op *Op, s *state) (list []*Summary, known bool) {
	t := &op.Call.Target
	switch t.Kind {
	case Direct:
		return []*Summary{a.callee(op, t.Func, a.reach(s))}, true
	case SlotCall:
		return a.slot(op, t.Slot, a.reach(s))
	case Indirect:
		if v, ok := a.operand(s, VarOf(t.Var)); ok {
			if v.kind == valFunc {
				return a.pointed(op, v.fn, a.reach(s))
			}
			if v.isWhole() && int(v.sym) < len(a.fn.Params) {
				a.out.entry(CallbackEntry{Param: int(v.sym), When: a.cond(s), Adjust: s.lanes, SetIRQ: s.setIRQ, Pos: op.Pos})
				return nil, false
			}
		}
	}
	a.unknownCall(op, s, fmt.Sprintf("%s calls through a pointer that is not known", op.Call.Text))
	return nil, false
}

// notKnown is the depth of a witness that ends in something that is not known: a
// chain that ends in C is worth more than a short one.
const notKnown = 100

// unknownCall applies the policy for calls whose callee is not known. In Rust
// that is klint's: it may sleep. In C it is what Options say.
func (a *analysis) unknownCall(op *Op, s *state, why string) {
	if a.fn.Lang == Rust || a.sol.opts.Indirect == IndirectSleep {
		a.require(op, s, &Req{Kind: Sleeps, Expect: Range{}, Pos: op.Pos, Text: why + ", and so may sleep", depth: notKnown}, "")
		return
	}
	a.out.assumeAwake(a.reach(s), op.Pos, why)
}

// reach is how the function comes to do something in state s.
func (a *analysis) reach(s *state) reach {
	return reach{a.cond(s), !s.ambiguous && (s.lanes.Count() > 0 || s.lanes[IRQ] > 0)}
}

// callee is the summary of a directly called function, reached so.
func (a *analysis) callee(op *Op, name string, how reach) *Summary {
	c := a.sol.summaryOf(name)
	if c.absent && a.fn.Lang == C {
		return c
	}
	if c.Evidence == NoBody {
		why := c.Name + "() has no body here"
		if a.fn.Lang == Rust { // klint's default for what is not known
			sleeps := *c
			sleeps.Reqs = []*Req{{Kind: Sleeps, Pos: op.Pos, Text: why + ", and so may sleep", depth: 1}}
			return &sleeps
		}
		a.out.assumeWhen(how.when, op.Pos, why+"; taken not to sleep")
	}
	a.out.rest(c.Name, how)
	return c
}

// apply runs one callee in state s.
func (a *analysis) apply(op *Op, flat int, s *state, c *Summary) []*state {
	args := a.args(op, s, c)
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
	args := make([]value, len(c.Params))
	for i, p := range c.Params {
		args[i] = value{kind: valSym, sym: -1}
		if other, ok := strings.CutPrefix(p.Path, "=="); ok {
			args[i] = a.same(op, s, p.Arg, other)
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

// same tells whether two arguments of a call are one and the same value. What is
// not the same here is taken not to be: two pointers to two objects.
func (a *analysis) same(op *Op, s *state, arg int, other string) value {
	var ids []valueID
	for _, x := range op.Call.Args {
		if x.Path == "" && (x.Arg == arg || strconv.Itoa(x.Arg) == other) {
			if v, ok := a.operand(s, x.Value); ok {
				ids = append(ids, s.table.id(v))
			}
		}
	}
	if len(ids) == 2 && ids[0] == ids[1] {
		return constant(1)
	}
	return constant(0)
}

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

// memory is the part of a condition that speaks of what arguments point at.
func (s *Summary) memory(c Cond) Cond {
	return slices.DeleteFunc(slices.Clone(c), func(at Atom) bool { return s.Params[at.Param].Path == "" })
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

// tested takes over what the callee found out about the count.
func (s *state) tested(e *Exit) *state {
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
		s.taken = takeHeld(s.taken, l, n, op.Pos, op.Call.Text)
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
		if r.val.open != 0 {
			return value{}, Fact{}, false
		}
		if r.val.sub {
			v, ok = cleared(And, v, v)
		}
		if ok && !(r.val.and == ^uint64(0) && r.val.or == 0) {
			if v, ok = mask(And, v, r.val.and); ok {
				v, ok = mask(Or, v, r.val.or)
			}
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
