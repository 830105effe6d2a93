package mir

// File is a whole text of MIR.
type File struct {
	// Name is what the caller called the text; notes begin with it.
	Name  string
	Items []*Item
	// Notes lists what was not understood, in order of lines.
	Notes []Note
}

// Note says that something at a line was not understood.
type Note struct {
	File string
	Line int
	Text string
}

// Span is a range of source positions as rustc prints it,
// `FILE:L:C: L:C` possibly followed by a hygiene mark (`(#3)`). Lines and
// columns count from 1; File is empty where there is no span.
type Span struct {
	File            string
	Line, Col       int32
	EndLine, EndCol int32
	Hygiene         string
}

// ItemKind says what an [Item] is.
type ItemKind uint8

// The items. A promoted body is [ItemConst] with Promoted set to its number.
const (
	ItemFn ItemKind = iota
	ItemConst
	ItemStatic
	// ItemAnonConst has no keyword: array lengths, inline `const {}` blocks,
	// discriminants of enums.
	ItemAnonConst
	ItemUnknown
)

// Item is a function, static, constant or promoted with its body. Closures and
// coroutines are functions whose Path ends in `{closure#N}`.
type Item struct {
	Kind ItemKind
	// Header is the exact text up to the opening brace, RawPath the path in it.
	Header  string
	RawPath string
	Path    *Path
	// Mut is set for `static mut`.
	Mut bool
	// Promoted is the number in `const f::promoted[N]`, or -1.
	Promoted int
	// CTFE is set for the second body of a `const fn`, the one that the compiler
	// itself evaluates (under `// MIR FOR CTFE`). Runtime code is the other.
	CTFE bool
	// Pass is set in files of -Zdump-mir.
	Pass *Pass
	// Line is that of the header, EndLine that of the closing brace.
	Line, EndLine int

	// Value is set for the constants that newer compilers print in one line
	// (`const N: usize = const 4_usize;`): they have no blocks.
	Value *Const

	// Args are the arguments, always the locals _1 to _n.
	Args []Local
	// Ret is the return type, or the type of the constant.
	Ret *Type
	// Yields is the type after `yields`, in coroutines before their
	// transformation; else nil.
	Yields *Type
	// Locals are the declared locals: _0 and all that are not arguments, in the
	// order printed (by scope). [Item.Local] finds any local by its number.
	Locals []Local
	Debug  []VarDebug
	// Scopes are the nested scopes; scope 0 is not printed, and not listed.
	Scopes []Scope
	Blocks []Block
	// Allocs are the constant allocations printed behind the body.
	Allocs []Alloc
	// Extra are lines before the blocks that are neither declaration nor scope
	// (coverage tables, user type annotations, coroutine layouts).
	Extra []string
	Notes []Note

	byNum []int32 // index into Locals by number, -1 where there is none
}

// Pass is the header of a -Zdump-mir file: "// MIR for `NAME` after PASS".
type Pass struct {
	Name   string
	Before bool
	Pass   string
}

// Local is the declaration of a local.
type Local struct {
	Num   int
	Mut   bool
	Type  *Type
	Scope int
	Span  Span
	// UserType is the text after `as` in the declaration, if any.
	UserType string
	Line     int
}

// VarDebug says where a variable of the source lives: `debug x => _3`.
type VarDebug struct {
	Name string
	// Fragment is the text before `=>` where it is more than a name: a part of
	// a variable that was split up.
	Fragment string
	// Value is a place, or a constant.
	Place *Place
	Const *Const
	Scope int
	Span  Span
	Text  string
	Line  int
}

// Scope is a nested source scope.
type Scope struct {
	Num    int
	Parent int
	// Inlined names the function that was inlined here, At the call.
	Inlined string
	At      Span
}

// Alloc is a constant allocation, as text from `alloc12 (` to `}`.
type Alloc struct {
	Name string
	// Static, Fn name what the allocation is where it is an item.
	Static, Fn string
	Text       string
}

// Block is a basic block; its number is its index in [Item.Blocks] and equal to
// Num in every text that rustc prints.
type Block struct {
	Num     int
	Cleanup bool
	Stmts   []Stmt
	Term    Term
	Line    int
}

// StmtKind says what a [Stmt] does.
type StmtKind uint8

// The statements.
const (
	// StmtAssign is `Place = Rvalue`.
	StmtAssign StmtKind = iota
	StmtStorageLive
	StmtStorageDead
	// StmtSetDiscriminant is `discriminant(Place) = Variant`.
	StmtSetDiscriminant
	StmtDeinit
	StmtNop
	// StmtRetag is `Retag(Place)`; Word is "fn entry", "2phase", "raw" or "".
	StmtRetag
	// StmtAssume is `assume(Ops[0])`.
	StmtAssume
	// StmtCopyNonOverlapping has Ops dst, src, count.
	StmtCopyNonOverlapping
	// StmtFakeRead has the cause in Word.
	StmtFakeRead
	StmtPlaceMention
	// StmtAscribeUserType has the variance and type in Word.
	StmtAscribeUserType
	// StmtCoverage has the counter in Word.
	StmtCoverage
	StmtConstEvalCounter
	// StmtBackwardIncompatibleDropHint has the reason in Word.
	StmtBackwardIncompatibleDropHint
	// StmtUnknown was not understood; Text has it.
	StmtUnknown
)

