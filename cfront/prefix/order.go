package prefix

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// Order is which file includes which, and what that order has to keep to. Files are numbered.
type Order struct {
	Files    []string // absolute
	Includes []Include
	Demands  []Demand
	// Passing are the names of macros that are undefined in the end, but were not all the
	// time, and of those that expand to one.
	Passing []string
	// Assembly is where inline assembly stands.
	Assembly []Extent

	at map[string]int32 // the numbers of files; nil until one was asked for
}

// Include is an #include directive, at an offset in bytes. CommandLine includes files, too.
type Include struct {
	From, To int32
	Off      uint32
}

// CommandLine is what includes what the command line says.
const CommandLine int32 = -1

// Place is a place in a file, by its offset in bytes.
type Place struct {
	File int32
	Off  uint32
}

// Demand is that what stands at Place is read after what stands at Needs or at Or, which
// may be the same.
type Demand struct {
	Place, Needs, Or Place
	// Text is set where the text of inline assembly is in question, which stands at Assembly:
	// that does not matter in a function that is never reached.
	Text     bool
	Assembly Place
}

// Extent is a part of a file, from Place to the offset End.
type Extent struct {
	Place
	End uint32
}

// Find is the number of a file.
func (o *Order) Find(file string) (id int32, ok bool) {
	if o.at == nil {
		o.at = make(map[string]int32, len(o.Files))
		for i, f := range o.Files {
			o.at[f] = int32(i)
		}
	}
	id, ok = o.at[file]
	return id, ok
}

// Number is the number of a file, which is given one if it has none.
func (o *Order) Number(file string) int32 {
	id, ok := o.Find(file)
	if !ok {
		id = int32(len(o.Files))
		o.at[file] = id
		o.Files = append(o.Files, file)
	}
	return id
}

// Add adds what another order says, and returns the numbers of its files.
func (o *Order) Add(other *Order) []int32 {
	ids := make([]int32, len(other.Files))
	for i, f := range other.Files {
		ids[i] = o.Number(f)
	}
	for _, inc := range other.Includes {
		if inc.From != CommandLine {
			inc.From = ids[inc.From]
		}
		inc.To = ids[inc.To]
		o.Includes = append(o.Includes, inc)
	}
	for _, d := range other.Demands {
		o.Demands = append(o.Demands, d.renumber(ids))
	}
	for _, a := range other.Assembly {
		a.File = ids[a.File]
		o.Assembly = append(o.Assembly, a)
	}
	o.Passing = append(o.Passing, other.Passing...)
	return ids
}

// renumber is a demand by other numbers of the files.
func (d Demand) renumber(ids []int32) Demand {
	place := func(p Place) Place { return Place{ids[p.File], p.Off} }
	out := Demand{Place: place(d.Place), Needs: place(d.Needs), Or: place(d.Or), Text: d.Text}
	if d.Text {
		out.Assembly = place(d.Assembly)
	}
	return out
}

// Clone is a copy to add to.
func (o *Order) Clone() *Order {
	return &Order{
		Files: slices.Clone(o.Files), Includes: slices.Clone(o.Includes), Demands: slices.Clone(o.Demands),
		Passing: slices.Clone(o.Passing), Assembly: slices.Clone(o.Assembly), at: maps.Clone(o.at),
	}
}

// graph is the directives of each file, in order. Number 0 is the command line, and
// others are those of files and one.
type graph struct {
	begin []int32 // of each in to and off, with an end behind the last
	to    []int32
	off   []uint32
}

func newGraph(o *Order) *graph {
	g := &graph{begin: make([]int32, len(o.Files)+2), to: make([]int32, len(o.Includes)), off: make([]uint32, len(o.Includes))}
	for _, inc := range o.Includes {
		g.begin[inc.From+2]++
	}
	for i := 1; i < len(g.begin); i++ {
		g.begin[i] += g.begin[i-1]
	}
	next := slices.Clone(g.begin)
	for _, inc := range o.Includes {
		node := inc.From + 1
		at := next[node]
		next[node]++
		// A file that is read more than once may say the same again.
		for ; at > g.begin[node] && g.off[at-1] > inc.Off; at-- {
			g.to[at], g.off[at] = g.to[at-1], g.off[at-1]
		}
		g.to[at], g.off[at] = inc.To+1, inc.Off
	}
	return g
}

// before is how many directives of a file stand before an offset, with those of all files in
// front of it.
func (g *graph) before(node int32, off uint32) int32 {
	n := g.begin[node]
	for n < g.begin[node+1] && g.off[n] < off {
		n++
	}
	return n
}

