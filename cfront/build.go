package cfront

import (
	"fmt"
	"sort"

	"preemptck/infer"
)

// build numbers blocks and variables anew and fills in the function.
func (l *lowerer) build() {
	order := l.merge()
	number := map[int]int{}
	for k, b := range order {
		number[b] = k
	}
	vars := map[infer.Var]infer.Var{}
	temps := 0
	v := func(x infer.Var) infer.Var {
		if x == infer.NoVar {
			return x
		}
		n, ok := vars[x]
		if !ok {
			n = infer.Var(len(l.fn.Vars))
			vars[x] = n
			name := l.vars[x].name
			if l.vars[x].kind == tempVar {
				temps++
				name = fmt.Sprintf("t%d", temps)
			}
			l.fn.Vars = append(l.fn.Vars, l.texts.intern(name))
			if slot := l.bitsField(l.vars[x].field); slot != "" && l.vars[x].kind == placeVar {
				if l.fn.Fields == nil {
					l.fn.Fields = map[infer.Var]string{}
				}
				l.fn.Fields[n] = slot
			}
		}
		return n
	}
	operand := func(o infer.Operand) infer.Operand {
		if o.Kind == infer.OperandVar {
			o.Var = v(o.Var)
		}
		return o
	}
	for _, b := range order {
		src := &l.blocks[b]
		dst := infer.Block{Ops: make([]infer.Op, 0, len(src.ops)), Term: src.term}
		for _, o := range src.ops {
			o.Expr.A, o.Expr.B = operand(o.Expr.A), operand(o.Expr.B)
			if o.Kind == infer.OpAssign {
				o.Dst = v(o.Dst)
			}
			if c := o.Call; c != nil {
				l.renumberCall(c, v, operand)
			}
			dst.Ops = append(dst.Ops, o.Op)
		}
		t := &dst.Term
		t.Cond = operand(t.Cond)
		t.Values = append([]infer.Operand(nil), t.Values...)
		for k := range t.Values {
			t.Values[k] = operand(t.Values[k])
		}
		t.To = append([]int(nil), t.To...)
		for k := range t.To {
			t.To[k] = number[t.To[k]]
		}
		l.fn.Blocks = append(l.fn.Blocks, dst)
	}
	params := l.fn.Params
	l.fn.Params = nil
	for _, p := range params {
		if n, ok := vars[p.Var]; ok {
			p.Var = n
			l.fn.Params = append(l.fn.Params, p)
		}
	}
	sort.SliceStable(l.fn.Params, func(i, j int) bool {
		a, b := l.fn.Params[i], l.fn.Params[j]
		return a.Arg < b.Arg || a.Arg == b.Arg && a.Path < b.Path
	})
}

func (l *lowerer) renumberCall(c *infer.Call, v func(infer.Var) infer.Var, operand func(infer.Operand) infer.Operand) {
	if c.Target.Kind == infer.Indirect {
		c.Target.Var = v(c.Target.Var)
	}
	sort.SliceStable(c.Args, func(i, j int) bool {
		a, b := c.Args[i], c.Args[j]
		return a.Arg < b.Arg || a.Arg == b.Arg && a.Path < b.Path
	})
	for k := range c.Args {
		c.Args[k].Value = operand(c.Args[k].Value)
	}
	for k := range c.Dsts {
		c.Dsts[k].Var = v(c.Dsts[k].Var)
	}
}

// merge joins blocks that follow each other without a choice, and returns the
// blocks that remain, in the order they are met.
func (l *lowerer) merge() []int {
	thread := func(b int) int {
		for n := 0; n < len(l.blocks); n++ {
			x := &l.blocks[b]
			if len(x.ops) > 0 || x.term.Kind != infer.Goto || x.term.To[0] == b {
				break
			}
			b = x.term.To[0]
		}
		return b
	}
	for b := range l.blocks {
		t := &l.blocks[b].term
		for k := range t.To {
			t.To[k] = thread(t.To[k])
		}
		if (t.Kind == infer.If || t.Kind == infer.Choose) && len(t.To) == 2 && t.To[0] == t.To[1] {
			*t = infer.Term{Kind: infer.Goto, Pos: t.Pos, To: t.To[:1]}
		}
	}
	l.cut()
	preds := make([]int, len(l.blocks))
	preds[0] = 1
	for b := range l.blocks {
		for _, to := range l.blocks[b].term.To {
			preds[to]++
		}
	}
	for b := range l.blocks {
		for {
			t := &l.blocks[b].term
			if t.Kind != infer.Goto || t.To[0] == b || preds[t.To[0]] != 1 {
				break
			}
			next := &l.blocks[t.To[0]]
			l.blocks[b].ops = append(l.blocks[b].ops, next.ops...)
			l.blocks[b].term = next.term
			*next = block{term: infer.Term{Kind: infer.Unreachable}}
		}
	}
	var order []int
	seen := make([]bool, len(l.blocks))
	for stack := []int{0}; len(stack) > 0; {
		b := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if seen[b] {
			continue
		}
		seen[b] = true
		order = append(order, b)
		to := l.blocks[b].term.To
		for k := len(to) - 1; k >= 0; k-- {
			stack = append(stack, to[k])
		}
	}
	return order
}
