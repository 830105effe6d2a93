package check

import "preemptck/infer"

// sleepInAtomic is the defect that preemptck is about.
var sleepInAtomic = &Rule{
	Code: "PC001", Name: "sleep-in-atomic", Severity: Error,
	Title: "a call may sleep in atomic context",
	Explanation: "A task must not be scheduled away while it holds a spinlock, is in an RCU read section, " +
		"or has preemption, softirqs or interrupts switched off. The call marked may sleep, on the path shown.",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.SleepInAtomic, func(b *infer.Bug) { p.reportSleep(sum, b) })
	},
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
	if b.Why != nil {
		f.Chain = stepsOf(sum, b.Why)
	}
	labels, guard := p.holdLabels(sum, b)
	f.Labels = labels
	f.Helps = []string{sleepHelp(b, guard)}
	f.Notes = []string{countNote(b)}
	if b.Why != nil && b.Why.Mixed && sum.Func.Lang == infer.C {
		// C code is taken to know which of a pointer's targets it calls.
		f.Severity = Note
		f.Notes = append(f.Notes, "this goes through a function pointer, and not all functions that it may hold sleep")
	}
	f.doubt(b)
	p.report(sum, b.Pos, f)
}

// doubt makes a finding that may well be none a note that says why.
func (f *Finding) doubt(b *infer.Bug) {
	if b.Doubt != "" {
		f.Severity = Note
		f.Notes = append(f.Notes, b.Doubt)
	}
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
