package mir

// RvalueKind says what an [Rvalue] is.
type RvalueKind uint8

// The rvalues.
const (
	// RvUse is Ops[0].
	RvUse RvalueKind = iota
	// RvRef is `&Place`, `&mut Place`, `&fake shallow Place`.
	RvRef
	// RvAddrOf is `&raw const Place`, `&raw mut Place`, or, with RefFakeShallow,
	// `&raw const (fake) Place`: only its length or address is looked at.
	RvAddrOf
	// RvThreadLocal is `&/*tls*/ Path`.
	RvThreadLocal
	// RvRepeat is `[Ops[0]; Count]`.
	RvRepeat
	// RvLen is `Len(Place)`.
	RvLen
	// RvCast is `Ops[0] as Type (Cast)`.
	RvCast
	// RvBinary is `Op(Ops[0], Ops[1])`, overflow forms (`AddWithOverflow`)
	// included.
	RvBinary
	// RvUnary is `Op(Ops[0])`: Not, Neg, PtrMetadata.
	RvUnary
	// RvNullary is `Op(Type, ..)`: SizeOf, AlignOf, OffsetOf, UbChecks and kin;
	// Word is the text behind the type.
	RvNullary
	// RvDiscriminant is `discriminant(Place)`.
	RvDiscriminant
	// RvAggregate is built from Ops; Agg says what it builds.
	RvAggregate
	// RvShallowInitBox is `ShallowInitBox(Ops[0], Type)`.
	RvShallowInitBox
	// RvCopyForDeref is `deref_copy Place`.
	RvCopyForDeref
	// RvWrapUnsafeBinder is `wrap_binder!(Ops[0]; Type)`.
	RvWrapUnsafeBinder
	// RvUnknown was not understood; Text has it.
	RvUnknown
)

// AggKind says what an [RvAggregate] builds.
type AggKind uint8

// The aggregates.
const (
	// AggTuple is `(a, b)`, `()` included.
	AggTuple AggKind = iota
	// AggArray is `[a, b]`.
	AggArray
	// AggAdt is a struct, union or enum variant named by Path: `P(a)`, `P`, or
	// `P { f: a }` where Fields are the names.
	AggAdt
	// AggClosure is `{closure@SPAN} { captured: a }`, Type the closure's.
	// Coroutines and async blocks are of this kind too.
	AggClosure
	// AggRawPtr is `*const T from (data, meta)`; Type is the pointer's.
	AggRawPtr
)

// RefKind is the kind of a borrow.
type RefKind uint8

// The borrows.
const (
	RefShared RefKind = iota
	RefMut
	RefFakeShallow
	RefFakeDeep
)

// Rvalue is what is assigned.
type Rvalue struct {
	Kind RvalueKind
	// NoRetag is the `no_retag` that 1.97 prints before some uses.
	NoRetag bool
	// Op is the operator of binary, unary and nullary rvalues, as printed.
	Op    string
	Ops   []Operand
	Place *Place
	// Ref is the kind of a borrow; for RvAddrOf RefShared is `const`. Region is
	// the lifetime, where one is printed.
	Ref    RefKind
	Region string
	Type   *Type
	Cast   Cast
	Agg    AggKind
	Path   *Path
	Fields []string
	// Count is the length of RvRepeat.
	Count *Const
	Word  string
	Text  string
}

// Cast is the kind of a cast: `PointerCoercion(ReifyFnPointer(Unsafe), Implicit)`
// has Kind "PointerCoercion", Coercion "ReifyFnPointer", Safety "Unsafe" and
// Origin "Implicit"; `IntToInt` has only a Kind.
type Cast struct {
	Kind     string
	Coercion string
	Safety   string
	Origin   string
}

// ElemKind says what an [Elem] is.
type ElemKind uint8

// The projections.
const (
	// ElemDeref is `(*P)`.
	ElemDeref ElemKind = iota
	// ElemField is `(P.Field: Type)`.
	ElemField
	// ElemIndex is `P[_Local]`.
	ElemIndex
	// ElemConstIndex is `P[From of Min]`, or `P[-From of Min]` with FromEnd.
	ElemConstIndex
	// ElemSubslice is `P[From..To]`, or `P[From:-To]` with FromEnd.
	ElemSubslice
	// ElemDowncast is `(P as Name)`, or `(P as variant#Field)`.
	ElemDowncast
	// ElemOpaqueCast is `(P as Type)`.
	ElemOpaqueCast
	// ElemSubtype is `(P as subtype Type)`.
	ElemSubtype
	// ElemUnwrapBinder is `unwrap_binder!(P; Type)`.
	ElemUnwrapBinder
)

