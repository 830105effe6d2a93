package rustfront

import (
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// isC tells whether a type is one of C's structures: those of a crate or module
// called bindings.
func isC(at *ty.Type) bool {
	return at.Kind == ty.Adt && (strings.HasPrefix(at.Name, "bindings::") || strings.Contains(at.Name, "::bindings::"))
}

// slotStores are the stores that filling a field of a C structure with a
// function makes: `bindings::blk_mq_ops { queue_rq: Some(f) }`.
func (t *translator) slotStores(at *ty.Type, field string, ft *ty.Type, v value, pos infer.Pos) []stmt {
	if at == nil || !isC(at) || field == "" {
		return nil
	}
	path, ok := t.l.pointerPath(ft)
	if !ok {
		return nil
	}
	t.u.stores = true
	v = v.sub(path)
	if f, ok := t.functions(v)[""]; ok {
		v = value{kind: constValue, tree: map[string]scalar{"": f}}
	} else if c := t.settled(v, 0); c.kind == constValue && len(c.tree) > 0 {
		return nil // no function: a null pointer
	}
	name := at.Name[strings.LastIndex(at.Name, ":")+1:]
	return []stmt{{kind: storeSlot, pos: pos, slot: "struct " + name + "." + field, vals: []value{v}}}
}

// slotOf is the store that assigning to a field of a C structure makes.
func (t *translator) slotOf(p *mir.Place, v value, pos infer.Pos) []stmt {
	n := len(p.Proj)
	if n == 0 || p.Proj[n-1].Kind != mir.ElemField {
		return nil
	}
	at := t.u.inst.PlaceType(&mir.Place{Local: p.Local, Proj: p.Proj[:n-1]})
	a := t.l.w.mono.Adt(at.Name)
	if at.Kind != ty.Adt || a == nil || len(a.Variants) != 1 || p.Proj[n-1].Field >= len(a.Variants[0].Fields) {
		return nil
	}
	t.fillField(at, p.Proj[n-1].Field, t.u.inst.PlaceType(p), v, pos)
	return t.slotStores(at, a.Variants[0].Fields[p.Proj[n-1].Field].Name, t.u.inst.PlaceType(p), v, pos)
}
