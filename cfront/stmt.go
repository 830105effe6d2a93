package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// switchState collects the labels of a switch while its body is lowered.
type switchState struct {
	ranges []infer.Interval
	to     []int
	other  int // block of the default label, or -1
}

// stmt lowers one statement.
func (l *lowerer) stmt(i int) {
	n := &l.Nodes[i]
	l.nodePos(i)
	if m, ok := l.macroAt(i); ok {
		l.macro(i, m)
		return
	}
	switch n.Kind {
	case libclang.CompoundStmt:
		l.compound(i, false)
	case libclang.DeclStmt:
		for _, k := range l.children(i) {
			if l.Nodes[k].Kind == libclang.VarDecl {
				l.varDecl(k)
			}
		}
	case libclang.NullStmt:
		l.emptyMacro(n)
	case libclang.UnexposedStmt:
		for _, k := range l.children(i) {
			l.stmt(k)
		}
	case libclang.LabelStmt:
		l.labelStmt(i, n)
	case libclang.IfStmt:
		l.ifStmt(i)
	case libclang.WhileStmt, libclang.DoStmt, libclang.ForStmt:
		l.loop(i, n)
	case libclang.SwitchStmt:
		l.switchStmt(i)
	case libclang.CaseStmt, libclang.DefaultStmt:
		l.caseStmt(i, n)
	case libclang.BreakStmt:
		l.jumpOut(l.breaks)
	case libclang.ContinueStmt:
		l.jumpOut(l.conts)
	case libclang.GotoStmt:
		if k := l.children(i); len(k) == 1 {
			l.gotoLabel(l.String(l.Nodes[k[0]].Decl))
		}
	case libclang.IndirectGotoStmt:
		for _, k := range l.children(i) {
			l.expr(k)
		}
		l.chooseLabels(l.addressedLabels, false)
	case libclang.ReturnStmt:
		l.returnStmt(i)
	case libclang.AsmStmt:
		l.asm(i)
	default:
		if n.Kind.IsExpr() {
			l.expr(i)
			return
		}
		for _, k := range l.children(i) {
			l.stmt(k)
		}
	}
}

// compound lowers a block; with valued its last expression is its value.
func (l *lowerer) compound(i int, valued bool) value {
	depth := len(l.cleanups)
	kids := l.children(i)
	var v value
	for k, s := range kids {
		if !valued || k < len(kids)-1 {
			l.stmt(s)
			continue
		}
		for l.Nodes[s].Kind == libclang.LabelStmt && int(l.Nodes[s].End) > s+1 {
			l.placeLabel(l.String(l.Nodes[s].Decl))
			s++
		}
		if !l.Nodes[s].Kind.IsExpr() {
			l.stmt(s)
			continue
		}
		v = l.expr(s)
		if len(l.cleanups) > depth && v.op.Kind == infer.OperandVar {
			t := l.temp()
			l.set(t, v)
			v = value{op: infer.VarOf(t), shared: true}
		}
	}
	l.runCleanups(depth)
	l.cleanups = l.cleanups[:depth]
	return v
}

// runCleanups calls the cleanup functions above depth, last one first, as when
// their scopes are left; they stay in force for other ways out.
func (l *lowerer) runCleanups(depth int) {
	for k := len(l.cleanups) - 1; k >= depth; k-- {
		l.runCleanup(l.cleanups[k])
	}
}

