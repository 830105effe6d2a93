package kbuild

import (
	"fmt"
	"strings"
)

// command is one simple command of a shell line: what stands between two of
// `;`, `&&`, `||`, `|`, `&`, parentheses and newlines, redirections left out.
type command struct {
	// Env are the assignments before the program, as NAME=value.
	Env []string
	// Args are the program and its arguments.
	Args []string
	// Expansion is the first piece that a shell would have expanded (`$HOME`,
	// "$(pwd)", a backquote); it is kept in Args as it was written.
	Expansion string
}

// shellError is a quoting mistake at a byte offset of the line.
type shellError struct {
	Offset int
	Text   string
}

func (e *shellError) Error() string { return fmt.Sprintf("column %d: %s", e.Offset+1, e.Text) }

// splitShell splits a line as a POSIX shell would, short of expansions. Reserved
// words (`if`, `for`) are taken for programs: no compiler line hides behind one.
func splitShell(line string) ([]command, error) {
	s := shellSplitter{in: line}
	if err := s.run(); err != nil {
		return nil, err
	}
	return s.out, nil
}

type shellSplitter struct {
	in  string
	pos int

	out []command
	cur command

	word     strings.Builder
	inWord   bool // a word has begun, be it only by ""
	quoted   bool // some of it was quoted before any `=`: `'A=b'` assigns nothing
	skipWord bool // the next word is the target of a redirection
}

func (s *shellSplitter) run() error {
	for s.pos < len(s.in) {
		c := s.in[s.pos]
		switch {
		case c == '\'':
			end := strings.IndexByte(s.in[s.pos+1:], '\'')
			if end < 0 {
				return &shellError{s.pos, "a single quote is opened here and never closed"}
			}
			s.quote()
			s.word.WriteString(s.in[s.pos+1 : s.pos+1+end])
			s.pos += end + 2
		case c == '"':
			if err := s.doubleQuoted(); err != nil {
				return err
			}
		case c == '\\':
			if s.pos+1 == len(s.in) {
				return &shellError{s.pos, "a backslash with nothing behind it"}
			}
			if s.in[s.pos+1] != '\n' {
				s.quote()
				s.word.WriteByte(s.in[s.pos+1])
			}
			s.pos += 2
		case c == ' ' || c == '\t' || c == '\r':
			s.endWord()
			s.pos++
		case strings.IndexByte(";&|()\n", c) >= 0:
			s.endCommand()
			s.pos++
		case c == '<' || c == '>':
			s.redirection()
		case c == '#' && !s.inWord:
			end := strings.IndexByte(s.in[s.pos:], '\n')
			if end < 0 {
				end = len(s.in) - s.pos
			}
			s.pos += end
		case s.expansion():
		default:
			s.inWord = true
			s.word.WriteByte(c)
			s.pos++
		}
	}
	s.endCommand()
	return nil
}

func (s *shellSplitter) quote() {
	s.inWord = true
	if !strings.Contains(s.word.String(), "=") {
		s.quoted = true
	}
}

// doubleQuoted reads from one double quote to the next. Inside, a backslash
// stands for itself except before `$`, a backquote, `"`, another and a newline.
func (s *shellSplitter) doubleQuoted() error {
	start := s.pos
	s.quote()
	s.pos++
	for s.pos < len(s.in) {
		c := s.in[s.pos]
		switch {
		case c == '"':
			s.pos++
			return nil
		case c == '\\' && s.pos+1 < len(s.in) && strings.IndexByte("$`\"\\\n", s.in[s.pos+1]) >= 0:
			if s.in[s.pos+1] != '\n' {
				s.word.WriteByte(s.in[s.pos+1])
			}
			s.pos += 2
		case s.expansion():
		default:
			s.word.WriteByte(c)
			s.pos++
		}
	}
	return &shellError{start, "a double quote is opened here and never closed"}
}

// expansion reads an expansion that begins at the current byte, as it stands,
// and tells whether there was one. A `$` that begins none stands for itself.
func (s *shellSplitter) expansion() bool {
	rest := s.in[s.pos:]
	n := 0
	switch {
	case rest[0] == '`':
		n = closing(rest[1:], 0, '`') + 1
	case rest[0] != '$' || len(rest) == 1:
	case rest[1] == '(':
		n = closing(rest[2:], '(', ')') + 2
	case rest[1] == '{':
		n = closing(rest[2:], '{', '}') + 2
	case isNameByte(rest[1]):
		for n = 2; n < len(rest) && isNameByte(rest[n]); n++ {
		}
	case strings.IndexByte("@*#?!-$", rest[1]) >= 0:
		n = 2
	}
	if n == 0 {
		return false
	}
	if s.cur.Expansion == "" {
		s.cur.Expansion = rest[:n]
	}
	s.inWord = true
	s.word.WriteString(rest[:n])
	s.pos += n
	return true
}

// closing is the length of s up to and with the byte that closes what an opening
// one began; all of s where there is none.
func closing(s string, opens, closes byte) int {
	depth := 1
	for i := range len(s) {
		switch s[i] {
		case closes:
			if depth--; depth == 0 {
				return i + 1
			}
		case opens:
			depth++
		}
	}
	return len(s)
}

// redirection reads `<`, `>>`, `2>&1` and the like; a number right before it is
// a file descriptor and no word.
func (s *shellSplitter) redirection() {
	if s.inWord && !s.quoted && strings.Trim(s.word.String(), "0123456789") == "" {
		s.word.Reset()
		s.inWord = false
	}
	s.endWord()
	for s.pos < len(s.in) && strings.IndexByte("<>&|", s.in[s.pos]) >= 0 {
		s.pos++
	}
	s.skipWord = true
}

func (s *shellSplitter) endWord() {
	if !s.inWord {
		return
	}
	w := s.word.String()
	switch {
	case s.skipWord:
		s.skipWord = false
	case len(s.cur.Args) == 0 && isAssignment(w) && !s.quoted:
		s.cur.Env = append(s.cur.Env, w)
	default:
		s.cur.Args = append(s.cur.Args, w)
	}
	s.word.Reset()
	s.inWord, s.quoted = false, false
}

func (s *shellSplitter) endCommand() {
	s.endWord()
	if s.cur.Args != nil || s.cur.Env != nil {
		s.out = append(s.out, s.cur)
	}
	s.cur, s.skipWord = command{}, false
}

func isNameByte(c byte) bool {
	return c == '_' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
}

// isAssignment tells whether a word has the form NAME=value.
func isAssignment(w string) bool {
	name, _, ok := strings.Cut(w, "=")
	if !ok || name == "" || '0' <= name[0] && name[0] <= '9' {
		return false
	}
	for i := range len(name) {
		if !isNameByte(name[i]) {
			return false
		}
	}
	return true
}
