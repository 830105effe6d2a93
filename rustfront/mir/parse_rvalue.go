package mir

// unaryOps and binaryOps are the operators as rustc prints them. A tuple
// structure in a crate's root that bears such a name is read as the operator.
var unaryOps = map[string]bool{"Not": true, "Neg": true, "PtrMetadata": true}

var binaryOps = map[string]bool{
	"Add": true, "Sub": true, "Mul": true, "Div": true, "Rem": true,
	"AddUnchecked": true, "SubUnchecked": true, "MulUnchecked": true,
	"AddWithOverflow": true, "SubWithOverflow": true, "MulWithOverflow": true,
	"CheckedAdd": true, "CheckedSub": true, "CheckedMul": true, "CheckedShl": true, "CheckedShr": true,
	"BitXor": true, "BitAnd": true, "BitOr": true,
	"Shl": true, "Shr": true, "ShlUnchecked": true, "ShrUnchecked": true,
	"Eq": true, "Lt": true, "Le": true, "Ne": true, "Ge": true, "Gt": true, "Cmp": true,
	"Offset": true,
}

// nullaryOps are the operators on types; those without a type are only printed
// as `UbChecks()`.
var nullaryOps = map[string]bool{
	"SizeOf": true, "AlignOf": true, "OffsetOf": true,
	"UbChecks": true, "ContractChecks": true, "OverflowChecks": true,
}

// rvalue reads the right side of an assignment. When that is a call, call is
// set, Ops[0] the function and the rest the arguments.
func (p *parser) rvalue() (rv *Rvalue, call bool) {
	start := p.pos
	rv = &Rvalue{}
	rv.NoRetag = p.eat("no_retag ")
	switch c := p.peek(); {
	case c == '&':
		p.refRvalue(rv)
	case c == '[':
		p.pos++
		rv.Kind, rv.Agg = RvAggregate, AggArray
		if !p.eat("]") {
			rv.Ops = []Operand{p.operand()}
			if p.eat("; ") {
				rv.Kind, rv.Count = RvRepeat, p.constant()
				p.want("]")
			} else if !p.eat("]") {
				p.want(", ")
				rv.Ops = append(rv.Ops, p.operands("]")...)
			}
		}
	case c == '(' && !p.atPlace():
		p.pos++
		rv.Kind, rv.Agg = RvAggregate, AggTuple
		rv.Ops = p.operands(")")
	case c == '(' && p.oldTuple(rv):
	case c == '{':
		rv.Kind, rv.Agg = RvAggregate, AggClosure
		rv.Type = p.closureType()
		if p.at(" { ") {
			p.namedOps(rv)
		}
	case c == '*':
		rv.Kind, rv.Agg = RvAggregate, AggRawPtr
		rv.Type = p.typ()
		p.want(" from (")
		rv.Ops = p.operands(")")
	case c == 'd' && p.eat("discriminant("):
		rv.Kind, rv.Place = RvDiscriminant, p.place()
		p.want(")")
	case c == 'd' && p.eat("deref_copy "):
		rv.Kind, rv.Place = RvCopyForDeref, p.place()
	case c == 'L' && p.eat("Len("):
		rv.Kind, rv.Place = RvLen, p.place()
		p.want(")")
	case c == 'S' && p.eat("ShallowInitBox("):
		rv.Kind, rv.Ops = RvShallowInitBox, []Operand{p.operand()}
		p.want(", ")
		rv.Type = p.typ()
		p.want(")")
	case c == 'w' && p.eat("wrap_binder!("):
		rv.Kind, rv.Ops = RvWrapUnsafeBinder, []Operand{p.operand()}
		p.want("; ")
		rv.Type = p.typ()
		p.want(")")
	case c >= 'A' && c <= 'Z' && p.operator(rv):
	default:
		call = p.operandRvalue(rv)
	}
	rv.Text = p.src[start:p.pos]
	return rv, call
}

// refRvalue reads borrows and raw borrows.
func (p *parser) refRvalue(rv *Rvalue) {
	p.pos++
	switch {
	case p.eat("/*tls*/ "):
		rv.Kind = RvThreadLocal
		if p.eat("mut ") {
			rv.Ref = RefMut
		}
		rv.Path = p.path()
		return
	case p.eat("raw mut "):
		rv.Kind, rv.Ref = RvAddrOf, RefMut
	case p.eat("raw const (fake) "):
		rv.Kind, rv.Ref = RvAddrOf, RefFakeShallow
	case p.eat("raw const "):
		rv.Kind = RvAddrOf
	default:
		rv.Kind = RvRef
		if rv.Region = p.lifetime(); rv.Region != "" {
			p.want(" ")
		}
		switch {
		case p.eat("mut "):
			rv.Ref = RefMut
		case p.eat("fake shallow "):
			rv.Ref = RefFakeShallow
		case p.eat("fake "):
			rv.Ref = RefFakeDeep
		}
	}
	rv.Place = p.place()
}

