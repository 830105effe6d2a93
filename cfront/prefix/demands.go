package prefix

import (
	"cmp"
	"maps"
	"slices"
)

// event is where a file of a prefix defines or undefines a macro.
type event struct {
	file int32
	off  uint32
	// hash is that of the definition, 0 of #undef.
	hash uint64
	// slot is when it is read, by the directives before it.
	slot int32
}

// Order notes in which order a prefix was compiled, its source being number main, and leaves of
// what the compiler says that its files need of each other what there is to check of a unit that
// reads them in another order: headers include most of what they need. It adds what it knows of
// macros.
func (p *Planner) Order(m *Made, own *Order, main int32) {
	found := own.Demands
	own.Demands = nil
	if m.files == nil {
		return
	}
	m.order = &Order{}
	if m.behind != nil {
		m.order, m.sources = m.behind.order.Clone(), slices.Clone(m.behind.sources)
	}
	ids := m.order.Add(&Order{Files: own.Files, Includes: own.Includes, Assembly: own.Assembly})
	m.sources = append(m.sources, ids[main])
	m.clock = m.order.Clock(m.sources...)
	first := m.order.Clock()
	always := newAlways(m.clock.g)
	seen := map[Demand]bool{}
	demand := func(d Demand) {
		place, needs, or := d.Place, d.Needs, d.Or
		if first.Reads(place.File) || first.Reads(needs.File) || first.Reads(or.File) || !m.clock.Keeps(&d) ||
			always.before(needs, place) || always.before(or, place) {
			return
		}
		if !seen[d] {
			seen[d] = true
			name := func(p Place) Place { return Place{own.Number(m.order.Files[p.File]), p.Off} }
			out := Demand{Place: name(place), Needs: name(needs), Or: name(or), Text: d.Text}
			if d.Text {
				out.Assembly = name(d.Assembly)
			}
			own.Demands = append(own.Demands, out)
		}
	}
	for _, d := range found {
		demand(d.renumber(ids))
	}
	for name := range p.macroDemands(m, demand) {
		own.Passing = append(own.Passing, p.texts.names.list[name])
	}
	slices.Sort(own.Passing)
}

// isSteady tells whether all definitions of a macro are one, and what undefines it defines it
// anew at once.
func isSteady(events []event) bool {
	definitions := map[uint64]bool{}
	for _, e := range events {
		if e.hash != 0 {
			definitions[e.hash] = true
			continue
		}
		if !slices.ContainsFunc(events, func(d event) bool { return d.hash != 0 && d.file == e.file && d.slot == e.slot && d.off > e.off }) {
			return false
		}
	}
	return len(definitions) == 1
}

// isPassing tells whether a macro is undefined in the end, but was to be seen before by another
// file than the one that undefines it.
func isPassing(events []event) bool {
	slices.SortFunc(events, func(a, b event) int { return cmp.Or(cmp.Compare(a.slot, b.slot), cmp.Compare(a.off, b.off)) })
	if len(events) == 0 || events[len(events)-1].hash != 0 {
		return false
	}
	for i, e := range events {
		if e.hash != 0 && events[i+1].slot != e.slot {
			return true
		}
	}
	return false
}

// macroOrder finds out which macros a prefix adds that matter to what is read before them, and
// the other way round.
type macroOrder struct {
	m      *Made
	clock  *Clock
	number map[int32]int32 // in the order, of files of the planner's
	// events are those of the macros that the prefix defines or undefines, or that one above
	// undefines; steady are those that are always defined in the same way, where at all, and
	// matter has by name the ones that matter where it is used.
	events map[uint32][]event
	steady map[uint32]bool
	matter map[uint32][]since
	// bodies are those of the definitions of each macro.
	bodies map[uint32][]body
	demand func(d Demand)
}

// since is that a macro matters where a name is used, from some time on: before, no definition
// of the name has been read that leads to it.
type since struct {
	*influence
	slot int32
}

// body is the names in a definition that is read at some time.
type body struct {
	slot int32
	uses []use
}

// macroDemands demands that macros are defined and undefined after what they have a say in, or
// before, as in the prefix. It returns those that are passing; see [Order].
func (p *Planner) macroDemands(m *Made, demand func(d Demand)) (passing map[uint32]bool) {
	passing = map[uint32]bool{}
	o := &macroOrder{
		m: m, clock: m.clock, number: map[int32]int32{}, events: map[uint32][]event{}, steady: map[uint32]bool{},
		matter: map[uint32][]since{}, bodies: map[uint32][]body{}, demand: demand,
	}
	for i, path := range m.order.Files {
		if id, ok := p.file(path); ok {
			o.number[id] = int32(i)
		}
	}
	o.findEvents()
	for name, events := range o.events {
		o.steady[name] = isSteady(events)
		d := m.macro(name)
		x := m.influence(name, d != nil && d.function)
		for by, slot := range o.since(x) {
			o.matter[by] = append(o.matter[by], since{x, slot})
		}
		if isPassing(events) {
			passing[name] = true
			maps.Copy(passing, x.reach)
		}
	}
	for x := range m.chain() {
		for id, t := range x.texts {
			if file, ok := o.number[id]; ok {
				o.file(file, t)
			}
		}
	}
	return passing
}

