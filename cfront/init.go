package cfront

import (
	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// initRecord gives a structure its value: an initialiser list, a call, or
// another structure.
func (l *lowerer) initRecord(p place, i int) {
	k := l.strip(i)
	for l.Nodes[k].Kind == libclang.CompoundLiteral && int(l.Nodes[k].End) > k+1 {
		k = l.strip(k + 1)
	}
	if _, ok := l.macroAt(k); !ok {
		switch n := &l.Nodes[k]; n.Kind {
		case libclang.InitListExpr:
			l.initList(k, p)
			return
		case libclang.CallExpr:
			l.recordCall(p, k)
			return
		case libclang.StmtExpr:
			if int(n.End) > k+1 {
				l.compound(k+1, true)
			}
			l.forgetUnder(p, nil)
			return
		}
	}
	l.expr(i)
	l.forgetUnder(p, nil)
}

// recordCall assigns the structure that a call returns.
func (l *lowerer) recordCall(p place, i int) {
	from := l.cur
	before := len(l.blocks[from].ops)
	l.expr(i)
	fn := uint32(0)
	if kids := l.children(i); len(kids) > 0 {
		fn = l.callee(kids[0])
	}
	l.forgetUnder(p, nil)
	if fn == 0 || p.text == "" {
		return
	}
	ops := l.blocks[l.cur].ops
	if l.cur != from {
		before = 0
	}
	for k := len(ops) - 1; k >= before; k-- {
		if c := ops[k].Call; c != nil && c.Target.Kind == infer.Direct && c.Target.Func == l.funcID(fn) {
			// The marks behind the call come after its results: what they
			// forget is older.
			l.takeFields(c, p, l.Decl(fn).Aux)
			l.moveLast(k)
			return
		}
	}
}

// moveLast moves an operation of the current block behind the others.
func (l *lowerer) moveLast(k int) {
	ops := l.blocks[l.cur].ops
	o := ops[k]
	copy(ops[k:], ops[k+1:])
	ops[len(ops)-1] = o
}

func (l *lowerer) takeFields(c *infer.Call, p place, record uint32) {
	for _, f := range l.scalarFields(record) {
		q := l.fieldOf(p, f)
		if x := l.placeVar(q); x != infer.NoVar {
			c.Dsts = append(c.Dsts, infer.Dst{Path: "." + l.name(l.Decl(f)), Var: x})
		}
	}
}

func (l *lowerer) fieldOf(p place, f uint32) place {
	q := place{inputs: p.inputs, field: f, root: p.root, global: p.global}
	if p.text != "" {
		q.text = p.text
		if name := l.name(l.Decl(f)); name != "" {
			q.text = join(p.text, name)
		}
	}
	if isFuncSlot(l.Decl(f)) {
		q.slot = l.fieldSlot(f)
	}
	return q
}

// initList lowers an initialiser list for a local place: what it does not
// mention is 0.
func (l *lowerer) initList(i int, p place) {
	n := &l.Nodes[i]
	if n.Kind != libclang.InitListExpr {
		l.expr(i)
		l.forgetUnder(p, nil)
		return
	}
	if p.text != "" {
		prefix := p.text
		b := &l.blocks[l.cur]
		b.ops = append(b.ops, op{Op: infer.Op{Pos: l.pos}, zero: true, forget: func(_ infer.Var, x *variable) bool {
			return x.kind == placeVar && under(x.name, prefix)
		}})
	}
	l.eachInit(i, func(field uint32, node int) {
		if field == 0 {
			if inner := l.strip(node); l.Nodes[inner].Kind == libclang.InitListExpr {
				l.initList(inner, place{})
			} else {
				l.expr(node)
			}
			return
		}
		q := l.fieldOf(p, field)
		d := l.Decl(field)
		if inner := l.strip(node); l.Nodes[inner].Kind == libclang.InitListExpr {
			l.initList(inner, q)
			return
		}
		if d.TKind == libclang.TypeRecord {
			l.initRecord(q, node)
			return
		}
		v := l.expr(node)
		l.escape(v, false)
		switch {
		case q.text != "":
			l.write(q, d.TKind, v)
		case q.slot != "":
			l.store(q.slot, v)
		}
	})
}

// eachInit visits the values of an initialiser list with the fields they go to;
// the field is 0 for elements of arrays.
func (l *unit) eachInit(i int, visit func(field uint32, node int)) {
	n := &l.Nodes[i]
	next, end := uint32(0), uint32(0)
	if n.Decl != 0 {
		r := l.Decl(n.Decl)
		next, end = r.Field0, r.FieldEnd
	}
	for k := i + 1; k < int(n.End); k = int(l.Nodes[k].End) {
		s := &l.Nodes[k]
		if s.Kind == libclang.UnexposedExpr && s.Op == libclang.Designated {
			field, value := uint32(0), k
			for j := k + 1; j < int(s.End); j = int(l.Nodes[j].End) {
				if l.Nodes[j].Kind == libclang.MemberRef {
					field = l.Nodes[j].Decl
				}
				value = j
			}
			for at := next; field != 0 && n.Decl != 0 && at < end; at++ {
				if l.Fields[at] == field {
					next = at + 1
				}
			}
			visit(field, value)
			continue
		}
		field := uint32(0)
		if next < end {
			field = l.Fields[next]
			next++
		}
		visit(field, k)
	}
}

// recordValues are the fields of a structure that is returned by value.
func (l *lowerer) recordValues(i int) []infer.Operand {
	p := place{text: "return", root: 0}
	k := l.strip(i)
	if l.Nodes[k].Kind == libclang.DeclRefExpr {
		p = l.lvalue(k)
	} else {
		l.initRecord(p, i)
	}
	var out []infer.Operand
	for _, f := range l.scalarFields(l.retRecord) {
		o := infer.Operand{}
		if x := l.placeVar(l.fieldOf(p, f)); x != infer.NoVar {
			o = infer.VarOf(x)
		}
		out = append(out, o)
	}
	return out
}

// globalInit records the slot targets of a global variable's initialiser.
func (l *unit) globalInit(id uint32) {
	d := l.Decl(id)
	if slot := staticCall(l.name(d), keyPrefix); slot != "" {
		l.keyInit(slot, d)
	} else if d.NodeEnd > d.Node {
		l.staticInit(id, int(d.Node))
	}
}

// staticInit does so for any static variable.
func (l *unit) staticInit(id uint32, node int) {
	d := l.Decl(id)
	slot := ""
	if isFuncSlot(d) {
		slot = l.varSlot(id)
	}
	l.staticValue(node, slot, l.declPos(d))
}

func (l *unit) staticValue(i int, slot string, pos infer.Pos) {
	n := &l.Nodes[i]
	switch n.Kind {
	case libclang.InitListExpr:
		l.eachInit(i, func(field uint32, node int) {
			inner := slot
			if field != 0 {
				inner = ""
				if isFuncSlot(l.Decl(field)) {
					inner = l.fieldSlot(field)
				}
			}
			l.staticValue(node, inner, pos)
		})
	case libclang.DeclRefExpr:
		if n.Decl != 0 && l.Decl(n.Decl).Kind == libclang.FunctionDecl {
			fn := l.function(n.Decl)
			if slot != "" {
				l.res.Inits = append(l.res.Inits, infer.SlotInit{Slot: slot, Func: fn, Pos: pos})
			}
		}
	case libclang.UnexposedExpr, libclang.ParenExpr, libclang.CStyleCastExpr, libclang.CompoundLiteral,
		libclang.UnaryOperator, libclang.ConditionalOperator, libclang.GenericSelection, libclang.StmtExpr, libclang.CompoundStmt:
		for k := i + 1; k < int(n.End); k = int(l.Nodes[k].End) {
			l.staticValue(k, slot, pos)
		}
	}
}
