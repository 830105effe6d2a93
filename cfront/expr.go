package cfront

import (
	"fmt"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// value is the value of an expression. Its text is empty where computing it
// again might give something else.
type value struct {
	op     infer.Operand
	text   string
	inputs []infer.Var
	// addr is the place that the value is the address of.
	addr *place
	// object is set for the address of something, named or not: it is not NULL.
	object bool
	// through is the pointer that something at this address was reached through.
	through infer.Operand
	// slot is the slot that the value was read from.
	slot string
	// shared is set where a temporary is used more than once.
	shared bool
}

func constant(c int64) value {
	return value{op: infer.ConstOf(c), text: fmt.Sprint(c)}
}

// addressOf is the address of a place; of one without a name, that it has one.
func addressOf(p place) value {
	if p.text == "" {
		return value{object: true, through: p.through}
	}
	p.volatile = false
	return value{text: "&" + p.text, inputs: p.inputs, addr: &p, object: true, through: p.through}
}

func (l *unit) children(i int) []int {
	var list []int
	for k := i + 1; k < int(l.Nodes[i].End); k = int(l.Nodes[k].End) {
		list = append(list, k)
	}
	return list
}

// strip goes down through parentheses and conversions.
func (l *unit) strip(i int) int {
	for {
		n := &l.Nodes[i]
		wrap := n.Kind == libclang.ParenExpr || n.Kind == libclang.UnexposedExpr && n.Op == libclang.Wrap || n.Kind == libclang.CStyleCastExpr
		if !wrap || int(n.End) == i+1 {
			return i
		}
		i++
	}
}

// named gives a value that infer cannot express a variable, by its text.
func (l *lowerer) named(v value) value {
	if v.op.Kind != infer.OperandUnknown || v.text == "" || len(v.text) > maxText || v.object {
		return v
	}
	x, ok := l.byName[v.text]
	if !ok {
		x = l.newVar(variable{name: v.text, kind: pseudoVar, inputs: v.inputs})
		l.byName[v.text] = x
	}
	v.op = infer.VarOf(x)
	return v
}

// compute puts an expression of infer into a temporary.
func (l *lowerer) compute(op infer.ExprOp, a, b infer.Operand, text string, inputs []infer.Var) value {
	t := l.temp()
	l.assign(t, infer.Expr{Op: op, A: a, B: b})
	return value{op: infer.VarOf(t), text: text, inputs: inputs}
}

// expr lowers an expression: its side effects are emitted, its value returned.
func (l *lowerer) expr(i int) value {
	n := &l.Nodes[i]
	if m, ok := l.macroAt(i); ok {
		return l.macro(i, m)
	}
	if n.Flags&libclang.HasVal != 0 {
		return constant(n.Val)
	}
	switch n.Kind {
	case libclang.DeclRefExpr:
		if n.Decl != 0 && l.Decl(n.Decl).Kind == libclang.FunctionDecl {
			return value{op: infer.FuncOf(l.function(n.Decl)), text: l.name(l.Decl(n.Decl))}
		}
		kind := n.TKind
		if n.Decl != 0 && l.Decl(n.Decl).Kind == libclang.ParmDecl {
			kind = l.Decl(n.Decl).TKind
		}
		return l.read(l.lvalue(i), kind)
	case libclang.MemberRefExpr, libclang.ArraySubscriptExpr:
		return l.read(l.lvalue(i), n.TKind)
	case libclang.ParenExpr:
		if int(n.End) > i+1 {
			return l.expr(i + 1)
		}
	case libclang.UnexposedExpr, libclang.CStyleCastExpr, libclang.CompoundLiteral:
		return l.wrapped(i, n)
	case libclang.UnaryOperator:
		return l.unary(i, n)
	case libclang.BinaryOperator, libclang.CompoundAssign:
		return l.binary(i, n)
	case libclang.ConditionalOperator:
		if k := l.children(i); len(k) == 3 {
			return l.conditional(n, k[0], k[1], k[2])
		}
	case libclang.CallExpr:
		return l.call(i)
	case libclang.StmtExpr:
		if int(n.End) > i+1 {
			return l.compound(i+1, true)
		}
		return value{}
	case libclang.StringLiteral:
		return value{object: true}
	case libclang.InitListExpr:
		l.initList(i, place{})
		return value{}
	case libclang.GenericSelection:
		return l.oneOf(n, l.children(i))
	}
	for _, k := range l.children(i) {
		if l.Nodes[k].Kind.IsExpr() {
			l.expr(k)
		}
	}
	return value{}
}

func (l *lowerer) wrapped(i int, n *libclang.Node) value {
	kids := l.children(i)
	if len(kids) == 0 {
		return value{}
	}
	if n.Kind == libclang.UnexposedExpr {
		switch n.Op {
		case libclang.GNUCond:
			return l.gnuConditional(n, kids[0], kids[1])
		case libclang.Designated:
			return l.expr(kids[len(kids)-1])
		case libclang.Atomic:
			for _, k := range kids {
				v := l.expr(k)
				if v.addr != nil {
					l.forgetUnder(*v.addr, nil)
				}
				if k == kids[0] {
					l.pointerUsed(v)
				}
			}
			return value{}
		}
	}
	return l.convert(l.expr(kids[0]), &l.Nodes[kids[0]], n)
}

// convert is a conversion between the types of two nodes.
func (l *lowerer) convert(v value, from, to *libclang.Node) value {
	if v.op.Kind == infer.OperandConst {
		v.op.Const = truncate(v.op.Const, to)
		v.text = fmt.Sprint(v.op.Const)
		if v.op.Const == 0 && isPointer(to.TKind) {
			v.text = "0"
		}
		return v
	}
	switch {
	case v.object && scalar(to.TKind) && to.TKind != libclang.TypeBool && scalar(from.TKind) && to.TSize < from.TSize:
		// What is left of an address may well be 0.
		return value{}
	case to.TKind == libclang.TypeBool && from.TKind != libclang.TypeBool && scalar(from.TKind):
		return l.truth(v)
	case to.TKind == libclang.TypeUint && to.TSize < from.TSize && v.op.Kind == infer.OperandVar:
		mask := int64(1)<<(8*to.TSize) - 1
		return l.compute(infer.And, v.op, infer.ConstOf(mask), text("(%s & %#x)", v.text, mask), v.inputs)
	case to.TKind == libclang.TypeInt && to.TSize < from.TSize && to.TSize < 4:
		return value{text: text("(s%d)%s", int(to.TSize)*8, v.text), inputs: v.inputs}
	case !scalar(to.TKind) && to.TKind != libclang.TypeArray && to.TKind != libclang.TypeRecord && to.TKind != libclang.TypeFunc:
		return value{}
	}
	return v
}

// text formats a text out of others; it is empty if one of those is.
func text(format string, args ...any) string {
	for _, a := range args {
		if s, ok := a.(string); ok && s == "" {
			return ""
		}
	}
	s := fmt.Sprintf(format, args...)
	if len(s) > maxText {
		return ""
	}
	return s
}

// truncate brings a constant into the range of a type.
func truncate(c int64, n *libclang.Node) int64 {
	switch n.TKind {
	case libclang.TypeBool:
		if c != 0 {
			return 1
		}
	case libclang.TypeUint:
		switch n.TSize {
		case 1:
			return int64(uint8(c))
		case 2:
			return int64(uint16(c))
		case 4:
			return int64(uint32(c))
		}
	case libclang.TypeInt:
		switch n.TSize {
		case 1:
			return int64(int8(c))
		case 2:
			return int64(int16(c))
		case 4:
			return int64(int32(c))
		}
	}
	return c
}

// truth is v != 0.
func (l *lowerer) truth(v value) value {
	v = l.named(v)
	switch v.op.Kind {
	case infer.OperandConst:
		if v.op.Const != 0 {
			return constant(1)
		}
		return constant(0)
	case infer.OperandVar:
		return l.compute(infer.Bool, v.op, infer.Operand{}, text("(%s != 0)", v.text), v.inputs)
	case infer.OperandFunc:
		return constant(1)
	}
	if v.object {
		return constant(1)
	}
	return value{}
}

// negated is v == 0.
func (l *lowerer) negated(v value) value {
	v = l.named(v)
	switch v.op.Kind {
	case infer.OperandConst:
		if v.op.Const == 0 {
			return constant(1)
		}
		return constant(0)
	case infer.OperandVar:
		return l.compute(infer.Not, v.op, infer.Operand{}, text("!%s", v.text), v.inputs)
	case infer.OperandFunc:
		return constant(0)
	}
	if v.object {
		return constant(0)
	}
	return value{}
}

func (l *lowerer) unary(i int, n *libclang.Node) value {
	switch n.Op {
	case libclang.AddrOf:
		k := l.strip(i + 1)
		if l.Nodes[k].Kind == libclang.DeclRefExpr && l.Nodes[k].Decl != 0 && l.Decl(l.Nodes[k].Decl).Kind == libclang.FunctionDecl {
			return value{op: infer.FuncOf(l.function(l.Nodes[k].Decl)), text: l.name(l.Decl(l.Nodes[k].Decl))}
		}
		if _, ok := l.macroAt(k); !ok && l.Nodes[k].Kind == libclang.UnaryOperator && l.Nodes[k].Op == libclang.Deref {
			// The address of what a pointer points at is the pointer, NULL or not.
			return l.expr(k + 1)
		}
		return addressOf(l.lvalue(i + 1))
	case libclang.Deref:
		v := l.expr(i + 1)
		if v.op.Kind == infer.OperandFunc || n.TKind == libclang.TypeFunc {
			return v
		}
		p := l.deref(v, "")
		if n.Flags&libclang.Volatile != 0 {
			p.volatile = true
		}
		return l.read(p, n.TKind)
	case libclang.LNot:
		return l.negated(l.expr(i + 1))
	case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
		p, kind := l.lvalue(i+1), l.Nodes[i+1].TKind
		old := value{}
		if n.Op == libclang.PostInc || n.Op == libclang.PostDec {
			if v := l.read(p, kind); v.op.Kind == infer.OperandVar {
				old = value{op: infer.VarOf(l.temp()), shared: true}
				l.set(old.op.Var, v)
			}
		}
		l.write(p, kind, value{})
		return old
	}
	v := l.expr(i + 1)
	switch n.Op {
	case libclang.Plus, libclang.Ext:
		return v
	case libclang.Minus:
		if v.op.Kind == infer.OperandConst {
			return constant(truncate(-v.op.Const, n))
		}
		return value{text: text("-%s", v.text), inputs: v.inputs}
	case libclang.BitNot:
		if v.op.Kind == infer.OperandConst {
			return constant(truncate(^v.op.Const, n))
		}
		return value{text: text("~%s", v.text), inputs: v.inputs}
	}
	return value{}
}

// oneOf is the value of one of several expressions; it is not known which.
// gnuConditional is `a ?: b`.
// logical is the value of `a && b` or `a || b`.
// cond branches on an expression, with short circuits.
// narrows tells whether a conversion may turn a value that is not 0 into 0.
