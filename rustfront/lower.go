package rustfront

import (
	"cmp"
	"fmt"
	"sort"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// Note is something that could not be followed.
type Note struct {
	Pos  infer.Pos
	Text string
}

// Stats counts what was lowered.
type Stats struct {
	// Resolved and Unresolved count call sites, Dependent those in generic functions
	// that a type parameter decides on; Instances are the functions added, Generic
	// those among the roots that are generic.
	Resolved, Unresolved, Dependent, Instances, Generic int
	// Library are the functions added that depend on library crates alone, Reused those
	// of them that an earlier run had lowered.
	Library, Reused int
}

// Report says what lowering a driver came to.
type Report struct {
	// Roots are the IDs of the driver's own functions.
	Roots []string
	Notes []Note
	// Errors are mistakes in klint's attributes, in any crate loaded.
	Errors []Note
	Stats  Stats
	// Claims, Pointers and Shown are what klint's attributes and defaults ask of
	// the functions lowered; see contracts.go.
	Claims   []Claim
	Pointers []Pointer
	Shown    []Shown
	// Repeats are the IDs of drop glue of nobody knows how many elements.
	Repeats []string
	// Fails are the IDs of functions that return a Result whose error holds nothing
	// that could release a lock.
	Fails []string

	// reached are the instances by what they are, calls which of them call which, if wanted.
	reached map[string]bool
	calls   []callSite
}

// lowering is the state of one Lower.
type lowering struct {
	w        *World
	units    []*unit
	roots    []*unit
	byKey    map[string]*unit
	values   map[*unit]value
	external map[string]infer.Pos
	notes    map[Note]bool
	stats    Stats
	extras   map[*unit][]block
	files    map[string]string
	held     map[string]bool
	reached  map[string][]string // by types; see parts.go

	// The trait objects met, the methods called on any, and what was made of
	// them; see virtual.go.
	objects    []object
	objectKeys map[string]bool
	upcasts    map[[2]string]bool
	methods    map[string]*ty.Type
	drops      map[string]*ty.Type
	virtuals   []virtualSite
	filled     map[string]bool
	targets    map[string]int
	// exported is set once what C can reach of the libraries was added; see exported.go.
	exported bool

	// What function pointers may be; see pointers.go. By slot: the fields that calls
	// read, what is stored in them, which are passed there, which may hold anything;
	// the types of the pointers that calls read from memory, and what was made a
	// pointer of a type.
	fields map[string]bool
	stored map[string][]stored
	passed map[string][]*unit
	open   map[string]bool
	kinds  map[string]string
	made   map[string][]stored

	// dependents are the calls in generic functions that a parameter decides on, by
	// the function's name.
	dependents map[string]map[string]bool
	// closures are those that the crate at hand makes, by key; see generic.go.
	closures    map[string]*mono.Inst
	dependentAt map[string]infer.Pos

	// What is kept of library crates; see library.go. record is that of the unit that is
	// built now, damaged is set where what was kept is not what was written.
	library *Library
	record  *record
	damaged bool
	// kept is set once what was built is in the library.
	kept bool

	crate    string
	claims   []Claim
	shown    []Shown
	pointers map[Pointer]bool
}

// Lower adds the functions of a driver, and all they reach, to a program. What a
// function's tracked parameters and results are depends on its callers: one that
// the program has already, from another driver, is replaced by one that serves
// the callers of both.
func (w *World) Lower(p *infer.Program, crate string) (*Report, error) {
	if w.crates[crate] == nil {
		return nil, fmt.Errorf("crate %s was not loaded", crate)
	}
	l := &lowering{
		w: w, byKey: map[string]*unit{}, values: map[*unit]value{}, external: map[string]infer.Pos{},
		notes: map[Note]bool{}, extras: map[*unit][]block{}, files: map[string]string{}, held: map[string]bool{}, reached: map[string][]string{},
		objectKeys: map[string]bool{}, upcasts: map[[2]string]bool{}, methods: map[string]*ty.Type{},
		drops: map[string]*ty.Type{}, filled: map[string]bool{}, targets: map[string]int{},
		fields: map[string]bool{}, stored: map[string][]stored{}, passed: map[string][]*unit{}, open: map[string]bool{},
		dependents: map[string]map[string]bool{}, closures: map[string]*mono.Inst{}, dependentAt: map[string]infer.Pos{}, kinds: map[string]string{}, made: map[string][]stored{},
		crate: crate, pointers: map[Pointer]bool{}, library: w.library,
	}
	rep := &Report{reached: map[string]bool{}}
	l.addRoots(rep, crate)
	l.buildFrom(0)
	l.addExported()
	l.keep()
	if n := len(l.units); l.addGenerics(rep, crate) {
		l.buildFrom(n)
	}
	for n := len(l.units); l.addClosures(rep); n = len(l.units) {
		l.buildFrom(n)
	}
	if n := len(l.units); l.addTextRoots(rep, crate) {
		l.buildFrom(n)
	}
	l.addExported()
	if l.damaged {
		w.library = nil
		return w.Lower(p, crate)
	}
	l.settleVirtuals()
	for _, u := range l.roots {
		l.tell(u)
	}
	for _, u := range l.units {
		u.serve(p.Funcs[u.id])
	}
	l.demand()
	added := map[string]bool{}
	for _, u := range l.units {
		if u.constant && !u.stores {
			continue
		}
		l.stats.Instances++
		if l.library != nil && l.inLibrary(u) {
			l.stats.Library++
		}
		if u.replayed {
			l.stats.Reused++
		}
		if same := u.same(); same != "" && !u.constant {
			rep.reached[same] = true
			if w.opts.Calls {
				rep.count(u)
			}
		}
		l.contracts(u)
		if u.repeats {
			rep.Repeats = append(rep.Repeats, u.id)
		}
		if l.fails(u) {
			rep.Fails = append(rep.Fails, u.id)
		}
		if have := p.Funcs[u.id]; !added[u.id] && (have == nil || have.Lang == infer.Rust) {
			added[u.id] = true
			p.Funcs[u.id] = l.emit(u)
		}
	}
	for sym, pos := range l.external {
		if p.Funcs[sym] == nil && p.Decls[sym] == nil {
			p.Decls[sym] = &infer.Decl{Symbol: sym, Pos: pos}
		}
	}
	l.noteDependents()
	l.addContracts(rep)
	rep.Stats = l.stats
	rep.Errors = w.problems
	for n := range l.notes {
		rep.Notes = append(rep.Notes, n)
	}
	sort.Slice(rep.Notes, func(i, j int) bool {
		a, b := rep.Notes[i], rep.Notes[j]
		if c := comparePos(a.Pos, b.Pos); c != 0 {
			return c < 0
		}
		return a.Text < b.Text
	})
	return rep, nil
}

// buildFrom builds the units from one on, and those that they lead to.
func (l *lowering) buildFrom(i int) {
	for ; i < len(l.units); i++ {
		l.build(l.units[i])
		if i == len(l.units)-1 {
			l.fillTables()
		}
	}
}

// comparePos orders positions.
func comparePos(a, b infer.Pos) int {
	return cmp.Or(strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

// serve makes a unit keep what an earlier form of the function had.
func (u *unit) serve(have *infer.Func) {
	if have == nil || have.Lang != infer.Rust {
		return
	}
	for _, r := range have.Rets {
		u.rets[r] = true
	}
	for _, p := range have.Params {
		u.want(ref{p.Arg + 1, p.Path})
	}
}

// addRoots starts at everything of a driver that exists without being
// instantiated: its functions, and the constants that may fill slots.
func (l *lowering) addRoots(rep *Report, crate string) {
	for _, root := range l.w.mono.Roots(crate) {
		c, err := l.w.mono.Resolve(root)
		if err != nil {
			l.note(infer.Pos{}, fmt.Sprintf("%s is not lowered: %s", short(root.Key()), short(err.Error())))
			continue
		}
		if c.Kind == mono.Body {
			u := l.unitFor(c.Inst, false)
			rep.Roots = append(rep.Roots, u.id)
			l.roots = append(l.roots, u)
		}
	}
	sort.Strings(rep.Roots)
	for _, c := range l.w.mono.ConstRoots(crate) {
		if r, err := l.w.mono.Resolve(c); err == nil && r.Kind == mono.Body {
			l.unitFor(r.Inst, true)
		}
	}
}

// declare notes a foreign function with its first declaration.
func (l *lowering) declare(c *mono.Callee) {
	l.declareAt(c.Symbol, l.pos(mir.Span{File: c.Pos.File, Line: c.Pos.Line, Col: c.Pos.Col}))
}

func (l *lowering) declareAt(symbol string, pos infer.Pos) {
	l.did(effect{kind: declared, text: symbol, pos: pos})
	if have, ok := l.external[symbol]; !ok || pos.File < have.File || pos.File == have.File && pos.Line < have.Line {
		l.external[symbol] = pos
	}
}

func (l *lowering) note(pos infer.Pos, text string) {
	l.did(effect{kind: noted, pos: pos, text: text})
	l.notes[Note{pos, text}] = true
}

func (l *lowering) resolved() {
	l.stats.Resolved++
	if l.record != nil {
		l.record.Resolved++
	}
}

func (l *lowering) unresolved(pos infer.Pos, what, why string) {
	l.stats.Unresolved++
	if l.record != nil {
		l.record.Unresolved++
	}
	l.note(pos, fmt.Sprintf("%s is not resolved: %s", what, short(why)))
}

// unitFor is the unit of an instance.
func (l *lowering) unitFor(in *mono.Inst, constant bool) *unit {
	key := instKey(in, constant)
	if u := l.have(key); u != nil {
		if u.inst == nil {
			u.inst = in
		}
		return u
	}
	u := newUnit(in.ID, display(in))
	u.inst, u.constant = in, constant
	if in.Fn != nil {
		u.pos = l.pos(mir.Span{File: in.Fn.Pos.File, Line: in.Fn.Pos.Line, Col: in.Fn.Pos.Col})
		if in.Fn.Symbol != "" && in.Fn.HasBody {
			u.id, u.symbol = in.Fn.Symbol, in.Fn.Symbol
		}
		u.noReturn = in.Fn.Output == ty.NeverType
		u.ann = l.w.annotationAt(in.Crate, in.Fn.Pos)
	}
	return l.add(key, u)
}

// glueUnit is the unit of the drop glue of a type.
func (l *lowering) glueUnit(at *ty.Type) *unit {
	id := "drop glue of " + at.Key()
	if u := l.have(id); u != nil {
		if u.glue == nil {
			u.glue = at
		}
		return u
	}
	u := newUnit(id, "drop of "+short(at.Key()))
	u.glue = at
	if at.Kind == ty.Adt && l.w.mono.Adt(at.Name) == nil {
		u.inst = l.w.mono.DumpedGlue(at)
	}
	if a := l.w.mono.Adt(at.Name); a != nil && at.Kind == ty.Adt {
		u.ann = l.w.annotationAt(a.Crate(), a.Pos)
		u.pos = l.pos(mir.Span{File: a.Pos.File, Line: a.Pos.Line, Col: a.Pos.Col})
	}
	return l.add(id, u)
}

func newUnit(id, name string) *unit {
	return &unit{id: id, symbol: id, name: name, alias: map[int]ref{}, names: map[int]string{}, need: map[ref]bool{},
		rets: map[string]bool{}, params: map[argPath]bool{}, callers: map[*unit]bool{}}
}

// extra adds a block behind those of the MIR, of which there are n, and returns
// its number.
func (l *lowering) extra(u *unit, b block, n int) int {
	l.extras[u] = append(l.extras[u], b)
	return n + len(l.extras[u]) // one spare block comes first
}

// spare makes sure that the block behind those of the MIR exists.
func (l *lowering) spare(u *unit) {
	if _, ok := l.extras[u]; !ok {
		l.extras[u] = nil
	}
}

// finish appends the extra blocks, behind one that is never reached.
func (l *lowering) finish(u *unit) {
	if ex, ok := l.extras[u]; ok {
		u.blocks = append(append(u.blocks, block{term: term{kind: termUnreachable, pos: u.pos}}), ex...)
		delete(l.extras, u)
	}
}

// function is a function item as a value.
func (l *lowering) function(u *unit, t *ty.Type, pos infer.Pos) (scalar, bool) {
	c, err := l.w.mono.Resolve(t)
	switch {
	case err != nil:
		l.note(pos, fmt.Sprintf("%s, whose address is taken, is not resolved: %s", short(t.Key()), short(err.Error())))
		return scalar{}, false
	case c.Kind == mono.Extern:
		l.declare(c)
		return scalar{sym: c.Symbol}, true
	case c.Kind == mono.Body:
		return scalar{fn: l.unitFor(c.Inst, false)}, true
	}
	return scalar{}, false
}

// callText is a call as a reader would write it.
func (l *lowering) callText(item *ty.Type) string {
	if item.Kind == ty.FnDef && item.NSelf == 1 {
		return short(item.Args[0].Key()) + "::" + item.Name
	}
	if item.Kind == ty.FnDef {
		return short(item.Name)
	}
	if item.Kind == ty.Closure {
		return "the closure"
	}
	return short(item.Key())
}
