package rustfront

import (
	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// Derived comparisons of enums. `mode == Mode::Locked` says that mode is Locked, and
// no field takes part, since Locked has none; the body of the derived function tells
// that only for two variants that are known.

const partialEq = "core::cmp::PartialEq"

// comparedVariant is the comparison of the discriminants that a call of eq or ne comes
// down to where it is derived and one side is a variant without fields.
func (t *translator) comparedVariant(c *call, item *ty.Type) (infer.ExprOp, bool) {
	if !c.hasDst || len(c.args) != 2 || item.Kind != ty.FnDef || item.Trait != partialEq || item.NSelf != 1 {
		return 0, false
	}
	self, others := item.Args[0], item.TraitArgs()
	if len(others) != 1 || others[0].Key() != self.Key() || !t.l.derivesEq(self) {
		return 0, false
	}
	if !t.bareVariant(self, c.args[0].val) && !t.bareVariant(self, c.args[1].val) {
		return 0, false
	}
	if item.Name == "ne" {
		return infer.Ne, true
	}
	return infer.Eq, item.Name == "eq"
}

// bareVariant tells whether a reference leads to a variant without fields.
func (t *translator) bareVariant(enum *ty.Type, v value) bool {
	a := t.l.w.mono.Adt(enum.Name)
	settled := t.settled(v, 0)
	d, ok := settled.tree["*#"]
	if a == nil || a.Kind != items.Enum || settled.kind != constValue || !ok || d.fn != nil || d.sym != "" {
		return false
	}
	for _, variant := range a.Variants {
		if variant.Discr == d.num {
			return len(variant.Fields) == 0
		}
	}
	return false
}

// derivesEq tells whether the PartialEq of an enum is derived.
func (l *lowering) derivesEq(enum *ty.Type) bool {
	if enum.Kind != ty.Adt {
		return false
	}
	eq, err := l.w.mono.Resolve(ty.FnItem("eq", enum, partialEq, []*ty.Type{enum}, nil))
	if err != nil || eq.Kind != mono.Body {
		return false
	}
	body, err := eq.Inst.Body()
	return err == nil && comparesDerived(body)
}

// comparesDerived tells whether a body is a derived comparison: the compiler gives the
// discriminants in that code names that sources do not use, older ones with `tag`.
func comparesDerived(body *mir.Item) bool {
	return hasVariable(body, "__self_discr") && hasVariable(body, "__arg1_discr") ||
		hasVariable(body, "__self_tag") && hasVariable(body, "__arg1_tag")
}

func hasVariable(body *mir.Item, name string) bool {
	for i := range body.Debug {
		if body.Debug[i].Name == name {
			return true
		}
	}
	return false
}
