package rustfront

import (
	"fmt"
	"slices"
	"sort"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

func (t *translator) term(b *mir.Block, tm *mir.Term) term {
	pos := t.pos(&tm.Source)
	goTo := func(n int) term {
		if n < 0 || n >= len(t.body.Blocks) {
			return term{kind: termUnreachable, pos: pos}
		}
		return term{kind: termGoto, pos: pos, to: []int{n}}
	}
	switch tm.Kind {
	case mir.TermGoto, mir.TermAssert, mir.TermFalseEdge, mir.TermFalseUnwind:
		return goTo(tm.Target)
	case mir.TermYield:
		return goTo(tm.Target)
	case mir.TermSwitch:
		return t.switchTerm(tm, pos)
	case mir.TermReturn:
		return term{kind: termReturn, pos: pos}
	case mir.TermDrop:
		return t.dropTerm(tm, pos)
	case mir.TermCall:
		return t.callTerm(b, tm, pos)
	case mir.TermTailCall:
		return t.tailCall(b, tm, pos)
	case mir.TermAsm:
		if tm.Target >= 0 && len(tm.Targets) == 0 {
			return goTo(tm.Target)
		}
		to := append([]int(nil), tm.Targets...)
		if tm.Target >= 0 {
			to = append(to, tm.Target)
		}
		if len(to) == 0 {
			return term{kind: termUnreachable, pos: pos}
		}
		return term{kind: termChoose, pos: pos, to: to}
	case mir.TermUnknown:
		// It may be a call of anything.
		t.l.unresolved(pos, "a terminator", "it is not understood: "+tm.Text)
		out := term{kind: termCall, pos: pos, call: &call{}}
		if len(tm.Targets) > 0 {
			on := block{term: term{kind: termChoose, pos: pos, to: append([]int(nil), tm.Targets...)}}
			out.to = []int{t.l.extra(t.u, on, len(t.body.Blocks))}
		}
		return out
	}
	return term{kind: termUnreachable, pos: pos}
}

func (t *translator) switchTerm(tm *mir.Term, pos infer.Pos) term {
	out := term{kind: termSwitch, pos: pos, cond: t.operand(&tm.Cond)}
	at := t.operandType(&tm.Cond)
	for _, c := range tm.Cases {
		out.cases = append(out.cases, fit(int64(c.Bits), at))
		out.to = append(out.to, c.Target)
	}
	if n, ok := t.fixed(out.cond, 0); ok {
		to := tm.Target
		for i, c := range out.cases {
			if c == n {
				to = out.to[i]
				break
			}
		}
		if to < 0 {
			return term{kind: termUnreachable, pos: pos}
		}
		return term{kind: termGoto, pos: pos, to: []int{to}}
	}
	other := tm.Target
	if other < 0 {
		other = len(t.body.Blocks) // beyond the last: nothing else can be
		t.l.spare(t.u)
	}
	out.to = append(out.to, other)
	return out
}

func (t *translator) callTerm(b *mir.Block, tm *mir.Term, pos infer.Pos) term {
	out := term{kind: termCall, pos: pos}
	if tm.Target >= 0 && tm.Target < len(t.body.Blocks) {
		out.to = []int{tm.Target}
	}
	c := &call{}
	out.call = c
	if tm.Place != nil {
		if c.dst = t.place(tm.Place); containsUnknownStep(c.dst.path) {
			c.kills = append(c.kills, c.dst)
		} else {
			c.hasDst = true
		}
	}
	for i := range tm.Args {
		c.args = append(c.args, argument{index: i, val: t.operand(&tm.Args[i])})
		for _, p := range t.l.scalarPaths(t.operandType(&tm.Args[i])) {
			c.scalars = append(c.scalars, argument{index: i, val: t.operand(&tm.Args[i]).sub(p)})
		}
		if p := tm.Args[i].Place; p != nil {
			c.kills = append(c.kills, t.killsOf(p.Local)...)
		}
	}
	return t.resolveCall(out, tm, pos)
}

// tailCall is a call whose result is returned.
func (t *translator) tailCall(b *mir.Block, tm *mir.Term, pos infer.Pos) term {
	u := *tm
	u.Place = &mir.Place{Local: 0}
	u.Target = len(t.body.Blocks)
	out := t.callTerm(b, &u, pos)
	out.to = []int{t.l.extra(t.u, block{term: term{kind: termReturn, pos: pos}}, len(t.body.Blocks))}
	return out
}

// killsOf are the places that a callee may write through a local.
func (t *translator) killsOf(local int) []ref {
	var out []ref
	for _, r := range t.taint[local] {
		for _, part := range t.reachable(local, r) {
			if !slices.Contains(out, part) {
				out = append(out, part)
			}
		}
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].local < out[j].local || out[i].local == out[j].local && out[i].path < out[j].path
	})
	return out
}