func (l *lowerer) varDecl(i int) {
	n := &l.Nodes[i]
	if n.Decl == 0 {
		return
	}
	d := l.Decl(n.Decl)
	l.nodePos(i)
	kids := l.children(i)
	switch {
	case d.Flags&libclang.StaticLocal != 0:
		if len(kids) > 0 {
			l.staticInit(n.Decl, kids[0])
		}
		return
	case d.Flags&libclang.Global != 0:
		return
	}
	p := l.declPlace(n.Decl)
	switch {
	case len(kids) == 0:
		// Not set before it is written: there is nothing to forget.
	case d.TKind == libclang.TypeRecord:
		l.initRecord(p, kids[0])
	case d.TKind == libclang.TypeArray:
		l.initList(kids[0], p)
	default:
		init := l.strip(kids[0])
		if l.Nodes[init].Kind == libclang.InitListExpr && int(l.Nodes[init].End) > init+1 {
			kids[0] = init + 1
		}
		v := l.expr(kids[0])
		if v.addr != nil && v.addr.root != 0 && isPointer(d.TKind) && l.assigned[n.Decl] == 0 && l.taken[n.Decl] == 0 && !strings.ContainsAny(v.addr.text, "*>[") {
			l.alias[n.Decl] = *v.addr
		}
		l.escape(v, l.alias[n.Decl].text != "")
		l.write(p, d.TKind, v)
	}
	if d.Aux != 0 {
		l.cleanupID++
		l.cleanups = append(l.cleanups, cleanup{id: l.cleanupID, fn: d.Aux, decl: n.Decl})
	}
}

// escape notes that the address of a local is kept somewhere.
func (l *lowerer) escape(v value, followed bool) {
	if v.addr != nil && v.addr.root != 0 && !followed {
		l.escaped[v.addr.root] = true
	}
}

func (l *lowerer) ifStmt(i int) {
	k := l.children(i)
	if len(k) < 2 {
		return
	}
	yes, no := l.newBlock(), l.newBlock()
	l.cond(k[0], yes, no)
	l.cur = yes
	l.stmt(k[1])
	if len(k) < 3 {
		l.jump(no)
		return
	}
	join := l.newBlock()
	l.jumpAway(join)
	l.cur = no
	l.stmt(k[2])
	l.jump(join)
}

// loop lowers while, do and for.
func (l *lowerer) loop(i int, n *libclang.Node) {
	start, test, step, body := l.loopParts(i, n)
	depth := len(l.cleanups)
	if start >= 0 {
		l.stmt(start)
	}
	head, bodyBlock, next, exit := l.newBlock(), l.newBlock(), l.newBlock(), l.newBlock()
	l.breaks = append(l.breaks, jumpTarget{exit, len(l.cleanups)})
	l.conts = append(l.conts, jumpTarget{next, len(l.cleanups)})
	if n.Kind == libclang.DoStmt {
		l.jump(bodyBlock)
	} else {
		l.jump(head)
		if test >= 0 {
			l.cond(test, bodyBlock, exit)
		} else {
			l.jumpAway(bodyBlock)
		}
		l.cur = bodyBlock
	}
	if body >= 0 {
		l.stmt(body)
	}
	l.jump(next)
	if n.Kind == libclang.DoStmt && test >= 0 {
		l.cond(test, bodyBlock, exit)
	} else {
		if step >= 0 {
			l.expr(step)
		}
		l.jumpAway(head)
	}
	l.breaks = l.breaks[:len(l.breaks)-1]
	l.conts = l.conts[:len(l.conts)-1]
	l.cur = exit
	l.runCleanups(depth)
	l.cleanups = l.cleanups[:depth]
}

// loopParts are the nodes of a loop; -1 stands for one that is not there.
func (l *lowerer) loopParts(i int, n *libclang.Node) (start, test, step, body int) {
	start, test, step, body = -1, -1, -1, -1
	k := l.children(i)
	if len(k) == 0 {
		return
	}
	body = k[len(k)-1]
	k = k[:len(k)-1]
	switch {
	case n.Kind == libclang.WhileStmt:
		if len(k) > 0 {
			test = k[0]
		}
	case n.Kind == libclang.DoStmt:
		if len(k) > 0 {
			body, test = k[0], body
		}
	default:
		mask := n.Op
		if present := mask&1 + mask>>1&1 + mask>>2&1; mask > 7 || int(present) != len(k) {
			mask = l.guessParts(k)
		}
		for part, at := range []*int{&start, &test, &step} {
			if mask>>part&1 != 0 && len(k) > 0 {
				*at = k[0]
				k = k[1:]
			}
		}
	}
	return
}

