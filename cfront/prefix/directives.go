package prefix

import (
	"bytes"
	"os"
)

// directives are what of a file decides which files it reads: its #includes, the
// conditions around them, and the macros that these are about.
type directives struct {
	list []directive
	// once is set where the file is read at most once.
	once bool
}

type directiveKind uint8

const (
	dirInclude directiveKind = iota
	dirIf                    // #if, #ifdef and #ifndef
	dirElif
	dirElse
	dirEndif
	dirDefine
	dirUndef
)

type directive struct {
	kind directiveKind
	// name is the macro of #ifdef, #ifndef, #define and #undef; not is set for #ifndef.
	// noName where there is none: then tokens are the condition.
	name uint32
	not  bool
	// tokens are a condition, or what #include is followed by, unless that stands in
	// path: <name> or "name".
	tokens []token
	path   string
	macro  *definition
	// next is the number of the next directive that belongs to the same condition, and
	// end that of its #endif.
	next, end int
}

const noName = ^uint32(0)

// definition is what a macro stands for.
type definition struct {
	text     string // cut into tokens once it is needed: hardly any is
	body     []token
	params   []uint32
	function bool // it has arguments
	variadic bool // the last one stands for all that are left
}

type tokenKind uint8

const (
	tokIdent tokenKind = iota
	tokNumber
	tokString // or a character
	tokPunct
)

// token is a token of a preprocessing directive.
type token struct {
	kind  tokenKind
	space bool   // there is space before it
	name  uint32 // of an identifier
	text  string
	// hidden are the macros that it was made by, and does not stand for again.
	hidden *hidden
}

type hidden struct {
	name uint32
	next *hidden
}

func (h *hidden) has(name uint32) bool {
	for ; h != nil; h = h.next {
		if h.name == name {
			return true
		}
	}
	return false
}

// directivesOf reads the directives of a file; nil where it cannot be read.
func (h *Headers) directivesOf(path string) *directives {
	d, ok := h.files[path]
	if !ok && h.isFile(path) {
		if data, err := os.ReadFile(path); err == nil {
			d = h.scanDirectives(data)
		}
		h.files[path] = d
	}
	return d
}

// scanDirectives reads directives. What is malformed is left out.
func (h *Headers) scanDirectives(data []byte) *directives {
	d := &directives{}
	var open []int // conditions, by the number of their last directive
	s := scanner{data: data}
	for s.line() {
		if s.directive == nil {
			continue
		}
		x := directive{name: noName, next: -1, end: -1}
		switch string(s.directive) {
		case "include", "include_next", "import":
			x.kind = dirInclude
			operand := bytes.TrimSpace(s.text)
			if n := len(operand); n > 2 && (operand[0] == '<' && operand[n-1] == '>' || operand[0] == '"' && operand[n-1] == '"') {
				x.path = string(operand)
			} else {
				x.tokens = h.tokens(operand)
			}
		case "ifdef", "ifndef":
			x.kind, x.not = dirIf, s.directive[2] == 'n'
			name, _ := cutIdentifier(s.text)
			x.name = h.names.id(name)
		case "if":
			x.kind, x.tokens = dirIf, h.tokens(s.text)
		case "elif":
			x.kind, x.tokens = dirElif, h.tokens(s.text)
		case "else":
			x.kind = dirElse
		case "endif":
			x.kind = dirEndif
		case "define":
			name, rest := cutIdentifier(s.text)
			if name == nil {
				continue
			}
			x.kind, x.name, x.macro = dirDefine, h.names.id(name), h.define(rest)
		case "undef":
			name, _ := cutIdentifier(s.text)
			x.kind, x.name = dirUndef, h.names.id(name)
		case "pragma":
			d.once = d.once || string(bytes.TrimSpace(s.text)) == "once"
			continue
		default:
			continue
		}
		n := len(d.list)
		switch x.kind {
		case dirIf:
			open = append(open, n)
		case dirElif, dirElse, dirEndif:
			if len(open) == 0 {
				continue
			}
			d.list[open[len(open)-1]].next = n
			open[len(open)-1] = n
			if x.kind == dirEndif {
				open = open[:len(open)-1]
			}
		}
		d.list = append(d.list, x)
	}
	for i := len(d.list) - 1; i >= 0; i-- { // what is not closed ends with the file
		x := &d.list[i]
		if x.kind > dirEndif || x.kind == dirInclude {
			continue
		}
		switch {
		case x.kind == dirEndif:
			x.end = i
		case x.next < 0:
			x.next, x.end = len(d.list), len(d.list)
		case x.next < len(d.list):
			x.end = d.list[x.next].end
		}
	}
	return d
}

// define reads the definition of a macro behind its name.
func (h *Headers) define(text []byte) *definition {
	m := &definition{}
	if len(text) == 0 || text[0] != '(' {
		m.text = string(text)
		return m
	}
	m.function = true
	list, rest, _ := bytes.Cut(text[1:], []byte(")"))
	for p := range bytes.SplitSeq(list, []byte(",")) {
		name, dots := cutIdentifier(p)
		m.variadic = bytes.HasPrefix(bytes.TrimSpace(dots), []byte("..."))
		switch {
		case name != nil:
			m.params = append(m.params, h.names.id(name))
		case m.variadic:
			m.params = append(m.params, h.names.id([]byte("__VA_ARGS__")))
		}
	}
	m.text = string(rest)
	return m
}

// bodyOf is what a macro stands for, in tokens.
func (h *Headers) bodyOf(m *definition) []token {
	if m.text != "" {
		m.body, m.text = h.tokens([]byte(m.text)), ""
	}
	return m.body
}

// tokens cuts a text into tokens.
func (h *Headers) tokens(text []byte) []token {
	var out []token
	space := false
	for i := 0; i < len(text); {
		c := text[i]
		if c == ' ' || c == '\t' || c == '\r' || c == '\f' {
			space = true
			i++
			continue
		}
		start := i
		t := token{kind: tokPunct, space: space}
		space = false
		switch {
		case c == '"' || c == '\'':
			t.kind = tokString
			i = closing(text, i)
		case isLetter(c):
			t.kind = tokIdent
			for i < len(text) && (isLetter(text[i]) || isDigit(text[i])) {
				i++
			}
			t.name = h.names.id(text[start:i])
		case isDigit(c):
			t.kind = tokNumber
			for i < len(text) && (isLetter(text[i]) || isDigit(text[i]) || text[i] == '.') {
				i++
			}
		default:
			i += punctuation(text[i:])
		}
		t.text = string(text[start:i])
		out = append(out, t)
	}
	return out
}

// punctuation is how long the operator is that a text begins with.
func punctuation(text []byte) int {
	if bytes.HasPrefix(text, []byte("...")) {
		return 3
	}
	if len(text) > 1 {
		switch string(text[:2]) {
		case "##", "&&", "||", "==", "!=", "<=", ">=", "<<", ">>":
			return 2
		}
	}
	return 1
}
