package rustfront

import (
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
)

// Constants that only their bodies tell are computed, and so are calls of them.

// computed is the result of a call whose arguments are constants and that calls
// nothing foreign: `GFP_ATOMIC | __GFP_NOWARN` is a call of an operator's method.
func (t *translator) computed(c *call, callee *mono.Callee) (value, bool) {
	if !c.hasDst || len(c.args) == 0 || len(c.kills) > 0 || callee.Kind != mono.Body || callee.Spread {
		return value{}, false
	}
	args := map[ref]scalar{}
	for _, a := range c.args {
		v := t.settled(a.val, 0)
		if v.kind != constValue || len(v.tree) == 0 {
			return value{}, false
		}
		for p, s := range v.tree {
			if s.fn != nil || s.sym != "" {
				return value{}, false
			}
			args[ref{a.index + 1, a.prefix + p}] = s
		}
	}
	body, err := callee.Inst.Body()
	if err != nil || len(body.Blocks) > maxComputed {
		return value{}, false
	}
	u := t.l.unitFor(callee.Inst, false)
	t.l.build(u)
	if u.stores {
		return value{}, false
	}
	ev := &evaluation{l: t.l, steps: 200, pure: true}
	v := ev.run(u, args, 0)
	return v, v.kind == constValue && len(v.tree) > 0 && !ev.failed
}

// maxComputed bounds the functions that are tried to be computed.
const maxComputed = 12

// settled is a value that is the same on every path, as a constant.
func (t *translator) settled(v value, depth int) value {
	if v.kind != refValue || depth > 8 {
		return v
	}
	r := t.u.canon(v.ref)
	s := t.only[r.local]
	if s != nil && s.Rvalue.Kind == mir.RvRef && s.Rvalue.Ref == mir.RefShared {
		if at := t.place(s.Rvalue.Place); at.local != r.local {
			return under("*", t.settled(tree(at), depth+1)).sub(r.path)
		}
		return value{}
	}
	if s == nil || s.Rvalue.Kind != mir.RvUse && s.Rvalue.Kind != mir.RvAggregate && s.Rvalue.Kind != mir.RvCast {
		return value{}
	}
	out := map[string]scalar{}
	for _, st := range t.assign(s, ref{local: r.local}) {
		if st.kind != assignTree || st.dst.local != r.local {
			return value{}
		}
		v := t.settled(st.vals[0], depth+1)
		if v.kind != constValue && (st.vals[0].kind != unknownValue || st.dst.path != "") {
			return value{}
		}
		for p, c := range v.tree {
			out[st.dst.path+p] = c
		}
	}
	return value{kind: constValue, tree: out}.sub(r.path)
}

// evaluation executes flows whose inputs are known.
type evaluation struct {
	l     *lowering
	steps int
	// pure evaluations fail at a call that may do more than compute.
	pure, failed bool
}

// run executes a unit and returns the tree of its result.
func (ev *evaluation) run(u *unit, args map[ref]scalar, depth int) value {
	env := map[ref]scalar{}
	for r, s := range args {
		env[r] = s
	}
	if depth > 20 {
		return value{}
	}
	at := 0
	for ev.steps > 0 && at < len(u.blocks) {
		ev.steps--
		b := &u.blocks[at]
		for i := range b.stmts {
			ev.stmt(u, env, &b.stmts[i])
		}
		switch t := &b.term; t.kind {
		case termGoto:
			at = t.to[0]
		case termSwitch:
			v, ok := ev.get(u, env, t.cond)
			if !ok {
				return value{}
			}
			at = t.to[len(t.to)-1]
			for i, c := range t.cases {
				if v.num == c {
					at = t.to[i]
					break
				}
			}
		case termCall:
			ev.call(u, env, t.call, depth)
			if len(t.to) == 0 {
				return value{}
			}
			at = t.to[0]
		case termReturn:
			return value{kind: constValue, tree: ev.tree(u, env, ref{0, ""}, 0)}
		default:
			return value{}
		}
	}
	return value{}
}

