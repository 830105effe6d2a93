package cfront

import (
	"slices"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// finish turns what was lowered into the function: jumps are resolved, marks
// become assignments, and what can never matter is left out.
func (l *lowerer) finish() {
	l.resolveGotos()
	l.slotCalls()
	l.passFields()
	l.outParams()
	l.ownFlags()
	l.cut()
	needed := l.needed()
	l.forgetRetested()
	l.forgetInLoops(needed)
	l.settle(needed)
	l.dropNull()
	l.build()
}

// slotCalls makes calls of a local function pointer that only ever holds what
// one slot holds into calls of that slot.
func (l *lowerer) slotCalls() {
	for _, c := range l.indirectSlots {
		v := c.Target.Var
		x := &l.vars[v]
		if x.kind != localVar || l.taken[x.root] > 0 || l.Decl(x.root).Kind == libclang.ParmDecl || len(l.slots[v]) != 1 {
			continue
		}
		for slot := range l.slots[v] {
			if slot != "" {
				c.Target = infer.Target{Kind: infer.SlotCall, Slot: slot}
			}
		}
	}
}

// splitPlace cuts the last field off the name of a place: "p->f" into "p->"
// and "f".
func splitPlace(name string) (base, field string, ok bool) {
	k := len(name)
	for k > 0 && isWord(name[k-1]) {
		k--
	}
	if k == 0 || k == len(name) || name[k-1] != '.' && !strings.HasSuffix(name[:k], "->") {
		return "", "", false
	}
	return name[:k], name[k:], true
}

// passFields passes the known fields of what arguments point at, and takes the
// function's own parameters apart likewise.
func (l *lowerer) passFields() {
	type member struct {
		v     infer.Var
		field string
	}
	members := map[string][]member{}
	for v := range l.vars {
		// Nothing is ever known of a local whose address was kept.
		if x := &l.vars[v]; x.kind == placeVar && !(x.root != 0 && l.escaped[x.root]) {
			if base, field, ok := splitPlace(x.name); ok {
				members[base] = append(members[base], member{infer.Var(v), field})
			}
		}
	}
	for _, a := range l.argPlaces {
		for _, m := range l.testedBelow(a) {
			base := a.base
			if !slices.ContainsFunc(members[base], func(k member) bool { return k.field == m.name }) && len(base)+len(m.name) <= maxText {
				v := l.placeVar(place{text: base + m.name, inputs: a.inputs, field: m.field, root: a.root})
				members[base] = append(members[base], member{v, m.name})
			}
		}
	}
	for _, a := range l.argPlaces {
		if a.path == "*" {
			if v, ok := l.byName[a.base]; ok && l.vars[v].kind != pseudoVar && !(l.vars[v].root != 0 && l.escaped[l.vars[v].root]) && l.tracked(v) {
				a.call.Args = append(a.call.Args, infer.Arg{Arg: a.arg, Path: "*", Value: infer.VarOf(v)})
				if a.written && !l.keptByCallees(l.vars[v].field) {
					l.takeBack(a.call, leftBehind(a.arg), v)
				}
			}
			continue
		}
		for _, m := range members[a.base] {
			a.call.Args = append(a.call.Args, infer.Arg{Arg: a.arg, Path: a.path + m.field, Value: infer.VarOf(m.v)})
			if a.written && a.path == "*." && a.fn != 0 && l.mayWrite(a.fn, l.vars[m.v].field) {
				l.takeBack(a.call, leftBehind(a.arg)+"."+m.field, m.v)
			}
		}
	}
	l.passSame()
	arg := 0
	for i := int(l.decl.Node); i < int(l.decl.NodeEnd); i = int(l.Nodes[i].End) {
		if l.Nodes[i].Kind != libclang.ParmDecl {
			continue
		}
		d := l.Decl(l.Nodes[i].Decl)
		name := l.vars[l.local(l.Nodes[i].Decl)].name
		switch d.TKind {
		case libclang.TypePtr:
			if v, ok := l.byName["*"+name]; ok && l.vars[v].kind == placeVar {
				l.fn.Params = append(l.fn.Params, infer.Param{Arg: arg, Path: "*", Var: v})
			}
			for _, m := range members[name+"->"] {
				l.fn.Params = append(l.fn.Params, infer.Param{Arg: arg, Path: "*." + m.field, Var: m.v})
				if f := l.vars[m.v].field; f != 0 && l.isSmall(l.id) {
					l.below[l.id] = append(l.below[l.id], fieldBelow{arg, m.field, f})
				}
			}
		case libclang.TypeRecord:
			for _, m := range members[name+"."] {
				l.fn.Params = append(l.fn.Params, infer.Param{Arg: arg, Path: "." + m.field, Var: m.v})
			}
		}
		arg++
	}
}

// fieldBelow is a field of what an argument points at that a function looks at.
type fieldBelow struct {
	arg   int
	name  string
	field uint32
}

// maxSmall bounds, in nodes of the syntax tree, the functions whose fields their
// callers know, too: predicates (`bool idle(struct dev *d) { return !d->users; }`)
// and the like.
const maxSmall = 60

func (l *unit) isSmall(fn uint32) bool {
	d := l.Decl(fn)
	return d.NodeEnd > d.Node && d.NodeEnd-d.Node <= maxSmall
}

// testedBelow lists the fields that a small callee looks at below an argument.
func (l *lowerer) testedBelow(a argPlaces) []fieldBelow {
	if a.path != "*." || a.fn == 0 || a.root != 0 && l.escaped[a.root] || !l.isSmall(a.fn) || l.isBroken(l.Decl(a.fn)) {
		return nil
	}
	l.lowerOnce(a.fn)
	return slices.DeleteFunc(slices.Clone(l.below[a.fn]), func(f fieldBelow) bool { return f.arg != a.arg })
}

// tracked tells whether a variable can hold a scalar: a structure has a
// variable too, for what its text is part of.
func (l *lowerer) tracked(v infer.Var) bool {
	x := &l.vars[v]
	return x.kind != localVar || scalar(l.Decl(x.root).TKind)
}

// cut drops the blocks that nothing reaches.
func (l *lowerer) cut() {
	seen := make([]bool, len(l.blocks))
	stack := []int{0}
	seen[0] = true
	for len(stack) > 0 {
		b := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, to := range l.blocks[b].term.To {
			if !seen[to] {
				seen[to] = true
				stack = append(stack, to)
			}
		}
	}
	for b := range l.blocks {
		if !seen[b] {
			l.blocks[b] = block{term: infer.Term{Kind: infer.Unreachable}}
		}
	}
}

// needed marks the variables that a branch, call, store or return may depend on.
func (l *lowerer) needed() []bool {
	need := make([]bool, len(l.vars))
	var work []infer.Var
	mark := func(o infer.Operand) {
		if o.Kind == infer.OperandVar && !need[o.Var] {
			need[o.Var] = true
			work = append(work, o.Var)
		}
	}
	from := map[infer.Var][]infer.Operand{}
	for b := range l.blocks {
		for k := range l.blocks[b].ops {
			o := &l.blocks[b].ops[k]
			switch {
			case o.forget != nil, o.used:
			case o.Kind == infer.OpAssign:
				from[o.Dst] = append(from[o.Dst], o.Expr.A, o.Expr.B)
			case o.Kind == infer.OpStore:
				mark(o.Expr.A)
			case o.Kind == infer.OpCall:
				for _, a := range o.Call.Args {
					mark(a.Value)
				}
				if o.Call.Target.Kind == infer.Indirect {
					mark(infer.VarOf(o.Call.Target.Var))
				}
			}
		}
		mark(l.blocks[b].term.Cond)
		for _, v := range l.blocks[b].term.Values {
			mark(v)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for _, o := range from[v] {
			mark(o)
		}
	}
	return need
}

// settle replaces the marks by assignments to the variables they mean, and adds
// those that assignments to the inputs of places and conditions entail.
func (l *lowerer) settle(need []bool) {
	dependents := make([][]infer.Var, len(l.vars))
	for v := range l.vars {
		if !need[v] {
			continue
		}
		for _, u := range l.vars[v].inputs {
			if d := dependents[u]; u != infer.Var(v) && (len(d) == 0 || d[len(d)-1] != infer.Var(v)) {
				dependents[u] = append(d, infer.Var(v))
			}
		}
	}
	for b := range l.blocks {
		var out []op
		lost := map[infer.Var]bool{} // already unknown at this point
		unknown := func(pos infer.Pos, v infer.Var) {
			if lost[v] {
				return
			}
			lost[v] = true
			out = append(out, op{Op: infer.Op{Kind: infer.OpAssign, Pos: pos, Dst: v, Expr: infer.Expr{Op: infer.Unknown}}})
		}
		for _, o := range l.blocks[b].ops {
			if o.forget != nil {
				for v := range l.vars {
					if x := &l.vars[v]; x.kind == tempVar || !o.forget(infer.Var(v), x) {
						continue
					}
					if need[v] && o.zero {
						delete(lost, infer.Var(v))
						out = append(out, op{Op: infer.Op{Kind: infer.OpAssign, Pos: o.Pos, Dst: infer.Var(v), Expr: infer.Expr{Op: infer.Copy, A: infer.ConstOf(0)}}})
					} else if need[v] {
						unknown(o.Pos, infer.Var(v))
					}
					for _, d := range dependents[v] {
						unknown(o.Pos, d)
					}
				}
				continue
			}
			if o.used {
				if x := &l.vars[o.Dst]; need[o.Dst] || x.kind == localVar && l.Decl(x.root).Kind == libclang.ParmDecl {
					out = append(out, o)
				}
				continue
			}
			switch o.Kind {
			case infer.OpAssign:
				switch {
				case !need[o.Dst]:
				case o.Expr.Op == infer.Unknown:
					unknown(o.Pos, o.Dst)
				default:
					delete(lost, o.Dst)
					out = append(out, o)
				}
				for _, d := range dependents[o.Dst] {
					unknown(o.Pos, d)
				}
			case infer.OpCall:
				keep := o.Call.Dsts[:0:0]
				for _, d := range o.Call.Dsts {
					if need[d.Var] {
						keep = append(keep, d)
					}
				}
				dsts := o.Call.Dsts
				o.Call.Dsts = keep
				out = append(out, o)
				for _, x := range dsts {
					delete(lost, x.Var)
					for _, d := range dependents[x.Var] {
						unknown(o.Pos, d)
					}
				}
			default:
				out = append(out, o)
			}
		}
		l.blocks[b].ops = out
	}
}
