package infer

import (
	"maps"
	"slices"
	"strings"

	"preemptck/internal/parallel"
)

// stores is what the functions of a program say of who stores which functions
// where, and what follows from it.
type stores struct {
	// targets are what is stored in each slot; a name with [slotPrefix] is what
	// another slot holds. open are those in which something else is stored, too, of
	// which nothing is known.
	targets map[string]map[string]bool
	open    map[string]bool
	// into are the slots that parameters are stored in, passed the parameters that
	// they are passed as. Most of it concerns no function pointer at all, and comes to
	// nothing; so it is only listed, see reaching.
	into   []storing
	passed []passing
	// funcs are the functions that were added, given what others pass to parameters:
	// functions, "" being one that is not known.
	funcs []*Func
	given []giving
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

type (
	storing struct {
		from input
		slot string
	}
	passing struct{ from, to input }
	giving  struct {
		to input
		fn string
	}
)

func newStores() *stores {
	return &stores{targets: map[string]map[string]bool{}, open: map[string]bool{}, pointed: map[string]bool{}, private: map[string]bool{}}
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
func (st *stores) add(f *Func, src *origins) {
	st.funcs = append(st.funcs, f)
	src.begin(f)
	for b := range f.Blocks {
		for k := range f.Blocks[b].Ops {
			op := &f.Blocks[b].Ops[k]
			st.take(&op.Expr.A)
			if op.Kind == OpStore {
				list, known := src.held(&op.Expr.A)
				for _, s := range list {
					if s.fn != "" {
						st.store(op.Slot, s.fn)
					} else {
						st.into = append(st.into, storing{src.input(s), op.Slot})
					}
				}
				if !known {
					st.open[op.Slot] = true
				}
			}
			if op.Kind != OpCall {
				continue
			}
			for i := range op.Call.Args {
				st.pass(op.Call, &op.Call.Args[i], src)
			}
			if t := &op.Call.Target; t.Kind == SlotCall && strings.Contains(t.Slot, "@") {
				st.private[t.Slot] = true
			}
		}
	}
}

// take notes the function whose address is taken, if it is one.
func (st *stores) take(o *Operand) {
	if o.Kind == OperandFunc {
		st.pointed[o.Func] = true
	}
}

// pass takes in one argument of a call.
func (st *stores) pass(call *Call, arg *Arg, src *origins) {
	st.take(&arg.Value)
	if call.Target.Kind != Direct {
		return
	}
	list, _ := src.held(&arg.Value)
	for _, s := range list {
		if s.fn == "" {
			st.passed = append(st.passed, passing{src.input(s), input{call.Target.Func, arg.Arg, arg.Path}})
		}
	}
}

// merge takes in what others collected.
func (st *stores) merge(o *stores) {
	for slot, fns := range o.targets {
		if st.targets[slot] == nil {
			st.targets[slot] = fns
		} else {
			maps.Copy(st.targets[slot], fns)
		}
	}
	maps.Copy(st.open, o.open)
	maps.Copy(st.pointed, o.pointed)
	maps.Copy(st.private, o.private)
	st.into = append(st.into, o.into...)
	st.passed = append(st.passed, o.passed...)
	st.funcs = append(st.funcs, o.funcs...)
}

// settle follows what is passed on: a parameter to which some caller passes a
// function, through any number of calls, stores that where the last of them stores
// it. id is the ID of the function that a name stands for, or the name itself where
// there is none. More may be added behind it, and settled again.
func (st *stores) settle(id func(name string) string) {
	st.resolve(id)
	r := st.reaching(id, func(string) bool { return false })
	for q := range r.storing {
		fns := r.given[q]
		if q.path == "" && st.pointed[q.fn] {
			fns = append(fns[:len(fns):len(fns)], "")
		}
		if len(fns) > 0 {
			st.spread(r, q, fns)
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
	for i := range st.given {
		st.given[i].to.fn = id(st.given[i].to.fn)
	}
	for i := range st.passed {
		st.passed[i].to.fn = id(st.passed[i].to.fn)
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

// stores collects what the functions of the program, which are these, store where.
func (p *Program) stores(funcs []*Func) *stores {
	parts := make([]*stores, parallel.Parts(len(funcs)))
	parallel.Do(len(funcs), func(k, from, to int) {
		parts[k] = newStores()
		src := &origins{}
		for _, f := range funcs[from:to] {
			parts[k].add(f, src)
		}
	})
	st := parts[0]
	for _, part := range parts[1:] {
		st.merge(part)
	}
	for _, in := range p.Inits {
		st.init(in)
	}
	st.settle(p.idOf)
	return st
}

// idOf is the ID of the function that a name stands for, or the name itself where
// there is none.
func (p *Program) idOf(name string) string {
	if _, ok := p.Aliases[name]; ok {
		if f := p.resolve(name); f != nil {
			return f.ID
		}
	}
	return name
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
