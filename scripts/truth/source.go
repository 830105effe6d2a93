package main

import (
	"strings"
)

// source is what one C file declares.
type source struct {
	name      string // relative to the tree
	functions []*function
	scope     *scope
}

// function is a declaration or definition of a function.
type function struct {
	file   string
	line   int // of the name
	name   string
	static bool
	// result is the type returned, params are the parameters by name.
	result string
	params map[string]string
	// marks are sparse's context annotations in the order written.
	marks []annotation
	// doc is the kernel-doc before it, without the comment's frame, or nil.
	doc *comment
	// body is what stands between the braces, nil for a declaration.
	body    []token
	defined bool
}

// annotation is one of sparse's attributes: `__acquires(x)` has the kind acquires
// and the lock x.
type annotation struct {
	kind string
	lock []token
}

// comment is a kernel-doc comment.
type comment struct {
	line int
	// name is what it documents.
	name string
	// text are its lines, without the stars.
	text []string
}

// annotations are the attributes of sparse that say which locks are held.
var annotations = map[string]string{
	"__acquires": "acquires", "__releases": "releases", "__must_hold": "must_hold", "__cond_acquires": "cond_acquires",
}

// readSource reads a C file.
func readSource(name, text string) *source {
	list, macros := tokens(text)
	s := &source{name: name, scope: newScope(name)}
	s.scope.macros = macros
	r := &reader{source: s, list: list}
	for r.pos < len(r.list) {
		r.external()
	}
	return s
}

// reader walks the external declarations of a file.
type reader struct {
	*source
	list []token
	pos  int
	doc  *comment
}

// external reads one declaration at the outermost level: up to a semicolon, or to
// the end of a body. A brace at the beginning of a line ends whatever was open,
// because conditionals may hold a bracket twice.
func (r *reader) external() {
	start := r.pos
	var head []token
	for r.pos < len(r.list) {
		t := r.list[r.pos]
		switch {
		case t.kind == docs:
			if len(head) == 0 {
				r.doc = readComment(t)
			}
			r.pos++
		case is(r.list, r.pos, ";"):
			r.pos++
			r.declare(head)
			return
		case is(r.list, r.pos, "}"):
			r.pos++
			return
		case is(r.list, r.pos, "{"):
			end := r.bodyEnd(r.pos)
			body := r.list[min(r.pos+1, end):max(r.pos+1, end-1)]
			r.pos = end
			if f := newFunction(r.name, head); f != nil && !isRecord(head) {
				f.body, f.defined = body, true
				r.found(f)
				return
			}
			// A record, whose name or variables may follow.
			head = append(head, r.scope.record(head, body)...)
		case t.kind == mark && (t.text == "(" || t.text == "["):
			end := group(r.list, r.pos)
			head = append(head, r.list[r.pos:end]...)
			r.pos = end
		default:
			head = append(head, t)
			r.pos++
		}
	}
	if r.pos == start {
		r.pos++
	}
}

// bodyEnd is the index behind the brace that closes the one at i.
func (r *reader) bodyEnd(i int) int {
	depth := 0
	for j := i; j < len(r.list); j++ {
		switch {
		case is(r.list, j, "{"):
			depth++
		case is(r.list, j, "}"):
			if depth--; depth == 0 || r.list[j].first {
				return j + 1
			}
		}
	}
	return len(r.list)
}

// isRecord tells whether the brace behind head opens a struct, union or enum, or an
// initialiser.
func isRecord(head []token) bool {
	for i := max(0, len(head)-2); i < len(head); i++ {
		switch head[i].text {
		case "struct", "union", "enum", "=":
			return true
		}
	}
	for i := 0; i < len(head); i++ {
		switch {
		case is(head, i, "("):
			i = group(head, i) - 1
		case is(head, i, "="):
			return true
		}
	}
	return false
}

// declare takes in a declaration without a body.
func (r *reader) declare(head []token) {
	if f := newFunction(r.name, head); f != nil && !isRecord(head) && !is(head, 0, "typedef") {
		r.found(f)
	} else {
		r.doc = nil
	}
	r.scope.declare(head)
}

// found adds a function, with the comment before it if that is its own.
func (r *reader) found(f *function) {
	// The profiling of allocations renamed functions that are documented by their
	// old name.
	if r.doc != nil && (r.doc.name == f.name || r.doc.name+"_noprof" == f.name) {
		f.doc = r.doc
	}
	r.doc = nil
	r.functions = append(r.functions, f)
	r.scope.results[f.name] = f.result
}

// attributes look like calls in front of a function's name or behind its parameters.
var attributes = map[string]bool{
	"__attribute__": true, "__attribute": true, "__printf": true, "__scanf": true, "__malloc": true, "__alloc_size": true,
	"__aligned": true, "__section": true, "__assume_aligned": true, "__realloc_size": true, "__no_sanitize": true,
	"__nonstring": true, "__alias": true, "__diag_ignore": true, "__asm__": true, "asm": true, "__ref": true,
	"typeof": true, "__typeof__": true, "__typeof": true, "sizeof": true, "_Static_assert": true, "static_assert": true,
	"__no_context_analysis": true, "__bpf_kfunc": true, "__cold": true, "__diagnose_as": true, "__copy": true,
}

// newFunction reads the head of a function, nil where it is none.
func newFunction(file string, head []token) *function {
	for i := 1; i+1 < len(head); i++ {
		t := head[i]
		if t.kind != word || !is(head, i+1, "(") || attributes[t.text] || annotations[t.text] != "" {
			if is(head, i, "(") {
				i = group(head, i) - 1
			}
			continue
		}
		if prev := head[i-1]; prev.kind != word && prev.text != "*" && prev.text != ")" {
			return nil
		}
		end := group(head, i+1)
		f := &function{file: file, line: t.line, name: t.text, params: map[string]string{}}
		for _, h := range head[:i] {
			f.static = f.static || h.text == "static"
		}
		f.result, _ = baseType(head[:i])
		for _, p := range splitAt(head[i+2:max(i+2, end-1)], ",") {
			if base, at := baseType(p); base != "" {
				for _, d := range declarators(p[at:]) {
					f.params[d] = base
				}
			}
		}
		f.marks = append(readMarks(head[:i]), readMarks(head[end:])...)
		return f
	}
	return nil
}

// readMarks reads the annotations among attributes. One may name several locks.
func readMarks(list []token) []annotation {
	var out []annotation
	for i := 0; i+1 < len(list); i++ {
		kind := annotations[list[i].text]
		if kind == "" || !is(list, i+1, "(") {
			continue
		}
		end := group(list, i+1)
		for _, lock := range splitAt(list[i+2:max(i+2, end-1)], ",") {
			out = append(out, annotation{kind, lock})
		}
		i = end - 1
	}
	return out
}

// readComment takes off the frame of a kernel-doc comment.
func readComment(t token) *comment {
	text := strings.TrimSuffix(strings.TrimPrefix(t.text, "/**"), "*/")
	c := &comment{line: t.line}
	for line := range strings.SplitSeq(text, "\n") {
		line = strings.TrimLeft(line, " \t")
		line = strings.TrimPrefix(line, "*")
		c.text = append(c.text, strings.TrimRight(line, " \t\r"))
	}
	for _, line := range c.text {
		line = strings.TrimPrefix(strings.TrimSpace(line), "function ")
		n := 0
		for n < len(line) && isWord(line[n]) {
			n++
		}
		if n > 0 {
			c.name = line[:n]
			break
		}
		if line != "" {
			break
		}
	}
	return c
}
