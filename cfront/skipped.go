package cfront

import (
	"cmp"
	"slices"

	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
)

// skipped is what conditions leave out of files, by their numbers in paths: of one that was read
// more than once, as in a circle, what every reading leaves out.
func skipped(u *libclang.Unit, paths []string) []prefix.Range {
	readings := map[string]int{}
	for _, f := range u.Read {
		readings[paths[f]]++
	}
	ends := map[string][]skipEnd{}
	var files []string
	for _, r := range u.Skipped {
		f := paths[r.File]
		if f == "" {
			continue
		}
		if ends[f] == nil {
			files = append(files, f)
		}
		ends[f] = append(ends[f], skipEnd{int(r.Off), 1}, skipEnd{int(r.EndOff), -1})
	}
	var out []prefix.Range
	for _, f := range files {
		slices.SortFunc(ends[f], func(a, b skipEnd) int { return cmp.Or(cmp.Compare(a.off, b.off), cmp.Compare(a.step, b.step)) })
		n := 0 // readings that leave out what follows
		for i, e := range ends[f] {
			if n += e.step; n == readings[f] && e.step > 0 {
				out = append(out, prefix.Range{File: f, Off: e.off, EndOff: ends[f][i+1].off})
			}
		}
	}
	return out
}

// skipEnd is where a reading begins to leave something out, step being 1, or ends to, step
// being -1.
type skipEnd struct{ off, step int }
