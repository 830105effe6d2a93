package cfront

import (
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// unit is one walked translation unit while it is lowered.
type unit struct {
	*libclang.Unit
	opts   *Options
	texts  *texts
	paths  []string // absolute, by file number
	rel    []string // as shown, by file number
	names  map[uint32]string
	defs   map[uint32][]libclang.Macro
	uses   map[uint32][]libclang.Macro
	ids    []string // of functions, by declaration
	broken []libclang.Diagnostic
	res    *Result

	lowered map[uint32]bool // or in the queue
	begun   map[uint32]bool
	// required are the pointers that functions follow on every way back, one bit
	// for each argument.
	required map[uint32]uint64
	// below are the fields that small functions look at below their arguments.
	below map[uint32][]fieldBelow
	// bodies and fieldWrites are what mayWrite found out.
	bodies      map[uint32]*body
	fieldWrites map[uint32]map[uint32]bool
	idles       map[uint32]bool // see idle
	readers     map[uint32]bool // see onlyReads
	// farWrites are the fields written other than by a local's name; nil until
	// findFarWrites has run.
	farWrites map[uint32]bool
	// flags are the variables that findFlags finds.
	flags    map[uint32]bool
	flagUses map[uint32]*flagUse
	queue    []uint32
}

// newUnit prepares a unit for lowering, with the paths of its files; pre is the prefix it was
// parsed behind, or nil.
func newUnit(u *libclang.Unit, paths []string, src Unit, opts *Options, t *texts, pre *Precompiled) *unit {
	l := &unit{
		Unit: u, opts: opts, texts: t, names: map[uint32]string{},
		paths: paths, rel: make([]string, len(u.Files)+1),
		defs: map[uint32][]libclang.Macro{}, uses: map[uint32][]libclang.Macro{},
		ids:     make([]string, len(u.Decls)+1),
		lowered: map[uint32]bool{}, begun: map[uint32]bool{}, required: map[uint32]uint64{}, below: map[uint32][]fieldBelow{},
		bodies: map[uint32]*body{}, fieldWrites: map[uint32]map[uint32]bool{}, idles: map[uint32]bool{}, readers: map[uint32]bool{}, flagUses: map[uint32]*flagUse{},
		res: &Result{Unit: src, Decls: map[string]*infer.Decl{}, Aliases: map[string]string{}},
	}
	same := map[string]uint32{}
	for i := range u.Files {
		l.rel[i+1] = t.intern(opts.relative(l.paths[i+1]))
		if _, ok := same[l.paths[i+1]]; !ok {
			same[l.paths[i+1]] = uint32(i + 1)
		}
	}
	for _, m := range u.Defs {
		f := same[l.paths[m.File]]
		l.defs[f] = append(l.defs[f], m)
	}
	for _, m := range u.Uses {
		f := same[l.paths[m.File]]
		l.uses[f] = append(l.uses[f], m)
	}
	if pre != nil {
		placeMacros(l.defs, pre.Defs, same)
		placeMacros(l.uses, pre.Uses, same)
	}
	for _, m := range l.uses {
		sort.Slice(m, func(i, j int) bool { return m[i].Off < m[j].Off })
	}
	// Nodes may name a file by another of its names.
	for i := range u.Nodes {
		n := &u.Nodes[i]
		if n.File != 0 {
			n.File = same[l.paths[n.File]]
		}
		if n.SFile != 0 {
			n.SFile = same[l.paths[n.SFile]]
		}
	}
	return l
}

// filesRead are the files that the unit was made from.
func (l *unit) filesRead() []string {
	files := make([]string, 0, len(l.Read))
	for _, f := range l.Read {
		if f != 0 {
			files = append(files, l.paths[f])
		}
	}
	sort.Strings(files)
	return slices.Compact(files)
}

// relative makes a path relative to the deeper of the two trees it lies in.
func (o *Options) relative(path string) string {
	best := path
	for _, root := range []string{o.SourceRoot, o.BuildRoot} {
		if root == "" {
			continue
		}
		if r, ok := strings.CutPrefix(path, strings.TrimSuffix(filepath.Clean(root), "/")+"/"); ok && len(r) < len(best) {
			best = r
		}
	}
	return best
}

func (l *unit) name(d *libclang.Decl) string {
	s, ok := l.names[d.Name]
	if !ok {
		s = l.texts.intern(l.String(d.Name))
		l.names[d.Name] = s
	}
	return s
}

func (l *unit) declPos(d *libclang.Decl) infer.Pos {
	return infer.Pos{File: l.rel[d.File], Line: int32(d.Line), Col: int32(d.Col)}
}

// funcID is the identity of a function, before versions are told apart.
func (l *unit) funcID(id uint32) string {
	if l.ids[id] == "" {
		d := l.Decl(id)
		l.ids[id] = l.name(d)
		if d.Flags&libclang.Internal != 0 || d.Flags&libclang.Inline != 0 && d.Flags&libclang.InMain == 0 && d.Flags&libclang.Defined != 0 {
			l.ids[id] = l.texts.intern(l.ids[id] + "@" + l.rel[d.File])
		}
	}
	return l.ids[id]
}

// function is the identity of a function that the code uses: it is lowered or
// declared in its turn.
func (l *unit) function(id uint32) string {
	if !l.lowered[id] {
		l.lowered[id] = true
		l.queue = append(l.queue, id)
	}
	return l.funcID(id)
}

// record names the record that a field belongs to: an unnamed one by what it
// stands in, one that only this .c file knows with the file.
func (l *unit) record(id uint32) string {
	for id != 0 {
		d := l.Decl(id)
		if d.Name != 0 {
			name := strings.TrimPrefix(strings.TrimPrefix(l.name(d), "const "), "volatile ")
			if d.Flags&libclang.InMain != 0 {
				name += "@" + l.rel[d.File]
			}
			return name
		}
		if d.Parent == 0 {
			return "struct at " + l.declPos(d).String()
		}
		id = d.Parent
	}
	return "struct"
}

// fieldSlot is the slot of a field, varSlot that of a global variable.
func (l *unit) fieldSlot(id uint32) string {
	d := l.Decl(id)
	return l.texts.intern(l.record(d.Parent) + "." + l.name(d))
}

func (l *unit) varSlot(id uint32) string {
	d := l.Decl(id)
	if d.Flags&(libclang.Internal|libclang.StaticLocal) != 0 {
		return l.name(d) + "@" + l.rel[d.File]
	}
	return l.name(d)
}

// isFuncSlot tells whether a declaration holds a function pointer, or an array
// of them.
func isFuncSlot(d *libclang.Decl) bool {
	return d.TKind == libclang.TypeFuncPtr || d.TKind == libclang.TypeArray && d.TSize == libclang.TypeFuncPtr
}

// lower lowers the functions of the main file and what they reach.
func (l *unit) lower() {
	l.findFlags()
	for i := range l.Decls {
		d := &l.Decls[i]
		if d.Kind != libclang.FunctionDecl {
			continue
		}
		if target, ok := attribute(l.attrs(d), "alias"); ok {
			l.res.Aliases[l.name(d)] = strings.Trim(target, `"`)
			continue
		}
		if d.Flags&libclang.Root != 0 {
			l.function(uint32(i + 1))
		}
	}
	for _, g := range l.Globals {
		l.globalInit(g)
	}
	l.fieldStores()
	l.lowerQueue()
	l.lowerExtra()
}

// lowerExtra lowers what the unit does for the headers that it answers for, once
// all that it needs itself is done: nothing of that may depend on it.
func (l *unit) lowerExtra() {
	funcs, decls := l.res.Funcs, l.res.Decls
	l.res.Funcs, l.res.Decls = nil, map[string]*infer.Decl{}
	for i := range l.Decls {
		if d := &l.Decls[i]; d.Kind == libclang.FunctionDecl && d.Flags&libclang.Extra != 0 {
			l.function(uint32(i + 1))
		}
	}
	l.lowerQueue()
	l.res.Extra, l.res.ExtraDecls = l.res.Funcs, l.res.Decls
	l.res.Funcs, l.res.Decls = funcs, decls
}

// lowerQueue lowers the functions that were met, and those met meanwhile.
func (l *unit) lowerQueue() {
	for len(l.queue) > 0 {
		id := l.queue[0]
		l.queue = l.queue[1:]
		d := l.Decl(id)
		if d.NodeEnd > d.Node && !l.isBroken(d) {
			l.lowerOnce(id)
			continue
		}
		if sym := l.funcID(id); l.res.Aliases[sym] == "" {
			l.res.Decls[sym] = &infer.Decl{
				Symbol: l.name(d), Pos: l.declPos(d),
				Builtin: d.Flags&libclang.Builtin != 0, NoReturn: d.Flags&libclang.NoReturn != 0,
			}
		}
	}
	sort.SliceStable(l.res.Funcs, func(i, j int) bool { return l.res.Funcs[i].ID < l.res.Funcs[j].ID })
}

// lowerOnce lowers a function unless that is done, or under way.
func (l *unit) lowerOnce(id uint32) {
	if l.begun[id] {
		return
	}
	l.begun[id] = true
	l.res.Funcs = append(l.res.Funcs, l.lowerFunc(id))
}

func (l *unit) attrs(d *libclang.Decl) string {
	if d.Attrs == 0 {
		return ""
	}
	return l.String(d.Attrs)
}

// attribute finds __attribute__((name(value))) or __attribute__((name)) in a
// printed declaration.
func attribute(text, name string) (string, bool) {
	_, rest, ok := strings.Cut(text, "__attribute__(("+name)
	if !ok || rest == "" || rest[0] != '(' && rest[0] != ')' {
		return "", false
	}
	if rest[0] == ')' {
		return "", true
	}
	value, _, _ := strings.Cut(rest[1:], ")")
	return value, true
}

// isBroken tells whether an error lies inside a function.
func (l *unit) isBroken(d *libclang.Decl) bool {
	for _, e := range l.broken {
		if l.paths[e.File] == l.paths[d.File] && e.Off >= d.Off && e.Off <= d.EOff {
			return true
		}
	}
	return false
}
