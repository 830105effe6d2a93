package mir

// ParsePlace reads a place as rustc prints it, or returns nil.
func ParsePlace(s string) *Place {
	p := newParser(s)
	pl := p.place()
	if !p.done() {
		return nil
	}
	return pl
}

// local reads `_1`.
func (p *parser) local() int {
	if p.peek() != '_' || !isDigit(p.peekAt(1)) {
		p.fail("expected a local")
		return 0
	}
	p.pos++
	return p.number()
}

// atPlace tells whether a place comes next: `_1`, or a parenthesis that is not
// that of a tuple.
func (p *parser) atPlace() bool {
	i := p.pos
	for i < p.lim && (p.src[i] == '(' || p.src[i] == '*') {
		i++
	}
	return i+1 < p.lim && p.src[i] == '_' && isDigit(p.src[i+1])
}

func (p *parser) place() *Place {
	pl := &Place{}
	p.placeInto(pl)
	return pl
}

// placeInto reads a place whose projections are appended to pl, inner ones
// first: `((*_1).0: T)` is local 1, deref, field 0.
func (p *parser) placeInto(pl *Place) {
	if !p.enter() {
		return
	}
	defer p.leave()
	switch {
	case p.eat("(*"):
		p.placeInto(pl)
		p.want(")")
		pl.Proj = append(pl.Proj, Elem{Kind: ElemDeref})
	case p.eat("unwrap_binder!("):
		p.placeInto(pl)
		p.want("; ")
		pl.Proj = append(pl.Proj, Elem{Kind: ElemUnwrapBinder, Type: p.typ()})
		p.want(")")
	case p.eat("("):
		p.placeInto(pl)
		if p.eat(".") {
			e := Elem{Kind: ElemField, Field: p.number()}
			p.want(": ")
			e.Type = p.typ()
			pl.Proj = append(pl.Proj, e)
		} else {
			p.want(" as ")
			pl.Proj = append(pl.Proj, p.castElem())
		}
		p.want(")")
	default:
		pl.Local = p.local()
	}
	for p.peek() == '[' {
		pl.Proj = append(pl.Proj, p.indexElem())
	}
}

// castElem reads what follows `as` in a place.
func (p *parser) castElem() Elem {
	if p.eat("variant#") {
		return Elem{Kind: ElemDowncast, Field: p.number()}
	}
	if p.eat("subtype ") {
		return Elem{Kind: ElemSubtype, Type: p.typ()}
	}
	m := p.mark()
	if name := p.ident(); name != "" && p.peek() == ')' {
		return Elem{Kind: ElemDowncast, Name: name}
	}
	p.reset(m)
	return Elem{Kind: ElemOpaqueCast, Type: p.typ()}
}

// indexElem reads `[_1]`, `[0 of 1]`, `[-1 of 1]`, `[1:]`, `[:-1]`, `[1:-1]`, or
// `[1..2]`.
func (p *parser) indexElem() Elem {
	p.pos++
	e := Elem{Kind: ElemSubslice}
	switch {
	case p.peek() == '_':
		e = Elem{Kind: ElemIndex, Local: p.local()}
	case p.eat("-"):
		e = Elem{Kind: ElemConstIndex, FromEnd: true, From: p.uint64()}
		p.want(" of ")
		e.Min = p.uint64()
	default:
		if p.peek() != ':' {
			e.From = p.uint64()
		}
		switch {
		case p.eat(" of "):
			e.Kind, e.Min = ElemConstIndex, p.uint64()
		case p.eat(".."):
			e.To = p.uint64()
		default:
			p.want(":")
			e.FromEnd = true
			if p.eat("-") {
				e.To = p.uint64()
			}
		}
	}
	p.want("]")
	return e
}

// operand reads an operand.
func (p *parser) operand() Operand {
	switch c := p.peek(); {
	case c == 'm' && p.eat("move "):
		return Operand{Kind: OperandMove, Place: p.place()}
	case c == 'c' && p.eat("copy "):
		return Operand{Kind: OperandCopy, Place: p.place()}
	case c == 'c' && p.eat("const "):
		return Operand{Kind: OperandConst, Const: p.keywordConst()}
	case p.atPlace(): // before 1.84 copies were printed without a word
		return Operand{Kind: OperandCopy, Place: p.place()}
	}
	return p.fnOperand()
}

func (p *parser) keywordConst() *Const {
	c := p.constant()
	c.Keyword = true
	return c
}

// fnOperand reads a function item, which is printed as its bare path.
func (p *parser) fnOperand() Operand {
	start := p.pos
	path := p.path()
	c := &Const{Kind: ConstFn, Path: path}
	if p.ok() {
		c.Text = p.src[start:p.pos]
	}
	switch c.Text {
	case "UbChecks", "ContractChecks", "OverflowChecks":
		return Operand{Kind: OperandRuntimeChecks, Word: c.Text}
	}
	return Operand{Kind: OperandConst, Const: c}
}

// operands reads operands up to the closing byte, which is read.
func (p *parser) operands(end string) []Operand {
	var ops []Operand
	for p.ok() && !p.eat(end) {
		ops = append(ops, p.operand())
		if !p.eat(", ") && !p.at(end) && !p.eat(",") {
			p.fail("expected ',' between operands")
		}
	}
	return ops
}
