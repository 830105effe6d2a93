package rustfront

import (
	"strconv"

	"preemptck/infer"
	"preemptck/rustfront/ty"
)

// builtin is a call of what touches no count. Its result is not known, except
// for constructors used as functions, which are copied as what they are, the
// discriminant of an enum, and the size of a type.
func (t *translator) builtin(out term, item *ty.Type) term {
	c := out.call
	if len(out.to) == 0 {
		return term{kind: termUnreachable, pos: out.pos}
	}
	b := block{term: term{kind: termGoto, pos: out.pos, to: out.to}}
	if c.hasDst {
		b.stmts = append(b.stmts, stmt{kind: assignTree, pos: out.pos, dst: c.dst, vals: []value{{}}})
		b.stmts = append(b.stmts, t.construct(c, item, out.pos)...)
	}
	for _, k := range c.kills {
		b.stmts = append(b.stmts, stmt{kind: assignTree, pos: out.pos, dst: k.known(), vals: []value{{}}})
	}
	return term{kind: termGoto, pos: out.pos, to: []int{t.l.extra(t.u, b, len(t.body.Blocks))}}
}

func (t *translator) construct(c *call, item *ty.Type, pos infer.Pos) []stmt {
	if item.Kind != ty.FnDef || item.Trait != "" {
		return nil
	}
	prefix := ""
	var out []stmt
	switch {
	case item.Name == "core::intrinsics::discriminant_value" && len(c.args) == 1:
		// What derived comparisons of enums compare.
		return []stmt{{kind: assignTree, pos: pos, dst: c.dst, vals: []value{c.args[0].val.sub("*#")}}}
	case item.Name == "core::intrinsics::size_of" && len(item.Args) == 1:
		if bytes, ok := t.l.sizeOf(item.Args[0], 0); ok {
			return []stmt{{kind: assignTree, pos: pos, dst: c.dst, vals: []value{number(bytes)}}}
		}
		return nil
	case item.NSelf == 1:
		i := t.l.variant(item.Args[0], item.Name, 0)
		prefix = "@" + strconv.Itoa(i)
		out = append(out, stmt{kind: assignTree, pos: pos, dst: c.dst.at("#"), vals: []value{number(t.l.discriminant(item.Args[0], i))}})
	case t.l.w.mono.Adt(item.Name) == nil:
		return nil
	}
	for _, a := range c.args {
		out = append(out, stmt{kind: assignTree, pos: pos, dst: c.dst.at(prefix + "." + strconv.Itoa(a.index) + a.prefix), vals: []value{a.val}})
	}
	return out
}

// isSwap tells whether an item is the intrinsic that exchanges two values.
func isSwap(item *ty.Type) bool {
	return item.Name == "core::intrinsics::typed_swap_nonoverlapping"
}

// swap exchanges what two pointers point at.
func (t *translator) swap(out term) term {
	a, b := out.call.args[0].val.sub("*"), out.call.args[1].val.sub("*")
	var stmts []stmt
	set := func(dst, v value) {
		if dst.kind == refValue {
			stmts = append(stmts, stmt{kind: assignTree, pos: out.pos, dst: dst.ref, vals: []value{v}})
		}
	}
	n := len(t.body.Blocks)
	spare := tree(ref{local: scratch})
	set(spare, a)
	set(a, b)
	set(b, spare)
	return term{kind: termGoto, pos: out.pos, to: []int{t.l.extra(t.u, block{stmts: stmts, term: term{kind: termGoto, pos: out.pos, to: out.to}}, n)}}
}

// scratch is a local that no body has.
const scratch = 1 << 30
