package infer

import (
	"maps"
	"slices"
	"strings"
)

// stores is what the functions of a program say of who stores which functions
// where, and what follows from it.
type stores struct {
	// targets are what is stored in each slot; a name with [slotPrefix] is what
	// another slot holds. open are those in which something else is stored, too, of
	// which nothing is known.
	targets map[string]map[string]bool
	open    map[string]bool
	// intoSlot are the slots that a parameter is stored in, passedOn the parameters
	// that it is passed as, given the functions that are passed to it, "" being one
	// that is not known.
	intoSlot map[input][]string
	passedOn map[input][]input
	given    map[input][]string
	// pointed are the functions whose address is taken: who calls them, and with
	// what, is not all known.
	pointed map[string]bool
	// private are the slots of records that one .c file declares, as far as they
	// are called.
	private map[string]bool
}

// input is a parameter, by the name under which the function is called.
type input struct {
	fn   string
	arg  int
	path string
}

func newStores() *stores {
	return &stores{targets: map[string]map[string]bool{}, open: map[string]bool{}, intoSlot: map[input][]string{},
		passedOn: map[input][]input{}, given: map[input][]string{}, pointed: map[string]bool{}, private: map[string]bool{}}
}

func (st *stores) store(slot, fn string) {
	if st.targets[slot] == nil {
		st.targets[slot] = map[string]bool{}
	}
	st.targets[slot][fn] = true
}

// init takes in a static initialiser.
func (st *stores) init(in SlotInit) {
	st.store(in.Slot, in.Func)
	st.pointed[in.Func] = true
}

// add takes in what a function stores and passes on. It looks at no order of its
// operations: what a variable ever is a copy of counts.
func (st *stores) add(f *Func) {
	src := sources(f)
	// each tells whether all that o may hold is known.
	each := func(o Operand, fn func(string), pa func(input)) bool {
		switch o.Kind {
		case OperandFunc:
			fn(o.Func)
		case OperandVar:
			for _, s := range src.of[o.Var] {
				if s.fn != "" {
					fn(s.fn)
				} else {
					pa(input{f.ID, f.Params[s.param].Arg, f.Params[s.param].Path})
				}
			}
			return !src.unknown[o.Var]
		}
		return o.Kind != OperandUnknown
	}
	take := func(o Operand) {
		if o.Kind == OperandFunc {
			st.pointed[o.Func] = true
		}
	}
	for b := range f.Blocks {
		for k := range f.Blocks[b].Ops {
			op := &f.Blocks[b].Ops[k]
			take(op.Expr.A)
			if op.Kind == OpStore && !each(op.Expr.A, func(fn string) { st.store(op.Slot, fn) },
				func(from input) { st.intoSlot[from] = append(st.intoSlot[from], op.Slot) }) {
				st.open[op.Slot] = true
			}
			if op.Kind != OpCall {
				continue
			}
			for _, arg := range op.Call.Args {
				take(arg.Value)
				if op.Call.Target.Kind != Direct {
					continue
				}
				to := input{op.Call.Target.Func, arg.Arg, arg.Path}
				if !each(arg.Value, func(fn string) { st.given[to] = append(st.given[to], fn) },
					func(from input) { st.passedOn[from] = append(st.passedOn[from], to) }) {
					st.given[to] = append(st.given[to], "")
				}
			}
			if t := &op.Call.Target; t.Kind == SlotCall && strings.Contains(t.Slot, "@") {
				st.private[t.Slot] = true
			}
		}
	}
}

// settle follows what is passed on: a parameter to which some caller passes a
// function, through any number of calls, stores that where the last of them stores
// it. id is the ID of the function that a name stands for, or the name itself where
// there is none. More may be added behind it, and settled again.
func (st *stores) settle(id func(name string) string) {
	st.resolve(id)
	for q := range st.storing(func(string) bool { return false }) {
		fns := st.given[q]
		if q.path == "" && st.pointed[q.fn] {
			fns = append(fns[:len(fns):len(fns)], "")
		}
		if len(fns) > 0 {
			st.spread(q, fns)
		}
	}
	// Rust knows no files: what it stores in a record may be meant for one that a
	// single .c file declares.
	for slot := range st.private {
		if bare := withoutFile(slot); len(st.targets[bare]) > 0 || st.open[bare] {
			st.store(slot, slotPrefix+bare)
		}
	}
	spreadOpen(st.targets, st.open)
}

// resolve replaces the names of functions by IDs.
func (st *stores) resolve(id func(string) string) {
	for fn := range st.pointed {
		if to := id(fn); to != fn {
			delete(st.pointed, fn)
			st.pointed[to] = true
		}
	}
	for q, fns := range st.given {
		if to := id(q.fn); to != q.fn {
			delete(st.given, q)
			q.fn = to
			st.given[q] = append(st.given[q], fns...)
		}
	}
	for _, list := range st.passedOn {
		for i := range list {
			list[i].fn = id(list[i].fn)
		}
	}
}

