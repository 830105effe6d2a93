package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"preemptck/cfront"
	"preemptck/infer"
	"preemptck/internal/cache"
	"preemptck/internal/progress"
	"preemptck/internal/wire"
)

// solutionKind is the kind of cache entries that hold a solved program.
const solutionKind = "solutions"

// Solve derives the summaries of all functions lowered so far, or takes them from
// the cache where an earlier run solved the same program. A function that is not
// well formed is left out with a note: its callers then find no body.
func (a *Analysis) Solve() error {
	defer a.settle()
	defer a.settleLibraries()
	if a.base != nil {
		return a.extend()
	}
	opts := infer.Options{Indirect: a.opts.Indirect}
	key := a.solutionKey()
	if a.Sol = a.solvedBefore(key); a.Sol != nil {
		return nil
	}
	if a.bodies != nil {
		if err := a.bodies(); err != nil {
			return fmt.Errorf("what was lowered before: %w", err)
		}
	}
	collectToSolve()
	start := time.Now()
	meter := progress.Start(a.opts.Log, a.opts.Mode, "solving, functions", len(a.Prog.Funcs))
	defer meter.Done()
	opts.Progress = meter.Add
	sol, err := infer.Solve(a.Prog, opts)
	if err != nil {
		a.settle()
		a.dropMalformed()
		key = ""
		if sol, err = infer.Solve(a.Prog, opts); err != nil {
			return fmt.Errorf("solving: %w", err)
		}
	}
	a.Sol, a.Solving = sol, time.Since(start)
	if key != "" {
		if err := a.cache.Put(solutionKind, key, sol.Pack()); err != nil {
			a.note(true, "the solution is not kept for the next run: %v", err)
		}
		a.bound()
	}
	return nil
}

// solvedBefore is the solution of the program at hand that the cache has by that name,
// or nil.
func (a *Analysis) solvedBefore(key string) *infer.Solution {
	if x := a.ahead; x != nil && x.key == key && x.prog == a.Prog {
		return x.sol
	}
	if key == "" {
		return nil
	}
	data, err := a.cache.Get(solutionKind, key)
	if err != nil {
		return nil
	}
	sol, err := infer.Unpack(a.Prog, infer.Options{Indirect: a.opts.Indirect}, data)
	if err != nil {
		return nil
	}
	return sol
}

// ahead is a solution that was taken from the cache before it was known whether the
// program is the one it is of.
type ahead struct {
	key  string
	prog *infer.Program
	sol  *infer.Solution
}

// solveAhead takes the solution of a tree from the cache, where it is there and the
// tree is the one to be solved.
func (a *Analysis) solveAhead(tree *cfront.Tree, name string) {
	b := &Analysis{Tree: a.Tree, opts: a.opts, cache: a.cache, lowered: name, Lost: a.Lost}
	b.takeTree(tree)
	if key := b.solutionKey(); key != "" {
		if sol := b.solvedBefore(key); sol != nil {
			a.ahead = &ahead{key, tree.Program, sol}
		}
	}
}

// solutionKey names the program in the cache: what the C code was lowered to, and
// everything else that is in it. It is "" where the C code has no name, or there
// is no cache. The program's own hash is part of it whatever its identity: that
// speaks of lowering only.
func (a *Analysis) solutionKey() string {
	me, err := program()
	if a.lowered == "" || err != nil || !a.cache.Enabled() {
		return ""
	}
	w := wire.NewWriter()
	value := w.Values(nil)
	var ids []string
	for id, f := range a.Prog.Funcs {
		if f.Lang != infer.C {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		value(a.Prog.Funcs[id])
	}
	value(a.Prog.Decls)
	value(a.Prog.Aliases)
	value(a.Prog.Inits)
	value(a.Prog.Fields)
	sum := sha256.Sum256(w.Bytes())
	return cache.Key(me, a.lowered, a.opts.Indirect, len(a.Prog.Funcs), hex.EncodeToString(sum[:]))
}

// dropMalformed leaves out the functions that a frontend got wrong.
func (a *Analysis) dropMalformed() {
	var ids []string
	for id := range a.Prog.Funcs {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		f := a.Prog.Funcs[id]
		one := infer.NewProgram()
		one.Funcs[id] = f
		if err := one.Check(); err != nil {
			delete(a.Prog.Funcs, id)
			a.note(false, "left out, which is a defect of preemptck: %v", err)
			a.Lost = true
		}
	}
}
