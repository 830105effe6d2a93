package check

import (
	"fmt"

	"preemptck/infer"
)

// annotationWrong is an attribute that says something else than the code.
var annotationWrong = &Rule{
	Code: "PC005", Name: "annotation-wrong", Severity: Error,
	Title: "an annotation disagrees with the code",
	Explanation: "The function, or the trait method that it implements, carries a klint attribute without `unchecked`, so it is " +
		"held to it; what was derived from its body is something else.",
	Help: "correct the attribute, or mark it `unchecked` and say why",
	whole: func(p *pass) {
		for _, id := range p.Funcs {
			if sum := p.Sol.Summary(id); sum != nil && sum.Func != nil {
				if an := sum.Func.Annotation; an != nil && !an.Unchecked {
					p.hold(sum, an, "")
				}
			}
		}
		for _, c := range p.Claims {
			if sum := p.Sol.Summary(c.ID); sum != nil && sum.Func != nil {
				p.hold(sum, c.Annotation, c.Of)
			}
		}
	},
}

// hold compares a function with an annotation: its own, at whose place it is then
// reported, or that of something else, when it is reported where it begins.
func (p *pass) hold(sum *infer.Summary, an *infer.Annotation, of string) {
	f, pos := Finding{Message: "this annotation disagrees with the function"}, an.Pos
	if of != "" {
		f.Message, pos = "this function disagrees with the annotation of "+of, sum.Func.Pos
		f.Labels = []Label{labelAt(an.Pos, "annotated here")}
	}
	if an.Expect != nil {
		for _, req := range sum.Reqs {
			if req.Kind == infer.SleepsOnRT || req.Pos == an.Pos || covers(req.Expect, *an.Expect) {
				continue
			}
			f.Label = fmt.Sprintf("expects %s, but the function expects %s", an.Expect, req.Expect)
			f.Chain = stepsOf(sum, req)
			p.report(sum, pos, f)
			return
		}
	}
	if an.Adjust == nil {
		return
	}
	for i := range sum.Exits {
		e := &sum.Exits[i]
		switch {
		case e.Ambiguous:
			f.Label = fmt.Sprintf("the count changes by %d here, but by how much the function changes it could not be told", *an.Adjust)
		case e.Adjust.Count() != *an.Adjust:
			f.Label = fmt.Sprintf("the count changes by %d here, but by %d in the function", *an.Adjust, e.Adjust.Count())
		default:
			continue
		}
		for _, h := range e.Taken {
			f.Labels = append(f.Labels, labelAt(h.Pos, laneWords[h.Lane].begin))
		}
		p.report(sum, pos, f)
		return
	}
}

// covers tells whether a range holds all counts of another.
func covers(r, all infer.Range) bool { return all.IsEmpty() || r.Lo <= all.Lo && r.Hi >= all.Hi }
