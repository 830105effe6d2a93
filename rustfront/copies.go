package rustfront

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
)

// A function that is given a function, in a pointer or a structure around one,
// is lowered once for each it is given: `ReallocFunc::call` of krealloc and of
// vrealloc are two functions, with the effects and the flags of each. So is one that
// does nothing but compute, as an operator on flags does, for the constants it is
// given.

// maxFunctionArgs bounds what one copy is told: a table of functions is data.
const maxFunctionArgs = 4

// functions are the functions that are known to be in a tree, by path.
func (t *translator) functions(v value) map[string]scalar {
	out := map[string]scalar{}
	keep := func(tree map[string]scalar) {
		for p, s := range tree {
			if s.fn != nil || s.sym != "" {
				out[p] = s
			}
		}
	}
	switch v.kind {
	case constValue:
		keep(v.tree)
	case refValue:
		r := t.u.canon(v.ref)
		for p, s := range t.u.consts {
			rest, ok := strings.CutPrefix(p.path, r.path)
			if ok && p.arg == r.local-1 && wholeStep(rest) && (s.fn != nil || s.sym != "") {
				out[rest] = s
			}
		}
		if target, ok := t.u.alias[r.local]; ok && r.path == "" {
			for p, s := range t.functions(tree(target)) {
				out["*"+p] = s
			}
		}
		s := t.only[r.local]
		if s == nil || s.Rvalue.Kind != mir.RvUse && s.Rvalue.Kind != mir.RvCast && s.Rvalue.Kind != mir.RvAggregate {
			break
		}
		for _, st := range t.assign(s, ref{local: r.local}) {
			from := st.vals[0]
			if st.kind != assignTree || from.kind == refValue && t.u.canon(from.ref).local == r.local {
				continue
			}
			for p, f := range t.functions(from) {
				if rest, ok := strings.CutPrefix(st.dst.path+p, r.path); ok && wholeStep(rest) {
					out[rest] = f
				}
			}
		}
	}
	return out
}

// functionArgs are the functions known to be among the arguments of a call.
func (t *translator) functionArgs(c *call) map[argPath]scalar {
	out := map[argPath]scalar{}
	for _, a := range c.args {
		for p, s := range t.functions(a.val) {
			out[argPath{a.index, a.prefix + p}] = s
		}
	}
	if len(out) > maxFunctionArgs {
		return nil
	}
	return out
}

// constArgs are the constants known to be among the arguments of a call of what only
// computes: a body of one block.
func (t *translator) constArgs(c *call, callee *mono.Inst) map[argPath]scalar {
	if !t.l.computes(callee) {
		return nil
	}
	out := map[argPath]scalar{}
	for _, a := range c.args {
		if v := t.settled(a.val, 0); v.kind == constValue {
			for p, s := range v.tree {
				out[argPath{a.index, a.prefix + p}] = s
			}
		}
	}
	if len(out) > maxFunctionArgs {
		return nil
	}
	return out
}

// computes tells whether a function does nothing but compute.
func (l *lowering) computes(in *mono.Inst) bool {
	if h := l.headOf(in); h != nil {
		return h.computes
	}
	body, err := in.Body()
	return err == nil && len(body.Blocks) == 1 && body.Blocks[0].Term.Kind == mir.TermReturn
}

// copyFor is the copy of a unit for given function-valued arguments.
func (l *lowering) copyFor(u *unit, consts map[argPath]scalar) *unit {
	if len(consts) == 0 || u.inst == nil {
		return u
	}
	var parts []string
	for p, s := range consts {
		name := s.sym
		switch {
		case s.fn != nil:
			name = s.fn.id
		case name == "":
			name = strconv.FormatInt(s.num, 10)
		}
		parts = append(parts, fmt.Sprintf("argument %d%s = %s", p.arg, p.path, name))
	}
	sort.Strings(parts)
	id := u.id + " where " + strings.Join(parts, ", ")
	if len(id) > maxID {
		return u
	}
	key := u.key + " " + id
	if c := l.have(key); c != nil {
		return c
	}
	c := newUnit(id, u.name)
	c.inst, c.pos, c.noReturn, c.ann, c.consts = u.inst, u.pos, u.noReturn, u.ann, consts
	return l.add(key, c)
}

// maxID bounds the names of copies: a function that is given itself, again and
// again, would grow without end.
const maxID = 4096
