package cfront

import (
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// leftBehind is the path of what a function leaves behind its arg-th argument.
func leftBehind(arg int) string { return "&" + strconv.Itoa(arg) + "*" }

// takeBack lets a call say what it leaves in v: the scalar that it was given the
// address of, or a field of what it was.
func (l *lowerer) takeBack(c *infer.Call, path string, v infer.Var) {
	for i, d := range c.Dsts {
		if d.Var == v {
			c.Dsts[i].Path = "&" // one address twice: nothing is known
			return
		}
	}
	c.Dsts = append(c.Dsts, infer.Dst{Path: path, Var: v})
}

// leavesIn tells whether a call says what it leaves in v, which it was given the
// address of.
func leavesIn(c *infer.Call, v infer.Var) bool {
	for _, d := range c.Dsts {
		if d.Var == v && strings.HasPrefix(d.Path, "&") {
			return true
		}
	}
	return false
}

// outParams makes results of the scalars that the function writes behind its
// pointer parameters, `*seq = 1`, and of the fields (`p->up = 0`) where it does so
// without a test.
func (l *lowerer) outParams() {
	written := map[infer.Var]bool{}
	for b := range l.blocks {
		for k := range l.blocks[b].ops {
			if c := l.blocks[b].ops[k].Call; c != nil {
				for _, d := range c.Dsts {
					written[d.Var] = true
				}
			}
		}
	}
	for arg, decl := range l.params() {
		if l.Decl(decl).TKind != libclang.TypePtr || l.assigned[decl] > 0 || l.taken[decl] > 0 {
			continue
		}
		name := l.vars[l.local(decl)].name
		v, ok := l.byName["*"+name]
		if ok && l.vars[v].kind == placeVar && (l.vars[v].written || written[v]) {
			l.leaveBehind(leftBehind(arg), v)
		}
		if !l.branches() {
			for v := range l.vars {
				x := &l.vars[v]
				if base, field, ok := splitPlace(x.name); ok && base == name+"->" && x.kind == placeVar && x.written {
					l.leaveBehind(leftBehind(arg)+"."+field, infer.Var(v))
				}
			}
		}
	}
}

// branches tells whether the function tests anything. One that does not has one
// outcome, however much it writes.
func (l *lowerer) branches() bool {
	for b := range l.blocks {
		if len(l.blocks[b].term.To) > 1 {
			return true
		}
	}
	return false
}

// leaveBehind adds a result to every return.
func (l *lowerer) leaveBehind(path string, v infer.Var) {
	l.fn.Rets = append(l.fn.Rets, path)
	for b := range l.blocks {
		t := &l.blocks[b].term
		if t.Kind != infer.Return {
			continue
		}
		for len(t.Values) < len(l.fn.Rets)-1 {
			t.Values = append(t.Values, infer.Operand{})
		}
		t.Values = append(t.Values, infer.VarOf(v))
	}
}
