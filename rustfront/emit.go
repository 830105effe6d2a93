package rustfront

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"preemptck/infer"
)

// emit writes a unit as a function of the common program.
func (l *lowering) emit(u *unit) *infer.Func {
	e := &emitter{l: l, u: u, vars: map[ref]infer.Var{}}
	f := &infer.Func{ID: u.id, Symbol: u.symbol, Name: u.name, Pos: u.pos, Lang: infer.Rust,
		NoReturn: u.noReturn, Annotation: u.ann}
	e.f = f
	var needs []ref
	for r := range u.need {
		needs = append(needs, r)
	}
	sort.Slice(needs, func(i, j int) bool {
		if needs[i].local != needs[j].local {
			return needs[i].local < needs[j].local
		}
		return needs[i].path < needs[j].path
	})
	for _, r := range needs {
		e.vars[r] = infer.Var(len(f.Vars))
		f.Vars = append(f.Vars, u.varName(r))
		if r.local >= 1 && r.local <= u.nargs && !e.fixed(r) {
			f.Params = append(f.Params, infer.Param{Arg: r.local - 1, Path: r.path, Var: e.vars[r]})
		}
	}
	for p := range u.rets {
		f.Rets = append(f.Rets, p)
	}
	sort.Strings(f.Rets)
	for i := range u.blocks {
		f.Blocks = append(f.Blocks, e.block(&u.blocks[i], i == 0))
	}
	if len(f.Blocks) == 0 {
		f.Blocks = []infer.Block{{Term: infer.Term{Kind: infer.Unreachable, Pos: u.pos}}}
	}
	if an := u.ann; an != nil && !an.Unchecked && an.Expect != nil {
		// Callers are held to what the source says, too.
		ask := &infer.Annotation{Expect: an.Expect, Pos: an.Pos}
		f.Blocks[0].Ops = append([]infer.Op{{Kind: infer.OpCall, Pos: an.Pos, Dst: infer.NoVar,
			Call: &infer.Call{Target: infer.Target{Kind: infer.Opaque}, Text: u.name, Annotation: ask}}}, f.Blocks[0].Ops...)
	}
	return f
}

type emitter struct {
	l    *lowering
	u    *unit
	f    *infer.Func
	vars map[ref]infer.Var
}

// fixed tells whether a parameter has one value in this copy of the function.
func (e *emitter) fixed(r ref) bool {
	_, ok := e.u.consts[argPath{r.local - 1, r.path}]
	return ok
}

func (u *unit) varName(r ref) string {
	if n := u.names[r.local]; n != "" {
		return n + r.path
	}
	return fmt.Sprintf("_%d%s", r.local, r.path)
}

func (e *emitter) operand(v value) infer.Operand {
	switch v.kind {
	case constValue:
		s, ok := v.tree[""]
		switch {
		case !ok:
			return infer.Operand{}
		case s.fn != nil:
			return infer.FuncOf(s.fn.id)
		case s.sym != "":
			return infer.FuncOf(s.sym)
		}
		return infer.ConstOf(s.num)
	case refValue:
		r := e.u.canon(v.ref)
		if r.local >= 1 && r.local <= e.u.nargs {
			if s, ok := e.u.consts[argPath{r.local - 1, r.path}]; ok {
				return e.operand(value{kind: constValue, tree: map[string]scalar{"": s}})
			}
		}
		if x, ok := e.vars[r]; ok {
			return infer.VarOf(x)
		}
	}
	return infer.Operand{}
}

func (e *emitter) assign(b *infer.Block, pos infer.Pos, dst infer.Var, v value) {
	op := infer.Copy
	a := e.operand(v)
	if a.Kind == infer.OperandUnknown {
		op = infer.Unknown
	}
	if a.Kind == infer.OperandVar && a.Var == dst {
		return
	}
	b.Ops = append(b.Ops, infer.Op{Kind: infer.OpAssign, Pos: pos, Dst: dst, Expr: infer.Expr{Op: op, A: a}})
}

// below lists the variables below a tree, in order.
func (e *emitter) below(r ref) []string {
	ps := e.u.under(r)
	sort.Strings(ps)
	return ps
}

func (e *emitter) block(b *block, entry bool) infer.Block {
	var out infer.Block
	for i := range b.stmts {
		e.stmt(&out, &b.stmts[i])
	}
	t := &b.term
	out.Term = infer.Term{Pos: t.pos, To: t.to}
	switch t.kind {
	case termGoto:
		out.Term.Kind = infer.Goto
	case termUnreachable:
		out.Term.Kind = infer.Unreachable
	case termChoose:
		out.Term.Kind = infer.Choose
	case termReturn:
		out.Term.Kind = infer.Return
		for _, p := range e.f.Rets {
			out.Term.Values = append(out.Term.Values, e.operand(tree(retRef(p))))
		}
	case termSwitch:
		out.Term.Cond = e.operand(t.cond)
		if out.Term.Cond.Kind == infer.OperandUnknown {
			out.Term.Kind = infer.Choose
			break
		}
		out.Term.Kind = infer.Switch
		for _, c := range t.cases {
			out.Term.Ranges = append(out.Term.Ranges, infer.Interval{Lo: c, Hi: c})
		}
	case termCall:
		e.call(&out, t)
		out.Term.Kind = infer.Goto
		if len(t.to) == 0 {
			out.Term.Kind = infer.Unreachable
		}
	}
	return out
}

