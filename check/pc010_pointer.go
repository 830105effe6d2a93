package check

import (
	"fmt"

	"preemptck/infer"
)

// pointerBreaksDefault is a pointer to a function that does what nobody expects of
// a pointer.
var pointerBreaksDefault = &Rule{
	Code: "PC010", Name: "pointer-breaks-default", Severity: Warning,
	Title: "a function that changes the count, or must be entered in atomic context, becomes a pointer",
	Explanation: "Whoever calls a function pointer or a method of a trait object without knowing what it leads to takes it to leave " +
		"the preempt count as it was, and to be callable where nothing is held. This function is otherwise.",
	Help: "call the function directly, or annotate the trait's method with what its implementations do",
	whole: func(p *pass) {
		for _, ptr := range p.Pointers {
			sum := p.Sol.Summary(ptr.ID)
			if ptr.Foreign || sum == nil || sum.Func == nil || !p.Own(fileOf(ptr.Pos)) {
				continue
			}
			why := breaksDefault(sum)
			if why == "" {
				continue
			}
			into := "a function pointer"
			if ptr.Vtable != "" {
				into = "an entry of the vtable of " + ptr.Vtable
			}
			f := Finding{Message: fmt.Sprintf("a function that %s becomes %s here", why, into),
				Label: "`" + sum.Func.Name + "` " + why}
			if sum.Func.Pos.IsValid() {
				f.Labels = []Label{labelAt(sum.Func.Pos, "this function")}
			}
			p.report(sum, ptr.Pos, f)
		}
	},
}

// breaksDefault says how a function is not what a pointer is taken to be, or "".
func breaksDefault(sum *infer.Summary) string {
	for i := range sum.Exits {
		e := &sum.Exits[i]
		if !e.Ambiguous && e.Adjust.Count() != 0 {
			return fmt.Sprintf("changes the preempt count by %d", e.Adjust.Count())
		}
	}
	for _, r := range sum.Reqs {
		if r.Kind != infer.SleepsOnRT && len(r.When) == 0 && r.Expect.Lo > 0 {
			return "must be entered at a preempt count of " + r.Expect.String()
		}
	}
	return ""
}
