package cfront

import "preemptck/cfront/libclang"

// body is what a function of the unit does to fields, on its own.
type body struct {
	writes  []uint32 // fields that it assigns through a pointer, or hands the address of on
	callees []uint32
	// flags are the flags of the file that it looks at or sets, setFlags those that
	// it sets.
	flags, setFlags []uint32
}

// mayWrite tells whether a call of a function may write a field: the function does
// so itself, of any object, or one that it calls does, as far as their bodies are
// in the unit. Bodies elsewhere are taken not to.
func (l *unit) mayWrite(fn, field uint32) bool {
	set, ok := l.fieldWrites[fn]
	if !ok {
		set = map[uint32]bool{}
		seen := map[uint32]bool{fn: true}
		for work := []uint32{fn}; len(work) > 0; {
			b := l.bodyOf(work[len(work)-1])
			work = work[:len(work)-1]
			for _, f := range b.writes {
				set[f] = true
			}
			for _, c := range b.callees {
				if !seen[c] {
					seen[c] = true
					work = append(work, c)
				}
			}
		}
		l.fieldWrites[fn] = set
	}
	return set[field]
}

func (l *unit) bodyOf(fn uint32) *body {
	if b, ok := l.bodies[fn]; ok {
		return b
	}
	b := &body{}
	l.bodies[fn] = b
	d := l.Decl(fn)
	for i := int(d.Node); i < int(d.NodeEnd); i++ {
		n := &l.Nodes[i]
		l.noteFlag(b, i)
		switch n.Kind {
		case libclang.BinaryOperator, libclang.CompoundAssign:
			if n.Kind == libclang.CompoundAssign || n.Op == libclang.Assign {
				l.noteWrite(b, i+1)
			}
		case libclang.UnaryOperator:
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
				l.noteWrite(b, i+1)
			}
		case libclang.AsmStmt:
			for _, k := range l.children(i) {
				l.noteWrite(b, k)
			}
		case libclang.CallExpr:
			kids := l.children(i)
			if len(kids) == 0 {
				continue
			}
			if callee := l.callee(kids[0]); callee != 0 && l.Decl(callee).NodeEnd > l.Decl(callee).Node {
				b.callees = append(b.callees, callee)
			}
			for _, k := range kids[1:] {
				if k = l.strip(k); l.Nodes[k].Kind == libclang.UnaryOperator && l.Nodes[k].Op == libclang.AddrOf && int(l.Nodes[k].End) > k+1 {
					l.noteWrite(b, k+1)
				}
			}
		}
	}
	return b
}

// noteWrite notes that the field at node i is written: one that is not of a local,
// seen through `*(volatile T *)&p->f` as well.
func (l *unit) noteWrite(b *body, i int) {
	for range 8 {
		i = l.strip(i)
		n := &l.Nodes[i]
		if int(n.End) == i+1 {
			return
		}
		switch {
		case n.Kind == libclang.MemberRefExpr:
			if n.Decl != 0 && l.rootDecl(i) == 0 {
				b.writes = append(b.writes, n.Decl)
			}
			return
		case n.Kind == libclang.UnaryOperator && (n.Op == libclang.Deref || n.Op == libclang.AddrOf), n.Kind == libclang.CStyleCastExpr:
			i++
		default:
			return
		}
	}
}
