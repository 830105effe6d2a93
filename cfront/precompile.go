package cfront

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
	"preemptck/infer"
	"preemptck/internal/wire"
)

// Precompiled is a prefix of headers that was parsed once, for many units. See
// package prefix. Its fields can be handed to another process.
type Precompiled struct {
	prefix.Prefix
	prefix.Compiled
	// Path is the precompiled header.
	Path string
	// Behind is the precompiled header that it was made behind, "" if there is none.
	// What that has is not said again; see [Precompiled.Inherit].
	Behind string
	// Order is in which order its files were read, and where that matters; see
	// [prefix.Planner.Order].
	Order prefix.Order
	// Defs and Uses are those of the primitives.
	Defs, Uses []FileMacro
	// Cleanups are the functions that cleanup attributes may name.
	Cleanups []string
	// Functions are the names of the functions that each header defines.
	Functions map[string][]string
	// Active are hashes of the names that have a say in what the headers mean.
	Active []uint64
	// Packed is what the headers define for their own sake: what every unit that
	// includes them has.
	Packed []byte

	result *Result
}

// FileMacro is a macro in a file known by its path.
type FileMacro struct {
	File  string
	Macro libclang.Macro
}

// ErrUnfit says that a unit has to be parsed without a prefix.
var ErrUnfit = errors.New("the prefix does not fit")

// OrderError says that a unit reads headers in another order than the prefix, which might make
// a difference: it may do with another prefix.
type OrderError struct {
	Why string // one reason
	// Early is all that will not do for others either.
	Early []prefix.Early
}

func (e *OrderError) Error() string { return "the prefix has another order: " + e.Why }

// PlanUnit is what planning needs to know of a unit that is expected to read
// these files besides its source.
func (u *Unit) PlanUnit(opts *Options, files []int32) prefix.Unit {
	args, _ := u.clean(opts.ExtraArgs)
	return prefix.Unit{File: u.path(), Dir: u.Dir, Args: args, Files: files}
}

// Precompile parses the headers of a prefix behind those of another, which may be nil,
// and writes the precompiled header to path. The exposed are macros of the other; see
// [prefix.Planner.Exposed]. It fails where the headers have errors.
func (s *Session) Precompile(x prefix.Prefix, path string, behind *Precompiled, exposed []string) (*Precompiled, error) {
	var text strings.Builder
	for _, m := range exposed {
		fmt.Fprintf(&text, "#pragma push_macro(%q)\n#pragma pop_macro(%q)\n", m, m)
	}
	for _, h := range x.Headers {
		fmt.Fprintf(&text, "#include %s\n", h)
	}
	source := path + ".h"
	if err := os.WriteFile(source, []byte(text.String()), 0o600); err != nil {
		return nil, fmt.Errorf("precompiling headers: %w", err)
	}
	p := &Precompiled{Prefix: x, Path: path, Functions: map[string][]string{}}
	known := map[string]bool{source: true}
	args := append([]string{"-xc-header"}, x.Args...)
	if behind != nil {
		// The definitions are the same; see prefix.Prefix.
		args, _ = prefix.Rest(&behind.Prefix, args)
		args = append(args, "-include-pch", behind.Path)
		p.Behind = behind.Path
		for _, f := range behind.Compiled.Files {
			known[f] = true
		}
	}
	walked, err := libclang.Parse(source, args, libclang.Options{Dir: x.Dir, Macros: s.macros(), Save: path, Own: behind != nil, Refs: allRefs})
	if err != nil {
		return nil, fmt.Errorf("precompiling headers: %w", err)
	}
	unit := Unit{File: source, Dir: x.Dir}
	l := newUnit(walked, absolutePaths(nil, walked, x.Dir), unit, &s.opts, &s.texts, behind)
	for _, d := range walked.Diagnostics {
		return nil, fmt.Errorf("precompiling headers: %s: %s", l.errorPos(d, source), d.Text)
	}
	if behind != nil && len(walked.Lost) > 0 {
		return nil, fmt.Errorf("precompiling headers: the function %s that an attribute names was not found", walked.String(walked.Lost[0]))
	}
	l.lower()
	p.Packed = l.res.Pack()
	p.Compiled.Files = slices.DeleteFunc(l.filesRead(), func(f string) bool { return known[f] })
	p.Order = *orderOf(walked, l.paths)
	for i := range walked.Refs {
		if d, ok := demand(&p.Order, &walked.Refs[i], l.paths); ok {
			p.Order.Demands = append(p.Order.Demands, d)
		}
	}
	for _, a := range walked.Assembly {
		if file, ok := p.Order.Find(l.paths[a.File]); ok {
			p.Order.Assembly = append(p.Order.Assembly, prefix.Extent{Place: prefix.Place{File: file, Off: a.Off}, End: a.EndOff})
		}
	}
	if behind == nil {
		first := p.Order.Clock()
		for _, f := range p.Compiled.Files {
			if id, ok := p.Order.Find(f); ok && first.Reads(id) {
				p.First = append(p.First, f)
			}
		}
	}
	p.Skipped = slices.DeleteFunc(skipped(walked, l.paths), func(r prefix.Range) bool { return known[r.File] })
	for _, list := range []struct {
		to   *[]FileMacro
		from []libclang.Macro
	}{{&p.Defs, walked.Defs}, {&p.Uses, walked.Uses}} {
		for _, m := range list.from {
			*list.to = append(*list.to, FileMacro{l.paths[m.File], m})
		}
	}
	for _, c := range walked.Cleanups {
		p.Cleanups = append(p.Cleanups, l.String(c))
	}
	for i := range walked.Definitions {
		d := &walked.Definitions[i]
		h := l.paths[d.File]
		p.Functions[h] = append(p.Functions[h], l.String(d.Name))
	}
	slices.Sort(p.Cleanups)
	p.Cleanups = slices.Compact(p.Cleanups)
	return p, nil
}

