package check

import "preemptck/infer"

// annotationWrong is an attribute that says something else than the code.
var annotationWrong = &Rule{
	Code: "PC005", Name: "annotation-wrong", Severity: Error,
	Title: "an annotation disagrees with the code",
	Explanation: "The function carries a klint attribute without `unchecked`, so it is held to it; what was derived from its " +
		"body is something else.",
	Help: "correct the attribute, or mark it `unchecked` and say why",
	run: func(p *pass, sum *infer.Summary) {
		bugsOf(sum, infer.AnnotationWrong, func(b *infer.Bug) {
			f := Finding{Message: "this annotation disagrees with the function", Label: "annotated here"}
			if b.Detail != "" {
				f.Label = b.Detail
			}
			if b.Why != nil {
				f.Chain = stepsOf(sum, b.Why)
			}
			p.report(sum, b.Pos, f)
		})
	},
}
