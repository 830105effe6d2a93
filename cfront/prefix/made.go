package prefix

import (
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
)

// Range is a part of a file that conditions left out.
type Range struct {
	File        string
	Off, EndOff int
}

// Compiled is what the compiler says of a prefix, but for what it says of the one that
// it was made behind.
type Compiled struct {
	// Files are the files that it is made of, absolute; First are those of them
	// that the command line includes, and what these include.
	Files, First []string
	Skipped      []Range
}

// Made is a prefix that was compiled.
type Made struct {
	Prefix
	// Weight is what it saves a unit.
	Weight float64

	// behind is the prefix that it was made behind, or nil. What that has is not said again,
	// but for files.
	behind *Made
	files  set
	active map[uint32]bool // the names that have a say in what its headers mean
	texts  map[int32]*text // of each file, as far as it was compiled
	// commandLine is what that defines, nil in a prefix made behind another.
	commandLine *text
	macros      map[uint32]*macros
	users       map[uint32][]uint32 // the macros in whose definitions a name stands
	// used are the names that may be expanded, and whether one of them is called;
	// expanded are those of them for which it was asked what they are expanded to.
	used, expanded map[uint32]bool
	exposed        []uint32 // see exposes
	// order is that of its files, sources are what includes its headers and those of the
	// prefixes above, and clock is when they are read; see [Planner.Order].
	order   *Order
	sources []int32
	clock   *Clock
}

// macros are all definitions of one macro in a prefix.
type macros struct {
	body     []use
	hashes   []uint64
	function bool // all of them have arguments
	called   bool // one has
	late     bool // one is in a header that the command line does not include
}

// join is the definitions of both.
func (d *macros) join(other *macros) *macros {
	return &macros{
		body: slices.Concat(d.body, other.body), hashes: slices.Concat(d.hashes, other.hashes),
		function: d.function && other.function, called: d.called || other.called, late: d.late || other.late,
	}
}

// chain is the prefix, and those that it was made behind.
func (m *Made) chain() iter.Seq[*Made] {
	return func(yield func(*Made) bool) {
		for ; m != nil && yield(m); m = m.behind {
		}
	}
}

// macro is all definitions of a macro, nil if there are none.
func (m *Made) macro(name uint32) *macros {
	var all *macros
	for x := range m.chain() {
		switch d := x.macros[name]; {
		case d != nil && all != nil:
			all = all.join(d)
		case d != nil:
			all = d
		}
	}
	return all
}

// usedBy are the macros in whose definitions a name stands, some perhaps twice.
func (m *Made) usedBy(name uint32) iter.Seq[uint32] {
	return func(yield func(uint32) bool) {
		for x := range m.chain() {
			for _, by := range x.users[name] {
				if !yield(by) {
					return
				}
			}
		}
	}
}

// text is what matters of a file of the prefix, nil if it is none.
func (m *Made) text(file int32) *text {
	for x := range m.chain() {
		if t := x.texts[file]; t != nil {
			return t
		}
	}
	return nil
}

// isActive tells whether a name has a say in what the headers mean.
func (m *Made) isActive(name uint32) bool {
	for x := range m.chain() {
		if x.active[name] {
			return true
		}
	}
	return false
}

// use is how a file uses a name, by what is a macro in the prefix.
func (m *Made) use(b *mention) use {
	u := b.use
	for i := 0; i < len(b.within) && !u.called; i++ {
		u.called = m.macro(b.within[i]) != nil
	}
	return u
}

// expands tells whether a name is expanded to what the prefix defines it to be.
func (m *Made) expands(u use) bool {
	d := m.macro(u.name)
	return d != nil && (u.called || !d.function)
}

// Active are the names that have a say in what the headers of a prefix mean, in any order.
func (p *Planner) Active(m *Made) []string {
	n := 0
	for x := range m.chain() {
		n += len(x.active)
	}
	out := make([]string, 0, n)
	for x := range m.chain() {
		for name := range x.active {
			out = append(out, p.texts.names.list[name])
		}
	}
	return out
}

