package mono

import (
	"strings"

	"preemptck/rustfront/items"
)

// What a name is wanted for: the same name may be a type and a value.
type space uint8

const (
	wantType space = iota
	wantValue
)

// Lookup follows names from the root of a crate through modules and re-exports.
// It returns the path of the definition that the longest known prefix means, and
// the number of names used; the rest are names inside that item. A path of no
// known beginning uses no names.
func (w *World) Lookup(crate string, names []string, want space) (string, int) {
	if len(names) == 0 {
		return "", 0
	}
	start, i := crate, 0
	switch first := names[0]; {
	case first == "crate":
		i = 1
	case w.defines(crate, first):
	case w.crates[first] != nil:
		start, i = first, 1
	case (first == "std" || first == "alloc") && w.crates["core"] != nil:
		start, i = "core", 1
	}
	cur := start
	for i < len(names) {
		if w.module(cur) == nil {
			break
		}
		next := w.member(cur, names[i], i+1 < len(names), want, nil)
		if next == "" {
			break
		}
		cur = next
		i++
	}
	if cur == start && i == 0 {
		return "", 0
	}
	return cur, i
}

func (w *World) defines(crate, name string) bool {
	m := w.module(crate)
	return m != nil && (len(m.Names[name]) > 0 || w.member(crate, name, false, wantType, nil) != "" || w.anonymous(crate, name))
}

// anonymous tells whether the name is the `_` of `const _: () = {}`.
func (w *World) anonymous(module, name string) bool { return name == "_" && w.module(module) != nil }

// member finds a name in a module: what is defined or imported by name wins over
// globs. inner is set where more names follow.
func (w *World) member(module, name string, inner bool, want space, seen map[string]bool) string {
	m := w.module(module)
	if m == nil || seen[module] {
		return ""
	}
	if seen == nil {
		seen = map[string]bool{}
	}
	seen[module] = true
	best, rank := "", -1
	for _, target := range m.Names[name] {
		target = w.real(target, map[string]bool{})
		if r := w.rank(target, inner, want); r > rank {
			best, rank = target, r
		}
	}
	if best != "" {
		return best
	}
	for _, g := range m.Globs {
		g = w.real(g, map[string]bool{})
		if a := w.Adt(g); a != nil {
			for _, v := range a.Variants {
				if v.Name == name {
					return g + "::" + name
				}
			}
			continue
		}
		if t := w.member(g, name, inner, want, seen); t != "" {
			return t
		}
	}
	return ""
}

// real follows a target that is itself a visible path to its definition.
func (w *World) real(target string, seen map[string]bool) string {
	if seen[target] || w.known(target) {
		return target
	}
	seen[target] = true
	names := strings.Split(target, "::")
	if len(names) < 2 {
		return target
	}
	parent := w.real(strings.Join(names[:len(names)-1], "::"), seen)
	m := w.module(parent)
	if m == nil {
		return target
	}
	last := names[len(names)-1]
	for _, t := range m.Names[last] {
		if t != target {
			return w.real(t, seen)
		}
	}
	for _, g := range m.Globs {
		if t := w.real(g+"::"+last, seen); w.known(t) {
			return t
		}
	}
	return target
}

func (w *World) known(path string) bool {
	c := w.crates[crateOf(path)]
	return c != nil && (c.Modules[path] != nil || c.Adts[path] != nil || c.Traits[path] != nil ||
		c.Aliases[path] != nil || c.Fns[path] != nil || c.Consts[path] != nil)
}

func (w *World) rank(path string, inner bool, want space) int {
	c := w.crates[crateOf(path)]
	if c == nil {
		return 0
	}
	switch {
	case c.Modules[path] != nil:
		if inner {
			return 3
		}
		return 1
	case c.Adts[path] != nil, c.Aliases[path] != nil, c.Traits[path] != nil:
		if inner || want == wantType {
			return 2
		}
		return 1
	case c.Fns[path] != nil, c.Consts[path] != nil:
		if !inner && want == wantValue {
			return 2
		}
		return 1
	}
	return 0
}

// Only is the path of the item of all crates that alone bears a name, or "". A name
// that more names follow is one of a type or trait.
func (w *World) Only(name string, inner bool) string {
	if w.lastNames == nil {
		w.lastNames = map[string][]string{}
		for _, crate := range w.Crates() {
			w.nameItems(w.crates[crate])
		}
	}
	found := ""
	for _, path := range w.lastNames[name] {
		if inner && w.Adt(path) == nil && w.Trait(path) == nil && w.alias(path) == nil {
			continue
		}
		if found != "" {
			return ""
		}
		found = path
	}
	return found
}

// nameItems enters the items of a crate that have a path from outside.
func (w *World) nameItems(c *items.Crate) {
	paths := map[string]bool{}
	enter := func(path string) {
		if !paths[path] && !strings.Contains(path, "::_::") {
			paths[path] = true
			w.lastNames[lastSeg(path)] = append(w.lastNames[lastSeg(path)], path)
		}
	}
	for path := range c.Adts {
		enter(path)
	}
	for path := range c.Traits {
		enter(path)
	}
	for path := range c.Aliases {
		enter(path)
	}
	for path := range c.Fns {
		enter(path)
	}
	for path := range c.Consts {
		enter(path)
	}
}
