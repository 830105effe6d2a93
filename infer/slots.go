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

// pointed finds what a pointer to fn may reach, which may be a slot's value.
func (a *analysis) pointed(op *Op, fn string, how reach) ([]*Summary, bool) {
	if slot, ok := strings.CutPrefix(fn, slotPrefix); ok {
		return a.slot(op, slot, how)
	}
	return []*Summary{a.callee(op, fn, how)}, true
}

// slot finds what a call through a slot may reach.
func (a *analysis) slot(op *Op, name string, how reach) ([]*Summary, bool) {
	switch a.sol.opts.Indirect {
	case IndirectTargets:
		if j, ok := a.sol.index[slotPrefix+name]; ok {
			a.out.rest(slotPrefix+name, how)
			return []*Summary{a.sol.nodes[j].sum}, true
		}
		if strings.Contains(name, "@") && !a.sol.open[name] {
			return nil, true // only one file knows it, and stores nothing there: the call is never made
		}
		a.out.assumeAwake(how, op.Pos, "nothing is stored in "+name+" in this tree, which "+op.Call.Text+" calls")
	case IndirectSleep:
		sleeps := &Summary{Name: name, Exits: []Exit{{Tested: Any}}, Reqs: []*Req{{
			Kind: Sleeps, Pos: op.Pos, Text: op.Call.Text + " calls through " + name + ", and so may sleep", depth: 1}}}
		return []*Summary{sleeps}, true
	}
	return nil, false
}

// solveSlot is the summary that stands for any of a slot's targets: what one of
// them asks is asked, and what they do to the count is done where they agree.
func (sol *Solution) solveSlot(n *node) *Summary {
	f := &Func{ID: n.id, Name: n.id[len(slotPrefix):], Rets: []string{""}}
	c := newCollector(f)
	var sums []*Summary
	for _, t := range n.slot {
		s := sol.summaryOf(t)
		sums = append(sums, s)
		for _, p := range s.Params {
			if !slices.ContainsFunc(f.Params, func(q Param) bool { return q.Arg == p.Arg && q.Path == p.Path }) {
				f.Params = append(f.Params, Param{Arg: p.Arg, Path: p.Path})
			}
		}
	}
	sort.Slice(f.Params, func(i, j int) bool {
		p, q := f.Params[i], f.Params[j]
		return p.Arg < q.Arg || p.Arg == q.Arg && p.Path < q.Path
	})
	harmless := slices.ContainsFunc(sums, func(s *Summary) bool { return s.MaySleep() == nil })
	for _, s := range sums {
		when := func(c Cond) Cond { return c.renumber(s.Params, f.Params) }
		for _, r := range s.Reqs {
			c.require(&Req{Kind: r.Kind, When: when(r.When), Expect: r.Expect, AnyIRQ: r.AnyIRQ, Mixed: r.Mixed || harmless && r.Kind == Sleeps, declared: r.declared, doubt: r.doubt,
				Pos: s.pos(), Text: s.title(), Callee: s.Name, Next: r, depth: r.depth + 1})
		}
		for i := range s.Exits {
			e := s.Exits[i]
			e.When, e.Rets = when(e.When), []RetValue{factValue(Fact{})}
			if k := slices.Index(s.Rets, ""); k >= 0 && k < len(s.Exits[i].Rets) {
				e.Rets[0] = factValue(s.Exits[i].Rets[k].Fact())
			}
			e.Tested, e.TestedIRQsOn = Any, false
			c.addExit(e, s.pos())
		}
		c.rest(s.Name, reach{})
		if s.Evidence == NoBody {
			c.assume(Pos{}, s.Name+"() has no body here; taken not to sleep")
		}
	}
	for i := range c.exits {
		if c.exits[i].Adjust.Count() != c.exits[0].Adjust.Count() && !disjoint(&c.exits[i], &c.exits[0]) {
			c.assume(c.retPos[i], "functions in "+f.Name+" change the count differently; taken to keep it")
			same := c.exits[:0]
			for _, e := range c.exits {
				if e.Adjust.IsZero() && !e.Ambiguous {
					same = append(same, e)
				}
			}
			if len(same) == 0 {
				same = append(same, Exit{Tested: Any, Rets: []RetValue{factValue(Fact{})}})
			}
			c.exits = same
			break
		}
	}
	s := &Summary{Name: n.id, Params: f.Params, Rets: f.Rets, Evidence: Proved, Reqs: c.reqs, Exits: c.exits,
		Assumes: c.assumes, restsOn: c.restsOn}
	s.order()
	return s
}

func (s *Summary) pos() Pos {
	if s.Func != nil {
		return s.Func.Pos
	}
	return Pos{}
}

// renumber says the same of the same arguments in another list of parameters.
func (c Cond) renumber(from, to []Param) Cond {
	var out Cond
	for _, a := range c {
		p := from[a.Param]
		j := slices.IndexFunc(to, func(q Param) bool { return q.Arg == p.Arg && q.Path == p.Path })
		out = append(out, Atom{j, a.Fact})
	}
	slices.SortFunc(out, func(a, b Atom) int { return a.Param - b.Param })
	return out
}
