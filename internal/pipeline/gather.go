package pipeline

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"preemptck/cfront"
	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
	"preemptck/internal/cache"
	"preemptck/internal/parallel"
	"preemptck/internal/pool"
	"preemptck/internal/progress"
	"preemptck/internal/wire"
)

// unitKind is the kind of cache entries that hold a lowered unit, and the files it was
// made from.
const unitKind = "c/units"

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
	// paths numbers files, and expected are those that units are expected to read, of those
	// that are to be lowered.
	paths    *prefix.Paths
	expected map[int][]int32

	// found is what the cache has of each unit.
	found []found

	mu     sync.Mutex // of all below, while units are lowered
	files  *cache.Files
	names  wire.Interner
	merger *cfront.Merger
	inputs map[int32]bool // all files read
	// answers are what each unit does for the headers that it answers for.
	answers []answer
	// bundle has units from elsewhere, or takes in those that are lowered; nil is
	// neither.
	bundle *Bundle
	toKeep []*lowered
	whole  bool  // inputs are all there are
	broken error // why the cache could not be written
}

// job is a unit to be lowered.
type job struct {
	index int
	unit  cfront.Unit
}

func newGather(ctx context.Context, a *Analysis, units []cfront.Unit, opts cfront.Options) *gather {
	g := unnamedGather(ctx, a, units, opts)
	g.name()
	return g
}

func unnamedGather(ctx context.Context, a *Analysis, units []cfront.Unit, opts cfront.Options) *gather {
	return &gather{
		ctx: ctx, a: a, units: units, opts: opts, files: cache.NewFiles(), names: wire.Interner{},
		merger: cfront.NewMerger(len(units)), paths: prefix.NewPaths(), expected: map[int][]int32{}, inputs: map[int32]bool{}, whole: true,
		answers: make([]answer, len(units)), bundle: a.bundle,
	}
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
	jobs := g.look()
	for range 3 { // at most: then it is known what is of use, and who reads what
		a.Lowered += len(jobs)
		failed := make(chan error)
		go func() { failed <- g.lower(jobs) }()
		late := g.takeAll() // meanwhile
		if err := <-failed; err != nil {
			return nil, fmt.Errorf("lowering C: %w", err)
		}
		if jobs = append(late, g.unanswered()...); len(jobs) == 0 {
			break
		}
	}
	if err := g.addExtra(); err != nil {
		return nil, fmt.Errorf("lowering C: %w", err)
	}
	tree := g.merger.Tree()
	g.keepTree(tree)
	if g.broken != nil {
		a.notKept(g.broken)
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
	g.keys = make([]string, len(g.units))
	parallel.Do(len(g.units), func(_, from, to int) {
		for i := from; i < to; i++ {
			g.keys[i] = cache.Key(g.common, g.units[i].Name(&g.opts))
		}
	})
	g.tree = cache.Key(g.common, g.keys, g.a.opts.AllHeaders)
}

// kept is an entry of the cache whose files have not changed, and those files; or
// nil.
func (g *gather) kept(kind, key string, names wire.Interner) (body []byte, paths []string) {
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
	body, paths, ok := g.files.Unseal(sealed, names)
	if !ok {
		return nil, nil
	}
	return body, paths
}

// found is what the cache has of a unit.
type found struct {
	entry []byte
	files []int32
}

// look finds what the cache has, and returns what it has not.
func (g *gather) look() []job {
	g.found = make([]found, len(g.units))
	if g.keys != nil {
		var wg sync.WaitGroup
		for k := range g.a.opts.Workers {
			wg.Add(1)
			go func() {
				defer wg.Done()
				names := wire.Interner{}
				for i := k; i < len(g.units); i += g.a.opts.Workers {
					entry, paths := g.kept(unitKind, g.keys[i], names)
					g.found[i] = found{entry, g.paths.IDs(paths)}
				}
			}()
		}
		wg.Wait()
	}
	var jobs []job
	for i, f := range g.found {
		if f.entry == nil {
			jobs = append(jobs, job{i, g.units[i]})
		}
	}
	g.assignHeaders(jobs)
	return jobs
}

// takeAll merges what was found, and returns what of it is of no use.
func (g *gather) takeAll() []job {
	var late []job
	for i, f := range g.found {
		if f.entry == nil {
			continue
		}
		g.mu.Lock()
		ok := g.take(i, f.entry, f.files)
		g.mu.Unlock()
		if !ok {
			late = append(late, job{i, g.units[i]})
		}
	}
	g.found = nil
	return late
}

// merge merges a unit that was lowered; false says that it is lost.
func (g *gather) merge(j *job, r *reply, sum string, err error) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
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
		return false
	}
	if r.Behind {
		g.a.Behind++
	}
	g.answer(j.index, j.unit.Headers, r.Unit.Extra, g.paths.IDs(r.Unit.Files), sum)
	return true
}

