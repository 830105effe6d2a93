package infer

import (
	"slices"
	"strings"

	"preemptck/internal/wire"
)

// pack writes what others may add to: without what is passed to parameters that are
// stored nowhere. id is that of settle; outside tells that a function may be one of theirs.
func (st *stores) pack(w *wire.Writer, id func(string) string, outside func(fn string) bool) {
	r := st.reaching(id, outside)
	var given []givenTo
	var passed []passedTo
	for q, fns := range r.given {
		slices.Sort(fns)
		given = append(given, givenTo{q, slices.Compact(fns)})
	}
	for q, list := range r.passed {
		slices.SortFunc(list, input.compare)
		passed = append(passed, passedTo{q, slices.Compact(list)})
	}
	var into []storedIn
	for q, slots := range r.into {
		slices.Sort(slots)
		into = append(into, storedIn{q, slices.Compact(slots)})
	}
	slices.SortFunc(given, func(a, b givenTo) int { return a.To.compare(b.To) })
	slices.SortFunc(passed, func(a, b passedTo) int { return a.From.compare(b.From) })
	slices.SortFunc(into, func(a, b storedIn) int { return a.From.compare(b.From) })
	value := w.Values(nil)
	value(st.targets)
	value(st.open)
	value(st.pointed)
	value(st.private)
	value(given)
	value(passed)
	value(into)
}

// What stores.pack writes of parameters.
type (
	givenTo struct {
		To  input
		Fns []string
	}
	passedTo struct {
		From input
		To   []input
	}
	storedIn struct {
		From  input
		Slots []string
	}
)

func (q input) compare(p input) int {
	if c := strings.Compare(q.fn, p.fn); c != 0 {
		return c
	}
	if q.arg != p.arg {
		return q.arg - p.arg
	}
	return strings.Compare(q.path, p.path)
}

// unpack reads what pack wrote.
func (st *stores) unpack(r *wire.Reader) {
	var given []givenTo
	var passed []passedTo
	var into []storedIn
	value := r.Values(nil)
	value(&st.targets)
	value(&st.open)
	value(&st.pointed)
	value(&st.private)
	value(&given)
	value(&passed)
	value(&into)
	for _, x := range given {
		for _, fn := range x.Fns {
			st.given = append(st.given, giving{x.To, fn})
		}
	}
	for _, x := range passed {
		for _, to := range x.To {
			st.passed = append(st.passed, passing{x.From, to})
		}
	}
	for _, x := range into {
		for _, slot := range x.Slots {
			st.into = append(st.into, storing{x.From, slot})
		}
	}
}
