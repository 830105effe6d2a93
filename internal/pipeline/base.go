package pipeline

import (
	"context"
	"fmt"
	"slices"

	"preemptck/infer"
	"preemptck/infer/pack"
	"preemptck/internal/cache"
	"preemptck/internal/wire"
)

// baseKind is the kind of cache entries that hold the solved C code of a tree, for
// Rust to be solved on top of it. They hold the files it was made from.
const baseKind = "bases"

// filesRead are the files that the C code was made from.
type filesRead struct {
	files *cache.Files
	paths []string
}

// solveC solves the C code of the tree on its own, or takes it from the cache where
// nothing it was made from has changed, and leaves it as what Rust is solved on top
// of. What is on top changes little of it: see [infer.Base].
//
// free returns when the memory is free in which the targets are lowered: either takes
// much of it where there is nothing in the cache.
func (a *Analysis) solveC(ctx context.Context, free func()) error {
	key := ""
	if a.kept == nil {
		key = a.baseKey(ctx)
		a.kept = a.readBase(key)
	}
	if k := a.kept; k != nil && a.useBase(k.name, k.data) == nil {
		collectSeldom(len(k.data))
		a.Notes, a.Lost = append(a.Notes, k.notes...), k.lost
		return nil
	}
	collectAsEver() // there is much to do
	notes := len(a.Notes)
	if err := a.LowerC(ctx); err != nil {
		return err
	}
	free()
	kept := slices.Clone(a.Notes[notes:])
	lost := a.Lost
	if err := a.Solve(); err != nil {
		return err
	}
	collectAsEver() // the Rust code needs room, too
	data := a.Sol.PackBase(func(w *wire.Writer, f *infer.Func) { pack.Writer{Writer: w}.Func(f) })
	k := &keptBase{name: cache.Key(data, kept, a.Lost), notes: kept, lost: a.Lost, data: data}
	if key != "" && a.Lost == lost {
		a.keepBase(key, k)
	}
	return a.useBase(k.name, data)
}

// useBase makes packed C code the base.
func (a *Analysis) useBase(name string, data []byte) error {
	opts := infer.Options{Indirect: a.opts.Indirect}
	base, err := infer.OpenBase(opts, data, func(r *wire.Reader) *infer.Func { return pack.Reader{Reader: r}.Func() })
	if err != nil {
		return fmt.Errorf("the solved C code: %w", err)
	}
	a.base, a.baseName, a.Prog, a.Sol = base, name, nil, nil
	return nil
}

// baseKey names the solved C code of the tree in the cache; it is "" where there is no
// cache, or the code comes from elsewhere.
func (a *Analysis) baseKey(ctx context.Context) string {
	me, err := program()
	if err != nil || a.bundle != nil || !a.cache.Enabled() {
		return ""
	}
	units, opts := a.cUnits()
	g := newGather(ctx, a, units, opts)
	if g.tree == "" || len(units) == 0 {
		return ""
	}
	return cache.Key(me, g.tree, a.opts.Indirect, a.Lost, len(a.opts.Add) > 0, a.Tree.SymbolFiles())
}

// keptBase is a base as the cache has it.
type keptBase struct {
	// name stands for all that is in it.
	name  string
	notes []Note
	lost  bool
	data  []byte
}

// readBase reads the base from the cache; it is nil where that has none, or files have
// changed.
func (a *Analysis) readBase(key string) *keptBase {
	if key == "" {
		return nil
	}
	sealed, err := a.cache.Get(baseKind, key)
	if err != nil {
		return nil
	}
	body, _, ok := cache.NewFiles().Unseal(sealed, nil)
	if !ok {
		return nil
	}
	r := wire.NewReader(body, nil)
	k := &keptBase{name: r.String(), lost: r.Bool()}
	r.Values(nil)(&k.notes)
	k.data = r.Raw()
	if r.Err() != nil {
		return nil
	}
	return k
}

// keepBase keeps the base, where it is known what it was made from.
func (a *Analysis) keepBase(key string, k *keptBase) {
	if a.read == nil {
		return
	}
	paths := append(slices.Clone(a.read.paths), a.Tree.SymbolFiles()...)
	stamps, ok := a.read.files.Stamps(paths, farFuture(), a.read.files.Again())
	if !ok {
		return
	}
	w := wire.NewWriter()
	w.String(k.name)
	w.Bool(k.lost)
	w.Values(nil)(k.notes)
	w.Raw(k.data)
	if err := a.cache.Put(baseKind, key, cache.Sealed(paths, stamps, w.Bytes())); err != nil {
		a.note(true, "the solved C code is not kept for the next run: %v", err)
	}
	a.bound()
}

// extend solves what was added to the base.
func (a *Analysis) extend() error {
	sol, err := a.base.Extend(a.Prog)
	if err != nil {
		a.dropMalformed()
		if sol, err = a.base.Extend(a.Prog); err != nil {
			return fmt.Errorf("solving: %w", err)
		}
	}
	a.Sol = sol
	return nil
}
