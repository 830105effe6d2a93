package infer

import (
	"slices"
	"strings"
)

// repeats tells whether the function tests one place of memory twice, and either
// time does not know the outcome.
func (a *analysis) repeats() bool {
	tested := map[Var]bool{}
	for b := range a.fn.Blocks {
		if !a.undecided[b] || !a.testsState(b) {
			continue
		}
		seen := map[Var]bool{}
		if t := &a.fn.Blocks[b].Term; t.Cond.Kind == OperandVar {
			a.isState(t.Cond.Var, seen)
		}
		for v := range seen {
			if tested[v] {
				return true
			}
		}
		for v := range seen {
			tested[v] = true
		}
	}
	return false
}

// alone tells whether the block being analysed does nothing but make one call, on
// one side of a test.
func (a *analysis) alone() bool {
	if len(a.fn.Blocks[a.at].Ops) != 1 {
		return false
	}
	tested := false
	for b := range a.fn.Blocks {
		if t := &a.fn.Blocks[b].Term; slices.Contains(t.To, a.at) {
			if t.Kind == Goto {
				return false
			}
			tested = true
		}
	}
	return tested
}

// mayPass tells whether the function may return without coming by the block being
// analysed, as a test of memory decides.
func (a *analysis) mayPass() bool {
	// returns are the blocks from which a return is reached around this one.
	returns := make([]bool, len(a.fn.Blocks))
	for again := true; again; {
		again = false
		for b := range a.fn.Blocks {
			t := &a.fn.Blocks[b].Term
			if b != a.at && !returns[b] && (t.Kind == Return || slices.ContainsFunc(t.To, func(to int) bool { return returns[to] })) {
				returns[b], again = true, true
			}
		}
	}
	for b := range a.fn.Blocks {
		if returns[b] && a.undecided[b] && a.testsState(b) && a.leads(b) {
			return true
		}
	}
	return false
}

// leads tells whether the block being analysed is reached from block b.
func (a *analysis) leads(b int) bool {
	seen := make([]bool, len(a.fn.Blocks))
	stack := []int{b}
	for len(stack) > 0 {
		b, stack = stack[len(stack)-1], stack[:len(stack)-1]
		for _, to := range a.fn.Blocks[b].Term.To {
			if to == a.at {
				return true
			}
			if !seen[to] {
				seen[to] = true
				stack = append(stack, to)
			}
		}
	}
	return false
}

// memoryDecides tells whether the block being analysed is reached by a test of
// memory rather than of an argument.
func (a *analysis) memoryDecides() bool {
	for b := range a.fn.Blocks {
		if slices.Contains(a.fn.Blocks[b].Term.To, a.at) && (!a.undecided[b] || !a.testsState(b)) {
			return false
		}
	}
	return true
}

// testsState tells whether the branch at the end of a block tests memory, or
// what a function without effect makes of it, rather than the outcome of
// something that was done here.
func (a *analysis) testsState(b int) bool {
	t := &a.fn.Blocks[b].Term
	return t.Kind == Choose || t.Cond.Kind != OperandVar || a.isState(t.Cond.Var, map[Var]bool{})
}

func (a *analysis) isState(v Var, seen map[Var]bool) bool {
	if v < 0 || seen[v] {
		return true
	}
	seen[v] = true
	if strings.ContainsAny(a.fn.Vars[v], ".>*[") {
		return true
	}
	for i := range a.fn.Params {
		if a.fn.Params[i].Var == v {
			return false // then the caller decides
		}
	}
	operand := func(o Operand) bool { return o.Kind != OperandVar || a.isState(o.Var, seen) }
	for b := range a.fn.Blocks {
		for i := range a.fn.Blocks[b].Ops {
			switch op := &a.fn.Blocks[b].Ops[i]; {
			case op.Kind == OpAssign && op.Dst == v:
				if !operand(op.Expr.A) || !operand(op.Expr.B) {
					return false
				}
			case op.Kind == OpCall:
				for _, d := range op.Call.Dsts {
					if d.Var == v && d.Path == "" && (!a.tellsState(op.Call) || slices.ContainsFunc(a.decisive(op.Call), func(o Operand) bool { return !operand(o) })) {
						return false
					}
				}
			}
		}
	}
	return true
}

// decisive are the arguments of a call that alone decide what it returns; none where
// memory has a part in it, or that is not known.
func (a *analysis) decisive(c *Call) []Operand {
	s := a.sol.summaryOf(c.Target.Func)
	var params []int
	for i := range s.Exits {
		e := &s.Exits[i]
		if len(e.Rets) == 0 || !e.Rets[0].known() {
			return nil
		}
		for _, at := range e.When {
			params = append(params, at.Param)
		}
		if v := &e.Rets[0].val; v.symbolic() {
			params = append(params, int(v.sym))
		}
	}
	var out []Operand
	for _, p := range params {
		if s.Params[p].Path != "" {
			return nil
		}
		for _, x := range c.Args {
			if x.Arg == s.Params[p].Arg && x.Path == "" {
				out = append(out, x.Value)
			}
		}
	}
	return out
}

// tellsState tells whether a call's result is a function of memory: the callee
// has a body and does nothing, or it is a lock operation itself, and no test of the
// context or of a reference.
func (a *analysis) tellsState(c *Call) bool {
	if c.Target.Kind != Direct || c.Annotation != nil {
		return false
	}
	s := a.sol.summaryOf(c.Target.Func)
	tests := func(e Exit) bool { return e.tests() || e.Seldom != 0 }
	return s.Evidence != NoBody && s.effect() != asks && !slices.ContainsFunc(s.Exits, tests)
}
