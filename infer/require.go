package infer

import "fmt"

// require records that the operation asks r of the context, met in state s:
// either a demand on the function's own entry or, where no entry could satisfy
// it, a bug.
func (a *analysis) require(op *Op, s *state, r *Req, callee string) {
	if r.faults && s.lanes[Fault] > 0 {
		return // it fails instead
	}
	req := &Req{
		Kind: r.Kind, When: a.cond(s), Expect: Any, AnyIRQ: r.AnyIRQ, Mixed: r.Mixed, declared: r.declared, doubt: r.doubt,
		faults: r.faults && s.lanes[Fault] == 0 || s.faultsOn, seldom: r.seldom,
		Pos: op.Pos, Text: op.Call.Text, Callee: callee, Next: r, depth: r.depth + 1,
	}
	if r.Kind == Sleeps {
		req.seldom |= s.seldom
	}
	if callee == "" { // the operation itself is the primitive
		req.Text, req.Next, req.depth = r.Text, nil, max(1, r.depth)
	}
	if s.ambiguous {
		switch r.Kind {
		case Sleeps:
			req.Expect = Range{}
			a.out.require(req)
		case Holds:
			a.out.assumeWhen(a.cond(s), op.Pos, "the count before "+op.Call.Text+" could not be told; taken to be enough")
		}
		return
	}
	if a.fn.Lang == C && r.Mixed && (s.lanes[IRQ] > 0 || shift(r.Expect, s.lanes.Count()).IsEmpty()) {
		// The section is this function's own: if the pointer held a function that
		// sleeps it would be a bug here, whoever calls. It says nothing of callers.
		a.bug(SleepInAtomic, op, s, req)
		return
	}
	switch r.Kind {
	case SleepsOnRT:
		if s.lanes[Raw] > 0 || s.lanes[IRQ] > 0 {
			a.bug(SleepOnRT, op, s, req)
		} else {
			a.out.require(req)
		}
		return
	case Sleeps:
		if s.lanes[IRQ] > 0 && !r.AnyIRQ {
			a.bug(SleepInAtomic, op, s, req)
			a.out.require(a.reported(s, req))
			return
		}
		req.AnyIRQ = r.AnyIRQ || s.setIRQ || s.lanes[IRQ] < 0 || s.irqsOn
	}
	want := shift(r.Expect, s.lanes.Count())
	if want.IsEmpty() {
		switch r.Kind {
		case Sleeps:
			a.bug(SleepInAtomic, op, s, req)
		default:
			a.bug(HeldTooMuch, op, s, req)
		}
		a.out.require(a.reported(s, req))
		return
	}
	if want = allowed(want, s.entry); want == Any && (r.Kind != Sleeps || req.AnyIRQ) {
		return
	}
	req.Expect = want
	if req.seldom != 0 && req.doubt == "" && a.fn.Lang == C && a.mayPass() {
		req.doubt = doubtSeldom + req.seldom.String() // to callers: here it is plain to see
	}
	a.out.require(req)
}

// reported is the requirement of a function that is a bug in itself: to callers it is
// one that may sleep, but what was said here once is not said of them.
func (a *analysis) reported(s *state, req *Req) *Req {
	r := *req
	r.Expect = Range{}
	if a.fn.Lang == C && r.doubt == "" && a.doubt(s, req) == "" {
		r.doubt = doubtReported
	}
	return &r
}

// allowed is want, loosened to all counts that tests on the way here have
// ruled out. Where the result is no range, want stands.
func allowed(want, entry Range) Range {
	switch {
	case entry == Any:
		return want
	case want.Lo <= entry.Lo && want.Hi >= entry.Hi:
		return Any
	case entry.Lo == 0 && want.Hi >= entry.Hi:
		return Range{want.Lo, Inf}
	case entry.Hi == Inf && want.Lo <= entry.Lo:
		return Range{0, want.Hi}
	}
	return want
}

func (a *analysis) bug(kind BugKind, op *Op, s *state, why *Req) {
	a.out.bug(Bug{
		Kind: kind, Pos: op.Pos, Text: op.Call.Text, Drop: op.Call.Drop,
		Held: s.taken, Count: s.lanes, Why: why, Doubt: a.doubt(s, why),
	})
}

// callback accounts for the calls that the callee makes of a function pointer
// it is given.
func (a *analysis) callback(op *Op, s *state, e *CallbackEntry, args []value, c *Summary) {
	t := assumeCond(s, e.When, args)
	if t == nil {
		return
	}
	v := args[e.Param]
	switch {
	case v.kind == valConst && v.c == 0:
		return // no callback given
	case v.kind == valFunc:
	case !unknownArg(v) && v.isWhole() && int(v.sym) < len(a.fn.Params):
		inside, _ := e.from(t.lanes)
		a.out.entry(CallbackEntry{Param: int(v.sym), When: a.cond(t), Adjust: inside, SetIRQ: t.setIRQ || e.SetIRQ, Seldom: t.seldom | e.Seldom, Pos: op.Pos})
		return
	default:
		a.unknownCall(op, t, fmt.Sprintf("%s calls a function pointer that is not known here", op.Call.Text))
		return
	}
	inside, _ := e.from(t.lanes)
	how := a.reach(t)
	how.held = inside.Count() > 0 || inside[IRQ] > 0
	if target, _ := a.pointed(op, v.fn, how); target != nil {
		a.calledBack(op, t, e, target, c)
	}
}

// calledBack accounts for one function that the callee is given and calls.
func (a *analysis) calledBack(op *Op, t *state, e *CallbackEntry, target, c *Summary) {
	a.torn = a.torn || target.effect() == changes // which nobody accounts for
	for _, r := range target.Reqs {
		if r.Kind != Sleeps {
			continue // conditions on arguments that the callee makes up count as met
		}
		if r.faults && e.Adjust[Fault] > 0 {
			continue // likewise
		}
		_, irqsOn := e.from(Lanes{})
		inside := &Req{Kind: r.Kind, Expect: shift(r.Expect, e.Adjust.Count()), AnyIRQ: r.AnyIRQ || irqsOn, Mixed: r.Mixed, faults: r.faults, declared: r.declared, seldom: r.seldom | e.Seldom, doubt: r.doubt,
			Pos: e.Pos, Text: "calls " + target.title(), Callee: target.Name, Next: r, depth: r.depth + 1}
		if inside.Expect.IsEmpty() || e.Adjust[IRQ] > 0 && !r.AnyIRQ {
			req := &Req{Kind: r.Kind, Mixed: r.Mixed, Pos: op.Pos, Text: op.Call.Text, Callee: c.Name, Next: inside, doubt: r.doubt, depth: r.depth + 2}
			u := t.clone()
			u.lanes, _ = e.from(u.lanes)
			u.taken = append(u.taken[:len(u.taken):len(u.taken)], Held{Lane: firstLane(e.Adjust), Pos: e.Pos, Text: "inside " + op.Call.Text})
			a.bug(CallbackSleeps, op, u, req)
			if a.fn.Lang == C && r.Mixed {
				continue // as in require
			}
			req.When = a.cond(t)
			a.out.require(a.reported(t, req))
			continue
		}
		a.require(op, t, inside, c.Name)
	}
}

func firstLane(v Lanes) Lane {
	for l, n := range v {
		if n > 0 {
			return Lane(l)
		}
	}
	return Raw
}

// title is what a message calls the function.
func (s *Summary) title() string {
	if s.Func != nil && s.Func.Name != "" {
		if s.Func.Lang == C {
			return s.Func.Name + "()"
		}
		return s.Func.Name
	}
	return s.Name + "()"
}
