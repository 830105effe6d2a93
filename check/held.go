package check

import (
	"fmt"
	"strings"

	"preemptck/infer"
)

// laneWords are what kernel programmers call a lane: what holds there, where it
// begins and where it ends.
var laneWords = [infer.NumLanes]struct{ state, begin, named, end string }{
	infer.Spin: {"a spinlock is held", "the spinlock is taken here", "the spinlock `%s` is taken here", "the spinlock is released here"},
	infer.Raw:  {"preemption is off", "preemption is switched off here", "preemption is switched off here, until `%s` goes", "preemption is switched on again here"},
	infer.RCU:  {"this is in an RCU read section", "the RCU read section begins here", "the RCU read section `%s` begins here", "the RCU read section ends here"},
	infer.BH:   {"softirqs are off", "softirqs are switched off here", "softirqs are switched off here, until `%s` goes", "softirqs are switched on again here"},
	infer.IRQ:  {"interrupts are off", "interrupts are disabled here", "interrupts are disabled here, until `%s` goes", "interrupts are enabled again here"},
}

// heldPhrase says what is held at a bug, outermost first: "a spinlock is held
// and interrupts are off".
func heldPhrase(b *infer.Bug) string {
	var parts []string
	seen := map[infer.Lane]bool{}
	add := func(l infer.Lane) {
		if !seen[l] {
			seen[l] = true
			parts = append(parts, laneWords[l].state)
		}
	}
	for _, h := range b.Held {
		add(h.Lane)
	}
	for l, n := range b.Count {
		if n > 0 && infer.Lane(l) != infer.Fault {
			add(infer.Lane(l))
		}
	}
	switch n := len(parts); n {
	case 0:
		return "the caller is in atomic context"
	case 1:
		return parts[0]
	default:
		return strings.Join(parts[:n-1], ", ") + " and " + parts[n-1]
	}
}

// holdLabels mark where what is held was taken and where it will be released.
// It also returns the name of the innermost guard, or "".
func (p *pass) holdLabels(sum *infer.Summary, b *infer.Bug) (labels []Label, guard string) {
	seen := map[infer.Pos]bool{}
	for _, h := range b.Held {
		if !h.Pos.IsValid() || seen[h.Pos] {
			continue
		}
		seen[h.Pos] = true
		words := laneWords[h.Lane]
		rel, name := p.release(sum.Func, b, h.Lane)
		if name == "" {
			labels = append(labels, labelAt(h.Pos, words.begin))
		} else {
			guard = name
			labels = append(labels, labelAt(h.Pos, fmt.Sprintf(words.named, name)))
		}
		if !rel.IsValid() || seen[rel] || rel == b.Pos {
			continue
		}
		seen[rel] = true
		text := words.end
		if name != "" {
			text += ", where `" + name + "` is dropped"
		}
		labels = append(labels, labelAt(rel, text))
	}
	return labels, guard
}

// countNote is klint's reading of a sleep: the numbers.
func countNote(b *infer.Bug) string {
	n := b.Count.Count()
	var lanes []string
	for l, v := range b.Count {
		if v != 0 && infer.Lane(l) != infer.Fault {
			lanes = append(lanes, fmt.Sprintf("%s %d", infer.Lane(l), v))
		}
	}
	s := fmt.Sprintf("expects a preempt count of %s; here it is %d or more", exactly(b.Why), max(n, 0))
	if lanes != nil {
		s += " (" + strings.Join(lanes, ", ") + ")"
	}
	if n <= 0 && b.Count[infer.IRQ] > 0 {
		s += ", and interrupts are off"
	}
	return s
}

// exactly is the range of counts that the callee of a bug accepts.
func exactly(why *infer.Req) string {
	r := infer.Range{}
	if why != nil && why.Kind != infer.Sleeps {
		for q := why; q != nil; q = q.Next {
			if !q.Expect.IsEmpty() {
				r = q.Expect
				break
			}
		}
	}
	switch {
	case r.Hi == infer.Inf && r.Lo > 0:
		return fmt.Sprintf("%d or more", r.Lo)
	case r.Lo == r.Hi:
		return fmt.Sprintf("exactly %d", r.Lo)
	}
	return r.String()
}
