package prefix

import (
	"math"
	"slices"
)

// Early is that a unit reads File, which may be its source, before both Needs and Or, while a
// prefix reads it behind one of them, and it matters.
type Early struct{ File, Needs, Or string }

// Early tells whether what came up behind one prefix is expected to for a unit behind another.
func (p *Planner) Early(m *Made, u int, e Early) bool {
	return !p.reads(m, e) && p.early(u, e)
}

// reads tells whether a prefix may be read where a file is early: it has nothing that the file
// needs, or has the file before that.
func (p *Planner) reads(m *Made, e Early) bool {
	has := func(file string) bool {
		id, ok := p.file(file)
		return ok && m.files.has(id)
	}
	if !has(e.Needs) && !has(e.Or) {
		return true
	}
	if m.clock == nil || !has(e.File) {
		return false
	}
	at := func(file string) int32 {
		id, _ := m.order.Find(file)
		return m.clock.At(Place{File: id})
	}
	return at(e.File) < at(e.Needs) && at(e.File) < at(e.Or)
}

// early tells whether a unit is expected to read a file early.
func (p *Planner) early(u int, e Early) bool {
	unit := &p.units[u]
	at := func(file string) int {
		id, ok := p.file(file)
		if !ok || !p.sets[u].has(id) {
			return math.MaxInt
		}
		return slices.Index(unit.Files, id)
	}
	file := at(e.File)
	if e.File == unit.File {
		file = -1
	}
	return file < at(e.Needs) && file < at(e.Or)
}
