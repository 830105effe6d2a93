package prefix

import (
	"os"
	"path/filepath"
	"strings"
)

// Headers finds out which files units read, for trees whose build did not record that:
// it goes through the directives of the files and leaves out everything else, in a
// fiftieth of the time that parsing takes. What it finds is what to expect: where it
// says too much, the compiler notices that a prefix does not fit. The order counts, too.
type Headers struct {
	// Predefined are the macros that a compiler with these arguments defines by
	// itself, as they would be defined in a file: "NAME value".
	Predefined func(args []string) []string

	names      names
	files      map[string]*directives
	predefined map[string]*directives
	exists     map[string]bool
	found      map[lookup]string
	states     []macroState
	round      uint32
}

// lookup is a header that was looked for in some folders.
type lookup struct{ dirs, name string }

// macroState is the definition of a macro in one round, which is one unit.
type macroState struct {
	round uint32
	macro *definition
}

// NewHeaders knows no file yet.
func NewHeaders(predefined func(args []string) []string) *Headers {
	return &Headers{
		Predefined: predefined, names: names{ids: map[string]uint32{}}, files: map[string]*directives{},
		predefined: map[string]*directives{}, exists: map[string]bool{}, found: map[lookup]string{},
	}
}

// reading is the reading of one unit.
type reading struct {
	h *Headers
	// quote and angle are the folders to look for headers in; key stands for the
	// latter.
	quote, angle []string
	key          string
	dir          string // of the file at hand
	seen         map[string]bool
	out          []string
	depth, reads int
	nested       int // brackets in a condition
}

// Bounds of how deep files include each other, and how often one unit reads files.
const (
	maxDepth = 100
	maxReads = 100_000
)

// Files are the files that a unit reads, its source among them, absolute and in the
// order of their first inclusion. Headers that are not found are left out.
func (h *Headers) Files(u *Unit) []string {
	h.round++
	r := &reading{h: h, seen: map[string]bool{}}
	var define strings.Builder
	var first, other, system, after []string
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
			define.WriteString("#define " + macro + " " + body + "\n")
		case "-U":
			define.WriteString("#undef " + value + "\n")
		case "-I":
			r.angle = append(r.angle, under(u.Dir, value))
		case "-iquote":
			r.quote = append(r.quote, under(u.Dir, value))
		case "-isystem":
			system = append(system, under(u.Dir, value))
		case "-idirafter":
			after = append(after, under(u.Dir, value))
		case "-include", "-imacros":
			first = append(first, under(u.Dir, value))
		}
	}
	r.angle = append(append(r.angle, system...), after...)
	r.key = strings.Join(r.angle, "\x00")
	r.run(h.predefinedBy(other))
	r.run(h.scanDirectives([]byte(define.String())))
	for _, path := range append(first, u.File) {
		r.file(path)
	}
	return r.out
}

// predefinedBy are the compiler's own macros.
func (h *Headers) predefinedBy(args []string) *directives {
	key := strings.Join(args, "\x00")
	d := h.predefined[key]
	if d == nil {
		var text strings.Builder
		for _, m := range h.Predefined(args) {
			text.WriteString("#define " + m + "\n")
		}
		d = h.scanDirectives([]byte(text.String()))
		h.predefined[key] = d
	}
	return d
}

func (r *reading) macro(name uint32) *definition {
	if int(name) < len(r.h.states) {
		if s := &r.h.states[name]; s.round == r.h.round {
			return s.macro
		}
	}
	return nil
}

func (r *reading) setMacro(name uint32, m *definition) {
	if n := len(r.h.names.list); n > len(r.h.states) {
		r.h.states = append(r.h.states, make([]macroState, n-len(r.h.states))...)
	}
	r.h.states[name] = macroState{r.h.round, m}
}

// file reads a file.
func (r *reading) file(path string) {
	d := r.h.directivesOf(path)
	if r.reads++; d == nil || r.depth > maxDepth || r.reads > maxReads {
		return
	}
	if !r.seen[path] {
		r.seen[path] = true
		r.out = append(r.out, path)
	} else if d.once {
		return
	}
	dir := r.dir
	r.dir = filepath.Dir(path)
	r.depth++
	r.run(d)
	r.depth--
	r.dir = dir
}

// run follows directives.
func (r *reading) run(d *directives) {
	for i := 0; i < len(d.list); i++ {
		x := &d.list[i]
		switch x.kind {
		case dirInclude:
			operand := x.path
			if operand == "" {
				operand = spelled(r.expand(x.tokens))
			}
			if path, ok := r.resolve(operand); ok {
				r.file(path)
			}
		case dirDefine:
			r.setMacro(x.name, x.macro)
		case dirUndef:
			r.setMacro(x.name, nil)
		case dirIf:
			i = r.branch(d, i)
		case dirElif, dirElse: // the end of a branch that was taken
			i = x.end
		case dirEndif:
		}
	}
}

// branch is the directive with which the branch begins that is taken, of a condition
// that begins at i.
func (r *reading) branch(d *directives, i int) int {
	for i < len(d.list) {
		x := &d.list[i]
		if x.kind == dirElse || x.kind == dirEndif || r.condition(x) {
			break
		}
		i = x.next
	}
	return i
}

// resolve finds the file that an #include means by <name> or "name".
func (r *reading) resolve(operand string) (string, bool) {
	n := len(operand)
	if n < 3 {
		return "", false
	}
	name := strings.TrimSpace(operand[1 : n-1])
	switch {
	case filepath.IsAbs(name):
		return name, r.h.isFile(name)
	case operand[0] == '"':
		for _, dir := range append([]string{r.dir}, r.quote...) {
			if path := filepath.Join(dir, name); r.h.isFile(path) {
				return path, true
			}
		}
	case operand[0] != '<':
		return "", false
	}
	key := lookup{r.key, name}
	path, ok := r.h.found[key]
	if !ok {
		for _, dir := range r.angle {
			if p := filepath.Join(dir, name); r.h.isFile(p) {
				path = p
				break
			}
		}
		r.h.found[key] = path
	}
	return path, path != ""
}

func (h *Headers) isFile(path string) bool {
	is, ok := h.exists[path]
	if !ok {
		info, err := os.Stat(path)
		is = err == nil && info.Mode().IsRegular() // a pipe might never end
		h.exists[path] = is
	}
	return is
}
