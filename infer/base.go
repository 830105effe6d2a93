package infer

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"preemptck/internal/wire"
)

// Base is a solved program that others are solved on top of: the C code of a tree,
// below the drivers. It holds summaries and bodies in packed form, and gives
// out what is asked for. A Base does not change; any number of solutions may build on
// it, one at a time.
type Base struct {
	opts Options
	body func(*wire.Reader) *Func
	r    *wire.Reader // for its strings

	// By node, functions first, both in order of ID.
	ids        []string
	funcs      int
	flags      []uint8
	succ, pred [][]int
	sums       [][]byte
	bodies     [][]byte   // of functions
	slots      [][]string // the targets of slots

	reqs   [][]byte // the requirements of all summaries, and of their witnesses
	absent map[string][]int
	stored []byte // what stores.pack wrote
	decls  []byte // what is declared, of which aliases and fields come on their own
	alias  map[string]string
	fields map[string]FieldBits
	inits  []SlotInit
}

// The flags of a node.
const (
	baseFixed = 1 << iota
	baseToldCount
	baseToldAwake
)

// reqPrefix begins the name of a requirement, which no function's ID does.
const reqPrefix = "#"

// PackBase is the form of a solution that [OpenBase] reads. The bugs are left out.
// body writes a function.
func (sol *Solution) PackBase(body func(*wire.Writer, *Func)) []byte {
	s, st := newSolution(sol.prog, sol.prog.ids(), sol.opts)
	for _, n := range s.nodes {
		i, _ := sol.find(n.id)
		from := sol.at(i)
		n.sum, n.told = from.sum, from.told
	}
	x := basePacker{Writer: wire.NewWriter(), numbers: map[*Req]int{}}
	x.Len(len(sol.prog.Funcs))
	x.Len(len(s.nodes))
	for _, n := range s.nodes {
		x.node(n, body)
	}
	x.Len(len(x.reqs))
	for _, q := range x.reqs {
		x.Nested(func() { x.Values(x.known)(*q) })
	}
	x.Len(len(s.absent))
	for _, name := range slices.Sorted(maps.Keys(s.absent)) {
		x.String(name)
		x.ints(s.absent[name])
	}
	outside := func(name string) bool { return sol.prog.resolve(name) == nil }
	x.Nested(func() { st.pack(x.Writer, sol.prog.idOf, outside) })
	x.Nested(func() { x.Values(nil)(sol.prog.Decls) })
	value := x.Values(nil)
	value(sol.prog.Aliases)
	value(sol.prog.Fields)
	inits := slices.DeleteFunc(slices.Clone(sol.prog.Inits), func(in SlotInit) bool { return !outside(in.Func) })
	value(inits)
	return x.Bytes()
}

// basePacker is the work of PackBase.
type basePacker struct {
	*wire.Writer
	numbers map[*Req]int
	reqs    []*Req
}

func (x *basePacker) node(n *node, body func(*wire.Writer, *Func)) {
	var flags uint64
	for i, set := range []bool{n.fixed, n.told[0], n.told[1]} {
		if set {
			flags |= 1 << i
		}
	}
	x.String(n.id)
	x.Uint(flags)
	x.ints(n.succ)
	x.ints(n.pred)
	sum := *n.sum
	sum.Bugs = nil
	for _, q := range sum.Reqs {
		x.number(q)
	}
	x.Nested(func() { x.Values(x.known)(sum) })
	if n.fn == nil {
		x.Strings(n.slot)
		return
	}
	x.Nested(func() { body(x.Writer, n.fn) })
}

func (x *basePacker) ints(list []int) {
	x.Len(len(list))
	for _, i := range list {
		x.Len(i)
	}
}

// number gives a requirement and those of its witness their places.
func (x *basePacker) number(q *Req) {
	for ; q != nil; q = q.Next {
		if _, ok := x.numbers[q]; ok {
			return
		}
		x.numbers[q] = len(x.reqs)
		x.reqs = append(x.reqs, q)
	}
}

