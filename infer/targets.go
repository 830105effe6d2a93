package infer

import (
	"slices"
	"sort"
	"strings"
)

// slotTargets collects, for each slot, the functions stored in it: by
// initialisers, by stores of a function, and by stores of a parameter to which
// some caller passes a function, through any number of calls. Open slots are those
// in which something else is stored, too, of which nothing is known.
func (p *Program) slotTargets() (list map[string][]string, open map[string]bool) {
	type param struct {
		fn string
		i  int
	}
	targets := map[string]map[string]bool{}
	add := func(slot, fn string) {
		if targets[slot] == nil {
			targets[slot] = map[string]bool{}
		}
		targets[slot][fn] = true
	}
	for _, in := range p.Inits {
		add(in.Slot, in.Func)
	}
	ids := make([]string, 0, len(p.Funcs))
	for id := range p.Funcs {
		ids = append(ids, id)
	}
	sort.Strings(ids)

	// flow-insensitive: what each variable of a function may be a copy of
	intoSlot := map[param][]string{} // parameter -> slots it is stored in
	passedOn := map[param][]param{}  // parameter -> parameters it is passed as
	given := map[param][]string{}    // parameter -> functions passed to it
	open = map[string]bool{}
	pointed := p.pointedTo()
	for _, id := range ids {
		f := p.Funcs[id]
		src := sources(f)
		// each tells whether all that o may hold is known.
		each := func(o Operand, fn func(string), pa func(int)) bool {
			switch o.Kind {
			case OperandFunc:
				fn(o.Func)
			case OperandVar:
				for _, s := range src.of[o.Var] {
					if s.fn != "" {
						fn(s.fn)
					} else {
						pa(s.param)
					}
				}
				return !src.unknown[o.Var]
			}
			return o.Kind != OperandUnknown
		}
		for i, q := range f.Params {
			if q.Path == "" && pointed[id] {
				given[param{id, i}] = append(given[param{id, i}], "")
			}
		}
		for b := range f.Blocks {
			for k := range f.Blocks[b].Ops {
				op := &f.Blocks[b].Ops[k]
				switch {
				case op.Kind == OpStore:
					if !each(op.Expr.A, func(fn string) { add(op.Slot, fn) },
						func(i int) { intoSlot[param{id, i}] = append(intoSlot[param{id, i}], op.Slot) }) {
						open[op.Slot] = true
					}
				case op.Kind == OpCall && op.Call.Target.Kind == Direct:
					callee := p.resolve(op.Call.Target.Func)
					if callee == nil {
						continue
					}
					for _, arg := range op.Call.Args {
						j := slices.IndexFunc(callee.Params, func(q Param) bool { return q.Arg == arg.Arg && q.Path == arg.Path })
						if j < 0 {
							continue
						}
						to := param{callee.ID, j}
						if !each(arg.Value, func(fn string) { given[to] = append(given[to], fn) },
							func(i int) { passedOn[param{id, i}] = append(passedOn[param{id, i}], to) }) {
							given[to] = append(given[to], "")
						}
					}
				}
			}
		}
	}
	for from, fns := range given {
		seen := map[param]bool{}
		work := []param{from}
		for len(work) > 0 {
			q := work[0]
			work = work[1:]
			if seen[q] {
				continue
			}
			seen[q] = true
			for _, slot := range intoSlot[q] {
				for _, fn := range fns {
					if fn == "" {
						open[slot] = true
						continue
					}
					add(slot, fn)
				}
			}
			work = append(work, passedOn[q]...)
		}
	}
	// Rust knows no files: what it stores in a record may be meant for one that a
	// single .c file declares.
	for slot := range p.privateSlots() {
		if bare := withoutFile(slot); len(targets[bare]) > 0 || open[bare] {
			add(slot, slotPrefix+bare)
		}
	}
	out := make(map[string][]string, len(targets))
	for slot := range targets {
		fns := map[string]bool{}
		held(targets, slot, fns, map[string]bool{})
		for fn := range fns {
			out[slot] = append(out[slot], fn)
		}
		sort.Strings(out[slot])
	}
	for slot := range out {
		if len(out[slot]) == 0 {
			delete(out, slot)
		}
	}
	return out, spreadOpen(targets, open)
}

// privateSlots are the slots of records that one .c file declares, as far as they
// are called.
func (p *Program) privateSlots() map[string]bool {
	set := map[string]bool{}
	for _, f := range p.Funcs {
		for b := range f.Blocks {
			for k := range f.Blocks[b].Ops {
				if c := f.Blocks[b].Ops[k].Call; c != nil && c.Target.Kind == SlotCall && strings.Contains(c.Target.Slot, "@") {
					set[c.Target.Slot] = true
				}
			}
		}
	}
	return set
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
func spreadOpen(targets map[string]map[string]bool, open map[string]bool) map[string]bool {
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
	return open
}

// pointedTo are the functions whose address is taken: who calls them, and with
// what, is not all known.
func (p *Program) pointedTo() map[string]bool {
	set := map[string]bool{}
	take := func(o Operand) {
		if f := p.resolve(o.Func); o.Kind == OperandFunc && f != nil {
			set[f.ID] = true
		}
	}
	for _, in := range p.Inits {
		take(FuncOf(in.Func))
	}
	for _, f := range p.Funcs {
		for b := range f.Blocks {
			for k := range f.Blocks[b].Ops {
				op := &f.Blocks[b].Ops[k]
				take(op.Expr.A)
				if op.Call != nil {
					for _, a := range op.Call.Args {
						take(a.Value)
					}
				}
			}
		}
	}
	return set
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
