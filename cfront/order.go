package cfront

import (
	"fmt"
	"math"
	"path/filepath"
	"slices"

	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
)

// absolutePaths are the files of a unit, by number; that of 0 is "". Those that are known
// already are the first ones.
func absolutePaths(known []string, u *libclang.Unit, dir string) []string {
	if len(known) == 0 {
		known = make([]string, 1, len(u.Files)+1)
	}
	for _, name := range u.Files[len(known)-1:] {
		if !filepath.IsAbs(name) {
			name = filepath.Join(dir, name)
		}
		known = append(known, filepath.Clean(name))
	}
	return known
}

// orderOf is in which order the files of a unit include each other, as far as it was
// walked.
func orderOf(u *libclang.Unit, paths []string) *prefix.Order {
	o := &prefix.Order{}
	for _, inc := range u.Includes {
		if inc.To == 0 {
			continue // it was not found
		}
		from := prefix.CommandLine
		if inc.From != 0 {
			from = o.Number(paths[inc.From])
		}
		o.Includes = append(o.Includes, prefix.Include{From: from, To: o.Number(paths[inc.To]), Off: inc.Off})
	}
	return o
}

// demand is what a reference asks of the order of files; ok is false where that is nothing.
func demand(o *prefix.Order, r *libclang.Ref, paths []string) (d prefix.Demand, ok bool) {
	place := func(file, off uint32) (p prefix.Place, ok bool) {
		if file == 0 {
			return p, false
		}
		id, ok := o.Find(paths[file])
		return prefix.Place{File: id, Off: off}, ok
	}
	at, ok1 := place(r.File, r.Off)
	to, ok2 := place(r.To, r.ToOff)
	alt, ok3 := place(r.Alt, r.AltOff)
	if !ok3 {
		alt = to
	}
	return prefix.Demand{Place: at, Needs: to, Or: alt, Text: r.Text != 0, Assembly: at}, ok1 && ok2 && at.File != to.File && at.File != alt.File
}

// allRefs asks for what all files of a unit need of each other.
func allRefs(u *libclang.Unit) []uint32 {
	return slices.Repeat([]uint32{math.MaxUint32}, len(u.Files))
}

// reading is the order in which a unit reads its files, if not behind a prefix.
type reading struct {
	p     *Precompiled
	texts *texts
	dir   string
	path  string   // of the source
	paths []string // by number
	order *prefix.Order
	clock *prefix.Clock
	// prefixed are the files of the prefix, until is up to which offset each other one is read
	// before the last of them, and read are all files read before that, in order.
	prefixed map[int32]bool
	until    map[int32]uint32
	read     []int32
}

// refs finds out in which order the unit reads its files, and asks for what those need that are
// read before all of the prefix.
func (x *reading) refs(u *libclang.Unit) []uint32 {
	x.paths = absolutePaths(nil, u, x.dir)
	own := orderOf(u, x.paths)
	own.Includes = slices.DeleteFunc(own.Includes, func(inc prefix.Include) bool { return inc.From == prefix.CommandLine })
	x.order = x.p.Order.Clone()
	x.order.Add(own)
	x.clock = x.order.Clock(x.order.Number(x.path))
	x.prefixed, x.until = map[int32]bool{}, map[int32]uint32{}
	last := int32(0)
	for _, f := range x.p.Compiled.Files {
		if id, ok := x.order.Find(f); ok && x.clock.Reads(id) {
			x.prefixed[id] = true
			last = max(last, x.clock.End(id))
		}
	}
	x.read = x.clock.Before(last + 1)
	for _, id := range x.read {
		if !x.prefixed[id] {
			x.until[id] = x.clock.Until(id, last)
		}
	}
	out := make([]uint32, len(u.Files))
	for i, path := range x.paths[1:] {
		if id, ok := x.order.Find(path); ok {
			out[i] = x.until[id]
		}
	}
	return out
}

// judge fails where the order matters.
func (x *reading) judge(u *libclang.Unit) error {
	for _, f := range x.p.Compiled.Files {
		if id, ok := x.order.Find(f); !ok || !x.clock.Reads(id) {
			return fmt.Errorf("%w: %s is not included", ErrUnfit, f)
		}
	}
	x.paths = absolutePaths(x.paths, u, x.dir)
	late := &OrderError{}
	check := func(d *prefix.Demand) {
		if x.clock.Keeps(d) || d.Text && !reaches(u, x.paths, x.order.Files[d.Assembly.File], d.Assembly.Off) {
			return
		}
		e := prefix.Early{File: x.order.Files[d.Place.File], Needs: x.order.Files[d.Needs.File], Or: x.order.Files[d.Or.File]}
		late.Why = e.File + " is read before " + e.Needs
		if !d.Text && !slices.Contains(late.Early, e) {
			late.Early = append(late.Early, e)
		}
	}
	for i := range x.order.Demands {
		check(&x.order.Demands[i])
	}
	for i := range u.Refs {
		if d, ok := demand(x.order, &u.Refs[i], x.paths); ok && x.prefixed[d.Needs.File] {
			check(&d)
		}
	}
	if late.Why != "" {
		return late
	}
	return x.passing()
}

// passing fails where a file that is read before all of the prefix names a macro that the prefix
// undefines.
func (x *reading) passing() error {
	if len(x.order.Passing) == 0 {
		return nil
	}
	names := map[string]bool{}
	for _, name := range x.order.Passing {
		names[name] = true
	}
	for id, until := range x.until {
		file := x.order.Files[id]
		text, err := x.texts.read(file)
		if err != nil || prefix.Mentions([]byte(text[:min(uint64(until), uint64(len(text)))]), names) {
			return &OrderError{Why: file + " names a macro that is undefined later"}
		}
	}
	return nil
}

// reading is what the unit read, and the macros that clash with those of the prefix.
func (x *reading) reading(u *libclang.Unit) *prefix.Reading {
	r := &prefix.Reading{}
	for _, id := range x.read {
		if file := x.order.Files[id]; file != x.path {
			r.Files = append(r.Files, file)
		}
	}
	for _, c := range u.Clashes {
		// What the command line defines was compared when the prefix was chosen.
		if file := x.paths[c.File]; slices.Contains(r.Files, file) {
			r.Clashes = append(r.Clashes, prefix.Clash{File: file, Name: u.String(c.Name)})
		}
	}
	return r
}

// reaches tells whether a unit reaches the inline assembly that stands at a place.
func reaches(u *libclang.Unit, paths []string, file string, off uint32) bool {
	return slices.ContainsFunc(u.Nodes, func(n libclang.Node) bool {
		return n.Kind == libclang.AsmStmt && n.Off == off && paths[n.File] == file
	})
}
