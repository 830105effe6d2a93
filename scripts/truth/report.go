package main

import (
	"fmt"
	"io"
)

// tally counts the claims of one topic.
type tally struct {
	claims, agree, model int
	// kernel are the disagreements that the reviewed list lays at the kernel's door.
	kernel int
	lines  []string
}

func (t *tally) raw() float64 { return percent(t.agree, t.claims) }

// mended leaves out where the kernel is wrong.
func (t *tally) mended() float64 { return percent(t.agree, t.claims-t.kernel) }

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// count tallies a topic.
func (s *survey) count(topic *topic, r *reviews) *tally {
	t := &tally{}
	for i := range s.claims {
		c := &s.claims[i]
		if c.topic.key != topic.key {
			continue
		}
		if c.model {
			t.model++
			continue
		}
		t.claims++
		if c.agrees {
			t.agree++
			continue
		}
		verdict := "not reviewed"
		if e := r.of(c); e != nil {
			verdict = e.Whose + ": " + e.Reason
			if e.Whose == faultKernel {
				t.kernel++
			}
		}
		t.lines = append(t.lines, fmt.Sprintf("%s:%d: %s\n    kernel: %s\n    table:  %s\n    %s",
			c.file, c.line, c.entry.Name, c.says, c.we, verdict))
	}
	return t
}

// report prints every topic and returns whether all bars hold once the kernel's own
// mistakes are left out.
func (s *survey) report(w io.Writer, r *reviews, verbose bool) (ok bool) {
	ok = true
	for i := range topics {
		topic := &topics[i]
		t := s.count(topic, r)
		fmt.Fprintf(w, "%s\n  %d of %d agree: %.1f %%", topic.title, t.agree, t.claims, t.raw())
		if t.kernel > 0 {
			fmt.Fprintf(w, "; without %d mistakes of the kernel: %.1f %%", t.kernel, t.mended())
		}
		fmt.Fprintf(w, " (bar: %g %%)\n", topic.bar)
		if t.model > 0 {
			fmt.Fprintf(w, "  not counted: %d primitives, whose effect is built in\n", t.model)
		}
		ok = ok && t.mended() >= topic.bar
		for _, line := range t.lines {
			fmt.Fprintln(w, line)
		}
		fmt.Fprintln(w)
	}
	list := func(title string, lines []string) {
		if len(lines) == 0 {
			return
		}
		fmt.Fprintf(w, "%s: %d\n", title, len(lines))
		for _, line := range lines {
			fmt.Fprintln(w, line)
		}
		fmt.Fprintln(w)
	}
	list("counted as agreeing, in the other lane of spinlocks", s.otherLane)
	list("not counted: locks whose type could not be told", s.unresolved)
	if verbose {
		list("not counted: annotations of mutexes, SRCU and other locks that leave the count alone", s.sleeping)
		list("not counted: sentences that are not plain", s.unclear)
	}
	var stale []string
	for _, e := range r.Reviewed {
		if !e.used {
			stale = append(stale, e.Function+" ("+e.Topic+")")
		}
	}
	list("reviewed, but no disagreement any more", stale)
	return ok
}
