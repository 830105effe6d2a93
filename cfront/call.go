package cfront

import (
	"math"
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// callee is the declaration that a call names directly, or 0.
func (l *unit) callee(i int) uint32 {
	k := l.strip(i)
	for l.Nodes[k].Kind == libclang.UnaryOperator && (l.Nodes[k].Op == libclang.Deref || l.Nodes[k].Op == libclang.AddrOf) ||
		l.Nodes[k].Kind == libclang.GenericSelection {
		if len(l.children(k)) != 1 {
			return 0
		}
		k = l.strip(k + 1)
	}
	if n := &l.Nodes[k]; n.Kind == libclang.DeclRefExpr && n.Decl != 0 && l.Decl(n.Decl).Kind == libclang.FunctionDecl {
		return n.Decl
	}
	return 0
}

// expected is the first argument of __builtin_expect, which is its value.
func (l *lowerer) expected(i int) (int, bool) {
	k := l.children(i)
	if len(k) < 2 {
		return 0, false
	}
	fn := l.callee(k[0])
	if fn == 0 || l.Decl(fn).Flags&libclang.Builtin == 0 {
		return 0, false
	}
	switch l.name(l.Decl(fn)) {
	case "__builtin_expect", "__builtin_expect_with_probability", "__builtin_assume_aligned":
		return k[1], true
	}
	return 0, false
}

// call lowers a call of a function, a slot or a pointer.
func (l *lowerer) call(i int) value {
	n := &l.Nodes[i]
	kids := l.children(i)
	if len(kids) == 0 {
		return value{}
	}
	if arg, ok := l.expected(i); ok {
		v := l.expr(arg)
		for _, k := range kids[2:] {
			if k != arg {
				l.expr(k)
			}
		}
		return v
	}
	fn := l.callee(kids[0])
	if fn != 0 && l.Decl(fn).Flags&libclang.Builtin != 0 {
		return l.builtin(i, fn, kids[1:])
	}
	if fn != 0 {
		if _, ok := attribute(l.attrs(l.Decl(fn)), "error"); ok {
			// A program with such a call in it does not compile.
			l.leave(infer.Term{Kind: infer.Unreachable})
			return value{}
		}
	}
	c := &infer.Call{}
	var noreturn bool
	if fn != 0 && l.trampoline(l.name(l.Decl(fn)), c) {
		noreturn = l.Decl(fn).Flags&libclang.NoReturn != 0
	} else if fn != 0 {
		d := l.Decl(fn)
		c.Target = infer.Target{Kind: infer.Direct, Func: l.function(fn)}
		c.Text = l.texts.intern(l.name(d) + "()")
		noreturn = d.Flags&libclang.NoReturn != 0
	} else {
		l.indirect(kids[0], c)
	}
	args := l.args(c, fn, kids[1:])
	l.nodePos(i)
	l.passFlags(c, fn)
	l.updateStaticCall(args)
	return l.finishCall(c, fn, n, args, noreturn)
}

// finishCall emits a call and takes its result.
func (l *lowerer) finishCall(c *infer.Call, fn uint32, n *libclang.Node, args []value, noreturn bool) value {
	var out value
	if scalar(n.TKind) {
		t := l.temp()
		c.Dsts = append(c.Dsts, infer.Dst{Var: t})
		out = value{op: infer.VarOf(t), shared: true}
		if fn != 0 && isPointer(n.TKind) && l.onlyReads(fn) {
			out.text, out.inputs = l.callText(fn, args)
		}
	}
	l.emit(infer.Op{Kind: infer.OpCall, Dst: infer.NoVar, Call: c})
	if fn == 0 || !l.onlyReads(fn) {
		l.forgetAfterCall(c, args[:min(len(args), l.formatted(fn))], fn != 0 && l.Decl(fn).Flags&libclang.Defined != 0)
		if fn != 0 {
			l.forget(func(u infer.Var, x *variable) bool {
				return x.kind == placeVar && x.root == 0 && x.field != 0 && !leavesIn(c, u) && l.mayWrite(fn, x.field)
			})
		}
	}
	if noreturn {
		l.leave(infer.Term{Kind: infer.Unreachable})
		return out
	}
	if fn != 0 {
		for k, followed := 0, l.requires(fn); k < len(args) && followed>>k != 0; k++ {
			if followed>>k&1 != 0 {
				l.pointerUsed(args[k])
			}
		}
	}
	return out
}

// callText names what a function that only reads makes of its arguments, and what
// the name hangs on; "" where an argument has no name.
func (l *lowerer) callText(fn uint32, args []value) (string, []infer.Var) {
	var names []string
	var inputs []infer.Var
	for _, a := range args {
		if a.text == "" {
			return "", nil
		}
		names = append(names, a.text)
		inputs = union(inputs, a.inputs)
	}
	name := l.name(l.Decl(fn)) + "(" + strings.Join(names, ", ") + ")"
	if len(name) > maxText || len(args) == 0 {
		return "", nil
	}
	return name, inputs
}

// indirect works out what a call through a pointer calls.
func (l *lowerer) indirect(i int, c *infer.Call) {
	v := l.expr(i)
	name := ""
	switch k := l.strip(i); l.Nodes[k].Kind {
	case libclang.DeclRefExpr, libclang.MemberRefExpr:
		if d := l.Nodes[k].Decl; d != 0 {
			name = l.name(l.Decl(d))
		}
	}
	if name == "" {
		name = v.text
	}
	if name == "" {
		name = "function pointer"
	}
	if v.text != "" && strings.ContainsAny(v.text, ".>") {
		name = v.text
	}
	c.Text = name + "()"
	switch {
	case v.slot != "":
		c.Target = infer.Target{Kind: infer.SlotCall, Slot: v.slot}
	case v.op.Kind == infer.OperandFunc && l.trampoline(v.op.Func, c):
	case v.op.Kind == infer.OperandFunc:
		c.Target = infer.Target{Kind: infer.Direct, Func: v.op.Func}
	case v.op.Kind == infer.OperandVar:
		c.Target = infer.Target{Kind: infer.Indirect, Var: v.op.Var}
		l.indirectSlots = append(l.indirectSlots, c)
	default:
		c.Target = infer.Target{Kind: infer.Opaque}
	}
}

// held is a variable that holds a value.
func (l *lowerer) held(v value) infer.Operand {
	t := l.temp()
	l.set(t, v)
	return infer.VarOf(t)
}

// args lowers the arguments of a call; where the callee is in sight, it is told
// what they point at.
func (l *lowerer) args(c *infer.Call, fn uint32, nodes []int) []value {
	inSight := fn != 0 && l.Decl(fn).Flags&libclang.Defined != 0
	values := make([]value, len(nodes))
	for k, i := range nodes {
		v := l.expr(i)
		values[k] = v
		if v.slot != "" && l.Nodes[i].TKind == libclang.TypeFuncPtr {
			c.Args = append(c.Args, infer.Arg{Arg: k, Value: infer.SlotValue(v.slot)})
			continue
		}
		switch v.op.Kind {
		case infer.OperandConst, infer.OperandVar, infer.OperandFunc:
			c.Args = append(c.Args, infer.Arg{Arg: k, Value: v.op})
		default:
			if v.object {
				c.Args = append(c.Args, infer.Arg{Arg: k, Value: l.held(v)})
			}
		}
		if v.op.Kind == infer.OperandUnknown && v.object && !l.idle(fn) {
			// Code that hands on the address of a part of something has it.
			l.dereferenced(v.through)
		}
		if inSight {
			l.passPlaces(c, fn, k, v, l.Nodes[i].TKind, !l.onlyReads(fn))
		}
	}
	return values
}

// passPlaces notes that what an argument points at is passed along with it, and
// whether the callee may write there.
func (l *lowerer) passPlaces(c *infer.Call, fn uint32, arg int, v value, kind uint8, writes bool) {
	pass := func(base, path string, writes bool, p place) {
		l.argPlaces = append(l.argPlaces, argPlaces{c, arg, base, path, writes, fn, p.inputs, p.root})
	}
	switch {
	case v.addr != nil && v.addr.text != "":
		pass(v.addr.text+".", "*.", writes, *v.addr)
		pass(v.addr.text, "*", writes, *v.addr)
	case kind == libclang.TypePtr && v.text != "" && v.op.Kind == infer.OperandVar:
		pass(v.text+"->", "*.", writes, place{inputs: v.inputs})
		pass("*"+v.text, "*", writes, place{inputs: v.inputs})
	case kind == libclang.TypeRecord && v.text != "":
		pass(v.text+".", ".", false, place{inputs: v.inputs})
	}
}

// forgetAfterCall forgets what a call may have written: what it was given the
// address of, and the places this function writes below a pointer it was given.
// A callee in sight leaves the fields alone that keptByCallees says.
func (l *lowerer) forgetAfterCall(c *infer.Call, args []value, inSight bool) {
	for _, v := range args {
		if v.addr != nil {
			l.forgetUnder(*v.addr, func(u infer.Var, x *variable) bool {
				return leavesIn(c, u) || inSight && l.keptByCallees(x.field)
			})
			continue
		}
		if v.text == "" || v.op.Kind == infer.OperandConst {
			continue
		}
		base := v.text
		l.forget(func(u infer.Var, x *variable) bool {
			return x.kind == placeVar && !leavesIn(c, u) &&
				(x.written && (under(x.name, base) || x.name == "*"+base) || x.root != 0 && under(x.name, base))
		})
	}
	l.forget(func(u infer.Var, x *variable) bool {
		return x.global && x.written && !leavesIn(c, u) && !(x.flag && c.Target.Kind == infer.Direct) || x.root != 0 && l.escaped[x.root] && !l.keptByCallees(x.field)
	})
}

// formatted is the number of the first argument that a function of the printf
// family formats: those are only read. It is large for other functions.
func (l *unit) formatted(fn uint32) int {
	if fn == 0 {
		return math.MaxInt
	}
	value, _ := attribute(l.attrs(l.Decl(fn)), "format")
	kind, numbers, _ := strings.Cut(value, ",")
	_, first, _ := strings.Cut(numbers, ",")
	n, err := strconv.Atoi(strings.TrimSpace(first))
	if strings.Trim(kind, "_ ") != "printf" && strings.TrimSpace(kind) != "gnu_printf" || err != nil || n < 1 {
		return math.MaxInt
	}
	return n - 1
}

// onlyReads tells whether a function of this unit changes nothing that its
// caller can see: it assigns to nothing but its own variables, and calls nothing.
func (l *unit) onlyReads(fn uint32) bool {
	if r, ok := l.readers[fn]; ok {
		return r
	}
	d := l.Decl(fn)
	reads := d.NodeEnd > d.Node
	for i := int(d.Node); reads && i < int(d.NodeEnd); i++ {
		switch n := &l.Nodes[i]; n.Kind {
		case libclang.CallExpr:
			callee := uint32(0)
			if int(n.End) > i+1 {
				callee = l.callee(i + 1)
			}
			reads = callee != 0 && l.Decl(callee).Flags&libclang.Builtin != 0
		case libclang.AsmStmt:
			reads = false
		case libclang.BinaryOperator, libclang.CompoundAssign:
			if n.Kind == libclang.CompoundAssign || n.Op == libclang.Assign {
				reads = l.rootDecl(i+1) != 0
			}
		case libclang.UnaryOperator:
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec:
				reads = l.rootDecl(i+1) != 0
			}
		}
		if root := l.Nodes[i].Decl; reads && l.Nodes[i].Kind == libclang.DeclRefExpr && root != 0 {
			// Writing a global is seen by the caller; reading it is not worth
			// telling apart.
			reads = l.Decl(root).Kind != libclang.VarDecl || l.Decl(root).Flags&(libclang.Global|libclang.StaticLocal) == 0
		}
	}
	l.readers[fn] = reads
	return reads
}