// tree collects what is known below a place, through references too.
func (ev *evaluation) tree(u *unit, env map[ref]scalar, r ref, depth int) map[string]scalar {
	r = u.canon(r)
	out := map[string]scalar{}
	for k, s := range env {
		if rest, ok := strings.CutPrefix(k.path, r.path); ok && k.local == r.local && wholeStep(rest) {
			out[rest] = s
		}
	}
	if target, ok := u.alias[r.local]; ok && r.path == "" && depth < 4 {
		for p, s := range ev.tree(u, env, target, depth+1) {
			out["*"+p] = s
		}
	}
	return out
}

func (ev *evaluation) get(u *unit, env map[ref]scalar, v value) (scalar, bool) {
	switch v.kind {
	case constValue:
		s, ok := v.tree[""]
		return s, ok
	case refValue:
		s, ok := env[u.canon(v.ref)]
		return s, ok
	}
	return scalar{}, false
}

func (ev *evaluation) assign(u *unit, env map[ref]scalar, dst ref, v value) {
	var t map[string]scalar
	switch v.kind {
	case constValue:
		t = v.tree
	case refValue:
		t = ev.tree(u, env, v.ref, 0)
	}
	dst = u.canon(dst)
	for k := range env {
		if rest, ok := strings.CutPrefix(k.path, dst.path); ok && k.local == dst.local && wholeStep(rest) {
			delete(env, k)
		}
	}
	for p, s := range t {
		env[dst.at(p)] = s
	}
}

func (ev *evaluation) stmt(u *unit, env map[ref]scalar, s *stmt) {
	switch s.kind {
	case assignTree:
		ev.assign(u, env, s.dst, s.vals[0])
	case assignOp:
		a, aok := ev.get(u, env, s.vals[0])
		b, bok := scalar{}, true
		if len(s.vals) > 1 {
			b, bok = ev.get(u, env, s.vals[1])
		}
		if n, ok := fold(s.op, a.num, b.num); ok && aok && bok {
			ev.assign(u, env, s.dst, number(n))
		} else {
			ev.assign(u, env, s.dst, value{})
		}
	}
}

func (ev *evaluation) call(u *unit, env map[ref]scalar, c *call, depth int) {
	var v value
	if c.callee == nil || c.callee.ann != nil {
		ev.failed = ev.failed || ev.pure
	}
	if c.callee != nil {
		ev.l.build(c.callee)
		ev.failed = ev.failed || ev.pure && c.callee.stores
		args := map[ref]scalar{}
		for _, a := range c.args {
			var t map[string]scalar
			switch a.val.kind {
			case constValue:
				t = a.val.tree
			case refValue:
				t = ev.tree(u, env, a.val.ref, 0)
			}
			for p, s := range t {
				args[ref{a.index + 1, a.prefix + p}] = s
			}
		}
		v = ev.run(c.callee, args, depth+1)
	}
	if c.hasDst {
		ev.assign(u, env, c.dst, v)
	}
	for _, k := range c.kills {
		ev.assign(u, env, u.canon(k).known(), value{})
	}
}

// fold computes an operator over numbers.
func fold(op infer.ExprOp, a, b int64) (int64, bool) {
	truth := func(ok bool) (int64, bool) {
		if ok {
			return 1, true
		}
		return 0, true
	}
	switch op {
	case infer.Copy:
		return a, true
	case infer.And:
		return a & b, true
	case infer.Or:
		return a | b, true
	case infer.Not:
		return truth(a == 0)
	case infer.Bool:
		return truth(a != 0)
	case infer.Eq:
		return truth(a == b)
	case infer.Ne:
		return truth(a != b)
	case infer.Lt:
		return truth(a < b)
	case infer.Le:
		return truth(a <= b)
	case infer.Gt:
		return truth(a > b)
	case infer.Ge:
		return truth(a >= b)
	case infer.ULt:
		return truth(uint64(a) < uint64(b))
	case infer.ULe:
		return truth(uint64(a) <= uint64(b))
	case infer.UGt:
		return truth(uint64(a) > uint64(b))
	case infer.UGe:
		return truth(uint64(a) >= uint64(b))
	case infer.Add:
		return a + b, true
	case infer.Sub:
		return a - b, true
	}
	return 0, false
}
