package prefix

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// Range is a part of a file that conditions left out.
type Range struct {
	File        string
	Off, EndOff int
}

// Made is a prefix that was compiled.
type Made struct {
	Prefix
	// Files are the files that it is made of, absolute.
	Files []string
	// Active are the names that have a say in what its headers mean, and Weight is
	// what it saves a unit.
	Active []string
	Weight float64

	files  set
	active map[uint32]bool
	texts  map[int32]*text // of each file, as far as it was compiled
	macros map[uint32]*macros
	usedBy map[uint32][]uint32 // the macros in whose definitions a name stands
}

// macros are all definitions of one macro in a prefix.
type macros struct {
	body     []use
	hashes   []uint64
	function bool // all of them have arguments
	late     bool // one is in a header that the command line does not include
}

// expands tells whether a name is expanded to what the prefix defines it to be.
func (m *Made) expands(u use) bool {
	d := m.macros[u.name]
	return d != nil && (u.called || !d.function)
}

// Compiled is what the compiler says of a prefix.
type Compiled struct {
	// Files are the files that it is made of, absolute; First are those of them
	// that the command line includes, and what these include.
	Files, First []string
	Skipped      []Range
}

// Make looks at a prefix that was compiled.
func (p *Planner) Make(x Prefix, c Compiled) *Made {
	m := &Made{Prefix: x, Files: c.Files, active: map[uint32]bool{}, texts: map[int32]*text{}, macros: map[uint32]*macros{}}
	m.files = make(set, (len(p.bytes)+63)/64)
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
		work = append(work, t.uses...)
		for _, name := range t.tested {
			m.activate(p, name)
		}
		late := !slices.Contains(c.First, path)
		for _, d := range t.macros {
			all := m.macros[d.name]
			if all == nil {
				all = &macros{function: true}
				m.macros[d.name] = all
			}
			all.body = append(all.body, d.body...)
			all.hashes = append(all.hashes, d.hash)
			all.function = all.function && d.function
			all.late = all.late || late
		}
	}
	m.usedBy = map[uint32][]uint32{}
	for id, d := range m.macros {
		for _, b := range d.body {
			m.usedBy[b.name] = append(m.usedBy[b.name], id)
		}
	}
	expanded := map[uint32]bool{}
	for len(work) > 0 {
		u := work[len(work)-1]
		work = work[:len(work)-1]
		m.activate(p, u.name)
		if m.expands(u) && !expanded[u.name] {
			expanded[u.name] = true
			work = append(work, m.macros[u.name].body...)
		}
	}
	slices.Sort(m.Active)
	m.Weight = p.common(m.files, m.files)
	return m
}

