package rustfront

import (
	"strconv"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Elements of arrays are parts like the fields of tuples (".0", ".1"), as long as
// the index is known and the array not too long; "#" is then the number of
// elements. An element that is not known which is a step "?": nothing is known of
// it, and writing to it makes the whole array unknown.

// maxElements bounds the arrays whose elements are told apart.
const maxElements = 64

// unknownStep is the step to some element.
const unknownStep = "?"

func containsUnknownStep(path string) bool { return strings.Contains(path, unknownStep) }

// known is the place up to the first element of which it is not known which.
func (r ref) known() ref {
	r.path, _, _ = strings.Cut(r.path, unknownStep)
	return r
}

// element is the index of the element that the i-th projection of a place leads
// to, where it is known.
func (t *translator) element(p *mir.Place, i int) (int, bool) {
	e := &p.Proj[i]
	at := t.u.inst.PlaceType(&mir.Place{Local: p.Local, Proj: p.Proj[:i]})
	n, isArray := arrayLen(at)
	switch {
	case isArray && n > maxElements:
		return 0, false
	case e.Kind == mir.ElemIndex:
		k, ok := t.fixed(tree(ref{local: e.Local}), 0)
		return int(k), ok && k >= 0 && k < maxElements && (!isArray || int(k) < n)
	case e.Kind == mir.ElemConstIndex && e.FromEnd && isArray && int(e.From) <= n:
		return n - int(e.From), true
	case e.Kind == mir.ElemConstIndex && !e.FromEnd && e.From < maxElements:
		return int(e.From), true
	}
	return 0, false
}

func arrayLen(t *ty.Type) (int, bool) {
	if t.Kind != ty.Array {
		return 0, false
	}
	n, err := strconv.Atoi(t.Args[1].Key())
	return n, err == nil
}

// repeat sets the elements of `[x; n]`.
func (t *translator) repeat(s *mir.Stmt, dst ref, pos infer.Pos) []stmt {
	n, ok := arrayLen(t.u.inst.PlaceType(s.Place))
	if !ok || n > maxElements || len(s.Rvalue.Ops) != 1 {
		return nil
	}
	v := t.operand(&s.Rvalue.Ops[0])
	out := []stmt{{kind: assignTree, pos: pos, dst: dst.at("#"), vals: []value{number(int64(n))}}}
	for i := range n {
		out = append(out, stmt{kind: assignTree, pos: pos, dst: dst.at("." + strconv.Itoa(i)), vals: []value{v}})
	}
	return out
}

// static is the value of a reference to a static that nothing can change.
func (t *translator) static(c *mir.Const) value {
	if c.Type == nil || c.Type.Kind != mir.TyRef || strings.Contains(c.Str, "+") {
		return value{}
	}
	at := t.u.inst.Type(c.Type)
	if !t.l.frozen(at.Args[0], 0) {
		return value{}
	}
	for i := range t.body.Allocs {
		a := &t.body.Allocs[i]
		if a.Name != c.Str || a.Static == "" {
			continue
		}
		callee, err := t.l.w.mono.Resolve(t.u.inst.Item(mir.ParsePath(a.Static)))
		if err != nil || callee.Inst == nil {
			return value{}
		}
		return under("*", t.l.constValue(callee.Inst))
	}
	return value{}
}

// frozen tells whether a value of a type cannot change behind a shared reference.
func (l *lowering) frozen(t *ty.Type, depth int) bool {
	if depth > 16 || t.Kind == ty.Adt && (t.Name == unsafeCell || l.w.mono.Adt(t.Name) == nil) {
		return false
	}
	switch t.Kind {
	case ty.Prim, ty.Never, ty.FnPtr, ty.FnDef, ty.Ref, ty.Ptr:
		return true
	case ty.Tuple:
		for _, a := range t.Args {
			if !l.frozen(a, depth+1) {
				return false
			}
		}
		return true
	case ty.Slice, ty.Array:
		return l.frozen(t.Args[0], depth+1)
	case ty.Adt:
		for _, f := range l.fieldTypes(t) {
			if f == nil || !l.frozen(f, depth+1) {
				return false
			}
		}
		return true
	}
	return false
}

// unsafeCell is the one type whose content may change behind a shared reference.
const unsafeCell = "core::cell::UnsafeCell"
