package infer

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
)

// The text form of the common program, which [Parse] reads back. A function:
//
//	func "foo@a.c" symbol=foo name=foo at=a.c:3:1 static
//	param x 0 ""
//	ret ""
//	b0:
//	  t = and x 4              @a.c:4:2
//	  call t "" = direct "bar" text "bar()" args x 0 "" drop
//	  store "struct ops.run" &"foo"
//	  if t b1 b2
//	b1:
//	  return 0
//	b2:
//	  switch x 1..3 b0 7..7 b1 b2
//
// Operands are numbers, variables, &"function" and ? for unknown.

var exprNames = [...]string{Unknown: "unknown", Copy: "copy", And: "and", Or: "or", Not: "not", Bool: "bool", Eq: "eq",
	Ne: "ne", Lt: "lt", Le: "le", Gt: "gt", Ge: "ge", ULt: "ult", ULe: "ule", UGt: "ugt", UGe: "uge", Add: "add", Sub: "sub", NonNull: "nonnull"}

// operands tells how many operands an operator takes.
func (op ExprOp) operands() int {
	switch op {
	case Unknown:
		return 0
	case Copy, Not, Bool, NonNull:
		return 1
	}
	return 2
}

var targetNames = [...]string{Direct: "direct", SlotCall: "slot", Indirect: "indirect", Opaque: "opaque"}

// String prints every function, sorted by ID, then the initialisers.
func (p *Program) String() string {
	ids := make([]string, 0, len(p.Funcs))
	for id := range p.Funcs {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	var b strings.Builder
	for _, id := range ids {
		b.WriteString(p.Funcs[id].String())
	}
	for _, in := range p.Inits {
		fmt.Fprintf(&b, "init %q %q\n", in.Slot, in.Func)
	}
	return b.String()
}

// String prints the text form of a function.
func (f *Func) String() string {
	w := &writer{f: f}
	w.printf("func %q symbol=%q name=%q", f.ID, f.Symbol, f.Name)
	w.pos(" at=", f.Pos)
	for _, flag := range []struct {
		on   bool
		name string
	}{{f.Static, "static"}, {f.NoReturn, "noreturn"}, {f.Weak, "weak"}, {f.Boot, "boot"}, {f.Lang == Rust, "rust"}} {
		if flag.on {
			w.printf(" %s", flag.name)
		}
	}
	if f.NonNull != 0 {
		w.printf(" nonnull=%#x", f.NonNull)
	}
	w.printf("\n")
	for _, p := range f.Params {
		w.printf("param %s %d %q\n", w.variable(p.Var), p.Arg, p.Path)
	}
	for _, r := range f.Rets {
		w.printf("ret %q\n", r)
	}
	for i := range f.Blocks {
		w.printf("b%d:\n", i)
		for k := range f.Blocks[i].Ops {
			w.op(&f.Blocks[i].Ops[k])
		}
		w.term(&f.Blocks[i].Term)
	}
	return w.b.String()
}

type writer struct {
	b strings.Builder
	f *Func
}

func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.b, format, args...) }

func (w *writer) pos(prefix string, p Pos) {
	if p.IsValid() {
		w.printf("%s%s:%d:%d", prefix, p.File, p.Line, p.Col)
	}
}

// variable prints a name that parses back to the same variable: the plain name
// where it is a word that no other variable has, else name and number.
func (w *writer) variable(v Var) string {
	if v == NoVar {
		return "_"
	}
	name := w.f.Vars[v]
	unique := isWord(name)
	for u, n := range w.f.Vars {
		if n == name && Var(u) != v {
			unique = false
		}
	}
	if unique {
		return name
	}
	return fmt.Sprintf("%%%d:%s", v, strconv.Quote(name))
}

func isWord(s string) bool {
	for i, r := range s {
		if !(r == '_' && len(s) > 1 || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || i > 0 && r >= '0' && r <= '9') {
			return false
		}
	}
	return s != ""
}

func (w *writer) operand(o Operand) string {
	switch o.Kind {
	case OperandConst:
		return fmt.Sprint(o.Const)
	case OperandVar:
		return w.variable(o.Var)
	case OperandFunc:
		return fmt.Sprintf("&%q", o.Func)
	}
	return "?"
}

func (w *writer) op(op *Op) {
	w.printf("  ")
	switch op.Kind {
	case OpAssign:
		w.printf("%s = %s", w.variable(op.Dst), exprNames[op.Expr.Op])
		for i, o := range []Operand{op.Expr.A, op.Expr.B} {
			if i < op.Expr.Op.operands() {
				w.printf(" %s", w.operand(o))
			}
		}
	case OpStore:
		w.printf("store %q %s", op.Slot, w.operand(op.Expr.A))
	case OpCall:
		c := op.Call
		w.printf("call")
		for _, d := range c.Dsts {
			w.printf(" %s %q", w.variable(d.Var), d.Path)
		}
		w.printf(" = %s", targetNames[c.Target.Kind])
		switch c.Target.Kind {
		case Direct:
			w.printf(" %q", c.Target.Func)
		case SlotCall:
			w.printf(" %q", c.Target.Slot)
		case Indirect:
			w.printf(" %s", w.variable(c.Target.Var))
		}
		if c.Text != "" {
			w.printf(" text %q", c.Text)
		}
		for _, a := range c.Args {
			w.printf(" arg %d %q %s", a.Arg, a.Path, w.operand(a.Value))
		}
		if c.Drop {
			w.printf(" drop")
		}
		if c.Generic {
			w.printf(" generic")
		}
	}
	w.pos(" @", op.Pos)
	w.printf("\n")
}

func (w *writer) term(t *Term) {
	switch t.Kind {
	case Goto:
		w.printf("  goto b%d", t.To[0])
	case If:
		w.printf("  if %s b%d b%d", w.operand(t.Cond), t.To[0], t.To[1])
	case Switch:
		w.printf("  switch %s", w.operand(t.Cond))
		for i, r := range t.Ranges {
			w.printf(" %d..%d b%d", r.Lo, r.Hi, t.To[i])
		}
		w.printf(" b%d", t.To[len(t.Ranges)])
	case Choose:
		w.printf("  choose")
		for _, b := range t.To {
			w.printf(" b%d", b)
		}
	case Return:
		w.printf("  return")
		for _, v := range t.Values {
			w.printf(" %s", w.operand(v))
		}
	case Unreachable:
		w.printf("  unreachable")
	}
	w.pos(" @", t.Pos)
	w.printf("\n")
}
