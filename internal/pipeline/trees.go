package pipeline

import (
	"maps"
	"slices"
	"time"

	"preemptck/cfront"
	"preemptck/internal/cache"
	"preemptck/internal/wire"
)

// Kinds of cache entries: those that hold all units of a tree merged, by what they were
// lowered to, and those that say what that was and which files it was made from.
const (
	treeKind = "c/trees"
	madeKind = "c/made"
)

// A tree is still good where what changed is lowered to the same as before. Where more
// than one unit of so many has to be lowered to find out, the units are merged anew.
const fewUnits = 16

// keptTree is the merged tree of an earlier run, or nil. It is good where no file has
// changed, and where the units that read those that have are lowered to just what they
// were: an edit that means nothing.
func (g *gather) keptTree() *cfront.Tree {
	if g.tree == "" {
		return nil
	}
	sealed, err := g.a.cache.Get(madeKind, g.tree)
	if err != nil {
		return nil
	}
	u := g.files.Open(sealed)
	if u == nil {
		return nil
	}
	r := wire.NewReader(u.Body, nil)
	name, made := r.String(), r.Raw()
	if r.Err() != nil {
		return nil
	}
	same := make(chan bool, 1)
	start := time.Now()
	go func() { same <- len(u.Changed) == 0 || g.sameUnits(u, made) }()
	collectSeldom(0)
	tree, bodies, err := g.unpackTree(name) // meanwhile
	if err == nil && !g.a.SummariesOnly {
		err = bodies()
	}
	if err == nil && len(u.Changed) > 0 {
		g.a.solveAhead(tree, name)
	}
	if !<-same || err != nil {
		collectAsEver()
		g.a.ahead = nil
		return nil
	}
	if g.a.SummariesOnly {
		g.a.bodies = bodies
	}
	g.a.lowered, g.a.read = name, &filesRead{g.files, u.Paths}
	if len(u.Changed) > 0 {
		g.stampAgain(u, start)
	}
	return tree
}

// unpackTree reads the merged tree of that name.
func (g *gather) unpackTree(name string) (tree *cfront.Tree, bodies func() error, err error) {
	packed, err := g.a.cache.Get(treeKind, name)
	if err != nil {
		return nil, nil, err
	}
	return cfront.UnpackTree(packed)
}

// sameUnits lowers the units again that read what has changed, and tells whether they
// came out as they were.
func (g *gather) sameUnits(u *cache.Unsealed, made []byte) bool {
	workers := g.workers(g.a.opts.Workers)
	defer func() { go workers.Close() }() // at the latest, they end with the program
	workers.Warm()
	changed := map[int32]bool{}
	for _, i := range u.Changed {
		changed[g.paths.ID(u.Paths[i])] = true
	}
	before := g.unpackMade(made, u.Paths)
	if len(before) != len(g.units) {
		return false
	}
	var jobs []job
	expected := map[int][]int32{}
	for i := range before {
		if slices.ContainsFunc(before[i].files, func(f int32) bool { return changed[f] }) {
			j := job{i, g.units[i]}
			j.unit.Headers = before[i].headers
			jobs = append(jobs, j)
			expected[i] = before[i].files
		}
	}
	if len(jobs) == 0 || len(jobs) > max(1, len(g.units)/fewUnits) {
		return false
	}
	// What they are lowered to is kept, if it is not the same after all.
	now := unnamedGather(g.ctx, g.a, g.units, g.opts)
	now.keys, now.tree, now.common = g.keys, g.tree, g.common
	now.files, now.paths, now.expected = g.files, g.paths, expected
	g.a.Lowered += len(jobs)
	if now.lowerIn(workers, jobs) != nil {
		return false
	}
	for _, j := range jobs {
		a, b := &before[j.index], &now.answers[j.index]
		if a.sum != b.sum || !slices.Equal(a.files, b.files) {
			return false
		}
	}
	return true
}

// stampAgain keeps an entry with new stamps of the files that have changed, which were
// read since start.
func (g *gather) stampAgain(u *cache.Unsealed, start time.Time) {
	var paths []string
	for _, i := range u.Changed {
		paths = append(paths, u.Paths[i])
	}
	stamps, ok := g.files.Stamps(paths, start, g.files.Again())
	if !ok {
		return
	}
	for k, i := range u.Changed {
		u.Stamps[i] = stamps[k]
	}
	g.keep(func() error { return g.a.cache.Put(madeKind, g.tree, cache.Sealed(u.Paths, u.Stamps, u.Body)) })
}

// keepTree names the merged tree and keeps it, where every unit of it could be
// kept. It goes on while the program is solved; see [Analysis.settle].
func (g *gather) keepTree(tree *cfront.Tree) {
	if g.tree == "" || g.broken != nil || !g.a.cache.Enabled() {
		return
	}
	sums := make([]string, 0, len(g.units))
	for i := range g.answers {
		sums = append(sums, g.answers[i].sum)
	}
	name := cache.Key(g.tree, sums)
	g.a.lowered = name
	if !g.whole {
		return
	}
	paths := g.paths.Paths(slices.Collect(maps.Keys(g.inputs)))
	slices.Sort(paths)
	// Each file was stamped as it was read, or before.
	stamps, ok := g.files.Stamps(paths, farFuture(), g.files.Again())
	if !ok {
		return
	}
	g.a.read = &filesRead{g.files, paths}
	g.keep(func() error {
		if err := g.a.cache.Put(treeKind, name, tree.Pack()); err != nil {
			return err
		}
		w := wire.NewWriter()
		w.String(name)
		w.Raw(g.packMade(paths))
		return g.a.cache.Put(madeKind, g.tree, cache.Sealed(paths, stamps, w.Bytes()))
	})
}

// keep puts something in the cache, in the background.
func (g *gather) keep(put func() error) {
	g.a.keeping.Add(1)
	go func() {
		defer g.a.keeping.Done()
		g.a.unkept = put()
	}()
}

// packMade is what each unit was made from, files being numbers of paths, and into.
func (g *gather) packMade(paths []string) []byte {
	number := make([]int, g.paths.Len())
	for i, path := range paths {
		number[g.paths.ID(path)] = i
	}
	w := wire.NewWriter()
	w.Len(len(g.answers))
	for i := range g.answers {
		w.String(g.answers[i].sum)
		w.Strings(g.answers[i].headers)
		w.Len(len(g.answers[i].files))
		for _, f := range g.answers[i].files {
			w.Len(number[f])
		}
	}
	return w.Bytes()
}

// unpackMade reads what packMade wrote; it is nil where the bytes are something else.
func (g *gather) unpackMade(data []byte, paths []string) []answer {
	ids := g.paths.IDs(paths)
	r := wire.NewReader(data, nil)
	answers := make([]answer, r.Len())
	for i := range answers {
		answers[i] = answer{sum: r.String(), headers: r.Strings(), files: make([]int32, r.Len())}
		for k := range answers[i].files {
			if n := r.Uint(); n < uint64(len(ids)) {
				answers[i].files[k] = ids[n]
			}
		}
	}
	if r.Err() != nil || r.Rest() > 0 {
		return nil
	}
	return answers
}
