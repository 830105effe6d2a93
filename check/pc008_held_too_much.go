package check

import "preemptck/infer"

// heldTooMuch is a call of a function that wants less held than is.
var heldTooMuch = &Rule{
	Code: "PC008", Name: "held-too-much", Severity: Error,
	Title: "a callee expects less to be held than is",
	Explanation: "The function called gives up an exact number of locks or sections, sleeps and takes them again, or is annotated " +
		"with an upper bound. Here more is held than it allows for.",
	Help: "release what is not this function's to drop before the call",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.HeldTooMuch, func(b *infer.Bug) {
			f := Finding{Message: "too much is held for this call: " + heldPhrase(b) + " here", Label: "expects less to be held"}
			f.Labels, _ = p.holdLabels(sum, b)
			if b.Why != nil {
				f.Chain = stepsOf(sum, b.Why)
			}
			f.Notes = []string{countNote(b)}
			f.doubt(sum, b)
			p.report(sum, b.Pos, f)
		})
	},
}
