package check

import "preemptck/infer"

// belowZero is a release of what nobody can hold.
var belowZero = &Rule{
	Code: "PC003", Name: "below-zero", Severity: Error,
	Title: "more is released than was held",
	Explanation: "The operation ends an atomic section that was not begun: the preempt count goes below what the function " +
		"was entered with, on a path on which the caller cannot hold it.",
	Help: "release once for each time it was taken",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.BelowZero, func(b *infer.Bug) {
			f := Finding{Message: "this releases what is not held here", Label: "released here"}
			if b.Why != nil {
				f.Chain = stepsOf(sum, b.Why)
			}
			if b.Detail != "" {
				f.Notes = append(f.Notes, b.Detail)
			}
			p.report(sum, b.Pos, f)
		})
	},
}
