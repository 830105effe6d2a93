package infer

import (
	"errors"
	"fmt"
	"slices"

	"preemptck/internal/parallel"
)

// Check is the sanity pass: it reports operations that refer to variables or
// blocks that do not exist, terminators of the wrong shape, and keys that do not
// match. A frontend that trips it has a bug; the error names the function.
func (p *Program) Check() error { return p.check(p.ids()) }

// ids are the IDs of the functions, sorted.
func (p *Program) ids() []string {
	ids := make([]string, 0, len(p.Funcs))
	for id := range p.Funcs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// maxErrors is how many errors are told at once.
const maxErrors = 10

func (p *Program) check(ids []string) error {
	parts := make([][]error, parallel.Parts(len(ids)))
	parallel.Do(len(ids), func(k, from, to int) {
		for _, id := range ids[from:to] {
			if parts[k] = append(parts[k], p.checkFunc(id)...); len(parts[k]) >= maxErrors {
				break
			}
		}
	})
	errs := slices.Concat(parts...)
	return errors.Join(errs[:min(len(errs), maxErrors)]...)
}

// checkFunc checks what is kept under an ID.
func (p *Program) checkFunc(id string) (errs []error) {
	f := p.Funcs[id]
	if f == nil {
		return []error{fmt.Errorf("function %s is nil", id)}
	}
	if f.ID != id {
		errs = append(errs, fmt.Errorf("function %s is kept under the key %s", f.ID, id))
	}
	if err := f.check(); err != nil {
		errs = append(errs, fmt.Errorf("function %s (%s): %w", id, f.Pos, err))
	}
	return errs
}

func (f *Func) check() error {
	if len(f.Blocks) == 0 {
		return errors.New("no blocks")
	}
	okVar := func(v Var) bool { return v >= 0 && int(v) < len(f.Vars) }
	operand := func(o Operand) error {
		if o.Kind == OperandVar && !okVar(o.Var) {
			return fmt.Errorf("no variable %d", o.Var)
		}
		if o.Kind == OperandFunc && o.Func == "" {
			return errors.New("function operand without a name")
		}
		return nil
	}
	for _, p := range f.Params {
		if !okVar(p.Var) {
			return fmt.Errorf("parameter %d: no variable %d", p.Arg, p.Var)
		}
	}
	for b := range f.Blocks {
		for i := range f.Blocks[b].Ops {
			op := &f.Blocks[b].Ops[i]
			err := errors.Join(operand(op.Expr.A), operand(op.Expr.B))
			switch op.Kind {
			case OpAssign:
				if op.Dst != NoVar && !okVar(op.Dst) {
					err = errors.Join(err, fmt.Errorf("no variable %d", op.Dst))
				}
			case OpStore:
				if op.Slot == "" {
					err = errors.Join(err, errors.New("store without a slot"))
				}
			case OpCall:
				err = errors.Join(err, f.checkCall(op, okVar, operand))
			default:
				err = fmt.Errorf("unknown operation %d", op.Kind)
			}
			if err != nil {
				return fmt.Errorf("block %d, operation %d: %w", b, i, err)
			}
		}
		if err := f.checkTerm(&f.Blocks[b].Term, operand); err != nil {
			return fmt.Errorf("end of block %d: %w", b, err)
		}
	}
	return nil
}

func (f *Func) checkCall(op *Op, okVar func(Var) bool, operand func(Operand) error) error {
	c := op.Call
	if c == nil {
		return errors.New("call without a target")
	}
	switch t := c.Target; {
	case t.Kind == Direct && t.Func == "", t.Kind == SlotCall && t.Slot == "":
		return errors.New("call without a name")
	case t.Kind == Indirect && !okVar(t.Var):
		return fmt.Errorf("call of variable %d", t.Var)
	}
	for _, a := range c.Args {
		if err := operand(a.Value); err != nil {
			return err
		}
	}
	for _, d := range c.Dsts {
		if d.Var != NoVar && !okVar(d.Var) {
			return fmt.Errorf("no variable %d", d.Var)
		}
	}
	return nil
}

func (f *Func) checkTerm(t *Term, operand func(Operand) error) error {
	var n int
	switch t.Kind {
	case Goto:
		n = 1
	case If:
		n = 2
	case Switch:
		n = len(t.Ranges) + 1
	case Choose:
		n = len(t.To)
	case Return, Unreachable:
	default:
		return fmt.Errorf("unknown terminator %d", t.Kind)
	}
	if len(t.To) != n || t.Kind == Choose && n == 0 {
		return fmt.Errorf("%d successors", len(t.To))
	}
	for _, b := range t.To {
		if b < 0 || b >= len(f.Blocks) {
			return fmt.Errorf("no block %d", b)
		}
	}
	if t.Kind == Return && len(t.Values) > len(f.Rets) {
		return fmt.Errorf("%d returned values, %d declared", len(t.Values), len(f.Rets))
	}
	err := operand(t.Cond)
	for _, v := range t.Values {
		err = errors.Join(err, operand(v))
	}
	return err
}
