package pipeline

import (
	"math"
	"slices"
	"sync"

	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
	"preemptck/internal/pool"
)

// prefixes are the precompiled headers of a run.
type prefixes struct {
	mu      sync.Mutex // of the planner
	planner *prefix.Planner
	made    []*prefix.Made
	// paths are where they are, and behind the numbers of those that they were made behind, -1
	// being none.
	paths  []string
	behind []int
	// chosen are the prefixes of the jobs; -1 is none.
	chosen []int
	// met are the clashes that came up behind each prefix, refused are the flags of units for
	// which clang does not take it, and early is what was read too early behind any.
	met     map[int]map[prefix.Clash]bool
	refused map[int]map[string]bool
	early   []prefix.Early
}

// makePrefixes plans the prefixes of the jobs and compiles them, in a folder for which
// the caller answers. Where that fails there are none, or fewer: units are then
// parsed plainly.
func (g *gather) makePrefixes(p *pool.Pool, jobs []job, dir string) *prefixes {
	x := g.newPrefixes(jobs)
	c := &compiling{g: g, workers: p, planner: x.planner, dir: dir, plan: x.planner.Plan()}
	at := make([]int, len(c.plan))
	for i, m := range c.all() {
		at[i] = -1
		if m.made == nil {
			continue
		}
		parent := -1
		if k := c.plan[i].Parent; k >= 0 {
			parent = at[k]
		}
		at[i] = x.take(m.made, m.path, parent)
	}
	for k := range jobs {
		x.chosen = append(x.chosen, x.choose(k, math.Inf(1), nil))
	}
	return x
}

// newPrefixes are none yet, to be chosen from for some jobs.
func (g *gather) newPrefixes(jobs []job) *prefixes {
	g.expect(jobs)
	units := make([]prefix.Unit, 0, len(jobs))
	for i := range jobs {
		unit := jobs[i].unit.PlanUnit(&g.opts, g.expected[jobs[i].index])
		source := g.paths.ID(unit.File)
		if slices.Contains(unit.Files, source) {
			unit.Files = slices.DeleteFunc(slices.Clone(unit.Files), func(f int32) bool { return f == source })
		}
		units = append(units, unit)
	}
	return &prefixes{planner: prefix.NewPlanner(units, g.paths), met: map[int]map[prefix.Clash]bool{}, refused: map[int]map[string]bool{}}
}

// take takes in a prefix that was made behind number behind, and returns its number.
func (x *prefixes) take(m *prefix.Made, path string, behind int) int {
	x.made, x.paths, x.behind = append(x.made, m), append(x.paths, path), append(x.behind, behind)
	return len(x.made) - 1
}

// expect finds out which files the jobs will read, as far as that is known: what their
// build recorded, or else what their directives say.
func (g *gather) expect(jobs []job) {
	var unknown []int
	for _, j := range jobs {
		if g.expected[j.index] == nil {
			unknown = append(unknown, j.index)
		}
	}
	found := make([][]int32, len(unknown))
	headers := prefix.NewHeaders(libclang.Predefined, g.paths)
	next := make(chan int)
	var wg sync.WaitGroup
	for range min(g.a.opts.Workers, len(unknown)) {
		wg.Go(func() {
			for k := range next {
				i := unknown[k]
				if files := g.a.Tree.C[i].RecordedFiles(); files != nil {
					found[k] = g.paths.IDs(files)
					continue
				}
				unit := g.units[i].PlanUnit(&g.opts, nil)
				source := g.paths.ID(unit.File)
				found[k] = slices.DeleteFunc(headers.Files(&unit), func(f int32) bool { return f == source })
			}
		})
	}
	feed(g.ctx, len(unknown), next)
	wg.Wait()
	for k, i := range unknown {
		g.expected[i] = found[k]
	}
}

// choose is the number of the prefix that saves the job the most, but less than
// another one which did not do, in which none of the clashes that came up matters and nothing
// is read too early; or -1.
func (x *prefixes) choose(k int, less float64, clashes []prefix.Clash) int {
	best := -1
	for i, m := range x.made {
		if m.Weight >= less || best >= 0 && x.made[best].Weight >= m.Weight || x.refused[i][x.planner.Flags(k)] {
			continue
		}
		if _, ok := x.planner.Fits(m, k); ok && !x.clash(i, k, clashes) && !x.isEarly(i, k) {
			best = i
		}
	}
	return best
}

// first is the prefix to try first for a job, or -1: what came up behind another one
// for other units may rule out the one that was chosen.
func (x *prefixes) first(k int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k >= len(x.chosen) {
		return -1
	}
	for best, tries := x.chosen[k], 3; best >= 0 && tries > 0; tries-- {
		if x.refused[best][x.planner.Flags(k)] {
			best = x.choose(k, math.Inf(1), nil)
			continue
		}
		var clashes []prefix.Clash
		for c := range x.met[best] {
			if x.planner.Reads(k, c.File) {
				clashes = append(clashes, c)
			}
		}
		if !x.clash(best, k, clashes) && !x.isEarly(best, k) {
			return best
		}
		best = x.choose(k, x.made[best].Weight, clashes)
	}
	return -1
}

// clash tells whether what a unit's own headers define is expected to matter to a prefix.
func (x *prefixes) clash(i, k int, clashes []prefix.Clash) bool {
	return slices.ContainsFunc(clashes, func(c prefix.Clash) bool { return x.planner.Clashes(x.made[i], k, c) })
}

// judge is number i if what the unit read behind it suits it, and else the next best prefix,
// or -1.
func (x *prefixes) judge(i, k int, read *prefix.Reading) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, ok := x.planner.Suits(x.made[i], read); ok {
		return i
	}
	if x.met[i] == nil {
		x.met[i] = map[prefix.Clash]bool{}
	}
	for _, c := range read.Clashes {
		x.met[i][c] = true
	}
	return x.choose(k, x.made[i].Weight, read.Clashes)
}

// isEarly tells whether something that was read too early is expected to be so for job k
// behind prefix i, too.
func (x *prefixes) isEarly(i, k int) bool {
	return slices.ContainsFunc(x.early, func(e prefix.Early) bool { return x.planner.Early(x.made[i], k, e) })
}

// tooEarly notes what job k read too early behind prefix i, and is the next best one, or -1.
func (x *prefixes) tooEarly(i, k int, early []prefix.Early) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, e := range early {
		if !slices.Contains(x.early, e) {
			x.early = append(x.early, e)
		}
	}
	return x.choose(k, x.made[i].Weight, nil)
}

// refuse notes that clang does not take prefix i for a unit, and is the one to try next,
// or -1.
func (x *prefixes) refuse(i, k int) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.refused[i] == nil {
		x.refused[i] = map[string]bool{}
	}
	x.refused[i][x.planner.Flags(k)] = true
	return x.choose(k, math.Inf(1), nil)
}
