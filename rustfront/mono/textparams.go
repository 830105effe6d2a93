package mono

import (
	"slices"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// MIR text does not say which type parameters a function has. Its body names those that it
// uses, and its calls give arguments in the order in which they were declared.

// textCall is a call of a function of the text: its type arguments, and the types of
// what is passed.
type textCall struct{ args, passed []*ty.Type }

// nameParams makes the type parameters of the free functions of a text known that
// are called with type arguments. A function whose parameters cannot be told apart is left
// without: what they decide on stays unknown.
func (w *World) nameParams(c *items.Crate, x *bodyIndex, bodies []*mir.Item) {
	calls := map[string][]textCall{}
	for i, b := range bodies {
		if b == nil {
			continue
		}
		sc := &Scope{w: w, crate: x.crate, path: x.src.Path(i), params: map[string]bool{}}
		for bi := range b.Blocks {
			t := &b.Blocks[bi].Term
			if t.Kind != mir.TermCall || t.Func.Const == nil || t.Func.Const.Kind != mir.ConstFn || t.Func.Const.Path == nil {
				continue
			}
			f := sc.Item(t.Func.Const.Path)
			if f.Kind != ty.FnDef || f.Trait != "" || f.NSelf > 0 || len(f.Args) == 0 || c.Fns[f.Name] == nil {
				continue
			}
			call := textCall{args: f.Args}
			for k := range t.Args {
				call.passed = append(call.passed, sc.operandType(b, &t.Args[k]))
			}
			calls[f.Name] = append(calls[f.Name], call)
		}
	}
	for path, sites := range calls {
		i, ok := w.freeItem(x, path)
		if !ok || bodies[i] == nil {
			continue
		}
		sc := &Scope{w: w, crate: x.crate, path: x.src.Path(i), params: map[string]bool{}}
		for _, name := range sc.paramOrder(bodies[i], sites) {
			c.Fns[path].Generics.Params = append(c.Fns[path].Generics.Params, items.Param{Name: name})
		}
	}
}

// paramOrder lists the parameters of a body in the order of the arguments that calls of it
// give, nil where that is not certain.
func (sc *Scope) paramOrder(b *mir.Item, sites []textCall) []string {
	names := sc.paramsOfBody(b)
	if slices.ContainsFunc(sites, func(s textCall) bool { return len(s.args) != len(names) }) {
		return nil
	}
	// Where an argument's type holds a parameter it must be what the call gives for it.
	may := make([][]bool, len(names)) // by name and place
	for n := range may {
		may[n] = slices.Repeat([]bool{true}, len(names))
	}
	for _, site := range sites {
		s := ty.Subst{}
		for k, passed := range site.passed {
			if k < len(b.Args) && !hasUnknown(passed) {
				ty.Unify(sc.Type(b.Args[k].Type), passed, s)
			}
		}
		for n, name := range names {
			for at, arg := range site.args {
				if s[name] != nil && s[name].Key() != arg.Key() {
					may[n][at] = false
				}
			}
		}
	}
	order := make([]string, len(names))
	for range names {
		for n, name := range names {
			if at := slices.Index(may[n], true); at >= 0 && !slices.Contains(may[n][at+1:], true) {
				order[at] = name
				for other := range names {
					may[other][at] = other == n
				}
			}
		}
	}
	for n := range names {
		if !slices.Contains(may[n], true) {
			return nil
		}
	}
	if slices.Contains(order, "") {
		return nil
	}
	return order
}

// paramsOfBody lists the parameters that a body names.
func (sc *Scope) paramsOfBody(b *mir.Item) []string {
	var names []string
	for i := range b.Args {
		names = paramsIn(sc.Type(b.Args[i].Type), names)
	}
	for i := range b.Locals {
		names = paramsIn(sc.Type(b.Locals[i].Type), names)
	}
	constant := func(op *mir.Operand) {
		if c := op.Const; c != nil && c.Path != nil && (c.Kind == mir.ConstFn || c.Kind == mir.ConstPath && c.Promoted() < 0) {
			names = paramsIn(sc.Item(c.Path), names)
		}
	}
	for bi := range b.Blocks {
		for si := range b.Blocks[bi].Stmts {
			if rv := b.Blocks[bi].Stmts[si].Rvalue; rv != nil {
				for k := range rv.Ops {
					constant(&rv.Ops[k])
				}
			}
		}
		t := &b.Blocks[bi].Term
		constant(&t.Func)
		constant(&t.Cond)
		for k := range t.Args {
			constant(&t.Args[k])
		}
	}
	return names
}

func hasUnknown(t *ty.Type) bool {
	return t.Kind == ty.Unknown || slices.ContainsFunc(t.Args, hasUnknown)
}
