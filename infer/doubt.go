package infer

import "slices"

// The doubts, as they read behind a finding.
const (
	doubtHalf     = "the function is one half of a pair, and memory says to the other half what it took"
	doubtState    = "a test of memory decides it, which the code may repeat elsewhere; the function may well mean it"
	doubtContrary = "what is called here sleeps both with and without the caller's lock, as memory decides; no caller could be right otherwise"
	doubtBoot     = "this goes through __init code, which runs only while the kernel boots; it does not check there before it has started to schedule"
	doubtBootIRQ  = "this is __init code with interrupts off: the kernel itself does not check before it has started to schedule"
	doubtNoReturn = "the function does not return: the system is going down"
	doubtKept     = "a call on the way lets go of a lock or not, as memory decides; here it is taken not to"
	doubtTwice    = "the path takes the lock at one place twice, and lets go of none: it would have deadlocked before"
	doubtSeldom   = "what is called comes there only on some ways, as memory decides, and sleeps only where "
	doubtReported = "what is called is a finding of its own there, whoever calls it"
	doubtDeclared = "what is called says that it sleeps only under a condition on memory, which is not known here"
)

// explained tells why an imbalance that the analysis found may well be meant: the
// function only takes or only releases locks, or takes some on either way, and so is
// one half of a pair (`double_lock(a, b)`), or a lock is taken or released under a
// test of memory that came out either way (`if (p->locked) unlock(p)`), and the same
// state decides the other half elsewhere.
func (a *analysis) explained(e, f *Exit) string {
	if a.fn.Lang != C {
		return "" // a guard's type says what it holds
	}
	if a.oneSided() || e.Adjust.Count() > 0 && f.Adjust.Count() > 0 {
		return doubtHalf
	}
	if a.torn {
		return doubtState
	}
	for b := range a.fn.Blocks {
		if a.undecided[b] && a.guards(b) && a.testsState(b) {
			return doubtState
		}
	}
	return ""
}

// loopDoubt tells why a count that grows with a loop may well be meant.
func (a *analysis) loopDoubt() string {
	if a.fn.Lang == C && (a.torn || a.repeats() || a.tries()) {
		return doubtState
	}
	return ""
}

// tries tells whether something that the function calls changes the count on only
// some of its ways out.
func (a *analysis) tries() bool {
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			for _, s := range a.changing(&a.fn.Blocks[b].Ops[i]) {
				if slices.ContainsFunc(s.Exits, func(e Exit) bool { return e.Adjust.Count() != s.Exits[0].Adjust.Count() }) {
					return true
				}
			}
		}
	}
	return false
}

// stateDecides tells whether a test of memory came out either way in the function.
func (a *analysis) stateDecides() string {
	if a.fn.Lang != C {
		return ""
	}
	if a.torn {
		return doubtContrary
	}
	for b := range a.fn.Blocks {
		if a.undecided[b] && a.testsState(b) {
			return doubtContrary
		}
	}
	return ""
}

// tears tells whether a callee's ways out change the count differently, and
// nothing that is known in s, nor what it returns, tells which it is.
func (a *analysis) tears(s *state, c *Summary, args []value) bool {
	for i := range c.Exits {
		for j := range c.Exits[:i] {
			e, f := &c.Exits[i], &c.Exits[j]
			if (e.Adjust != f.Adjust || e.SetIRQ != f.SetIRQ) && (a.untold(s, e.When, args) || a.untold(s, f.When, args)) &&
				assumeCond(s, e.When, args) != nil && assumeCond(s, f.When, args) != nil {
				return true
			}
		}
	}
	return false
}

// doubted is a callee's requirement with what there is to doubt about it at this
// call.
func (a *analysis) doubted(s *state, r *Req, args []value, c *Summary) *Req {
	if a.fn.Lang != C || r.Kind != Sleeps || r.doubt != "" {
		return r
	}
	q := *r
	switch {
	case c.Func != nil && c.Func.Boot && !a.fn.Boot:
		q.doubt = doubtBoot
	case c.Evidence == Model:
		// A mark under a test says when the function sleeps: to its callers. Where it
		// holds something itself, and where it sleeps in earnest, there is no doubt.
		q.declared = r.declared && !a.reach(s).held && a.alone()
		if q.declared && a.memoryDecides() {
			q.doubt = doubtDeclared
		}
	case r.declared && a.open(s, r.When, args):
		q.doubt = doubtDeclared
	}
	return &q
}

// doubt is the reason to doubt a bug found in state s.
func (a *analysis) doubt(s *state, why *Req) string {
	switch {
	case a.fn.Lang != C:
		return ""
	case a.fn.NoReturn:
		return doubtNoReturn
	case a.fn.Boot && s.lanes[IRQ] > 0 && s.lanes.Count() <= 0:
		return doubtBootIRQ
	case why.doubt != "":
		return why.doubt
	case s.kept:
		return doubtKept
	case s.again:
		return doubtTwice
	}
	return ""
}

// oneSided tells whether all calls that change the count change it in one
// direction, and none of them says by its result whether it did.
func (a *analysis) oneSided() bool {
	up, down := false, false
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			for _, s := range a.changing(&a.fn.Blocks[b].Ops[i]) {
				for k := range s.Exits {
					n := s.Exits[k].Adjust.Count()
					up, down = up || n > 0, down || n < 0
					if n == 0 && len(s.Exits) > 1 {
						return false
					}
				}
			}
		}
	}
	return up != down
}

// changing are the callees of an operation that change the count.
func (a *analysis) changing(op *Op) []*Summary {
	if op.Kind != OpCall || op.Call.Annotation != nil {
		return nil
	}
	var s *Summary
	switch t := &op.Call.Target; t.Kind {
	case Direct:
		s = a.sol.summaryOf(t.Func)
	case SlotCall:
		if j, ok := a.sol.find(slotPrefix + t.Slot); ok {
			s = a.sol.at(j).sum
		}
	}
	if s == nil || s.effect() != changes {
		return nil
	}
	return []*Summary{s}
}

// guards tells whether one side of a block's branch does nothing but change the
// count, and then meets the other side.
func (a *analysis) guards(b int) bool {
	to := a.fn.Blocks[b].Term.To
	if len(to) != 2 {
		return false
	}
	return a.onlyChanges(to[0], to[1]) || a.onlyChanges(to[1], to[0])
}

func (a *analysis) onlyChanges(from, meet int) bool {
	changed := false
	for range len(a.fn.Blocks) {
		if from == meet {
			return changed
		}
		blk := &a.fn.Blocks[from]
		for i := range blk.Ops {
			op := &blk.Ops[i]
			if op.Kind == OpCall {
				if len(a.changing(op)) == 0 {
					return false
				}
				changed = true
			}
		}
		if blk.Term.Kind != Goto {
			return false
		}
		from = blk.Term.To[0]
	}
	return false
}
