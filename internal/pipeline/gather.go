package pipeline

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"
	"time"

	"preemptck/cfront"
	"preemptck/infer/pack"
	"preemptck/internal/cache"
	"preemptck/internal/progress"
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
	a     *Analysis
	units []cfront.Unit
	opts  cfront.Options
	// keys are the units' names in the cache, and tree that of all of them;
	// empty where there is no cache.
	keys []string
	tree string

	files  *cache.Files
	names  pack.Interner
	merger *cfront.Merger
	inputs map[string]bool // all files read
	whole  bool            // inputs are all there are
	broken error           // why the cache could not be written
}

// job is a unit to be lowered.
type job struct {
	index int
	unit  cfront.Unit
}

// lowerUnits is the cache in front of the C frontend.
func (a *Analysis) lowerUnits(ctx context.Context, units []cfront.Unit, opts cfront.Options) (*cfront.Tree, error) {
	g := &gather{
		a: a, units: units, opts: opts, files: cache.NewFiles(), names: pack.Interner{},
		merger: cfront.NewMerger(len(units)), inputs: map[string]bool{}, whole: true,
	}
	g.name()
	if tree := g.keptTree(); tree != nil {
		return tree, nil
	}
	jobs := g.missing()
	a.Lowered = len(jobs)
	if err := g.lower(ctx, jobs); err != nil {
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
	if err != nil || !g.a.cache.Enabled() {
		return
	}
	common := cache.Key(me, g.opts)
	for _, u := range g.units {
		g.keys = append(g.keys, cache.Key(common, u))
	}
	g.tree = cache.Key(common, g.keys)
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
	return tree
}

// kept is an entry of the cache whose files have not changed, and those files; or
// nil.
func (g *gather) kept(kind, key string) (body []byte, paths []string) {
	sealed, err := g.a.cache.Get(kind, key)
	if err != nil {
		return nil, nil
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
			if body, paths := g.kept(unitKind, g.keys[i]); body != nil && g.merger.Add(i, body) == nil {
				g.read(paths)
				continue
			}
		}
		jobs = append(jobs, job{i, u})
	}
	return jobs
}

func (g *gather) read(paths []string) {
	for _, p := range paths {
		g.inputs[p] = true
	}
}

// done takes in the outcome of a job that began at start. It is not safe for
// concurrent use.
func (g *gather) done(j job, packed []byte, files []string, start time.Time, err error) {
	if err == nil {
		err = g.merger.Add(j.index, packed)
	}
	if err != nil {
		g.whole = false
		g.merger.Fail(j.index, cfront.Lost(j.unit, &g.opts, err))
		return
	}
	g.read(files)
	if g.keys == nil || g.broken != nil {
		return
	}
	stamps, ok := g.files.Stamps(files, start)
	if !ok {
		g.whole = false
		return
	}
	g.broken = g.a.cache.Put(unitKind, g.keys[j.index], cache.Sealed(files, stamps, packed))
}

// keepTree keeps the merged tree, where every unit of it could be kept.
func (g *gather) keepTree(tree *cfront.Tree) {
	if g.tree == "" || !g.whole || g.broken != nil {
		return
	}
	paths := slices.Sorted(maps.Keys(g.inputs))
	// Each file was stamped as it was read, or before.
	if stamps, ok := g.files.Stamps(paths, time.Now().Add(time.Hour)); ok {
		g.broken = g.a.cache.Put(treeKind, g.tree, cache.Sealed(paths, stamps, tree.Pack()))
	}
}

// lower lowers units, some at a time.
func (g *gather) lower(ctx context.Context, jobs []job) error {
	if len(jobs) == 0 {
		return nil
	}
	meter := progress.Start(g.a.opts.Log, g.a.opts.Mode, "C files", len(jobs))
	defer meter.Done()
	var mu sync.Mutex
	var wg sync.WaitGroup
	next := make(chan job)
	session := cfront.NewSession(g.opts)
	for range g.a.opts.Workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for j := range next {
				start := time.Now()
				packed, files, err := session.Lower(j.unit)
				mu.Lock()
				g.done(j, packed, files, start, err)
				mu.Unlock()
				meter.Add(1)
			}
		}()
	}
	feed(ctx, jobs, next)
	wg.Wait()
	return ctx.Err()
}

// feed hands out jobs until there are none, or the context ends.
func feed(ctx context.Context, jobs []job, next chan<- job) {
	defer close(next)
	for _, j := range jobs {
		select {
		case next <- j:
		case <-ctx.Done():
			return
		}
	}
}
