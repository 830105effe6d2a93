package prefix

import (
	"math/bits"
	"os"
	"slices"
	"strings"
)

// Unit is what planning needs to know of a translation unit.
type Unit struct {
	// File is the source, absolute; Dir is the compiler's working directory.
	File, Dir string
	// Args are the compiler's arguments, without the source and what is about
	// output and warnings.
	Args []string
	// Files are the numbers of the files that the unit is expected to read besides its
	// source, in the order of their first inclusion. A unit without any gets no prefix.
	Files []int32
}

// Prefix is a set of headers to precompile.
type Prefix struct {
	// Dir and Args are what it is compiled with.
	Dir  string
	Args []string
	// Headers are the operands of its #includes, in order.
	Headers []string
	// Members are the units that it was made for; others may do with it, too.
	Members []int
	// Parent is the number in the plan of the prefix that it is made behind, -1 if there
	// is none. It then has what that has, too.
	Parent int

	files set // that all members read
}

// Costs, in bytes of headers that are parsed in the same time.
const (
	// loading is what it costs a unit to use a prefix, or several behind each other.
	loading = 250_000
	// beginning is what it costs to make one, whatever its size, and building what it
	// costs for each byte.
	beginning = 400_000
	building  = 1.3
	// sampled is how many units of a group are compared with each other.
	sampled = 1000
)

// Planner plans the prefixes of a tree.
type Planner struct {
	units []Unit
	texts *texts
	paths *Paths
	bytes []int64 // of each file that a unit reads
	sets  []set   // of each unit's files
	sizes []float64
	flags []string // see flagsOf
}

// set is a set of files.
type set []uint64

func (s set) has(id int32) bool { return int(id>>6) < len(s) && s[id>>6]>>(id&63)&1 != 0 }

func (s set) within(t set) bool {
	for i, w := range s {
		if w&^t[i] != 0 {
			return false
		}
	}
	return true
}

func intersection(a, b set) set {
	out := slices.Clone(a)
	out.keep(b)
	return out
}

// add adds what is in t.
func (s set) add(t set) {
	for i, w := range t {
		s[i] |= w
	}
}

// keep keeps what is in t, too.
func (s set) keep(t set) {
	for i := range s {
		s[i] &= t[i]
	}
}

// NewPlanner looks at units. Their files have their numbers by paths.
func NewPlanner(units []Unit, paths *Paths) *Planner {
	p := &Planner{units: units, texts: newTexts(), paths: paths}
	last := int32(-1)
	for i := range units {
		for _, id := range units[i].Files {
			last = max(last, id)
		}
	}
	words := int(last+64) / 64
	p.bytes = make([]int64, last+1)
	for i := range p.bytes {
		p.bytes[i] = -1
	}
	same := map[string]string{}
	for i := range units {
		flags := flagsOf(&units[i])
		if _, ok := same[flags]; !ok {
			same[flags] = flags
		}
		p.flags = append(p.flags, same[flags])
		s := make(set, words)
		for _, id := range units[i].Files {
			s[id>>6] |= 1 << (id & 63)
			if p.bytes[id] < 0 {
				p.bytes[id] = sizeOf(paths.Path(id))
			}
		}
		p.sets = append(p.sets, s)
		p.sizes = append(p.sizes, p.common(s, s))
	}
	return p
}

// sizeOf is how many bytes a file has; none where it cannot be looked at.
func sizeOf(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// file is the number of a file that some unit may read.
func (p *Planner) file(path string) (id int32, known bool) {
	id, known = p.paths.Find(path)
	return id, known && int(id) < len(p.bytes) && p.bytes[id] >= 0
}

// common is the weight of an intersection.
func (p *Planner) common(a, b set) float64 {
	var sum int64
	for i := range a {
		for w := a[i] & b[i]; w != 0; w &= w - 1 {
			sum += p.bytes[i<<6+bits.TrailingZeros64(w)]
		}
	}
	return float64(sum)
}

// group is the units that differ only in what a prefix can do without: the
// source, folders to look for headers in, and definitions.
type group struct{ units []int }

// Plan is the prefixes that are worth making, each after the one that it is made
// behind. Equal trees give equal plans.
func (p *Planner) Plan() []Prefix {
	var all []int
	for i := range p.units {
		if len(p.units[i].Files) > 0 {
			all = append(all, i)
		}
	}
	var groups []*group
	for _, g := range split(all, func(u int) string { return p.flags[u] }) {
		groups = append(groups, split(g.units, p.kind(g))...)
	}
	var out []Prefix
	for _, g := range groups {
		if len(g.units) < 2 {
			continue
		}
		roots := p.roots(g)
		n := float64(len(g.units))
		c := &chooser{p: p, share: min(n, sampled) / n, known: map[question]choice{}}
		for _, x := range p.tree(g) {
			p.coverAll(x, roots)
			out = c.collect(out, question{node: x}, -1, roots)
		}
	}
	return out
}

// collect adds the prefixes of a node and of what is below. Number parent is that of the
// node above.
func (c *chooser) collect(out []Prefix, q question, parent int, roots []root) []Prefix {
	x := q.node
	if c.choose(q).made {
		var behind *Prefix
		if parent >= 0 {
			behind = &out[parent]
		}
		made := c.p.prefix(x, q.above, behind, roots)
		made.Parent = parent
		q.above, q.depth, parent = x, q.depth+1, len(out)
		out = append(out, made)
	}
	for _, kid := range x.kids {
		out = c.collect(out, question{kid, q.above, q.depth}, parent, roots)
	}
	return out
}

// Flags is what a unit has in common with those that may share a prefix with it.
func (p *Planner) Flags(u int) string { return p.flags[u] }

// flagsOf is what the units of a group have in common.
func flagsOf(u *Unit) string {
	parts := []string{u.Dir}
	for i := 0; i < len(u.Args); i++ {
		switch name, value, next := option(u.Args, i); {
		case name == "-include" || name == "-imacros":
			parts = append(parts, name, value)
			i += next
		case name != "":
			i += next
		default:
			parts = append(parts, u.Args[i])
		}
	}
	return strings.Join(parts, "\x00")
}

// option takes apart an argument that is about headers or macros; name is empty
// for any other. next is how many further arguments belong to it.
func option(args []string, i int) (name, value string, next int) {
	for _, name := range []string{"-include", "-imacros", "-isystem", "-iquote", "-idirafter", "-I", "-D", "-U"} {
		rest, ok := strings.CutPrefix(args[i], name)
		switch {
		case !ok:
		case rest != "" && (len(name) == 2 || rest[0] != '-'):
			return name, rest, 0
		case rest == "" && i+1 < len(args):
			return name, args[i+1], 1
		}
	}
	return "", "", 0
}
