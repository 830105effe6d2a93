package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/pelletier/go-toml/v2"
)

// The parties whose fault a disagreement can be.
const (
	faultKernel = "kernel" // what the kernel says is not so
	faultOurs   = "ours"
	faultReach  = "reach" // nothing that is read from source can tell
)

// review explains one disagreement.
type review struct {
	Function string `toml:"function"`
	// Topic is the key of a topic.
	Topic  string `toml:"topic"`
	Whose  string `toml:"whose"`
	Reason string `toml:"reason"`
	used   bool
}

// lockReview says what a lock is whose type cannot be told from its text.
type lockReview struct {
	Function string `toml:"function"`
	Lock     string `toml:"lock"`
	// Lane is spin, raw, rcu or bh; none for a lock that sleeps or does not count.
	Lane   string `toml:"lane"`
	Reason string `toml:"reason"`
}

// reviews is the reviewed list. It explains; it makes nothing agree.
type reviews struct {
	Reviewed []review     `toml:"reviewed"`
	Locks    []lockReview `toml:"locks"`
}

// readReviews reads the reviewed list and refuses entries that explain nothing.
func readReviews(path string) (*reviews, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the reviewed list: %w", err)
	}
	r := &reviews{}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(r); err != nil {
		var strict *toml.StrictMissingError
		var de *toml.DecodeError
		switch {
		case errors.As(err, &strict):
			line, _ := strict.Errors[0].Position()
			return nil, fmt.Errorf("%s:%d: unknown key %v", path, line, strict.Errors[0].Key())
		case errors.As(err, &de):
			line, _ := de.Position()
			return nil, fmt.Errorf("%s:%d: %w", path, line, err)
		}
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	for _, e := range r.Reviewed {
		if e.Whose != faultKernel && e.Whose != faultOurs && e.Whose != faultReach {
			return nil, fmt.Errorf("%s: %s: whose is %q: want %s, %s or %s", path, e.Function, e.Whose, faultKernel, faultOurs, faultReach)
		}
		if e.Function == "" || e.Reason == "" || !isTopic(e.Topic) {
			return nil, fmt.Errorf("%s: %s: an entry needs a function, a topic (lock, first, doc) and a reason", path, e.Function)
		}
	}
	for _, e := range r.Locks {
		if _, ok := givenLanes[e.Lane]; !ok || e.Function == "" || e.Lock == "" || e.Reason == "" {
			return nil, fmt.Errorf("%s: lock %s of %s: want a lane (spin, raw, rcu, bh, none) and a reason", path, e.Lock, e.Function)
		}
	}
	return r, nil
}

func isTopic(key string) bool {
	for _, t := range topics {
		if t.key == key {
			return true
		}
	}
	return false
}

var givenLanes = map[string]lane{"spin": "spin", "raw": "raw", "rcu": "rcu", "bh": "bh", "none": noLane}

// lanes are the lanes given, keyed by function and lock.
func (r *reviews) lanes() map[string]lane {
	m := map[string]lane{}
	for _, e := range r.Locks {
		m[e.Function+" "+e.Lock] = givenLanes[e.Lane]
	}
	return m
}

// of finds the entry that explains a disagreement, or nil.
func (r *reviews) of(c *claim) *review {
	for i := range r.Reviewed {
		if e := &r.Reviewed[i]; e.Function == c.entry.Name && e.Topic == c.topic.key {
			e.used = true
			return e
		}
	}
	return nil
}
