package annotate

import (
	"fmt"
	"io"
	"strings"

	"preemptck/infer"
)

// evidenceWords say what the evidence of a summary means.
var evidenceWords = map[infer.Evidence]string{
	infer.Model:   "a primitive of the built-in table",
	infer.Proved:  "derived from its body, and every function below it is known",
	infer.Assumed: "derived from its body, but something was taken for granted (see below)",
	infer.NoBody:  "there is no body in this tree: it is taken to sleep and to leave the count alone",
}

// WriteExplanation prints all that is known of one function: each case, the
// chain that leads to its expectation, and what was assumed.
func WriteExplanation(w io.Writer, sum *infer.Summary) error {
	var b strings.Builder
	name, pos := sum.Name, ""
	if f := sum.Func; f != nil {
		if f.Name != "" {
			name = f.Name
		}
		if f.Pos.IsValid() {
			pos = "  " + f.Pos.String()
		}
	}
	fmt.Fprintf(&b, "%s%s\n", name, pos)
	fmt.Fprintf(&b, "  %s: %s\n", sum.Evidence, evidenceWords[sum.Evidence])
	if sum.Reason != "" {
		fmt.Fprintf(&b, "  reason: %s\n", sum.Reason)
	}
	if sum.Evidence != infer.NoBody {
		for _, c := range sum.Cases() {
			explainCase(&b, sum, c)
		}
	}
	if len(sum.Assumes) > 0 {
		b.WriteString("\n  assumed:\n")
		for _, a := range sum.Assumes {
			fmt.Fprintf(&b, "    %s\n", assumptionText(a))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func explainCase(b *strings.Builder, sum *infer.Summary, c infer.Case) {
	head := condition(c.When, c.Returns)
	if head == "" {
		head = "always"
	}
	fmt.Fprintf(b, "\n  %s: adjust %s, expect %s", head, adjustWord(adjustOf(c)), c.Expect)
	if !c.Ambiguous && !c.Adjust.IsZero() {
		fmt.Fprintf(b, " (%s)", c.Adjust)
	}
	if c.Ambiguous {
		b.WriteString("; how it changes the count could not be told")
	}
	switch {
	case c.Why == nil:
	case c.Why.Kind == infer.Holds:
		b.WriteString("; ends what its caller began")
	case c.Why.Kind == infer.Forbids:
		b.WriteString("; only for atomic context")
	case sleeps(c) && c.NeedsIRQsOn:
		b.WriteString("; may sleep")
	case sleeps(c):
		b.WriteString("; may sleep, also with interrupts off")
	}
	b.WriteByte('\n')
	if c.Why == nil {
		return
	}
	steps := pathOf(sum, c.Why)
	col := 0
	for _, s := range steps {
		if s.Pos.IsValid() {
			col = max(col, len([]rune(s.Text)))
		}
	}
	col = min(col, 60)
	for _, s := range steps {
		line := fmt.Sprintf("    %-*s  %s", col, s.Text, s.Pos)
		if !s.Pos.IsValid() {
			line = "    " + s.Text
		}
		b.WriteString(line + "\n")
	}
}

// assumptionText is an assumption with its position in front.
func assumptionText(a infer.Assumption) string {
	if a.Pos.IsValid() {
		return fmt.Sprintf("%s: %s", a.Pos, a.Text)
	}
	return a.Text
}
