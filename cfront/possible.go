package cfront

import "preemptck/cfront/libclang"

// bitSet is the set of the bits that a value may have set, as a 64-bit number.
type bitSet struct {
	mask uint64
	// self is the size of the field in question where its bits may be set, too.
	self uint8
	// unknown is set where any bit may be.
	unknown bool
}

var anything = bitSet{unknown: true}

func (b bitSet) or(c bitSet) bitSet {
	return bitSet{mask: b.mask | c.mask, self: max(b.self, c.self), unknown: b.unknown || c.unknown}
}

// and is what both have, or one of the two that it is part of.
func (b bitSet) and(c bitSet) bitSet {
	switch {
	case b.unknown:
		return c
	case c.unknown:
		return b
	case b.self == 0 && c.self == 0:
		return bitSet{mask: b.mask & c.mask}
	case b.mask&^c.mask == 0:
		return b
	}
	return c
}

// extend cuts a mask to a number of bits, and extends the sign if there is one.
func extend(mask uint64, width uint, signed bool) uint64 {
	low := uint64(1)<<width - 1
	if signed && mask>>(width-1)&1 != 0 {
		return mask | ^low
	}
	return mask & low
}

// convert is a conversion to an integer type.
func (b bitSet) convert(kind, size uint8) bitSet {
	if kind == libclang.TypeBool {
		return bitSet{mask: 1}
	}
	if !isInteger(kind, size) || size == 0 || b.self > size {
		return anything
	}
	if b.unknown || size >= 8 {
		return b
	}
	if kind == libclang.TypeEnum {
		// Its size and sign are the compiler's choice.
		if extend(b.mask, 32, true)&^b.mask != 0 {
			b.mask = ^uint64(0)
		}
		return b
	}
	b.mask = extend(b.mask, 8*uint(size), kind == libclang.TypeInt)
	return b
}

// possible are the bits that the value of an expression may have set, apart
// from those that the field slot may hold.
func (l *unit) possible(i int, slot string, size uint8) bitSet {
	n := &l.Nodes[i]
	if c, ok := l.constantAt(i); ok {
		return bitSet{mask: uint64(c)}
	}
	if n.TKind == libclang.TypeBool {
		return bitSet{mask: 1}
	}
	if f := l.fieldAt(i); f != 0 && n.Kind != libclang.CStyleCastExpr && l.bitsField(f) == slot {
		return bitSet{self: size}.convert(n.TKind, n.TSize)
	}
	of := func(k int) bitSet { return l.possible(k, slot, size).convert(n.TKind, n.TSize) }
	k := l.children(i)
	switch n.Kind {
	case libclang.ParenExpr, libclang.CStyleCastExpr:
		if len(k) == 1 {
			return of(k[0])
		}
	case libclang.UnexposedExpr:
		switch {
		case n.Op == libclang.Wrap && len(k) == 1:
			return of(k[0])
		case n.Op == libclang.GNUCond && len(k) == 2:
			return of(k[0]).or(of(k[1]))
		}
	case libclang.ConditionalOperator:
		if len(k) == 3 {
			return of(k[1]).or(of(k[2]))
		}
	case libclang.UnaryOperator:
		switch {
		case n.Op == libclang.LNot:
			return bitSet{mask: 1}
		case (n.Op == libclang.Plus || n.Op == libclang.Ext) && len(k) == 1:
			return of(k[0])
		}
	case libclang.BinaryOperator:
		if len(k) != 2 {
			break
		}
		if _, ok := comparisons[n.Op]; ok {
			return bitSet{mask: 1}
		}
		switch n.Op {
		case libclang.LAnd, libclang.LOr:
			return bitSet{mask: 1}
		case libclang.And:
			return of(k[0]).and(of(k[1]))
		case libclang.Or, libclang.Xor:
			return of(k[0]).or(of(k[1]))
		case libclang.Comma:
			return of(k[1])
		case libclang.Assign:
			// The value is that of the left side.
			return l.possible(k[1], slot, size).convert(l.Nodes[k[0]].TKind, l.Nodes[k[0]].TSize)
		}
	}
	return anything
}

// constantAt is the value of an expression that is constant.
func (l *unit) constantAt(i int) (int64, bool) {
	n := &l.Nodes[i]
	if n.Flags&libclang.HasVal != 0 {
		return n.Val, true
	}
	k := l.children(i)
	switch n.Kind {
	case libclang.ParenExpr, libclang.CStyleCastExpr, libclang.UnexposedExpr:
		if len(k) != 1 || n.Kind == libclang.UnexposedExpr && n.Op != libclang.Wrap {
			break
		}
		if c, ok := l.constantAt(k[0]); ok && isInteger(n.TKind, n.TSize) {
			return truncate(c, n), true
		}
	case libclang.UnaryOperator:
		if len(k) != 1 {
			break
		}
		if c, ok := l.constantAt(k[0]); ok {
			return foldUnary(c, n)
		}
	case libclang.BinaryOperator:
		if len(k) != 2 {
			break
		}
		a, ok := l.constantAt(k[0])
		if !ok {
			break
		}
		if b, ok := l.constantAt(k[1]); ok {
			c, ok := fold(n.Op, a, b, l.Nodes[k[0]].TKind == libclang.TypeUint)
			return truncate(c, n), ok
		}
	case libclang.ConditionalOperator:
		if len(k) != 3 {
			break
		}
		if c, ok := l.constantAt(k[0]); ok {
			if c != 0 {
				return l.constantAt(k[1])
			}
			return l.constantAt(k[2])
		}
	}
	return 0, false
}

// foldUnary computes a unary operator of a constant.
func foldUnary(c int64, n *libclang.Node) (int64, bool) {
	switch n.Op {
	case libclang.Plus, libclang.Ext:
		return c, true
	case libclang.Minus:
		return truncate(-c, n), true
	case libclang.BitNot:
		return truncate(^c, n), true
	case libclang.LNot:
		return truthOf(c == 0)
	}
	return 0, false
}
