package check

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// WriteJSON writes the report in its versioned form.
func (r *Report) WriteJSON(w io.Writer) error {
	out := Report{Schema: Schema, Findings: r.Findings, Notes: r.Notes}
	if out.Findings == nil {
		out.Findings = []Finding{}
	}
	if out.Notes == nil {
		out.Notes = []string{}
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(out)
}

// WriteKbuild writes a line for each finding, as compilers and sparse do:
// `file:line:col: warning: text`.
func (r *Report) WriteKbuild(w io.Writer) error {
	var b strings.Builder
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(&b, "%s: %s: %s [%s]\n", place(f.File, f.Line, f.Column), kbuildWord(f.Severity), f.oneLine(), f.Code)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// kbuildWord is what such lines call a severity. Checkers warn: an error would
// say that the build failed.
func kbuildWord(s Severity) string {
	if s == Note {
		return "note"
	}
	return "warning"
}

// oneLine is the message with the end of its path.
func (f *Finding) oneLine() string {
	if n := len(f.Chain); n > 0 {
		last := f.Chain[n-1]
		if last.File != f.File || last.Line != f.Line {
			return fmt.Sprintf("%s: %s at %s", f.Message, last.Text, place(last.File, last.Line, 0))
		}
	}
	return f.Message
}

// WriteGitHub writes workflow commands, which GitHub shows on the lines of a
// pull request.
func (r *Report) WriteGitHub(w io.Writer) error {
	var b strings.Builder
	for i := range r.Findings {
		f := &r.Findings[i]
		word := string(f.Severity)
		if f.Severity == Note {
			word = "notice"
		}
		props := []string{"file=" + githubProperty(f.File)}
		if f.Line > 0 {
			props = append(props, fmt.Sprintf("line=%d", f.Line))
		}
		if f.Column > 0 {
			props = append(props, fmt.Sprintf("col=%d", f.Column))
		}
		props = append(props, "title="+githubProperty(f.Code+": "+ruleOf(f.Code).Title))
		text := []string{f.Message}
		for _, s := range f.Chain {
			if s.File == "" {
				text = append(text, s.Text)
				continue
			}
			text = append(text, fmt.Sprintf("%s at %s", s.Text, place(s.File, s.Line, 0)))
		}
		for _, h := range f.Helps {
			text = append(text, "help: "+h)
		}
		fmt.Fprintf(&b, "::%s %s::%s\n", word, strings.Join(props, ","), githubText(strings.Join(text, "\n")))
	}
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "::notice::%s\n", githubText(n))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// githubText and githubProperty escape what the command syntax gives a meaning.
func githubText(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(githubText(s))
}

// ruleOf is the rule with this code.
func ruleOf(code string) *Rule {
	for _, r := range Rules() {
		if r.Code == code {
			return r
		}
	}
	return &Rule{Code: code, Title: code}
}
