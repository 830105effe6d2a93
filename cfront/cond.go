package cfront

import (
	"preemptck/cfront/libclang"
	"preemptck/infer"
)

func (l *lowerer) conditional(n *libclang.Node, c, a, b int) value {
	yes, no, join := l.newBlock(), l.newBlock(), l.newBlock()
	l.cond(c, yes, no)
	t := l.temp()
	results := [2]value{}
	for k, side := range [2][2]int{{yes, a}, {no, b}} {
		l.cur = side[0]
		v := l.expr(side[1])
		l.escape(v, false)
		results[k] = v
		if scalar(n.TKind) {
			l.set(t, l.named(v))
		}
		l.jumpAway(join)
	}
	l.cur = join
	if !scalar(n.TKind) {
		return value{}
	}
	out := value{op: infer.VarOf(t), shared: true}
	if results[0].slot == results[1].slot {
		out.slot = results[0].slot
	}
	return out
}

func (l *lowerer) oneOf(n *libclang.Node, kids []int) value {
	if len(kids) == 1 {
		return l.expr(kids[0])
	}
	join, t := l.newBlock(), l.temp()
	var to []int
	for range kids {
		to = append(to, l.newBlock())
	}
	if len(to) == 0 {
		return value{}
	}
	l.leave(infer.Term{Kind: infer.Choose, To: to})
	for k, i := range kids {
		l.cur = to[k]
		v := l.expr(i)
		l.escape(v, false)
		if scalar(n.TKind) || n.TKind == libclang.TypeFunc {
			l.set(t, l.named(v))
		}
		l.jumpAway(join)
	}
	l.cur = join
	return value{op: infer.VarOf(t), shared: true}
}

func (l *lowerer) gnuConditional(n *libclang.Node, a, b int) value {
	t := l.temp()
	v := l.named(l.expr(a))
	l.set(t, v)
	no, join := l.newBlock(), l.newBlock()
	l.branch(value{op: infer.VarOf(t)}, join, no)
	l.cur = no
	w := l.expr(b)
	l.escape(w, false)
	l.set(t, l.named(w))
	l.jumpAway(join)
	l.cur = join
	return value{op: infer.VarOf(t), shared: true}
}

func (l *lowerer) logical(i int) value {
	yes, no, join := l.newBlock(), l.newBlock(), l.newBlock()
	l.cond(i, yes, no)
	t := l.temp()
	l.cur = yes
	l.set(t, constant(1))
	l.jumpAway(join)
	l.cur = no
	l.set(t, constant(0))
	l.jumpAway(join)
	l.cur = join
	return value{op: infer.VarOf(t), shared: true}
}

func (l *lowerer) cond(i, yes, no int) {
	n := &l.Nodes[i]
	if _, ok := l.macroAt(i); !ok && n.Flags&libclang.HasVal == 0 {
		kids := l.children(i)
		switch {
		case n.Kind == libclang.ParenExpr && len(kids) == 1,
			n.Kind == libclang.UnexposedExpr && n.Op == libclang.Wrap && len(kids) == 1 && !narrows(&l.Nodes[kids[0]], n),
			n.Kind == libclang.UnaryOperator && n.Op == libclang.Ext:
			l.cond(i+1, yes, no)
			return
		case n.Kind == libclang.UnaryOperator && n.Op == libclang.LNot:
			l.cond(i+1, no, yes)
			return
		case n.Kind == libclang.BinaryOperator && n.Op == libclang.LAnd && len(kids) == 2:
			mid := l.newBlock()
			l.cond(kids[0], mid, no)
			l.cur = mid
			l.cond(kids[1], yes, no)
			return
		case n.Kind == libclang.BinaryOperator && n.Op == libclang.LOr && len(kids) == 2:
			mid := l.newBlock()
			l.cond(kids[0], yes, mid)
			l.cur = mid
			l.cond(kids[1], yes, no)
			return
		case n.Kind == libclang.BinaryOperator && n.Op == libclang.Comma && len(kids) == 2:
			l.expr(kids[0])
			l.cond(kids[1], yes, no)
			return
		case n.Kind == libclang.CallExpr:
			if arg, ok := l.expected(i); ok {
				l.cond(arg, yes, no)
				return
			}
		case n.Kind == libclang.ConditionalOperator && len(kids) == 3:
			a, b := l.newBlock(), l.newBlock()
			l.cond(kids[0], a, b)
			l.cur = a
			l.cond(kids[1], yes, no)
			l.cur = b
			l.cond(kids[2], yes, no)
			return
		}
	}
	v := l.expr(i)
	if v.object {
		v = constant(1)
	}
	l.branch(v, yes, no)
}

func narrows(from, to *libclang.Node) bool {
	return to.TKind != libclang.TypeBool && to.TSize < from.TSize
}