// settle waits until everything is kept that is to be kept. Until then the program
// must not change.
func (a *Analysis) settle() {
	a.keeping.Wait()
	if a.unkept != nil {
		a.notKept(a.unkept)
		a.unkept = nil
	}
}

func (a *Analysis) notKept(err error) {
	a.note(false, "what was lowered is not kept for the next run: %v: free some space, or use --no-cache", err)
}

// lower lowers units in worker processes, as many at a time as there are.
func (g *gather) lower(jobs []job) error {
	if len(jobs) == 0 {
		return nil
	}
	workers := g.workers(min(g.a.opts.Workers, len(jobs)))
	defer workers.Close()
	return g.lowerIn(workers, jobs)
}

// workers makes so many worker processes.
func (g *gather) workers(n int) *pool.Pool {
	return pool.New(pool.Options{
		Argv: g.a.opts.Worker, Hello: encode(g.opts), Workers: n, Time: g.a.opts.UnitTime, Memory: g.a.opts.UnitMemory,
	})
}

// lowerIn lowers units in these worker processes.
func (g *gather) lowerIn(workers *pool.Pool, jobs []job) error {
	collectToLower(len(g.units))
	began := time.Now()
	x := &prefixes{}
	if !g.a.opts.NoPrefix {
		x = g.keptPrefixes(jobs)
	}
	if !g.a.opts.NoPrefix && len(x.made) == 0 {
		if dir, err := g.prefixFolder(); err == nil {
			x = g.makePrefixes(workers, jobs, dir)
			defer func() { g.keepPrefixes(x, len(jobs), dir, began) }()
		}
	}
	meter := progress.Start(g.a.opts.Log, g.a.opts.Mode, "C files", len(jobs))
	defer meter.Done()
	var wg, keeping sync.WaitGroup
	stop, next := make(chan bool), make(chan int)
	keeping.Go(func() { g.keepAll(stop) })
	for range g.a.opts.Workers {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for k := range next {
				start := time.Now()
				r, err := g.lowerOne(workers, x, jobs, k)
				if r.Behind {
					start = began // its headers were read then
				}
				if g.ctx.Err() == nil {
					g.done(&jobs[k], &r, start, err)
				}
				meter.Add(1)
			}
		}()
	}
	feed(g.ctx, len(jobs), next)
	wg.Wait()
	close(stop)
	keeping.Wait()
	return g.ctx.Err()
}

// lowerOne lowers job number k: behind a prefix, if one fits, and else, or if it
// turns out not to fit after all, behind another or plainly.
func (g *gather) lowerOne(workers *pool.Pool, x *prefixes, jobs []job, k int) (reply, error) {
	best := x.first(k)
	for tries := 3; best >= 0 && tries > 0; tries-- {
		r, err := g.ask(workers, &request{Path: x.paths[best], Unit: jobs[k].unit})
		if err != nil || r.Unfit != "" && !r.Refused && r.Order == nil {
			break
		}
		switch {
		case r.Refused:
			best = x.refuse(best, k)
			continue
		case r.Order != nil:
			best = x.tooEarly(best, k, r.Order.Early)
			continue
		}
		other := x.judge(best, k, r.Reading)
		if other == best {
			return r, nil
		}
		best = other
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