func (e *emitter) stmt(b *infer.Block, s *stmt) {
	switch s.kind {
	case storeSlot:
		a := e.operand(s.vals[0])
		if a.Kind == infer.OperandConst && a.Const == 0 {
			return
		}
		if a.Kind == infer.OperandFunc || a.Kind == infer.OperandVar {
			b.Ops = append(b.Ops, infer.Op{Kind: infer.OpStore, Pos: s.pos, Slot: s.slot, Expr: infer.Expr{Op: infer.Copy, A: a}})
		}
	case assignOp:
		dst, ok := e.vars[e.u.canon(s.dst)]
		if !ok {
			return
		}
		ex := infer.Expr{Op: s.op}
		if len(s.vals) > 0 {
			ex.A = e.operand(s.vals[0])
		}
		if len(s.vals) > 1 {
			ex.B = e.operand(s.vals[1])
		}
		if ex.A.Kind == infer.OperandUnknown && (len(s.vals) < 2 || s.op != infer.And && s.op != infer.Or) {
			ex = infer.Expr{}
		}
		b.Ops = append(b.Ops, infer.Op{Kind: infer.OpAssign, Pos: s.pos, Dst: dst, Expr: ex})
	case assignTree:
		dst := e.u.canon(s.dst)
		v := s.vals[0]
		if v.kind == refValue && e.u.canon(v.ref).local == dst.local && e.u.canon(v.ref) != dst {
			v = value{} // the trees may overlap
		}
		for _, p := range e.below(dst) {
			e.assign(b, s.pos, e.vars[dst.at(p)], v.sub(p))
		}
	}
}

func (e *emitter) call(b *infer.Block, t *term) {
	c := t.call
	ic := &infer.Call{Text: c.text, Drop: c.drop, Generic: c.generic, Annotation: c.ann}
	switch {
	case c.callee != nil:
		ic.Target = infer.Target{Kind: infer.Direct, Func: c.callee.id}
		for _, p := range c.callee.sortedParams() {
			if v, ok := c.arg(p); ok {
				if o := e.operand(v); o.Kind != infer.OperandUnknown {
					ic.Args = append(ic.Args, infer.Arg{Arg: p.arg, Path: p.path, Value: o})
				}
			}
		}
	case c.symbol != "":
		ic.Target = infer.Target{Kind: infer.Direct, Func: c.symbol}
	case c.slot != "":
		ic.Target = infer.Target{Kind: infer.SlotCall, Slot: c.slot}
	case c.indirect != nil:
		switch o := e.operand(*c.indirect); o.Kind {
		case infer.OperandVar:
			ic.Target = infer.Target{Kind: infer.Indirect, Var: o.Var}
		case infer.OperandFunc:
			ic.Target = infer.Target{Kind: infer.Direct, Func: o.Func}
		default:
			ic.Target = infer.Target{Kind: infer.Opaque}
			e.l.unresolved(t.pos, c.text, "its value is not known")
		}
	default:
		ic.Target = infer.Target{Kind: infer.Opaque}
	}
	if c.callee == nil {
		for _, a := range c.scalars {
			if o := e.operand(a.val); o.Kind != infer.OperandUnknown {
				ic.Args = append(ic.Args, infer.Arg{Arg: a.index, Path: a.prefix, Value: o})
			}
		}
	}
	if c.hasDst {
		dst := e.u.canon(c.dst)
		for _, p := range e.below(dst) {
			ic.Dsts = append(ic.Dsts, infer.Dst{Path: p, Var: e.vars[dst.at(p)]})
		}
	}
	if c.callee != nil {
		for _, o := range c.outs {
			at := e.u.canon(o.tree)
			for _, p := range e.below(at) {
				ic.Dsts = append(ic.Dsts, infer.Dst{Path: outPath(o.arg, p), Var: e.vars[at.at(p)]})
			}
		}
	}
	b.Ops = append(b.Ops, infer.Op{Kind: infer.OpCall, Pos: t.pos, Call: ic, Dst: infer.NoVar})
	for _, k := range c.kills {
		k = e.u.canon(k).known()
		for _, p := range e.below(k) {
			e.assign(b, t.pos, e.vars[k.at(p)], value{})
		}
	}
}

func (u *unit) sortedParams() []argPath {
	var out []argPath
	for p := range u.params {
		if _, fixed := u.consts[p]; !fixed {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, comparePaths)
	return out
}

func comparePaths(a, b argPath) int {
	return cmp.Or(cmp.Compare(a.arg, b.arg), strings.Compare(a.path, b.path))
}