// builtin lowers a call of a function the compiler knows.
func (l *lowerer) builtin(i int, fn uint32, args []int) value {
	name := l.name(l.Decl(fn))
	switch name {
	case "__builtin_unreachable", "__builtin_trap", "__builtin_abort", "__builtin_longjmp":
		l.leave(infer.Term{Kind: infer.Unreachable})
		return value{}
	case "__builtin_constant_p":
		// Not a constant here, but perhaps after inlining: both ways. The
		// argument is not evaluated.
		cur := l.cur
		l.cur = l.newBlock()
		v := l.expr(args[0])
		l.cur = cur
		return value{text: text("__builtin_constant_p(%s)", v.text), inputs: v.inputs}
	}
	pure := true
	texts := make([]string, 0, len(args))
	var inputs []infer.Var
	var values []value
	for _, k := range args {
		v := l.expr(k)
		values = append(values, v)
		pure = pure && v.text != "" && v.addr == nil
		texts = append(texts, v.text)
		inputs = union(inputs, v.inputs)
	}
	atomic := strings.HasPrefix(name, "__sync_") || strings.HasPrefix(name, "__atomic_")
	for k, v := range values {
		if v.addr != nil {
			l.forgetUnder(*v.addr, nil)
		}
		if atomic && k == 0 {
			l.pointerUsed(v)
		}
	}
	if !pure || len(args) == 0 {
		return value{}
	}
	return value{text: text("%s", name+"("+strings.Join(texts, ", ")+")"), inputs: inputs}
}

// runCleanup calls the cleanup function of a variable with its address.
func (l *lowerer) runCleanup(c cleanup) {
	p := l.declPlace(c.decl)
	fn := l.Decl(c.fn)
	call := &infer.Call{
		Target: infer.Target{Kind: infer.Direct, Func: l.function(c.fn)},
		Text:   l.name(fn) + "()",
	}
	address := addressOf(p)
	call.Args = append(call.Args, infer.Arg{Arg: 0, Value: l.held(address)})
	l.passPlaces(call, c.fn, 0, address, libclang.TypePtr, false)
	l.emit(infer.Op{Kind: infer.OpCall, Dst: infer.NoVar, Call: call})
}
