package prefix

import (
	"math"
	"slices"
)

// node is units that are alike in what they read: one unit, or those of two other
// nodes.
type node struct {
	units []int
	// files are what all units read, and size is their weight.
	files set
	size  float64
	kids  []*node
	// cover is what a prefix for these units can be made of, and coverSize its weight.
	cover     set
	coverSize float64
	// best is the node that it is best joined with, and gain what that is worth.
	best int
	gain float64
}

// strictness is what it is worth that units do not lose what they share with others,
// when two nodes are joined, for each byte of what both share.
const strictness = 0.05

// worth is what joining two nodes is worth that share so much.
func worth(a, b *node, common float64) float64 {
	lost := float64(len(a.units))*(a.size-common) + float64(len(b.units))*(b.size-common)
	return common - strictness*lost
}

// tree joins the units of a group, those that are most alike first, as long as any
// share something. Of a large group a sample is taken: the others find their prefix
// all the same.
func (p *Planner) tree(g *group) []*node {
	var all []*node
	n := min(len(g.units), sampled)
	for i := range n {
		u := g.units[i*len(g.units)/n]
		all = append(all, &node{units: []int{u}, files: p.sets[u], size: p.sizes[u]})
	}
	for i := range all {
		p.findBest(all, i)
	}
	for {
		a := -1
		for i, x := range all {
			if x != nil && x.best >= 0 && (a < 0 || x.gain > all[a].gain) {
				a = i
			}
		}
		if a < 0 {
			return slices.DeleteFunc(all, func(x *node) bool { return x == nil })
		}
		b := all[a].best
		x, y := all[a], all[b]
		files := intersection(x.files, y.files)
		all[a] = &node{units: slices.Concat(x.units, y.units), files: files, size: p.common(files, files), kids: []*node{x, y}}
		all[b] = nil
		p.findBest(all, a)
		for i, c := range all {
			if c != nil && i != a && (c.best == a || c.best == b) {
				p.findBest(all, i)
			}
		}
	}
}

// findBest finds the node that number i is best joined with, if there is any with
// which it shares something.
func (p *Planner) findBest(all []*node, i int) {
	a := all[i]
	a.best, a.gain = -1, math.Inf(-1)
	for k, b := range all {
		// What joining is worth at most, if the smaller had all in common.
		if b == nil || k == i || worth(a, b, min(a.size, b.size)) <= a.gain {
			continue
		}
		if common := p.common(a.files, b.files); common > 0 && worth(a, b, common) > a.gain {
			a.best, a.gain = k, worth(a, b, common)
		}
	}
}

// coverAll finds out what prefixes can be made of.
func (p *Planner) coverAll(x *node, roots []root) {
	if len(x.kids) == 0 {
		return
	}
	x.cover = make(set, len(x.files))
	for i := range roots {
		if x.files.has(roots[i].file) && roots[i].needs.within(x.files) {
			x.cover.add(roots[i].needs)
		}
	}
	x.coverSize = p.common(x.cover, x.cover)
	for _, kid := range x.kids {
		p.coverAll(kid, roots)
	}
}

// deepest is how many prefixes stand behind each other at most: clang was seen to crash
// with more than six (llvm-project issue 131448).
const deepest = 4

// chooser decides for which nodes prefixes are made, each behind the one of the
// nearest node above that has one.
type chooser struct {
	p *Planner
	// share is how many units of the sample stand for one of the group.
	share float64
	known map[question]choice
}

// question is what is to be done about a node whose units have the prefix of another
// one, behind which stand so many.
type question struct {
	node, above *node
	depth       int
}

// choice is what a node costs below another's prefix, and whether it gets one of
// its own.
type choice struct {
	cost float64
	made bool
}

// choose is the choice for a node.
func (c *chooser) choose(q question) choice {
	x, above := q.node, q.above
	has := 0.0
	if above != nil {
		has = above.coverSize
	}
	if len(x.kids) == 0 {
		cost := x.size - has
		if above != nil {
			cost += loading
		}
		return choice{cost: cost}
	}
	if known, ok := c.known[q]; ok {
		return known
	}
	var best choice
	for _, kid := range x.kids {
		best.cost += c.choose(question{kid, above, q.depth}).cost
	}
	if more := x.coverSize - has; more > 0 && q.depth < deepest {
		cost := c.share * (beginning + building*more)
		for _, kid := range x.kids {
			cost += c.choose(question{kid, x, q.depth + 1}).cost
		}
		if cost < best.cost {
			best = choice{cost, true}
		}
	}
	c.known[q] = best
	return best
}
