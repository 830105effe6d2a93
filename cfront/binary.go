package cfront

import (
	"math/bits"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

var binaryText = map[uint8]string{
	libclang.Mul: "*", libclang.Div: "/", libclang.Rem: "%", libclang.Add: "+", libclang.Sub: "-",
	libclang.Shl: "<<", libclang.Shr: ">>", libclang.LT: "<", libclang.GT: ">", libclang.LE: "<=",
	libclang.GE: ">=", libclang.EQ: "==", libclang.NE: "!=", libclang.And: "&", libclang.Xor: "^", libclang.Or: "|",
}

// comparisons are the signed and unsigned forms of a comparison, and its mirror
// image for swapped operands.
var comparisons = map[uint8]struct {
	signed, unsigned infer.ExprOp
	mirror           uint8
}{
	libclang.LT: {infer.Lt, infer.ULt, libclang.GT},
	libclang.GT: {infer.Gt, infer.UGt, libclang.LT},
	libclang.LE: {infer.Le, infer.ULe, libclang.GE},
	libclang.GE: {infer.Ge, infer.UGe, libclang.LE},
	libclang.EQ: {infer.Eq, infer.Eq, libclang.EQ},
	libclang.NE: {infer.Ne, infer.Ne, libclang.NE},
}

func (l *lowerer) binary(i int, n *libclang.Node) value {
	kids := l.children(i)
	if len(kids) != 2 {
		return value{}
	}
	a, b := kids[0], kids[1]
	switch {
	case n.Kind == libclang.CompoundAssign:
		return l.compoundAssign(n, a, b)
	case n.Op == libclang.Assign:
		return l.assignment(n, a, b)
	case n.Op == libclang.LAnd, n.Op == libclang.LOr:
		return l.logical(i)
	case n.Op == libclang.Comma:
		l.expr(a)
		return l.expr(b)
	}
	l.nodePos(i)
	x := l.expr(a)
	y := l.expr(b)
	return l.arith(n.Op, x, y, &l.Nodes[a], n)
}

func (l *lowerer) assignment(n *libclang.Node, a, b int) value {
	kind := l.Nodes[a].TKind
	if kind == libclang.TypeRecord {
		p := l.lvalue(a)
		l.initRecord(p, b)
		l.dereferenced(p.through)
		return value{}
	}
	v := l.expr(b)
	l.escape(v, false)
	p := l.lvalue(a)
	l.write(p, kind, v)
	if p.text == "" || p.volatile {
		v.shared = true
		return v
	}
	return l.read(p, kind)
}

func (l *lowerer) compoundAssign(n *libclang.Node, a, b int) value {
	y := l.expr(b)
	p := l.lvalue(a)
	kind := l.Nodes[a].TKind
	v := value{}
	if n.Op == libclang.AndAssign || n.Op == libclang.OrAssign {
		op := uint8(libclang.And)
		if n.Op == libclang.OrAssign {
			op = libclang.Or
		}
		if x := l.read(p, kind); x.op.Kind == infer.OperandVar {
			v = l.arith(op, x, y, &l.Nodes[a], &l.Nodes[a])
		}
	}
	// The old value is gone: the text of the sum no longer names it.
	v.text = ""
	l.write(p, kind, v)
	return l.read(p, kind)
}

// arith is a binary operation without side effects of its own.
func (l *lowerer) arith(op uint8, x, y value, operand, n *libclang.Node) value {
	unsigned := operand.TKind == libclang.TypeUint || isPointer(operand.TKind) || operand.TKind == libclang.TypeBool
	if x.op.Kind == infer.OperandConst && y.op.Kind == infer.OperandConst {
		if c, ok := fold(op, x.op.Const, y.op.Const, unsigned); ok {
			return constant(truncate(c, n))
		}
		return value{}
	}
	if cmp, ok := comparisons[op]; ok {
		if x.op.Kind == infer.OperandConst {
			x, y = y, x
			op = cmp.mirror
			cmp = comparisons[op]
		}
		return l.compare(op, cmp.signed, cmp.unsigned, unsigned, x, y, operand)
	}
	if x.op.Kind == infer.OperandConst {
		switch op {
		case libclang.Mul, libclang.Add, libclang.And, libclang.Or, libclang.Xor:
			x, y = y, x
		}
	}
	name := text("(%s "+binaryText[op]+" %s)", x.text, y.text)
	if op == libclang.Rem {
		name = text("(%s %% %s)", x.text, y.text)
	}
	inputs := union(x.inputs, y.inputs)
	switch op {
	case libclang.And, libclang.Or:
		x, y = l.named(x), l.named(y)
		e := infer.And
		if op == libclang.Or {
			e = infer.Or
		}
		if op == libclang.And && (isZero(x) || isZero(y)) {
			return constant(0)
		}
		if x.op.Kind == infer.OperandVar && (y.op.Kind == infer.OperandVar || y.op.Kind == infer.OperandConst) {
			return l.compute(e, x.op, y.op, name, inputs)
		}
	case libclang.Add, libclang.Sub, libclang.Xor, libclang.Shl, libclang.Shr:
		if isZero(y) {
			return x
		}
	}
	// A pointer that was moved points into something.
	moved := isPointer(n.TKind) && (op == libclang.Add || op == libclang.Sub) &&
		(x.object || y.object || y.op.Kind == infer.OperandConst && x.op.Kind != infer.OperandUnknown)
	return value{text: name, inputs: inputs, object: moved}
}

func isZero(v value) bool { return v.op.Kind == infer.OperandConst && v.op.Const == 0 }

func (l *lowerer) compare(op uint8, signed, uns infer.ExprOp, unsigned bool, x, y value, operand *libclang.Node) value {
	name := text("(%s "+binaryText[op]+" %s)", x.text, y.text)
	inputs := union(x.inputs, y.inputs)
	if y.op.Kind != infer.OperandConst {
		// `a == b` and `a != b` are one condition.
		if op == libclang.NE {
			if name = text("(%s == %s)", x.text, y.text); name != "" {
				return l.negated(value{text: name, inputs: l.noteSame(name, x, y, operand)})
			}
		}
		if op == libclang.EQ {
			inputs = l.noteSame(name, x, y, operand)
		}
		return value{text: name, inputs: inputs}
	}
	if x.object || x.op.Kind == infer.OperandFunc {
		if isZero(y) && (op == libclang.EQ || op == libclang.NE) {
			return constant(int64(op-libclang.EQ) & 1)
		}
		return value{}
	}
	x = l.named(x)
	if x.op.Kind != infer.OperandVar {
		return value{}
	}
	c := y.op.Const
	if (op == libclang.EQ || op == libclang.NE) && operand.TKind == libclang.TypeUint && operand.TSize == 4 && bits.Len64(uint64(c)) == 32 {
		// The variable may hold the same number as a negative int.
		return value{text: name, inputs: inputs}
	}
	e := signed
	if unsigned {
		e = uns
	}
	return l.compute(e, x.op, y.op, name, inputs)
}

func union(a, b []infer.Var) []infer.Var {
	if len(b) == 0 {
		return a
	}
	return append(append([]infer.Var(nil), a...), b...)
}

func truthOf(b bool) (int64, bool) {
	if b {
		return 1, true
	}
	return 0, true
}

// fold computes with constants as C does.
func fold(op uint8, a, b int64, unsigned bool) (int64, bool) {
	less := a < b
	if unsigned {
		less = uint64(a) < uint64(b)
	}
	switch op {
	case libclang.Mul:
		return a * b, true
	case libclang.Div, libclang.Rem:
		if b == 0 {
			return 0, false
		}
		if unsigned {
			if op == libclang.Div {
				return int64(uint64(a) / uint64(b)), true
			}
			return int64(uint64(a) % uint64(b)), true
		}
		if op == libclang.Div {
			return a / b, true
		}
		return a % b, true
	case libclang.Add:
		return a + b, true
	case libclang.Sub:
		return a - b, true
	case libclang.Shl, libclang.Shr:
		if b < 0 || b > 63 {
			return 0, false
		}
		if op == libclang.Shl {
			return a << b, true
		}
		if unsigned {
			return int64(uint64(a) >> b), true
		}
		return a >> b, true
	case libclang.LT:
		return truthOf(less)
	case libclang.GE:
		return truthOf(!less)
	case libclang.GT:
		return truthOf(!less && a != b)
	case libclang.LE:
		return truthOf(less || a == b)
	case libclang.EQ:
		return truthOf(a == b)
	case libclang.NE:
		return truthOf(a != b)
	case libclang.And:
		return a & b, true
	case libclang.Xor:
		return a ^ b, true
	case libclang.Or:
		return a | b, true
	}
	return 0, false
}