// Inherit takes in what the prefix has that this one was made behind, which has
// inherited before.
func (p *Precompiled) Inherit(behind *Precompiled) error {
	if err := behind.unpack(); err != nil {
		return err
	}
	if err := p.unpack(); err != nil {
		return err
	}
	p.result.join(behind.result)
	p.First = behind.First
	p.Compiled.Files = slices.Concat(behind.Compiled.Files, p.Compiled.Files)
	p.Defs, p.Uses = slices.Concat(behind.Defs, p.Defs), slices.Concat(behind.Uses, p.Uses)
	p.Cleanups = slices.Compact(slices.Sorted(slices.Values(slices.Concat(behind.Cleanups, p.Cleanups))))
	order := behind.Order.Clone()
	order.Add(&p.Order)
	p.Order = *order
	own := p.Functions
	p.Functions = maps.Clone(behind.Functions)
	for file, list := range own {
		p.Functions[file] = slices.Concat(p.Functions[file], list)
	}
	return nil
}

// unpack reads what the headers define for their own sake.
func (p *Precompiled) unpack() error {
	if p.result != nil {
		return nil
	}
	var err error
	p.result, err = whole(p.Packed)
	return err
}

// Settle notes which names have a say in what the headers of the prefix mean.
func (p *Precompiled) Settle(names []string) {
	p.Active = nil
	for _, n := range names {
		p.Active = append(p.Active, libclang.Hash(n))
	}
	slices.Sort(p.Active)
}

// LowerBehind lowers a unit behind a prefix. The outcome is that of [Session.Lower]
// unless what it read does not suit the prefix; see [prefix.Planner.Suits]. It fails with
// ErrUnfit where the unit has errors, which may be the prefix's fault, or does not include all
// its headers, and with an [OrderError] where it reads them in another order.
func (s *Session) LowerBehind(p *Precompiled, src Unit) (unit *Lowered, read *prefix.Reading, err error) {
	if err := p.unpack(); err != nil {
		return nil, nil, err
	}
	path := src.path()
	all, dropped := src.clean(s.opts.ExtraArgs)
	args, between := prefix.Rest(&p.Prefix, all)
	args = append(args, "-include-pch", p.Path, "-include", libclang.AfterName)
	x := &reading{p: p, texts: &s.texts, dir: src.Dir, path: path}
	walked, err := s.parseBehind(x, src, args, between, nil)
	if err == nil && len(walked.Lost) > 0 {
		// Functions that no macro made: declared in the prefix, if anywhere.
		var lost []string
		for _, name := range walked.Lost {
			lost = append(lost, walked.String(name))
		}
		walked, err = s.parseBehind(x, src, args, between, lost)
	}
	switch {
	case err != nil:
		return nil, nil, err
	case len(walked.Lost) > 0:
		return nil, nil, fmt.Errorf("%w: the function %s that an attribute names was not found", ErrUnfit, walked.String(walked.Lost[0]))
	}
	if err := x.judge(walked); err != nil {
		return nil, nil, err
	}
	l := newUnit(walked, x.paths, src, &s.opts, &s.texts, p)
	l.lower()
	l.res.Dropped = dropped
	l.res.join(p.result)
	files := append(slices.DeleteFunc(l.filesRead(), func(f string) bool { return f == libclang.AfterName }), p.Compiled.Files...)
	slices.Sort(files)
	l.res.Files = slices.Compact(files)
	return l.res.lowered(), x.reading(walked), nil
}

