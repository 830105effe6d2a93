package cfront

import (
	"fmt"
	"os"
	"sort"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// Parse lowers one translation unit. It fails where the unit cannot be parsed
// at all; where parts of it cannot, those functions are left out, and the
// diagnostics of the result say which.
func Parse(src Unit, opts Options) (*Result, error) {
	return parse(src, &opts, &texts{})
}

func parse(src Unit, opts *Options, t *texts) (*Result, error) {
	path := src.path()
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: the source file of this command line is missing: %w", opts.relative(path), err)
	}
	args, dropped := src.clean(opts.ExtraArgs)
	macros := make([]string, 0, len(opts.Macros))
	for m, on := range opts.Macros {
		if on {
			macros = append(macros, m)
		}
	}
	sort.Strings(macros)
	walked, err := libclang.Parse(path, args, macros, opts.AllHeaders)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", opts.relative(path), err)
	}
	u := newUnit(walked, src, opts, t)
	u.res.Dropped = dropped
	if err := u.diagnose(path); err != nil {
		return nil, err
	}
	u.lower()
	return u.res, nil
}

// diagnose turns the errors of a unit into diagnostics; a fatal one is an error.
func (l *unit) diagnose(path string) error {
	for _, d := range l.Diagnostics {
		pos := infer.Pos{File: l.opts.relative(path), Line: 0}
		if d.File != 0 {
			pos = infer.Pos{File: l.rel[d.File], Line: int32(d.Line), Col: int32(d.Col)}
		}
		if d.Fatal {
			return &ParseError{Diagnostic{Severity: Error, Pos: pos, Text: d.Text,
				Help: "build the tree so that generated headers exist, or check the command line of this file"}}
		}
		l.broken = append(l.broken, d)
		l.res.Diagnostics = append(l.res.Diagnostics, Diagnostic{Severity: Warning, Pos: pos, Text: d.Text,
			Help: "the function it stands in is left out"})
	}
	return nil
}

// ParseError is the error of a unit that could not be parsed at all.
type ParseError struct{ Diagnostic Diagnostic }

func (e *ParseError) Error() string { return e.Diagnostic.String() }
