package check

import (
	"sort"
	"strings"

	"preemptck/infer"
)

// callSite is a call of a function.
type callSite struct {
	in  *infer.Func
	pos infer.Pos
}

// bringHome moves a finding from library code to the user's. A generic function
// of the kernel crate that is given a closure shows its defect at its own call
// of it; the user looks for the line of the closure that sleeps or, where the
// path has no such line, for the call that brought the library there. What was
// marked before stays as a label.
func (p *pass) bringHome(sum *infer.Summary, f *Finding) {
	old := Label{File: f.File, Line: f.Line, Col: f.Column, Text: f.Label}
	for _, s := range f.Chain {
		if s.Line == 0 || !p.Own(s.File) {
			continue
		}
		f.File, f.Line, f.Column = s.File, s.Line, s.col
		f.Label = "`" + s.Text + "` is reached from there"
		f.Labels = append(f.Labels, old)
		f.Notes = append(f.Notes, "the code around it is "+old.File+", in `"+f.Function+"`")
		return
	}
	if site, ok := p.ownCaller(sum.Func.ID); ok {
		f.Labels = append(f.Labels, old)
		f.File, f.Line, f.Column = fileOf(site.pos), int(site.pos.Line), int(site.pos.Col)
		f.Label = "reached from this call"
	}
}

// called tells whether a function is called by one at hand, or a copy of it that was
// made for what it is given (see package rustfront).
func (p *pass) called(id string) bool {
	if p.callers == nil {
		p.callers = callersOf(p.Prog, p.Funcs)
		p.copied = map[string]bool{}
		for callee := range p.callers {
			if of, _, ok := strings.Cut(callee, " where argument "); ok {
				p.copied[of] = true
			}
		}
	}
	return len(p.callers[id]) > 0 || p.copied[id]
}

// ownCallers are the calls in the user's files that lead to a function through
// library code only.
func (p *pass) ownCallers(id string) []callSite {
	p.called(id)
	var out []callSite
	seen := map[string]bool{id: true}
	for queue := []string{id}; len(queue) > 0; queue = queue[1:] {
		for _, site := range p.callers[queue[0]] {
			if p.Own(fileOf(site.pos)) {
				out = append(out, site)
			} else if !seen[site.in.ID] {
				seen[site.in.ID] = true
				queue = append(queue, site.in.ID)
			}
		}
	}
	return out
}

// ownCaller is the nearest call in the user's files that leads to a function,
// going up through library code breadth first.
func (p *pass) ownCaller(id string) (callSite, bool) {
	sites := p.ownCallers(id)
	if len(sites) == 0 {
		return callSite{}, false
	}
	return sites[0], true
}

// callersOf indexes the direct calls among the functions at hand, and the places
// where they hand a function on.
func callersOf(prog *infer.Program, ids []string) map[string][]callSite {
	callers := map[string][]callSite{}
	sorted := append([]string(nil), ids...)
	sort.Strings(sorted)
	for _, id := range sorted {
		f := prog.Funcs[id]
		if f == nil {
			continue
		}
		eachOp(f, func(op *infer.Op) {
			for _, callee := range NamedBy(op) {
				callers[callee] = append(callers[callee], callSite{f, op.Pos})
			}
		})
	}
	return callers
}

// funcOf is a function of the program, or of that which it builds on; nil where
// there is no such function.
func (p *pass) funcOf(id string) *infer.Func {
	if f := p.Prog.Funcs[id]; f != nil {
		return f
	}
	if sum := p.Sol.Summary(id); sum != nil {
		return sum.Func
	}
	return nil
}

// eachOp calls visit for every operation of a function, in block order.
func eachOp(f *infer.Func, visit func(*infer.Op)) {
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			visit(&f.Blocks[b].Ops[i])
		}
	}
}

// NamedBy lists the functions that an operation calls or whose address it takes.
func NamedBy(op *infer.Op) []string {
	names := pointedBy(op)
	if op.Call != nil && op.Call.Target.Kind == infer.Direct {
		names = append(names, op.Call.Target.Func)
	}
	return names
}

// pointedBy lists the functions whose address an operation takes.
func pointedBy(op *infer.Op) []string {
	var names []string
	add := func(o infer.Operand) {
		if o.Kind == infer.OperandFunc {
			names = append(names, o.Func)
		}
	}
	if op.Call != nil {
		for _, a := range op.Call.Args {
			add(a.Value)
		}
	}
	add(op.Expr.A)
	add(op.Expr.B)
	return names
}