// oldTuple reads a tuple whose first element is a place printed without `copy`
// or `move`, as compilers before 1.83 did.
func (p *parser) oldTuple(rv *Rvalue) bool {
	m := p.mark()
	if p.place(); p.ok() && (p.pos == p.lim || p.peek() == ' ' || p.peek() == '(') {
		p.reset(m)
		return false
	}
	p.reset(m)
	p.pos++
	ops := p.operands(")")
	if !p.ok() {
		p.reset(m)
		return false
	}
	rv.Kind, rv.Agg, rv.Ops = RvAggregate, AggTuple, ops
	return true
}

// operator reads `Add(a, b)` and its kin, or nothing.
func (p *parser) operator(rv *Rvalue) bool {
	m := p.mark()
	name := p.ident()
	if !p.eat("(") {
		p.reset(m)
		return false
	}
	switch {
	case unaryOps[name]:
		rv.Kind, rv.Op, rv.Ops = RvUnary, name, p.operands(")")
		if p.ok() && len(rv.Ops) == 1 {
			return true
		}
	case binaryOps[name]:
		rv.Kind, rv.Op, rv.Ops = RvBinary, name, p.operands(")")
		if p.ok() && len(rv.Ops) == 2 {
			return true
		}
	case nullaryOps[name]:
		rv.Kind, rv.Op = RvNullary, name
		if p.eat(")") {
			return true
		}
		rv.Type = p.typ()
		if p.eat(", ") {
			rv.Word = p.balanced(')')
		}
		p.want(")")
		if p.ok() {
			return true
		}
	}
	*rv = Rvalue{NoRetag: rv.NoRetag}
	p.reset(m)
	return false
}

// namedOps reads ` { a: op, b: op }`.
func (p *parser) namedOps(rv *Rvalue) {
	p.want(" { ")
	for p.ok() && !p.eat(" }") {
		rv.Fields = append(rv.Fields, p.fieldName())
		p.want(": ")
		rv.Ops = append(rv.Ops, p.operand())
		if !p.eat(", ") && !p.at(" }") {
			p.fail("expected ',' or '}' in an aggregate")
		}
	}
}

// operandRvalue reads what begins with an operand or with the path of a
// structure: uses, casts, aggregates, calls.
func (p *parser) operandRvalue(rv *Rvalue) (call bool) {
	op := p.operand()
	rv.Ops = []Operand{op}
	bare := op.Kind == OperandConst && op.Const.Kind == ConstFn
	switch {
	case p.peek() == '(':
		p.pos++
		args := p.operands(")")
		if p.at(" -> ") || !bare {
			rv.Ops = append(rv.Ops, args...)
			return true
		}
		rv.Kind, rv.Agg, rv.Path, rv.Ops = RvAggregate, AggAdt, op.Const.Path, args
	case p.eat(" as "):
		rv.Kind, rv.Type = RvCast, p.typ()
		p.want(" (")
		rv.Cast = p.cast()
		p.want(")")
	case bare && p.at(" { "):
		rv.Kind, rv.Agg, rv.Path, rv.Ops = RvAggregate, AggAdt, op.Const.Path, nil
		p.namedOps(rv)
	case bare:
		// Either a unit structure or variant, or a function item. settleUse
		// decides when the comments and the types of the locals are known.
		rv.Kind, rv.Agg, rv.Path, rv.Ops = RvAggregate, AggAdt, op.Const.Path, nil
	}
	return false
}

// cast reads the kind of a cast, up to the closing parenthesis.
func (p *parser) cast() Cast {
	c := Cast{Kind: p.ident()}
	if c.Kind == "" {
		p.fail("expected the kind of a cast")
	}
	if !p.eat("(") {
		return c
	}
	c.Coercion = p.ident()
	if p.eat("(") {
		c.Safety = p.ident()
		p.want(")")
	}
	if p.eat(", ") {
		c.Origin = p.ident()
	}
	p.want(")")
	return c
}
