package mir

// TypeKind says what a [Type] is.
type TypeKind uint8

// The types.
const (
	// TyPath is a type named by Path: a struct, enum, union, foreign type,
	// alias, type parameter, `Self`, or projection (`<T as Trait>::Assoc`).
	TyPath TypeKind = iota
	// TyPrim is bool, char, str, an integer or float; Name has it.
	TyPrim
	TyNever
	// TyRef is `&'a mut Elem`, TyPtr `*mut Elem`.
	TyRef
	TyPtr
	// TySlice is `[Elem]`, TyArray `[Elem; Len]`.
	TySlice
	TyArray
	// TyTuple is `(A, B)`; `()` has no Elems.
	TyTuple
	// TyFnPtr is `for<'a> unsafe extern "C" fn(A, ...) -> Ret`; see [FnSig].
	TyFnPtr
	// TyFnDef is `fn(A) -> Ret {path::<T>}`: a function item; Path names it.
	TyFnDef
	// TyDyn is `dyn A + B + 'a`, TyImpl `impl A + B`; see Bounds.
	TyDyn
	TyImpl
	// TyClosure is `{closure@SPAN}`; Name is "closure", "async closure",
	// "async block", "coroutine" or the like. Where rustc prints a path instead
	// of a position, Path has it and Span is empty; "async fn body of" always
	// has a Path.
	TyClosure
	// TyPattern is `(Elem) is 1..`; Name has the pattern.
	TyPattern
	// TyUnsafeBinder is `unsafe<'a> Elem`.
	TyUnsafeBinder
	// TyInfer is `_`.
	TyInfer
	// TyUnknown was not understood; Name has the text.
	TyUnknown
)

// Type is a type. Types are not changed once parsed, and may be shared.
type Type struct {
	Kind     TypeKind
	Name     string
	Path     *Path
	Elem     *Type
	Elems    []*Type
	Mut      bool
	Lifetime string
	Len      *Const
	Bounds   []Bound
	Sig      *FnSig
	Span     Span
	// Binder holds the lifetimes of a leading `for<'a, 'b>`, or of `unsafe<'a>`.
	Binder []string
	// Paren is set where the type was printed in parentheses: `(dyn A + 'a)`.
	Paren bool
}

// FnSig is the signature of a function pointer or function item.
type FnSig struct {
	Unsafe bool
	// Features is set by the `#[target_features]` before `fn`.
	Features bool
	// ABI is the string after `extern`, or "".
	ABI      string
	Params   []*Type
	Variadic bool
	// Ret is nil where none is printed: the function returns ().
	Ret *Type
}

// Bound is a bound of a dyn or impl type: a trait or a lifetime.
type Bound struct {
	// Lifetime is set for `'a`; Trait is nil then.
	Lifetime string
	Trait    *Path
	// Modifier is "?", "!", "const ", "[const] ", "async " or "".
	Modifier string
	Binder   []string
	// Use holds the text of `use<'a, T>`.
	Use string
	// Paren is set where the bound was printed in parentheses.
	Paren bool
}

// Path names an item.
//
// `<T as Trait<U>>::f::<V>` has Self T, Trait, and the segment f. `<T>::f` has
// Self T only. `core::num::<impl u32>::f` has a segment of kind SegImpl.
type Path struct {
	Self  *Type
	Trait *Path
	Segs  []Seg
}

// SegKind says what a [Seg] is.
type SegKind uint8

// The segments.
const (
	// SegName is an identifier. An empty one stands for the root of a crate, in
	// definition paths that rustc did not make readable: `core::::num::f`.
	SegName SegKind = iota
	// SegImplAt is `<impl at FILE:L:C: L:C>`; Span has the position.
	SegImplAt
	// SegImpl is `<impl Type>` or `<impl Trait for Type>`; Name is "const" or
	// "!" where that stands before Trait.
	SegImpl
	// SegSpecial is `{closure#0}`, `{constant#0}`, `{shim:vtable#0}`,
	// `{impl#2}`; Name is the text in the braces up to `#`, Index the number.
	SegSpecial
	// SegPromoted is `promoted[0]`, with Index.
	SegPromoted
)

// Seg is a segment of a path.
type Seg struct {
	Kind SegKind
	Name string
	// Args are the generic arguments; Turbofish tells `f::<T>` from `f<T>`.
	Args      []GenericArg
	Turbofish bool
	// Paren is set where the arguments were printed as `Fn(A, B) -> R`: Args
	// are the inputs and Output the result, nil where none is printed.
	Paren  bool
	Output *Type
	Span   Span
	Type   *Type
	Trait  *Path
	Index  int
}

// GenericArg is a generic argument: a lifetime, type or constant, or an
// associated item's binding (`Item = T`, `Item: Bound`).
type GenericArg struct {
	Lifetime string
	// Type is a type, or a constant named by a single path (`N`): the text does
	// not tell them apart.
	Type  *Type
	Const *Const
	// Name is the bound associated item, with AssocArgs its own arguments;
	// Bounds is set for `Name: A + B`.
	Name      string
	AssocArgs []GenericArg
	Bounds    []Bound
}