func (t *translator) resolveCall(out term, tm *mir.Term, pos infer.Pos) term {
	c := out.call
	item := t.u.inst.CallItem(tm)
	if item.Kind == ty.FnPtr {
		return t.pointerCall(out, t.operand(&tm.Func), tm.Func.Place, item)
	}
	c.text = t.l.callText(item)
	callee, err := t.l.w.mono.Resolve(item)
	if err != nil {
		if len(out.to) == 0 {
			return term{kind: termUnreachable, pos: pos}
		}
		t.l.unresolved(pos, c.text, err.Error())
		return out
	}
	return t.connect(out, callee, tm, item)
}

// outputs finds the arguments that are plain mutable references to one place:
// what the callee leaves there comes back as a result, and need not be forgotten.
func (t *translator) outputs(c *call, tm *mir.Term) {
	for i := range tm.Args {
		p := tm.Args[i].Place
		if p == nil || len(p.Proj) != 0 {
			continue
		}
		at := t.localType(p.Local)
		if at.Kind != ty.Ref && at.Kind != ty.Ptr || !at.Mut {
			continue
		}
		target := t.u.canon(ref{p.Local, "*"})
		if target.local == p.Local && (p.Local < 1 || p.Local > t.u.nargs) || containsUnknownStep(target.path) {
			continue
		}
		// Only where nothing but this argument may reach the place.
		var kept []ref
		found, others := false, 0
		for _, k := range c.kills {
			switch {
			case k == target && !found:
				found = true
			case k == target || k.local == target.local:
				others++
				kept = append(kept, k)
			default:
				kept = append(kept, k)
			}
		}
		if found && others == 0 {
			c.kills = kept
			c.outs = append(c.outs, output{i, target})
		}
	}
}

// connect makes the call of what was resolved.
func (t *translator) connect(out term, callee *mono.Callee, tm *mir.Term, item *ty.Type) term {
	c := out.call
	if callee.Spread {
		t.spreadArgs(c, callee, tm)
	}
	switch callee.Kind {
	case mono.Builtin:
		return t.builtin(out, item)
	case mono.Extern:
		c.symbol = callee.Symbol
		c.text = "bindings::" + lastName(item.Name)
		t.l.declare(callee)
		t.l.resolved()
		c.ann = t.l.foreignAnnotation(callee, item)
	case mono.FnValue:
		return t.pointerCall(out, t.operand(&tm.Args[0]), tm.Args[0].Place, item.Args[0])
	case mono.Virtual:
		t.l.virtualCall(c, callee, out.pos)
	case mono.Dependent:
		t.l.dependent(t.u, c)
		if callee.Method != nil {
			c.ann = t.l.w.annotationAt(firstName(callee.Item.Trait), callee.Method.Pos)
		}
	case mono.AnyOf:
		fit := t.fitting(callee.Options, tm)
		if len(fit) == 1 {
			return t.connect(out, fit[0], tm, item)
		}
		return t.anyOf(out, fit)
	case mono.DropInPlace:
		if !t.l.w.mono.NeedsDrop(callee.Type) {
			return next(out)
		}
		d := t.l.dropCall(t.u, callee.Type, c.args[0].val.sub("*"), out.pos)
		d.kills = c.kills
		out.call = d
	case mono.Body, mono.Shim:
		if !callee.Spread {
			t.outputs(c, tm)
		}
		if len(out.to) == 0 && callee.Inst.Crate == "core" {
			return term{kind: termUnreachable, pos: out.pos}
		}
		if v, ok := t.computed(c, callee); ok && len(out.to) > 0 {
			b := block{stmts: []stmt{{kind: assignTree, pos: out.pos, dst: c.dst, vals: []value{v}}}, term: term{kind: termGoto, pos: out.pos, to: out.to}}
			return term{kind: termGoto, pos: out.pos, to: []int{t.l.extra(t.u, b, len(t.body.Blocks))}}
		}
		if op, ok := t.comparedVariant(c, item); ok && len(out.to) > 0 {
			t.l.unitFor(callee.Inst, false) // it is called all the same
			b := block{stmts: []stmt{{kind: assignOp, pos: out.pos, dst: c.dst, op: op,
				vals: []value{c.args[0].val.sub("*#"), c.args[1].val.sub("*#")}}}, term: term{kind: termGoto, pos: out.pos, to: out.to}}
			return term{kind: termGoto, pos: out.pos, to: []int{t.l.extra(t.u, b, len(t.body.Blocks))}}
		}
		if isSwap(item) && len(c.args) == 2 && len(out.to) > 0 {
			return t.swap(out)
		}
		known := t.functionArgs(c)
		if len(known) == 0 {
			known = t.constArgs(c, callee.Inst)
		}
		c.callee = t.l.copyFor(t.l.unitFor(callee.Inst, false), known)
		c.callee.callers[t.u] = true
		t.l.resolved()
		if callee.Kind == mono.Shim && t.l.w.mono.NeedsDrop(callee.Type) && len(out.to) > 0 {
			// Called by value: what the closure captured is dropped afterwards.
			d := t.l.dropCall(t.u, callee.Type, t.operand(&tm.Args[0]), out.pos)
			d.text = "drop of what the closure captured"
			out.to = []int{t.l.extra(t.u, block{term: term{kind: termCall, pos: out.pos, call: d, to: out.to}}, len(t.body.Blocks))}
		}
	}
	return out
}

