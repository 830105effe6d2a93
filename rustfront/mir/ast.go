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
	// Form is set where the text is whole and one statement, declaration or comment
	// has a form that is not known; else something is missing or misplaced.
	Form bool
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
