package prefix

import (
	"bytes"
	"os"
)

// outline is what matters of a file that is in no prefix: what it includes, and what
// it does to macros of the headers of others. A large tree has millions of names that
// do not matter.
type outline struct {
	// unread is set where it cannot be read.
	unread bool
	// includes are the operands of #include, as written: "<linux/mm.h>".
	includes []string
	// guarded is set where it is read once, however often it is included.
	guarded bool
	// undefined are the names of #undef.
	undefined []uint32
	// before are the names that a source defines or undefines before its last
	// #include, early the names in conditions there, and macros all definitions of
	// the former.
	before, early []uint32
	macros        []macro
}

// source is the outline of a source.
func (t *texts) source(path string) *outline {
	x := t.sources[path]
	if x == nil {
		x = t.outlineOf(path, true)
		t.sources[path] = x
	}
	return x
}

// header is the outline of a header.
func (t *texts) header(path string) *outline {
	x := t.headers[path]
	if x == nil {
		x = t.outlineOf(path, false)
		t.headers[path] = x
	}
	return x
}

func (t *texts) outlineOf(path string, source bool) *outline {
	data, err := os.ReadFile(path)
	if err != nil {
		return &outline{unread: true}
	}
	return t.outline(data, source)
}

// outline reads a file without preprocessing it: both sides of each condition count.
func (t *texts) outline(data []byte, source bool) *outline {
	x := &outline{}
	var undefined, before, early collector
	var pending struct{ before, early [][]byte } // what it is if there is another #include
	var definitions [][2][]byte
	var guard guard
	s := scanner{data: data}
	for s.line() {
		if s.directive == nil {
			continue
		}
		guard.directive(&s)
		switch string(s.directive) {
		case "include", "include_next":
			x.includes = append(x.includes, string(bytes.TrimSpace(s.text)))
			for _, b := range pending.before {
				before.add(t.names.id(b))
			}
			for _, b := range pending.early {
				early.add(t.names.id(b))
			}
			pending.before, pending.early = nil, nil
		case "define":
			if name, rest := cutIdentifier(s.text); name != nil && source {
				name, rest = bytes.Clone(name), bytes.Clone(rest)
				definitions = append(definitions, [2][]byte{name, rest})
				pending.before = append(pending.before, name)
			}
		case "undef":
			if name, _ := cutIdentifier(s.text); name != nil {
				undefined.add(t.names.id(name))
				if source {
					pending.before = append(pending.before, bytes.Clone(name))
				}
			}
		case "ifdef", "ifndef", "elifdef", "elifndef":
			if name, _ := cutIdentifier(s.text); name != nil && source {
				pending.early = append(pending.early, bytes.Clone(name))
			}
		case "if", "elif":
			if source {
				identifiers(s.text, func(b []byte, _ bool) { pending.early = append(pending.early, bytes.Clone(b)) })
			}
		}
	}
	x.undefined, x.guarded = undefined.list, guard.found
	if source {
		x.before, x.early = before.list, early.list
		for _, d := range definitions {
			if id, ok := t.names.ids[string(d[0])]; ok && before.seen[id] {
				x.macros = append(x.macros, t.macro(d[0], d[1]))
			}
		}
	}
	return x
}

// guard finds out whether a file is read once.
type guard struct {
	found bool
	n     int    // how many directives there were
	name  string // the macro of the first one
}

// directive looks at the next directive.
func (g *guard) directive(s *scanner) {
	g.n++
	switch string(s.directive) {
	case "pragma":
		g.found = g.found || string(bytes.TrimSpace(s.text)) == "once"
	case "define":
		if g.n == 2 && g.name != "" {
			name, _ := cutIdentifier(s.text)
			g.found = g.found || string(name) == g.name
		}
	case "ifndef":
		if g.n == 1 {
			name, _ := cutIdentifier(s.text)
			g.name = string(name)
		}
	case "if", "elif":
		if g.n == 1 && bytes.HasPrefix(bytes.TrimSpace(s.text), []byte("!")) {
			identifiers(s.text, func(b []byte, _ bool) {
				if g.name == "" && string(b) != "defined" {
					g.name = string(b)
				}
			})
		}
	}
}
