package annotate

import (
	"reflect"
	"slices"
	"strings"

	"preemptck/infer"
)

// Solution is what a solved program answers; [infer.Solution] is one.
type Solution interface {
	// Summary is what is known of the function with this ID or symbol, or nil.
	Summary(idOrSymbol string) *infer.Summary
}

// Build makes the table of the declared functions: an entry for each of them,
// whether or not the program has a body for it.
func Build(prog *infer.Program, sol Solution, declared []Declared) *Table {
	t := &Table{Schema: Schema}
	seen := map[[2]string]bool{}
	for _, d := range declared {
		id := [2]string{d.Name, d.Symbol}
		if seen[id] {
			continue
		}
		seen[id] = true
		t.Functions = append(t.Functions, declaredEntry(prog, sol, d))
	}
	sortEntries(t.Functions)
	return t
}

// BuildAll makes the table of every C function of the program. A weak definition that
// another one overrides is not linked, and left out. A header function that files see
// in different versions has an entry for each that comes to something else.
func BuildAll(prog *infer.Program, sol Solution) *Table {
	t := &Table{Schema: Schema}
	for _, id := range sortedKeys(prog.Funcs) {
		f := prog.Funcs[id]
		if f.Lang != infer.C || f.Weak && f.ID != f.Symbol && prog.Funcs[f.Symbol] != nil {
			continue
		}
		t.Functions = append(t.Functions, FromSummary(sol.Summary(id), f))
	}
	sortEntries(t.Functions)
	t.Functions = slices.CompactFunc(t.Functions, func(a, b Entry) bool { return reflect.DeepEqual(a, b) })
	return t
}

// HelperPrefix is what Kbuild puts before the name of a Rust helper to make its
// symbol.
const HelperPrefix = "rust_helper_"

// OfSummaries makes the table of some functions. Helpers have the name that Rust
// knows them by.
func OfSummaries(sums []*infer.Summary) *Table {
	t := &Table{Schema: Schema, Functions: []Entry{}}
	for _, sum := range sums {
		e := FromSummary(sum, sum.Func)
		if sum.Func == nil {
			e.Name, e.Symbol = sum.Name, sum.Name
		}
		e.Name = strings.TrimPrefix(e.Name, HelperPrefix)
		t.Functions = append(t.Functions, e)
	}
	sortEntries(t.Functions)
	return t
}

// declaredEntry is the entry of one function of the bindings.
func declaredEntry(prog *infer.Program, sol Solution, d Declared) Entry {
	sum := sol.Summary(d.Symbol)
	if sum == nil || sum.Evidence == infer.NoBody {
		e := unknownEntry(d.Name, d.Symbol)
		if decl := prog.Decls[d.Symbol]; decl != nil && decl.Pos.IsValid() {
			e.File, e.Line = decl.Pos.File, int(decl.Pos.Line)
		} else {
			e.File, e.Line = d.File, d.Line
		}
		return e
	}
	e := FromSummary(sum, sum.Func)
	e.Name, e.Symbol = d.Name, d.Symbol
	if e.File == "" {
		e.File, e.Line = d.File, d.Line
	}
	return e
}

// unknownEntry is the conservative default: it may sleep, and leaves the count
// as it was.
func unknownEntry(name, symbol string) Entry {
	zero := 0
	strict := infer.Range{}.String()
	return Entry{
		Name: name, Symbol: symbol,
		Adjust: &zero, Expect: strict, Lanes: map[string]int{},
		Cases:    []Case{{Adjust: &zero, Expect: strict}},
		Evidence: infer.NoBody.String(),
		Assumes:  []string{"no body in this tree: taken to sleep and to leave the count alone"},
		Witness:  []Step{},
	}
}

// FromSummary is the entry of one function. f gives its name and position, and
// may be nil for a primitive that the program only declares; a nil summary, or
// one without a body, gives the conservative default.
func FromSummary(sum *infer.Summary, f *infer.Func) Entry {
	var name, symbol string
	if f != nil {
		name, symbol = f.Name, f.Symbol
		if name == "" {
			name = symbol
		}
	}
	e := unknownEntry(name, symbol)
	if sum != nil && sum.Evidence != infer.NoBody {
		e = entryOf(sum)
		e.Name, e.Symbol = name, symbol
	}
	if f != nil {
		e.File, e.Line, e.Static = f.Pos.File, int(f.Pos.Line), f.Static
	}
	return e
}

// entryOf says in a table's terms what a summary says.
func entryOf(sum *infer.Summary) Entry {
	cases := sum.Cases()
	e := Entry{
		Expect:   sum.Expect().String(),
		Lanes:    map[string]int{},
		Cases:    CasesOf(cases),
		Evidence: sum.Evidence.String(),
		Assumes:  []string{},
		Witness:  []Step{},
	}
	if lanes, ok := sum.Adjust(); ok {
		n := lanes.Count()
		e.Adjust, e.Lanes = &n, LanesOf(lanes)
	}
	for _, a := range sum.Assumes {
		e.Assumes = append(e.Assumes, assumptionText(a))
	}
	if why := Strictest(cases); why != nil {
		for _, s := range pathOf(sum, why) {
			e.Witness = append(e.Witness, Step{File: s.Pos.File, Line: int(s.Pos.Line), Text: s.Text})
		}
	}
	return e
}

// pathOf is the witness of a requirement of sum, without recursion.
func pathOf(sum *infer.Summary, why *infer.Req) []infer.Step {
	of := sum.Name
	if sum.Func != nil {
		of = sum.Func.ID
	}
	return why.Path(of)
}

// CasesOf says in a table's terms what the solver's cases say. There is always
// at least one: a function that never returns and asks for nothing may be
// entered with any count.
func CasesOf(cases []infer.Case) []Case {
	out := make([]Case, 0, len(cases))
	for _, c := range cases {
		out = append(out, Case{When: c.When, Adjust: adjustOf(c), Expect: c.Expect.String(), Returns: c.Returns})
	}
	if len(out) == 0 {
		zero := 0
		out = append(out, Case{Adjust: &zero, Expect: infer.Any.String()})
	}
	return out
}

// adjustOf is the change of the count in a case, nil where it could not be told.
func adjustOf(c infer.Case) *int {
	if c.Ambiguous {
		return nil
	}
	n := c.Adjust.Count()
	return &n
}

// LanesOf lists the lanes that are not zero.
func LanesOf(v infer.Lanes) map[string]int {
	m := map[string]int{}
	for i, n := range v {
		if n != 0 {
			m[infer.Lane(i).String()] = int(n)
		}
	}
	return m
}

// Strictest is the requirement of the case that allows the fewest counts, which
// is the one worth showing; sleeping wins over the rest.
func Strictest(cases []infer.Case) *infer.Req {
	var best *infer.Case
	for i := range cases {
		c := &cases[i]
		if c.Why == nil {
			continue
		}
		if best == nil || c.NeedsIRQsOn && !best.NeedsIRQsOn ||
			c.NeedsIRQsOn == best.NeedsIRQsOn && width(c.Expect) < width(best.Expect) {
			best = c
		}
	}
	if best == nil {
		return nil
	}
	return best.Why
}

// width is how many counts a range allows.
func width(r infer.Range) int {
	if r.IsEmpty() {
		return 0
	}
	return int(r.Hi) - int(r.Lo) + 1
}
