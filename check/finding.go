package check

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/infer"
)

// Schema names the version of the JSON form.
const Schema = "preemptck/findings/1"

// Severity grades a finding.
type Severity string

// The severities, worst first.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Report is everything one run found, sorted by position and code.
type Report struct {
	Schema   string    `json:"schema"`
	Findings []Finding `json:"findings"`
	// Notes tell what was left out or taken for granted.
	Notes []string `json:"notes"`
}

// Finding is one defect.
type Finding struct {
	Code     string   `json:"code"`
	Severity Severity `json:"severity"`
	Message  string   `json:"message"`
	// File is relative to the tree; Line and Column count from 1, 0 where they
	// are not known.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Column int    `json:"column"`
	// Function is the function the defect is in, as a reader would call it.
	Function string `json:"function"`
	// Chain goes from the position down to the primitive that makes it a defect.
	Chain []Step `json:"chain"`

	// Label says what the marked code does. Labels mark further positions.
	Label  string  `json:"-"`
	Labels []Label `json:"-"`
	// Helps say what to do, Notes what else is known.
	Helps []string `json:"-"`
	Notes []string `json:"-"`
	// Instances are the functions whose findings were merged into this one.
	Instances []string `json:"-"`
}

// Step is one link of a chain: what is done, and where.
type Step struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`

	col int
}

// Label is a marked position with a remark.
type Label struct {
	File      string
	Line, Col int
	Text      string
}

// labelAt is a label at a position of the program.
func labelAt(p infer.Pos, text string) Label {
	return Label{File: fileOf(p), Line: int(p.Line), Col: int(p.Col), Text: text}
}

// fileOf is the file of a position, without the detours of an include or path
// attribute (`drivers/fan/../../rust/kernel/sync.rs`).
func fileOf(p infer.Pos) string {
	if p.File == "" {
		return ""
	}
	return filepath.Clean(p.File)
}

// stepsOf is the path to what a function asks, in the findings' terms.
func stepsOf(sum *infer.Summary, why *infer.Req) []Step {
	steps := why.Path(sum.Func.ID)
	out := make([]Step, 0, len(steps))
	for _, s := range steps {
		out = append(out, Step{File: fileOf(s.Pos), Line: int(s.Pos.Line), Text: s.Text, col: int(s.Pos.Col)})
	}
	return out
}

// finish merges findings that say the same of one place, and sorts the rest.
func finish(found []Finding) []Finding {
	slices.SortStableFunc(found, compareFindings)
	out := []Finding{}
	for _, f := range found {
		if n := len(out); n > 0 && samePlace(&out[n-1], &f) {
			if !slices.Contains(out[n-1].Instances, f.Function) {
				out[n-1].Instances = append(out[n-1].Instances, f.Function)
			}
			continue
		}
		f.Instances = []string{f.Function}
		out = append(out, f)
	}
	return out
}

// compareFindings orders by place, then by what is said. Among instances the
// shortest chain comes first: it is the one shown.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column),
		strings.Compare(a.Code, b.Code), strings.Compare(a.Message, b.Message),
		cmp.Compare(len(a.Chain), len(b.Chain)), strings.Compare(a.Function, b.Function),
	)
}

func samePlace(a, b *Finding) bool {
	return a.File == b.File && a.Line == b.Line && a.Column == b.Column && a.Code == b.Code && a.Message == b.Message
}

// HasFindings tells whether the report holds a finding that is more than a note.
func (r *Report) HasFindings() bool {
	return slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Severity != Note })
}
