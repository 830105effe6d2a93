package check

import (
	"strings"
)

// countReported is what the source asked to be told.
var countReported = &Rule{
	Code: "PC011", Name: "preempt-count", Severity: Note,
	Title: "what was derived, as an attribute asks",
	Explanation: "The function carries klint::report_preempt_count or klint::dump_mir: what was derived of it, or what it was " +
		"derived from, is shown.",
	whole: func(p *pass) {
		for _, s := range p.Shown {
			sum := p.Sol.Summary(s.ID)
			if sum == nil || sum.Func == nil {
				continue
			}
			if s.Count {
				change := "the count changes by an amount that could not be told"
				if v, ok := sum.Adjust(); ok {
					change = "leaves the preempt count as it was"
					if !v.IsZero() {
						change = "changes the preempt count: " + v.String()
					}
				}
				f := Finding{Message: "`" + sum.Func.Name + "` expects " + sum.Expect().String() + " and " + change, Label: "asked for here"}
				if why := sum.MaySleep(); why != nil {
					f.Chain = stepsOf(sum, why)
				}
				p.report(sum, s.Pos, f)
			}
			if s.MIR != "" {
				p.report(sum, s.Pos, Finding{Message: "the MIR of `" + sum.Func.Name + "`", Label: "asked for here",
					Notes: strings.Split(strings.TrimRight(s.MIR, "\n"), "\n")})
			}
		}
	},
}
