package prefix

import (
	"math"
	"slices"
)

// cluster is a number of units, and the files that all of them read.
type cluster struct {
	units []int
	files set
	// size is the weight of files, total that of all files of all units, and cost
	// what it takes to parse them.
	size, total, cost float64
	// best is the cluster that it is best joined with, and gain what that saves.
	best int
	gain float64
}

// costs says what making a prefix costs, for each byte.
type costs float64

// of is what it takes to make a prefix of so many bytes and parse units with it; a
// unit alone is parsed without.
func (making costs) of(units int, size, total float64) float64 {
	if units < 2 {
		return total
	}
	n := float64(units)
	return float64(making)*size + total - n*size + n*loading
}

// making is what it takes to make a prefix of a group, for each unit of the sample that
// it is made for: each stands for as many as there are to one of the sample.
func (g *group) making() costs {
	return building * costs(min(len(g.units), sampled)) / costs(len(g.units))
}

// cluster joins the units of a group as long as that saves something. Of a large
// group a sample is taken: the others find their prefix all the same.
func (p *Planner) cluster(g *group) []*cluster {
	var all []*cluster
	n := min(len(g.units), sampled)
	making := g.making()
	for i := range n {
		u := g.units[i*len(g.units)/n]
		all = append(all, &cluster{units: []int{u}, files: p.sets[u], size: p.sizes[u], total: p.sizes[u]})
	}
	// At their true price the first two units would rarely be worth a prefix: they
	// are joined at half of it, and what came of that is judged.
	all = p.join(all, making/2)
	all = p.join(all, making)
	var out []*cluster
	for _, c := range all {
		if len(c.units) > 1 && c.cost < c.total {
			slices.Sort(c.units)
			out = append(out, c)
		}
	}
	return out
}

// join joins clusters as long as that saves something, the best first.
func (p *Planner) join(all []*cluster, making costs) []*cluster {
	for _, c := range all {
		c.cost = making.of(len(c.units), c.size, c.total)
	}
	for i := range all {
		p.findBest(all, i, making)
	}
	for {
		a := -1
		for i, c := range all {
			if c != nil && c.gain > 0 && (a < 0 || c.gain > all[a].gain) {
				a = i
			}
		}
		if a < 0 {
			return slices.DeleteFunc(all, func(c *cluster) bool { return c == nil })
		}
		b := all[a].best
		x, y := all[a], all[b]
		files := intersection(x.files, y.files)
		size := p.common(files, files)
		units, total := append(slices.Clone(x.units), y.units...), x.total+y.total
		all[a] = &cluster{units: units, files: files, size: size, total: total, cost: making.of(len(units), size, total)}
		all[b] = nil
		p.findBest(all, a, making)
		for i, c := range all {
			if c != nil && i != a && (c.best == a || c.best == b) {
				p.findBest(all, i, making)
			}
		}
	}
}

// findBest finds the cluster that number i is best joined with.
func (p *Planner) findBest(all []*cluster, i int, making costs) {
	c := all[i]
	c.best, c.gain = -1, math.Inf(-1)
	for k, d := range all {
		if d == nil || k == i {
			continue
		}
		n, total := len(c.units)+len(d.units), c.total+d.total
		// What joining could save at most, if the smaller had all in common.
		if c.cost+d.cost-making.of(n, min(c.size, d.size), total) <= c.gain {
			continue
		}
		if gain := c.cost + d.cost - making.of(n, p.common(c.files, d.files), total); gain > c.gain {
			c.best, c.gain = k, gain
		}
	}
}
