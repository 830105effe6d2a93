package mono

import (
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// findForeign learns the types of locals that hold closures which other functions
// made: inside the crate the text gives the position of a closure only, and one
// macro may put many closures at one position, so the call is asked.
func (in *Inst) findForeign() {
	x := in.w.bodies[in.Crate]
	in.findTwins(x)
	for range in.body.Blocks {
		before := len(in.over)
		for i := range in.body.Blocks {
			b := &in.body.Blocks[i]
			for j := range b.Stmts {
				if s := &b.Stmts[j]; s.Kind == mir.StmtAssign && s.Rvalue != nil && s.Rvalue.Kind == mir.RvUse && s.Place != nil && len(s.Place.Proj) == 0 &&
					len(s.Rvalue.Ops) == 1 && s.Rvalue.Ops[0].Place != nil && len(s.Rvalue.Ops[0].Place.Proj) == 0 {
					if t := in.over[s.Rvalue.Ops[0].Place.Local]; t != nil {
						in.over[s.Place.Local] = t
					}
				}
			}
			t := &b.Term
			if t.Kind != mir.TermCall || t.Place == nil || len(t.Place.Proj) != 0 || t.Func.Const == nil || in.over[t.Place.Local] != nil {
				continue
			}
			l := in.body.Local(t.Place.Local)
			if l == nil {
				continue
			}
			for _, pos := range closurePositions(l.Type, nil) {
				_, out, ok := in.w.signature(in.CallItem(t))
				if !ok {
					break
				}
				if c := in.w.closureIn(out, pos); c != nil {
					in.over[t.Place.Local] = in.w.Norm(out)
					if in.sc.foreign[pos] == nil && x.ownClosure(in.sc.path, pos) < 0 {
						in.sc.foreign[pos] = c
						in.memo = map[*mir.Type]*ty.Type{}
					}
				}
			}
		}
		if len(in.over) == before {
			return
		}
	}
}

// findTwins tells closures of one position in one body apart, which a macro used
// twice makes: they are built in the order they are numbered.
func (in *Inst) findTwins(x *bodyIndex) {
	used := map[string]int{}
	for i := range in.body.Blocks {
		for j := range in.body.Blocks[i].Stmts {
			s := &in.body.Blocks[i].Stmts[j]
			rv := s.Rvalue
			if rv == nil || rv.Kind != mir.RvAggregate || rv.Agg != mir.AggClosure || rv.Type == nil || len(s.Place.Proj) != 0 {
				continue
			}
			pos := rv.Type.Span.String()
			var own []int
			for _, item := range x.closuresAt(pos) {
				if rest, ok := strings.CutPrefix(x.src.Path(item), in.sc.path+"::{closure#"); ok && !strings.Contains(rest, "::") {
					own = append(own, item)
				}
			}
			if n := used[pos]; len(own) > 1 && n < len(own) {
				in.over[s.Place.Local] = in.w.Norm(in.w.closureType(x, own[n], in.Subst))
				used[pos]++
			}
		}
	}
}

// CallItem is the function that a call names. Where its type arguments are
// closures of other functions, which the text does not tell apart, they are those
// of the values passed.
func (in *Inst) CallItem(t *mir.Term) *ty.Type {
	item := in.OperandType(&t.Func)
	if len(in.over) == 0 || item.Kind != ty.FnDef || !hasClosure(item) {
		return item
	}
	c, err := in.w.Resolve(item)
	if err != nil || c.Inst == nil || c.Inst.Fn == nil {
		return item
	}
	fn := c.Inst.Fn
	var synthetic []string
	for _, p := range fn.Generics.Params {
		if p.Synthetic {
			synthetic = append(synthetic, p.Name)
		}
	}
	s := ty.Subst{}
	for k, input := range fn.Inputs {
		if k >= len(t.Args) {
			break
		}
		have := in.OperandType(&t.Args[k])
		if input.Kind == ty.Unknown && len(synthetic) > 0 {
			input = ty.ParamOf(synthetic[0])
			synthetic = synthetic[1:]
		}
		if hasClosure(have) {
			ty.Unify(input, have, s)
		}
	}
	args := append([]*ty.Type(nil), item.Args...)
	if u := s["Self"]; u != nil && item.NSelf == 1 {
		args[0] = u
	}
	for i, p := range fn.Generics.Params {
		if at := item.NSelf + item.NTrait + i; s[p.Name] != nil && at < len(args) {
			args[at] = s[p.Name]
		}
	}
	return in.w.Norm(item.With(args))
}

func hasClosure(t *ty.Type) bool {
	if t.Kind == ty.Closure {
		return true
	}
	for _, a := range t.Args {
		if hasClosure(a) {
			return true
		}
	}
	return false
}

// LocalType is the type of a local of the body.
func (in *Inst) LocalType(n int) *ty.Type {
	if t := in.over[n]; t != nil {
		return t
	}
	if l := in.body.Local(n); l != nil {
		return in.Type(l.Type)
	}
	return ty.UnknownOf("_")
}

func closurePositions(t *mir.Type, out []string) []string {
	if t == nil {
		return out
	}
	if t.Kind == mir.TyClosure && t.Span.File != "" {
		out = append(out, t.Span.String())
	}
	out = closurePositions(t.Elem, out)
	for _, e := range t.Elems {
		out = closurePositions(e, out)
	}
	if t.Path != nil {
		for _, s := range t.Path.Segs {
			for _, a := range s.Args {
				out = closurePositions(a.Type, out)
			}
		}
	}
	return out
}

// closureIn finds the closure at a position inside a type.
func (w *World) closureIn(t *ty.Type, pos string) *ty.Type {
	if c := w.closures[t.Name]; t.Kind == ty.Closure && c != nil && w.bodies[c.crate].closureSpan(c.item) == pos {
		return t
	}
	for _, a := range t.Args {
		if c := w.closureIn(a, pos); c != nil {
			return c
		}
	}
	return nil
}