func (m *Made) activate(p *Planner, name uint32) {
	if !m.active[name] {
		m.active[name] = true
		m.Active = append(m.Active, p.texts.names.list[name])
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

// Fits tells whether a unit means the same with a prefix as without, as far as
// its own text and command line tell; else why says what is in the way. What its
// headers define is for [Planner.Clashes] to judge.
func (p *Planner) Fits(m *Made, u int) (why string, ok bool) {
	unit := &p.units[u]
	if m.Weight <= loading {
		return "it saves nothing", false
	}
	if m.files == nil || len(unit.Files) == 0 || !m.files.within(p.sets[u]) {
		return "it does not include all of the headers", false
	}
	main := p.texts.source(unit.File)
	if main.unread {
		return "it cannot be read", false
	}
	strs := p.stringMacros(unit)
	for _, id := range p.differing(m, unit) {
		if m.active[id] && !strs[id] {
			return "its command line defines " + p.texts.names.list[id], false
		}
	}
	for _, id := range main.before {
		if m.active[id] && !isText(main, id, strs) {
			return "it defines " + p.texts.names.list[id], false
		}
	}
	for _, id := range main.early {
		if d := m.macros[id]; d != nil && d.late {
			return "it asks for " + p.texts.names.list[id], false
		}
	}
	for _, id := range unit.Files {
		if m.files.has(id) {
			continue
		}
		path := p.paths.Path(id)
		for _, name := range p.texts.header(path).undefined {
			if m.active[name] && p.precedes(m, u, id, name, false) {
				return path + " undefines " + p.texts.names.list[name], false
			}
		}
	}
	return "", true
}

// Reads tells whether a unit is expected to read a file.
func (p *Planner) Reads(u int, file string) bool {
	id, known := p.file(file)
	return known && p.sets[u].has(id)
}

// Clashes tells whether it matters that a header of a unit's own defines a macro
// that is active in the prefix.
func (p *Planner) Clashes(m *Made, u int, file, name string) bool {
	id, known := p.texts.names.ids[name]
	if !known {
		return false
	}
	f, known := p.file(file)
	if !known {
		return true
	}
	t := p.texts.get(file)
	if t == nil {
		return true
	}
	same, function := compare(t, m.macros[id], id)
	return !same && p.precedes(m, u, f, id, function)
}

// compare tells whether all definitions of a macro in a file and in the prefix are
// one, and whether all have arguments.
func compare(t *text, prefix *macros, name uint32) (same, function bool) {
	var hashes []uint64
	function = true
	if prefix != nil {
		hashes = append(hashes, prefix.hashes...)
		function = prefix.function
	}
	same = len(hashes) > 0
	for _, d := range t.macros {
		if d.name == name {
			hashes = append(hashes, d.hash)
			function = function && d.function
		}
	}
	slices.Sort(hashes)
	return same && len(slices.Compact(hashes)) == 1, function
}

// precedes tells whether a unit reads a file before one of the prefix that a
// macro has a say in; function says that the macro has arguments, however it is
// defined.
func (p *Planner) precedes(m *Made, u int, file int32, name uint32, function bool) bool {
	// Whatever expands to a use of it, however deep, matters as it does.
	reach := map[uint32]bool{}
	matters := func(b use) bool {
		if b.name == name {
			return b.called || !function
		}
		return reach[b.name] && m.expands(b)
	}
	for work := []uint32{name}; len(work) > 0; {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for _, by := range m.usedBy[n] {
			if !reach[by] && slices.ContainsFunc(m.macros[by].body, matters) {
				reach[by] = true
				work = append(work, by)
			}
		}
	}
	files := p.units[u].Files
	at := slices.Index(files, file)
	for i := len(files) - 1; i > at; i-- {
		t := m.texts[files[i]]
		if t != nil && (slices.ContainsFunc(t.uses, matters) || slices.Contains(t.tested, name)) {
			return true
		}
	}
	return false
}

// isText tells whether all definitions of a macro in a file are nothing but text.
func isText(t *outline, name uint32, strs map[uint32]bool) bool {
	some := false
	for _, d := range t.macros {
		if d.name != name {
			continue
		}
		some = true
		if !d.plain || slices.ContainsFunc(d.body, func(b use) bool { return !strs[b.name] }) {
			return false
		}
	}
	return some
}

// stringMacros are the macros that the command line defines as string literals.
func (p *Planner) stringMacros(u *Unit) map[uint32]bool {
	out := map[uint32]bool{}
	for _, d := range definitions(u.Args) {
		if isString(d) {
			out[p.texts.names.id([]byte(macroName(d)))] = true
		}
	}
	return out
}

// isString tells whether an argument defines a macro as a string literal.
func isString(definition string) bool {
	name, value, ok := strings.Cut(definition, "=")
	return ok && strings.HasPrefix(name, "-D") && strings.HasPrefix(value, `"`)
}

// differing are the macros that only one of prefix and unit has on its command
// line, or that differ.
func (p *Planner) differing(m *Made, u *Unit) []uint32 {
	var out collector
	ours, theirs := definitions(m.Args), definitions(u.Args)
	for _, pair := range [][2][]string{{ours, theirs}, {theirs, ours}} {
		for _, d := range pair[0] {
			if !slices.Contains(pair[1], d) {
				out.add(p.texts.names.id([]byte(macroName(d))))
			}
		}
	}
	return out.list
}

// macroName is what `-DNAME(x)=value` defines.
func macroName(definition string) string {
	name, _ := cutIdentifier([]byte(definition[2:]))
	return string(name)
}
