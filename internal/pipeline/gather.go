package pipeline

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"sync"
	"time"

	"preemptck/cfront"
	"preemptck/cfront/libclang"
	"preemptck/internal/cache"
	"preemptck/internal/pool"
	"preemptck/internal/progress"
	"preemptck/internal/wire"
)

// The kinds of cache entries: a lowered unit, and all units of a tree merged.
// Either holds the files it was made from.
const (
	unitKind = "c/units"
	treeKind = "c/trees"
)

// gather brings together the lowered units of a tree: from the cache where
// nothing they were made from has changed, and from the C frontend.
type gather struct {
	ctx   context.Context
	a     *Analysis
	units []cfront.Unit
	opts  cfront.Options
	// keys are the units' names in the cache, tree that of all of them, and common
	// what they have in common; empty where this program has no name.
	keys         []string
	tree, common string
	// recorded are the files that units are expected to read, as far as they were
	// looked up.
	recorded map[int][]string

	files  *cache.Files
	names  wire.Interner
	merger *cfront.Merger
	inputs map[string]bool // all files read
	// answers are what each unit does for the headers that it answers for.
	answers []answer
	// bundle has units from elsewhere, or takes in those that are lowered; nil is
	// neither.
	bundle *Bundle
	whole  bool  // inputs are all there are
	broken error // why the cache could not be written
}

// job is a unit to be lowered.
type job struct {
	index int
	unit  cfront.Unit
}

func newGather(ctx context.Context, a *Analysis, units []cfront.Unit, opts cfront.Options) *gather {
	g := &gather{
		ctx: ctx, a: a, units: units, opts: opts, files: cache.NewFiles(), names: wire.Interner{},
		merger: cfront.NewMerger(len(units)), recorded: map[int][]string{}, inputs: map[string]bool{}, whole: true,
		answers: make([]answer, len(units)), bundle: a.bundle,
	}
	g.name()
	return g
}

// lowerUnits is the cache in front of the C frontend.
func (a *Analysis) lowerUnits(ctx context.Context, units []cfront.Unit, opts cfront.Options) (*cfront.Tree, error) {
	g := newGather(ctx, a, units, opts)
	if a.bundle != nil && (a.bundle.tree != g.common || !slices.ContainsFunc(g.keys, func(k string) bool { return a.bundle.units[k] != nil })) {
		return nil, fmt.Errorf("%s: %w: lower its files again, with this very program", a.opts.Lowered, ErrOtherTree)
	}
	if tree := g.keptTree(); tree != nil {
		return tree, nil
	}
	jobs := g.missing()
	for range 2 { // at most: then it is known who reads what
		a.Lowered += len(jobs)
		if err := g.lower(jobs); err != nil {
			return nil, fmt.Errorf("lowering C: %w", err)
		}
		if jobs = g.unanswered(); len(jobs) == 0 {
			break
		}
	}
	if err := g.addExtra(); err != nil {
		return nil, fmt.Errorf("lowering C: %w", err)
	}
	tree := g.merger.Tree()
	g.keepTree(tree)
	if g.broken != nil {
		a.note(false, "what was lowered is not kept for the next run: %v: free some space, or use --no-cache", g.broken)
	}
	return tree, nil
}

// name gives everything its name in the cache.
func (g *gather) name() {
	me, err := self()
	if err != nil {
		return
	}
	g.common = cache.Key(me, libclang.Version(), g.opts)
	for i := range g.units {
		g.keys = append(g.keys, cache.Key(g.common, g.units[i].Name(&g.opts)))
	}
	g.tree = cache.Key(g.common, g.keys, g.a.opts.AllHeaders)
}

// keptTree is the merged tree of an earlier run, or nil.
func (g *gather) keptTree() *cfront.Tree {
	if g.tree == "" {
		return nil
	}
	body, _ := g.kept(treeKind, g.tree)
	if body == nil {
		return nil
	}
	tree, err := cfront.UnpackTree(body)
	if err != nil {
		return nil
	}
	g.a.lowered = cache.Key(body)
	return tree
}

// kept is an entry of the cache whose files have not changed, and those files; or
// nil.
func (g *gather) kept(kind, key string) (body []byte, paths []string) {
	var sealed []byte
	if g.bundle != nil && kind == unitKind {
		sealed = g.bundle.units[key]
	}
	if sealed == nil {
		var err error
		if sealed, err = g.a.cache.Get(kind, key); err != nil {
			return nil, nil
		}
	}
	body, paths, ok := g.files.Unseal(sealed, g.names)
	if !ok {
		return nil, nil
	}
	return body, paths
}

// missing merges what the cache has and returns what it has not.
func (g *gather) missing() []job {
	var jobs []job
	for i, u := range g.units {
		if g.keys != nil {
			if sealed, paths := g.kept(unitKind, g.keys[i]); sealed != nil && g.take(i, sealed, paths) {
				continue
			}
		}
		jobs = append(jobs, job{i, u})
	}
	g.assignHeaders(jobs)
	return jobs
}