// Elem is a step of a projection.
type Elem struct {
	Kind     ElemKind
	Field    int
	Type     *Type
	Name     string
	Local    int
	From, To uint64
	Min      uint64
	FromEnd  bool
}

// Place is a local and the projections applied to it, first one first.
type Place struct {
	Local int
	Proj  []Elem
}

// OperandKind says what an [Operand] is.
type OperandKind uint8

// The operands.
const (
	OperandCopy OperandKind = iota
	OperandMove
	OperandConst
	// OperandRuntimeChecks is `UbChecks`, `ContractChecks` or `OverflowChecks`,
	// which newer compilers print as operands; Word has the name.
	OperandRuntimeChecks
)

// Operand is a value read.
type Operand struct {
	Kind  OperandKind
	Place *Place
	Const *Const
	Word  string
}

// ConstKind says what a [Const] is.
type ConstKind uint8

// The constants.
const (
	// ConstFn is a function item, printed without `const`: Path names it.
	ConstFn ConstKind = iota
	// ConstInt is `12_u8`, `-1_i32`; Suffix is "u8". See [Const.Int64].
	ConstInt
	// ConstFloat is `1.5f64`, with Suffix.
	ConstFloat
	// ConstBool is `true` or `false`; Bool has it.
	ConstBool
	// ConstChar is `'x'`; Str has the character.
	ConstChar
	// ConstStr is `"x"` and ConstByteStr `b"x"` or `*b"x"`; Str has the bytes.
	ConstStr
	ConstByteStr
	// ConstPath is an item whose value is not printed: `FOO`, `N`,
	// `<T as Tr>::C`, `f::promoted[0]` (see [Const.Promoted]), `f::{constant#0}`;
	// also a unit struct or variant such as `Option::<u8>::None`.
	ConstPath
	// ConstAlloc is `{alloc3: &T}`; Str has the name, with its offset
	// (`alloc3+0x8`), Type is set.
	ConstAlloc
	// ConstStatic is `<static(DefId(2:1 ~ krate[5af]::m::NAME))>`, the address
	// of a static: Path is `krate::m::NAME`, Str the text in the parentheses.
	ConstStatic
	// ConstTransmute is `{transmute(0x01): T}`; Str has the hex digits.
	ConstTransmute
	// ConstAddr is `{0x1 as *const T}`; Str has the number.
	ConstAddr
	// ConstTuple is `(a, b)`, ConstArray `[a, b]`; Elems. `()` is a tuple.
	ConstTuple
	ConstArray
	// ConstRepeat is `[Elems[0]; Elems[1]]`.
	ConstRepeat
	// ConstAdt is `P(a)` or `P { f: a }`; Path, Elems, and Fields for the latter.
	ConstAdt
	// ConstRef is `&Elems[0]`.
	ConstRef
	// ConstClosure is a closure without captures, `{closure@SPAN}`; Type is set.
	ConstClosure
	// ConstTyped is `Str: Type`: rustc's own form of a value it cannot print
	// better, such as `Slice { alloc_id: alloc16, meta: 7 }: &CStr`.
	ConstTyped
	// ConstBlock is `{Str}`: an expression of generic parameters.
	ConstBlock
	// ConstPattern is `Elems[0] is Str`: a value of a pattern type.
	ConstPattern
	// ConstExpr is Str, the text of an expression as the source has it:
	// `[u8; size_of::<Self>()]`.
	ConstExpr
	// ConstInfer is `_`.
	ConstInfer
	// ConstUninit is `<uninit>`: what was never written.
	ConstUninit
)

// Const is a constant.
type Const struct {
	Kind   ConstKind
	Path   *Path
	Suffix string
	Bool   bool
	Str    string
	// Type is the constant's type where the text tells: from the constant
	// itself or the comment on it ([ConstNote]).
	Type   *Type
	Elems  []*Const
	Fields []string
	// Doubled is set where braces were doubled, `P {{ f: a }}`, or stand around
	// a path, `{P}`.
	Doubled bool
	// Text is the exact text, without the keyword `const`.
	Text string
	// Keyword is set where `const` was printed before it.
	Keyword bool
}
