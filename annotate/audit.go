package annotate

import (
	"io"
	"slices"
	"strings"

	"preemptck/infer"
	"preemptck/internal/parallel"
)

// WriteAudit prints summaries as a table for people: a row for each case of a
// function, with where and when it may sleep. Helpers have the name that Rust
// knows them by; of functions that share a name the file is shown, too.
func WriteAudit(w io.Writer, sums []*infer.Summary) error {
	head, labels := labelsOf(sums)
	parts := make([][][]string, parallel.Parts(len(sums)))
	parallel.Do(len(sums), func(k, from, to int) {
		for n := from; n < to; n++ {
			parts[k] = append(parts[k], auditRows(labels[n], sums[n])...)
		}
	})
	rows := [][]string{{head, "adjust", "expect", "sleeps", "evidence"}}
	return writeColumns(w, append(rows, slices.Concat(parts...)...))
}

// auditRows are the rows of one function.
func auditRows(label string, sum *infer.Summary) [][]string {
	cases := sum.Cases()
	if sum.Evidence == infer.NoBody {
		cases = []infer.Case{{}}
	}
	var rows [][]string
	for i, c := range cases {
		row := []string{"", adjustWord(adjustOf(c)), c.Expect.String(), sleepWords(c), ""}
		if i == 0 {
			row[0], row[4] = label, sum.Evidence.String()
		}
		if sum.Evidence == infer.NoBody {
			row[3] = "taken to: no body here"
		}
		rows = append(rows, row)
	}
	return rows
}

// labelsOf are the names to show, and the head of their column.
func labelsOf(sums []*infer.Summary) (head string, labels []string) {
	head = "helper"
	where := make(map[string]string, len(sums)) // the first file of a name
	several := map[string]bool{}
	for _, sum := range sums {
		name, file := sum.Name, ""
		if f := sum.Func; f != nil {
			file = f.Pos.File
			if f.Name != "" {
				name = f.Name
			}
		}
		if !strings.HasPrefix(name, HelperPrefix) {
			head = "function"
		}
		name = strings.TrimPrefix(name, HelperPrefix)
		labels = append(labels, name)
		if first, ok := where[name]; !ok {
			where[name] = file
		} else if first != file {
			several[name] = true
		}
	}
	for i, sum := range sums {
		if several[labels[i]] && sum.Func != nil && sum.Func.Pos.IsValid() {
			labels[i] += " (" + sum.Func.Pos.File + ")"
		}
	}
	return head, labels
}

// sleepWords says under which condition a case sleeps, and where.
func sleepWords(c infer.Case) string {
	when := condition(c.When, c.Returns)
	switch {
	case !sleeps(c) && when == "":
		return "never"
	case !sleeps(c) && when == "else":
		return when
	case !sleeps(c) && c.When == "":
		return "never, " + when
	case !sleeps(c):
		return "never if " + when
	case when != "" && when != "else":
		return "if " + when
	}
	s := "always"
	if when != "" {
		s = when
	}
	if end := endOf(c.Why); end.IsValid() {
		s += ": " + end.String()
	}
	return s
}

// sleeps tells whether a case may sleep.
func sleeps(c infer.Case) bool {
	return c.NeedsIRQsOn || c.Why != nil && c.Why.Kind == infer.Sleeps
}

// endOf is the last known position of a chain.
func endOf(why *infer.Req) infer.Pos {
	var end infer.Pos
	if why != nil {
		for _, s := range why.Chain() {
			if s.Pos.IsValid() {
				end = s.Pos
			}
		}
	}
	return end
}
