package mir

import (
	"math/big"
	"strconv"
	"strings"
	"unicode/utf8"
)

// constant reads a constant, without the keyword `const`.
func (p *parser) constant() *Const {
	if !p.enter() {
		return &Const{Kind: ConstInfer}
	}
	defer p.leave()
	start := p.pos
	c := p.constantKind()
	if p.ok() {
		c.Text = p.src[start:p.pos]
	}
	if p.eat(" is ") {
		c = &Const{Kind: ConstPattern, Elems: []*Const{c}, Str: p.pattern()}
		c.Text = p.src[start:p.pos]
	}
	return c
}

func (p *parser) constantKind() *Const {
	switch c := p.peek(); {
	case isDigit(c), c == '-', c == '+':
		return p.numberConst()
	case c == '"':
		return &Const{Kind: ConstStr, Str: unescape(p.quoted('"'))}
	case c == '\'':
		return &Const{Kind: ConstChar, Str: unescape(p.quoted('\''))}
	case p.eat("*b\"") || p.eat("b\"") || p.eat("c\""):
		p.pos--
		return &Const{Kind: ConstByteStr, Str: unescape(p.quoted('"'))}
	case p.eat("b'"):
		p.pos--
		return &Const{Kind: ConstInt, Str: unescape(p.quoted('\'')), Suffix: "u8"}
	case c == '(':
		return p.tupleConst()
	case c == '[':
		p.pos++
		k := &Const{Kind: ConstArray}
		for p.ok() && !p.eat("]") {
			k.Elems = append(k.Elems, p.constant())
			if len(k.Elems) == 1 && p.eat("; ") {
				k.Kind = ConstRepeat
				k.Elems = append(k.Elems, p.constant())
				p.want("]")
				break
			}
			if !p.eat(", ") && p.peek() != ']' {
				p.fail("expected ',' or ']' in a constant")
			}
		}
		return k
	case c == '{':
		return p.braceConst()
	case c == '&':
		p.pos++
		return &Const{Kind: ConstRef, Elems: []*Const{p.constant()}}
	case c == '_' && !isIdent(p.peekAt(1)) && p.peekAt(1) != ':':
		p.pos++
		return &Const{Kind: ConstInfer}
	case p.word("true"):
		return &Const{Kind: ConstBool, Bool: true}
	case p.word("false"):
		return &Const{Kind: ConstBool}
	case c == 'N' && p.at("NaN_f"), c == 'i' && p.at("inf_f"):
		return p.numberConst()
	case p.eat("<uninit>"):
		return &Const{Kind: ConstUninit}
	case p.eat("<static("):
		k := &Const{Kind: ConstStatic, Str: p.balanced(')')}
		p.want(")>")
		k.Path = defPath(k.Str)
		return k
	case p.internalFollows():
		k := &Const{Kind: ConstTyped}
		start := p.pos
		p.balanced(':')
		k.Str = p.src[start:p.pos]
		p.want(": ")
		k.Type = p.typ()
		return k
	}
	return p.pathConst()
}

// internalFollows tells whether rustc's own form of a value comes next.
func (p *parser) internalFollows() bool {
	for _, w := range []string{"Slice { alloc_id: ", "Slice { data: ", "Indirect { alloc_id: ", "ByRef { alloc: ", "Scalar(0x", "Scalar(alloc", "ZeroSized: "} {
		if p.at(w) {
			return true
		}
	}
	return false
}

// numberConst reads an integer or float with its suffix, or a bare number.
func (p *parser) numberConst() *Const {
	if p.peek() == '-' || p.peek() == '+' {
		p.pos++
	}
	k := &Const{Kind: ConstInt}
	digits := func() int {
		n := p.pos
		for isDigit(p.peek()) {
			p.pos++
		}
		return p.pos - n
	}
	switch {
	case p.eat("NaN"), p.eat("inf"), p.eat("Inf"):
		k.Kind = ConstFloat
	case p.eat("0x"):
		for isDigit(p.peek()) || p.peek() >= 'a' && p.peek() <= 'f' {
			p.pos++
		}
	default:
		if digits() == 0 {
			p.fail("expected a number")
			return k
		}
		if p.peek() == '.' && isDigit(p.peekAt(1)) {
			p.pos++
			digits()
			k.Kind = ConstFloat
		}
		if c := p.peek(); (c == 'E' || c == 'e') && (isDigit(p.peekAt(1)) || isDigit(p.peekAt(2))) {
			p.pos += 2
			digits()
			k.Kind = ConstFloat
		}
	}
	p.eat("_")
	k.Suffix = p.ident()
	if strings.HasPrefix(k.Suffix, "f") {
		k.Kind = ConstFloat
	}
	if k.Suffix != "" && primitives[k.Suffix] == nil {
		p.fail("unknown suffix of a number")
	}
	k.Type = primitives[k.Suffix]
	return k
}

func (p *parser) tupleConst() *Const {
	p.pos++
	k := &Const{Kind: ConstTuple}
	for p.ok() && !p.eat(")") {
		k.Elems = append(k.Elems, p.constant())
		if !p.eat(", ") && !p.eat(",") && p.peek() != ')' {
			p.fail("expected ',' or ')' in a constant")
		}
	}
	return k
}

