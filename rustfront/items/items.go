// Package items knows what a crate defines: its types with their fields, its
// traits, impl blocks, aliases and re-exports, every type written with the path
// of its definition. It reads them from rustdoc's JSON, because only the
// compiler sees through macros, derives and name resolution; rustdoc comes with
// every rustc.
//
// Not seen: items inside function bodies, other than impl blocks.
package items

import (
	"strings"

	"preemptck/rustfront/ty"
)

// Pos is where an item begins; for one made by a macro it is the invocation.
type Pos struct {
	File      string
	Line, Col int32
}

// Crate is what one crate defines. Paths begin with the crate's name.
type Crate struct {
	Name    string
	Adts    map[string]*Adt
	Traits  map[string]*Trait
	Aliases map[string]*Alias
	Fns     map[string]*Fn
	// Consts are the constants and statics with their types.
	Consts  map[string]*ty.Type
	Modules map[string]*Module
	Impls   []*Impl
}

// Module is a name space.
type Module struct {
	Path string
	// Names maps what is defined or imported here to the paths it may mean: a
	// name can be a type, a value and a macro at once.
	Names map[string][]string
	// Globs are the modules and enums whose names are visible here too.
	Globs []string
	File  string
	Begin int32
	End   int32
}

// Generics are the type and const parameters of an item, and what it asks of
// them.
type Generics struct {
	Params []Param
	Where  []Pred
}

// Param is a type or const parameter. A synthetic one stands for an argument of
// type `impl Trait`.
type Param struct {
	Name      string
	Const     bool
	Synthetic bool
	// Default is nil where there is none.
	Default *ty.Type
}

// Names lists the parameters.
func (g *Generics) Names() []string {
	var out []string
	for _, p := range g.Params {
		out = append(out, p.Name)
	}
	return out
}

// Pred says that Type implements Bound.
type Pred struct {
	Type *ty.Type
	Bound
}

// Bound is a trait with its arguments and the associated types it names.
type Bound struct {
	Trait string
	Args  []*ty.Type
	Assoc []Binding
}

// Binding is `Name = Type` in a bound.
type Binding struct {
	Name string
	Type *ty.Type
}

// AdtKind says what an [Adt] is.
type AdtKind uint8

// The kinds.
const (
	Struct AdtKind = iota
	Enum
	Union
	Foreign
)

// Adt is a struct, enum or union. A struct has one variant.
type Adt struct {
	Path     string
	Kind     AdtKind
	Generics Generics
	Variants []Variant
	Pos      Pos
}

// Crate is the crate that defines the type.
func (a *Adt) Crate() string {
	crate, _, _ := strings.Cut(a.Path, "::")
	return crate
}

// Variant is a variant of an enum, or the fields of a struct.
type Variant struct {
	Name   string
	Discr  int64
	Fields []Field
}

// Field is a field; those of tuples are named "0", "1"...
type Field struct {
	Name string
	Type *ty.Type
}

// Trait is a trait; Generics.Where holds its supertraits as bounds on `Self`.
type Trait struct {
	Path     string
	Pos      Pos
	Generics Generics
	Auto     bool
	Fns      map[string]*Fn
	// Types maps associated types to their defaults, those that have one.
	Types  map[string]*ty.Type
	Consts map[string]bool
}

// Impl is an impl block. Trait is "" for inherent ones. Module is where it
// stands.
type Impl struct {
	Crate     string
	Module    string
	Pos       Pos
	Generics  Generics
	Trait     string
	TraitArgs []*ty.Type
	Self      *ty.Type
	Negative  bool
	Fns       map[string]*Fn
	Types     map[string]*ty.Type
	Consts    map[string]bool
}

// Fn is a function or method.
type Fn struct {
	Name     string
	Generics Generics
	Inputs   []*ty.Type
	// Output is the unit type where none is written.
	Output  *ty.Type
	HasBody bool
	// Symbol is the link name of `#[no_mangle]`, `#[export_name]` and
	// `#[link_name]`; of functions declared in `extern` blocks always.
	Symbol string
	Pos    Pos
}

// Alias is a type alias.
type Alias struct {
	Generics Generics
	Type     *ty.Type
}
