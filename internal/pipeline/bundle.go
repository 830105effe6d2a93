package pipeline

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"preemptck/cfront"
	"preemptck/internal/cache"
	"preemptck/internal/kbuild"
	"preemptck/internal/wire"
)

// Bundle is lowered units of a tree apart from any cache: what one machine of
// several did of the C pass, or what all of them did. Equal trees give equal
// bundles, however the work was split.
type Bundle struct {
	// tree names the program that lowered and how; keys are all units of the tree,
	// in order.
	tree string
	keys []string
	// units are the units that are there, by key: what the cache would keep, with
	// files that are told by their content alone.
	units map[string][]byte
}

// ErrOtherTree says that bundles are not of one tree, or not of the tree at hand.
var ErrOtherTree = errors.New("not of this tree")

// add takes in a unit and the files that it was made from.
func (b *Bundle) add(key string, paths []string, stamps []cache.Stamp, entry []byte) {
	stamps = slices.Clone(stamps)
	for i := range stamps {
		stamps[i].Mtime, stamps[i].Ctime = 0, 0
	}
	b.units[key] = cache.Sealed(paths, stamps, entry)
}

// Missing is how many units of the tree are not in the bundle, and Units how many
// there are in the tree.
func (b *Bundle) Missing() int { return len(b.keys) - len(b.units) }

// Units is how many units the tree has.
func (b *Bundle) Units() int { return len(b.keys) }

// Write writes the bundle to a file, whole or not at all.
func (b *Bundle) Write(path string) error {
	w := wire.NewWriter()
	w.String(b.tree)
	w.Strings(b.keys)
	w.Len(len(b.units))
	for _, k := range slices.Sorted(maps.Keys(b.units)) {
		w.String(k)
		w.Raw(b.units[k])
	}
	if err := cache.WriteFile(path, w.Bytes()); err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return nil
}

// ReadBundle reads what [Bundle.Write] wrote.
func ReadBundle(path string) (*Bundle, error) {
	data, err := cache.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading lowered files: %w", err)
	}
	r := wire.NewReader(data, nil)
	b := &Bundle{tree: r.String(), keys: r.Strings(), units: map[string][]byte{}}
	for range r.Len() {
		key := r.String()
		b.units[key] = r.Raw()
	}
	if r.Err() != nil {
		return nil, fmt.Errorf("reading lowered files: %s: %w", path, r.Err())
	}
	return b, nil
}

// Join adds the units of another part of the same tree.
func (b *Bundle) Join(other *Bundle) error {
	if b.tree != other.tree || !slices.Equal(b.keys, other.keys) {
		return ErrOtherTree
	}
	for k, unit := range other.units {
		if mine, ok := b.units[k]; ok && sha256.Sum256(mine) != sha256.Sum256(unit) {
			return fmt.Errorf("%w: both have a file that does not read the same", ErrOtherTree)
		}
		b.units[k] = unit
	}
	return nil
}

// Extract lowers part number shard, from 1, of all C files of the tree divided
// into so many parts. Files that are lost are in the notes, and not in the bundle.
func (a *Analysis) Extract(ctx context.Context, shard, parts int) (*Bundle, error) {
	units, opts := a.cUnits()
	if len(units) == 0 {
		return nil, fmt.Errorf("%w: no C file was compiled in %s%s", ErrNothing, a.Tree.BuildRoot, a.firstNote())
	}
	g := newGather(ctx, a, units, opts)
	if g.keys == nil {
		return nil, errors.New("this program cannot read itself, to name what it lowers")
	}
	g.bundle = &Bundle{tree: g.common, keys: g.keys, units: map[string][]byte{}}
	all := make([]job, len(units))
	for i := range units {
		all[i] = job{i, units[i]}
	}
	g.expect(all)
	files := make([][]int32, len(units))
	for i := range units {
		files[i] = g.expected[i]
	}
	owned := g.owners(files)
	var jobs []job
	for i := len(units) * (shard - 1) / parts; i < len(units)*shard/parts; i++ {
		if g.extracted(i, owned[i]) {
			continue
		}
		j := job{i, units[i]}
		j.unit.Headers = owned[i]
		jobs = append(jobs, j)
	}
	if err := g.lower(jobs); err != nil {
		return nil, fmt.Errorf("lowering C: %w", err)
	}
	for _, d := range g.merger.Tree().Diagnostics {
		a.note(d.Severity == cfront.Note, "%s", d)
		a.Lost = a.Lost || d.Severity != cfront.Note
	}
	return g.bundle, nil
}

// ExtractOne lowers the one file that a command line compiles, as Kbuild hands it
// to a checker, and keeps it in the cache, where later runs on the tree find it. It
// is run where the compiler would be.
func ExtractOne(ctx context.Context, opts Options, args []string) error {
	if err := opts.defaults(); err != nil {
		return err
	}
	dir, err := os.Getwd()
	if err != nil {
		return err
	}
	tree, err := kbuild.Enclosing(dir)
	if err != nil {
		return err
	}
	a := &Analysis{Tree: tree, opts: opts, cache: cache.Open(opts.CacheDir)}
	tree.C = []kbuild.CUnit{{File: args[len(args)-1], Dir: tree.BuildRoot, Args: args}}
	units, copts := a.cUnits()
	g := newGather(ctx, a, units, copts)
	session := cfront.NewSession(copts)
	start := time.Now()
	unit, err := session.Lower(units[0])
	if err != nil {
		return err
	}
	g.done(&job{0, units[0]}, &reply{Unit: unit}, start, nil)
	g.keepUnits()
	return g.broken
}

// extracted takes a unit from the cache, if it is there and answers for the
// headers that it should.
func (g *gather) extracted(i int, headers []string) bool {
	entry, paths := g.kept(unitKind, g.keys[i], g.names)
	if entry == nil {
		return false
	}
	r := wire.NewReader(entry, g.names)
	if have := r.Strings(); !slices.Equal(have, headers) {
		return false
	}
	stamps, ok := g.files.Stamps(paths, farFuture(), g.files.Again())
	if !ok || !g.take(i, entry, g.paths.IDs(paths)) {
		return false
	}
	g.bundle.add(g.keys[i], paths, stamps, entry)
	return true
}
