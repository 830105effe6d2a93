package cfront

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// Parse lowers one translation unit. It fails where the unit cannot be parsed
// at all; where parts of it cannot, those functions are left out, and the
// diagnostics of the result say which.
func Parse(src Unit, opts Options) (*Result, error) {
	return NewSession(opts).parse(src)
}

// Session lowers units one after another, or several at a time, and keeps what
// they share: the texts of headers and the names in them.
type Session struct {
	opts  Options
	texts texts
}

// NewSession begins a session.
func NewSession(opts Options) *Session { return &Session{opts: opts} }

// Lower lowers a unit as [Parse] does.
func (s *Session) Lower(src Unit) (*Lowered, error) {
	r, err := s.parse(src)
	if err != nil {
		return nil, err
	}
	return r.lowered(), nil
}

// Lowered is a unit in compact form.
type Lowered struct {
	// Packed is [Result.Pack], and Extra what [Result.Extra] adds to it, or nil.
	Packed, Extra []byte
	// Files are the files that were read.
	Files []string
}

func (r *Result) lowered() *Lowered {
	l := &Lowered{Packed: r.Pack(), Files: r.Files}
	if len(r.Unit.Headers) > 0 {
		l.Extra = r.packExtra()
	}
	return l
}

// Name says what the outcome of lowering the unit depends on, but for the
// contents of files and the headers that it answers for.
func (u *Unit) Name(opts *Options) string {
	args, dropped := u.clean(opts.ExtraArgs)
	return strings.Join(append(append([]string{u.path(), u.Dir, strconv.Itoa(len(args))}, args...), dropped...), "\x00")
}

// answersFor tells by the name of a header whether the unit answers for it; nil
// is for none.
func (u *Unit) answersFor() func(file string) bool {
	if len(u.Headers) == 0 {
		return nil
	}
	return func(file string) bool {
		_, ok := slices.BinarySearch(u.Headers, absolute(u.Dir, file))
		return ok
	}
}

func (s *Session) parse(src Unit) (*Result, error) {
	path := src.path()
	if _, err := os.Stat(path); err != nil {
		return nil, fmt.Errorf("%s: the source file of this command line is missing: %w", s.opts.relative(path), err)
	}
	args, dropped := src.clean(s.opts.ExtraArgs)
	walked, err := libclang.Parse(path, args, libclang.Options{Dir: src.Dir, Macros: s.macros(), Header: src.answersFor()})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.opts.relative(path), err)
	}
	u := newUnit(walked, absolutePaths(nil, walked, src.Dir), src, &s.opts, &s.texts, nil)
	u.res.Dropped = dropped
	if err := u.diagnose(path); err != nil {
		return nil, err
	}
	u.lower()
	u.res.Files = u.filesRead()
	return u.res, nil
}

// diagnose turns the errors of a unit into one diagnostic; a fatal one is an error.
func (l *unit) diagnose(path string) error {
	main := l.opts.relative(path)
	for _, d := range l.Diagnostics {
		if d.Fatal {
			out := Diagnostic{Severity: Error, Pos: l.errorPos(d, main), Text: d.Text,
				Help: "build the tree so that generated headers exist, or check the command line of this file"}
			if out.Pos.File != main {
				out.Text += ", so that " + main + " is lost"
			}
			return &ParseError{out}
		}
		l.broken = append(l.broken, d)
	}
	if len(l.broken) == 0 {
		return nil
	}
	first := Diagnostic{Severity: Warning, Pos: l.errorPos(l.broken[0], main), Text: l.broken[0].Text, Help: "the function it stands in is left out"}
	if first.Pos.File != main {
		first.Text += ", in " + main
	}
	if more := len(l.broken) - 1; more > 0 {
		first.Text += fmt.Sprintf("; and %d more error%s", more, strings.Repeat("s", min(more-1, 1)))
		first.Help = "the functions they stand in are left out"
	}
	l.res.Diagnostics = append(l.res.Diagnostics, first)
	return nil
}

// errorPos is the position of an error, or the file named where it has none.
func (l *unit) errorPos(d libclang.Diagnostic, file string) infer.Pos {
	if d.File == 0 {
		return infer.Pos{File: file}
	}
	return infer.Pos{File: l.rel[d.File], Line: int32(d.Line), Col: int32(d.Col)}
}

// ParseError is the error of a unit that could not be parsed at all.
type ParseError struct{ Diagnostic Diagnostic }

func (e *ParseError) Error() string { return e.Diagnostic.String() }
