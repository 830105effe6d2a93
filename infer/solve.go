package infer

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// IndirectPolicy is the policy for calls through function pointers.
type IndirectPolicy uint8

// The policies.
const (
	// IndirectTargets gives a slot the effects of all functions stored in it
	// anywhere in the program; a pointer without known targets is taken not to
	// sleep, and the evidence says so.
	IndirectTargets IndirectPolicy = iota
	// IndirectSleep takes every indirect call to sleep.
	IndirectSleep
	// IndirectIgnore takes no indirect call to do anything.
	IndirectIgnore
)

// ParseIndirect reads a policy by its name on the command line: targets, sleep
// or ignore.
func ParseIndirect(s string) (IndirectPolicy, error) {
	for i, n := range []string{"targets", "sleep", "ignore"} {
		if s == n {
			return IndirectPolicy(i), nil
		}
	}
	return 0, fmt.Errorf("unknown policy %q for indirect calls: want targets, sleep or ignore", s)
}

// Options steer [Solve].
type Options struct {
	Indirect IndirectPolicy
	// Progress, if it is not nil, is told how many functions more have a summary. Some are
	// solved again later. Several goroutines call it.
	Progress func(functions int)
}

// Solution holds the summary of every function of a program.
type Solution struct {
	prog  *Program
	opts  Options
	nodes []*node
	index map[string]int // function ID, or "slot " + slot
	// bodiless are the summaries of names that have no node.
	bodiless map[string]*Summary
	names    map[string][]string // name or symbol -> function IDs
	open     map[string]bool     // slots in which something unknown is stored
	mixed    map[*Func]bool      // see mixes
	mu       sync.Mutex          // of bodiless and mixed, while components are solved
	// base is what this one builds on, or nil; its nodes come first, and are not in
	// index. absent are the nodes that name what has no node.
	base    *Base
	absent  map[string][]int
	reqs    []*Req // of the base, as far as unpacked
	damaged bool   // the base turned out not to be one
}

// node is a function, or a slot that stands for all its targets.
type node struct {
	id    string
	fn    *Func
	slot  []string // names of the targets
	sum   *Summary
	fixed bool  // by the table of primitives or an annotation
	succ  []int // what it depends on, other than slots that are called
	// calls are the nodes of what each operation calls, or none; nil where they were
	// not looked up.
	calls []int32
	pred  []int // what depends on it: for a slot its callers
	dirty bool
	// done is set where the summary was worked out here, and not in a base.
	done bool
	// told says of what kinds of assumptions its evidence knows; see task.
	told [2]bool
	// changes counts how often the summary of a slot changed.
	changes int
}

const slotPrefix = "slot "

// Solve derives the summaries of all functions of p, bottom-up over strongly
// connected components of the calls that are not through slots, to a fixed point
// inside each. Through slots nearly everything can reach nearly everything; so
// a slot first does nothing, and whatever calls it is done again when its targets
// turn out to do more. It fails where p is not
// well formed (see [Program.Check]).
func Solve(p *Program, opts Options) (*Solution, error) {
	ids := p.ids()
	if err := p.check(ids); err != nil {
		return nil, err
	}
	sol, _ := newSolution(p, ids, opts)
	fixed := 0
	for _, n := range sol.nodes {
		if n.dirty = !n.fixed; n.fixed {
			fixed++ // no slot is
		}
	}
	sol.progress(fixed)
	sol.run()
	sol.settleEvidence()
	return sol, nil
}

func (sol *Solution) progress(functions int) {
	if sol.opts.Progress != nil {
		sol.opts.Progress(functions)
	}
}

// newSolution has a node for each function and slot of p, linked and not solved.
func newSolution(p *Program, ids []string, opts Options) (*Solution, *stores) {
	sol := &Solution{prog: p, opts: opts, index: make(map[string]int, len(ids)), bodiless: map[string]*Summary{}, names: make(map[string][]string, len(ids)),
		mixed: map[*Func]bool{}, absent: map[string][]int{}}
	funcs := make([]*Func, len(ids))
	for i, id := range ids {
		funcs[i] = p.Funcs[id]
		sol.addNode(&node{id: id, fn: funcs[i]})
		sol.name(funcs[i])
	}
	st := p.stores(funcs)
	targets := st.lists()
	sol.open = st.open
	for _, s := range slices.Sorted(maps.Keys(targets)) {
		sol.addNode(&node{id: slotPrefix + s, slot: targets[s]})
	}
	sol.linkAll()
	return sol, st
}

func (sol *Solution) addNode(n *node) {
	sol.index[n.id] = len(sol.nodes)
	sol.nodes = append(sol.nodes, n)
}

// start gives a node its first summary: what it is told, or "does not return".
func (sol *Solution) start(n *node) {
	if n.fn == nil {
		n.sum = &Summary{Name: n.id, Rets: []string{""}, Exits: []Exit{{Tested: Any, Rets: []RetValue{factValue(Fact{})}}}}
		return
	}
	if m := modelFor(n.fn); m != nil {
		s := *m
		s.Name, s.Func = n.id, n.fn
		n.sum, n.fixed = &s, true
		return
	}
	if ann := n.fn.Annotation; ann != nil && ann.Unchecked {
		s := annotated(n.fn.Name, ann)
		s.Name, s.Func, s.Params, s.Rets = n.id, n.fn, n.fn.Params, n.fn.Rets
		n.sum, n.fixed = s, true
		return
	}
	n.sum = &Summary{Name: n.id, Func: n.fn, Params: n.fn.Params, Rets: n.fn.Rets, Evidence: Proved}
}

