package check

import (
	"slices"

	"preemptck/infer"
)

// unbalancedReturn is a lock kept on only some ways out.
var unbalancedReturn = &Rule{
	Code: "PC002", Name: "unbalanced-return", Severity: Error,
	Title: "the count at return depends on the path taken",
	Explanation: "The function returns with a lock held, or an atomic section open, on some paths and not on others, " +
		"and neither its arguments nor its result tell the caller which; or it is held after an error and not after success.",
	Help: "release on every path, or let the result say whether it is held",
	run: func(p *pass, sum *infer.Summary) {
		if p.repeats(sum.Func.ID) {
			p.reportRepeated(sum)
			return
		}
		bugsOf(sum, infer.Unbalanced, func(b *infer.Bug) {
			f := Finding{Message: "on some paths this function returns with the preempt count changed, on others not",
				Label: "returns with " + changed(b.Count)}
			for _, h := range b.Held {
				f.Labels = append(f.Labels, labelAt(h.Pos, laneWords[h.Lane].begin))
			}
			if b.Detail != "" {
				f.Notes = append(f.Notes, b.Detail)
			}
			f.doubt(sum, b)
			p.report(sum, b.Pos, f)
		})
		p.keptOnError(sum)
	},
}

// keptOnError reports a lock that is held after an error, and not after success. The
// result tells which of the two it was; but no function takes a lock by failing.
func (p *pass) keptOnError(sum *infer.Summary) {
	tag := slices.Index(sum.Func.Rets, "#")
	if tag < 0 || !slices.Contains(p.Fails, sum.Func.ID) {
		return
	}
	returns := func(e *infer.Exit, variant int64) bool {
		return !e.Ambiguous && infer.Fact{Set: infer.One(variant)}.Contains(e.Rets[tag].Fact())
	}
	for i := range sum.Exits {
		e := &sum.Exits[i]
		if !returns(e, 1) || e.Adjust.Count() <= 0 || len(e.Taken) == 0 {
			continue
		}
		for j := range sum.Exits {
			if f := &sum.Exits[j]; returns(f, 0) && f.Adjust.Count() < e.Adjust.Count() {
				p.report(sum, e.Taken[0].Pos, Finding{
					Message: "what is taken here is still held when this function returns an error, and not when it succeeds",
					Label:   laneWords[e.Taken[0].Lane].begin,
					Helps:   []string{"release before the error is returned, or let the error hold the guard"},
				})
				return
			}
		}
	}
}

// changed says how the count differs.
func changed(v infer.Lanes) string {
	if v.IsZero() {
		return "the count as it was"
	}
	return "the count changed: " + v.String()
}

// repeats tells whether a function is drop glue of nobody knows how many elements.
func (p *pass) repeats(id string) bool { return slices.Contains(p.Repeats, id) }

// reportRepeated reports a slice of elements whose drop changes the count, at every
// place that drops it: the change is then known to nobody.
func (p *pass) reportRepeated(sum *infer.Summary) {
	ambiguous := false
	for i := range sum.Exits {
		ambiguous = ambiguous || sum.Exits[i].Ambiguous || !sum.Exits[i].Adjust.IsZero()
	}
	if !ambiguous {
		return
	}
	sites := p.ownCallers(sum.Func.ID)
	for _, site := range sites {
		p.report(sum, site.pos, Finding{
			Message: "elements whose drop changes the preempt count are dropped here, and nobody knows how many",
			Label:   "leads to the " + sum.Func.Name,
			Helps:   []string{"drop them one by one where their number is known, or keep what releases out of slices and vectors"},
		})
	}
}
