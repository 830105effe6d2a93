package cfront

import (
	"fmt"

	"preemptck/infer"
)

// Unit is one translation unit and how the build compiles it.
type Unit struct {
	// File is the source file, absolute or relative to Dir.
	File string
	// Dir is the working directory of the compiler.
	Dir string
	// Args are the compiler's arguments, without the compiler itself. They are
	// handed to libclang as they are, never to a shell.
	Args []string
	// Headers are the headers that the unit answers for, absolute: all functions
	// that they define are lowered with it, whether anything reaches them or not.
	Headers []string
}

// Options says how to parse.
type Options struct {
	// SourceRoot and BuildRoot are the trees that positions are made relative
	// to; a file below both belongs to the deeper one.
	SourceRoot, BuildRoot string
	// Macros are the names of the macros that are primitives.
	Macros map[string]bool
	// ExtraArgs are put behind the arguments of every unit.
	ExtraArgs []string
}

// Severity grades a [Diagnostic].
type Severity uint8

// The severities.
const (
	// Note reports something left out that changes no result.
	Note Severity = iota
	// Warning reports that part of a unit was lost.
	Warning
	// Error reports that a whole unit was lost.
	Error
)

// Diagnostic is something to tell the user about one unit.
type Diagnostic struct {
	Severity Severity
	Pos      infer.Pos
	Text     string
	// Help says what to do about it, or is empty.
	Help string
}

func (d Diagnostic) String() string {
	s := fmt.Sprintf("%s: %s", d.Pos, d.Text)
	if d.Help != "" {
		s += " (" + d.Help + ")"
	}
	return s
}

// Result is one lowered translation unit.
type Result struct {
	// Unit is the unit it came from.
	Unit Unit
	// Funcs are the functions defined in the main file, and those of headers
	// that they reach, ordered by ID. Header functions carry plain IDs here.
	Funcs []*infer.Func
	// Extra are the functions that are only there because the unit answers for
	// their headers, and ExtraDecls the functions that only they name.
	Extra      []*infer.Func
	ExtraDecls map[string]*infer.Decl
	// Decls are functions that are called or named without a body here.
	Decls map[string]*infer.Decl
	// Aliases maps alias symbols to what they stand for.
	Aliases map[string]string
	// Inits are slot targets of static initialisers.
	Inits []infer.SlotInit
	// Fields are the integer fields that this unit stores to, keyed like slots.
	Fields map[string]infer.FieldBits
	// Diagnostics are ordered as met.
	Diagnostics []Diagnostic
	// Dropped are arguments that this libclang does not know.
	Dropped []string
	// Files are the files that were read, absolute and sorted.
	Files []string
}

// Tree is a whole lowered tree.
type Tree struct {
	Program     *infer.Program
	Diagnostics []Diagnostic
	// Dropped are the arguments dropped in any unit, sorted.
	Dropped []string
	Stats   Stats
}

// Stats counts what [ParseAll] did.
type Stats struct {
	Units, Failed, Broken int
	// Funcs counts functions after merging, Versions the header functions
	// among them that are second and later versions.
	Funcs, Versions int
}
