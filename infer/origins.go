package infer

import "slices"

// source is what a variable may be a copy of: a function, or a parameter.
type source struct {
	fn    string
	param int
}

// origins tell, for each variable of a function, which functions and parameters it may
// be a copy of, and whether it may hold something else.
type origins struct {
	f       *Func
	found   bool // the rest is that of f
	of      [][]source
	unknown []bool
	set     []bool // what has a value at all
	one     [1]source
}

// begin goes on to another function. What its variables hold is found out once that is
// asked for.
func (src *origins) begin(f *Func) { src.f, src.found = f, false }

// input is a parameter that something is a copy of.
func (src *origins) input(s source) input {
	p := &src.f.Params[s.param]
	return input{src.f.ID, p.Arg, p.Path}
}

// held is what an operand may be, and whether that is all; it is good until the next
// call.
func (src *origins) held(o *Operand) (list []source, known bool) {
	switch o.Kind {
	case OperandFunc:
		src.one[0] = source{fn: o.Func}
		return src.one[:], true
	case OperandVar:
		if !src.found {
			src.find()
		}
		return src.of[o.Var], !src.unknown[o.Var]
	}
	return nil, o.Kind != OperandUnknown
}

func (src *origins) find() {
	src.found = true
	f, n := src.f, len(src.f.Vars)
	src.of, src.unknown, src.set = slices.Grow(src.of[:0], n)[:n], slices.Grow(src.unknown[:0], n)[:n], slices.Grow(src.set[:0], n)[:n]
	clear(src.unknown)
	clear(src.set)
	for v := range src.of {
		src.of[v] = src.of[v][:0]
	}
	for i, p := range f.Params {
		src.of[p.Var] = append(src.of[p.Var], source{param: i})
		src.set[p.Var] = true
	}
	for src.step() {
	}
	for v := range f.Vars {
		if !src.set[v] {
			src.unknown[v] = true // memory that is only read
		}
	}
}

// step follows each assignment once; it tells whether there was news.
func (src *origins) step() (changed bool) {
	unknown := func(v Var) {
		if v >= 0 && !src.unknown[v] {
			src.unknown[v], changed = true, true
		}
	}
	for b := range src.f.Blocks {
		for k := range src.f.Blocks[b].Ops {
			op := &src.f.Blocks[b].Ops[k]
			if op.Call != nil {
				for i := range op.Call.Dsts {
					unknown(op.Call.Dsts[i].Var)
				}
			}
			if op.Kind != OpAssign || op.Dst < 0 {
				continue
			}
			src.set[op.Dst] = true
			switch a := &op.Expr.A; {
			case op.Expr.Op != Copy && op.Expr.Op != NonNull:
				unknown(op.Dst)
			case a.Kind == OperandFunc:
				changed = src.add(op.Dst, source{fn: a.Func}) || changed
			case a.Kind == OperandVar:
				for _, s := range src.of[a.Var] {
					changed = src.add(op.Dst, s) || changed
				}
				if src.unknown[a.Var] {
					unknown(op.Dst)
				}
			}
		}
	}
	return changed
}

// add notes that a variable may be a copy of something; it tells whether that is news.
func (src *origins) add(v Var, s source) bool {
	if slices.Contains(src.of[v], s) {
		return false
	}
	src.of[v] = append(src.of[v], s)
	return true
}
