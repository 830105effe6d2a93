package rustfront

import (
	"fmt"
	"strconv"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// translator turns the MIR of an instance into a flow.
type translator struct {
	l    *lowering
	u    *unit
	body *mir.Item
	// sources counts the assignments of each local; taint lists the places that
	// a local may be a mutable reference into.
	sources map[int]int
	taint   map[int][]ref
	// targets are the types of the places in taint.
	targets map[ref]*ty.Type
	// only is the assignment of a local that has no other.
	only map[int]*mir.Stmt
}

// build makes the flow of a unit. Calls that it makes are resolved, which adds
// units to the lowering.
func (l *lowering) build(u *unit) {
	l.did(effect{kind: built, unit: u})
	if u.built {
		return
	}
	u.built = true
	defer l.unrecorded()()
	if l.replay(u) {
		return
	}
	if l.keeps(u) {
		u.record = &record{}
		l.record = u.record
	}
	if u.glue != nil && u.inst == nil {
		l.buildGlue(u)
		return
	}
	body, err := u.inst.Body()
	if err != nil {
		u.record = nil
		l.note(u.pos, fmt.Sprintf("the MIR of %s cannot be read: %v", u.name, err))
		u.blocks = []block{{term: term{kind: termCall, call: &call{text: u.name}, to: []int{1}}}, {term: term{kind: termReturn}}}
		return
	}
	for _, n := range body.Notes {
		l.note(u.pos, fmt.Sprintf("%s:%d: %s", n.File, n.Line, n.Text))
	}
	t := &translator{l: l, u: u, body: body, sources: map[int]int{}, taint: map[int][]ref{}, targets: map[ref]*ty.Type{}, only: map[int]*mir.Stmt{}}
	u.nargs = len(body.Args)
	t.collect()
	if body.Value != nil {
		u.blocks = []block{{stmts: []stmt{{kind: assignTree, vals: []value{t.constant(body.Value)}}}, term: term{kind: termReturn}}}
		return
	}
	t.translate()
	l.finish(u)
	l.ownLines(u)
}

// translate makes the blocks that can be reached; the others stay empty, so that
// what only they call is not even resolved.
func (t *translator) translate() {
	t.u.blocks = make([]block, len(t.body.Blocks))
	for i := range t.u.blocks {
		t.u.blocks[i].term = term{kind: termUnreachable, pos: t.u.pos}
	}
	done := make([]bool, len(t.body.Blocks))
	queue := []int{0}
	for len(queue) > 0 {
		n := queue[0]
		queue = queue[1:]
		if n < 0 || n >= len(done) || done[n] {
			continue
		}
		done[n] = true
		t.u.blocks[n] = t.block(&t.body.Blocks[n])
		queue = append(queue, t.u.blocks[n].term.to...)
		for _, ex := range t.l.extras[t.u] {
			queue = append(queue, ex.term.to...)
		}
	}
}

// fixed is the value of an operand that is the same on every path: a constant,
// or a local that is only ever set to one.
func (t *translator) fixed(v value, depth int) (int64, bool) {
	switch v.kind {
	case constValue:
		s, ok := v.tree[""]
		return s.num, ok && s.fn == nil && s.sym == ""
	case refValue:
		if s := t.only[v.ref.local]; s != nil && v.ref.path == "" && depth < 8 {
			if rv := s.Rvalue; rv.Kind == mir.RvUse || rv.Kind == mir.RvNullary {
				if as := t.assign(s, v.ref); len(as) > 0 && as[0].kind == assignTree {
					return t.fixed(as[0].vals[0], depth+1)
				}
			}
		}
	}
	return 0, false
}

// collect finds what must be known before statements are translated: names of
// variables, references with one target, mutable borrows.
func (t *translator) collect() {
	for _, d := range t.body.Debug {
		if d.Place != nil && len(d.Place.Proj) == 0 && d.Name != "" {
			t.u.names[d.Place.Local] = d.Name
		}
	}
	for i := range t.body.Args {
		t.sources[i+1]++
		if at := t.localType(i + 1); (at.Kind == ty.Ref || at.Kind == ty.Ptr) && at.Mut {
			t.taint[i+1] = []ref{{i + 1, "*"}}
			t.targets[ref{i + 1, "*"}] = at.Args[0]
		}
	}
	t.eachStmt(func(s *mir.Stmt) {
		if !derefs(s.Place) {
			t.sources[s.Place.Local]++
		}
		rv := s.Rvalue
		if (rv.Kind == mir.RvRef || rv.Kind == mir.RvAddrOf) && rv.Ref == mir.RefMut && !derefs(rv.Place) {
			t.sources[rv.Place.Local]++ // written through the reference
		}
	})
	for i := range t.body.Blocks {
		if tm := &t.body.Blocks[i].Term; tm.Kind == mir.TermCall && tm.Place != nil && !derefs(tm.Place) {
			t.sources[tm.Place.Local]++
		}
	}
	t.eachStmt(func(s *mir.Stmt) {
		if len(s.Place.Proj) == 0 && t.sources[s.Place.Local] == 1 {
			t.only[s.Place.Local] = s
		}
	})
	t.eachStmt(t.findAlias)
	for changed := true; changed; {
		changed = false
		t.eachStmt(func(s *mir.Stmt) {
			if t.spread(s) {
				changed = true
			}
		})
		for i := range t.body.Blocks {
			if t.spreadCall(&t.body.Blocks[i].Term) {
				changed = true
			}
		}
	}
}

func (t *translator) eachStmt(f func(*mir.Stmt)) {
	for i := range t.body.Blocks {
		if t.body.Blocks[i].Cleanup {
			continue
		}
		for j := range t.body.Blocks[i].Stmts {
			if s := &t.body.Blocks[i].Stmts[j]; s.Kind == mir.StmtAssign && s.Place != nil && s.Rvalue != nil {
				f(s)
			}
		}
	}
}

func (t *translator) localType(n int) *ty.Type { return t.u.inst.LocalType(n) }

// place is the tree that a place stands for.
func (t *translator) place(p *mir.Place) ref {
	r := ref{local: p.Local}
	variant := ""
	for i, e := range p.Proj {
		switch e.Kind {
		case mir.ElemDeref:
			r.path += "*"
		case mir.ElemField:
			r.path += variant + "." + strconv.Itoa(e.Field)
			variant = ""
		case mir.ElemDowncast:
			at := t.u.inst.PlaceType(&mir.Place{Local: p.Local, Proj: p.Proj[:i]})
			variant = "@" + strconv.Itoa(t.l.variant(at, e.Name, e.Field))
		case mir.ElemIndex, mir.ElemConstIndex, mir.ElemSubslice:
			if n, ok := t.element(p, i); ok {
				r.path += "." + strconv.Itoa(n)
			} else {
				r.path += unknownStep
			}
		}
	}
	r.path += variant
	return t.u.canon(r)
}

// variant is the index of a variant, by name where the text has one.
func (l *lowering) variant(at *ty.Type, name string, index int) int {
	if a := l.w.mono.Adt(at.Name); a != nil && at.Kind == ty.Adt {
		for i, v := range a.Variants {
			if v.Name == name {
				return i
			}
		}
	}
	if name == "" {
		return index
	}
	return 0
}

func (t *translator) block(b *mir.Block) block {
	var out block
	if b.Cleanup {
		return block{term: term{kind: termUnreachable}}
	}
	for i := range b.Stmts {
		out.stmts = append(out.stmts, t.stmt(&b.Stmts[i])...)
	}
	out.term = t.term(b, &b.Term)
	return out
}

func (t *translator) pos(s *mir.Source) infer.Pos { return t.l.pos(s.Span) }

func (t *translator) stmt(s *mir.Stmt) []stmt {
	switch {
	case s.Kind == mir.StmtSetDiscriminant && s.Place != nil:
		at := t.u.inst.PlaceType(s.Place)
		return []stmt{{kind: assignTree, pos: t.pos(&s.Source), dst: t.place(s.Place).at("#"), vals: []value{number(t.l.discriminant(at, s.Variant))}}}
	case s.Kind != mir.StmtAssign || s.Place == nil || s.Rvalue == nil:
		return nil
	}
	dst := t.place(s.Place)
	if containsUnknownStep(dst.path) {
		return t.storeFields(s, dst)
	}
	return t.assign(s, dst)
}

// storeFields keeps of an assignment to one of the elements of an array what it
// does to slots, and that the array is not known any more.
func (t *translator) storeFields(s *mir.Stmt, dst ref) []stmt {
	out := []stmt{{kind: assignTree, pos: t.pos(&s.Source), dst: dst.known(), vals: []value{{}}}}
	for _, st := range t.assign(s, dst) {
		if st.kind == storeSlot {
			out = append(out, st)
		}
	}
	return out
}

func (l *lowering) discriminant(at *ty.Type, variant int) int64 {
	if a := l.w.mono.Adt(at.Name); at.Kind == ty.Adt && a != nil && a.Kind == items.Enum && variant < len(a.Variants) {
		return a.Variants[variant].Discr
	}
	return int64(variant)
}

func (t *translator) assign(s *mir.Stmt, dst ref) []stmt {
	pos := t.pos(&s.Source)
	whole := func(v value) []stmt { return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{v}}} }
	rv := s.Rvalue
	switch rv.Kind {
	case mir.RvUse:
		if len(rv.Ops) == 1 {
			return append(whole(t.operand(&rv.Ops[0])), t.slotOf(s.Place, t.operand(&rv.Ops[0]), pos)...)
		}
	case mir.RvCopyForDeref:
		return whole(tree(t.place(rv.Place)))
	case mir.RvRef, mir.RvAddrOf:
		if _, ok := t.u.alias[s.Place.Local]; ok && len(s.Place.Proj) == 0 {
			return nil
		}
		out := whole(value{})
		if rv.Ref == mir.RefMut {
			t.openField(rv.Place)
		}
		if rv.Ref == mir.RefShared {
			out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at("*"), vals: []value{tree(t.place(rv.Place))}})
		}
		return out
	case mir.RvDiscriminant:
		return whole(tree(t.place(rv.Place).at("#")))
	case mir.RvCast:
		return t.cast(s, dst, pos)
	case mir.RvBinary:
		return t.binary(rv, dst, pos)
	case mir.RvUnary:
		return t.unary(rv, dst, pos)
	case mir.RvNullary:
		if rv.Op == "UbChecks" || rv.Op == "ContractChecks" || rv.Op == "OverflowChecks" {
			return whole(number(0))
		}
	case mir.RvAggregate:
		return t.aggregate(s, dst, pos)
	case mir.RvRepeat:
		return append(whole(value{}), t.repeat(s, dst, pos)...)
	}
	return whole(value{})
}

