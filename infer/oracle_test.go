package infer

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// The oracle runs a random program on concrete arguments and entry counts,
// along every path, and holds the solver to what it saw: a summary may be too
// strict but not too lax, and without loops it is exact.

// domain are the values that arguments and unknowns take. All operations of
// the random programs tell no others apart.
var domain = []int64{0, 1, 2, 3, 4, 5, 6, 7}

type outcome struct {
	count int
	ret   int64
}

// runner enumerates the paths of a function.
type runner struct {
	prog  *Program
	fuel  int
	cut   bool // a path was longer than the fuel
	wrong bool // some path broke a rule
}

// call runs f with args at the given count and hands every way it can return
// to next.
func (r *runner) call(f *Func, args []int64, count int, next func(outcome)) {
	vars := make([]int64, len(f.Vars))
	for i, p := range f.Params {
		if i < len(args) {
			vars[p.Var] = args[i]
		}
	}
	r.block(f, 0, 0, vars, count, next)
}

func (r *runner) block(f *Func, b, i int, vars []int64, count int, next func(outcome)) {
	if r.fuel--; r.fuel < 0 {
		r.cut = true
		return
	}
	eval := func(o Operand) int64 {
		if o.Kind == OperandVar {
			return vars[o.Var]
		}
		return o.Const
	}
	if i == len(f.Blocks[b].Ops) {
		switch t := &f.Blocks[b].Term; t.Kind {
		case Goto:
			r.block(f, t.To[0], 0, vars, count, next)
		case If:
			to := t.To[1]
			if eval(t.Cond) != 0 {
				to = t.To[0]
			}
			r.block(f, to, 0, vars, count, next)
		case Return:
			next(outcome{count, eval(t.Values[0])})
		}
		return
	}
	op := &f.Blocks[b].Ops[i]
	set := func(v Var, x int64, count int) {
		vars := append([]int64(nil), vars...)
		if v >= 0 {
			vars[v] = x
		}
		r.block(f, b, i+1, vars, count, next)
	}
	if op.Kind == OpAssign {
		if op.Expr.Op == Unknown {
			for _, x := range []int64{0, 1, 4} {
				set(op.Dst, x, count)
			}
			return
		}
		v, ok := evalExpr(op.Expr.Op, constant(eval(op.Expr.A)), constant(eval(op.Expr.B)))
		if !ok {
			panic("constant expression without a value")
		}
		set(op.Dst, v.c, count)
		return
	}
	dst := NoVar
	if len(op.Call.Dsts) > 0 {
		dst = op.Call.Dsts[0].Var
	}
	switch name := op.Call.Target.Func; name {
	case "might_sleep":
		if count != 0 {
			r.wrong = true
			return
		}
		set(dst, 0, count)
	case "preempt_disable":
		set(dst, 0, count+1)
	case "preempt_enable":
		if count == 0 {
			r.wrong = true
			return
		}
		set(dst, 0, count-1)
	case "spin_trylock":
		set(dst, 0, count)
		set(dst, 1, count+1)
	default:
		var args []int64
		for _, a := range op.Call.Args {
			args = append(args, eval(a.Value))
		}
		r.call(r.prog.Funcs[name], args, count, func(o outcome) { set(dst, o.ret, o.count) })
	}
}

// genProgram draws a program of a few functions f0, f1, ...; each calls only
// those before it and jumps forward, unless loops are allowed.
func genProgram(t *rapid.T, loops bool) *Program {
	p := NewProgram()
	n := rapid.IntRange(1, 3).Draw(t, "functions")
	for k := range n {
		id := fmt.Sprintf("f%d", k)
		f := &Func{ID: id, Symbol: id, Name: id, Vars: []string{"p", "q", "x", "y"},
			Params: []Param{{0, "", 0}, {1, "", 1}}, Rets: []string{""}}
		blocks := rapid.IntRange(1, 5).Draw(t, "blocks")
		variable := func() Var { return Var(rapid.IntRange(0, 3).Draw(t, "var")) }
		operand := func() Operand {
			if rapid.Bool().Draw(t, "const") {
				return ConstOf(rapid.SampledFrom(domain).Draw(t, "value"))
			}
			return VarOf(variable())
		}
		for b := range blocks {
			var blk Block
			// locals start unknown: give them a value first
			if b == 0 {
				for _, v := range []Var{2, 3} {
					e := Expr{Op: Copy, A: ConstOf(rapid.SampledFrom(domain).Draw(t, "start"))}
					if rapid.IntRange(0, 3).Draw(t, "open") == 0 {
						e = Expr{Op: Unknown}
					}
					blk.Ops = append(blk.Ops, Op{Kind: OpAssign, Dst: v, Expr: e})
				}
			}
			for range rapid.IntRange(0, 2).Draw(t, "ops") {
				if rapid.Bool().Draw(t, "assign") {
					e := Expr{Op: rapid.SampledFrom([]ExprOp{Copy, And, Or, Not, Bool, Eq, Ne, Lt, Ge}).Draw(t, "op"), A: operand()}
					if e.Op.operands() == 2 {
						e.B = ConstOf(rapid.SampledFrom(domain).Draw(t, "value"))
					}
					blk.Ops = append(blk.Ops, Op{Kind: OpAssign, Dst: variable(), Expr: e})
					continue
				}
				names := []string{"might_sleep", "preempt_disable", "preempt_enable", "spin_trylock"}
				callable := k
				if loops {
					callable = n // recursion, too
				}
				for j := range callable {
					names = append(names, fmt.Sprintf("f%d", j))
				}
				c := &Call{Target: Target{Func: rapid.SampledFrom(names).Draw(t, "callee")}}
				c.Text = c.Target.Func + "()"
				if c.Target.Func[0] == 'f' {
					c.Args = []Arg{{0, "", operand()}, {1, "", operand()}}
				}
				if c.Target.Func[0] == 'f' || c.Target.Func == "spin_trylock" {
					c.Dsts = []Dst{{"", variable()}}
				}
				blk.Ops = append(blk.Ops, Op{Kind: OpCall, Dst: NoVar, Call: c})
			}
			to := func() int {
				lo := b + 1
				if loops {
					lo = 0
				}
				return rapid.IntRange(lo, blocks-1).Draw(t, "to")
			}
			switch {
			case b == blocks-1 || rapid.IntRange(0, 4).Draw(t, "end") == 0:
				blk.Term = Term{Kind: Return, Values: []Operand{operand()}}
			case rapid.Bool().Draw(t, "branch"):
				blk.Term = Term{Kind: If, Cond: VarOf(variable()), To: []int{to(), to()}}
			default:
				blk.Term = Term{Kind: Goto, To: []int{to()}}
			}
			f.Blocks = append(f.Blocks, blk)
		}
		p.Funcs[id] = f
	}
	return p
}

