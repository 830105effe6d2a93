package infer

import (
	"sync"
	"unsafe"
)

// scratch is memory for one analysis: for the slice of the function, and for states.
// It goes all at once when the analysis is over, and the next one has it again: an
// analysis makes hundreds of small things, and the garbage of them took a third of
// the time of solving. Nothing in it may be in use after that.
type scratch struct {
	table valueTable
	// The slice, and what it is made of.
	fn, split Func
	slicer    slicer

	states      chunks[state]
	vals        chunks[valueID]
	facts       chunks[symFact]
	args        chunks[value]
	lists       chunks[*state]
	blockStates chunks[blockStates]
	modes       chunks[modeStates]
	blocks      chunks[Block]
	ops         chunks[Op]
	calls       chunks[Call]
	callees     chunks[callee]
	callArg     chunks[Arg]
	callDst     chunks[Dst]
	params      chunks[Param]
	values      chunks[Operand]
	names       chunks[string]
	ints        chunks[int]
	words       chunks[uint64]
	bools       chunks[bool]
	vars        chunks[Var]
	varLists    chunks[[]Var]
	places      chunks[opAt]

	// seen has, for each symbol, the number of the last look that came upon it; see
	// state.forget.
	seen []uint32
	look uint32
	held []valueID // likewise
}

var scratches = sync.Pool{New: func() any { return new(scratch) }}

func newScratch() *scratch { return scratches.Get().(*scratch) }

// free lets others have the memory.
func (m *scratch) free() {
	m.states.reset()
	m.vals.reset()
	m.facts.reset()
	m.args.reset()
	m.lists.reset()
	m.blockStates.reset()
	m.modes.reset()
	m.blocks.reset()
	m.ops.reset()
	m.calls.reset()
	m.callees.reset()
	m.callArg.reset()
	m.callDst.reset()
	m.params.reset()
	m.values.reset()
	m.names.reset()
	m.ints.reset()
	m.words.reset()
	m.bools.reset()
	m.vars.reset()
	m.varLists.reset()
	m.places.reset()
	scratches.Put(m)
}

// Sizes of chunks, in bytes: a first one, what others grow to, and how much of one
// kind is kept for the next analysis.
const (
	firstChunk = 4 << 10
	maxChunk   = 256 << 10
	maxKept    = 4 << 20
)

// chunks hand out memory in pieces.
type chunks[T any] struct {
	list [][]T // of which those before at are used up, and those behind it unused
	at   int
}

// take is a piece of n elements, which are whatever they were before.
func (c *chunks[T]) take(n int) []T {
	for ; c.at < len(c.list); c.at++ {
		chunk := &c.list[c.at]
		if used := len(*chunk); used+n <= cap(*chunk) {
			*chunk = (*chunk)[:used+n]
			return (*chunk)[used : used+n : used+n]
		}
	}
	var one T
	bytes := firstChunk
	if len(c.list) > 0 {
		bytes = min(maxChunk, firstChunk<<min(len(c.list), 8))
	}
	chunk := make([]T, n, max(n, bytes/int(unsafe.Sizeof(one))))
	c.list = append(c.list, chunk)
	return chunk[:n:n]
}

// zeros is a piece of n elements that are zero.
func (c *chunks[T]) zeros(n int) []T {
	p := c.take(n)
	clear(p)
	return p
}

// reset takes all pieces back.
func (c *chunks[T]) reset() {
	var one T
	kept := 0
	for i := range c.list {
		kept += cap(c.list[i]) * int(unsafe.Sizeof(one))
		if kept > maxKept {
			clear(c.list[i:])
			c.list = c.list[:i]
			break
		}
		c.list[i] = c.list[i][:0]
	}
	c.at = 0
}

// place is how much of some chunks was used at a time.
type place struct{ chunk, used int }

func (c *chunks[T]) mark() place {
	if c.at == len(c.list) {
		return place{c.at, 0}
	}
	return place{c.at, len(c.list[c.at])}
}

// back takes back the pieces that were handed out since p.
func (c *chunks[T]) back(p place) {
	for i := p.chunk + 1; i < len(c.list) && i <= c.at; i++ {
		c.list[i] = c.list[i][:0]
	}
	if p.chunk < len(c.list) {
		c.list[p.chunk] = c.list[p.chunk][:p.used]
	}
	c.at = p.chunk
}

// state is a copy of s with values and facts of its own; there is room for more facts.
func (m *scratch) state(s *state, more int) *state {
	c := &m.states.take(1)[0]
	*c = *s
	c.vals = m.vals.take(len(s.vals))
	copy(c.vals, s.vals)
	c.facts = m.copyFacts(s.facts, more)
	return c
}

// copyFacts is a copy of facts with room for more.
func (m *scratch) copyFacts(facts []symFact, more int) []symFact {
	c := m.facts.take(len(facts) + more)[:len(facts)]
	copy(c, facts)
	return c
}

// statePlace is how much memory for states was used at a time.
type statePlace struct{ states, vals, facts place }

func (m *scratch) markState() statePlace {
	return statePlace{m.states.mark(), m.vals.mark(), m.facts.mark()}
}

// undoState takes back the states that were made since p.
func (m *scratch) undoState(p statePlace) {
	m.states.back(p.states)
	m.vals.back(p.vals)
	m.facts.back(p.facts)
}

// glance begins a look at symbols: none of so many was seen so far.
func (m *scratch) glance(symbols int) {
	if len(m.seen) < symbols {
		m.seen = make([]uint32, max(symbols, 2*len(m.seen)))
		m.look = 0
	}
	if m.look++; m.look == 0 { // it went all the way round
		clear(m.seen)
		m.look = 1
	}
}
