package infer

import "fmt"

// Path is the chain of the witness without detours, for people: of a function that
// the chain enters again only what it does last is shown, and a step without a
// position says how many calls were left out. of is the ID of the function that asks,
// which may be entered again, too.
//
// What is left is a path through the call graph all the same. The conditions of the
// steps left out are lost, so that it may look shorter than the kernel's own.
func (r *Req) Path(of string) []Step {
	var steps []Step
	left := map[int]int{}             // how many calls are left out behind a step, -1 being the start
	entered := map[string]int{of: -1} // which step enters a function
	for q := r; q != nil; q = q.Next {
		if !q.Pos.IsValid() && len(steps) > 0 {
			if q.Next != nil {
				continue // made by the compiler
			}
			break // the primitive itself, which the step before called
		}
		if at, again := entered[q.Callee]; again && q.Callee != "" {
			for i := at + 1; i < len(steps); i++ {
				delete(entered, steps[i].Func)
				left[at] += 1 + left[i]
				delete(left, i)
			}
			left[at]++
			steps = steps[:at+1]
			continue
		}
		if q.Callee != "" {
			entered[q.Callee] = len(steps)
		}
		steps = append(steps, Step{Func: q.Callee, Pos: q.Pos, Text: q.Text})
	}
	var out []Step
	for i := -1; i < len(steps); i++ {
		if i >= 0 {
			out = append(out, steps[i])
		}
		switch n := left[i]; {
		case n > 0 && i < 0:
			out = append(out, Step{Text: fmt.Sprintf("... %d calls that come back here", n)})
		case n > 0:
			out = append(out, Step{Text: fmt.Sprintf("... %d calls that come back to %s", n, steps[i].Text)})
		}
	}
	return out
}
