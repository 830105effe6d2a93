package infer

import (
	"preemptck/internal/wire"
)

// Pack is the compact form of a solution, which [Unpack] reads: what is known of
// every function and slot, without the program. What the solver itself needs to
// go on is not in it.
func (sol *Solution) Pack() []byte {
	w := wire.NewWriter()
	value := w.Values(func(p any) (string, bool) {
		f, ok := p.(*Func)
		if !ok || sol.prog.Funcs[f.ID] != f {
			return "", false
		}
		return f.ID, true
	})
	w.Len(len(sol.nodes))
	for _, n := range sol.nodes {
		w.String(n.id)
		w.Bool(n.fn != nil)
		w.Bool(n.told[0])
		w.Bool(n.told[1])
		value(n.sum)
	}
	return w.Bytes()
}

// Unpack reads the solution of a program that [Solution.Pack] wrote. It fails with
// [wire.ErrDamaged] where it is not one of this program.
func Unpack(p *Program, opts Options, data []byte) (*Solution, error) {
	r := wire.NewReader(data, nil)
	sol := &Solution{prog: p, opts: opts, index: map[string]int{}, bodiless: map[string]*Summary{}, names: map[string][]string{}}
	value := r.Values(func(name string) any {
		if f := p.Funcs[name]; f != nil {
			return f
		}
		return nil
	})
	funcs := 0
	for range r.Len() {
		n := &node{id: r.String()}
		isFunc := r.Bool()
		n.told = [2]bool{r.Bool(), r.Bool()}
		if isFunc {
			if n.fn = p.Funcs[n.id]; n.fn == nil {
				return nil, wire.ErrDamaged
			}
			funcs++
			sol.name(n.fn)
		}
		value(&n.sum)
		if r.Err() != nil || n.sum == nil {
			return nil, wire.ErrDamaged
		}
		sol.addNode(n)
	}
	if r.Err() != nil || r.Rest() > 0 || funcs != len(p.Funcs) {
		return nil, wire.ErrDamaged
	}
	return sol, nil
}

// name notes by what names a function goes.
func (sol *Solution) name(f *Func) {
	sol.names[f.Symbol] = append(sol.names[f.Symbol], f.ID)
	if f.Name != f.Symbol {
		sol.names[f.Name] = append(sol.names[f.Name], f.ID)
	}
}
