package pipeline

import (
	"cmp"
	"slices"
)

// Suggest lists names of the program that look like name, the nearest first.
func (a *Analysis) Suggest(name string) []string {
	type candidate struct {
		name string
		dist int
	}
	limit := max(1, len(name)/3)
	seen := map[string]bool{}
	var found []candidate
	try := func(s string) {
		if seen[s] || max(len(s)-len(name), len(name)-len(s)) > limit {
			return
		}
		seen[s] = true
		if d := distance(name, s); d <= limit {
			found = append(found, candidate{s, d})
		}
	}
	for _, f := range a.Prog.Funcs {
		try(f.Name)
		try(f.Symbol)
	}
	for s := range a.Prog.Decls {
		try(s)
	}
	slices.SortFunc(found, func(x, y candidate) int {
		return cmp.Or(cmp.Compare(x.dist, y.dist), cmp.Compare(x.name, y.name))
	})
	var names []string
	for _, c := range found[:min(len(found), 5)] {
		names = append(names, c.name)
	}
	return names
}

// distance is how many letters must be put in, taken out or changed to make one
// word of the other.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diag := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diag, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diag+cost)
		}
	}
	return row[len(b)]
}
