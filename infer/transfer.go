package infer

import (
	"fmt"
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

// assign runs an assignment or a store in state s, which is changed where it is its
// own. It tells whether the state that comes back is.
func (a *analysis) assign(op *Op, flat int, s *state, own bool) (*state, bool) {
	if op.Kind != OpAssign || op.Dst < 0 {
		return s, own // stores concern the slots, not this function
	}
	x, okA := a.operand(s, op.Expr.A)
	if op.Expr.Op == NonNull && okA {
		return a.follow(op, s, own, x)
	}
	y, okB := a.operand(s, op.Expr.B)
	if !own {
		s = s.clone()
	}
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
			s.setFact(v.sym, Fact{Set: zeroOrOne})
		case e.Op == NonNull:
			s.setFact(v.sym, Fact{Set: notZero})
		case e.Op == Or && okB && y.kind == valConst: // at least these bits are set
			f, _ := Fact{Ones: uint64(y.c)}.normal()
			s.setFact(v.sym, f)
		}
	}
	s.set(op.Dst, v)
	return s, true
}

// follow is the state in which the pointer x was followed. That a parameter is not
// NULL is no condition of the summary (see followed), so there only the value says
// so, by a bit that no code tests.
func (a *analysis) follow(op *Op, s *state, own bool, x value) (*state, bool) {
	if x.isWhole() && int(x.sym) < len(a.fn.Params) {
		if v, ok := mask(Or, x, 1<<40); ok {
			x = v
		}
	} else if s = s.assume(x, notZero); s == nil {
		return nil, false
	}
	if !own {
		s = s.clone()
	}
	s.set(op.Dst, x)
	return s, true
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
	if !a.looped[a.at] { // there is no round before
		s.setFact(now, f)
		return symbol(now)
	}
	moved, kept := false, false
	for v := range s.vals {
		switch s.sym(Var(v)) {
		case now:
			x := *s.held(Var(v))
			x.sym = before
			s.set(Var(v), x)
			moved = true
		case before:
			kept = true
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

// call applies the summary of a call's callee. The states that come back are new.
func (a *analysis) call(op *Op, flat int, s *state) []*state {
	var c *Summary
	known := true
	if ann := op.Call.Annotation; ann != nil {
		c = annotated(op.Call.Text, ann)
	} else {
		c, known = a.calls(op, flat, s)
	}
	var out []*state
	if c != nil {
		out = a.apply(op, flat, s, c)
	}
	if !known || c == nil && op.Call.Target.Kind != Direct {
		out = append(out, a.unknownResult(op, flat, s))
	}
	return dedupe(out)
}

func dedupe(states []*state) []*state {
	if len(states) < 2 {
		return states
	}
	out := states[:0]
next:
	for _, s := range states {
		for _, t := range out {
			if t.subsumes(s, nil, noSym) {
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

// calls finds what a call may reach; known is false where there may be more, and the
// summary nil where there is nothing that is known.
func (a *analysis) calls(op *Op, flat int, s *state) (c *Summary, known bool) {
	t := &op.Call.Target
	switch t.Kind {
	case Direct:
		return a.callee(op, a.callees[flat].sum, a.reach(s)), true
	case SlotCall:
		return a.slot(op, t.Slot, a.callees[flat].sum, a.reach(s))
	case Indirect:
		if v, ok := a.operand(s, VarOf(t.Var)); ok {
			if v.kind == valFunc {
				return a.pointed(op, v.fn, a.reach(s))
			}
			if v.isWhole() && int(v.sym) < len(a.fn.Params) {
				a.torn = true // what it does to the count is its caller's to know
				a.out.entry(CallbackEntry{Param: int(v.sym), When: a.cond(s), Adjust: s.lanes, SetIRQ: s.setIRQ, Seldom: s.seldom, Pos: op.Pos})
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

// sleepsUnknown tells whether f takes what it calls to sleep because it has no body:
// klint's default, for Rust.
func (s *Summary) sleepsUnknown(f *Func) bool {
	return f.Lang == Rust && s.Evidence == NoBody && !s.noReturn()
}

// callee is the summary of a directly called function, reached so.
func (a *analysis) callee(op *Op, c *Summary, how reach) *Summary {
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
