package corelib

import (
	"bytes"
	"regexp"
	"slices"
	"strings"
)

// Kind says how much of the sources is left out.
type Kind uint8

const (
	// Features leaves out functions that use features that the target lacks, and all
	// that DocOnly does. Where other code names such a function on a condition of its
	// own, as portable-simd does on arm64, the copy does not compile.
	Features Kind = iota
	// DocOnly leaves out what is only there for rustdoc, and the marks of intrinsics.
	DocOnly
)

// Edits are the changes to the files of one crate.
type Edits struct {
	kind Kind
	// conditions are those of the functions that have any, by folder and name.
	conditions map[string][]string
}

// NewEdits is for a crate of which no file was looked at.
func NewEdits(kind Kind) *Edits { return &Edits{kind, map[string][]string{}} }

// Edit is a source file in a folder as the compiler is to see it, or nil where that is as it stands.
// No line moves, and no token of the code that stays. [Edits.Names] has seen all files.
func (e *Edits) Edit(folder string, text []byte) []byte {
	out := overridden(withoutDoc(text))
	if e.kind == Features {
		out = e.features(folder, out)
	}
	if bytes.Equal(out, text) {
		return nil
	}
	return out
}

var (
	condition = regexp.MustCompile(`\bcfg(?:_attr)?!?\s*\(`)
	docWord   = regexp.MustCompile(`\bdoc\b(\s*[=(])?`)
)

// never is a name as long as `doc` that no command line sets.
const never = "___"

// withoutDoc makes the conditions that ask whether rustdoc runs come out false. What
// looks like a condition in a comment is changed, too, which nobody reads.
func withoutDoc(text []byte) []byte {
	var out []byte
	done := 0
	for _, m := range condition.FindAllIndex(text, -1) {
		if m[0] < done {
			continue // inside the one before
		}
		end := closing(text, m[1])
		inside := docWord.ReplaceAllFunc(text[m[1]:end], func(word []byte) []byte {
			if len(word) > len(never) {
				return word // the attribute, `doc = "..."`
			}
			return []byte(never)
		})
		out = append(append(out, text[done:m[1]]...), inside...)
		done = end
	}
	return append(out, text[done:]...)
}

// closing is the place of the bracket that closes the one before start. In text that is
// none of Rust it may be far behind: no condition is longer than reach.
func closing(text []byte, start int) int {
	const reach = 2000
	depth := 1
	for i := start; i < min(start+reach, len(text)); i++ {
		switch text[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return start
}

var (
	featureLine = regexp.MustCompile(`(?m)^[ \t]*#\[target_feature\(enable[ \t]*=[ \t]*"([\w.,+\- ]+)"\)\][ \t]*(?://[^\n]*)?$`)
	fnName      = regexp.MustCompile(`^(?:\s*(?:#\[[^\n]*\]|//[^\n]*)[ \t\r]*\n)*\s*(?:pub(?:\([^)]*\))? )?(?:const |unsafe |extern "[^"]*" )*fn (\w+)`)
	importLine  = regexp.MustCompile(`(?m)^[ \t]*use [\w:]+::(\w+);`)
)

// conditionOf is the condition for a function with an attribute that [featureLine]
// found: it is there where the target has all the features.
func conditionOf(attribute []byte) string {
	var all []string
	for _, name := range strings.Split(string(featureLine.FindSubmatch(attribute)[1]), ",") {
		all = append(all, `target_feature = "`+strings.TrimSpace(name)+`"`)
	}
	return "all(" + strings.Join(all, ", ") + ")"
}

// Names notes the functions of a file in a folder that get a condition, each with that
// condition.
func (e *Edits) Names(folder string, text []byte) {
	for _, m := range featureLine.FindAllIndex(text, -1) {
		fn := fnName.FindSubmatch(text[m[1]:])
		if fn == nil {
			continue
		}
		name, cond := folder+"/"+string(fn[1]), conditionOf(text[m[0]:m[1]])
		if !slices.Contains(e.conditions[name], cond) {
			e.conditions[name] = append(e.conditions[name], cond)
		}
	}
}

// features puts its condition before each attribute on a line of its own that makes a
// function use features of the processor, and before each import of such a function by
// a file beside its own: elsewhere a name may mean another.
func (e *Edits) features(folder string, text []byte) []byte {
	text = featureLine.ReplaceAllFunc(text, func(line []byte) []byte {
		return append([]byte("#[cfg("+conditionOf(line)+")] "), line...)
	})
	return importLine.ReplaceAllFunc(text, func(line []byte) []byte {
		conds := e.conditions[folder+"/"+string(importLine.FindSubmatch(line)[1])]
		if len(conds) == 0 {
			return line
		}
		return append([]byte("#[cfg(any("+strings.Join(conds, ", ")+"))] "), line...)
	})
}

var overriddenLine = regexp.MustCompile(`(?m)^[ \t]*#\[(?:cfg_attr\([\w()\t ]+,[ \t]*)?rustc_intrinsic_must_be_overridden\)?\][ \t]*$`)

// overridden takes away the mark of intrinsics without a true body, at which rustc 1.78
// stops with an internal error when it is asked for the MIR of all functions.
func overridden(text []byte) []byte { return overriddenLine.ReplaceAll(text, nil) }
