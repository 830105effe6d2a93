package annotate

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// tokenKind says what a [token] is.
type tokenKind uint8

const (
	tokEOF tokenKind = iota
	tokWord
	tokString
	tokPunct
)

// token is a Rust token; punctuation comes one character at a time.
type token struct {
	kind  tokenKind
	text  string
	start int
	line  int
}

// is tells whether the token is this word or punctuation, never a string.
func (t token) is(text string) bool { return t.kind != tokString && t.text == text }

// lexer splits Rust source into as few kinds of token as reading declarations
// needs. Comments vanish.
type lexer struct {
	file string
	src  string
	pos  int
	line int
}

// next returns the next token, or one of kind tokEOF at the end.
func (l *lexer) next() (token, error) {
	if err := l.skipBlank(); err != nil {
		return token{}, err
	}
	t := token{start: l.pos, line: l.line}
	if l.pos >= len(l.src) {
		return t, nil
	}
	rest := l.src[l.pos:]
	switch c := rest[0]; {
	case c == '"':
		return l.quoted(t)
	case isRawString(rest):
		return l.raw(t)
	case c == '\'':
		// A character or a lifetime; neither matters but for the quotes and
		// brackets a character may hold.
		t.kind = tokPunct
		n := charLength(rest)
		t.text = rest[:n]
		l.pos += n
		return t, nil
	case isWordByte(c):
		n := 1
		for n < len(rest) && (isWordByte(rest[n]) || rest[n] == '#' && rest[:n] == "r" && n+1 < len(rest) && isWordByte(rest[n+1])) {
			n++
		}
		t.kind, t.text = tokWord, rest[:n]
		l.pos += n
		return t, nil
	}
	_, n := utf8.DecodeRuneInString(rest)
	t.kind, t.text = tokPunct, rest[:n]
	l.pos += n
	return t, nil
}

// skipBlank passes over white space and comments; block comments nest.
func (l *lexer) skipBlank() error {
	for l.pos < len(l.src) {
		rest := l.src[l.pos:]
		switch {
		case rest[0] == '\n':
			l.line++
			l.pos++
		case rest[0] == ' ', rest[0] == '\t', rest[0] == '\r':
			l.pos++
		case strings.HasPrefix(rest, "//"):
			n := strings.IndexByte(rest, '\n')
			if n < 0 {
				n = len(rest)
			}
			l.pos += n
		case strings.HasPrefix(rest, "/*"):
			if err := l.blockComment(); err != nil {
				return err
			}
		default:
			return nil
		}
	}
	return nil
}

func (l *lexer) blockComment() error {
	start := l.line
	for depth := 0; l.pos < len(l.src); {
		rest := l.src[l.pos:]
		switch {
		case strings.HasPrefix(rest, "/*"):
			depth++
			l.pos += 2
		case strings.HasPrefix(rest, "*/"):
			depth--
			l.pos += 2
			if depth == 0 {
				return nil
			}
		default:
			if rest[0] == '\n' {
				l.line++
			}
			l.pos++
		}
	}
	return fmt.Errorf("%s:%d: comment is not closed", l.file, start)
}

// quoted reads a string literal, quotes included.
func (l *lexer) quoted(t token) (token, error) {
	for i := l.pos + 1; i < len(l.src); i++ {
		switch l.src[i] {
		case '\\':
			i++
			if i < len(l.src) && l.src[i] == '\n' {
				l.line++
			}
		case '\n':
			l.line++
		case '"':
			t.kind, t.text = tokString, l.src[l.pos:i+1]
			l.pos = i + 1
			return t, nil
		}
	}
	return t, fmt.Errorf("%s:%d: string is not closed", l.file, t.line)
}

// raw reads r"..." and r#"..."#, with a b in front or not.
func (l *lexer) raw(t token) (token, error) {
	rest := l.src[l.pos:]
	open := strings.IndexByte(rest, '"')
	hashes := strings.Count(rest[:open], "#")
	end := strings.Index(rest[open+1:], `"`+strings.Repeat("#", hashes))
	if end < 0 {
		return t, fmt.Errorf("%s:%d: string is not closed", l.file, t.line)
	}
	n := open + 1 + end + 1 + hashes
	t.kind, t.text = tokString, rest[open:open+1+end+1]
	l.line += strings.Count(rest[:n], "\n")
	l.pos += n
	return t, nil
}

// isRawString tells whether s begins with a raw string literal.
func isRawString(s string) bool {
	s = strings.TrimPrefix(s, "b")
	if !strings.HasPrefix(s, "r") {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(s[1:], "#"), `"`)
}

// charLength is the length of the character literal that s begins with, or 1
// for the quote of a lifetime.
func charLength(s string) int {
	if strings.HasPrefix(s, `'\`) {
		if end := strings.IndexByte(s[min(3, len(s)):], '\''); end >= 0 {
			return min(3, len(s)) + end + 1
		}
		return 1
	}
	if len(s) > 1 {
		_, n := utf8.DecodeRuneInString(s[1:])
		if strings.HasPrefix(s[1+n:], "'") {
			return n + 2
		}
	}
	return 1
}

// isWordByte tells whether c may be part of an identifier or number; bytes above
// ASCII may.
func isWordByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}
