package rustfront

import (
	"strconv"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// constant is the value of a constant as far as scalars go.
func (t *translator) constant(c *mir.Const) value {
	switch c.Kind {
	case mir.ConstInt:
		if n, ok := c.Int64(); ok {
			return number(n)
		}
	case mir.ConstBool:
		if c.Bool {
			return number(1)
		}
		return number(0)
	case mir.ConstChar:
		for _, r := range c.Str {
			return number(int64(r))
		}
	case mir.ConstTuple:
		return t.parts(c.Elems, "", nil)
	case mir.ConstArray:
		if len(c.Elems) <= maxElements {
			v := t.parts(c.Elems, "", nil)
			v.tree["#"] = scalar{num: int64(len(c.Elems))}
			return v
		}
	case mir.ConstAlloc:
		return t.static(c)
	case mir.ConstAdt:
		return t.adt(c)
	case mir.ConstRef:
		if len(c.Elems) == 1 {
			return under("*", t.constant(c.Elems[0]))
		}
	case mir.ConstTyped:
		if len(c.Elems) == 1 {
			return t.constant(c.Elems[0])
		}
	case mir.ConstTransmute:
		if c.Type != nil {
			at := t.u.inst.Type(c.Type)
			if n, err := strconv.ParseUint(strings.TrimPrefix(c.Str, "0x"), 16, 64); err == nil {
				if bits, _ := width(at); bits > 0 {
					return number(fit(int64(n), at))
				}
			}
		}
	case mir.ConstPath:
		return t.named(c)
	}
	return value{}
}

// under is a constant tree one step further down.
func under(step string, v value) value {
	if v.kind != constValue {
		return value{}
	}
	out := map[string]scalar{}
	for p, s := range v.tree {
		out[step+p] = s
	}
	return value{kind: constValue, tree: out}
}

func (t *translator) parts(elems []*mir.Const, prefix string, order []int) value {
	out := map[string]scalar{}
	for i, e := range elems {
		n := i
		if i < len(order) {
			n = order[i]
		}
		for p, s := range under(prefix+"."+strconv.Itoa(n), t.constant(e)).tree {
			out[p] = s
		}
	}
	return value{kind: constValue, tree: out}
}

func (t *translator) adt(c *mir.Const) value {
	at := t.u.inst.Item(c.Path)
	self := ty.AdtOf(at.Name, at.Args)
	name := at.Name[strings.LastIndex(at.Name, ":")+1:]
	if at.NSelf == 1 {
		self = at.Args[0]
	}
	return t.variantValue(self, name, c)
}

// variantValue is a constant of a struct, or of a variant of an enum.
func (t *translator) variantValue(self *ty.Type, name string, c *mir.Const) value {
	a := t.l.w.mono.Adt(self.Name)
	if self.Kind != ty.Adt || a == nil {
		return value{}
	}
	if len(a.Variants) == 1 && a.Variants[0].Name == name && strings.HasSuffix(a.Path, "::"+name) {
		return t.parts(c.Elems, "", fieldOrder(a, 0, c.Fields))
	}
	i := t.l.variant(self, name, 0)
	v := t.parts(c.Elems, "@"+strconv.Itoa(i), fieldOrder(a, i, c.Fields))
	v.tree["#"] = scalar{num: t.l.discriminant(self, i)}
	return v
}

// named evaluates a constant that is only named.
func (t *translator) named(c *mir.Const) value {
	segs := c.Path.Segs
	if c.Promoted() >= 0 {
		if p := t.u.inst.Promoted(c.Path); p != nil {
			return t.l.constValue(p)
		}
		return value{}
	}
	if len(segs) == 1 && c.Path.Self == nil && len(segs[0].Args) == 0 {
		if arg := t.u.inst.Arg(segs[0].Name); arg != nil {
			return constArg(arg)
		}
	}
	item := t.u.inst.Item(c.Path)
	callee, err := t.l.w.mono.Resolve(item)
	switch {
	case err != nil:
		return value{}
	case callee.Kind == mono.Body:
		return t.l.constValue(callee.Inst)
	case callee.Kind == mono.Builtin && item.NSelf == 1 && item.Trait == "":
		return t.variantValue(item.Args[0], item.Name, c)
	}
	return value{}
}

func constArg(arg *ty.Type) value {
	switch arg.Name {
	case "true":
		return number(1)
	case "false":
		return number(0)
	}
	if n, err := strconv.ParseInt(arg.Name, 0, 64); err == nil && arg.Kind == ty.Const {
		return number(n)
	}
	return value{}
}

// constValue evaluates the body of a constant.
func (l *lowering) constValue(in *mono.Inst) value { return l.evaluate(l.unitFor(in, true)) }

// evaluate evaluates a constant.
func (l *lowering) evaluate(u *unit) value {
	l.did(effect{kind: evaluated, unit: u})
	defer l.unrecorded()()
	if v, ok := l.values[u]; ok {
		return v
	}
	l.values[u] = value{} // a constant that needs itself
	l.build(u)
	ev := &evaluation{l: l, steps: 4000}
	v := ev.run(u, nil, 0)
	l.values[u] = v
	return v
}
