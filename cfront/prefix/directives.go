package prefix

import (
	"bytes"
	"hash/fnv"
	"math"
	"slices"
	"strings"
	"sync/atomic"
)

// directives are what of a file decides which files it reads: its #includes, the
// conditions around them, and the macros that these are about. A tree may have files
// with a hundred thousand #defines that nothing asks for: they take little space.
type directives struct {
	list       []directive
	includes   []*include
	conditions []*expression
	// defines are all #defines, and texts what stands behind their names.
	defines []define
	texts   string
	// once is set where the file is read at most once.
	once bool
}

type directiveKind uint8

const (
	dirInclude directiveKind = iota
	dirDefined               // #ifdef and #ifndef
	dirIf
	dirElif
	dirElse
	dirEndif
	dirDefines // as many #defines as follow each other
	dirUndef
)

// opens tells whether a condition begins.
func (k directiveKind) opens() bool { return k == dirDefined || k == dirIf }

type directive struct {
	kind directiveKind
	not  bool // #ifndef
	// name is the macro of #ifdef, #ifndef and #undef.
	name uint32
	// at is the number of the include, of the expression, or of the first define.
	at int32
	// next is the number of the next directive that belongs to the same condition, and
	// end that of its #endif; or end is the number of the define behind the last one.
	next, end int32
}

// include is what #include is followed by: <name> or "name", or tokens.
type include struct {
	operand string
	tokens  []token
	// last is what it meant the last time.
	last atomic.Pointer[resolved]
}

// resolved is what an operand means where headers are looked for in those folders.
type resolved struct {
	by   *search
	file *source
}

// expression is what #if or #elif is followed by.
type expression struct {
	tokens []token
	// last is what came out the last time.
	last atomic.Pointer[outcome]
}

// outcome is what an expression came to, which it does wherever these macros are
// defined just so.
type outcome struct {
	value bool
	asked []askedFor
}

// define is a #define of a name; its text begins there and ends where that of the next
// one begins.
type define struct {
	name, text uint32
}

// definition is a #define of a file.
type definition struct {
	in *directives
	at int32
}

// none is what a macro stands for that is not defined.
var none definition

func (d definition) text() string {
	from, to := d.in.defines[d.at].text, len(d.in.texts)
	if int(d.at)+1 < len(d.in.defines) {
		to = int(d.in.defines[d.at+1].text)
	}
	return d.in.texts[from:to]
}

// macroBody is what a macro stands for.
type macroBody struct {
	tokens   []token
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

// id is the number of a name. Names are known by their hashes: those of a large tree
// are some millions.
func (h *Headers) id(name []byte) uint32 {
	f := fnv.New64a()
	f.Write(name)
	sum := f.Sum64()
	h.mu.Lock()
	defer h.mu.Unlock()
	id, ok := h.names[sum]
	if !ok {
		id = uint32(len(h.names))
		h.names[sum] = id
	}
	return id
}

// scanDirectives reads directives. What is malformed is left out.
func (h *Headers) scanDirectives(data []byte) *directives {
	d := &directives{}
	var texts []byte
	var open []int // conditions, by the number of their last directive
	s := scanner{data: data}
	for s.line() {
		if s.directive == nil {
			continue
		}
		x := directive{next: -1, end: -1}
		switch string(s.directive) {
		case "include", "include_next", "import":
			x.kind, x.at = dirInclude, int32(len(d.includes))
			operand := bytes.TrimSpace(s.text)
			inc := &include{}
			if n := len(operand); n > 2 && (operand[0] == '<' && operand[n-1] == '>' || operand[0] == '"' && operand[n-1] == '"') {
				inc.operand = string(operand)
			} else {
				inc.tokens = h.tokens(operand)
			}
			d.includes = append(d.includes, inc)
		case "ifdef", "ifndef":
			x.kind, x.not = dirDefined, s.directive[2] == 'n'
			name, _ := cutIdentifier(s.text)
			x.name = h.id(name)
		case "if", "elif":
			x.kind, x.at = dirIf, int32(len(d.conditions))
			if s.directive[0] == 'e' {
				x.kind = dirElif
			}
			d.conditions = append(d.conditions, &expression{tokens: h.tokens(s.text)})
		case "else":
			x.kind = dirElse
		case "endif":
			x.kind = dirEndif
		case "define":
			name, rest := cutIdentifier(s.text)
			if name == nil || len(texts)+len(rest) > math.MaxInt32 {
				continue
			}
			n := int32(len(d.defines))
			d.defines = append(d.defines, define{h.id(name), uint32(len(texts))})
			texts = append(texts, bytes.TrimRight(rest, " \t\r\f")...)
			if last := len(d.list) - 1; last >= 0 && d.list[last].kind == dirDefines {
				d.list[last].end++
				continue
			}
			x.kind, x.at, x.end = dirDefines, n, n+1
		case "undef":
			name, _ := cutIdentifier(s.text)
			x.kind, x.name = dirUndef, h.id(name)
		case "pragma":
			d.once = d.once || string(bytes.TrimSpace(s.text)) == "once"
			continue
		default:
			continue
		}
		n := len(d.list)
		switch {
		case x.kind.opens():
			open = append(open, n)
		case x.kind == dirElif || x.kind == dirElse || x.kind == dirEndif:
			if len(open) == 0 {
				continue
			}
			d.list[open[len(open)-1]].next = int32(n)
			open[len(open)-1] = n
			if x.kind == dirEndif {
				open = open[:len(open)-1]
			}
		}
		d.list = append(d.list, x)
	}
	d.close()
	d.texts = string(texts)
	d.list, d.defines = slices.Clone(d.list), slices.Clone(d.defines)
	return d
}

// close finds the ends of conditions. What is not closed ends with the file.
func (d *directives) close() {
	n := int32(len(d.list))
	for i := n - 1; i >= 0; i-- {
		x := &d.list[i]
		switch {
		case x.kind == dirEndif:
			x.end = i
		case !x.kind.opens() && x.kind != dirElif && x.kind != dirElse:
		case x.next < 0:
			x.next, x.end = n, n
		default:
			x.end = d.list[x.next].end
		}
	}
}

// bodyOf is what a macro stands for, in tokens.
func (r *reading) bodyOf(m definition) *macroBody {
	b := r.bodies[m]
	if b == nil {
		b = r.h.body(m.text())
		r.bodies[m] = b
	}
	return b
}

// body reads the definition of a macro behind its name.
func (h *Headers) body(text string) *macroBody {
	m := &macroBody{}
	if !strings.HasPrefix(text, "(") {
		m.tokens = h.tokens([]byte(text))
		return m
	}
	m.function = true
	list, rest, _ := bytes.Cut([]byte(text[1:]), []byte(")"))
	for p := range bytes.SplitSeq(list, []byte(",")) {
		name, dots := cutIdentifier(p)
		m.variadic = bytes.HasPrefix(bytes.TrimSpace(dots), []byte("..."))
		switch {
		case name != nil:
			m.params = append(m.params, h.id(name))
		case m.variadic:
			m.params = append(m.params, h.id([]byte("__VA_ARGS__")))
		}
	}
	m.tokens = h.tokens(rest)
	return m
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
			t.name = h.id(text[start:i])
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
