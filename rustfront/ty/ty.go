// Package ty holds Rust types as the resolution of calls needs them: without
// lifetimes, with every name written as the path of its definition, crate first
// (`kernel::alloc::kbox::Box`). Types are immutable and compared by [Type.Key].
//
// [Unify] matches the header of an impl block against a type; [Subst] replaces
// the parameters of a generic body.
package ty

import "strings"

// Kind says what a [Type] is.
type Kind uint8

// The kinds.
const (
	// Prim is bool, char, str, an integer or a float; Name has it.
	Prim Kind = iota
	Never
	// Adt is a struct, enum, union or foreign type: Name is the path of its
	// definition, Args its generic arguments.
	Adt
	// Param is a type or const parameter, `Self` included.
	Param
	// Ref and Ptr point to Args[0]; Mut tells which.
	Ref
	Ptr
	// Slice is [Args[0]], Array [Args[0]; Args[1]].
	Slice
	Array
	Tuple
	// FnPtr has its inputs in Args and the output as the last one; Name is set
	// where it is `extern`.
	FnPtr
	// FnDef is a function item; see [FnItem].
	FnDef
	// Closure is named by its item (Name, "crate/path"); Args are the arguments
	// of the generic item it stands in.
	Closure
	// Dyn is a trait object: Name is the principal trait, Args its arguments.
	Dyn
	// Proj is `<Args[0] as Trait<Args[1:]>>::Name`.
	Proj
	// Const is a constant argument; Name is its value.
	Const
	// Rigid is a parameter of a generic body that is looked at on its own: a type of
	// which only the bounds are known. Name is unique; its last part is what the source
	// calls the parameter.
	Rigid
	// Unknown was not understood; Name has the text.
	Unknown
)

// Type is a type.
type Type struct {
	Kind  Kind
	Name  string
	Mut   bool
	Args  []*Type
	Trait string
	// NSelf and NTrait split the Args of a [FnItem].
	NSelf, NTrait int

	key string
	// generic is set where a Param occurs, open where a Param or Proj does.
	generic, open bool
	// rigid is set where a Rigid occurs.
	rigid bool
	size  int
}

// Key is the type in Rust's notation; equal types have equal keys.
func (t *Type) Key() string { return t.key }

func (t *Type) String() string { return t.key }

// IsGeneric tells whether a parameter occurs in the type.
func (t *Type) IsGeneric() bool { return t.generic }

// IsOpen tells whether a parameter or a projection occurs in the type.
func (t *Type) IsOpen() bool { return t.open }

// Size is the number of types that the type is made of, itself included: what its
// Key costs. Together with [Type.Depth] it bounds instantiation.
func (t *Type) Size() int { return t.size }

// IsRigid tells whether a parameter of a body that is looked at on its own occurs in
// the type.
func (t *Type) IsRigid() bool { return t.rigid }

func finish(t *Type) *Type {
	t.measure()
	var b strings.Builder
	t.print(&b)
	t.key = b.String()
	return t
}

// measure notes what the arguments say of the whole type.
func (t *Type) measure() {
	t.size = 1
	t.rigid = t.Kind == Rigid
	t.generic = t.Kind == Param
	t.open = t.Kind == Param || t.Kind == Proj
	for _, a := range t.Args {
		t.generic = t.generic || a.generic
		t.open = t.open || a.open
		t.rigid = t.rigid || a.rigid
		t.size += a.size
	}
}

func list(b *strings.Builder, ts []*Type) {
	for i, a := range ts {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.key)
	}
}

func angled(b *strings.Builder, ts []*Type) {
	if len(ts) > 0 {
		b.WriteByte('<')
		list(b, ts)
		b.WriteByte('>')
	}
}

func (t *Type) print(b *strings.Builder) {
	switch t.Kind {
	case Never:
		b.WriteByte('!')
	case Adt:
		b.WriteString(t.Name)
		angled(b, t.Args)
	case Ref, Ptr:
		switch {
		case t.Kind == Ref && t.Mut:
			b.WriteString("&mut ")
		case t.Kind == Ref:
			b.WriteByte('&')
		case t.Mut:
			b.WriteString("*mut ")
		default:
			b.WriteString("*const ")
		}
		b.WriteString(t.Args[0].key)
	case Slice:
		b.WriteString("[" + t.Args[0].key + "]")
	case Array:
		b.WriteString("[" + t.Args[0].key + "; " + t.Args[1].key + "]")
	case Tuple:
		b.WriteByte('(')
		list(b, t.Args)
		if len(t.Args) == 1 {
			b.WriteByte(',')
		}
		b.WriteByte(')')
	case FnPtr:
		if t.Name != "" {
			b.WriteString(t.Name + " ")
		}
		b.WriteString("fn(")
		list(b, t.Args[:len(t.Args)-1])
		b.WriteString(") -> " + t.Args[len(t.Args)-1].key)
	case FnDef:
		b.WriteString(t.fnPath())
	case Closure:
		b.WriteString("{" + t.Name)
		angled(b, t.Args)
		b.WriteByte('}')
	case Dyn:
		b.WriteString("dyn " + t.Name)
		angled(b, t.Args)
	case Proj:
		b.WriteString("<" + t.Args[0].key + " as " + t.Trait)
		angled(b, t.Args[1:])
		b.WriteString(">::" + t.Name)
	default:
		b.WriteString(t.Name)
	}
}

func (t *Type) fnPath() string {
	var b strings.Builder
	own := t.Args[t.NSelf+t.NTrait:]
	switch {
	case t.Trait != "":
		b.WriteString("<" + t.Args[0].key + " as " + t.Trait)
		angled(&b, t.Args[1:1+t.NTrait])
		b.WriteString(">::" + t.Name)
	case t.NSelf == 1:
		b.WriteString("<" + t.Args[0].key + ">::" + t.Name)
	default:
		b.WriteString(t.Name)
	}
	if len(own) > 0 {
		b.WriteString("::<")
		list(&b, own)
		b.WriteByte('>')
	}
	return b.String()
}

// Own is the generic arguments of a [FnDef] itself, without those of its Self
// type and trait.
func (t *Type) Own() []*Type { return t.Args[t.NSelf+t.NTrait:] }

// TraitArgs is the arguments of the trait of a [FnDef].
func (t *Type) TraitArgs() []*Type { return t.Args[t.NSelf : t.NSelf+t.NTrait] }

// With is the type with other arguments.
func (t *Type) With(args []*Type) *Type {
	u := *t
	u.Args = args
	return finish(&u)
}