// summarise works out a node's summary from those it depends on.
func (sol *Solution) summarise(n *node) *Summary {
	if n.fn != nil {
		return sol.analyse(n)
	}
	return sol.solveSlot(n)
}

// sameAs tells whether callers could not tell the summaries apart. Witnesses
// and evidence do not count.
func (s *Summary) sameAs(t *Summary) bool {
	return slices.EqualFunc(s.Reqs, t.Reqs, func(a, b *Req) bool {
		return a.sameKind(b) && a.Expect == b.Expect && a.When.Equal(b.When)
	}) &&
		slices.EqualFunc(s.Exits, t.Exits, func(a, b Exit) bool {
			return a.sameEffect(&b) && a.When.Equal(b.When) && slices.EqualFunc(a.Rets, b.Rets, RetValue.equal)
		}) &&
		slices.EqualFunc(s.Entries, t.Entries, func(a, b CallbackEntry) bool {
			return a.sameState(&b) && a.When.Equal(b.When)
		})
}

// grownFrom makes sure that a summary that does not settle only asks more, and
// in the end unconditionally.
func (s *Summary) grownFrom(old *Summary, unconditional bool) *Summary {
	c := newCollector(s.Func)
	for _, r := range append(slices.Clone(old.Reqs), s.Reqs...) {
		q := *r
		if unconditional {
			q.When = nil
		}
		c.require(&q)
	}
	for _, e := range s.Exits {
		for i := range old.Exits {
			if f := &old.Exits[i]; f.sameEffect(&e) && len(f.Rets) == len(e.Rets) {
				e.Rets = joinRets(&e, f)
			}
		}
		if unconditional {
			e.When = nil
		}
		c.addExit(e, Pos{})
	}
	out := *s
	out.Reqs, out.Exits = c.reqs, c.exits
	out.order()
	if unconditional && len(s.Exits) > 0 && !slices.EqualFunc(out.Exits, old.Exits, func(e, f Exit) bool { return e.sameEffect(&f) }) {
		lost := Exit{Ambiguous: true, Tested: Any, Rets: make([]RetValue, len(s.Rets))}
		for i := range lost.Rets {
			lost.Rets[i] = factValue(Fact{})
		}
		out.Exits, out.guess = []Exit{lost}, true
		out.Assumes = append(slices.Clone(s.Assumes), Assumption{Pos: s.pos(), Text: "the count changes in a recursion, by what could not be told"})
	}
	return &out
}

// effect grades what calls of a function can do to the state of a caller.
type effect uint8

const (
	noEffect effect = iota
	tells           // it tells of something that is seldom so
	asks            // it asks something of its context, or calls what it is given
	changes         // it changes the count, or tells something about it
)

// effects is the strongest effect of anything that f calls.
func (sol *Solution) effects(f *Func) effect {
	e := noEffect
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			if call := f.Blocks[b].Ops[i].Call; call != nil {
				e = max(e, sol.calleeOf(f, call, none).effect)
			}
		}
	}
	return e
}

func (s *Summary) effect() effect {
	for i := range s.Exits {
		e := &s.Exits[i]
		if !e.Adjust.IsZero() || e.SetIRQ || e.Ambiguous || e.tests() {
			return changes
		}
	}
	if len(s.Entries) > 0 {
		return asks
	}
	for _, r := range s.Reqs {
		if r.Kind != SleepsOnRT {
			return asks
		}
	}
	for i := range s.Exits {
		if s.Exits[i].Seldom != 0 {
			return tells
		}
	}
	return noEffect
}

// summaryOf is the summary of a function by ID or symbol; one is made up for
// names that have no body.
func (sol *Solution) summaryOf(name string) *Summary {
	if j, ok := sol.lookup(name); ok {
		return sol.at(j).sum
	}
	sol.mu.Lock()
	defer sol.mu.Unlock()
	if s, ok := sol.bodiless[name]; ok {
		return s
	}
	symbol := name
	if at := strings.IndexByte(name, '@'); at > 0 {
		symbol = name[:at]
	}
	s := &Summary{Name: symbol, Evidence: NoBody, Exits: []Exit{{Tested: Any}}}
	if m := modelNamed(symbol); m != nil {
		s = m
	} else if d := sol.prog.Decls[symbol]; d != nil {
		if d.Builtin {
			s.Evidence = Proved
		}
		if d.NoReturn || d.Absent {
			s.Exits, s.NoReturn, s.absent = nil, true, d.Absent
		}
	}
	sol.bodiless[name] = s
	return s
}

// annotated is the summary that an annotation claims.
func annotated(name string, ann *Annotation) *Summary {
	e := Exit{Tested: Any}
	if ann.Adjust != nil {
		e.Adjust[Raw] = int8(max(-100, min(100, *ann.Adjust)))
	}
	s := &Summary{Name: name, Evidence: Model, Exits: []Exit{e}, Reason: "annotated at " + ann.Pos.String()}
	if ann.Expect != nil && *ann.Expect != Any {
		r := &Req{Kind: Holds, Expect: *ann.Expect, AnyIRQ: true, Pos: ann.Pos, Text: name + " is annotated to expect " + ann.Expect.String(), depth: 1}
		if *ann.Expect == (Range{}) {
			r.Kind, r.AnyIRQ = Sleeps, false
		}
		s.Reqs = []*Req{r}
	}
	return s
}
