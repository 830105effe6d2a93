package mir

import (
	"strconv"
	"strings"
)

// maxDepth bounds the nesting of types, places and constants, so that no input
// exhausts the stack.
const maxDepth = 256

// parser reads src[pos:lim]. An error is sticky: fail moves pos to lim, where
// nothing matches any more, so that every loop ends by itself.
type parser struct {
	src   string
	pos   int
	lim   int
	depth int
	steps int // nodes that may still be begun
	err   string
	errAt int
}

func newParser(src string) *parser {
	p := &parser{src: src}
	p.within(0, len(src))
	return p
}

// mark is what backtracking restores.
type mark struct {
	pos, lim int
	err      string
	errAt    int
}

func (p *parser) mark() mark   { return mark{p.pos, p.lim, p.err, p.errAt} }
func (p *parser) reset(m mark) { p.pos, p.lim, p.err, p.errAt = m.pos, m.lim, m.err, m.errAt }

// within restricts reading to src[from:to].
func (p *parser) within(from, to int) {
	p.pos, p.lim, p.err, p.errAt, p.depth = from, to, "", 0, 0
	// Backtracking alone would be exponential on hostile nesting. Real text
	// begins less than one node per byte, tried ways that fail included.
	p.steps = 8*(to-from) + 1024
}

func (p *parser) fail(msg string) {
	if p.err == "" {
		p.err, p.errAt = msg, p.pos
	}
	p.pos = p.lim
}

func (p *parser) ok() bool { return p.err == "" }

// done tells whether all of the range was read without an error.
func (p *parser) done() bool { return p.err == "" && p.pos == p.lim }

func (p *parser) enter() bool {
	p.depth++
	p.steps--
	if p.depth > maxDepth || p.steps < 0 {
		p.fail("nested too deeply")
		return false
	}
	return true
}

func (p *parser) leave() { p.depth-- }

// peek returns the next byte, 0 at the end.
func (p *parser) peek() byte {
	if p.pos < p.lim {
		return p.src[p.pos]
	}
	return 0
}

func (p *parser) peekAt(n int) byte {
	if p.pos+n < p.lim {
		return p.src[p.pos+n]
	}
	return 0
}

func (p *parser) rest() string { return p.src[p.pos:p.lim] }

func (p *parser) at(s string) bool { return strings.HasPrefix(p.src[p.pos:p.lim], s) }

func (p *parser) eat(s string) bool {
	if p.at(s) {
		p.pos += len(s)
		return true
	}
	return false
}

func (p *parser) want(s string) {
	if !p.eat(s) {
		p.fail("expected " + strconv.Quote(s))
	}
}

// until reads up to the byte c, which is not read; it fails if there is none.
func (p *parser) until(c byte) string {
	i := strings.IndexByte(p.rest(), c)
	if i < 0 {
		p.fail("expected " + strconv.QuoteRune(rune(c)))
		return ""
	}
	s := p.src[p.pos : p.pos+i]
	p.pos += i
	return s
}

func isDigit(c byte) bool { return c-'0' < 10 }

func isIdentStart(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c == '_' || c >= 0x80
}

func isIdent(c byte) bool { return isIdentStart(c) || isDigit(c) }

// ident reads an identifier, `r#` included, or returns "".
func (p *parser) ident() string {
	start := p.pos
	if p.at("r#") && isIdentStart(p.peekAt(2)) {
		p.pos += 2
	}
	if !isIdentStart(p.peek()) {
		p.pos = start
		return ""
	}
	i := p.pos
	for i < p.lim && isIdent(p.src[i]) {
		i++
	}
	p.pos = i
	return p.src[start:i]
}

// word tells whether the identifier w comes next, and reads it.
func (p *parser) word(w string) bool {
	if p.at(w) && !isIdent(p.peekAt(len(w))) {
		p.pos += len(w)
		return true
	}
	return false
}

// number reads a decimal number that fits an int.
func (p *parser) number() int {
	start := p.pos
	for p.pos < p.lim && isDigit(p.src[p.pos]) {
		p.pos++
	}
	n, err := strconv.Atoi(p.src[start:p.pos])
	if err != nil {
		p.pos = start
		p.fail("expected a number")
		return 0
	}
	return n
}

// uint64 reads a decimal number.
func (p *parser) uint64() uint64 {
	start := p.pos
	for p.pos < p.lim && isDigit(p.src[p.pos]) {
		p.pos++
	}
	n, err := strconv.ParseUint(p.src[start:p.pos], 10, 64)
	if err != nil {
		p.pos = start
		p.fail("expected a number")
	}
	return n
}

// lifetime reads `'a`, or returns "". Character literals are no lifetimes.
func (p *parser) lifetime() string {
	if p.peek() != '\'' || !isIdentStart(p.peekAt(1)) && p.peekAt(1) != '{' {
		return ""
	}
	i := p.pos + 2
	if p.peekAt(1) == '{' { // '{erased} in comments
		for i < p.lim && p.src[i-1] != '}' {
			i++
		}
	}
	for i < p.lim && isIdent(p.src[i]) {
		i++
	}
	if i < p.lim && p.src[i] == '\'' {
		return ""
	}
	s := p.src[p.pos:i]
	p.pos = i
	return s
}

// quoted reads a literal in the quotes q with backslash escapes, and returns
// the text between the quotes.
func (p *parser) quoted(q byte) string {
	if p.peek() != q {
		p.fail("expected a literal")
		return ""
	}
	for i := p.pos + 1; i < p.lim; i++ {
		switch p.src[i] {
		case '\\':
			i++
		case q:
			s := p.src[p.pos+1 : i]
			p.pos = i + 1
			return s
		}
	}
	p.fail("literal without end")
	return ""
}

// balanced reads up to the byte end that closes what is open, skipping nested
// brackets and literals; end is not read.
func (p *parser) balanced(end byte) string {
	start, depth := p.pos, 0
	for p.pos < p.lim {
		c := p.src[p.pos]
		if c == end && depth == 0 {
			return p.src[start:p.pos]
		}
		switch c {
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			if depth == 0 {
				p.fail("unbalanced bracket")
				return ""
			}
			depth--
		case '"':
			p.quoted('"')
			continue
		}
		p.pos++
	}
	p.fail("expected " + strconv.QuoteRune(rune(end)))
	return ""
}
