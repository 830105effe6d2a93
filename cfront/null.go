package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// dereferenced marks that a pointer was followed here, and so is not NULL.
func (l *lowerer) dereferenced(pointer infer.Operand) {
	if pointer.Kind != infer.OperandVar {
		return
	}
	x := &l.vars[pointer.Var]
	switch {
	case x.kind == localVar && x.root != 0 && isPointer(l.Decl(x.root).TKind):
	case x.kind == placeVar && x.field != 0 && isPointer(l.Decl(x.field).TKind):
	default:
		return
	}
	b := &l.blocks[l.cur]
	b.ops = append(b.ops, op{Op: infer.Op{Pos: l.pos, Dst: pointer.Var}, used: true})
}

// pointerUsed marks that an operation follows the pointer v.
func (l *lowerer) pointerUsed(v value) {
	if v.op.Kind == infer.OperandVar {
		l.dereferenced(v.op)
		return
	}
	l.dereferenced(v.through)
}

// nullness is the flow of up to 64 pointers, one bit each, through a function.
type nullness struct {
	*lowerer
	bit map[infer.Var]uint64
	// known are the pointers that are not NULL where a block begins, wanted those
	// whose value matters where it ends.
	known, wanted []uint64
	// nulled are the pointers that are somewhere set to NULL.
	nulled uint64
}

// dropNull turns the marks of dereferenced into assignments that rule out NULL,
// where that is not known yet and the pointer is used again, or may have been set
// to NULL before; others are dropped.
func (l *lowerer) dropNull() {
	var pointers []infer.Var
	seen := map[infer.Var]bool{}
	for b := range l.blocks {
		for k := range l.blocks[b].ops {
			if o := &l.blocks[b].ops[k]; o.used && !seen[o.Dst] {
				seen[o.Dst] = true
				pointers = append(pointers, o.Dst)
			}
		}
	}
	if len(pointers) == 0 {
		return
	}
	post := l.postOrder()
	for len(pointers) > 0 {
		n := nullness{lowerer: l, bit: map[infer.Var]uint64{}, known: make([]uint64, len(l.blocks)), wanted: make([]uint64, len(l.blocks))}
		for k := 0; k < 64 && len(pointers) > 0; k++ {
			n.bit[pointers[0]] = 1 << k
			pointers = pointers[1:]
		}
		n.flow(post)
		n.findNulled(post)
		l.required[l.id] |= n.required(post)
		l.fn.NonNull = l.required[l.id]
		for _, b := range post {
			n.rewrite(b)
		}
	}
}

// required are the parameters that are not NULL whenever the function returns,
// one bit for each argument.
func (n *nullness) required(post []int) uint64 {
	all, returns := ^uint64(0), false
	for _, b := range post {
		if n.blocks[b].term.Kind == infer.Return {
			out := n.known[b]
			for i := range n.blocks[b].ops {
				out = n.after(&n.blocks[b].ops[i], out)
			}
			all, returns = all&out, true
		}
	}
	given := uint64(0)
	for arg, decl := range n.params() {
		if v, ok := n.locals[decl]; ok && returns && arg < 64 && all&n.bit[v] != 0 && n.assigned[decl] == 0 && n.taken[decl] == 0 {
			given |= 1 << arg
		}
	}
	return given
}

// params lists the declarations of the parameters.
func (l *lowerer) params() []uint32 {
	var list []uint32
	for i := int(l.decl.Node); i < int(l.decl.NodeEnd); i = int(l.Nodes[i].End) {
		if l.Nodes[i].Kind == libclang.ParmDecl {
			list = append(list, l.Nodes[i].Decl)
		}
	}
	return list
}

// idle tells whether a function of this unit does nothing with an address that it
// is given but compute, read or prefetch: NULL will do, unless it is in required.
func (l *unit) idle(fn uint32) bool {
	if fn == 0 || l.Decl(fn).NodeEnd == l.Decl(fn).Node {
		return false
	}
	if known, ok := l.idles[fn]; ok {
		return known
	}
	l.idles[fn] = false
	d := l.Decl(fn)
	for i := int(d.Node); i < int(d.NodeEnd); i++ {
		switch n := &l.Nodes[i]; n.Kind {
		case libclang.CallExpr:
			callee := uint32(0)
			if int(n.End) > i+1 {
				callee = l.callee(i + 1)
			}
			if callee == 0 || l.Decl(callee).Flags&libclang.Builtin == 0 && !l.idle(callee) {
				return false
			}
		case libclang.AsmStmt:
			if l.asmOutputs(n) > 0 {
				return false
			}
		}
	}
	l.idles[fn] = true
	return true
}

// requires tells which pointers a callee of this function follows on every way
// back: one bit for each argument. Functions that other units see without their
// body are left out where this function may be seen by others: it has to come out
// the same there.
func (l *lowerer) requires(fn uint32) uint64 {
	d := l.Decl(fn)
	if l.decl.Flags&libclang.InMain == 0 && !strings.Contains(l.funcID(fn), "@") {
		return 0
	}
	if d.NodeEnd > d.Node && !l.isBroken(d) {
		l.lowerOnce(fn)
	}
	return l.required[fn]
}

