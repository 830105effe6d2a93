package check

import (
	"strings"

	"preemptck/infer"
)

// sleepInAtomic is the defect that preemptck is about.
var sleepInAtomic = &Rule{
	Code: "PC001", Name: "sleep-in-atomic", Severity: Error,
	Title: "a call may sleep in atomic context",
	Explanation: "A task must not be scheduled away while it holds a spinlock, is in an RCU read section, " +
		"or has preemption, softirqs or interrupts switched off. The call marked may sleep, on the path shown.",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.SleepInAtomic, func(b *infer.Bug) { p.reportSleep(sum, b) })
		p.reportPassed(sum)
	},
}

// reportPassed reports the calls in atomic context of a function pointer that is
// passed to a Rust function by nobody at hand: it may be anything.
func (p *pass) reportPassed(sum *infer.Summary) {
	if sum.Func.Lang != infer.Rust || len(sum.Entries) == 0 || p.called(sum.Func.ID) {
		return
	}
	for i := range sum.Entries {
		e := &sum.Entries[i]
		if e.Adjust.Count() <= 0 && e.Adjust[infer.IRQ] <= 0 {
			continue
		}
		text := "a function pointer"
		eachOp(sum.Func, func(op *infer.Op) {
			if op.Call != nil && op.Pos == e.Pos {
				text = op.Call.Text
			}
		})
		why := &infer.Req{Kind: infer.Sleeps, Pos: e.Pos, Text: text + " is passed by callers that are not known, and so may sleep"}
		p.reportSleep(sum, &infer.Bug{Kind: infer.SleepInAtomic, Pos: e.Pos, Text: text, Count: e.Adjust, Why: why})
	}
}

// reportSleep reports a sleep, by a call or a drop, at a bug.
func (p *pass) reportSleep(sum *infer.Summary, b *infer.Bug) {
	what, label := "this call may sleep", "may sleep"
	if b.Drop {
		what, label = "this drop may sleep", "dropped here, which may sleep"
		if name := dropped(&infer.Call{Drop: true, Text: b.Text}); name != "" {
			label = "`" + name + "` is dropped here, which may sleep"
		}
	}
	f := Finding{Message: what + ", but " + heldPhrase(b) + " here", Label: label}
	if b.Why != nil && p.dependent(sum.Func, b.Why) {
		// Those who choose the type are looked at with it.
		f.Severity, f.Message = Note, what+" if its type parameter does, but "+heldPhrase(b)+" here"
	}
	if b.Why != nil {
		f.Chain = stepsOf(sum, b.Why)
	}
	labels, guard := p.holdLabels(sum, b)
	f.Labels = labels
	f.Helps = []string{sleepHelp(b, guard)}
	f.Notes = []string{countNote(b)}
	f.doubt(sum, b)
	p.report(sum, b.Pos, f)
}

// doubt makes a finding that may well be none a note that says why.
func (f *Finding) doubt(sum *infer.Summary, b *infer.Bug) {
	if b.Why != nil && b.Why.Mixed && sum.Func.Lang == infer.C {
		// C code is taken to know which of a pointer's targets it calls.
		f.Severity = Note
		f.Notes = append(f.Notes, "this goes through a function pointer, and not all functions that it may hold sleep")
	}
	if b.Doubt != "" {
		f.Severity = Note
		f.Notes = append(f.Notes, b.Doubt)
	}
}

// dependent tells whether what a function asks comes from a call that a type
// parameter decides on.
func (p *pass) dependent(f *infer.Func, why *infer.Req) bool {
	for depth := 0; why != nil && f != nil && depth < 64; depth++ {
		if why.Callee == "" {
			generic := false
			eachOp(f, func(op *infer.Op) {
				generic = generic || op.Call != nil && op.Call.Generic && op.Pos == why.Pos && strings.HasPrefix(why.Text, op.Call.Text)
			})
			return generic
		}
		f, why = p.funcOf(why.Callee), why.Next
	}
	return false
}

// sleepHelp says what to do about a sleep.
func sleepHelp(b *infer.Bug, guard string) string {
	lane, known := infer.Spin, len(b.Held) > 0
	if known {
		lane = b.Held[len(b.Held)-1].Lane
	}
	switch {
	case guard != "" && lane == infer.Spin:
		return "drop `" + guard + "` first, or use what does not sleep (a spinlock for a mutex, GFP_ATOMIC for GFP_KERNEL)"
	case guard != "":
		return "drop `" + guard + "` first, or use what does not sleep"
	case !known:
		return "callers are in atomic context: use what does not sleep, or do this from a workqueue"
	case lane == infer.Spin:
		return "do this after the unlock, or use what does not sleep (a spinlock for a mutex, GFP_ATOMIC for GFP_KERNEL)"
	case lane == infer.RCU:
		return "do this outside the read section, or protect the data with SRCU, whose readers may sleep"
	}
	return "do this before or after the atomic section, or use what does not sleep"
}