// since is by name from when on a macro matters where that is used: each definition on the
// way to it has been read by then.
func (o *macroOrder) since(x *influence) map[uint32]int32 {
	out := map[uint32]int32{x.name: 0}
	for work := []uint32{x.name}; len(work) > 0; {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for by := range o.m.usedBy(n) {
			for _, b := range o.bodies[by] {
				slot := max(b.slot, out[n])
				if before, ok := out[by]; ok && before <= slot {
					continue
				}
				if slices.ContainsFunc(b.uses, func(u use) bool { return u.name == n && x.on(u) }) {
					out[by] = slot
					work = append(work, by)
				}
			}
		}
	}
	return out
}

// findEvents finds what defines and undefines the macros that there is something to find out of,
// and what all are defined to be.
func (o *macroOrder) findEvents() {
	for x := range o.m.chain() {
		for _, t := range x.texts {
			for i := range t.macros {
				if x == o.m {
					o.events[t.macros[i].name] = nil
				}
			}
			for i := range t.undefined {
				o.events[t.undefined[i].name] = nil
			}
		}
	}
	note := func(name uint32, file int32, off uint32, hash uint64) {
		if list, ok := o.events[name]; ok {
			o.events[name] = append(list, event{file, off, hash, o.clock.At(Place{file, off})})
		}
	}
	for x := range o.m.chain() {
		if x.commandLine != nil {
			for i := range x.commandLine.macros {
				o.addBody(&x.commandLine.macros[i], 0)
			}
		}
		for id, t := range x.texts {
			file, ok := o.number[id]
			if !ok {
				continue
			}
			for i := range t.macros {
				d := &t.macros[i]
				note(d.name, file, d.off, d.hash)
				o.addBody(d, o.clock.At(Place{file, d.off}))
			}
			for i := range t.undefined {
				note(t.undefined[i].name, file, t.undefined[i].first, 0)
				note(t.undefined[i].name, file, t.undefined[i].last, 0)
			}
		}
	}
}

func (o *macroOrder) addBody(d *macro, slot int32) {
	if len(d.body) > 0 {
		o.bodies[d.name] = append(o.bodies[d.name], body{slot, d.body})
	}
}

// file finds out to what of a file macros matter.
func (o *macroOrder) file(file int32, t *text) {
	for i := range t.uses {
		u := &t.uses[i]
		for _, macro := range o.matter[u.name] {
			if macro.slot <= o.clock.At(Place{file, u.last}) && macro.on(o.m.use(u)) {
				o.mention(file, u, macro.name)
			}
		}
	}
	for i := range t.tested {
		o.mention(file, &t.tested[i], t.tested[i].name)
	}
	for i := range t.macros {
		d := &t.macros[i]
		for _, e := range o.events[d.name] {
			if e.hash != d.hash && e.slot > o.clock.At(Place{file, d.off}) {
				o.order(Place{file, d.off}, e, nil)
			}
		}
	}
}

// mention orders what happens to a macro and where it matters.
func (o *macroOrder) mention(file int32, b *mention, name uint32) {
	events := o.events[name]
	if len(events) == 0 {
		return
	}
	first := o.clock.At(Place{file, b.first})
	if o.steady[name] && slices.ContainsFunc(events, func(e event) bool { return e.slot < first }) {
		return
	}
	asm := o.assembly(file, b)
	for _, e := range events {
		o.order(Place{file, b.first}, e, asm)
		o.order(Place{file, b.last}, e, asm)
	}
}

// assembly is the inline assembly in which a name stands, and nowhere else in the file; or nil.
func (o *macroOrder) assembly(file int32, b *mention) *Extent {
	if b.first != b.last {
		return nil
	}
	i := slices.IndexFunc(o.m.order.Assembly, func(a Extent) bool { return a.File == file && a.Off <= b.first && b.end <= a.End })
	if i < 0 {
		return nil
	}
	return &o.m.order.Assembly[i]
}

// order demands that something happens to a macro after a place, or before, as it does in the
// prefix; asm is the inline assembly that the place is in, if any. That a macro is defined
// before it is used is known better from the compiler.
func (o *macroOrder) order(at Place, e event, asm *Extent) {
	if at.File == e.file {
		return
	}
	by := Place{e.file, e.off}
	if e.slot > o.clock.At(at) {
		o.demand(Demand{Place: by, Needs: at, Or: at}.of(asm))
	} else if e.hash == 0 {
		o.demand(Demand{Place: at, Needs: by, Or: by}.of(asm))
	}
}

// of is the demand if it is one of inline assembly, nil being none.
func (d Demand) of(asm *Extent) Demand {
	if asm != nil {
		d.Text, d.Assembly = true, asm.Place
	}
	return d
}
