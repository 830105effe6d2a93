package infer

import (
	"fmt"
	"strings"
)

// Lane is one of the parts that the preempt count is kept in.
type Lane uint8

// The lanes, as the kernel has them.
const (
	// Spin counts spinlock_t and rwlock_t, which sleep on PREEMPT_RT.
	Spin Lane = iota
	// Raw counts raw_spinlock_t, preempt_disable, bit spinlocks and per-cpu
	// sections.
	Raw
	// RCU counts read-side sections (not SRCU's, which may sleep).
	RCU
	// BH counts softirqs switched off or being run.
	BH
	// IRQ counts interrupts switched off, hardirq and NMI. It is not part of
	// the number that klint tracks, but forbids sleeping all the same.
	IRQ
	// Fault counts page faults switched off. It forbids nothing: what would sleep only
	// to bring in a page of a process fails instead.
	Fault

	NumLanes = 6
)

var laneNames = [NumLanes]string{"spin", "raw", "rcu", "bh", "irq", "fault"}

func (l Lane) String() string { return laneNames[l] }

// ParseLane is the inverse of [Lane.String].
func ParseLane(s string) (Lane, error) {
	for i, n := range laneNames {
		if s == n {
			return Lane(i), nil
		}
	}
	return 0, fmt.Errorf("unknown lane %q: want one of %s", s, strings.Join(laneNames[:], ", "))
}

// Lanes is a change of the count, or a count, lane by lane.
type Lanes [NumLanes]int8

// Count is the number that klint tracks: all lanes but IRQ and Fault.
func (v Lanes) Count() int { return int(v[Spin]) + int(v[Raw]) + int(v[RCU]) + int(v[BH]) }

// IsZero tells whether no lane changes.
func (v Lanes) IsZero() bool { return v == Lanes{} }

// Plus adds lane by lane; a lane saturates at the ends of int8.
func (v Lanes) Plus(w Lanes) Lanes {
	for i := range v {
		n := int(v[i]) + int(w[i])
		v[i] = int8(max(-127, min(127, n)))
	}
	return v
}

// String prints the lanes that are not zero ("spin+1 irq-1"), or "none".
func (v Lanes) String() string {
	var parts []string
	for i, n := range v {
		if n != 0 {
			parts = append(parts, fmt.Sprintf("%s%+d", Lane(i), n))
		}
	}
	if parts == nil {
		return "none"
	}
	return strings.Join(parts, " ")
}

// ParseLanes is the inverse of [Lanes.String].
func ParseLanes(s string) (Lanes, error) {
	var v Lanes
	if s == "none" {
		return v, nil
	}
	for _, f := range strings.Fields(s) {
		i := strings.IndexAny(f, "+-")
		if i < 0 {
			return v, fmt.Errorf("lane change %q has no sign: write, say, spin+1", f)
		}
		l, err := ParseLane(f[:i])
		if err != nil {
			return v, err
		}
		var n int
		if _, err := fmt.Sscanf(f[i:], "%d", &n); err != nil || n < -100 || n > 100 {
			return v, fmt.Errorf("lane change %q: want a number from -100 to 100", f)
		}
		v[l] += int8(n)
	}
	return v, nil
}

// Inf is the upper end of a range without one.
const Inf = 127

// Range is a range of counts, both ends included; Hi is [Inf] where there is no
// upper end. The empty range has Lo > Hi.
type Range struct{ Lo, Hi int8 }

// Any is `0..`: every count.
var Any = Range{0, Inf}

// IsEmpty tells whether no count lies in the range.
func (r Range) IsEmpty() bool { return r.Lo > r.Hi }

// Contains tells whether n lies in the range.
func (r Range) Contains(n int) bool { return n >= int(r.Lo) && (n <= int(r.Hi) || r.Hi == Inf) }

// Meet is the range of counts that lie in both.
func (r Range) Meet(s Range) Range { return Range{max(r.Lo, s.Lo), min(r.Hi, s.Hi)} }

// Join is the smallest range that holds both.
func (r Range) Join(s Range) Range {
	switch {
	case r.IsEmpty():
		return s
	case s.IsEmpty():
		return r
	}
	return Range{min(r.Lo, s.Lo), max(r.Hi, s.Hi)}
}

// String prints klint's notation: "0", "0..", "1..", "0..=2" is printed "0..3".
func (r Range) String() string {
	switch {
	case r.IsEmpty():
		return "none"
	case r.Hi == Inf:
		return fmt.Sprintf("%d..", r.Lo)
	case r.Lo == r.Hi:
		return fmt.Sprintf("%d", r.Lo)
	}
	return fmt.Sprintf("%d..%d", r.Lo, int(r.Hi)+1)
}

// ParseRange reads klint's notation: "N", "N..", "N..M" (M excluded), "N..=M",
// "..M", "..".
func ParseRange(s string) (Range, error) {
	bad := func() (Range, error) {
		return Range{}, fmt.Errorf("expectation %q: want N, N.., N..M or N..=M", s)
	}
	num := func(t string) (int8, bool) {
		var n int
		if _, err := fmt.Sscanf(t, "%d", &n); err != nil || n < 0 || n >= Inf || fmt.Sprint(n) != t {
			return 0, false
		}
		return int8(n), true
	}
	s = strings.TrimSpace(s)
	lo, hi, ok := strings.Cut(s, "..")
	if !ok {
		n, ok := num(s)
		if !ok {
			return bad()
		}
		return Range{n, n}, nil
	}
	r := Any
	if lo = strings.TrimSpace(lo); lo != "" {
		if r.Lo, ok = num(lo); !ok {
			return bad()
		}
	}
	if hi = strings.TrimSpace(hi); hi != "" {
		incl := strings.HasPrefix(hi, "=")
		if r.Hi, ok = num(strings.TrimPrefix(hi, "=")); !ok {
			return bad()
		}
		if !incl {
			r.Hi--
		}
		if r.IsEmpty() {
			return bad()
		}
	}
	return r, nil
}
