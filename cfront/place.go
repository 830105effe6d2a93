package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// place is an lvalue. Its text is empty where it has no stable name.
type place struct {
	text   string
	inputs []infer.Var
	// decl is the local or parameter that the place is the whole of.
	decl uint32
	// field is the last field, root the local that the place lies in.
	field, root uint32
	global      bool
	volatile    bool
	// through is the pointer that the place is reached through, if it has a
	// variable.
	through infer.Operand
	// slot is the function-pointer field or variable that the place is.
	slot string
}

// maxText bounds the text of places and conditions; longer ones are not named.
const maxText = 120

// lvalue works out which place an expression names, and emits its side effects.
func (l *lowerer) lvalue(i int) place {
	n := &l.Nodes[i]
	p := l.lvalueOf(i, n)
	if n.Flags&libclang.Volatile != 0 {
		p.volatile = true
	}
	if len(p.text) > maxText {
		p.text = ""
	}
	return p
}

func (l *lowerer) lvalueOf(i int, n *libclang.Node) place {
	if _, ok := l.macroAt(i); ok {
		l.expr(i)
		return place{}
	}
	switch n.Kind {
	case libclang.ParenExpr, libclang.CStyleCastExpr:
		if int(n.End) > i+1 {
			return l.lvalue(i + 1)
		}
	case libclang.UnexposedExpr:
		if n.Op == libclang.Wrap && int(n.End) > i+1 {
			return l.lvalue(i + 1)
		}
	case libclang.DeclRefExpr:
		return l.declPlace(n.Decl)
	case libclang.MemberRefExpr:
		return l.memberPlace(i, n)
	case libclang.UnaryOperator:
		switch n.Op {
		case libclang.Deref:
			return l.deref(l.expr(i+1), "")
		case libclang.Ext:
			return l.lvalue(i + 1)
		}
	case libclang.ArraySubscriptExpr:
		return l.elementPlace(i, n)
	case libclang.CompoundLiteral:
		if int(n.End) > i+1 {
			l.expr(i + 1)
		}
		return place{}
	}
	v := l.expr(i)
	return place{text: v.text, inputs: v.inputs}
}

func (l *lowerer) declPlace(id uint32) place {
	if id == 0 {
		return place{}
	}
	d := l.Decl(id)
	if d.Kind != libclang.VarDecl && d.Kind != libclang.ParmDecl {
		return place{}
	}
	if d.Flags&(libclang.Global|libclang.StaticLocal) != 0 {
		p := place{text: l.localName(id), global: true}
		if isFuncSlot(d) {
			p.slot = l.varSlot(id)
		}
		return p
	}
	v := l.local(id)
	return place{text: l.vars[v].name, decl: id, root: id, inputs: []infer.Var{v}}
}

func (l *lowerer) memberPlace(i int, n *libclang.Node) place {
	if int(n.End) == i+1 {
		return place{}
	}
	var p place
	base := &l.Nodes[i+1]
	name, key := "", ""
	if n.Decl != 0 {
		name = l.name(l.Decl(n.Decl))
	}
	if isPointer(base.TKind) {
		p = l.deref(l.expr(i+1), name)
	} else {
		p = l.lvalue(i + 1)
		if p.global {
			key = staticCall(p.text, keyPrefix)
		}
		if p.text != "" && name != "" {
			p.text = join(p.text, name)
			p.decl = 0
		}
	}
	p.field, p.slot = n.Decl, key
	if n.Decl != 0 && isFuncSlot(l.Decl(n.Decl)) {
		p.slot = l.fieldSlot(n.Decl)
	}
	return p
}

// deref is what a pointer points at, or the named field of it.
func (l *lowerer) deref(v value, field string) place {
	if v.addr != nil {
		p := *v.addr
		if field != "" && p.text != "" {
			p.text = join(p.text, field)
			p.decl = 0
		}
		return p
	}
	through := v.op
	if v.op.Kind != infer.OperandVar {
		through = v.through
	}
	if v.text == "" {
		return place{through: through}
	}
	p := place{inputs: v.inputs, through: through}
	switch {
	case field != "":
		p.text = v.text + "->" + field
	default:
		p.text = "*" + v.text
	}
	return p
}

// join names a field of a place: (*p).f is p->f.
func join(base, field string) string {
	if pointer, ok := strings.CutPrefix(base, "*"); ok {
		return pointer + "->" + field
	}
	return base + "." + field
}

func (l *lowerer) elementPlace(i int, n *libclang.Node) place {
	kids := l.children(i)
	if len(kids) != 2 {
		return place{}
	}
	var p place
	if base := l.strip(kids[0]); l.Nodes[base].TKind == libclang.TypeArray {
		p = l.lvalue(base)
	} else {
		v := l.expr(kids[0])
		p = place{text: v.text, inputs: v.inputs, through: v.op}
		if v.op.Kind != infer.OperandVar {
			p.through = v.through
		}
		if v.addr != nil {
			p = place{through: v.through}
		}
	}
	slot := p.slot
	index := l.expr(kids[1])
	if p.text == "" || index.text == "" {
		return place{slot: slot, through: p.through}
	}
	if strings.HasPrefix(p.text, "*") {
		p.text = "(" + p.text + ")"
	}
	p.text += "[" + index.text + "]"
	p.inputs = append(append([]infer.Var(nil), p.inputs...), index.inputs...)
	p.decl = 0
	return p
}

