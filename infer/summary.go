package infer

// Evidence says how far a summary can be trusted.
type Evidence uint8

// The kinds of evidence, best first.
const (
	// Model: a primitive of the embedded table.
	Model Evidence = iota
	// Proved: derived, and every callee is Model or Proved.
	Proved
	// Assumed: derived, but an indirect call, assembly or a missing body was
	// met on the way; [Summary.Assumes] names it.
	Assumed
	// NoBody: no body in this program and no primitive; printed "unknown".
	NoBody
)

var evidenceNames = [...]string{"model", "proved", "assumed", "unknown"}

func (e Evidence) String() string { return evidenceNames[e] }

// ReqKind says what a [Req] asks.
type ReqKind uint8

// The requirements.
const (
	// Sleeps: the count must be exactly zero and interrupts on.
	Sleeps ReqKind = iota
	// Holds: the count must be at least so much, because it is decremented.
	Holds
	// Forbids: the caller must be atomic (cant_sleep()).
	Forbids
	// SleepsOnRT: raw atomic context is forbidden, because a spinlock_t is
	// taken, which sleeps on PREEMPT_RT.
	SleepsOnRT
)

// Req is one thing a function asks of the context that enters it.
type Req struct {
	Kind ReqKind
	// When is the condition on the arguments; nil is always.
	When Cond
	// Expect is the range of counts that satisfies the requirement at entry.
	Expect Range
	// AnyIRQ is set where a Sleeps may be entered with interrupts off all the
	// same, because the function switches them on first.
	AnyIRQ bool
	// Mixed is set where the chain goes through a slot of which other targets
	// do not ask the same.
	Mixed bool
	// faults is set where a Sleeps may be entered with page faults off, whatever the
	// count.
	faults bool
	// declared is set where the chain ends in a mark that stands alone under a
	// test, as might_sleep_if() does.
	declared bool
	// seldom is what has to be so for the chain to be gone through.
	seldom Seldom
	// doubt says why this may well not be met in earnest; "" is no doubt.
	doubt string
	// Pos is the call or statement inside the function, Text how it reads.
	Pos  Pos
	Text string
	// Callee is the function called there and Next what that one asks in turn;
	// both are empty where the operation itself is the primitive.
	Callee string
	Next   *Req
	depth  int // length of the chain
}

// Step is one link of a witness chain: Func is entered, and at Pos does Text.
type Step struct {
	Func string
	Pos  Pos
	Text string
}

// Chain lists the witness from the first call down to the primitive.
func (r *Req) Chain() []Step {
	var steps []Step
	for q := r; q != nil && len(steps) < 64; q = q.Next {
		if !q.Pos.IsValid() && len(steps) > 0 {
			if q.Next != nil {
				continue // made by the compiler
			}
			break // the primitive itself, which the step before called
		}
		steps = append(steps, Step{Func: q.Callee, Pos: q.Pos, Text: q.Text})
	}
	return steps
}

// Case is what a caller may know of one function under one condition.
type Case struct {
	// When is the condition on the arguments in C's terms ("flags & 0x400");
	// "" is always, "else" what the other cases leave.
	When string
	// Returns says what the returned value then is ("!= 0"); "" is any.
	Returns string
	// Adjust is the change of the count, lane by lane; Ambiguous is set where
	// it could not be told, and Adjust is then without meaning.
	Adjust    Lanes
	Ambiguous bool
	// Expect is the range of counts in klint's notation.
	Expect Range
	// NeedsIRQsOn is set where the function may sleep: interrupts must be on.
	NeedsIRQsOn bool
	// Why is the requirement that narrows Expect, or nil where that is Any.
	Why *Req
}

// Assumption is one thing a summary takes for granted.
type Assumption struct {
	Pos  Pos
	Text string
	when Cond // on the parameters; nil where it may be made in any case
	// awake is set where the assumption is only that something does not sleep.
	awake bool
}

// reach is how a function comes to call another: under a condition on its
// parameters, and only where it holds something itself.
type reach struct {
	when Cond
	held bool
}

// rest is something that a summary rests on, by name.
type rest struct {
	on  string
	how reach
}

// Held says what an atomic section was opened by.
type Held struct {
	Lane Lane
	Pos  Pos
	Text string
}

// BugKind is the kind of a [Bug].
type BugKind uint8

// The kinds of bugs found inside one function.
const (
	// SleepInAtomic: a call may sleep while something is held.
	SleepInAtomic BugKind = iota
	// Unbalanced: the count at return depends on the path taken, and no
	// condition on arguments or return value tells which.
	Unbalanced
	// BelowZero: more is released than was held, on a path that cannot be
	// meant (the caller cannot have held it either).
	BelowZero
	// CallbackSleeps: a function that may sleep is passed to a callee that
	// calls it in atomic context.
	CallbackSleeps
	// AnnotationWrong: inference disagrees with the function's own annotation.
	AnnotationWrong
	// HeldTooMuch: a callee wants a smaller count than is held here, though it
	// does not sleep.
	HeldTooMuch
	// SleepOnRT: a spinlock_t is taken in raw atomic context.
	SleepOnRT
)

