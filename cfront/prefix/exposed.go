package prefix

import "slices"

// Exposed are the names of the macros to define once more in a prefix that is made behind
// this one, sorted. Where that prefix declares something by the name of a macro, clang writes down
// the name anew, without the macro unless that was defined anew, too (seen with clang 19).
// By what it declares something is not asked: ## may make any name. These are all
// macros of which the name may stand in a declaration although it is that of a macro: those with
// arguments, those that are expanded to their own name, and those of the command
// line, which are few.
func (p *Planner) Exposed(m *Made) []string {
	var out []string
	for _, d := range definitions(m.Args) {
		out = append(out, macroName(d))
	}
	for x := range m.chain() {
		for _, name := range x.exposes() {
			out = append(out, p.texts.names.list[name])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// exposes are those of the macros that are exposed because of what this prefix adds to
// the ones above it.
func (m *Made) exposes() []uint32 {
	if m.exposed != nil {
		return m.exposed
	}
	m.exposed = []uint32{}
	for name, d := range m.macros {
		if d.called {
			m.exposed = append(m.exposed, name)
		}
		m.exposed = append(m.exposed, m.circle(name)...)
	}
	return m.exposed
}

// circle are the macros that a macro is expanded to on the way to its own name, itself among
// them, nil where that is never.
func (m *Made) circle(name uint32) []uint32 {
	if len(m.macro(name).body) == 0 {
		return nil
	}
	reached := m.reach(name)
	if !reached[name] {
		return nil
	}
	var out []uint32
	for other := range reached {
		if m.reach(other)[name] {
			out = append(out, other)
		}
	}
	return out
}

// reach are the names that a macro may be expanded to.
func (m *Made) reach(name uint32) map[uint32]bool {
	seen := map[uint32]bool{}
	for work := []uint32{name}; len(work) > 0; {
		d := m.macro(work[len(work)-1])
		work = work[:len(work)-1]
		if d == nil {
			continue
		}
		for _, u := range d.body {
			if !seen[u.name] {
				seen[u.name] = true
				work = append(work, u.name)
			}
		}
	}
	return seen
}