// storing are the parameters that are stored in some slot in the end, or reach one
// of a function of which outside says that its body is not known.
func (st *stores) storing(outside func(fn string) bool) map[input]bool {
	from := map[input][]input{}
	set := map[input]bool{}
	var work []input
	mark := func(q input) {
		if !set[q] {
			set[q] = true
			work = append(work, q)
		}
	}
	for q, list := range st.passedOn {
		for _, to := range list {
			from[to] = append(from[to], q)
			if outside(to.fn) {
				mark(to)
			}
		}
	}
	for q := range st.intoSlot {
		mark(q)
	}
	for q := range st.given {
		if outside(q.fn) {
			mark(q)
		}
	}
	for len(work) > 0 {
		q := work[0]
		work = work[1:]
		for _, p := range from[q] {
			mark(p)
		}
	}
	return set
}

// spread stores functions that are passed to a parameter wherever it is stored.
func (st *stores) spread(q input, fns []string) {
	seen := map[input]bool{}
	for work := []input{q}; len(work) > 0; {
		q := work[0]
		work = work[1:]
		if seen[q] {
			continue
		}
		seen[q] = true
		for _, slot := range st.intoSlot[q] {
			for _, fn := range fns {
				if fn == "" {
					st.open[slot] = true
				} else {
					st.store(slot, fn)
				}
			}
		}
		work = append(work, st.passedOn[q]...)
	}
}

// lists are the functions that each slot may hold, sorted; slots that hold none are
// left out.
func (st *stores) lists() map[string][]string {
	out := make(map[string][]string, len(st.targets))
	for slot := range st.targets {
		fns := map[string]bool{}
		held(st.targets, slot, fns, map[string]bool{})
		if len(fns) > 0 {
			out[slot] = slices.Sorted(maps.Keys(fns))
		}
	}
	return out
}

// stores collects what the program stores where.
func (p *Program) stores() *stores {
	st := newStores()
	for _, in := range p.Inits {
		st.init(in)
	}
	for _, f := range p.Funcs {
		st.add(f)
	}
	st.settle(func(name string) string {
		if f := p.resolve(name); f != nil {
			return f.ID
		}
		return name
	})
	return st
}

// withoutFile is the name that a slot of a record in a header would have:
// "struct ops.run" for "struct ops@dir/file.c.run".
func withoutFile(slot string) string {
	record, rest, ok := strings.Cut(slot, "@")
	dot := strings.LastIndexByte(rest, '.')
	if !ok || dot < 0 {
		return slot
	}
	return record + rest[dot:]
}

// held adds to fns what a slot may hold: what is stored in it, and what is held by
// the slots it is copied from.
func held(targets map[string]map[string]bool, slot string, fns, seen map[string]bool) {
	if seen[slot] {
		return
	}
	seen[slot] = true
	for fn := range targets[slot] {
		if from, ok := strings.CutPrefix(fn, slotPrefix); ok {
			held(targets, from, fns, seen)
		} else {
			fns[fn] = true
		}
	}
}

// spreadOpen adds the slots that are copied from open ones.
func spreadOpen(targets map[string]map[string]bool, open map[string]bool) {
	for changed := true; changed; {
		changed = false
		for slot, fns := range targets {
			for fn := range fns {
				if from, ok := strings.CutPrefix(fn, slotPrefix); ok && open[from] && !open[slot] {
					open[slot], changed = true, true
				}
			}
		}
	}
}

// resolve finds a function by ID, through aliases.
func (p *Program) resolve(name string) *Func {
	for range 8 {
		if f := p.Funcs[name]; f != nil {
			return f
		}
		next, ok := p.Aliases[name]
		if !ok {
			break
		}
		name = next
	}
	return nil
}

type source struct {
	fn    string
	param int
}

// origins tell, for each variable, which functions and parameters it may be a copy
// of, and whether it may hold something else.
type origins struct {
	of      map[Var][]source
	unknown map[Var]bool
}

func sources(f *Func) origins {
	src := origins{map[Var][]source{}, map[Var]bool{}}
	set := map[Var]bool{} // what has a value at all
	for i, p := range f.Params {
		src.of[p.Var] = append(src.of[p.Var], source{param: i})
		set[p.Var] = true
	}
	for changed := true; changed; {
		changed = false
		unknown := func(v Var) {
			if v >= 0 && !src.unknown[v] {
				src.unknown[v], changed = true, true
			}
		}
		for b := range f.Blocks {
			for k := range f.Blocks[b].Ops {
				op := &f.Blocks[b].Ops[k]
				if op.Call != nil {
					for _, d := range op.Call.Dsts {
						unknown(d.Var)
					}
				}
				if op.Kind != OpAssign || op.Dst < 0 {
					continue
				}
				set[op.Dst] = true
				var from []source
				switch a := op.Expr.A; {
				case op.Expr.Op != Copy && op.Expr.Op != NonNull:
					unknown(op.Dst)
				case a.Kind == OperandFunc:
					from = []source{{fn: a.Func}}
				case a.Kind == OperandVar:
					from = src.of[a.Var]
					if src.unknown[a.Var] {
						unknown(op.Dst)
					}
				}
				for _, s := range from {
					if !slices.Contains(src.of[op.Dst], s) {
						src.of[op.Dst] = append(src.of[op.Dst], s)
						changed = true
					}
				}
			}
		}
	}
	for v := range f.Vars {
		if !set[Var(v)] {
			src.unknown[Var(v)] = true // memory that is only read
		}
	}
	return src
}