func (f Fact) allows(x int64) bool {
	_, ok := f.Meet(Fact{Set: One(x)})
	return ok
}

func (c Cond) allows(args []int64) bool {
	for _, a := range c {
		if !a.Fact.allows(args[a.Param]) {
			return false
		}
	}
	return true
}

// retAllows tells whether an exit may return x for these arguments.
func retAllows(r RetValue, args []int64, x int64) bool {
	if !r.known() {
		return r.fact.allows(x)
	}
	v := r.val
	if v.symbolic() {
		c, ok := mask(And, constant(args[v.sym]), v.and)
		if v.sub && v.kind == valSym { // some of its bits may have been cleared
			return ok && uint64(x)&v.or == v.or && uint64(x)&^v.or&^uint64(c.c) == 0
		}
		c, ok2 := mask(Or, c, v.or)
		if v.kind == valPred {
			c, _ = c.in(v.set)
		}
		v = c
		if !ok || !ok2 {
			return false
		}
	}
	return v.c == x
}

func compare(t *rapid.T, p *Program, exact bool) {
	sol, err := Solve(p, Options{})
	require.NoError(t, err)
	hold(t, p, sol, sol, exact)
}

// hold holds a solution to what running the program does. Of told it takes what bugs
// there are.
func hold(t *rapid.T, p *Program, sol, told *Solution, exact bool) {
	for k := range len(p.Funcs) {
		f := p.Funcs[fmt.Sprintf("f%d", k)]
		s := sol.Summary(f.ID)
		tainted := false // bugs and ambiguity inside are reported, not promised
		for j := range len(p.Funcs) {
			c := told.Summary(fmt.Sprintf("f%d", j))
			tainted = tainted || len(c.Bugs) > 0 || c.Evidence == Assumed
		}
		for _, a := range []int64{0, 1, 2, 5} {
			for _, b := range []int64{0, 6} {
				args := []int64{a, b}
				for entry := range 3 {
					ok := true
					for _, r := range s.Reqs {
						if r.When.allows(args) && !r.Expect.Contains(entry) {
							ok = false
						}
					}
					r := &runner{prog: p, fuel: 2000}
					r.call(f, args, entry, func(o outcome) {
						for i := range s.Exits {
							e := &s.Exits[i]
							if e.When.allows(args) && (e.Ambiguous || e.Adjust.Count() == o.count-entry) && retAllows(e.Rets[0], args, o.ret) {
								return
							}
						}
						if !tainted && !r.wrong && ok {
							t.Fatalf("%s%v at %d returns %+v, which no exit allows\n%s\nexits %+v", f.ID, args, entry, o, p, s.Exits)
						}
					})
					if ok && r.wrong && !tainted {
						t.Fatalf("%s%v at %d breaks a rule; the summary allows it\n%s\n%v", f.ID, args, entry, p, rows(s))
					}
					if exact && !ok && !r.wrong && !r.cut && !tainted {
						t.Fatalf("%s%v at %d breaks no rule; the summary forbids it\n%s\n%v", f.ID, args, entry, p, rows(s))
					}
				}
			}
		}
	}
}

func TestOracleWithoutLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { compare(t, genProgram(t, false), true) })
}

func TestOracleWithLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { compare(t, genProgram(t, true), false) })
}
