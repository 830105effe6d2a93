package main

import (
	"maps"
	"strings"
)

// scope is what the names of a file, or of all headers, stand for. Types are written
// as in C without pointers and arrays, `struct inode`, because a path through them
// reads the same.
type scope struct {
	file string
	// fields are the members of a record by name; those of a nested record without
	// a name are among them.
	fields map[string]map[string]string
	// typedefs, globals and results are the types of names, variables and what
	// functions return. macros are object-like macros.
	typedefs, globals, results, macros map[string]string
}

func newScope(file string) *scope {
	return &scope{
		file: file, fields: map[string]map[string]string{}, typedefs: map[string]string{},
		globals: map[string]string{}, results: map[string]string{}, macros: map[string]string{},
	}
}

// add takes in what another scope has and this one has not.
func (s *scope) add(other *scope) {
	fill(s.fields, other.fields)
	fill(s.typedefs, other.typedefs)
	fill(s.globals, other.globals)
	fill(s.results, other.results)
	fill(s.macros, other.macros)
}

func fill[V any](to, from map[string]V) {
	for k, v := range from {
		if _, have := to[k]; !have {
			to[k] = v
		}
	}
}

// notTypes are words of a declaration that are no part of its type.
var notTypes = map[string]bool{
	"const": true, "volatile": true, "static": true, "extern": true, "inline": true, "register": true, "typedef": true,
	"__inline": true, "__inline__": true, "signed": true, "unsigned": true, "__always_inline": true, "noinline": true,
	"__percpu": true, "__rcu": true, "__user": true, "__iomem": true, "__read_mostly": true, "__init": true, "__exit": true,
	"__must_check": true, "__maybe_unused": true, "__used": true, "__visible": true, "asmlinkage": true, "__sched": true,
	"__cacheline_aligned_in_smp": true, "____cacheline_aligned_in_smp": true, "____cacheline_aligned": true,
	"__lockfunc": true, "__pure": true, "notrace": true, "__ro_after_init": true, "__initdata": true, "__private": true,
}

// baseType is the type that a declaration begins with and where its declarators
// begin; "" where it is none that matters here.
func baseType(list []token) (string, int) {
	for i := 0; i < len(list); i++ {
		t := list[i]
		switch {
		case t.kind != word:
			return "", 0
		case t.text == "struct" || t.text == "union":
			for i++; i < len(list); i++ {
				if list[i].kind != word {
					return "", 0
				}
				if !notTypes[list[i].text] {
					return t.text + " " + list[i].text, i + 1
				}
			}
		case notTypes[t.text]:
		default:
			return t.text, i + 1
		}
	}
	return "", 0
}

// declarators are the names that are declared, up to initialisers and attributes.
func declarators(list []token) []string {
	var out []string
	for _, d := range splitAt(list, ",") {
		for i := range d {
			if d[i].kind == word && !notTypes[d[i].text] {
				out = append(out, d[i].text)
				break
			}
			if !is(d, i, "*") && d[i].kind == mark {
				break // a pointer to a function
			}
		}
	}
	return out
}

// definers are the macros that define a lock: its name is their first argument.
var definers = map[string]string{
	"DEFINE_SPINLOCK": "spinlock_t", "DEFINE_RAW_SPINLOCK": "raw_spinlock_t", "DEFINE_RWLOCK": "rwlock_t",
	"DEFINE_MUTEX": "struct mutex", "DECLARE_RWSEM": "struct rw_semaphore", "DEFINE_SEQLOCK": "seqlock_t",
	"DEFINE_STATIC_PERCPU_RWSEM": "struct percpu_rw_semaphore", "DEFINE_PERCPU_RWSEM": "struct percpu_rw_semaphore",
	"DEFINE_SRCU": "struct srcu_struct", "DEFINE_STATIC_SRCU": "struct srcu_struct",
}

// declare takes in a declaration that stands outside of functions.
func (s *scope) declare(head []token) {
	for i, t := range head {
		if base := definers[t.text]; base != "" && is(head, i+1, "(") && i+2 < len(head) {
			s.globals[head[i+2].text] = base
			return
		}
		if is(head, i, "=") {
			head = head[:i]
			break
		}
	}
	base, at := baseType(head)
	if base == "" {
		return
	}
	names := s.globals
	if is(head, 0, "typedef") {
		names = s.typedefs
	}
	for _, name := range declarators(head[at:]) {
		if _, have := names[name]; !have {
			names[name] = base
		}
	}
}

// record takes in a struct or union with the members in body, and returns what goes
// on with the declaration in place of the body: the name that was made up for it,
// if it has none.
func (s *scope) record(head, body []token) []token {
	kind := len(head) - 1
	for kind >= 0 && !is(head, kind, "struct") && !is(head, kind, "union") {
		kind--
	}
	if kind < 0 {
		return nil
	}
	name, extra := "", []token(nil)
	for _, t := range head[kind+1:] {
		if t.kind == word && !strings.HasPrefix(t.text, "__") {
			name = t.text
		}
	}
	if name == "" {
		at := head[kind]
		at.text = "<" + s.file + ":" + itoa(at.line) + ":" + itoa(len(s.fields)) + ">"
		at.kind, name, extra = word, at.text, []token{at}
	}
	// Conditionals may define a record twice.
	key := head[kind].text + " " + name
	if s.fields[key] == nil {
		s.fields[key] = map[string]string{}
	}
	fill(s.fields[key], s.members(body))
	return extra
}

// members reads the members of a record.
func (s *scope) members(body []token) map[string]string {
	out := map[string]string{}
	for _, m := range splitAt(body, ";") {
		m = withoutDocs(m)
		open := -1
		for i := range m {
			if is(m, i, "{") {
				open = i
				break
			}
		}
		if open < 0 {
			if base, at := baseType(m); base != "" {
				for _, name := range declarators(m[at:]) {
					out[name] = base
				}
			}
			continue
		}
		end := group(m, open)
		inner := m[open+1 : max(open+1, end-1)]
		extra := s.record(m[:open], inner)
		head := append(append([]token(nil), m[:open]...), extra...)
		base, _ := baseType(head)
		names := declarators(m[end:])
		if len(names) == 0 || strings.Contains(m[max(0, open-1)].text, "group") {
			maps.Copy(out, s.members(inner))
		}
		for _, name := range names {
			out[name] = base
		}
	}
	return out
}

// withoutDocs drops comments on members.
func withoutDocs(list []token) []token {
	var out []token
	for _, t := range list {
		if t.kind != docs {
			out = append(out, t)
		}
	}
	return out
}

// local is the type of a variable that a body declares, or "".
func local(body []token, name string) string {
	start := 0
	for i := 0; i <= len(body); i++ {
		if i < len(body) && !is(body, i, ";") && !is(body, i, "{") && !is(body, i, "}") {
			continue
		}
		head := withoutDocs(body[start:i])
		start = i + 1
		for j := range head {
			if is(head, j, "=") {
				head = head[:j]
				break
			}
		}
		base, at := baseType(head)
		if base == "" || at >= len(head) || statements[base] {
			continue
		}
		for _, d := range declarators(head[at:]) {
			if d == name {
				return base
			}
		}
	}
	return ""
}

// statements begin with these words, not with a type.
var statements = map[string]bool{
	"return": true, "goto": true, "if": true, "else": true, "for": true, "while": true, "do": true, "switch": true, "case": true,
}
