package annotate

import (
	"cmp"
	"fmt"
	"slices"
	"sort"
	"strings"

	"preemptck/infer"
)

// Schema names the version of the JSON form; a reader refuses any other.
const Schema = "preemptck/table/1"

// Table is a list of entries, sorted by name, symbol and position.
type Table struct {
	Schema    string  `json:"schema"`
	Functions []Entry `json:"functions"`
}

// Entry is what is known of one function.
//
// Identity: an external function is its Symbol; a static one is Symbol and File.
type Entry struct {
	// Name is what Rust calls the function in `bindings`, Symbol what the linker
	// calls it; they differ for helpers.
	Name   string `json:"name"`
	Symbol string `json:"symbol"`
	// File is relative to the tree, Line counts from 1; a function without a
	// body has the position of its declaration, or none.
	File   string `json:"file"`
	Line   int    `json:"line"`
	Static bool   `json:"static"`
	// Adjust is the change of the preempt count, nil where the cases differ.
	Adjust *int `json:"adjust"`
	// Expect is the strictest expectation over the cases, in klint's notation.
	Expect string `json:"expect"`
	// Lanes are the lanes that change, without zeros; empty where cases differ.
	Lanes map[string]int `json:"lanes"`
	// Cases are never empty; the only case of most functions has no condition.
	Cases []Case `json:"cases"`
	// Evidence is model, proved, assumed or unknown; Assumes says what is taken
	// for granted.
	Evidence string   `json:"evidence"`
	Assumes  []string `json:"assumes"`
	// Witness is the chain of calls that makes Expect what it is.
	Witness []Step `json:"witness"`
}

// Case is what holds under one condition on the arguments or the result.
type Case struct {
	When string `json:"when"`
	// Adjust is nil where it could not be told.
	Adjust  *int   `json:"adjust"`
	Expect  string `json:"expect"`
	Returns string `json:"returns"`
}

// Step is one position of a witness.
type Step struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// key is the identity of an entry, see [Entry].
type key struct{ symbol, file string }

func (e *Entry) key() key {
	if e.Static {
		return key{e.Symbol, e.File}
	}
	return key{symbol: e.Symbol}
}

// sortEntries brings a table's entries in the order of their names.
func sortEntries(entries []Entry) {
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(
			strings.Compare(a.Name, b.Name),
			strings.Compare(a.Symbol, b.Symbol),
			strings.Compare(a.File, b.File),
			cmp.Compare(a.Line, b.Line),
		)
	})
}

// sortedKeys lists the keys of a map in order.
func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Coverage says how far the table can be trusted: how many functions it has, and how
// many of each kind of evidence.
func (t *Table) Coverage() string {
	n := map[string]int{}
	for i := range t.Functions {
		n[t.Functions[i].Evidence]++
	}
	text := fmt.Sprintf("%d functions", len(t.Functions))
	for e := infer.Model; e <= infer.NoBody; e++ {
		text += fmt.Sprintf(", %d %s", n[e.String()], e)
	}
	return text
}
