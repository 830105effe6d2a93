package prefix

import (
	"slices"
	"strings"
)

// Clash is a macro that a header of a unit's own defines and that is active in the prefix.
type Clash struct{ File, Name string }

// Reading is what a unit read behind a prefix.
type Reading struct {
	// Files are the headers that it reads before the last one of the prefix and that one, each
	// once, in the order in which it begins with them if there is no prefix.
	Files []string
	// Clashes are those of these headers.
	Clashes []Clash
}

// Fits tells whether a unit means the same with a prefix as without, as far as its own text,
// its command line, and the files tell that it is expected to read; else why says what is in
// the way. What it read in the end is for [Planner.Suits] to judge.
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
	for _, id := range p.differing(&m.Prefix, unit) {
		if m.isActive(id) && !strs[id] {
			return "its command line defines " + p.texts.names.list[id], false
		}
	}
	for _, id := range main.before {
		if m.isActive(id) && !isText(main, id, strs) {
			return "it defines " + p.texts.names.list[id], false
		}
	}
	for _, id := range main.early {
		if d := m.macro(id); d != nil && d.late {
			return "it asks for " + p.texts.names.list[id], false
		}
	}
	return p.undefines(m, unit.Files)
}

// Suits tells whether what the headers of a unit define and undefine leaves the prefix as it
// is; else why says what does not.
func (p *Planner) Suits(m *Made, r *Reading) (why string, ok bool) {
	files := p.paths.IDs(r.Files)
	for _, c := range r.Clashes {
		if p.clashes(m, files, c) {
			return c.File + " defines " + c.Name, false
		}
	}
	return p.undefines(m, files)
}

// undefines tells whether headers that are read in this order leave the macros of the prefix.
func (p *Planner) undefines(m *Made, files []int32) (why string, ok bool) {
	for i, id := range files {
		if m.files.has(id) {
			continue
		}
		path := p.paths.Path(id)
		for _, name := range p.texts.header(path).undefined {
			if m.isActive(name) && m.usesAny(files[i+1:], name, false) {
				return path + " undefines " + p.texts.names.list[name], false
			}
		}
	}
	return "", true
}

// Differs is how many macros the command lines of a prefix and a unit define differently,
// but for text. ok is false where something else is not the same, and clang would not
// take the prefix.
func (p *Planner) Differs(x *Prefix, u int) (macros int, ok bool) {
	unit := &p.units[u]
	strs := p.stringMacros(unit)
	for _, id := range p.differing(x, unit) {
		if !strs[id] {
			macros++
		}
	}
	return macros, flagsOf(&Unit{Dir: x.Dir, Args: x.Args}) == p.flags[u]
}

// Reads tells whether a unit is expected to read a file.
func (p *Planner) Reads(u int, file string) bool {
	id, known := p.file(file)
	return known && p.sets[u].has(id)
}

// Clashes tells whether a clash is expected to matter to a unit.
func (p *Planner) Clashes(m *Made, u int, c Clash) bool {
	return p.clashes(m, p.units[u].Files, c)
}

// clashes tells whether a clash matters where headers are read in this order, the one that it
// stands in perhaps at any time.
func (p *Planner) clashes(m *Made, files []int32, c Clash) bool {
	id, known := p.texts.names.ids[c.Name]
	if !known {
		return false
	}
	t := p.texts.get(c.File)
	if t == nil {
		return true
	}
	file, _ := p.paths.Find(c.File)
	same, function := compare(t, m.macro(id), id)
	return !same && m.usesAny(files[slices.Index(files, file)+1:], id, function)
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

// usesAny tells whether a macro has a say in one of these files, as far as they are of the
// prefix; function says that the macro has arguments, however it is defined.
func (m *Made) usesAny(files []int32, name uint32, function bool) bool {
	macro := m.influence(name, function)
	for _, f := range slices.Backward(files) {
		t := m.text(f)
		if t == nil {
			continue
		}
		if slices.ContainsFunc(t.uses, func(b mention) bool { return macro.on(m.use(&b)) }) ||
			slices.ContainsFunc(t.tested, func(b mention) bool { return b.name == name }) {
			return true
		}
	}
	return false
}

// influence is where a macro matters: where its own name is used, or that of a macro that
// expands to such a use, however deep.
type influence struct {
	m        *Made
	name     uint32
	function bool            // see [Made.usesAny]
	reach    map[uint32]bool // the macros that expand to it
}

func (m *Made) influence(name uint32, function bool) *influence {
	x := &influence{m, name, function, map[uint32]bool{}}
	for work := []uint32{name}; len(work) > 0; {
		n := work[len(work)-1]
		work = work[:len(work)-1]
		for by := range m.usedBy(n) {
			if !x.reach[by] && slices.ContainsFunc(m.macro(by).body, x.on) {
				x.reach[by] = true
				work = append(work, by)
			}
		}
	}
	return x
}

// on tells whether it matters to a use.
func (x *influence) on(b use) bool {
	if b.name == x.name {
		return b.called || !x.function
	}
	return x.reach[b.name] && x.m.expands(b)
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
func (p *Planner) differing(m *Prefix, u *Unit) []uint32 {
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
