// Package mono finds out what a call in generic MIR means once the generics are
// known: which impl block, which body, with which types. In go the items of each
// crate (package items) and its MIR bodies; out comes an [Inst], a body together
// with the types of its parameters.
//
// Nothing here is told about any particular trait or type but those that the
// language itself knows: closures and function items implement the Fn traits,
// Copy and Clone of tuples, Sized, Drop, and the types that drop nothing.
//
// # Direction of error
//
// A call that cannot be resolved is an error that says why; nothing is guessed
// between several candidates unless one of them is more special than the rest.
package mono

import (
	"sort"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/syntax"
	"preemptck/rustfront/ty"
)

// MaxDepth bounds the nesting of types, MaxSize the number of types in one: an
// instantiation that grows without end is cut off there.
const (
	MaxDepth = 64
	MaxSize  = 4096
)

// World is all crates together.
type World struct {
	// Source finds the impl block at a position in the sources of a crate; it is
	// asked only for what rustdoc does not list, and may be nil.
	Source func(crate string, at items.Pos) *syntax.Impl

	crates map[string]*items.Crate
	bodies map[string]*bodyIndex

	byTrait  map[string]map[string][]*items.Impl // trait, head of Self
	inherent map[string][]*items.Impl            // head of Self
	// unnamed are the impls of which the type may be an alias that is not known yet.
	unnamed []*items.Impl
	// selves are the types that impl blocks are for: among them are types of
	// anonymous blocks, which no module lists.
	selves map[string]bool

	norms    map[string]*ty.Type
	chosen   map[string]*Choice
	holds    map[string]bool
	closures map[string]*closure
	insts    map[string]*Inst
	drops    map[string]bool

	// traitNames are the traits that have impls, by last name.
	traitNames map[string][]string

	// lastNames are the paths of items by their last name, once asked for.
	lastNames map[string][]string

	// env are the bounds that generic bodies ask of their own parameters, by type.
	env            map[string][]items.Bound
	assumesOfKnown bool

	// texts are the crates of which there is only MIR; see text.go.
	texts map[string]*text

	glueSources []glueSource
	glue        map[string]*Inst
}

// NewWorld returns a world without crates.
func NewWorld() *World {
	return &World{
		crates: map[string]*items.Crate{}, bodies: map[string]*bodyIndex{},
		byTrait: map[string]map[string][]*items.Impl{}, inherent: map[string][]*items.Impl{},
		selves: map[string]bool{}, env: map[string][]items.Bound{},
		norms: map[string]*ty.Type{}, chosen: map[string]*Choice{}, holds: map[string]bool{},
		closures: map[string]*closure{}, insts: map[string]*Inst{}, drops: map[string]bool{},
		texts: map[string]*text{},
	}
}

// Add adds a crate: its items, and its MIR, which may be nil. Crates are added
// before anything is resolved; their order does not matter.
func (w *World) Add(c *items.Crate, b Bodies) {
	w.crates[c.Name] = c
	if b != nil {
		w.bodies[c.Name] = newBodyIndex(c.Name, b)
	}
	for _, im := range c.Impls {
		if im.Self.Kind == ty.Adt {
			w.selves[head(im.Self)] = true
		}
		w.addImpl(im, head(im.Self))
	}
	// Impls of aliases of a crate that comes later wait for it.
	w.unnamed = append(w.unnamed, c.Impls...)
	waiting := w.unnamed[:0:0]
	for _, im := range w.unnamed {
		if h := w.aliasHead(im.Self); h != "" {
			w.addImpl(im, h)
		} else if im.Self.Kind == ty.Adt && w.Adt(im.Self.Name) == nil {
			waiting = append(waiting, im)
		}
	}
	w.unnamed = waiting
}

func (w *World) addImpl(im *items.Impl, h string) {
	if im.Trait == "" {
		w.inherent[h] = append(w.inherent[h], im)
		return
	}
	if w.byTrait[im.Trait] == nil {
		w.byTrait[im.Trait] = map[string][]*items.Impl{}
	}
	w.byTrait[im.Trait][h] = append(w.byTrait[im.Trait][h], im)
}

// aliasHead is the head of the type that an alias stands for, or "".
func (w *World) aliasHead(t *ty.Type) string {
	found := false
	for range MaxDepth {
		al := w.alias(t.Name)
		if t.Kind != ty.Adt || al == nil {
			break
		}
		t, found = al.Type, true
	}
	if !found {
		return ""
	}
	return head(t)
}

// Crates lists the names of the crates.
func (w *World) Crates() []string {
	var out []string
	for n := range w.crates {
		out = append(out, n)
	}
	sort.Strings(out)
	return out
}

// Crate returns the items of a crate, or nil.
func (w *World) Crate(name string) *items.Crate { return w.crates[name] }

// head is the outermost constructor of a type, by which impl blocks are looked
// up; "" stands for any.
func head(t *ty.Type) string {
	switch t.Kind {
	case ty.Prim, ty.Adt:
		return t.Name
	case ty.Ref, ty.Ptr:
		s := "&"
		if t.Kind == ty.Ptr {
			s = "*"
		}
		if t.Mut {
			s += "mut"
		}
		return s
	case ty.Slice:
		return "[]"
	case ty.Array:
		return "[;]"
	case ty.Tuple:
		return "()"
	case ty.FnPtr, ty.FnDef, ty.Closure:
		return "fn"
	case ty.Dyn:
		return "dyn " + t.Name
	case ty.Never:
		return "!"
	}
	return ""
}

// traitPath is the path of a trait's definition where only impls of it are known,
// not its crate: rustdoc names them by definition (`core::ops::bit::BitOr`), MIR by
// a shorter visible path (`core::ops::BitOr`).
func (w *World) traitPath(path string) string {
	if w.Trait(path) != nil || w.byTrait[path] != nil {
		return path
	}
	i := strings.LastIndex(path, "::")
	if i < 0 {
		return path
	}
	if w.traitNames == nil {
		w.traitNames = map[string][]string{}
		for t := range w.byTrait {
			w.traitNames[lastSeg(t)] = append(w.traitNames[lastSeg(t)], t)
		}
	}
	found := ""
	for _, t := range w.traitNames[path[i+2:]] {
		if strings.HasPrefix(t, path[:i]+"::") {
			if found != "" {
				return path
			}
			found = t
		}
	}
	if found == "" {
		return path
	}
	return found
}

// crateOf is the crate that a path begins with.
func crateOf(path string) string {
	c, _, _ := strings.Cut(path, "::")
	return c
}

// Adt finds a type's definition, or nil.
func (w *World) Adt(path string) *items.Adt {
	if c := w.crates[crateOf(path)]; c != nil {
		return c.Adts[path]
	}
	return nil
}

// Trait finds a trait's definition, or nil.
func (w *World) Trait(path string) *items.Trait {
	if c := w.crates[crateOf(path)]; c != nil {
		return c.Traits[path]
	}
	return nil
}

func (w *World) alias(path string) *items.Alias {
	if c := w.crates[crateOf(path)]; c != nil {
		return c.Aliases[path]
	}
	return nil
}

// Fn finds a free function's declaration, or nil.
func (w *World) Fn(path string) *items.Fn {
	if c := w.crates[crateOf(path)]; c != nil {
		return c.Fns[path]
	}
	return nil
}

func (w *World) module(path string) *items.Module {
	if c := w.crates[crateOf(path)]; c != nil {
		return c.Modules[path]
	}
	return nil
}
