package check

import "preemptck/infer"

// sleepOnRT is a spinlock_t taken where PREEMPT_RT cannot sleep.
var sleepOnRT = &Rule{
	Code: "PC006", Name: "sleep-on-rt", Severity: Note, RTOnly: true,
	Title: "a spinlock is taken in raw atomic context",
	Explanation: "On PREEMPT_RT a spinlock_t is a sleeping lock. Here preemption or interrupts are off in a way that RT keeps, " +
		"so taking it may sleep in atomic context there.",
	Help: "use a raw_spinlock_t, or take the lock outside the raw section",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.SleepOnRT, func(b *infer.Bug) {
			f := Finding{Message: "on PREEMPT_RT this call may sleep, but " + heldPhrase(b) + " here", Label: "takes a spinlock, which sleeps on PREEMPT_RT"}
			f.Labels, _ = p.holdLabels(sum, b)
			if b.Why != nil {
				f.Chain = stepsOf(sum, b.Why)
			}
			p.report(sum, b.Pos, f)
		})
	},
}