func (t *translator) aggregate(s *mir.Stmt, dst ref, pos infer.Pos) []stmt {
	rv := s.Rvalue
	out := []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{{}}}}
	prefix := ""
	var at *ty.Type
	var order []int
	switch rv.Agg {
	case mir.AggAdt:
		at = t.u.inst.PlaceType(s.Place)
		a := t.l.w.mono.Adt(at.Name)
		variant := 0
		if a != nil && at.Kind == ty.Adt {
			last := rv.Path.Segs[len(rv.Path.Segs)-1].Name
			if a.Kind == items.Enum {
				variant = t.l.variant(at, last, 0)
				prefix = "@" + strconv.Itoa(variant)
				out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at("#"), vals: []value{number(t.l.discriminant(at, variant))}})
			}
			order = fieldOrder(a, variant, rv.Fields)
			if f := t.l.w.mono.Field(at, 1, 0); variant == 0 && f != nil && f.Kind == ty.FnPtr {
				// No function: a null pointer.
				out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at("@1.0"), vals: []value{number(0)}})
			}
		}
	case mir.AggClosure:
		t.closure(s)
	case mir.AggTuple:
	case mir.AggArray:
		if len(rv.Ops) > maxElements {
			return out
		}
		out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at("#"), vals: []value{number(int64(len(rv.Ops)))}})
	default:
		return out
	}
	for i := range rv.Ops {
		n := i
		if order != nil && i < len(order) {
			n = order[i]
		}
		v := t.operand(&rv.Ops[i])
		out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at(prefix + "." + strconv.Itoa(n)), vals: []value{v}})
		if at != nil && prefix == "" {
			t.fillField(at, n, t.operandType(&rv.Ops[i]), v, pos)
		}
		if i < len(rv.Fields) && at != nil {
			out = append(out, t.slotStores(at, rv.Fields[i], t.operandType(&rv.Ops[i]), v, pos)...)
		}
	}
	return out
}

// fieldOrder is the index of each named field.
func fieldOrder(a *items.Adt, variant int, names []string) []int {
	if len(names) == 0 || variant >= len(a.Variants) {
		return nil
	}
	var out []int
	for i, n := range names {
		at := i
		for j, f := range a.Variants[variant].Fields {
			if f.Name == n {
				at = j
			}
		}
		out = append(out, at)
	}
	return out
}

func (t *translator) operandType(op *mir.Operand) *ty.Type { return t.u.inst.OperandType(op) }

func (t *translator) operand(op *mir.Operand) value {
	switch {
	case op.Place != nil:
		return tree(t.place(op.Place))
	case op.Kind == mir.OperandRuntimeChecks:
		return number(0)
	case op.Const != nil:
		return t.constant(op.Const)
	}
	return value{}
}
