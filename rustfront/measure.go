package rustfront

import (
	"sort"
	"strings"

	"preemptck/rustfront/mir"
)

// Coverage compares the instances of a driver with those that rustc itself
// generates code for. The comparison goes one way: rustc's list lacks what was
// inlined in the crates that the driver uses.
type Coverage struct {
	// Listed are the functions of rustc's list that were understood, Reached how
	// many of them were lowered; Missed names the others.
	Listed, Reached int
	Missed          []string
}

// Measure compares what was lowered with the output of [MonoItems] for the same
// driver.
func (w *World) Measure(crate string, rep *Report, monoItems string) Coverage {
	var c Coverage
	listed := map[string]bool{}
	for _, line := range strings.Split(monoItems, "\n") {
		text, ok := strings.CutPrefix(line, "MONO_ITEM fn ")
		if !ok {
			continue
		}
		text, _, _ = strings.Cut(text, " @@ ")
		if strings.Contains(text, " - shim") || strings.Contains(text, "core::panicking::") {
			continue
		}
		in, err := w.mono.ByPath(crate, mir.ParsePath(text))
		if err != nil || in == nil {
			c.Listed++
			c.Missed = append(c.Missed, text)
			continue
		}
		if listed[in.Same()] {
			continue
		}
		listed[in.Same()] = true
		c.Listed++
		if rep.reached[in.Same()] {
			c.Reached++
		} else {
			c.Missed = append(c.Missed, short(in.ID))
		}
	}
	sort.Strings(c.Missed)
	return c
}
