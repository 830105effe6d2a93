package infer

import "sync"

// scratch is memory for the states of one analysis, which go all at once when it is
// over. It is handed out in pieces of large chunks: an analysis makes hundreds of
// small states, and the garbage of them took a third of the time of solving.
type scratch struct {
	states []state
	vals   []valueID
	facts  []symFact
	table  valueTable
}

// Sizes of chunks, in elements: a first one, and as many as others grow to.
const (
	firstChunk = 256
	maxChunk   = 1 << 14
)

var scratches = sync.Pool{New: func() any { return new(scratch) }}

// newScratch is memory for an analysis of a function with so many variables, which
// hold at first symbols that are numbered from initial on.
func newScratch(vars int, initial sym) *scratch {
	m := scratches.Get().(*scratch)
	m.table.reset(vars, initial)
	return m
}

// free lets others have the memory. No state may be in use any more.
func (m *scratch) free() {
	m.states, m.vals, m.facts = m.states[:0], m.vals[:0], m.facts[:0]
	scratches.Put(m)
}

// piece is the next n elements of a chunk, which are whatever they were before; a new
// chunk is begun where the old one has no room.
func piece[T any](chunk *[]T, n int) []T {
	at := len(*chunk)
	if at+n > cap(*chunk) {
		*chunk = make([]T, 0, max(n, firstChunk, min(2*cap(*chunk), maxChunk)))
		at = 0
	}
	*chunk = (*chunk)[:at+n]
	return (*chunk)[at : at+n : at+n]
}

// state is a copy of s with values and facts of its own; there is room for more facts.
func (m *scratch) state(s *state, more int) *state {
	c := &piece(&m.states, 1)[0]
	*c = *s
	c.vals = piece(&m.vals, len(s.vals))
	copy(c.vals, s.vals)
	c.facts = m.copyFacts(s.facts, more)
	return c
}

// copyFacts is a copy of facts with room for more.
func (m *scratch) copyFacts(facts []symFact, more int) []symFact {
	c := piece(&m.facts, len(facts)+more)[:len(facts)]
	copy(c, facts)
	return c
}
