package mir

import "strings"

// ParsePath reads the path of an item, in the form of types (`Vec<u8>`) or of
// values (`Vec::<u8>::new`). It returns nil for text that is no path.
func ParsePath(s string) *Path {
	p := newParser(s)
	path := p.path()
	if !p.done() {
		return nil
	}
	return path
}

// path reads a path; it fails where there is none.
func (p *parser) path() *Path {
	if !p.enter() {
		return nil
	}
	defer p.leave()
	path := &Path{}
	if p.peek() == '<' && !p.at("<impl at ") {
		m := p.mark()
		if p.qualified(path); !p.ok() && p.at2(m, "<impl ") {
			*path = Path{}
			p.reset(m)
		}
	}
	for first := path.Self == nil; p.ok(); first = false {
		if first && p.at("::") { // written so in an `impl ::core::..` argument
			path.Segs = append(path.Segs, Seg{})
			continue
		}
		if !first {
			if !p.at("::") {
				break
			}
			p.pos += 2
			if p.at("::") { // `core::::num::{impl#8}`: the crate's root
				path.Segs = append(path.Segs, Seg{})
				continue
			}
		}
		path.Segs = append(path.Segs, p.segment())
	}
	if !p.ok() {
		return nil
	}
	return path
}

// at2 tells whether s stood at the mark.
func (p *parser) at2(m mark, s string) bool { return strings.HasPrefix(p.src[m.pos:m.lim], s) }

// qualified reads `<T as Trait>`, which must be followed by `::`.
func (p *parser) qualified(path *Path) {
	p.pos++
	path.Self = p.typ()
	if p.eat(" as ") {
		path.Trait = p.path()
	}
	p.want(">")
	if !p.at("::") {
		p.fail("expected \"::\"")
	}
}

func (p *parser) segment() Seg {
	switch p.peek() {
	case '{':
		p.pos++
		name := p.until('}')
		p.eat("}")
		s := Seg{Kind: SegSpecial, Name: name}
		if i := strings.LastIndexByte(name, '#'); i >= 0 {
			q := newParser(name[i+1:])
			if s.Index = q.number(); q.done() {
				s.Name = name[:i]
				p.segArgs(&s)
				return s
			}
		}
		p.fail("not a path segment")
		return s
	case '<':
		return p.implSegment()
	}
	name := p.ident()
	if name == "" && isDigit(p.peek()) { // a constant in the type of field 0
		start := p.pos
		p.number()
		name = p.src[start:p.pos]
	}
	if name == "" {
		p.fail("expected a path")
		return Seg{}
	}
	s := Seg{Name: name}
	if name == "promoted" && p.peek() == '[' && isDigit(p.peekAt(1)) {
		p.pos++
		s.Kind, s.Index = SegPromoted, p.number()
		p.want("]")
		return s
	}
	p.segArgs(&s)
	return s
}

// segArgs reads the generic arguments behind a segment, if there are any.
func (p *parser) segArgs(s *Seg) {
	switch {
	case p.peek() == '<':
		p.pos++
		s.Args = p.genericArgs()
	case p.at("::<") && !p.implFollows(s.Name):
		p.pos += 3
		s.Turbofish = true
		s.Args = p.genericArgs()
	case p.peek() == '(' && isFnTrait(s.Name):
		p.parenArgs(s)
	}
}

// isFnTrait tells whether a trait's arguments are printed as `Fn(A) -> R`. A
// function or tuple structure of that name is thereby misread.
func isFnTrait(name string) bool {
	switch name {
	case "Fn", "FnMut", "FnOnce", "AsyncFn", "AsyncFnMut", "AsyncFnOnce":
		return true
	}
	return false
}

func (p *parser) parenArgs(s *Seg) {
	p.pos++
	s.Paren = true
	for p.ok() && !p.eat(")") {
		s.Args = append(s.Args, GenericArg{Type: p.typ()})
		if !p.eat(", ") && p.peek() != ')' {
			p.fail("expected ',' or ')' in arguments")
		}
	}
	if p.eat(" -> ") {
		s.Output = p.typ()
	}
}

// implFollows tells whether the `::<` behind the segment prev opens a segment
// `<impl ..>` rather than generic arguments. `m::<impl T>::f` is the path of an
// impl's item, `f::<impl T>` and `S::<impl T>::f` have an argument.
func (p *parser) implFollows(prev string) bool {
	if !p.at("::<impl ") {
		return false
	}
	if p.at("::<impl at ") {
		return true
	}
	if prev != "" && prev[0] >= 'A' && prev[0] <= 'Z' {
		return false
	}
	m := p.mark()
	p.pos += 2
	p.implSegment()
	is := p.ok() && p.at("::") && p.peekAt(2) != '{' && p.peekAt(2) != '<'
	p.reset(m)
	return is
}

// implSegment reads `<impl at SPAN>`, `<impl Type>`, or `<impl Trait for Type>`.
func (p *parser) implSegment() Seg {
	if p.eat("<impl at ") {
		s := Seg{Kind: SegImplAt}
		var ok bool
		if s.Span, ok = p.spanBefore('>'); !ok {
			p.fail("expected a position")
		}
		return s
	}
	s := Seg{Kind: SegImpl}
	p.want("<impl ")
	for _, m := range []string{"const ", "!"} {
		if p.eat(m) {
			s.Name = strings.TrimSpace(m)
		}
	}
	s.Type = p.typ()
	if p.eat(" for ") {
		if s.Type.Kind != TyPath {
			p.fail("expected a trait")
		}
		s.Trait = s.Type.Path
		s.Type = p.typ()
	}
	p.want(">")
	return s
}

// genericArgs reads arguments up to the closing `>`.
func (p *parser) genericArgs() []GenericArg {
	args := []GenericArg{}
	for p.ok() && !p.eat(">") {
		args = append(args, p.genericArg())
		if !p.eat(", ") && p.peek() != '>' {
			p.fail("expected ',' or '>' in generic arguments")
		}
	}
	return args
}

func (p *parser) genericArg() GenericArg {
	if l := p.lifetime(); l != "" {
		return GenericArg{Lifetime: l}
	}
	switch c := p.peek(); {
	case isDigit(c), c == '-', c == '"', c == '\'', p.at("true") && !isIdent(p.peekAt(4)), p.at("false") && !isIdent(p.peekAt(5)),
		c == 'b' && (p.peekAt(1) == '"' || p.peekAt(1) == '\''), c == '*' && p.peekAt(1) == 'b':
		return GenericArg{Const: p.constant()}
	case c == '{':
		m := p.mark()
		if t := p.typ(); p.ok() && (p.peek() == '>' || p.peek() == ',') {
			return GenericArg{Type: t}
		}
		p.reset(m)
		return GenericArg{Const: p.constant()}
	}
	m := p.mark()
	t := p.typ()
	if !p.ok() || p.peek() == '(' || p.at(" {") {
		p.reset(m)
		return GenericArg{Const: p.constant()}
	}
	if t.Kind != TyPath || t.Path.Self != nil || len(t.Path.Segs) != 1 {
		return GenericArg{Type: t}
	}
	name, args := t.Path.Segs[0].Name, t.Path.Segs[0].Args
	switch {
	case p.eat(" = "):
		a := p.genericArg()
		a.Name, a.AssocArgs = name, args
		return a
	case p.eat(": "):
		return GenericArg{Name: name, AssocArgs: args, Bounds: p.bounds()}
	}
	return GenericArg{Type: t}
}