// take merges a unit from the cache.
func (g *gather) take(i int, entry []byte, paths []string) bool {
	r := wire.NewReader(entry, g.names)
	headers, packed, extra := r.Strings(), r.Raw(), r.Raw()
	if r.Err() != nil || g.merger.Add(i, packed) != nil {
		return false
	}
	g.answer(i, headers, extra, paths)
	return true
}

// entryOf is what the cache keeps of a unit besides the files.
func entryOf(headers []string, unit *cfront.Lowered) []byte {
	w := wire.NewWriter()
	w.Strings(headers)
	w.Raw(unit.Packed)
	w.Raw(unit.Extra)
	return w.Bytes()
}

// done takes in the outcome of a job that began at start. It is not safe for
// concurrent use.
func (g *gather) done(j *job, r *reply, start time.Time, err error) {
	lost := r.Lost
	if err == nil && lost == nil && g.answers[j.index].files == nil {
		err = g.merger.Add(j.index, r.Unit.Packed)
	}
	if err != nil {
		lost = g.lost(j, err)
	}
	if lost != nil {
		g.whole = false
		g.merger.Fail(j.index, *lost)
		return
	}
	if r.Behind {
		g.a.Behind++
	}
	g.answer(j.index, j.unit.Headers, r.Unit.Extra, r.Unit.Files)
	if g.keys == nil || g.broken != nil {
		return
	}
	stamps, ok := g.files.Stamps(r.Unit.Files, start)
	if !ok {
		g.whole = false
		return
	}
	if g.bundle != nil {
		g.bundle.add(g.keys[j.index], r.Unit.Files, stamps, entryOf(j.unit.Headers, r.Unit))
	}
	g.broken = g.a.cache.Put(unitKind, g.keys[j.index], cache.Sealed(r.Unit.Files, stamps, entryOf(j.unit.Headers, r.Unit)))
}

// keepTree keeps the merged tree, where every unit of it could be kept.
func (g *gather) keepTree(tree *cfront.Tree) {
	if g.tree == "" || g.broken != nil || !g.a.cache.Enabled() {
		return
	}
	body := tree.Pack()
	g.a.lowered = cache.Key(body)
	if !g.whole {
		return
	}
	paths := slices.Sorted(maps.Keys(g.inputs))
	// Each file was stamped as it was read, or before.
	if stamps, ok := g.files.Stamps(paths, farFuture()); ok {
		g.broken = g.a.cache.Put(treeKind, g.tree, cache.Sealed(paths, stamps, body))
	}
}

// lower lowers units in worker processes, as many at a time as there are.
func (g *gather) lower(jobs []job) error {
	if len(jobs) == 0 {
		return nil
	}
	workers := pool.New(pool.Options{
		Argv: g.a.opts.Worker, Hello: encode(g.opts), Workers: min(g.a.opts.Workers, len(jobs)),
		Time: g.a.opts.UnitTime, Memory: g.a.opts.UnitMemory,
	})
	defer workers.Close()
	x := &prefixes{}
	if !g.a.opts.NoPrefix {
		dir, err := g.prefixFolder()
		if err == nil {
			defer os.RemoveAll(dir)
			x = g.makePrefixes(workers, jobs, dir)
		}
	}
	meter := progress.Start(g.a.opts.Log, g.a.opts.Mode, "C files", len(jobs))
	defer meter.Done()
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan int)
	for range g.a.opts.Workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range next {
				start := time.Now()
				r, err := g.lowerOne(workers, x, jobs, k)
				mu.Lock()
				if g.ctx.Err() == nil {
					g.done(&jobs[k], &r, start, err)
				}
				mu.Unlock()
				meter.Add(1)
			}
		}()
	}
	feed(g.ctx, len(jobs), next)
	wg.Wait()
	return g.ctx.Err()
}

// lowerOne lowers job number k: behind a prefix, if one fits, and else, or if it
// turns out not to fit after all, plainly.
func (g *gather) lowerOne(workers *pool.Pool, x *prefixes, jobs []job, k int) (reply, error) {
	if len(x.chosen) > 0 && x.chosen[k] >= 0 {
		best := x.chosen[k]
		r, err := g.ask(workers, &request{Path: x.paths[best], Unit: jobs[k].unit})
		if err == nil && r.Unfit == "" && !x.clash(best, k, r.Clashes) {
			return r, nil
		}
	}
	return g.ask(workers, &request{Unit: jobs[k].unit})
}

// feed hands out the numbers of jobs until there are none, or the context ends.
func feed(ctx context.Context, jobs int, next chan<- int) {
	defer close(next)
	for k := range jobs {
		select {
		case next <- k:
		case <-ctx.Done():
			return
		}
	}
}

// farFuture is when every file there is counts as old: where it was looked at
// before.
func farFuture() time.Time { return time.Now().Add(24 * time.Hour) }
