package check

import (
	"fmt"
	"io"
	"strings"
)

// WriteText writes the report for people, in rustc's layout, and a line that
// counts the findings.
func (r *Report) WriteText(w io.Writer, src *Sources) error {
	var b strings.Builder
	for i := range r.Findings {
		writeFinding(&b, &r.Findings[i], src)
		b.WriteByte('\n')
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	if s := r.Summary(); s != "" {
		b.WriteString(s + "\n")
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Summary counts the findings by severity: "2 errors, 1 note"; "" without any.
func (r *Report) Summary() string {
	var parts []string
	for _, s := range []Severity{Error, Warning, Note} {
		n := 0
		for i := range r.Findings {
			if r.Findings[i].Severity == s {
				n++
			}
		}
		switch n {
		case 0:
		case 1:
			parts = append(parts, fmt.Sprintf("1 %s", s))
		default:
			parts = append(parts, fmt.Sprintf("%d %ss", n, s))
		}
	}
	return strings.Join(parts, ", ")
}

func writeFinding(b *strings.Builder, f *Finding, src *Sources) {
	fmt.Fprintf(b, "%s[%s]: %s\n", f.Severity, f.Code, f.Message)
	s, missing := newSnippet(f, src)
	s.write(b, src)
	pad := strings.Repeat(" ", s.gutter())
	if len(s.files[0].lines) == 0 {
		fmt.Fprintf(b, "%s |\n", pad)
		if f.Label != "" {
			fmt.Fprintf(b, "%s = note: %s\n", pad, f.Label)
		}
	}
	for _, l := range missing {
		fmt.Fprintf(b, "%s = note: %s: %s\n", pad, l.Text, place(l.File, l.Line, l.Col))
	}
	writePath(b, pad, f.Chain)
	for _, h := range f.Helps {
		fmt.Fprintf(b, "%s = help: %s\n", pad, h)
	}
	for _, n := range f.allNotes() {
		fmt.Fprintf(b, "%s = note: %s\n", pad, n)
	}
}

// writePath prints a chain in two columns, what is done and where.
func writePath(b *strings.Builder, pad string, chain []Step) {
	col := 0
	for _, s := range chain {
		if s.File != "" {
			col = max(col, len([]rune(s.Text)))
		}
	}
	col = min(col, 60)
	lead := " = path: "
	for _, s := range chain {
		where := place(s.File, s.Line, 0)
		if s.File == "" {
			where = ""
		}
		line := fmt.Sprintf("%s%s%-*s  %s", pad, lead, col, s.Text, where)
		b.WriteString(strings.TrimRight(line, " ") + "\n")
		lead = strings.Repeat(" ", len(lead))
	}
}

// allNotes are the notes of a finding and those on where else it is.
func (f *Finding) allNotes() []string {
	notes := f.Notes
	if n := len(f.Instances); n > 1 {
		shown := f.Instances
		more := ""
		if n > 4 {
			shown, more = shown[:4], fmt.Sprintf(" and %d more", n-4)
		}
		notes = append(append([]string(nil), notes...), fmt.Sprintf("in %d instances: %s%s", n, strings.Join(shown, ", "), more))
	}
	return notes
}
