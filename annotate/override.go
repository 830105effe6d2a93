package annotate

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"preemptck/infer"
)

// Overrides is a hand-written file of corrections:
//
//	[[override]]
//	function = "frob_wait"         # name or symbol
//	file = "drivers/frob/core.c"   # only needed among same-named statics
//	adjust = 0
//	expect = "0"
//	lanes = { spin = 1 }           # defaults to raw where adjust is not 0
//	reason = "sleeps in firmware, which no body shows"
type Overrides struct {
	File  string
	Items []Override
}

// Override is one correction. It must say why, and at least one of Adjust and
// Expect; what it leaves out stays as derived.
type Override struct {
	Function string         `toml:"function"`
	File     string         `toml:"file"`
	Adjust   *int           `toml:"adjust"`
	Expect   *string        `toml:"expect"`
	Lanes    map[string]int `toml:"lanes"`
	Reason   string         `toml:"reason"`
	// Line is where the override begins in its file.
	Line int `toml:"-"`
}

// ReadOverrides reads an override file; name is used for positions.
func ReadOverrides(name string, src []byte) (*Overrides, error) {
	var doc struct {
		Override []Override `toml:"override"`
	}
	dec := toml.NewDecoder(bytes.NewReader(src))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&doc); err != nil {
		return nil, positionTOML(name, err)
	}
	o := &Overrides{File: name, Items: doc.Override}
	lines := overrideLines(src)
	for i := range o.Items {
		it := &o.Items[i]
		if i < len(lines) {
			it.Line = lines[i]
		}
		if err := it.check(); err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, it.Line, err)
		}
	}
	return o, nil
}

// positionTOML gives an error of the TOML reader its line.
func positionTOML(name string, err error) error {
	// The strict reader's error wraps the plain one, so it is asked for first.
	var sm *toml.StrictMissingError
	if errors.As(err, &sm) && len(sm.Errors) > 0 {
		line, _ := sm.Errors[0].Position()
		return fmt.Errorf("%s:%d: unknown field %q: want function, file, adjust, expect, lanes or reason",
			name, line, sm.Errors[0].Key()[len(sm.Errors[0].Key())-1])
	}
	var de *toml.DecodeError
	if errors.As(err, &de) {
		line, _ := de.Position()
		return fmt.Errorf("%s:%d: %w", name, line, err)
	}
	return fmt.Errorf("%s: %w", name, err)
}

// overrideLines finds the lines of the [[override]] headers, in order.
func overrideLines(src []byte) []int {
	var lines []int
	var p unstable.Parser
	p.Reset(src)
	for p.NextExpression() {
		e := p.Expression()
		if e.Kind != unstable.ArrayTable {
			continue
		}
		line := 0
		for it := e.Key(); it.Next(); {
			line = p.Shape(it.Node().Raw).Start.Line
		}
		lines = append(lines, line)
	}
	return lines
}

// check says what is wrong with an override, or nil.
func (o *Override) check() error {
	switch {
	case o.Function == "":
		return errors.New("an override must name its function")
	case o.Reason == "":
		return fmt.Errorf("override of %q has no reason: say why the derivation is wrong", o.Function)
	case o.Adjust == nil && o.Expect == nil:
		return fmt.Errorf("override of %q changes nothing: give adjust, expect or both", o.Function)
	case o.Adjust == nil && len(o.Lanes) > 0:
		return fmt.Errorf("override of %q has lanes but no adjust", o.Function)
	}
	if o.Expect != nil {
		if _, err := infer.ParseRange(*o.Expect); err != nil {
			return fmt.Errorf("override of %q: %w", o.Function, err)
		}
	}
	if o.Adjust == nil {
		return nil
	}
	if *o.Adjust < -infer.Inf || *o.Adjust > infer.Inf {
		return fmt.Errorf("override of %q: adjust %d: want a number from %d to %d", o.Function, *o.Adjust, -infer.Inf, infer.Inf)
	}
	if o.Lanes == nil && *o.Adjust != 0 {
		o.Lanes = map[string]int{infer.Raw.String(): *o.Adjust}
	}
	if err := checkLanes(o.Lanes, o.Adjust); err != nil {
		return fmt.Errorf("override of %q: lanes %w", o.Function, err)
	}
	return nil
}

// Apply corrects the entries of a table, and returns what the author of the file
// should hear of: overrides that name no function, and those that the
// derivation now agrees with.
func (o *Overrides) Apply(t *Table) []string {
	var notes []string
	for i := range o.Items {
		it := &o.Items[i]
		at := fmt.Sprintf("%s:%d", o.File, it.Line)
		found, agreed := 0, 0
		for j := range t.Functions {
			e := &t.Functions[j]
			if e.Name != it.Function && e.Symbol != it.Function || it.File != "" && e.File != it.File {
				continue
			}
			found++
			if it.agrees(e) {
				agreed++
				continue
			}
			it.apply(e, at)
		}
		switch {
		case found == 0:
			notes = append(notes, fmt.Sprintf("%s: override of %q names no function of this table: remove it, or correct the name", at, it.Function))
		case agreed == found:
			notes = append(notes, fmt.Sprintf("%s: override of %q says what is derived now: remove it", at, it.Function))
		}
	}
	return notes
}

// agrees tells whether the entry already says what the override says. A function
// without a body never does: what it has is a default, and no derivation.
func (o *Override) agrees(e *Entry) bool {
	if e.Evidence == infer.NoBody.String() {
		return false
	}
	if o.Expect != nil && *o.Expect != e.Expect {
		return false
	}
	return o.Adjust == nil ||
		e.Adjust != nil && *e.Adjust == *o.Adjust && maps.Equal(emptyMap(o.Lanes), emptyMap(e.Lanes))
}

// apply writes the override into an entry. Its word takes the place of all
// cases, and is an assumption with a name.
func (o *Override) apply(e *Entry, at string) {
	if o.Adjust != nil {
		n := *o.Adjust
		e.Adjust, e.Lanes = &n, maps.Clone(emptyMap(o.Lanes))
	}
	if o.Expect != nil {
		r, _ := infer.ParseRange(*o.Expect) // checked when read
		e.Expect = r.String()
		e.Witness = []Step{}
	}
	switch {
	case o.Adjust != nil && o.Expect != nil:
		e.Cases = []Case{{Adjust: e.Adjust, Expect: e.Expect}}
	default:
		e.Cases = slices.Clone(e.Cases)
		for i := range e.Cases {
			if o.Adjust != nil {
				e.Cases[i].Adjust = e.Adjust
			} else {
				e.Cases[i].Expect = e.Expect
			}
		}
	}
	e.Evidence = infer.Assumed.String()
	e.Assumes = append(slices.Clone(e.Assumes), fmt.Sprintf("%s: override: %s", at, o.Reason))
}