// flow works out what is known and wanted.
func (n *nullness) flow(post []int) {
	for b := range n.known {
		n.known[b] = ^uint64(0)
	}
	n.known[0] = 0
	for changed := true; changed; {
		changed = false
		for k := len(post) - 1; k >= 0; k-- {
			b := post[k]
			out := n.known[b]
			for i := range n.blocks[b].ops {
				out = n.after(&n.blocks[b].ops[i], out)
			}
			tested, when := n.tested(b)
			for side, to := range n.blocks[b].term.To {
				in := out
				if side == when {
					in |= tested
				}
				if in &= n.known[to]; in != n.known[to] {
					n.known[to], changed = in, true
				}
			}
		}
	}
	for changed := true; changed; {
		changed = false
		for _, b := range post {
			want := uint64(0)
			for _, to := range n.blocks[b].term.To {
				want |= n.before(to)
			}
			if want != n.wanted[b] {
				n.wanted[b], changed = want, true
			}
		}
	}
}

func (n *nullness) findNulled(post []int) {
	for _, b := range post {
		for i := range n.blocks[b].ops {
			if o := &n.blocks[b].ops[i]; !o.used && o.Kind == infer.OpAssign && o.Expr.Op == infer.Copy && o.Expr.A == infer.ConstOf(0) {
				n.nulled |= n.bit[o.Dst]
			}
		}
	}
}

// after is what is known behind an operation.
func (n *nullness) after(o *op, known uint64) uint64 {
	switch {
	case o.used:
		return known | n.bit[o.Dst]
	case o.Kind == infer.OpAssign:
		known &^= n.bit[o.Dst]
		switch a := o.Expr.A; {
		case o.Expr.Op == infer.Or && o.Expr.B == infer.ConstOf(addressBit),
			o.Expr.Op == infer.Copy && (a.Kind == infer.OperandFunc || a.Kind == infer.OperandVar && n.bit[a.Var]&known != 0):
			known |= n.bit[o.Dst]
		}
	case o.Kind == infer.OpCall:
		for _, d := range o.Call.Dsts {
			known &^= n.bit[d.Var]
		}
	}
	return known
}

// tested is the pointer that a block tests as it ends, and on which of its two
// sides that pointer is not NULL.
func (n *nullness) tested(b int) (pointer uint64, side int) {
	t := &n.blocks[b].term
	if t.Kind != infer.If || t.Cond.Kind != infer.OperandVar {
		return 0, -1
	}
	v := t.Cond.Var
	ops := n.blocks[b].ops
	written := uint64(0) // between the test and the branch
	for k := len(ops) - 1; k >= 0 && n.vars[v].kind == tempVar; k-- {
		o := &ops[k]
		if o.used || o.Kind != infer.OpAssign || o.Dst != v {
			if !o.used {
				written |= ^n.after(o, ^uint64(0))
			}
			continue
		}
		switch zero := o.Expr.B == infer.ConstOf(0); {
		case o.Expr.A.Kind != infer.OperandVar:
			return 0, -1
		case o.Expr.Op == infer.Not, o.Expr.Op == infer.Eq && zero:
			side = 1 - side
		case o.Expr.Op == infer.Bool, o.Expr.Op == infer.Copy, o.Expr.Op == infer.Ne && zero:
		default:
			return 0, -1
		}
		v = o.Expr.A.Var
	}
	return n.bit[v] &^ written, side
}

// before is what is wanted where a block begins.
func (n *nullness) before(b int) uint64 {
	want := n.atEnd(b)
	for k := len(n.blocks[b].ops) - 1; k >= 0; k-- {
		want = n.wantedBefore(&n.blocks[b].ops[k], want)
	}
	return want
}

func (n *nullness) atEnd(b int) uint64 {
	t := &n.blocks[b].term
	want := n.wanted[b] | n.of(t.Cond)
	for _, v := range t.Values {
		want |= n.of(v)
	}
	return want
}

func (n *nullness) of(o infer.Operand) uint64 {
	if o.Kind != infer.OperandVar {
		return 0
	}
	return n.bit[o.Var]
}

func (n *nullness) wantedBefore(o *op, want uint64) uint64 {
	if o.used {
		return want
	}
	if o.Kind == infer.OpAssign {
		want &^= n.bit[o.Dst]
	}
	if c := o.Call; c != nil {
		for _, d := range c.Dsts {
			want &^= n.bit[d.Var]
		}
		for _, a := range c.Args {
			want |= n.of(a.Value)
		}
		if c.Target.Kind == infer.Indirect {
			want |= n.bit[c.Target.Var]
		}
	}
	return want | n.of(o.Expr.A) | n.of(o.Expr.B)
}

// rewrite settles the marks of one block.
func (n *nullness) rewrite(b int) {
	ops := n.blocks[b].ops
	wanted := make([]uint64, len(ops))
	want := n.atEnd(b)
	for k := len(ops) - 1; k >= 0; k-- {
		wanted[k] = want
		want = n.wantedBefore(&ops[k], want)
	}
	known := n.known[b]
	out := ops[:0:0]
	for k, o := range ops {
		bit := n.bit[o.Dst]
		next := n.after(&o, known)
		switch {
		case !o.used || bit == 0:
			out = append(out, o)
		case (wanted[k]|n.nulled)&bit != 0 && known&bit == 0:
			o.used, o.Expr = false, infer.Expr{Op: infer.NonNull, A: infer.VarOf(o.Dst)}
			out = append(out, o)
		}
		known = next
	}
	n.blocks[b].ops = out
}