// guessParts tells the parts of a for apart by what they look like, where the
// source does not say (a macro that expands to nothing among them).
func (l *lowerer) guessParts(k []int) uint8 {
	if len(k) >= 3 {
		return 7
	}
	var mask uint8
	part := 0
	for _, i := range k {
		n := &l.Nodes[l.strip(i)]
		want := 1
		switch {
		case n.Kind == libclang.DeclStmt:
			want = 0
		case n.Kind == libclang.BinaryOperator && n.Op == libclang.Assign, n.Kind == libclang.CompoundAssign,
			n.Kind == libclang.UnaryOperator && n.Op <= libclang.PreDec && n.Op >= libclang.PostInc:
			want = 2
			if part == 0 && len(k) == 2 {
				want = 0
			}
		}
		part = max(part, want)
		mask |= 1 << part
		part++
	}
	return mask
}

func (l *lowerer) jumpOut(targets []jumpTarget) {
	if len(targets) == 0 {
		return
	}
	t := targets[len(targets)-1]
	l.runCleanups(t.depth)
	l.jumpAway(t.block)
}

func (l *lowerer) switchStmt(i int) {
	k := l.children(i)
	if len(k) < 2 {
		return
	}
	v := l.named(l.expr(k[0]))
	from, pos := l.cur, l.pos
	exit := l.newBlock()
	s := &switchState{other: -1}
	l.switches = append(l.switches, s)
	l.breaks = append(l.breaks, jumpTarget{exit, len(l.cleanups)})
	l.cur = l.newBlock()
	l.stmt(k[1])
	l.jump(exit)
	l.switches = l.switches[:len(l.switches)-1]
	l.breaks = l.breaks[:len(l.breaks)-1]
	if s.other < 0 {
		s.other = exit
	}
	t := infer.Term{Kind: infer.Switch, Pos: pos, Cond: v.op, Ranges: s.ranges, To: append(s.to, s.other)}
	switch {
	case v.op.Kind == infer.OperandConst:
		to := s.other
		for k, r := range s.ranges {
			if v.op.Const >= r.Lo && v.op.Const <= r.Hi {
				to = s.to[k]
				break
			}
		}
		t = infer.Term{Kind: infer.Goto, Pos: pos, To: []int{to}}
	case v.op.Kind != infer.OperandVar:
		t = infer.Term{Kind: infer.Choose, Pos: pos, To: t.To}
	case len(s.ranges) == 0:
		t = infer.Term{Kind: infer.Goto, Pos: pos, To: []int{s.other}}
	}
	l.blocks[from].term = t
}

func (l *lowerer) caseStmt(i int, n *libclang.Node) {
	k := l.children(i)
	if len(k) == 0 || len(l.switches) == 0 {
		return
	}
	s := l.switches[len(l.switches)-1]
	b := l.newBlock()
	l.jump(b)
	if n.Kind == libclang.DefaultStmt {
		s.other = b
	} else {
		lo := l.expr(k[0])
		hi := lo
		if len(k) == 3 {
			hi = l.expr(k[1])
		}
		if lo.op.Kind == infer.OperandConst && hi.op.Kind == infer.OperandConst {
			s.ranges = append(s.ranges, infer.Interval{Lo: lo.op.Const, Hi: hi.op.Const})
			s.to = append(s.to, b)
		}
	}
	l.stmt(k[len(k)-1])
}

func (l *lowerer) returnStmt(i int) {
	t := infer.Term{Kind: infer.Return}
	k := l.children(i)
	switch {
	case len(k) == 0:
	case l.retRecord != 0:
		t.Values = l.recordValues(k[0])
	default:
		v := l.named(l.expr(k[0]))
		l.escape(v, false)
		if len(l.fn.Rets) == 1 {
			if v.object || len(l.cleanups) > 0 && v.op.Kind == infer.OperandVar {
				x := l.temp()
				l.set(x, v)
				v.op = infer.VarOf(x)
			}
			t.Values = []infer.Operand{v.op}
		}
	}
	l.nodePos(i)
	l.runCleanups(0)
	l.leave(t)
}
