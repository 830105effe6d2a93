package pipeline

import (
	"fmt"
	"path/filepath"
	"slices"
)

// answer is what a unit does for the headers that it answers for: the first unit
// that reads a header lowers all functions in it. They are merged only where every
// function of the tree is wanted, but it costs little to have them, and another
// pass over all files to get them later.
type answer struct {
	headers []string // sorted
	extra   []byte
	files   []int32 // that the unit read, sorted by their names
	sum     string  // of what it was lowered to
}

// answer notes what came of a unit.
func (g *gather) answer(i int, headers []string, extra []byte, files []int32, sum string) {
	a := answer{headers: headers, files: files, sum: sum}
	if g.a.opts.AllHeaders {
		a.extra = extra
	}
	g.answers[i] = a
	for _, f := range files {
		g.inputs[f] = true
	}
}

// assignHeaders says which headers the jobs are to answer for, from the files that
// they are expected to read.
func (g *gather) assignHeaders(jobs []job) {
	files := make([][]int32, len(g.units))
	for i := range g.units {
		files[i] = g.found[i].files
	}
	g.expect(jobs)
	for _, j := range jobs {
		files[j.index] = g.expected[j.index]
	}
	owned := g.owners(files)
	for k := range jobs {
		jobs[k].unit.Headers = owned[jobs[k].index]
	}
}

// owners lists for each unit the headers that no unit before it reads.
func (g *gather) owners(files [][]int32) [][]string {
	seen := make([]bool, g.paths.Len())
	out := make([][]string, len(files))
	for i, list := range files {
		for _, id := range list {
			if seen[id] {
				continue
			}
			seen[id] = true
			if f := g.paths.Path(id); filepath.Ext(f) != ".c" {
				out[i] = append(out[i], f)
			}
		}
		slices.Sort(out[i])
	}
	return out
}

// unanswered are the units that do not answer for just the headers that they
// should, where that matters: they were expected to read other files.
func (g *gather) unanswered() []job {
	if !g.a.opts.AllHeaders {
		return nil
	}
	files := make([][]int32, len(g.units))
	for i := range g.units {
		files[i] = g.answers[i].files
	}
	var jobs []job
	for i, headers := range g.owners(files) {
		if !slices.Equal(headers, g.answers[i].headers) && g.answers[i].files != nil {
			j := job{i, g.units[i]}
			j.unit.Headers = headers
			jobs = append(jobs, j)
		}
	}
	return jobs
}

// addExtra merges the functions that only their headers are a reason for.
func (g *gather) addExtra() error {
	for i := range g.answers {
		if extra := g.answers[i].extra; len(extra) > 0 {
			if err := g.merger.Add(i, extra); err != nil {
				return fmt.Errorf("%s: %w", g.units[i].File, err)
			}
		}
	}
	return nil
}
