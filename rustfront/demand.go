package rustfront

import (
	"strconv"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/ty"
)

// demand finds the scalars that matter, over all units: it starts at branches
// and at what external functions are given, and goes back through assignments,
// arguments and results until nothing new turns up.
func (l *lowering) demand() {
	queue := append([]*unit(nil), l.units...)
	queued := map[*unit]bool{}
	for _, u := range queue {
		queued[u] = true
	}
	for len(queue) > 0 {
		u := queue[0]
		queue = queue[1:]
		queued[u] = false
		for _, v := range u.propagate() {
			if !queued[v] {
				queued[v] = true
				queue = append(queue, v)
			}
		}
	}
}

// tell makes a function without callers in sight return what callers would look
// at: whether it holds a lock may hang on it, as with `Result<Guard>`.
func (l *lowering) tell(u *unit) {
	if u.inst == nil {
		return
	}
	for _, p := range l.tellingPaths(u.inst.LocalType(0), 0) {
		u.rets[p] = true
	}
}

// tellingPaths are the parts of a result that a caller branches on: a number, and
// discriminants with those inside the variants.
func (l *lowering) tellingPaths(t *ty.Type, depth int) []string {
	if bits, _ := width(t); bits > 0 && depth == 0 {
		return []string{""}
	}
	a := l.w.mono.Adt(t.Name)
	if t.Kind != ty.Adt || a == nil || a.Kind != items.Enum || depth > 2 {
		return nil
	}
	out := []string{"#"}
	for i, v := range a.Variants {
		if len(v.Fields) != 1 {
			continue
		}
		for _, p := range l.tellingPaths(l.w.mono.Field(t, i, 0), depth+1) {
			out = append(out, "@"+strconv.Itoa(i)+".0"+p)
		}
	}
	return out
}

// propagate brings a unit's needs up to date and returns the units whose needs
// may have grown by that.
func (u *unit) propagate() []*unit {
	var touched []*unit
	for p := range u.rets {
		u.want(retRef(p))
	}
	for bi := range u.blocks {
		t := &u.blocks[bi].term
		if t.kind == termSwitch {
			u.wantValue(t.cond)
		}
	}
	for changed := true; changed; {
		before := len(u.need)
		for bi := len(u.blocks) - 1; bi >= 0; bi-- {
			b := &u.blocks[bi]
			if c := b.term.call; c != nil {
				touched = append(touched, u.demandCall(c)...)
			}
			for si := len(b.stmts) - 1; si >= 0; si-- {
				u.demandStmt(&b.stmts[si])
			}
		}
		changed = len(u.need) > before
	}
	for r := range u.need {
		if r.local >= 1 && r.local <= u.nargs {
			p := argPath{r.local - 1, r.path}
			if !u.params[p] {
				u.params[p] = true
				for c := range u.callers {
					touched = append(touched, c)
				}
			}
		}
	}
	return touched
}

// maxPath bounds the length of a path: recursive types have endless ones.
const maxPath = 48

func (u *unit) want(r ref) {
	if r = u.canon(r); len(r.path) <= maxPath {
		u.need[r] = true
	}
}

func (u *unit) wantValue(v value) {
	if v.kind == refValue {
		u.want(v.ref)
	}
}

func (u *unit) demandStmt(s *stmt) {
	switch s.kind {
	case storeSlot:
		u.wantValue(s.vals[0])
	case assignOp:
		if u.need[u.canon(s.dst)] {
			for _, v := range s.vals {
				u.wantValue(v)
			}
		}
	case assignTree:
		if s.vals[0].kind != refValue {
			return
		}
		for _, p := range u.under(s.dst) {
			u.want(s.vals[0].ref.at(p))
		}
	}
}

// under lists the paths below r that are needed.
func (u *unit) under(r ref) []string {
	r = u.canon(r)
	var out []string
	for n := range u.need {
		if n.local == r.local {
			if rest, ok := strings.CutPrefix(n.path, r.path); ok && wholeStep(rest) {
				out = append(out, rest)
			}
		}
	}
	return out
}

// wholeStep tells whether a rest of a path begins where a step does: ".1" is no
// prefix of ".10".
func wholeStep(rest string) bool {
	return rest == "" || strings.IndexByte("#.@*", rest[0]) >= 0
}

func (u *unit) demandCall(c *call) []*unit {
	var touched []*unit
	if c.indirect != nil {
		u.wantValue(*c.indirect)
	}
	if c.callee == nil {
		for _, a := range c.scalars {
			u.wantValue(a.val)
		}
		return nil
	}
	for p := range c.callee.params {
		if v, ok := c.arg(p); ok {
			u.wantValue(v)
		}
	}
	if c.hasDst {
		for _, p := range u.under(c.dst) {
			if !c.callee.rets[p] {
				c.callee.rets[p] = true
				touched = append(touched, c.callee)
			}
		}
	}
	for _, o := range c.outs {
		for _, p := range u.under(o.tree) {
			if ret := outPath(o.arg, p); !c.callee.rets[ret] {
				c.callee.rets[ret] = true
				touched = append(touched, c.callee)
			}
		}
	}
	return touched
}

// arg is what is passed as a part of an argument.
func (c *call) arg(p argPath) (value, bool) {
	for _, a := range c.args {
		if a.index != p.arg {
			continue
		}
		if rest, ok := strings.CutPrefix(p.path, a.prefix); ok && wholeStep(rest) {
			return a.val.sub(rest), true
		}
	}
	return value{}, false
}
