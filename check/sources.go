package check

import (
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"
)

// Sources reads the lines that findings point at. A nil *Sources has none, and
// the text form then does without.
type Sources struct {
	// find gives the path of a file named in a position.
	find  func(file string) string
	lines map[string][]string
}

// NewSources reads files below the roots given, the first that has one.
func NewSources(roots ...string) *Sources {
	return &Sources{lines: map[string][]string{}, find: func(file string) string {
		if filepath.IsAbs(file) {
			return file
		}
		for _, root := range roots {
			path := filepath.Join(root, file)
			if _, err := os.Stat(path); err == nil {
				return path
			}
		}
		return ""
	}}
}

// Line is line n of a file, counted from 1, without its end; ok is false where
// there is no such file or line.
func (s *Sources) Line(file string, n int) (line string, ok bool) {
	if s == nil || file == "" {
		return "", false
	}
	lines, known := s.lines[file]
	if !known {
		if path := s.find(file); path != "" {
			if data, err := os.ReadFile(path); err == nil {
				lines = strings.Split(string(data), "\n")
			}
		}
		s.lines[file] = lines
	}
	if n < 1 || n > len(lines) {
		return "", false
	}
	return strings.TrimSuffix(lines[n-1], "\r"), true
}

// tabWidth is what rustc makes of a tab.
const tabWidth = 4

// span is a part of a line in columns of the screen, from 0.
type span struct{ from, to int }

// display is a source line as it is shown: tabs become spaces, and what cannot
// be printed a question mark.
func display(line string) string {
	var b strings.Builder
	for _, r := range line {
		switch {
		case r == '\t':
			b.WriteString(strings.Repeat(" ", tabWidth))
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			b.WriteByte('?')
		default:
			b.WriteRune(r)
		}
	}
	return strings.TrimRight(b.String(), " ")
}

// mark is the part of a line that the code at column col takes up, 0 being the
// whole line. clang counts columns in bytes, rustc in characters.
func mark(file, line string, col int) span {
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	end := len(strings.TrimRight(line, " \t"))
	if col > 0 {
		start = byteOffset(file, line, col)
		if start >= len(line) {
			n := width(line)
			return span{n, n + 1}
		}
		end = start + expressionLength(line[start:])
	}
	s := span{width(line[:start]), width(line[:end])}
	if s.to <= s.from {
		s.to = s.from + 1
	}
	return s
}

func byteOffset(file, line string, col int) int {
	if filepath.Ext(file) != ".rs" {
		return min(col-1, len(line))
	}
	n := 1
	for i := range line {
		if n == col {
			return i
		}
		n++
	}
	return len(line)
}

// width is how many columns a text takes up.
func width(s string) int {
	return utf8.RuneCountInString(s) + (tabWidth-1)*strings.Count(s, "\t")
}

// expressionLength is how much of a text the expression at its beginning takes
// up: a path or place with its calls, up to what ends it on this line. The
// program keeps only where code begins.
func expressionLength(s string) int {
	depth := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			i += stringLength(s[i:]) - 1
		case strings.IndexByte("([{", c) >= 0:
			if depth == 0 && c == '{' && i > 0 {
				return len(strings.TrimRight(s[:i], " "))
			}
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			if depth == 0 {
				return max(i, 1)
			}
			depth--
		case depth == 0 && (c == ';' || c == ','):
			return max(i, 1)
		case depth == 0 && (c == ' ' || c == '\t'):
			if !continues(s[:i], strings.TrimLeft(s[i:], " \t")) {
				return max(i, 1)
			}
		}
	}
	return max(len(strings.TrimRight(s, " \t")), 1)
}

// continues tells whether an expression goes on behind white space: `&mut x`,
// `a .b()`, `f (x)`.
func continues(before, after string) bool {
	return strings.HasSuffix(before, "&mut") || before == "move" || before == "unsafe" ||
		strings.HasPrefix(after, ".") && !strings.HasPrefix(after, "..") || strings.HasPrefix(after, "->") && !strings.HasPrefix(after, "-> ")
}

// stringLength is the length of the string literal that s begins with.
func stringLength(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(s)
}
