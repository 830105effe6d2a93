package check

import "preemptck/infer"

// countEscapes is an entry point that C gets back from with the count changed.
var countEscapes = &Rule{
	Code: "PC007", Name: "count-escapes", Severity: Error,
	Title: "an entry point returns with the count changed",
	Explanation: "C calls this Rust function, by its symbol or through a pointer it was handed, and knows nothing of a lock that " +
		"is still held, or of an atomic section that is still open, when it returns.",
	Help: "release before returning; a guard that was forgotten is never released",
	run: func(p *pass, sum *infer.Summary) {
		f := sum.Func
		if f.Lang != infer.Rust || f.Symbol == f.ID && !p.addressTaken(f) {
			return
		}
		for i := range sum.Exits {
			e := &sum.Exits[i]
			if e.Ambiguous || e.Adjust.IsZero() {
				continue
			}
			pos, chain := p.origin(sum, e)
			finding := Finding{Message: "this entry point returns with the preempt count changed", Label: "still " + stillHeld(e.Adjust), Chain: chain}
			if pos != f.Pos && f.Pos.IsValid() {
				finding.Labels = []Label{labelAt(f.Pos, "C calls this function")}
			}
			finding.Notes = []string{"returns with " + changed(e.Adjust)}
			p.report(sum, pos, finding)
			return
		}
	},
}

// stillHeld says what a changed count means.
func stillHeld(v infer.Lanes) string {
	for l, n := range v {
		if n > 0 {
			return "so at return: " + laneWords[l].state
		}
	}
	return "released at return, though this function did not take it"
}

// addressTaken tells whether code at hand hands the function on to C, as callbacks
// and operations structures do.
func (p *pass) addressTaken(f *infer.Func) bool {
	if p.pointed == nil {
		p.pointed = map[string]bool{}
		for _, in := range p.Prog.Inits {
			p.pointed[in.Func] = true
		}
		rust := p.rustPointers()
		for _, id := range p.Funcs {
			if g := p.Prog.Funcs[id]; g != nil {
				eachOp(g, func(op *infer.Op) {
					for _, name := range pointedBy(op) {
						p.pointed[name] = p.pointed[name] || !rust[name]
					}
				})
			}
		}
	}
	return p.pointed[f.ID] || p.pointed[f.Symbol]
}

// rustPointers are the functions that became pointers which only Rust can call.
func (p *pass) rustPointers() map[string]bool {
	out := map[string]bool{}
	for _, ptr := range p.Pointers {
		out[ptr.ID] = true
	}
	for _, ptr := range p.Pointers {
		if ptr.Foreign {
			delete(out, ptr.ID)
		}
	}
	return out
}

// origin follows what an exit still holds down through the calls to the line
// that took it, stopping at the first in the user's files.
func (p *pass) origin(sum *infer.Summary, e *infer.Exit) (infer.Pos, []Step) {
	chain := []Step{}
	pos := sum.Func.Pos
	for depth := 0; depth < 32 && len(e.Taken) > 0; depth++ {
		h := e.Taken[0]
		pos = h.Pos
		chain = append(chain, Step{File: fileOf(pos), Line: int(pos.Line), Text: h.Text})
		if p.Own(fileOf(pos)) {
			break
		}
		next, exit := p.takenBy(sum.Func, h)
		if next == nil {
			break
		}
		sum, e = next, exit
	}
	return pos, chain
}

// takenBy finds the callee at the position where something was taken, and its
// exit that holds it.
func (p *pass) takenBy(f *infer.Func, h infer.Held) (found *infer.Summary, exit *infer.Exit) {
	eachOp(f, func(op *infer.Op) {
		if found != nil || op.Kind != infer.OpCall || op.Pos != h.Pos || op.Call.Target.Kind != infer.Direct {
			return
		}
		sum := p.Sol.Summary(op.Call.Target.Func)
		if sum == nil || sum.Func == nil {
			return
		}
		for i := range sum.Exits {
			if !sum.Exits[i].Ambiguous && sum.Exits[i].Adjust[h.Lane] > 0 {
				found, exit = sum, &sum.Exits[i]
				return
			}
		}
	})
	return found, exit
}
