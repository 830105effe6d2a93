package check

// annotationUnread is an attribute of klint's that says nothing.
var annotationUnread = &Rule{
	Code: "PC009", Name: "annotation-unread", Severity: Error,
	Title: "a klint attribute cannot be read",
	Explanation: "The attribute is misspelt, has arguments that it does not take, or stands where it means nothing. What it was " +
		"meant to say is not taken into account.",
	whole: func(p *pass) {
		for _, problem := range p.Problems {
			p.reportAt(problem.Pos, Finding{Message: problem.Text, Label: "not understood"})
		}
	},
}
