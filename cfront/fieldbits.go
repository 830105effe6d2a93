package cfront

import (
	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// isInteger tells whether a type holds a whole number that infer can represent.
func isInteger(kind, size uint8) bool {
	switch kind {
	case libclang.TypeBool, libclang.TypeInt, libclang.TypeUint, libclang.TypeEnum:
		return size <= 8
	}
	return false
}

// bitsField is the slot of a field whose stores are kept track of, or "". The
// members of a union are not: a store to one of them changes the others.
func (l *unit) bitsField(id uint32) string {
	if id == 0 {
		return ""
	}
	d := l.Decl(id)
	if d.Kind != libclang.FieldDecl || d.Name == 0 || d.Parent == 0 || !isInteger(d.TKind, d.TSize) {
		return ""
	}
	for r := l.Decl(d.Parent); ; r = l.Decl(r.Parent) {
		if r.Flags&libclang.IsUnion != 0 {
			return ""
		}
		if r.Name != 0 || r.Parent == 0 {
			return l.fieldSlot(id)
		}
	}
}

// fieldStores collects what the unit stores in integer fields, from all code and
// initialisers that were walked. A function that an error lies in may store anything
// in the fields that it names.
func (l *unit) fieldStores() {
	l.res.Fields = map[string]infer.FieldBits{}
	if len(l.broken) > 0 {
		for k := range l.Decls {
			if d := &l.Decls[k]; d.NodeEnd > d.Node && l.isBroken(d) {
				for i := int(d.Node); i < int(d.NodeEnd); i++ {
					if n := &l.Nodes[i]; n.Kind == libclang.MemberRefExpr {
						l.anyBits(n.Decl)
					}
				}
			}
		}
	}
	// followed are the addresses that are only taken to be followed at once, as
	// in `*(volatile int *)&p->f`.
	followed := map[int]bool{}
	for i := range l.Nodes[:l.Core] {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.BinaryOperator, libclang.CompoundAssign:
			if k := l.children(i); len(k) == 2 {
				l.assignedBits(n, k[0], k[1])
			}
		case libclang.UnaryOperator:
			if int(n.End) == i+1 {
				break
			}
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
				l.anyBits(l.fieldAt(i + 1))
			case libclang.Deref:
				if l.fieldAt(i) != 0 {
					followed[l.strip(i+1)] = true
				}
			case libclang.AddrOf:
				if !followed[i] {
					l.anyBits(l.fieldAt(i + 1))
				}
			}
		case libclang.AsmStmt:
			for _, k := range l.children(i) {
				l.anyBits(l.fieldAt(k))
			}
		case libclang.InitListExpr:
			l.listBits(i)
		}
	}
}

// fieldAt is the field that an lvalue is the whole of, or 0.
func (l *unit) fieldAt(i int) uint32 {
	i = l.strip(i)
	n := &l.Nodes[i]
	switch {
	case n.Kind == libclang.MemberRefExpr:
		return n.Decl
	case n.Kind == libclang.UnaryOperator && n.Op == libclang.Ext && int(n.End) > i+1:
		return l.fieldAt(i + 1)
	case n.Kind == libclang.UnaryOperator && n.Op == libclang.Deref && int(n.End) > i+1:
		a := l.strip(i + 1)
		if l.Nodes[a].Kind != libclang.UnaryOperator || l.Nodes[a].Op != libclang.AddrOf || int(l.Nodes[a].End) == a+1 {
			return 0
		}
		f := l.fieldAt(a + 1)
		if f == 0 || !isInteger(n.TKind, n.TSize) || n.TSize != l.Decl(f).TSize {
			return 0
		}
		return f
	}
	return 0
}

func (l *unit) assignedBits(n *libclang.Node, a, b int) {
	if n.Kind == libclang.BinaryOperator && n.Op != libclang.Assign {
		return
	}
	f := l.fieldAt(a)
	switch {
	case f == 0:
	case n.Op == libclang.AndAssign:
		// No bit is set that was not.
	case n.Op == libclang.Assign, n.Op == libclang.OrAssign, n.Op == libclang.XorAssign:
		l.storeBits(f, b)
	default:
		l.anyBits(f)
	}
}

// listBits notes what an initialiser list stores. What it leaves out is 0.
func (l *unit) listBits(i int) {
	elided := false
	l.eachInit(i, func(field uint32, node int) {
		if field == 0 {
			return
		}
		inner := l.strip(node)
		v := &l.Nodes[inner]
		if v.Kind == libclang.InitListExpr && int(v.End) > inner+1 && isInteger(l.Decl(field).TKind, l.Decl(field).TSize) {
			node = inner + 1
		}
		switch kind := l.Decl(field).TKind; {
		case kind != libclang.TypeRecord && kind != libclang.TypeArray:
			l.storeBits(field, node)
		case scalar(v.TKind) && v.Kind != libclang.InitListExpr && v.Kind != libclang.StringLiteral:
			if c, ok := l.constantAt(inner); !ok || c != 0 {
				elided = true
			}
		}
	})
	if r := l.Nodes[i].Decl; elided && r != 0 {
		// Inner braces are left out: which value goes where is not known.
		d := l.Decl(r)
		for at := d.Field0; at < d.FieldEnd; at++ {
			l.anyBits(l.Fields[at])
		}
	}
}

// anyBits notes that nothing is known of what a field holds.
func (l *unit) anyBits(field uint32) {
	if slot := l.bitsField(field); slot != "" {
		l.res.Fields[slot] = infer.FieldBits{Unknown: true}
	}
}

// storeBits notes that the value of an expression is stored in a field.
func (l *unit) storeBits(field uint32, i int) {
	slot := l.bitsField(field)
	if slot == "" {
		return
	}
	d := l.Decl(field)
	b := l.possible(i, slot, d.TSize).convert(d.TKind, d.TSize)
	if b.unknown {
		l.anyBits(field)
		return
	}
	if width := uint(d.Val); width > 0 && width < 64 && d.TKind != libclang.TypeEnum && d.TKind != libclang.TypeBool {
		b.mask = extend(b.mask, width, d.TKind == libclang.TypeInt)
	}
	all := l.res.Fields[slot]
	if !all.Unknown {
		all.Mask |= b.mask
	}
	l.res.Fields[slot] = all
}