// placeVar is the variable of a place, or NoVar where it is not tracked.
func (l *lowerer) placeVar(p place) infer.Var {
	if p.text == "" || p.volatile {
		return infer.NoVar
	}
	if p.decl != 0 {
		return l.local(p.decl)
	}
	if v, ok := l.byName[p.text]; ok {
		return v
	}
	v := l.newVar(variable{name: p.text, kind: placeVar, inputs: p.inputs, field: p.field, root: p.root, global: p.global})
	l.byName[p.text] = v
	return v
}

// read is the value of a place of the given type.
func (l *lowerer) read(p place, kind uint8) value {
	if !scalar(kind) {
		v := value{text: p.text, inputs: p.inputs}
		if kind == libclang.TypeArray {
			// An array decays to the address of its first element.
			v.object, v.through = true, p.through
		} else {
			l.dereferenced(p.through)
		}
		return v
	}
	l.dereferenced(p.through)
	if p.volatile {
		return value{slot: p.slot}
	}
	if p.decl != 0 {
		if a, ok := l.alias[p.decl]; ok {
			return addressOf(a)
		}
	}
	x := l.placeVar(p)
	if x == infer.NoVar {
		return value{slot: p.slot}
	}
	v := value{op: infer.VarOf(x), text: p.text, inputs: append([]infer.Var{x}, p.inputs...), slot: p.slot}
	if p.decl != 0 && kind == libclang.TypeFuncPtr && l.assigned[p.decl] == 0 && l.taken[p.decl] == 0 && len(l.slots[x]) == 1 {
		for slot := range l.slots[x] { // a copy of what its initialiser read
			v.slot = slot
		}
	}
	return v
}

// write assigns a value to a place, and forgets what the write makes stale.
func (l *lowerer) write(p place, kind uint8, v value) {
	if p.slot != "" && kind == libclang.TypeFuncPtr {
		l.store(p.slot, v)
	} else if v.op.Kind == infer.OperandFunc && p.field != 0 {
		l.store(l.fieldSlot(p.field), v)
	}
	defer l.dereferenced(p.through)
	if p.text == "" {
		l.forgetAliases(p, infer.NoVar)
		return
	}
	if !scalar(kind) || p.volatile {
		l.forgetUnder(p, nil)
		return
	}
	x := l.placeVar(p)
	if p.decl != 0 {
		l.noteSlot(x, v)
	} else {
		l.vars[x].written = true
		l.forgetAliases(p, x)
	}
	l.set(x, v)
}

// store makes a function, or what a variable holds, a target of a slot; or says
// that the slot may hold something that is not known.
func (l *lowerer) store(slot string, v value) {
	held := v.op
	if v.slot != "" {
		held = infer.SlotValue(v.slot)
	}
	if v.slot != slot && (held.Kind != infer.OperandConst || held.Const != 0) {
		l.emit(infer.Op{Kind: infer.OpStore, Dst: infer.NoVar, Slot: slot, Expr: infer.Expr{Op: infer.Copy, A: held}})
	}
}

// noteSlot remembers which slots a local function pointer is loaded from.
func (l *lowerer) noteSlot(x infer.Var, v value) {
	s := l.slots[x]
	if s == nil {
		s = map[string]bool{}
		l.slots[x] = s
	}
	if v.op.Kind == infer.OperandConst && v.op.Const == 0 {
		return
	}
	s[v.slot] = true
}

// addressBit stands for "not NULL": a bit in the middle, as no code tests it. The
// top bit would tell kernel addresses from user addresses, the lowest ones those
// that are aligned.
const addressBit = 1 << 40

// set assigns a value to a variable. A value just computed into a temporary is
// computed into the variable instead.
func (l *lowerer) set(x infer.Var, v value) {
	ops := l.blocks[l.cur].ops
	if n := len(ops); n > 0 && v.op.Kind == infer.OperandVar && l.vars[v.op.Var].kind == tempVar && l.vars[x].kind != tempVar {
		last := &ops[n-1]
		if last.forget == nil && last.Kind == infer.OpAssign && last.Dst == v.op.Var && !v.shared {
			last.Dst = x
			return
		}
	}
	e := infer.Expr{Op: infer.Copy, A: v.op}
	switch {
	case v.object:
		e = infer.Expr{Op: infer.Or, B: infer.ConstOf(addressBit)}
	case v.op.Kind == infer.OperandUnknown:
		e = infer.Expr{Op: infer.Unknown}
	}
	l.assign(x, e)
}