// known names what is packed once for all.
func (x *basePacker) known(p any) (string, bool) {
	switch p := p.(type) {
	case *Func:
		return p.ID, true
	case *Req:
		return reqPrefix + strconv.Itoa(x.numbers[p]), true
	}
	return "", false
}

// OpenBase reads what [Solution.PackBase] wrote. body reads a function. It fails with
// [wire.ErrDamaged] where the bytes are something else.
func OpenBase(opts Options, data []byte, body func(*wire.Reader) *Func) (*Base, error) {
	r := wire.NewReader(data, nil)
	b := &Base{opts: opts, body: body, r: r, funcs: r.Len(), absent: map[string][]int{}}
	n := r.Len()
	b.ids, b.flags = make([]string, n), make([]uint8, n)
	b.succ, b.pred, b.sums = make([][]int, n), make([][]int, n), make([][]byte, n)
	for i := range n {
		b.ids[i], b.flags[i] = r.String(), uint8(r.Uint())
		b.succ[i], b.pred[i] = b.ints(n), b.ints(n)
		b.sums[i] = r.Raw()
		if i < b.funcs {
			b.bodies = append(b.bodies, r.Raw())
		} else {
			b.slots = append(b.slots, r.Strings())
		}
	}
	for range r.Len() {
		b.reqs = append(b.reqs, r.Raw())
	}
	for range r.Len() {
		name := r.String()
		b.absent[name] = b.ints(n)
	}
	b.stored, b.decls = r.Raw(), r.Raw()
	value := r.Values(nil)
	value(&b.alias)
	value(&b.fields)
	value(&b.inits)
	if r.Err() != nil || r.Rest() > 0 || b.funcs > n {
		return nil, wire.ErrDamaged
	}
	return b, nil
}

// ints reads the numbers of nodes, of which there are n.
func (b *Base) ints(n int) []int {
	list := make([]int, b.r.Len())
	for k := range list {
		if i := b.r.Uint(); i < uint64(n) {
			list[k] = int(i)
		}
	}
	return list
}

// Has tells whether the base has a function of that ID.
func (b *Base) Has(id string) bool {
	_, ok := slices.BinarySearch(b.ids[:b.funcs], id)
	return ok
}

// OpenInits are the initialisers that name a function which the base has not.
func (b *Base) OpenInits() []SlotInit { return b.inits }

// find finds a node; see [Solution.find].
func (b *Base) find(id string) (int, bool) {
	if strings.HasPrefix(id, slotPrefix) {
		i, ok := slices.BinarySearch(b.ids[b.funcs:], id)
		return b.funcs + i, ok
	}
	return slices.BinarySearch(b.ids[:b.funcs], id)
}

// load unpacks the summary of a node, and the body of its function.
func (b *Base) load(sol *Solution, i int) {
	n := sol.nodes[i]
	if i < b.funcs {
		n.fn = b.body(b.r.Over(b.bodies[i]))
	}
	known := func(name string) any {
		if k, err := strconv.Atoi(strings.TrimPrefix(name, reqPrefix)); err == nil && name[0] == reqPrefix[0] && k < len(b.reqs) {
			return sol.req(k)
		}
		if n.fn != nil && n.fn.ID == name {
			return n.fn
		}
		return nil
	}
	n.sum = &Summary{}
	r := b.r.Over(b.sums[i])
	r.Values(known)(n.sum)
	sol.damaged = sol.damaged || r.Err() != nil
}

// req unpacks a requirement of the base, once for all summaries that share it.
func (sol *Solution) req(k int) *Req {
	if sol.reqs[k] == nil {
		q := &Req{}
		sol.reqs[k] = q
		r := sol.base.r.Over(sol.base.reqs[k])
		r.Values(func(name string) any {
			if k, err := strconv.Atoi(strings.TrimPrefix(name, reqPrefix)); err == nil && k < len(sol.reqs) {
				return sol.req(k)
			}
			return nil
		})(q)
		sol.damaged = sol.damaged || r.Err() != nil
	}
	return sol.reqs[k]
}
