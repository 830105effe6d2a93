package prefix

import (
	"bytes"
	"hash/fnv"
	"os"
	"regexp"
	"slices"
	"strings"
)

// text is what matters of the text of one file of a prefix: which macros it defines,
// and which names have a say in what it means. Names stand in each list once.
type text struct {
	// macros are all definitions of macros.
	macros []macro
	// undefined are the names of #undef.
	undefined []mention
	// uses are the names that stand outside of macro definitions and may be expanded
	// there, and tested those of which a condition asks only whether they are defined.
	uses, tested []mention
}

// mention is a name where it stands in a file, at the beginning of which lines first and
// last, by their offsets.
type mention struct {
	use
	// within are names before the parentheses that it ends an argument in: it may be called
	// there, too, if one of them is a macro.
	within      []uint32
	first, last uint32
	end         uint32 // of the last line
}

// use is a name where it may be expanded.
type use struct {
	name uint32
	// called is set where an opening parenthesis may follow in the end, without
	// which a macro with arguments is not expanded.
	called bool
}

// macro is one definition of a macro.
type macro struct {
	name uint32
	body []use  // the names in it
	hash uint64 // of its text
	off  uint32 // of its line in the file
	// function is set where it has arguments.
	function bool
	// plain is set where the definition is nothing but string literals, its own
	// arguments, and the names in body.
	plain bool
}

// names numbers identifiers.
type names struct {
	ids  map[string]uint32
	list []string
}

func (n *names) id(b []byte) uint32 {
	if id, ok := n.ids[string(b)]; ok {
		return id
	}
	id := uint32(len(n.list))
	n.list = append(n.list, string(b))
	n.ids[n.list[id]] = id
	return id
}

// texts scans files, each once. Of few of them more is needed than an outline.
type texts struct {
	names            names
	files            map[string]*text
	sources, headers map[string]*outline
}

func newTexts() *texts {
	return &texts{
		names: names{ids: map[string]uint32{}}, files: map[string]*text{},
		sources: map[string]*outline{}, headers: map[string]*outline{},
	}
}

// get is what matters of a file; nil where it cannot be read.
func (t *texts) get(path string) *text {
	x, ok := t.files[path]
	if !ok {
		if data, err := os.ReadFile(path); err == nil {
			x = t.scan(data)
		}
		t.files[path] = x
	}
	return x
}

// collector collects names, each once.
type collector struct {
	seen map[uint32]bool
	list []uint32
}

func (c *collector) add(id uint32) {
	if c.seen == nil {
		c.seen = map[uint32]bool{}
	}
	if !c.seen[id] {
		c.seen[id] = true
		c.list = append(c.list, id)
	}
}

// mentions collects where names stand, those of one name as one.
type mentions struct {
	at   map[uint32]int
	list []mention
}

func (c *mentions) add(id uint32, called bool, off, end uint32, within ...uint32) {
	if c.at == nil {
		c.at = map[uint32]int{}
	}
	i, ok := c.at[id]
	if !ok {
		c.at[id] = len(c.list)
		c.list = append(c.list, mention{use: use{id, called}, within: slices.Clone(within), first: off, last: off, end: end})
		return
	}
	m := &c.list[i]
	m.called, m.last, m.end = m.called || called, off, end
	for _, w := range within {
		if !slices.Contains(m.within, w) {
			m.within = append(m.within, w)
		}
	}
}

// scan reads a file without preprocessing it: both sides of each condition count.
func (t *texts) scan(data []byte) *text {
	x := &text{}
	var uses, tested, undefined mentions
	var off, end uint32 // of the line
	use := func(b []byte, called bool) { uses.add(t.names.id(b), called, off, end) }
	test := func(b []byte) { tested.add(t.names.id(b), false, off, end) }
	s := scanner{data: data}
	around := parens{names: &t.names}
	for {
		off = uint32(len(data) - len(s.data))
		if !s.line() {
			break
		}
		end = uint32(len(data) - len(s.data))
		if s.directive == nil {
			around.code(s.text, func(b []byte, called bool, within []uint32) { uses.add(t.names.id(b), called, off, end, within...) })
			continue
		}
		around.directive()
		switch string(s.directive) {
		case "include", "include_next":
			if !bytes.HasPrefix(bytes.TrimSpace(s.text), []byte("<")) {
				identifiers(s.text, use)
			}
		case "define":
			if name, rest := cutIdentifier(s.text); name != nil {
				x.macros = append(x.macros, t.macro(name, rest))
				x.macros[len(x.macros)-1].off = off
			}
		case "undef":
			if name, _ := cutIdentifier(s.text); name != nil {
				undefined.add(t.names.id(name), false, off, end)
			}
		case "ifdef", "ifndef", "elifdef", "elifndef":
			if name, _ := cutIdentifier(s.text); name != nil {
				test(name)
			}
		case "if", "elif":
			asked := false // whether it is defined
			identifiers(s.text, func(b []byte, called bool) {
				if asked {
					test(b)
				} else {
					use(b, called)
				}
				asked = string(b) == "defined"
			})
		}
	}
	x.uses, x.tested, x.undefined = uses.list, tested.list, undefined.list
	return x
}

// Mentions tells whether one of some names stands in a text.
func Mentions(text []byte, names map[string]bool) bool {
	found := false
	for s := (scanner{data: text}); !found && s.line(); {
		identifiers(s.text, func(b []byte, _ bool) { found = found || names[string(b)] })
	}
	return found
}

