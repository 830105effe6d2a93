package pipeline

import (
	"context"
	"fmt"
	"strings"

	"preemptck/cfront"
	"preemptck/infer"
)

// semantics makes every configuration mean what a kernel that checks for
// sleeping in atomic context means: there might_sleep() and the count expand to
// calls, wherever macros use them.
var semantics = []string{"-DCONFIG_PREEMPT_COUNT=1", "-DCONFIG_DEBUG_ATOMIC_SLEEP=1"}

// LowerC lowers every C file of the tree, or takes the outcome of an earlier run
// where nothing it was made from has changed. It fails where no file could be
// lowered.
func (a *Analysis) LowerC(ctx context.Context) error {
	units, opts := a.cUnits()
	if len(units) == 0 {
		return fmt.Errorf("%w: no C file was compiled in %s%s", ErrNothing, a.Tree.BuildRoot, a.firstNote())
	}
	tree, err := a.lowerUnits(ctx, units, opts)
	if err != nil {
		return err
	}
	a.takeTree(tree)
	if tree.Stats.Failed == tree.Stats.Units {
		return fmt.Errorf("%w: none of the %d C files could be parsed%s", ErrNothing, tree.Stats.Units, a.firstNote())
	}
	return nil
}

// takeTree makes a lowered tree the program, and notes what was lost of it.
func (a *Analysis) takeTree(tree *cfront.Tree) {
	lost := a.Lost
	for _, d := range tree.Diagnostics {
		a.note(d.Severity == cfront.Note, "%s", d)
		a.Lost = a.Lost || d.Severity != cfront.Note
	}
	if len(tree.Dropped) > 0 {
		a.note(true, "arguments that this libclang does not know were left out: %s", strings.Join(tree.Dropped, " "))
	}
	a.Prog = tree.Program
	if lost || tree.Stats.Failed > 0 {
		a.Prog.Fields = nil // a file that was lost may store anything
	}
	if !a.Lost {
		a.markAbsent()
	}
}

// cUnits are the C files of the tree, and how they are lowered.
func (a *Analysis) cUnits() ([]cfront.Unit, cfront.Options) {
	units := make([]cfront.Unit, 0, len(a.Tree.C))
	for i := range a.Tree.C {
		u := &a.Tree.C[i]
		units = append(units, cfront.Unit{File: u.File, Dir: u.Dir, Args: u.Args})
	}
	return units, cfront.Options{
		SourceRoot: a.Tree.SrcRoot,
		BuildRoot:  a.Tree.BuildRoot,
		Macros:     infer.PrimitiveNames(),
		ExtraArgs:  semantics,
	}
}

// markAbsent marks the functions that the linked kernel does without: calls of them
// were dead code to the compiler. What modules outside the tree call may be in other
// modules.
func (a *Analysis) markAbsent() {
	if len(a.opts.Add) > 0 {
		return
	}
	symbols, err := a.Tree.Symbols()
	if err != nil {
		a.note(true, "what the kernel was linked from is not known: %v", err)
		return
	}
	if symbols == nil {
		return
	}
	for _, d := range a.Prog.Decls {
		_, alias := a.Prog.Aliases[d.Symbol]
		d.Absent = !d.Builtin && !alias && a.Prog.Funcs[d.Symbol] == nil && !symbols[d.Symbol]
	}
}
