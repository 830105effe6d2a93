package rustfront

import (
	"strconv"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// buildGlue makes the flow of drop glue: the type's own Drop, then its fields.
// The argument is a pointer to the value.
func (l *lowering) buildGlue(u *unit) {
	u.nargs = 1
	at := u.glue
	self := tree(ref{1, "*"})
	w := l.w.mono
	g := &glueBuilder{l: l, u: u}
	switch at.Kind {
	case ty.Tuple:
		g.fields(at.Args, self, "")
	case ty.Closure:
		g.fields(w.Captures(at), self, "")
	case ty.Array:
		g.array(at, self)
	case ty.Slice:
		g.repeated(at.Args[0])
	case ty.Adt:
		g.adt(at, self)
	}
	g.end(term{kind: termReturn, pos: u.pos})
}

type glueBuilder struct {
	l *lowering
	u *unit
}

// end closes the flow with one more block.
func (g *glueBuilder) end(t term) { g.u.blocks = append(g.u.blocks, block{term: t}) }

// then adds a call that goes on in the block behind it.
func (g *glueBuilder) then(c *call) {
	g.end(term{kind: termCall, pos: g.u.pos, call: c, to: []int{len(g.u.blocks) + 1}})
}

func (g *glueBuilder) fields(ts []*ty.Type, self value, prefix string) {
	for i, t := range ts {
		if t != nil && g.l.w.mono.NeedsDrop(t) {
			g.then(g.l.dropCall(g.u, t, self.sub(prefix+"."+strconv.Itoa(i)), g.u.pos))
		}
	}
}

// array drops the elements of an array: so many, where their number is known, so
// that guards in one release so many locks.
func (g *glueBuilder) array(at *ty.Type, self value) {
	n, err := strconv.Atoi(at.Args[1].Key())
	if err != nil || n > maxElements {
		g.repeated(at.Args[0])
		return
	}
	for i := range n {
		g.then(g.l.dropCall(g.u, at.Args[0], self.sub("."+strconv.Itoa(i)), g.u.pos))
	}
}

// repeated drops any number of elements.
func (g *glueBuilder) repeated(elem *ty.Type) {
	g.u.repeats = true
	n := len(g.u.blocks)
	g.end(term{kind: termChoose, pos: g.u.pos, to: []int{n + 1, n + 2}})
	g.end(term{kind: termCall, pos: g.u.pos, call: g.l.dropCall(g.u, elem, value{}, g.u.pos), to: []int{n}})
}

func (g *glueBuilder) adt(at *ty.Type, self value) {
	w := g.l.w.mono
	if c := w.DropImpl(at); c != nil {
		item := ty.FnItem("drop", at, c.Impl.Trait, nil, nil)
		callee, err := w.Resolve(item)
		call := &call{text: "drop of a " + short(at.Key()), drop: true, args: []argument{{index: 0, prefix: "*", val: self}}}
		switch {
		case err != nil:
			g.l.unresolved(g.u.pos, call.text, err.Error())
		case callee.Kind == mono.Dependent:
			g.l.dependent(g.u, call)
		default:
			call.callee = g.l.unitFor(callee.Inst, false)
			call.callee.callers[g.u] = true
		}
		g.then(call)
	}
	if w.OnlyText(at) {
		g.text(at, self)
		return
	}
	a := w.Adt(at.Name)
	switch {
	case a == nil || a.Kind == items.Union || a.Kind == items.Foreign:
	case a.Kind == items.Struct:
		if len(w.Parts(at)) > 0 {
			g.fields(g.variant(at, a, 0), self, "")
		}
	default:
		g.enum(at, a, self)
	}
}

// text drops the fields of a type that is only known from MIR: those of the one
// variant that is ever made, or of any of several. Where none is made in sight,
// dropping what is in it may do anything.
func (g *glueBuilder) text(at *ty.Type, self value) {
	variants, known := g.l.w.mono.Made(at)
	switch {
	case !known: // noted where it is dropped
		g.then(&call{text: "drop of the fields of a " + short(at.Key()), drop: true})
	case len(variants) == 1:
		g.fields(variants[0], self, "")
	default:
		head := len(g.u.blocks)
		choose := term{kind: termChoose, pos: g.u.pos}
		g.end(choose)
		var exits []int
		for _, fields := range variants {
			choose.to = append(choose.to, len(g.u.blocks))
			g.fields(fields, value{}, "")
			exits = append(exits, len(g.u.blocks))
			g.end(term{kind: termGoto, pos: g.u.pos})
		}
		for _, x := range exits {
			g.u.blocks[x].term.to = []int{len(g.u.blocks)}
		}
		g.u.blocks[head].term = choose
	}
}

func (g *glueBuilder) variant(at *ty.Type, a *items.Adt, i int) []*ty.Type {
	var out []*ty.Type
	for fi := range a.Variants[i].Fields {
		out = append(out, g.l.w.mono.Field(at, i, fi))
	}
	return out
}

// enum drops the fields of the variant that is there.
func (g *glueBuilder) enum(at *ty.Type, a *items.Adt, self value) {
	head := len(g.u.blocks)
	sw := term{kind: termSwitch, pos: g.u.pos, cond: self.sub("#")}
	g.end(sw)
	var exits []int
	for i := range a.Variants {
		ts := g.variant(at, a, i)
		drops := false
		for _, t := range ts {
			drops = drops || t != nil && g.l.w.mono.NeedsDrop(t)
		}
		if !drops {
			continue
		}
		sw.cases = append(sw.cases, a.Variants[i].Discr)
		sw.to = append(sw.to, len(g.u.blocks))
		g.fields(ts, self, "@"+strconv.Itoa(i))
		exits = append(exits, len(g.u.blocks))
		g.end(term{kind: termGoto, pos: g.u.pos})
	}
	end := len(g.u.blocks)
	for _, x := range exits {
		g.u.blocks[x].term.to = []int{end}
	}
	sw.to = append(sw.to, end)
	g.u.blocks[head].term = sw
}
