package mir

// statement reads a statement or, where that is what stands there, a
// terminator.
func (p *parser) statement(s *Stmt, t *Term) (isTerm bool) {
	switch c := p.peek(); {
	case c == 'S' && p.eat("StorageLive("):
		s.Kind, s.Place = StmtStorageLive, p.closedPlace()
	case c == 'S' && p.eat("StorageDead("):
		s.Kind, s.Place = StmtStorageDead, p.closedPlace()
	case p.atPlace() || p.at("(") || p.at("unwrap_binder!("):
		return p.assignment(s, t)
	case c == 'd' && p.eat("discriminant("):
		s.Kind, s.Place = StmtSetDiscriminant, p.closedPlace()
		p.want(" = ")
		s.Variant = p.number()
	case p.eat("Deinit("):
		s.Kind, s.Place = StmtDeinit, p.closedPlace()
	case p.word("nop"):
		s.Kind = StmtNop
	case p.word("ConstEvalCounter"):
		s.Kind = StmtConstEvalCounter
	case p.eat("Retag("):
		s.Kind = StmtRetag
		if p.eat("[") {
			s.Word = p.until(']')
			p.want("] ")
		}
		s.Place = p.closedPlace()
	case p.eat("assume("):
		s.Kind, s.Ops = StmtAssume, []Operand{p.operand()}
		p.want(")")
	case p.eat("copy_nonoverlapping("):
		s.Kind = StmtCopyNonOverlapping
		for _, name := range []string{"dst = ", ", src = ", ", count = "} {
			p.want(name)
			s.Ops = append(s.Ops, p.operand())
		}
		p.want(")")
	case p.eat("FakeRead("):
		s.Kind, s.Word = StmtFakeRead, p.balanced(',')
		p.want(", ")
		s.Place = p.closedPlace()
	case p.eat("PlaceMention("):
		s.Kind, s.Place = StmtPlaceMention, p.closedPlace()
	case p.eat("AscribeUserType("):
		s.Kind, s.Place = StmtAscribeUserType, p.place()
		p.want(", ")
		s.Word = p.balanced(')')
		p.want(")")
	case p.eat("Coverage::"):
		s.Kind, s.Word = StmtCoverage, p.rest()
		p.pos = p.lim
	case p.eat("BackwardIncompatibleDropHint("):
		s.Kind, s.Place = StmtBackwardIncompatibleDropHint, p.place()
		if p.eat(", ") {
			s.Word = p.balanced(')')
		}
		p.want(")")
	default:
		p.terminator(t)
		return true
	}
	return false
}

// closedPlace reads a place and the parenthesis behind it.
func (p *parser) closedPlace() *Place {
	pl := p.place()
	p.want(")")
	return pl
}

// assignment reads `P = ..`: an assignment, a call, or a yield.
func (p *parser) assignment(s *Stmt, t *Term) (isTerm bool) {
	pl := p.place()
	p.want(" = ")
	if p.eat("yield(") {
		t.Kind, t.Place, t.Cond = TermYield, pl, p.operand()
		p.want(")")
		p.targets(t)
		return true
	}
	rv, call := p.rvalue()
	if !call {
		s.Kind, s.Place, s.Rvalue = StmtAssign, pl, rv
		return false
	}
	t.Kind, t.Place, t.Func, t.Args = TermCall, pl, rv.Ops[0], rv.Ops[1:]
	p.targets(t)
	return true
}