// anyOf calls one of several functions.
func (t *translator) anyOf(out term, options []*mono.Callee) term {
	n := len(t.body.Blocks)
	choose := term{kind: termChoose, pos: out.pos}
	for _, o := range options {
		c := *out.call
		c.callee = t.l.unitFor(o.Inst, false)
		c.callee.callers[t.u] = true
		b := block{term: term{kind: termCall, pos: out.pos, call: &c, to: out.to}}
		choose.to = append(choose.to, t.l.extra(t.u, b, n))
	}
	t.l.resolved()
	return choose
}

// fitting keeps the callees whose parameters have the types of the arguments.
func (t *translator) fitting(options []*mono.Callee, tm *mir.Term) []*mono.Callee {
	var kept []*mono.Callee
	for _, o := range options {
		body, err := o.Inst.Body()
		if err != nil || len(body.Args) != len(tm.Args) {
			continue
		}
		fits := true
		for i := range body.Args {
			want, have := o.Inst.Type(body.Args[i].Type), t.operandType(&tm.Args[i])
			fits = fits && (want.IsOpen() || have.IsOpen() || want.Kind == ty.Unknown || have.Kind == ty.Unknown || want.Key() == have.Key())
		}
		if fits {
			kept = append(kept, o)
		}
	}
	if len(kept) == 0 {
		return options
	}
	return kept
}

// next turns a call that does nothing into a step to its successor.
func next(out term) term {
	if len(out.to) == 0 {
		return term{kind: termUnreachable, pos: out.pos}
	}
	return term{kind: termGoto, pos: out.pos, to: out.to}
}

// spreadArgs turns the arguments of a call through an Fn trait, (f, (a, b)),
// into those of the function itself.
func (t *translator) spreadArgs(c *call, callee *mono.Callee, tm *mir.Term) {
	if len(tm.Args) != 2 {
		return
	}
	f, tuple := t.operand(&tm.Args[0]), t.operand(&tm.Args[1])
	c.args = nil
	first := 0
	if callee.Self {
		prefix := ""
		if callee.ByRef {
			prefix = "*"
		}
		c.args = append(c.args, argument{index: 0, prefix: prefix, val: f})
		first = 1
	}
	at := t.operandType(&tm.Args[1])
	c.scalars = nil
	for i := range at.Args {
		v := tuple.sub(fmt.Sprintf(".%d", i))
		c.args = append(c.args, argument{index: first + i, val: v})
		for _, p := range t.l.scalarPaths(at.Args[i]) {
			c.scalars = append(c.scalars, argument{index: i, val: v.sub(p)})
		}
	}
}