// parseBehind parses a unit behind a prefix, whose functions with these names are to
// be found, too.
func (s *Session) parseBehind(x *reading, src Unit, args []string, between string, names []string) (*libclang.Unit, error) {
	walked, err := libclang.Parse(x.path, args, libclang.Options{
		Dir: src.Dir, Macros: s.macros(), Header: src.answersFor(), Own: true, After: x.p.naming(src.Headers, names) + between, Active: x.p.Active,
		Refs: x.refs,
	})
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrUnfit, err)
	case len(walked.Diagnostics) > 0:
		return nil, fmt.Errorf("%w: %s", ErrUnfit, walked.Diagnostics[0].Text)
	}
	return walked, nil
}

// naming is the function by which a unit finds functions of the prefix: those for
// cleanups, those of headers that the unit answers for, and some others.
func (p *Precompiled) naming(headers, names []string) string {
	var text strings.Builder
	text.WriteString("static inline void preemptck_cleanups(void) {")
	for _, c := range slices.Concat(p.Cleanups, names) {
		text.WriteString(" (void)" + c + ";")
	}
	for _, h := range headers {
		for _, f := range p.Functions[h] {
			text.WriteString(" (void)" + f + ";")
		}
	}
	text.WriteString(" }\n")
	return text.String()
}

// whole reads a packed unit with all its functions.
func whole(packed []byte) (*Result, error) {
	u, err := unpack(packed, wire.Interner{})
	if err != nil {
		return nil, err
	}
	for _, f := range u.funcs {
		u.Funcs = append(u.Funcs, f.body.Func())
		if err := f.body.Err(); err != nil {
			return nil, err
		}
	}
	return &u.Result, nil
}

// join adds what another part of the same unit has.
func (r *Result) join(other *Result) {
	have, extra := map[string]bool{}, map[string]*infer.Func{}
	for _, f := range r.Funcs {
		have[f.ID] = true
	}
	for _, f := range r.Extra {
		extra[f.ID] = f
	}
	for _, f := range other.Funcs {
		if !have[f.ID] {
			have[f.ID] = true
			r.Funcs = append(r.Funcs, f)
			delete(extra, f.ID)
		}
	}
	r.Extra = slices.DeleteFunc(r.Extra, func(f *infer.Func) bool { return extra[f.ID] == nil })
	for sym, to := range other.Aliases {
		if r.Aliases[sym] == "" {
			r.Aliases[sym] = to
		}
	}
	for _, decls := range []map[string]*infer.Decl{r.Decls, other.Decls} {
		for sym, d := range decls {
			if r.Decls[sym] == nil {
				r.Decls[sym] = d
			}
			if have[sym] || r.Aliases[sym] != "" {
				delete(r.Decls, sym)
			}
		}
	}
	for sym := range r.Decls {
		delete(r.ExtraDecls, sym)
	}
	r.Inits = append(r.Inits, other.Inits...)
	for slot, b := range other.Fields {
		all := r.Fields[slot]
		r.Fields[slot] = infer.FieldBits{Mask: all.Mask | b.Mask, Unknown: all.Unknown || b.Unknown}
	}
}

// macros are the names of the primitives that are macros, sorted.
func (s *Session) macros() []string {
	var list []string
	for _, m := range sortedKeys(s.opts.Macros) {
		if s.opts.Macros[m] {
			list = append(list, m)
		}
	}
	return list
}

// placeMacros puts macros where a unit looks for them: by file number.
func placeMacros(to map[uint32][]libclang.Macro, list []FileMacro, same map[string]uint32) {
	for _, m := range list {
		if f, ok := same[m.File]; ok {
			x := m.Macro
			x.File = f
			to[f] = append(to[f], x)
		}
	}
}