// macro reads the definition of a macro behind its name.
func (t *texts) macro(name, rest []byte) macro {
	m := macro{
		name: t.names.id(name), plain: onlyStrings(rest), hash: hash(plainAttributes(bytes.TrimSpace(rest))),
		function: len(rest) > 0 && rest[0] == '(',
	}
	params := parameters(rest)
	identifiers(rest, func(b []byte, called bool) {
		if !slices.Contains(params, string(b)) {
			m.body = append(m.body, use{t.names.id(b), called})
		}
	})
	return m
}

// attributeName is the name of a GNU attribute, which may be written __so__.
var attributeName = regexp.MustCompile(`(__attribute__\s*\(\(\s*)__(\w+)__\b`)

// plainAttributes writes attributes, but for further ones of a list, without underscores.
func plainAttributes(def []byte) []byte {
	if !bytes.Contains(def, []byte("__attribute__")) {
		return def
	}
	return attributeName.ReplaceAll(def, []byte("$1$2"))
}

func hash(b []byte) uint64 {
	h := fnv.New64a()
	h.Write(b)
	return h.Sum64()
}

// scanner goes through logical lines: continued ones joined, comments left out.
type scanner struct {
	data []byte
	// directive is the name of the line's directive, nil for code; text is the
	// rest of the line.
	directive, text []byte
	comment         bool // in the middle of one
	buf             []byte
}

// line reads one logical line; false is the end.
func (s *scanner) line() bool {
	if len(s.data) == 0 {
		return false
	}
	raw, rest, _ := bytes.Cut(s.data, []byte("\n"))
	s.data = rest
	for bytes.HasSuffix(raw, []byte("\\")) && len(s.data) > 0 {
		next, rest, _ := bytes.Cut(s.data, []byte("\n"))
		raw = append(append(append([]byte(nil), raw[:len(raw)-1]...), ' '), next...)
		s.data = rest
	}
	text := s.uncomment(raw)
	s.directive, s.text = nil, text
	if t := bytes.TrimLeft(text, " \t"); len(t) > 0 && t[0] == '#' {
		t = bytes.TrimLeft(t[1:], " \t")
		s.directive, s.text = cutIdentifier(t)
		if s.directive == nil {
			s.directive = []byte{} // `# 1 "file"`, or nothing
		}
	}
	return true
}

// uncomment takes the comments out of a line. The result is good until the next
// line.
func (s *scanner) uncomment(raw []byte) []byte {
	if !s.comment && bytes.IndexByte(raw, '/') < 0 {
		return raw
	}
	out := s.buf[:0]
	for i := 0; i < len(raw); {
		if s.comment {
			end := bytes.Index(raw[i:], []byte("*/"))
			if end < 0 {
				break
			}
			s.comment = false
			out = append(out, ' ')
			i += end + 2
			continue
		}
		switch c := raw[i]; {
		case c == '/' && i+1 < len(raw) && raw[i+1] == '*':
			s.comment = true
			i += 2
		case c == '/' && i+1 < len(raw) && raw[i+1] == '/':
			i = len(raw)
		case c == '"' || c == '\'':
			end := closing(raw, i)
			out = append(out, raw[i:end]...)
			i = end
		default:
			out = append(out, c)
			i++
		}
	}
	s.buf = out
	return out
}

// closing is the end of the literal that begins at i.
func closing(text []byte, i int) int {
	quote := text[i]
	for i++; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case quote:
			return i + 1
		}
	}
	return len(text)
}

// identifiers visits the identifiers of a text, leaving out literals. called says
// whether one may be called in the end: what ends an argument, or is a name itself
// and may be nothing, says nothing of what follows.
func identifiers(text []byte, visit func(name []byte, called bool)) {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"' || c == '\'':
			i = closing(text, i)
		case isDigit(c):
			for i < len(text) && (isLetter(text[i]) || isDigit(text[i]) || text[i] == '.') {
				i++
			}
		case isLetter(c):
			start := i
			for i < len(text) && (isLetter(text[i]) || isDigit(text[i])) {
				i++
			}
			rest := bytes.TrimLeft(text[i:], " \t")
			visit(text[start:i], len(rest) == 0 || strings.IndexByte(";=-+*/.[]{}<>&|^!?:~%", rest[0]) < 0)
		default:
			i++
		}
	}
}

func isLetter(c byte) bool { return c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' }
func isDigit(c byte) bool  { return c >= '0' && c <= '9' }

// cutIdentifier cuts the identifier off the front; it is nil where there is none.
func cutIdentifier(text []byte) (name, rest []byte) {
	text = bytes.TrimLeft(text, " \t")
	n := 0
	for n < len(text) && (isLetter(text[n]) || n > 0 && isDigit(text[n])) {
		n++
	}
	if n == 0 {
		return nil, text
	}
	return text[:n], text[n:]
}

// parameters are those of a macro whose definition this is, the name cut off.
func parameters(def []byte) []string {
	if len(def) == 0 || def[0] != '(' {
		return nil
	}
	list, _, _ := strings.Cut(string(def[1:]), ")")
	var out []string
	for p := range strings.SplitSeq(list, ",") {
		out = append(out, strings.TrimSpace(p))
	}
	return out
}

// onlyStrings tells whether a definition is nothing but literals and names.
func onlyStrings(def []byte) bool {
	if len(def) > 0 && def[0] == '(' {
		_, def, _ = bytes.Cut(def, []byte(")"))
	}
	some := false
	for i := 0; i < len(def); {
		switch c := def[i]; {
		case c == '"':
			i = closing(def, i)
			some = true
		case c == ' ' || c == '\t':
			i++
		case isLetter(c):
			_, rest := cutIdentifier(def[i:])
			i = len(def) - len(rest)
			some = true
		default:
			return false
		}
	}
	return some
}