// Bug is something wrong inside one function, whoever calls it.
type Bug struct {
	Kind BugKind
	Pos  Pos
	// Text is the operation at Pos as a reader would recognise it; Drop is set
	// where it is a Rust drop.
	Text string
	Drop bool
	// Held is what is held at Pos and where it was taken, outermost first.
	Held []Held
	// Count is the change of the count since entry at Pos.
	Count Lanes
	// Why is what the operation asks; its Chain goes down to the primitive.
	Why *Req
	// Detail is a sentence for the kinds that need one.
	Detail string
	// Doubt says why the code may well be right, for a reason that the analysis
	// cannot follow to the end; "" is no doubt.
	Doubt string
}

// Summary is what the solver knows of one function.
type Summary struct {
	// Name is the ID of Func, or the symbol of a primitive or declaration
	// without a body, for which Func is nil.
	Name     string
	Func     *Func
	Evidence Evidence
	// Params and Rets are the tracked inputs and results that conditions and
	// exits speak of, as in [Func].
	Params  []Param
	Rets    []string
	Assumes []Assumption
	// Reqs are the requirements, Exits the ways to return. No exits: it never
	// returns.
	Reqs  []*Req
	Exits []Exit
	Bugs  []Bug
	// Entries are the states in which the function itself calls the function
	// pointers it is given.
	Entries []CallbackEntry
	// NoReturn is set for declarations without a body that say so.
	NoReturn bool
	// absent is set where no code that runs calls the function: see [Decl].
	absent bool
	// OpenParams is set where the only thing assumed is what the function
	// pointers in Entries do: a caller that passes a known function need not.
	OpenParams bool
	// restsOn are the callees whose evidence this one's depends on, and the conditions
	// under which they are reached.
	restsOn []rest
	// guess is set where an exit rests on something that is assumed.
	guess bool
	// Reason is the model table's reason, for Evidence Model.
	Reason string
}

// Exit is one way to return.
type Exit struct {
	When      Cond
	Adjust    Lanes
	Ambiguous bool
	// Guessed is set where Adjust rests on a callee whose count could not be
	// told.
	Guessed bool
	// SetIRQ is set where the IRQ lane is not added to the caller's but
	// replaces it (local_irq_enable, local_irq_disable).
	SetIRQ bool
	// Tested is what the function found out about the count at entry on this
	// way (in_atomic() that says no: 0); Any where nothing. TestedIRQsOn is set
	// where it found interrupts on.
	Tested       Range
	TestedIRQsOn bool
	// Seldom is what the function found.
	Seldom Seldom
	// TestedFaultsOn is set where it found page faults on.
	TestedFaultsOn bool
	// Rets match [Func.Rets].
	Rets []RetValue
	// Taken says where the lanes of Adjust were taken, for messages.
	Taken []Held
}

// CallbackEntry says that parameter Param is called, under condition When, with
// the count changed by Adjust since entry.
type CallbackEntry struct {
	Param  int // index into Func.Params
	When   Cond
	Adjust Lanes
	// SetIRQ is set where the IRQ lane does not count from entry: interrupts were
	// switched on or off outright.
	SetIRQ bool
	// Seldom is what was found before.
	Seldom Seldom
	Pos    Pos
}

// sameState tells whether two entries call one pointer in the same state.
func (e *CallbackEntry) sameState(f *CallbackEntry) bool {
	return e.Param == f.Param && e.Adjust == f.Adjust && e.SetIRQ == f.SetIRQ && e.Seldom == f.Seldom
}

// from is the change of the count where the pointer is called, the function itself
// being called with lanes, and whether interrupts are known to be on there.
func (e *CallbackEntry) from(lanes Lanes) (v Lanes, irqsOn bool) {
	if e.SetIRQ {
		lanes[IRQ] = 0
	}
	v = lanes.Plus(e.Adjust)
	return v, e.SetIRQ && v[IRQ] <= 0
}

// RetValue is one returned scalar: a number in terms of the parameters, or an
// unknown one of which Fact holds.
type RetValue struct {
	// val is a constant, a function, or hangs on the parameter whose index its
	// symbol is; not known where the symbol is negative.
	val  value
	fact Fact
}

func (r RetValue) known() bool { return !r.val.symbolic() || r.val.sym >= 0 }

// Fact is what is known of the value without looking at the arguments.
func (r RetValue) Fact() Fact {
	switch {
	case !r.known():
		return r.fact
	case r.val.kind == valConst:
		return Fact{Set: One(r.val.c)}
	case r.val.kind == valFunc:
		return Fact{Set: Except(0)}
	case r.val.kind == valPred:
		return Fact{Set: Between(0, 1)}
	}
	return Fact{}
}

func (r RetValue) equal(q RetValue) bool {
	if r.known() != q.known() {
		return false
	}
	if r.known() {
		return r.val.equal(q.val)
	}
	return r.fact.Equal(q.fact)
}

func factValue(f Fact) RetValue {
	if c, ok := f.set().Single(); ok {
		return RetValue{val: constant(c)}
	}
	return RetValue{val: value{kind: valSym, sym: -1, and: ^uint64(0)}, fact: f}
}

// noReturn tells whether the source says that the function never returns.
func (s *Summary) noReturn() bool { return s.NoReturn || s.Func != nil && s.Func.NoReturn }
