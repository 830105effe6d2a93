// Package pack is the compact binary form of functions of the common program; see
// package wire.
package pack

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"

	"preemptck/infer"
	"preemptck/internal/wire"
)

// Writer packs functions and what they are made of.
type Writer struct{ *wire.Writer }

// NewWriter returns an empty writer.
func NewWriter() Writer { return Writer{wire.NewWriter()} }

// Reader unpacks what a [Writer] packed.
type Reader struct{ *wire.Reader }

// NewReader reads the strings and stands before the body.
func NewReader(data []byte, in wire.Interner) Reader { return Reader{wire.NewReader(data, in)} }

// Nested reads what [wire.Writer.Nested] wrote; see [wire.Reader.Nested].
func (r Reader) Nested() Reader { return Reader{r.Reader.Nested()} }

// Hash names a function by everything in it, positions included.
func Hash(f *infer.Func) string {
	w := NewWriter()
	w.Func(f)
	sum := sha256.Sum256(w.Bytes())
	return hex.EncodeToString(sum[:16])
}

// Pos writes a position.
func (w Writer) Pos(p infer.Pos) {
	w.String(p.File)
	w.Int(int64(p.Line))
	w.Int(int64(p.Col))
}

// Pos reads a position.
func (r Reader) Pos() infer.Pos {
	return infer.Pos{File: r.String(), Line: int32(r.Int()), Col: int32(r.Int())}
}

// Func writes a function. Annotations are Rust's and are not packed.
func (w Writer) Func(f *infer.Func) {
	w.String(f.ID)
	w.String(f.Symbol)
	w.String(f.Name)
	w.Pos(f.Pos)
	w.Uint(uint64(f.Lang))
	w.Bool(f.Static)
	w.Bool(f.NoReturn)
	w.Bool(f.Weak)
	w.Bool(f.Boot)
	w.Uint(f.NonNull)
	w.Strings(f.Vars)
	w.Len(len(f.Params))
	for _, p := range f.Params {
		w.Int(int64(p.Arg))
		w.String(p.Path)
		w.Int(int64(p.Var))
	}
	w.Len(len(f.Fields))
	for _, v := range slices.Sorted(maps.Keys(f.Fields)) {
		w.Int(int64(v))
		w.String(f.Fields[v])
	}
	w.Strings(f.Rets)
	w.Len(len(f.Blocks))
	for i := range f.Blocks {
		b := &f.Blocks[i]
		w.Len(len(b.Ops))
		for k := range b.Ops {
			w.op(&b.Ops[k])
		}
		w.term(&b.Term)
	}
}

// Func reads a function.
func (r Reader) Func() *infer.Func {
	f := r.Head()
	r.Body(f)
	return f
}

// Head reads a function but for its blocks, which [Reader.Body] reads next.
func (r Reader) Head() *infer.Func {
	f := &infer.Func{ID: r.String(), Symbol: r.String(), Name: r.String(), Pos: r.Pos(), Lang: infer.Lang(r.Uint()),
		Static: r.Bool(), NoReturn: r.Bool(), Weak: r.Bool(), Boot: r.Bool(), NonNull: r.Uint(), Vars: r.Strings()}
	f.Params = list(r, func() infer.Param {
		return infer.Param{Arg: int(r.Int()), Path: r.String(), Var: infer.Var(r.Int())}
	})
	if n := r.Len(); n > 0 {
		f.Fields = make(map[infer.Var]string, n)
		for range n {
			v := infer.Var(r.Int())
			f.Fields[v] = r.String()
		}
	}
	f.Rets = r.Strings()
	return f
}

// Body reads the blocks of a function.
func (r Reader) Body(f *infer.Func) {
	f.Blocks = list(r, func() infer.Block { return infer.Block{Ops: list(r, r.op), Term: r.term()} })
}

