package infer

import (
	"maps"
	"slices"
	"sort"
	"strings"

	"preemptck/internal/wire"
)

// Extend solves a program on top of the base: its functions may call those of the
// base, and be stored where that calls through pointers; what of the base is affected
// by that is solved again. A function that the base has, too, is that of the base.
// It fails where p is not well formed.
//
// The evidence of what is not solved again stays: an assumption about a function of p
// that the base calls is named where p's functions rest on it, and not on the way there.
func (b *Base) Extend(p *Program) (*Solution, error) {
	if err := p.Check(); err != nil {
		return nil, err
	}
	sol := b.solution(p)
	ids := make([]string, 0, len(p.Funcs))
	for id := range p.Funcs {
		if !b.Has(id) {
			ids = append(ids, id)
		}
	}
	sort.Strings(ids)
	st := newStores()
	st.unpack(b.r.Over(b.stored))
	open := maps.Clone(st.open)
	for _, in := range p.Inits {
		st.init(in)
	}
	src := &origins{}
	for _, id := range ids {
		sol.addNode(&node{id: id, fn: p.Funcs[id]})
		sol.name(p.Funcs[id])
		st.add(p.Funcs[id], src)
	}
	st.settle(func(name string) string {
		if i, ok := sol.lookup(name); ok {
			return sol.nodes[i].id
		}
		return name
	})
	sol.open = st.open
	sol.extendSlots(st.lists())
	for i := len(b.ids); i < len(sol.nodes); i++ {
		sol.start(sol.nodes[i])
	}
	for i := b.funcs; i < len(sol.nodes); i++ {
		if n := sol.nodes[i]; i >= len(b.ids) || n.dirty {
			n.succ = nil
			sol.link(i, n)
			n.dirty = !n.fixed
		}
	}
	sol.fillGaps(open)
	sol.run()
	sol.settleEvidence()
	if sol.damaged {
		return nil, wire.ErrDamaged
	}
	return sol, nil
}

// solution is one with nothing but the base in it.
func (b *Base) solution(p *Program) *Solution {
	all := &Program{Funcs: p.Funcs, Aliases: b.alias, Fields: b.fields, Decls: map[string]*Decl{}}
	sol := &Solution{base: b, prog: all, opts: b.opts, index: map[string]int{}, bodiless: map[string]*Summary{}, names: map[string][]string{},
		mixed: map[*Func]bool{}, absent: map[string][]int{}, reqs: make([]*Req, len(b.reqs))}
	r := b.r.Over(b.decls)
	r.Values(nil)(&all.Decls)
	sol.damaged = r.Err() != nil
	for symbol, d := range p.Decls {
		if all.Decls[symbol] == nil {
			all.Decls[symbol] = d
		}
	}
	nodes := make([]node, len(b.ids))
	for i := range nodes {
		n := &nodes[i]
		n.id, n.succ, n.pred = b.ids[i], b.succ[i], slices.Clip(b.pred[i])
		n.fixed, n.told = b.flags[i]&baseFixed != 0, [2]bool{b.flags[i]&baseToldCount != 0, b.flags[i]&baseToldAwake != 0}
		if i >= b.funcs {
			n.slot = b.slots[i-b.funcs]
		}
		sol.nodes = append(sol.nodes, n)
	}
	return sol
}

// extendSlots brings the targets of slots up to date: slots that hold more than in the
// base are to be solved again, and slots are made that hold nothing there.
func (sol *Solution) extendSlots(lists map[string][]string) {
	for _, slot := range slices.Sorted(maps.Keys(lists)) {
		id := slotPrefix + slot
		i, ok := sol.base.find(id)
		if !ok {
			sol.addNode(&node{id: id, slot: lists[slot], pred: slices.Clone(sol.base.absent[id])})
			sol.touch(sol.base.absent[id])
		} else if n := sol.nodes[i]; !slices.Equal(n.slot, lists[slot]) {
			n.slot, n.dirty = lists[slot], true
		}
	}
}

// fillGaps makes the functions of the base that name one which is new be solved again,
// and those that call a private slot in which something unknown is stored now. open
// are those of the base.
func (sol *Solution) fillGaps(open map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(sol.base.absent)) {
		users := sol.base.absent[name]
		if slot, ok := strings.CutPrefix(name, slotPrefix); ok {
			if sol.open[slot] != open[slot] {
				sol.touch(users)
			}
			continue
		}
		j, ok := sol.lookup(name)
		if !ok {
			continue
		}
		for _, i := range users {
			sol.nodes[i].succ = append(slices.Clip(sol.nodes[i].succ), j)
			sol.nodes[j].pred = append(sol.nodes[j].pred, i)
		}
		sol.touch(users)
	}
}

func (sol *Solution) touch(users []int) {
	for _, i := range users {
		sol.nodes[i].dirty = !sol.nodes[i].fixed
	}
}