// Clock is when what is read, where each file is read once.
type Clock struct {
	g *graph
	// start is when the reading of a file begins, never being 0; after is when a directive
	// has been followed.
	start, after []int32
	now          int32
}

// Clock reads what the command line includes, and then some files.
func (o *Order) Clock(files ...int32) *Clock {
	c := &Clock{g: newGraph(o), start: make([]int32, len(o.Files)+1), after: make([]int32, len(o.Includes))}
	c.read(CommandLine + 1)
	for _, f := range files {
		c.read(f + 1)
	}
	return c
}

func (c *Clock) read(node int32) {
	c.now++
	c.start[node] = c.now
	for i := c.g.begin[node]; i < c.g.begin[node+1]; i++ {
		if to := c.g.to[i]; c.start[to] == 0 {
			c.read(to)
		}
		c.now++
		c.after[i] = c.now
	}
}

// Reads tells whether a file is read.
func (c *Clock) Reads(file int32) bool { return c.start[file+1] != 0 }

// At is when a place is read, by the directives before it.
func (c *Clock) At(p Place) int32 {
	node := p.File + 1
	if c.start[node] == 0 {
		return math.MaxInt32
	}
	if n := c.g.before(node, p.Off); n > c.g.begin[node] {
		return c.after[n-1]
	}
	return c.start[node]
}

// Before are the files whose reading begins before some time, in that order.
func (c *Clock) Before(time int32) []int32 {
	var out []int32
	for node, at := range c.start {
		if node > 0 && at != 0 && at < time {
			out = append(out, int32(node-1))
		}
	}
	slices.SortFunc(out, func(a, b int32) int { return cmp.Compare(c.start[a+1], c.start[b+1]) })
	return out
}

// End is when a file has been read.
func (c *Clock) End(file int32) int32 { return c.At(Place{file, math.MaxUint32}) }

// Until is up to which offset a file is read before some time, none being 0.
func (c *Clock) Until(file, time int32) uint32 {
	node := file + 1
	if c.start[node] == 0 || c.start[node] >= time {
		return 0
	}
	for i := c.g.begin[node]; i < c.g.begin[node+1]; i++ {
		if c.after[i] >= time {
			return c.g.off[i]
		}
	}
	return math.MaxUint32
}

// Keeps tells whether a demand is met.
func (c *Clock) Keeps(d *Demand) bool {
	at := c.At(d.Place)
	return c.At(d.Needs) < at || c.At(d.Or) < at
}

// always finds out which files are read before a place whatever was read earlier: those
// that the file itself includes before it. Files that include each other in a circle do not
// count, since one of them may be what the reading began with.
type always struct {
	g       *graph
	circles []int32 // by node: those of one circle have the same number
	known   map[[2]int32]set
}

func newAlways(g *graph) *always {
	return &always{g: g, circles: g.circles(), known: map[[2]int32]set{}}
}

// before tells whether one place is always read before another.
func (a *always) before(first, then Place) bool {
	node := then.File + 1
	end := a.g.before(node, then.Off)
	key := [2]int32{node, end}
	files, ok := a.known[key]
	if !ok {
		files = a.reached(node, end)
		a.known[key] = files
	}
	return files.has(first.File + 1)
}

// reached are the files that a file reads by its directives before one, but for those of its
// own circle.
func (a *always) reached(node, end int32) set {
	out := make(set, (len(a.g.begin)+63)/64)
	work := slices.Clone(a.g.to[a.g.begin[node]:end])
	for len(work) > 0 {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if out.has(f) || a.circles[f] == a.circles[node] {
			continue
		}
		out[f>>6] |= 1 << (f & 63)
		work = append(work, a.g.to[a.g.begin[f]:a.g.begin[f+1]]...)
	}
	return out
}

// circles numbers the strongly connected components, by Tarjan's algorithm.
func (g *graph) circles() []int32 {
	n := len(g.begin) - 1
	out, low, index := make([]int32, n), make([]int32, n), make([]int32, n)
	var stack []int32
	var next int32
	var visit func(v int32)
	visit = func(v int32) {
		next++
		index[v], low[v] = next, next
		stack = append(stack, v)
		for _, to := range g.to[g.begin[v]:g.begin[v+1]] {
			switch {
			case index[to] == 0:
				visit(to)
				low[v] = min(low[v], low[to])
			case out[to] == 0:
				low[v] = min(low[v], index[to])
			}
		}
		if low[v] != index[v] {
			return
		}
		for {
			last := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			out[last] = v + 1
			if last == v {
				return
			}
		}
	}
	for v := range int32(n) {
		if index[v] == 0 {
			visit(v)
		}
	}
	return out
}
