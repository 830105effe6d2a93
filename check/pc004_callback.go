package check

import "preemptck/infer"

// callbackSleeps is a function handed to code that calls it in atomic context.
var callbackSleeps = &Rule{
	Code: "PC004", Name: "callback-sleeps", Severity: Error,
	Title: "a callback may sleep, but is called in atomic context",
	Explanation: "The function handed over here may sleep, and what it is handed to calls it with a spinlock held, in an RCU " +
		"read section, or with preemption, softirqs or interrupts off.",
	Help: "hand over a function that does not sleep, or let it queue work",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.CallbackSleeps, func(b *infer.Bug) {
			f := Finding{Message: "a function that may sleep is handed over here, and called when " + heldPhrase(b), Label: "handed over here"}
			for _, h := range b.Held {
				if h.Pos.IsValid() {
					f.Labels = append(f.Labels, labelAt(h.Pos, "called here: "+laneWords[h.Lane].state))
				}
			}
			if b.Why != nil {
				f.Chain = stepsOf(sum, b.Why)
			}
			f.Notes = []string{countNote(b)}
			f.doubt(sum, b)
			p.report(sum, b.Pos, f)
		})
	},
}