// list reads elements; no elements are nil.
func list[T any](r Reader, one func() T) []T {
	n := r.Len()
	if n == 0 {
		return nil
	}
	out := make([]T, n)
	for i := range out {
		out[i] = one()
	}
	return out
}

func (w Writer) operand(o *infer.Operand) {
	w.Uint(uint64(o.Kind))
	switch o.Kind {
	case infer.OperandConst:
		w.Int(o.Const)
	case infer.OperandVar:
		w.Int(int64(o.Var))
	case infer.OperandFunc:
		w.String(o.Func)
	case infer.OperandUnknown:
	}
}

func (r Reader) operand() infer.Operand {
	o := infer.Operand{Kind: infer.OperandKind(r.Uint())}
	switch o.Kind {
	case infer.OperandConst:
		o.Const = r.Int()
	case infer.OperandVar:
		o.Var = infer.Var(r.Int())
	case infer.OperandFunc:
		o.Func = r.String()
	case infer.OperandUnknown:
	}
	return o
}

func (w Writer) op(o *infer.Op) {
	w.Uint(uint64(o.Kind))
	w.Pos(o.Pos)
	w.Int(int64(o.Dst))
	w.Uint(uint64(o.Expr.Op))
	w.operand(&o.Expr.A)
	w.operand(&o.Expr.B)
	w.String(o.Slot)
	c := o.Call
	w.Bool(c != nil)
	if c == nil {
		return
	}
	w.Uint(uint64(c.Target.Kind))
	w.String(c.Target.Func)
	w.String(c.Target.Slot)
	w.Int(int64(c.Target.Var))
	w.Len(len(c.Args))
	for i := range c.Args {
		w.Int(int64(c.Args[i].Arg))
		w.String(c.Args[i].Path)
		w.operand(&c.Args[i].Value)
	}
	w.Len(len(c.Dsts))
	for _, d := range c.Dsts {
		w.String(d.Path)
		w.Int(int64(d.Var))
	}
	w.String(c.Text)
	w.Bool(c.Drop)
	w.Bool(c.Generic)
}

func (r Reader) op() infer.Op {
	o := infer.Op{Kind: infer.OpKind(r.Uint()), Pos: r.Pos(), Dst: infer.Var(r.Int())}
	o.Expr = infer.Expr{Op: infer.ExprOp(r.Uint()), A: r.operand(), B: r.operand()}
	o.Slot = r.String()
	if !r.Bool() {
		return o
	}
	c := &infer.Call{Target: infer.Target{Kind: infer.TargetKind(r.Uint()), Func: r.String(), Slot: r.String(), Var: infer.Var(r.Int())}}
	c.Args = list(r, func() infer.Arg { return infer.Arg{Arg: int(r.Int()), Path: r.String(), Value: r.operand()} })
	c.Dsts = list(r, func() infer.Dst { return infer.Dst{Path: r.String(), Var: infer.Var(r.Int())} })
	c.Text, c.Drop, c.Generic = r.String(), r.Bool(), r.Bool()
	o.Call = c
	return o
}

func (w Writer) term(t *infer.Term) {
	w.Uint(uint64(t.Kind))
	w.Pos(t.Pos)
	w.operand(&t.Cond)
	w.Len(len(t.To))
	for _, to := range t.To {
		w.Int(int64(to))
	}
	w.Len(len(t.Ranges))
	for _, x := range t.Ranges {
		w.Int(x.Lo)
		w.Int(x.Hi)
	}
	w.Len(len(t.Values))
	for i := range t.Values {
		w.operand(&t.Values[i])
	}
}

func (r Reader) term() infer.Term {
	return infer.Term{
		Kind: infer.TermKind(r.Uint()), Pos: r.Pos(), Cond: r.operand(),
		To:     list(r, func() int { return int(r.Int()) }),
		Ranges: list(r, func() infer.Interval { return infer.Interval{Lo: r.Int(), Hi: r.Int()} }),
		Values: list(r, r.operand),
	}
}
