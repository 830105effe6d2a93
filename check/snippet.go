package check

import (
	"fmt"
	"slices"
	"strings"
)

// marked is a label on its line of source.
type marked struct {
	span    span
	text    string
	primary bool
}

// snippet is the marked source of one finding: its own file first, then others
// in the order of their labels.
type snippet struct {
	files []*snippetFile
}

type snippetFile struct {
	name string
	// line and col are the position behind the arrow.
	line, col int
	lines     map[int]*snippetLine
}

type snippetLine struct {
	source string
	marks  []marked
}

// newSnippet collects the lines of a finding that can be read. Labels whose
// source is missing are returned, to be said in words.
func newSnippet(f *Finding, src *Sources) (*snippet, []Label) {
	s := &snippet{files: []*snippetFile{{name: f.File, line: f.Line, col: f.Column, lines: map[int]*snippetLine{}}}}
	var missing []Label
	all := append([]Label{{File: f.File, Line: f.Line, Col: f.Column, Text: f.Label}}, f.Labels...)
	for i, l := range all {
		source, ok := src.Line(l.File, l.Line)
		if !ok {
			if i > 0 {
				missing = append(missing, l)
			}
			continue
		}
		file := s.file(l)
		line := file.lines[l.Line]
		if line == nil {
			line = &snippetLine{source: source}
			file.lines[l.Line] = line
		}
		line.marks = append(line.marks, marked{mark(l.File, source, l.Col), l.Text, i == 0})
	}
	return s, missing
}

func (s *snippet) file(l Label) *snippetFile {
	for _, f := range s.files {
		if f.name == l.File {
			return f
		}
	}
	f := &snippetFile{name: l.File, line: l.Line, col: l.Col, lines: map[int]*snippetLine{}}
	s.files = append(s.files, f)
	return f
}

// gutter is the width of the line numbers.
func (s *snippet) gutter() int {
	n := 1
	for _, f := range s.files {
		for line := range f.lines {
			n = max(n, len(fmt.Sprint(line)))
		}
	}
	return n
}

// write prints the snippet in rustc's layout.
func (s *snippet) write(b *strings.Builder, src *Sources) {
	pad := strings.Repeat(" ", s.gutter())
	for i, f := range s.files {
		arrow := "-->"
		if i > 0 {
			arrow = ":::"
		}
		fmt.Fprintf(b, "%s%s %s\n", pad, arrow, place(f.name, f.line, f.col))
		if len(f.lines) == 0 {
			continue
		}
		fmt.Fprintf(b, "%s |\n", pad)
		f.write(b, pad, src)
		fmt.Fprintf(b, "%s |\n", pad)
	}
}

// between stands for the lines from one marked line to the next: a single one
// is shown, more are dots.
func (f *snippetFile) between(b *strings.Builder, pad string, from, to int, src *Sources) {
	switch to - from {
	case 1:
	case 2:
		line, _ := src.Line(f.name, from+1)
		b.WriteString(strings.TrimRight(fmt.Sprintf("%*d | %s", len(pad), from+1, display(line)), " ") + "\n")
	default:
		b.WriteString("...\n")
	}
}

func (f *snippetFile) write(b *strings.Builder, pad string, src *Sources) {
	var numbers []int
	for n := range f.lines {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		if i > 0 {
			f.between(b, pad, numbers[i-1], n, src)
		}
		l := f.lines[n]
		fmt.Fprintf(b, "%*d | %s\n", len(pad), n, display(l.source))
		for _, row := range l.rows() {
			fmt.Fprintf(b, "%s | %s\n", pad, row)
		}
	}
}

// rows are what stands below a source line: the underlines with the rightmost
// remark behind them, then the other remarks hung below theirs, right to left.
func (l *snippetLine) rows() []string {
	marks := slices.Clone(l.marks)
	slices.SortStableFunc(marks, func(a, b marked) int { return a.span.from - b.span.from })
	under := canvas{}
	for _, m := range marks {
		if !m.primary {
			under.fill(m.span, '-')
		}
	}
	for _, m := range marks {
		if m.primary {
			under.fill(m.span, '^')
		}
	}
	last := marks[len(marks)-1]
	first := under.String()
	rest := marks[:len(marks)-1]
	if len(under) == last.span.to && last.text != "" {
		first += " " + last.text
	} else {
		rest = marks // it ends inside another mark: hang it below as well
	}
	rows := []string{first}
	rest = slices.DeleteFunc(slices.Clone(rest), func(m marked) bool { return m.text == "" })
	for i := len(rest) - 1; i >= 0; i-- {
		hang := canvas{}
		for _, m := range rest[:i+1] {
			hang.fill(span{m.span.from, m.span.from + 1}, '|')
		}
		rows = append(rows, hang.String())
		text := canvas{}
		for _, m := range rest[:i] {
			text.fill(span{m.span.from, m.span.from + 1}, '|')
		}
		text.put(rest[i].span.from, rest[i].text)
		rows = append(rows, text.String())
	}
	return rows
}

// canvas is a row of characters that grows as it is written to.
type canvas []rune

func (c *canvas) grow(n int) {
	for len(*c) < n {
		*c = append(*c, ' ')
	}
}

func (c *canvas) fill(s span, r rune) {
	c.grow(s.to)
	for i := s.from; i < s.to; i++ {
		(*c)[i] = r
	}
}

func (c *canvas) put(at int, text string) {
	c.grow(at)
	*c = append((*c)[:at], []rune(text)...)
}

func (c canvas) String() string { return string(c) }

// place is a position as compilers print it.
func place(file string, line, col int) string {
	switch {
	case file == "":
		return "?"
	case line == 0:
		return file
	case col == 0:
		return fmt.Sprintf("%s:%d", file, line)
	}
	return fmt.Sprintf("%s:%d:%d", file, line, col)
}