// Make looks at a prefix that was compiled behind another, or behind none.
func (p *Planner) Make(x Prefix, c Compiled, behind *Made) *Made {
	m := &Made{
		Prefix: x, behind: behind, active: map[uint32]bool{}, texts: map[int32]*text{}, macros: map[uint32]*macros{},
		users: map[uint32][]uint32{}, used: map[uint32]bool{}, expanded: map[uint32]bool{},
	}
	m.files = make(set, (len(p.bytes)+63)/64)
	if behind != nil {
		if behind.files == nil {
			m.files = nil
			return m
		}
		m.files.add(behind.files)
	}
	if behind == nil {
		m.commandLine = p.texts.commandLine(x.Args)
		m.define(m.commandLine, false)
	}
	left := map[string][]Range{}
	for _, r := range c.Skipped {
		left[r.File] = append(left[r.File], r)
	}
	var work []use
	for _, path := range c.Files {
		id, ok := p.file(path)
		t := p.texts.without(path, left[path])
		if !ok || t == nil {
			m.files = nil // no unit reads this file
			return m
		}
		m.files[id>>6] |= 1 << (id & 63)
		m.texts[id] = t
		for i := range t.tested {
			m.activate(t.tested[i].name)
		}
		m.define(t, !slices.Contains(c.First, path))
	}
	for _, t := range m.texts {
		for i := range t.uses {
			work = append(work, m.use(&t.uses[i]))
		}
	}
	for id, d := range m.macros {
		for _, b := range d.body {
			m.users[b.name] = append(m.users[b.name], id)
		}
		// What it was made behind may name what is defined only now.
		for x := range behind.chain() {
			if called, used := x.used[id]; used {
				work = append(work, use{id, called})
			}
		}
	}
	m.expand(work)
	m.Weight = p.common(m.files, m.files)
	return m
}

// define takes in the macros of a file.
func (m *Made) define(t *text, late bool) {
	for _, d := range t.macros {
		all := m.macros[d.name]
		if all == nil {
			all = &macros{function: true}
			m.macros[d.name] = all
		}
		all.body = append(all.body, d.body...)
		all.hashes = append(all.hashes, d.hash)
		all.function = all.function && d.function
		all.called = all.called || d.function
		all.late = all.late || late
	}
}

// commandLine is what a command line defines.
func (t *texts) commandLine(args []string) *text {
	x := &text{}
	for _, d := range definitions(args) {
		if def, ok := strings.CutPrefix(d, "-D"); ok {
			head, body, ok := strings.Cut(def, "=")
			if !ok {
				body = "1"
			}
			name, params := cutIdentifier([]byte(head))
			x.macros = append(x.macros, t.macro(name, append(params, " "+body...)))
		}
	}
	return x
}

// expand takes in where names are used, and all that they are expanded to.
func (m *Made) expand(work []use) {
	for len(work) > 0 {
		u := work[len(work)-1]
		work = work[:len(work)-1]
		m.activate(u.name)
		m.used[u.name] = m.used[u.name] || u.called
		if !m.expands(u) || m.expanded[u.name] {
			continue
		}
		m.expanded[u.name] = true
		if m.behind.hasExpanded(u.name) {
			if d := m.macros[u.name]; d != nil {
				work = append(work, d.body...)
			}
			continue
		}
		work = append(work, m.macro(u.name).body...)
	}
}

// hasExpanded tells whether a name was expanded before.
func (m *Made) hasExpanded(name uint32) bool {
	for x := range m.chain() {
		if x.expanded[name] {
			return true
		}
	}
	return false
}

func (m *Made) activate(name uint32) {
	if !m.behind.isActive(name) {
		m.active[name] = true
	}
}

// without is what matters of a file but for what was left out of it; nil where it
// cannot be read. Most prefixes leave out the same.
func (t *texts) without(path string, ranges []Range) *text {
	key := fmt.Sprint(path, ranges)
	x, ok := t.files[key]
	if !ok {
		if data, err := os.ReadFile(path); err == nil {
			x = t.scan(blank(data, ranges))
		}
		t.files[key] = x
	}
	return x
}

// blank overwrites what was left out. The directives around it stay: what they
// ask for matters.
func blank(data []byte, ranges []Range) []byte {
	for _, r := range ranges {
		lines := 0
		for i := max(0, r.Off); i < min(r.EndOff, len(data)); i++ {
			if data[i] == '\n' {
				lines++
			}
		}
		// A range begins at the directive that decided and ends at the next one.
		seen := 0
		for i := max(0, r.Off); i < min(r.EndOff, len(data)); i++ {
			switch {
			case data[i] == '\n':
				seen++
			case seen > 0 && seen < lines:
				data[i] = ' '
			}
		}
	}
	return data
}
