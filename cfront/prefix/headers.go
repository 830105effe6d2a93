package prefix

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
)

// Headers finds out which files units read, for trees whose build did not record that:
// it goes through the directives of the files and leaves out everything else, in a
// hundredth of the time that parsing takes. What it finds is what to expect: where it
// says too much, the compiler notices that a prefix does not fit. The order counts, too.
// It is safe for concurrent use.
type Headers struct {
	// Predefined are the macros that a compiler with these arguments defines by
	// itself, as they would be defined in a file: "NAME value".
	Predefined func(args []string) []string

	paths *Paths

	mu       sync.Mutex // of all below
	names    map[uint64]uint32
	sources  map[string]*source
	places   map[place]*source
	searches map[string]*search
	// texts are the directives of what the compiler and command lines define.
	texts map[string]*directives
	idle  []*scratch
}

// source is a file.
type source struct {
	path, dir string
	once      sync.Once
	// directives are nil where the file cannot be read.
	directives *directives
	id         int32
}

// place is where a header may be; dir is empty for an absolute name.
type place struct{ dir, name string }

// search are the folders to look for headers in.
type search struct{ quote, angle []string }

// scratch is what the reading of one unit needs, and the next one can use again.
type scratch struct {
	round  uint32 // one for each unit
	states []macroState
	seen   []uint32 // the round in which a file was read, by its number
	bodies map[definition]*macroBody
}

// macroState is the definition of a macro in one round.
type macroState struct {
	round uint32
	macro definition
}

// NewHeaders knows no file yet, and numbers files by paths.
func NewHeaders(predefined func(args []string) []string, paths *Paths) *Headers {
	return &Headers{
		Predefined: predefined, paths: paths, names: map[uint64]uint32{}, sources: map[string]*source{},
		places: map[place]*source{}, searches: map[string]*search{}, texts: map[string]*directives{},
	}
}

// reading is the reading of one unit.
type reading struct {
	*scratch
	h            *Headers
	search       *search
	dir          string // of the file at hand
	out          []int32
	depth, reads int
	nested       int // brackets in a condition
	// asked are the macros that a condition asked for, and unsure is set where it asked
	// for something else, too.
	asked  []askedFor
	unsure bool
}

// askedFor is a macro, and what it was defined to be.
type askedFor struct {
	name  uint32
	macro definition
}

// Bounds of how deep files include each other, and how often one unit reads files.
const (
	maxDepth = 100
	maxReads = 100_000
)

// Files are the numbers of the files that a unit reads, its source among them, in the
// order of their first inclusion. Headers that are not found are left out.
func (h *Headers) Files(u *Unit) []int32 {
	r := h.begin()
	defer h.end(r)
	var defines, first, other, quote, angle, system, after []string
	for i := 0; i < len(u.Args); i++ {
		name, value, next := option(u.Args, i)
		if name == "" {
			other = append(other, u.Args[i])
		}
		i += next
		switch name {
		case "-D":
			macro, body, ok := strings.Cut(value, "=")
			if !ok {
				body = "1"
			}
			defines = append(defines, "#define "+macro+" "+body+"\n")
		case "-U":
			defines = append(defines, "#undef "+value+"\n")
		case "-I":
			angle = append(angle, under(u.Dir, value))
		case "-iquote":
			quote = append(quote, under(u.Dir, value))
		case "-isystem":
			system = append(system, under(u.Dir, value))
		case "-idirafter":
			after = append(after, under(u.Dir, value))
		case "-include", "-imacros":
			first = append(first, under(u.Dir, value))
		}
	}
	r.search = h.searchIn(quote, append(append(angle, system...), after...))
	r.run(h.predefinedBy(other))
	for _, text := range defines {
		r.run(h.directivesIn(text, func() string { return text }))
	}
	for _, path := range append(first, u.File) {
		if f := h.lookUp(place{"", path}); f != nil {
			r.file(f)
		}
	}
	return append([]int32(nil), r.out...)
}

// begin begins the reading of a unit.
func (h *Headers) begin() *reading {
	h.mu.Lock()
	defer h.mu.Unlock()
	s := &scratch{bodies: map[definition]*macroBody{}}
	if n := len(h.idle); n > 0 {
		s, h.idle = h.idle[n-1], h.idle[:n-1]
	}
	s.round++
	return &reading{h: h, scratch: s}
}

func (h *Headers) end(r *reading) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.idle = append(h.idle, r.scratch)
}

// searchIn is the one search in these folders.
func (h *Headers) searchIn(quote, angle []string) *search {
	key := strings.Join(quote, "\x00") + "\x00\x00" + strings.Join(angle, "\x00")
	h.mu.Lock()
	defer h.mu.Unlock()
	s := h.searches[key]
	if s == nil {
		s = &search{quote, angle}
		h.searches[key] = s
	}
	return s
}

// predefinedBy are the compiler's own macros.
func (h *Headers) predefinedBy(args []string) *directives {
	return h.directivesIn(strings.Join(args, "\x00"), func() string {
		var text strings.Builder
		for _, m := range h.Predefined(args) {
			text.WriteString("#define " + m + "\n")
		}
		return text.String()
	})
}

