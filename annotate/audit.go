package annotate

import (
	"io"

	"preemptck/infer"
)

// WriteAudit prints summaries as a table for people: a row for each case of a
// function, with where and when it may sleep. label gives the name to show.
func WriteAudit(w io.Writer, sums []*infer.Summary, label func(*infer.Summary) string) error {
	rows := [][]string{{"helper", "adjust", "expect", "sleeps", "evidence"}}
	for _, sum := range sums {
		cases := sum.Cases()
		if sum.Evidence == infer.NoBody {
			cases = []infer.Case{{}}
		}
		for i, c := range cases {
			row := []string{"", adjustWord(adjustOf(c)), c.Expect.String(), sleepWords(c), ""}
			if i == 0 {
				row[0], row[4] = label(sum), sum.Evidence.String()
			}
			if sum.Evidence == infer.NoBody {
				row[3] = "taken to: no body here"
			}
			rows = append(rows, row)
		}
	}
	return writeColumns(w, rows)
}

// sleepWords says under which condition a case sleeps, and where.
func sleepWords(c infer.Case) string {
	when := condition(c.When, c.Returns)
	switch {
	case !sleeps(c) && when == "":
		return "never"
	case !sleeps(c):
		return when
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
