package infer

// Bounds of functions that are looked at once more for one call.
const (
	maxSpecialBlocks = 60
	maxSpecialDepth  = 2
)

// special is the summary of a callee for the constants that this call gives it:
// what it returns of two arguments (`flags | more`) has no form in terms of both.
// Only functions without effect are looked at so; it is c itself for others.
func (a *analysis) special(op *Op, c *Summary, args []value) *Summary {
	if c.Func == nil || c.Func.Lang != C || c.Evidence == Model || c.effect() != noEffect || a.depth >= maxSpecialDepth ||
		len(c.Func.Blocks) > maxSpecialBlocks || !a.sol.mixes(c.Func) || !wanted(op) {
		return c
	}
	given := map[int]value{}
	for i, v := range args {
		if v.kind == valConst && c.Params[i].Path == "" {
			given[i] = v
		}
	}
	j, ok := a.sol.find(c.Name)
	if len(given) == 0 || !ok {
		return c
	}
	in := a.sol.explore(a.sol.at(j), exploring{given: given, depth: a.depth + 1})
	defer in.mem.free()
	s := *c
	s.Exits = in.out.exits
	return &s
}

// wanted tells whether anything is made of what a call returns.
func wanted(op *Op) bool {
	for _, d := range op.Call.Dsts {
		if d.Var >= 0 {
			return true
		}
	}
	return false
}

// mixes tells whether a function joins two values bit by bit.
func (sol *Solution) mixes(f *Func) bool {
	sol.mu.Lock()
	defer sol.mu.Unlock()
	if m, ok := sol.mixed[f]; ok {
		return m
	}
	m := false
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			e := &f.Blocks[b].Ops[i].Expr
			m = m || (e.Op == Or || e.Op == And) && e.A.Kind == OperandVar && e.B.Kind == OperandVar
		}
	}
	sol.mixed[f] = m
	return m
}
