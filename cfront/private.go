package cfront

import (
	"preemptck/cfront/libclang"
)

// keptByCallees tells whether no function that is handed an object's address can
// write a field of it: the record is declared in this very file, so that only
// this file knows its fields, and nothing in it writes the field but through the
// name of a local variable. Memory is taken to be written by name only.
func (l *unit) keptByCallees(field uint32) bool {
	if field == 0 {
		return false
	}
	d := l.Decl(field)
	if d.Kind != libclang.FieldDecl || d.Parent == 0 || d.Flags&libclang.InMain == 0 {
		return false
	}
	for r := d.Parent; r != 0; r = l.Decl(r).Parent {
		if l.Decl(r).Flags&(libclang.InMain|libclang.IsUnion) != libclang.InMain {
			return false
		}
	}
	if l.farWrites == nil {
		l.findFarWrites()
	}
	return !l.farWrites[field]
}

// findFarWrites finds the fields that are written through a pointer, or whose
// address is taken.
func (l *unit) findFarWrites() {
	l.farWrites = map[uint32]bool{}
	far := func(i int) {
		k := l.strip(i)
		if l.rootDecl(k) != 0 {
			return
		}
		n := &l.Nodes[k]
		if n.Kind == libclang.MemberRefExpr {
			l.farWrites[n.Decl] = true
		}
		if n.TKind != libclang.TypeRecord {
			return
		}
		record := n.Decl // the whole of a record is written
		if n.Kind == libclang.MemberRefExpr {
			record = uint32(n.Val)
		}
		for id := 1; id <= len(l.Decls); id++ {
			d := l.Decl(uint32(id))
			if d.Kind == libclang.FieldDecl && (record == 0 || d.Parent == record) {
				l.farWrites[uint32(id)] = true
			}
		}
	}
	for i := range l.Nodes[:l.Core] {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.BinaryOperator, libclang.CompoundAssign:
			if k := l.children(i); len(k) == 2 && (n.Kind == libclang.CompoundAssign || n.Op == libclang.Assign) {
				far(k[0])
			}
		case libclang.AsmStmt:
			for _, k := range l.children(i) {
				far(k)
			}
		case libclang.UnaryOperator:
			if int(n.End) == i+1 {
				break
			}
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
				far(i + 1)
			case libclang.AddrOf:
				if m := &l.Nodes[l.strip(i+1)]; m.Kind == libclang.MemberRefExpr {
					l.farWrites[m.Decl] = true
				}
			}
		}
	}
}
