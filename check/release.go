package check

import (
	"strings"

	"preemptck/infer"
)

// release finds the operation that will give back what a bug says is held in a
// lane: the first one behind the bug, in order of execution, whose callee
// lowers that lane. It returns its position, and the name of the guard where
// the operation is the drop of one; both are empty where there is none.
func (p *pass) release(f *infer.Func, b *infer.Bug, lane infer.Lane) (infer.Pos, string) {
	block, op, ok := locate(f, b)
	if !ok {
		return infer.Pos{}, ""
	}
	seen := make([]bool, len(f.Blocks))
	for queue, start := []int{block}, op+1; len(queue) > 0; queue, start = queue[1:], 0 {
		bl := &f.Blocks[queue[0]]
		for i := start; i < len(bl.Ops); i++ {
			if o := &bl.Ops[i]; o.Kind == infer.OpCall && p.lowers(o.Call, lane) {
				return o.Pos, dropped(o.Call)
			}
		}
		for _, next := range bl.Term.To {
			if next >= 0 && next < len(f.Blocks) && !seen[next] {
				seen[next] = true
				queue = append(queue, next)
			}
		}
	}
	return infer.Pos{}, ""
}

// locate finds the operation that a bug is about.
func locate(f *infer.Func, b *infer.Bug) (block, op int, ok bool) {
	for i := range f.Blocks {
		for j := range f.Blocks[i].Ops {
			o := &f.Blocks[i].Ops[j]
			if o.Kind == infer.OpCall && o.Pos == b.Pos && o.Call.Text == b.Text {
				return i, j, true
			}
		}
	}
	return 0, 0, false
}

// lowers tells whether a call gives back part of a lane on some way out.
func (p *pass) lowers(c *infer.Call, lane infer.Lane) bool {
	if c.Target.Kind != infer.Direct {
		return false
	}
	sum := p.Sol.Summary(c.Target.Func)
	if sum == nil {
		return false
	}
	for i := range sum.Exits {
		if !sum.Exits[i].Ambiguous && sum.Exits[i].Adjust[lane] < 0 {
			return true
		}
	}
	return false
}

// dropped is the name of the variable that a call drops, or "". Frontends write
// such calls as "drop of `name`".
func dropped(c *infer.Call) string {
	if !c.Drop {
		return ""
	}
	_, rest, ok := strings.Cut(c.Text, "`")
	name, _, closed := strings.Cut(rest, "`")
	if !ok || !closed || strings.ContainsAny(name, " <(") {
		return ""
	}
	return name
}