// directivesIn are those of a text that is no file and known by key. They are the same
// ones each time, so that macros are, too.
func (h *Headers) directivesIn(key string, text func() string) *directives {
	h.mu.Lock()
	d := h.texts[key]
	h.mu.Unlock()
	if d != nil {
		return d
	}
	made := h.scanDirectives([]byte(text()))
	h.mu.Lock()
	defer h.mu.Unlock()
	if d = h.texts[key]; d == nil {
		d = made
		h.texts[key] = d
	}
	return d
}

// macro is what a name is defined to be, or none.
func (r *reading) macro(name uint32) definition {
	m := none
	if int(name) < len(r.states) && r.states[name].round == r.round {
		m = r.states[name].macro
	}
	r.asked = append(r.asked, askedFor{name, m})
	return m
}

// defined is macro where nobody needs to know who asked.
func (r *reading) defined(name uint32) bool {
	return int(name) < len(r.states) && r.states[name].round == r.round && r.states[name].macro != none
}

func (r *reading) setMacro(name uint32, m definition) {
	if int(name) >= len(r.states) {
		r.h.mu.Lock()
		n := len(r.h.names)
		r.h.mu.Unlock()
		r.states = append(r.states, make([]macroState, n+n/8+1-len(r.states))...)
	}
	r.states[name] = macroState{r.round, m}
}

// file reads a file.
func (r *reading) file(f *source) {
	r.h.read(f)
	d := f.directives
	if r.reads++; d == nil || r.depth > maxDepth || r.reads > maxReads {
		return
	}
	if n := int(f.id) + 1; n > len(r.seen) {
		r.seen = append(r.seen, make([]uint32, n+n/8-len(r.seen))...)
	}
	if r.seen[f.id] != r.round {
		r.seen[f.id] = r.round
		r.out = append(r.out, f.id)
	} else if d.once {
		return
	}
	dir := r.dir
	r.dir = f.dir
	r.depth++
	r.run(d)
	r.depth--
	r.dir = dir
}

// read reads the directives of a file.
func (h *Headers) read(f *source) {
	f.once.Do(func() {
		if data, err := os.ReadFile(f.path); err == nil {
			f.directives, f.id = h.scanDirectives(data), h.paths.ID(f.path)
		}
	})
}

// run follows directives.
func (r *reading) run(d *directives) {
	for i := 0; i < len(d.list); i++ {
		x := &d.list[i]
		switch x.kind {
		case dirInclude:
			if f := r.included(d.includes[x.at]); f != nil {
				r.file(f)
			}
		case dirDefines:
			for k := x.at; k < x.end; k++ {
				r.setMacro(d.defines[k].name, definition{d, k})
			}
		case dirUndef:
			r.setMacro(x.name, none)
		case dirDefined, dirIf:
			i = r.branch(d, i)
		case dirElif, dirElse: // the end of a branch that was taken
			i = int(x.end)
		case dirEndif:
		}
	}
}

// branch is the directive with which the branch begins that is taken, of a condition
// that begins at i.
func (r *reading) branch(d *directives, i int) int {
	for i < len(d.list) {
		x := &d.list[i]
		if x.kind == dirElse || x.kind == dirEndif {
			break
		}
		if x.kind == dirDefined && r.defined(x.name) != x.not || x.kind != dirDefined && r.condition(d.conditions[x.at]) {
			break
		}
		i = int(x.next)
	}
	return i
}

// included is the file that an #include means, or nil.
func (r *reading) included(inc *include) *source {
	if inc.operand == "" {
		return r.resolve(spelled(r.expand(inc.tokens)))
	}
	last := inc.last.Load()
	if last == nil || last.by != r.search {
		last = &resolved{r.search, r.resolve(inc.operand)}
		inc.last.Store(last)
	}
	return last.file
}

// resolve finds the file that an #include means by <name> or "name".
func (r *reading) resolve(operand string) *source {
	n := len(operand)
	if n < 3 {
		return nil
	}
	name := strings.TrimSpace(operand[1 : n-1])
	switch {
	case filepath.IsAbs(name):
		return r.h.lookUp(place{"", name})
	case operand[0] == '"':
		if f := r.h.lookUp(place{r.dir, name}); f != nil {
			return f
		}
		for _, dir := range r.search.quote {
			if f := r.h.lookUp(place{dir, name}); f != nil {
				return f
			}
		}
	case operand[0] != '<':
		return nil
	}
	for _, dir := range r.search.angle {
		if f := r.h.lookUp(place{dir, name}); f != nil {
			return f
		}
	}
	return nil
}

// lookUp is the file at a place, or nil. One that is no regular file is none: a pipe
// might never end.
func (h *Headers) lookUp(at place) *source {
	h.mu.Lock()
	defer h.mu.Unlock()
	f, ok := h.places[at]
	if ok {
		return f
	}
	path := at.name
	if at.dir != "" {
		path = filepath.Join(at.dir, at.name)
	}
	if f, ok = h.sources[path]; !ok {
		if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
			f = &source{path: path, dir: filepath.Dir(path)}
		}
		h.sources[path] = f
	}
	h.places[at] = f
	return f
}
