package mir

import "strings"

// constNote reads a line of the comments behind a statement:
//
//	// mir::ConstOperand
//	// + span: SPAN
//	// + user_ty: UserType(0)
//	// + const_: Const { ty: T, val: Value(x) }
//
// Other comments (on closures) are passed over.
func (b *bodyParser) constNote(src *Source, from, to int) {
	b.within(from, to)
	if b.eat("// mir::Const") {
		src.Consts = append(src.Consts, ConstNote{})
		return
	}
	if len(src.Consts) == 0 {
		return
	}
	n := &src.Consts[len(src.Consts)-1]
	switch {
	case b.eat("// + span: "):
		n.Span, _ = parseSpan(b.rest())
	case b.eat("// + user_ty: "):
		n.UserType = b.rest()
	case b.eat("// + const_: Const { ty: "), b.eat("// + literal: Const { ty: "):
		start := b.pos
		n.Type = b.typ()
		b.want(", val: ")
		end := to - len(" }")
		if !b.ok() || end < b.pos || b.src[end:to] != " }" {
			n.Type = &Type{Kind: TyUnknown, Name: b.src[start:to]}
			b.unknown(b.line, "comment on a constant not understood: "+clip(b.src[from:to]))
			return
		}
		n.Val = b.src[b.pos:end]
	}
}

// matches tells whether the comment may be on the constant.
func (n *ConstNote) matches(c *Const) bool {
	if c.Kind == ConstFn {
		return n.Type != nil && n.Type.Kind == TyFnDef
	}
	switch {
	case strings.HasPrefix(n.Val, "Value("):
		return n.Val[len("Value("):] == c.Text+")"
	case strings.HasPrefix(n.Val, "ty::Param("):
		return n.Val[len("ty::Param("):] == c.Text+")"
	case strings.HasPrefix(n.Val, "Unevaluated("), strings.HasPrefix(n.Val, "ty::Unevaluated("):
		// The comment has the path of the definition, the statement that with
		// arguments, or through a trait: the last name is common to both.
		if c.Path == nil {
			return false
		}
		path := n.Val[strings.IndexByte(n.Val, '(')+1:]
		if i := strings.Index(path, ", ["); i >= 0 {
			path = path[:i]
		}
		segs := c.Path.Segs
		if c.Path.promoted() >= 0 {
			segs = segs[:len(segs)-1]
		}
		if len(segs) == 0 {
			return true
		}
		last := segs[len(segs)-1]
		last.Args = nil
		name := (&Path{Segs: []Seg{last}}).String()
		return strings.HasSuffix(path, name)
	}
	return strings.HasPrefix(n.Val, "ty::Valtree(")
}

// attacher hands the types in comments to the constants they belong to. Not
// every constant has a comment (numbers have none), so they are matched in
// order.
type attacher struct{ notes []ConstNote }

func (a *attacher) operands(ops []Operand) {
	for i := range ops {
		c := ops[i].Const
		if c == nil || len(a.notes) == 0 || !a.notes[0].matches(c) {
			continue
		}
		if c.Type == nil {
			c.Type = a.notes[0].Type
		}
		a.notes = a.notes[1:]
	}
}

func (b *bodyParser) attachStmt(s *Stmt) {
	if rv := s.Rvalue; rv != nil {
		b.settleUse(s)
		(&attacher{s.Consts}).operands(rv.Ops)
		return
	}
	(&attacher{s.Consts}).operands(s.Ops)
}

func (b *bodyParser) attachTerm(t *Term) {
	a := &attacher{t.Consts}
	switch t.Kind {
	case TermCall, TermTailCall:
		a.operands([]Operand{t.Func})
	case TermAsm:
		if t.Asm != nil {
			for _, o := range t.Asm.Operands {
				if o.In != nil {
					a.operands([]Operand{*o.In})
				}
			}
		}
	default:
		a.operands([]Operand{t.Cond})
	}
	a.operands(t.Args)
}

// settleUse turns `_1 = path` from a unit structure into a function item where
// the comment or the type assigned to says so: the text is the same.
func (b *bodyParser) settleUse(s *Stmt) {
	rv := s.Rvalue
	if rv.Kind != RvAggregate || rv.Agg != AggAdt || len(rv.Ops) > 0 || rv.Fields != nil || strings.HasSuffix(rv.Text, ")") {
		return
	}
	isFn := false
	if len(s.Consts) > 0 {
		isFn = s.Consts[0].Type != nil && s.Consts[0].Type.Kind == TyFnDef
	} else if t := b.it.placeType(s.Place); t != nil {
		isFn = t.Kind == TyFnDef
	}
	if isFn {
		c := &Const{Kind: ConstFn, Path: rv.Path, Text: strings.TrimPrefix(rv.Text, "no_retag ")}
		*rv = Rvalue{Kind: RvUse, NoRetag: rv.NoRetag, Ops: []Operand{{Kind: OperandConst, Const: c}}, Text: rv.Text}
	}
}

// placeType is the type of a place where the text says it: that of a local
// without projections, or of a last field.
func (it *Item) placeType(pl *Place) *Type {
	if n := len(pl.Proj); n > 0 {
		return pl.Proj[n-1].Type
	}
	if l := it.Local(pl.Local); l != nil {
		return l.Type
	}
	return nil
}
