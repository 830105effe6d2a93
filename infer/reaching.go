package infer

import (
	"slices"

	"preemptck/internal/parallel"
)

// reaching are the parameters that are stored in some slot in the end, and what there
// is to say of those.
type reaching struct {
	storing map[input]bool
	into    map[input][]string
	passed  map[input][]input
	given   map[input][]string
}

// reaching finds the parameters that are stored in some slot in the end, or reach one
// of a function of which outside says that its body is not known.
func (st *stores) reaching(id func(string) string, outside func(fn string) bool) *reaching {
	r := &reaching{map[input]bool{}, map[input][]string{}, map[input][]input{}, map[input][]string{}}
	var work []input
	mark := func(q input) {
		if !r.storing[q] {
			r.storing[q] = true
			work = append(work, q)
		}
	}
	passed := map[string][]int{} // to parameters of that function
	for i := range st.passed {
		to := &st.passed[i].to
		passed[to.fn] = append(passed[to.fn], i)
		if outside(to.fn) {
			mark(*to)
		}
	}
	for _, in := range st.into {
		r.into[in.from] = append(r.into[in.from], in.slot)
		mark(in.from)
	}
	fns := map[string]bool{}
	for len(work) > 0 {
		q := work[0]
		work = work[1:]
		fns[q.fn] = true
		for _, i := range passed[q.fn] {
			if p := &st.passed[i]; p.to == q {
				r.passed[p.from] = append(r.passed[p.from], q)
				mark(p.from)
			}
		}
	}
	given := append(st.calls(id, func(fn string) bool { return fns[fn] || outside(fn) }), st.given...)
	for _, g := range given {
		if r.storing[g.to] || outside(g.to.fn) {
			r.given[g.to] = append(r.given[g.to], g.fn)
		}
	}
	return r
}

// calls are the functions that are passed to those that are of interest.
func (st *stores) calls(id func(string) string, interest func(fn string) bool) []giving {
	parts := make([][]giving, parallel.Parts(len(st.funcs)))
	parallel.Do(len(st.funcs), func(k, from, to int) {
		src := &origins{}
		for _, f := range st.funcs[from:to] {
			src.begin(f)
			for b := range f.Blocks {
				for i := range f.Blocks[b].Ops {
					call := f.Blocks[b].Ops[i].Call
					if call == nil || call.Target.Kind != Direct || len(call.Args) == 0 {
						continue
					}
					if fn := id(call.Target.Func); interest(fn) {
						parts[k] = given(parts[k], fn, call, src)
					}
				}
			}
		}
	})
	return slices.Concat(parts...)
}

// given adds the functions that a call passes to fn.
func given(list []giving, fn string, call *Call, src *origins) []giving {
	for i := range call.Args {
		arg := &call.Args[i]
		to := input{fn, arg.Arg, arg.Path}
		held, known := src.held(&arg.Value)
		for _, s := range held {
			if s.fn != "" {
				list = append(list, giving{to, s.fn})
			}
		}
		if !known {
			list = append(list, giving{to, ""})
		}
	}
	return list
}

// spread stores functions that are passed to a parameter wherever it is stored.
func (st *stores) spread(r *reaching, q input, fns []string) {
	seen := map[input]bool{}
	for work := []input{q}; len(work) > 0; {
		q := work[0]
		work = work[1:]
		if seen[q] {
			continue
		}
		seen[q] = true
		for _, slot := range r.into[q] {
			for _, fn := range fns {
				if fn == "" {
					st.open[slot] = true
				} else {
					st.store(slot, fn)
				}
			}
		}
		work = append(work, r.passed[q]...)
	}
}
