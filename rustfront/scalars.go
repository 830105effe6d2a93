package rustfront

import (
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// width is the number of bits of an integer type, and whether it has a sign; 0
// for other types.
func width(t *ty.Type) (bits int, signed bool) {
	if t.Kind != ty.Prim {
		return 0, false
	}
	switch t.Name {
	case "u8", "i8":
		bits = 8
	case "u16", "i16":
		bits = 16
	case "u32", "i32", "char":
		bits = 32
	case "u64", "i64", "usize", "isize":
		bits = 64
	case "u128", "i128":
		bits = 128
	case "bool":
		bits = 1
	}
	return bits, bits > 0 && t.Name[0] == 'i'
}

// fit brings a number into the range of a type, as a cast does.
func fit(n int64, t *ty.Type) int64 {
	bits, signed := width(t)
	if bits == 0 || bits >= 64 {
		return n
	}
	n &= 1<<bits - 1
	if signed && n>>(bits-1) != 0 {
		n -= 1 << bits
	}
	return n
}

func (t *translator) cast(s *mir.Stmt, dst ref, pos infer.Pos) []stmt {
	rv := s.Rvalue
	unknown := []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{{}}}}
	if len(rv.Ops) != 1 {
		return unknown
	}
	v := t.operand(&rv.Ops[0])
	from, to := t.operandType(&rv.Ops[0]), t.u.inst.Type(rv.Type)
	switch {
	case rv.Cast.Coercion == "ReifyFnPointer" || rv.Cast.Coercion == "ClosureFnPointer":
		if c, ok := t.l.function(t.u, from, pos); ok {
			t.l.addMade(to.Key(), c, pos)
			if c.fn != nil {
				t.l.pointed(c.fn, pos, "", to.Kind == ty.FnPtr && to.Name != "")
			}
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{{kind: constValue, tree: map[string]scalar{"": c}}}}}
		}
		return unknown
	case rv.Cast.Coercion == "Unsize":
		t.l.unsize(from, to, pos, t.u.inst.Crate == t.l.crate)
		if from.Kind == ty.Ref && to.Kind == ty.Ref && from.Args[0].Kind == ty.Array && to.Args[0].Kind == ty.Slice {
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{v}}}
		}
		return unknown
	case rv.Cast.Coercion != "":
		// Unsizing and pointer changes keep what is behind the pointer, but an
		// array or trait object is not looked into.
		return unknown
	case rv.Cast.Kind == "IntToInt":
		fb, fs := width(from)
		tb, ts := width(to)
		if tb >= fb && (!fs || ts) || tb >= 64 {
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{v}}}
		}
		if v.kind == constValue {
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{number(fit(v.tree[""].num, to))}}}
		}
		if !ts {
			return []stmt{{kind: assignOp, pos: pos, dst: dst, op: infer.And, vals: []value{v, number(1<<tb - 1)}}}
		}
		return unknown
	case rv.Cast.Kind == "Transmute" || rv.Cast.Kind == "PtrToPtr" || rv.Cast.Kind == "FnPtrToPtr":
		if from.Kind == ty.FnPtr || from.Key() == to.Key() {
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{v}}}
		}
	}
	return unknown
}

var comparisons = map[string][2]infer.ExprOp{
	"Eq": {infer.Eq, infer.Eq}, "Ne": {infer.Ne, infer.Ne},
	"Lt": {infer.ULt, infer.Lt}, "Le": {infer.ULe, infer.Le},
	"Gt": {infer.UGt, infer.Gt}, "Ge": {infer.UGe, infer.Ge},
}

func (t *translator) binary(rv *mir.Rvalue, dst ref, pos infer.Pos) []stmt {
	unknown := []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{{}}}}
	if len(rv.Ops) != 2 {
		return unknown
	}
	vals := []value{t.operand(&rv.Ops[0]), t.operand(&rv.Ops[1])}
	bits, signed := width(t.operandType(&rv.Ops[0]))
	if bits == 0 { // a constant that is only named; what it is compared with has its type
		bits, signed = width(t.operandType(&rv.Ops[1]))
	}
	op := func(o infer.ExprOp, to ref) []stmt {
		return []stmt{{kind: assignOp, pos: pos, dst: to, op: o, vals: vals}}
	}
	if c, ok := comparisons[rv.Op]; ok {
		if bits == 0 {
			return unknown
		}
		if signed {
			return op(c[1], dst)
		}
		return op(c[0], dst)
	}
	name := strings.TrimSuffix(rv.Op, "Unchecked")
	switch name {
	case "BitAnd":
		return op(infer.And, dst)
	case "BitOr":
		return op(infer.Or, dst)
	case "BitXor":
		if bits == 1 {
			return op(infer.Ne, dst)
		}
	case "Add", "Sub":
		if name == "Add" {
			return op(infer.Add, dst)
		}
		return op(infer.Sub, dst)
	case "AddWithOverflow", "SubWithOverflow":
		o := infer.Add
		if name[0] == 'S' {
			o = infer.Sub
		}
		return append(op(o, dst.at(".0")), stmt{kind: assignTree, pos: pos, dst: dst.at(".1"), vals: []value{{}}})
	}
	return unknown
}

func (t *translator) unary(rv *mir.Rvalue, dst ref, pos infer.Pos) []stmt {
	if len(rv.Ops) == 1 && rv.Op == "Not" {
		v := t.operand(&rv.Ops[0])
		at := t.operandType(&rv.Ops[0])
		switch bits, signed := width(at); {
		case bits == 1:
			return []stmt{{kind: assignOp, pos: pos, dst: dst, op: infer.Not, vals: []value{v}}}
		case bits > 0 && v.kind == constValue:
			return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{number(fit(^v.tree[""].num, at))}}}
		case bits > 0 && bits <= 64:
			ones := int64(-1)
			if !signed && bits < 64 {
				ones = 1<<bits - 1
			}
			return []stmt{{kind: assignOp, pos: pos, dst: dst, op: infer.Sub, vals: []value{number(ones), v}}}
		}
	}
	return []stmt{{kind: assignTree, pos: pos, dst: dst, vals: []value{{}}}}
}

// scalarPaths are the scalars of an argument that an external function could
// look at: the value itself, or that of a struct of one field around it.
func (l *lowering) scalarPaths(t *ty.Type) []string {
	path := ""
	for range 4 {
		if bits, _ := width(t); bits > 0 || t.Kind == ty.FnPtr {
			return []string{path}
		}
		a := l.w.mono.Adt(t.Name)
		if t.Kind != ty.Adt || a == nil || len(a.Variants) != 1 || len(a.Variants[0].Fields) != 1 {
			// A function pointer that may be null.
			if f := l.w.mono.Field(t, 1, 0); f != nil && f.Kind == ty.FnPtr {
				return []string{path + "@1.0"}
			}
			return nil
		}
		t = l.w.mono.Field(t, 0, 0)
		path += ".0"
	}
	return nil
}
