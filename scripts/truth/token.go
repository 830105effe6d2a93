package main

import "strings"

// tokenKind tells tokens apart.
type tokenKind uint8

const (
	// word is an identifier, keyword or number.
	word tokenKind = iota
	// literal is a string or character constant.
	literal
	// mark is one character of punctuation, or an arrow.
	mark
	// docs is a comment that begins with two stars; its text is all of it.
	docs
)

// token is a token of a C file as it is written: nothing is expanded, and both
// branches of a conditional are there.
type token struct {
	kind tokenKind
	text string
	line int
	// first is set for a token at the very beginning of a line. The kernel ends
	// functions and records with a brace there.
	first bool
}

// scanner splits a C file into tokens.
type scanner struct {
	src       string
	pos, line int
	tokens    []token
	// macros are the object-like macros and what they stand for.
	macros map[string]string
}

// tokens splits C text. Ordinary comments and directives are left out; macros are
// those without parameters.
func tokens(src string) (list []token, macros map[string]string) {
	s := &scanner{src: src, line: 1, macros: map[string]string{}}
	for s.pos < len(s.src) {
		s.next()
	}
	return s.tokens, s.macros
}

func (s *scanner) next() {
	rest := s.src[s.pos:]
	c := rest[0]
	switch {
	case c == '\n':
		s.take(1)
	case c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\\':
		s.pos++
	case strings.HasPrefix(rest, "//"):
		s.take(lineEnd(rest))
	case strings.HasPrefix(rest, "/*"):
		s.comment(rest)
	case c == '#' && s.lineStart():
		s.directive(rest)
	case c == '"' || c == '\'':
		s.add(literal, quoted(rest))
	case isWord(c):
		n := 1
		for n < len(rest) && isWord(rest[n]) {
			n++
		}
		s.add(word, n)
	case strings.HasPrefix(rest, "->"):
		s.add(mark, 2)
	default:
		s.add(mark, 1)
	}
}

// add appends the next n bytes as a token.
func (s *scanner) add(kind tokenKind, n int) {
	first := s.pos == 0 || s.src[s.pos-1] == '\n'
	s.tokens = append(s.tokens, token{kind, s.src[s.pos : s.pos+n], s.line, first})
	s.take(n)
}

// take passes over the next n bytes.
func (s *scanner) take(n int) {
	s.line += strings.Count(s.src[s.pos:s.pos+n], "\n")
	s.pos += n
}

func (s *scanner) comment(rest string) {
	n := len(rest)
	if end := strings.Index(rest[2:], "*/"); end >= 0 {
		n = end + len("/**/")
	}
	if strings.HasPrefix(rest, "/**") && n > len("/**/") && rest[3] != '*' {
		s.add(docs, n)
		return
	}
	s.take(n)
}

// directive passes over a directive with its continuation lines. A comment that
// begins in it may end lines later.
func (s *scanner) directive(rest string) {
	n := 0
	for n < len(rest) {
		switch {
		case strings.HasPrefix(rest[n:], "/*"):
			end := strings.Index(rest[n+2:], "*/")
			if end < 0 {
				n = len(rest)
				continue
			}
			n += end + len("/**/")
			continue
		case strings.HasPrefix(rest[n:], "\\\n"):
			n++
		case rest[n] == '\n':
			s.define(rest[:n])
			s.take(n)
			return
		}
		n++
	}
	s.take(n)
}

// define remembers a macro without parameters.
func (s *scanner) define(text string) {
	text, ok := strings.CutPrefix(strings.TrimLeft(text[1:], " \t"), "define")
	if !ok {
		return
	}
	name := strings.TrimLeft(text, " \t")
	n := 0
	for n < len(name) && isWord(name[n]) {
		n++
	}
	if n > 0 && n < len(name) && name[n] != '(' {
		s.macros[name[:n]] = strings.TrimSpace(name[n:])
	}
}

// lineStart tells whether nothing but space stands before this on its line.
func (s *scanner) lineStart() bool {
	line := s.src[:s.pos]
	return strings.TrimLeft(line[strings.LastIndexByte(line, '\n')+1:], " \t") == ""
}

// quoted is the length of the constant that text begins with, up to the end of the
// line at most: directives and assembly hold stray quotes.
func quoted(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case text[0]:
			return i + 1
		case '\n':
			return i
		}
	}
	return len(text)
}

func lineEnd(text string) int {
	if i := strings.IndexByte(text, '\n'); i >= 0 {
		return i
	}
	return len(text)
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// is tells whether a list has this text at i.
func is(list []token, i int, text string) bool {
	return i >= 0 && i < len(list) && list[i].text == text && list[i].kind != literal
}

// group is the index behind the bracket that closes the one at i, or the end.
func group(list []token, i int) int {
	depth := 0
	for ; i < len(list); i++ {
		if list[i].kind != mark {
			continue
		}
		switch list[i].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return i
}

// splitAt splits a list at a separator that stands outside of brackets.
func splitAt(list []token, sep string) [][]token {
	var out [][]token
	start := 0
	for i := 0; i < len(list); {
		switch {
		case list[i].kind == mark && strings.Contains("([{", list[i].text):
			i = group(list, i)
			continue
		case is(list, i, sep):
			out = append(out, list[start:i])
			start = i + 1
		}
		i++
	}
	return append(out, list[start:])
}

// join writes tokens as text, with space only between words.
func join(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if i > 0 && t.kind == word && list[i-1].kind == word {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