// braceConst reads `{alloc1: T}`, `{0x1 as T}`, `{transmute(0x1): T}`, a closure
// type, or an expression in braces.
func (p *parser) braceConst() *Const {
	m := p.mark()
	typed := func(kind ConstKind, text, sep, end string) *Const {
		p.want(sep)
		k := &Const{Kind: kind, Str: text, Type: p.typ()}
		p.want(end)
		if p.ok() {
			return k
		}
		p.reset(m)
		return nil
	}
	var k *Const
	switch {
	case p.at("{alloc") && isDigit(p.peekAt(6)):
		p.pos++
		start := p.pos
		for c := p.peek(); isIdent(c) || c == '+' || c == '<' || c == '>' || c == ','; c = p.peek() {
			p.pos++
		}
		k = typed(ConstAlloc, p.src[start:p.pos], ": ", "}")
	case p.eat("{0x"):
		start := p.pos - 2
		for isIdent(p.peek()) {
			p.pos++
		}
		k = typed(ConstAddr, p.src[start:p.pos], " as ", "}")
	case p.eat("{transmute("):
		k = typed(ConstTransmute, p.until(')'), "): ", "}")
	default:
		if t := p.typ(); p.ok() && t.Kind == TyClosure {
			return &Const{Kind: ConstClosure, Type: t}
		}
		p.reset(m)
		p.pos++
		if path := p.path(); p.eat("}") && p.ok() {
			return &Const{Kind: ConstPath, Path: path, Doubled: true}
		}
		p.reset(m)
		if path := p.path(); p.ok() {
			return &Const{Kind: ConstPath, Path: path}
		}
		p.reset(m)
	}
	if k != nil {
		return k
	}
	p.pos++
	k = &Const{Kind: ConstBlock, Str: p.balanced('}')}
	p.want("}")
	return k
}

// pathConst reads a path, and the fields behind it if it is a structure.
func (p *parser) pathConst() *Const {
	k := &Const{Kind: ConstPath, Path: p.path()}
	switch {
	case !p.ok():
	case p.peek() == '(' && p.peekAt(1) != ')':
		// A constant that is called, `const F(move _1)`, has operands.
		m := p.mark()
		if elems := p.tupleConst().Elems; p.ok() {
			k.Kind, k.Elems = ConstAdt, elems
		} else {
			p.reset(m)
		}
	case p.at(" {{ ") || p.at(" { "):
		k.Kind, k.Fields = ConstAdt, []string{}
		end := " }"
		if p.eat(" {{ ") {
			end, k.Doubled = " }}", true
		} else {
			p.pos += len(" { ")
		}
		for p.ok() && !p.eat(end) {
			k.Fields = append(k.Fields, p.fieldName())
			p.want(": ")
			k.Elems = append(k.Elems, p.constant())
			if !p.eat(", ") && !p.at(end) {
				p.fail("expected ',' or '}' in a constant")
			}
		}
	}
	return k
}

// fieldName reads an identifier, or a number for fields without a name.
func (p *parser) fieldName() string {
	if n := p.ident(); n != "" {
		return n
	}
	start := p.pos
	p.number()
	return p.src[start:p.pos]
}

// unescape decodes the escapes of rustc's string and byte string literals. What
// is no escape stays as it is.
func unescape(s string) string {
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '0':
			b.WriteByte(0)
		case '\\', '\'', '"':
			b.WriteByte(c)
		case 'x':
			if i+2 < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
					b.WriteByte(byte(n))
					i += 2
					continue
				}
			}
			b.WriteString(`\x`)
		case 'u':
			if end := strings.IndexByte(s[i:], '}'); end > 2 && s[i+1] == '{' {
				if n, err := strconv.ParseUint(s[i+2:i+end], 16, 32); err == nil && n <= utf8.MaxRune {
					b.WriteRune(rune(n))
					i += end
					continue
				}
			}
			b.WriteString(`\u`)
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

// Int returns the value of a ConstInt.
func (c *Const) Int() (*big.Int, bool) {
	if c == nil || c.Kind != ConstInt {
		return nil, false
	}
	if c.Str != "" { // b'x'
		return big.NewInt(int64(c.Str[0])), true
	}
	t := strings.TrimSuffix(strings.TrimSuffix(c.Text, c.Suffix), "_")
	return new(big.Int).SetString(t, 0)
}

// Int64 returns the value of a ConstInt that fits; values of unsigned types
// above the range of int64 do not.
func (c *Const) Int64() (int64, bool) {
	n, ok := c.Int()
	if !ok || !n.IsInt64() {
		return 0, false
	}
	return n.Int64(), true
}

// Promoted returns the number N of a constant `path::promoted[N]`, or -1.
func (c *Const) Promoted() int {
	if c == nil || c.Path == nil {
		return -1
	}
	return c.Path.promoted()
}

func (p *Path) promoted() int {
	if n := len(p.Segs); n > 0 && p.Segs[n-1].Kind == SegPromoted {
		return p.Segs[n-1].Index
	}
	return -1
}

// defPath reads the path in `DefId(2:1 ~ krate[5af]::m::NAME)`, nil where there
// is none.
func defPath(s string) *Path {
	_, s, ok := strings.Cut(s, " ~ ")
	krate, rest, ok2 := strings.Cut(s, "[")
	_, rest, ok3 := strings.Cut(rest, "]")
	if !ok || !ok2 || !ok3 {
		return nil
	}
	return ParsePath(krate + strings.TrimSuffix(rest, ")"))
}
