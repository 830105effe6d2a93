package cfront

import (
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// leftBehind is the path of what a function leaves behind its arg-th argument.
func leftBehind(arg int) string { return "&" + strconv.Itoa(arg) + "*" }

// takeBack lets a call say what it leaves in the scalar v that it was given the
// address of.
func (l *lowerer) takeBack(c *infer.Call, arg int, v infer.Var) {
	for _, d := range c.Dsts {
		if d.Var == v {
			return // one address twice: nothing is known
		}
	}
	c.Dsts = append(c.Dsts, infer.Dst{Path: leftBehind(arg), Var: v})
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
// pointer parameters, `*seq = 1`.
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
		v, ok := l.byName["*"+l.vars[l.local(decl)].name]
		if !ok || l.vars[v].kind != placeVar || !l.vars[v].written && !written[v] {
			continue
		}
		l.fn.Rets = append(l.fn.Rets, leftBehind(arg))
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
}