// Stmt is a statement.
type Stmt struct {
	Kind    StmtKind
	Place   *Place
	Rvalue  *Rvalue
	Ops     []Operand
	Variant int
	Word    string
	Source
}

// Source is where a statement or terminator stands, in the MIR text and in the
// Rust source.
type Source struct {
	// Text is the exact text, without semicolon and comment.
	Text string
	// Line is the line of the MIR text.
	Line  int
	Span  Span
	Scope int
	// Consts are the comments on the constants used, in order; the types in
	// them are also set in the [Const] nodes they belong to.
	Consts []ConstNote
}

// ConstNote is a `// mir::ConstOperand` comment.
type ConstNote struct {
	Span Span
	// Type is the constant's type: for functions `fn(..) -> .. {path::<T>}`.
	Type *Type
	// Val is the text of the value: `Value(x)`, `Unevaluated(path, [args], None)`,
	// `ty::Param(N)`.
	Val string
	// UserType is the annotation of the source, if any.
	UserType string
}

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
	// OperandRuntimeChecks is `UbChecks`, `ContractChecks`, `OverflowChecks`
	// where newer compilers print them as operands; Word has the name.
	OperandRuntimeChecks
	// OperandUnknown was not understood; Word has it.
	OperandUnknown
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
	// ConstExpr is Str, the text of an expression as the source has it:
	// `[u8; size_of::<Self>()]`.
	ConstExpr
	// ConstInfer is `_`.
	ConstInfer
	// ConstUnknown was not understood; Text has it.
	ConstUnknown
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

// TermKind says how a block ends.
type TermKind uint8

// The terminators. Target is the normal successor, -1 where there is none.
const (
	TermGoto TermKind = iota
	// TermSwitch goes where Cases say, else to Target; Cond is the value.
	TermSwitch
	TermReturn
	TermUnreachable
	// TermResume goes on unwinding (`resume`), TermTerminate aborts.
	TermResume
	TermTerminate
	// TermDrop drops Place. Drop is the target if the coroutine is dropped
	// meanwhile (async drop), else -1.
	TermDrop
	// TermCall is `Place = Func(Args) -> Target`; TermTailCall `tailcall f(x)`.
	TermCall
	TermTailCall
	// TermAssert goes on to Target if Cond is Expected, else panics with Word.
	TermAssert
	// TermYield is `Place = yield(Cond)`, resumed at Target, dropped at Drop.
	TermYield
	TermCoroutineDrop
	// TermFalseEdge has the imaginary target in Targets[0].
	TermFalseEdge
	TermFalseUnwind
	// TermAsm has Asm; Targets are its labels.
	TermAsm
	// TermUnknown was not understood; Text has it, Targets the blocks named.
	TermUnknown
)

// Case is a branch of a TermSwitch. Text is the value as printed: the bits of
// it, unsigned (-1_i8 is 255). Bits is its low 64 bits.
type Case struct {
	Text   string
	Bits   uint64
	Target int
}

// UnwindKind says what happens when a terminator unwinds.
type UnwindKind uint8

// The unwind actions.
const (
	// UnwindNone: the terminator cannot unwind, or does not say.
	UnwindNone UnwindKind = iota
	UnwindContinue
	UnwindUnreachable
	// UnwindTerminate aborts; Reason is "abi" or "cleanup".
	UnwindTerminate
	// UnwindCleanup goes to Block.
	UnwindCleanup
)

// Unwind is an unwind action.
type Unwind struct {
	Kind   UnwindKind
	Block  int
	Reason string
}

// Term is a terminator.
type Term struct {
	Kind     TermKind
	Place    *Place
	Cond     Operand
	Func     Operand
	Args     []Operand
	Expected bool
	Word     string
	Cases    []Case
	Target   int
	Drop     int
	Targets  []int
	Unwind   Unwind
	Asm      *Asm
	Source
}

// Asm is inline assembly.
type Asm struct {
	// Template is the text between the quotes, as printed.
	Template string
	Operands []AsmOperand
	// Options is the text in `options(..)`.
	Options string
}

// AsmOperand is an operand of inline assembly. Dir is "in", "out", "lateout",
// "inout", "inlateout", "const", "sym_fn", "sym_static" or "label".
type AsmOperand struct {
	Dir string
	Reg string
	In  *Operand
	Out *Place
	// Text is what follows const, sym_fn, sym_static and label.
	Text string
}
