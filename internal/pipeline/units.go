package pipeline

import (
	"time"

	"preemptck/cfront"
	"preemptck/internal/cache"
	"preemptck/internal/wire"
)

// lowered is a unit that was lowered by a job that began at start.
type lowered struct {
	index   int
	headers []string // see [cfront.Unit]
	unit    *cfront.Lowered
	sum     string
	start   time.Time
}

// keepEvery is after how long units are kept. Before, each of their files is looked at
// again, and those of a second share most.
const keepEvery = time.Second

// done takes in the outcome of a job that began at start.
func (g *gather) done(j *job, r *reply, start time.Time, err error) {
	sum := ""
	if r.Unit != nil {
		sum = cache.Key(r.Unit.Packed, r.Unit.Extra)
	}
	if !g.merge(j, r, sum, err) || g.keys == nil {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.toKeep = append(g.toKeep, &lowered{j.index, j.unit.Headers, r.Unit, sum, start})
}

// keepAll keeps units as they come, until it is told to stop, and then the last ones.
func (g *gather) keepAll(stop <-chan bool) {
	tick := time.NewTicker(keepEvery)
	defer tick.Stop()
	for more := true; more; {
		select {
		case <-tick.C:
		case <-stop:
			more = false
		}
		g.keepUnits()
	}
}

// keepUnits keeps the units that were lowered since the last time.
func (g *gather) keepUnits() {
	g.mu.Lock()
	units := g.toKeep
	g.toKeep = nil
	g.mu.Unlock()
	look := g.files.Again()
	for _, u := range units {
		g.keepUnit(u, look)
	}
}

// keepUnit keeps a unit in the cache, and in the bundle that is asked for.
func (g *gather) keepUnit(u *lowered, look cache.Look) {
	stamps, ok := g.files.Stamps(u.unit.Files, u.start, look)
	var err error
	if ok {
		w := wire.NewWriter()
		w.Strings(u.headers)
		w.String(u.sum)
		w.Raw(u.unit.Packed)
		w.Raw(u.unit.Extra)
		entry := w.Bytes()
		err = g.a.cache.Put(unitKind, g.keys[u.index], cache.Sealed(u.unit.Files, stamps, entry))
		if g.bundle != nil {
			g.mu.Lock()
			g.bundle.add(g.keys[u.index], u.unit.Files, stamps, entry)
			g.mu.Unlock()
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.whole = g.whole && ok
	if g.broken == nil {
		g.broken = err
	}
}

// take merges a unit from the cache.
func (g *gather) take(i int, entry []byte, files []int32) bool {
	r := wire.NewReader(entry, g.names)
	headers, sum, packed, extra := r.Strings(), r.String(), r.Raw(), r.Raw()
	if r.Err() != nil || g.merger.Add(i, packed) != nil {
		return false
	}
	g.answer(i, headers, extra, files, sum)
	return true
}
