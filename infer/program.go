package infer

import "fmt"

// Pos is a source position. File is relative to the source or build tree where
// it lies below one, and absolute otherwise; Line and Col count from 1, 0 means
// not known.
type Pos struct {
	File string
	Line int32
	Col  int32
}

// IsValid tells whether the position names a file.
func (p Pos) IsValid() bool { return p.File != "" }

func (p Pos) String() string {
	switch {
	case p.File == "":
		return "?"
	case p.Line == 0:
		return p.File
	}
	return fmt.Sprintf("%s:%d", p.File, p.Line)
}

// Program is everything the frontends lowered, before and while it is solved.
// Functions are keyed by [Func.ID].
type Program struct {
	Funcs map[string]*Func
	// Decls are functions that were declared or called but have no body here.
	Decls map[string]*Decl
	// Aliases maps a symbol to the one that defines it (`__alias`, weak
	// definitions overridden elsewhere, Rust re-exports of a symbol).
	Aliases map[string]string
	// Inits are the slot targets that static initialisers set.
	Inits []SlotInit
	// Fields are the integer fields of records, keyed like slots ("struct
	// kmem_cache.allocflags"), and the bits that are ever stored in them.
	Fields map[string]FieldBits
}

// SlotInit says that a static initialiser stores Func, an ID or symbol as in
// [Target.Func], in Slot.
type SlotInit struct {
	Slot string
	Func string
	Pos  Pos
}

// NewProgram returns an empty program.
func NewProgram() *Program {
	return &Program{Funcs: map[string]*Func{}, Decls: map[string]*Decl{}, Aliases: map[string]string{}}
}

// FieldBits says which bits the stores of the program can leave in a field.
type FieldBits struct {
	// Mask holds every bit that some store can set.
	Mask uint64
	// Unknown is set where some store could set any bit: a value that is not
	// constant, or the field's address handed out.
	Unknown bool
}

// Decl is a function without a body in this program.
type Decl struct {
	Symbol string
	Pos    Pos
	// Builtin is set where the compiler itself knows the function (memcpy,
	// __builtin_clz): such a function touches no count.
	Builtin bool
	// NoReturn is set for `__noreturn` declarations.
	NoReturn bool
	// Absent is set where the linked program is known to do without the function:
	// the compiler found every call of it to be dead code.
	Absent bool
}

// Lang is the language a function was written in.
type Lang uint8

// The languages.
const (
	C Lang = iota
	Rust
)

// Func is a function of the common program.
//
// Identity: an external C function's ID is its symbol. A static one is
// "symbol@file". An inline function of a header is "symbol@header", or
// "symbol@header#hash" for a version whose lowered body differs from the first
// one seen. A Rust instance is its monomorphic path ("<T as Trait>::f::<U>").
type Func struct {
	ID string
	// Symbol is the link symbol of a C function or exported Rust function, or
	// the ID for other Rust functions. The table of primitives matches it.
	Symbol string
	// Name is what a reader calls it in messages.
	Name   string
	Pos    Pos
	Lang   Lang
	Static bool
	// NoReturn is set by `__noreturn`, `-> !` and their kin: code behind a call
	// is unreachable.
	NoReturn bool
	// Weak is set by `__weak`: another definition of the symbol wins.
	Weak bool
	// Boot is set by `__init`: the code is gone once the kernel, or the module
	// it belongs to, is up.
	Boot bool

	// Vars names the tracked scalars; a Var indexes it. Parameters and places
	// of memory (`sb->s_flags`) are variables like locals.
	Vars []string
	// Params are the tracked scalar inputs, in order of (Arg, Path).
	Params []Param
	// Fields names the record field that a variable is a place of, for places
	// of integer fields ("struct kmem_cache.allocflags"); see [Program.Fields].
	Fields map[Var]string
	// Rets are the paths of the returned scalars: {""} for a C function that
	// returns one; "#" for an enum's discriminant, ".0" for a field (see Path).
	Rets []string
	// NonNull are the arguments, one bit each, that are pointers and not NULL
	// whenever the function returns: it follows them on every way.
	NonNull uint64
	// Blocks are the body; Blocks[0] is the entry, and has no predecessor
	// requirements. A function always has at least one block.
	Blocks []Block
	// Annotation is what the source itself claims, or nil.
	Annotation *Annotation
}

// Param is one tracked scalar input: the Arg-th argument (from 0), or the part
// of it that Path names.
//
// Path grammar, shared by both frontends: "" is the value itself; "#" is the
// discriminant of an enum; ".N" or ".name" a field; "@V" the payload of variant
// V; a leading "*" is what a reference or pointer points at. They compose:
// "@1.0#" is the discriminant of field 0 of variant 1. "==N" is no part of it but
// whether it is the same pointer as the N-th argument, which no caller passes: the
// solver compares what is given. Results have two more:
// "&N*..." is what a callee leaves behind the N-th argument, a `&mut`; "=N" the
// N-th argument of a macro that assigns to it (see package cfront).
type Param struct {
	Arg  int
	Path string
	Var  Var
}

// Annotation is a claim in the source: a klint attribute in Rust.
type Annotation struct {
	Adjust *int
	Expect *Range
	// Unchecked annotations replace inference; others are checked against it.
	Unchecked bool
	Pos       Pos
}

// FlagArg is the Arg of inputs that are no arguments but variables of the file, which
// Path names. Callers in the file pass them, and take back the result "&name".
const FlagArg = 1 << 16

// Var is a tracked scalar of one function, an index into [Func.Vars]; NoVar is
// none.
type Var int32

// NoVar stands for "no variable": a result that is thrown away.
const NoVar Var = -1

// Block is a basic block.
type Block struct {
	Ops  []Op
	Term Term
}

// OpKind says what an [Op] does.
type OpKind uint8

// The operations.
const (
	// OpAssign sets Dst to Expr.
	OpAssign OpKind = iota
	// OpCall calls Call.Target and sets the variables of Call.Dsts.
	OpCall
	// OpStore makes Expr.A, a function or a variable that may hold one, a
	// target of the slot Slot.
	OpStore
)

// Op is one operation.
type Op struct {
	Kind OpKind
	Pos  Pos
	Dst  Var
	Expr Expr
	Call *Call
	Slot string
}

// ExprOp is the operator of an [Expr].
type ExprOp uint8

// The operators. Comparisons and logical operators yield 0 or 1. Values are
// 64-bit; U comparisons read them as unsigned.
const (
	Unknown ExprOp = iota // a value nothing is known of
	Copy                  // A
	And                   // A & B, bit by bit
	Or                    // A | B, bit by bit
	Not                   // A == 0
	Bool                  // A != 0
	Eq
	Ne
	Lt
	Le
	Gt
	Ge
	ULt
	ULe
	UGt
	UGe
	Add // A + B; kept only where both are constant
	Sub // A - B; likewise
	// NonNull is A, a pointer that was followed: no path goes on where it is 0.
	NonNull
)

// Expr is an operator with up to two operands.
type Expr struct {
	Op   ExprOp
	A, B Operand
}

// OperandKind says what an [Operand] is.
type OperandKind uint8

// The operands.
const (
	OperandUnknown OperandKind = iota
	OperandConst
	OperandVar
	OperandFunc
)

// Operand is a constant, a variable, a function's address, or unknown.
type Operand struct {
	Kind  OperandKind
	Const int64
	Var   Var
	// Func is the ID or symbol of a function, as in [Target.Func].
	Func string
}

// ConstOf, VarOf and FuncOf make operands.
func ConstOf(c int64) Operand    { return Operand{Kind: OperandConst, Const: c} }
func VarOf(v Var) Operand        { return Operand{Kind: OperandVar, Var: v} }
func FuncOf(name string) Operand { return Operand{Kind: OperandFunc, Func: name} }

// SlotValue is whatever a slot holds, as an operand that is handed on: one of its
// targets.
func SlotValue(slot string) Operand { return FuncOf(slotPrefix + slot) }

// TargetKind says how a call finds its callee.
type TargetKind uint8

// The targets.
const (
	// Direct calls the function with ID Func or, if there is none, the external
	// function of that symbol, through [Program.Aliases].
	Direct TargetKind = iota
	// SlotCall calls whatever was stored in Slot.
	SlotCall
	// Indirect calls the value of Var: a parameter, a local function pointer.
	Indirect
	// Opaque calls something the frontend could not name; Text says what.
	Opaque
)

// Target is the callee of a [Call].
type Target struct {
	Kind TargetKind
	Func string
	Slot string
	Var  Var
}

// Call is a function call.
type Call struct {
	Target Target
	Args   []Arg
	Dsts   []Dst
	// Text is the call as a reader would recognise it ("mutex_lock()",
	// "drop of `guard`"); it is what messages quote.
	Text string
	// Unlikely facts the reader needs: Drop is set for Rust drops, so that
	// messages can say "dropped here".
	Drop bool
	// Generic is set where a type parameter decides what is called, in a generic
	// function that is looked at on its own.
	Generic bool
	// Annotation overrides what is known of the callee (an annotated trait
	// method called through a vtable), or is nil.
	Annotation *Annotation
}

// Arg passes Value as the part Path of argument Arg; see [Param].
type Arg struct {
	Arg   int
	Path  string
	Value Operand
}

// Dst receives the returned scalar at Path in Var; see [Func.Rets].
type Dst struct {
	Path string
	Var  Var
}

// TermKind says how a block ends.
type TermKind uint8

// The terminators.
const (
	// Goto continues at To[0].
	Goto TermKind = iota
	// If continues at To[0] when Cond is not zero, else at To[1].
	If
	// Switch continues at To[i] when Cond lies in Ranges[i], and at
	// To[len(Ranges)] when it lies in none.
	Switch
	// Choose continues at any of To: asm goto, computed goto.
	Choose
	// Return leaves the function; Values match [Func.Rets].
	Return
	// Unreachable is never left: BUG(), panics, `__builtin_unreachable()`.
	Unreachable
)

// Interval is an inclusive range of values.
type Interval struct{ Lo, Hi int64 }

// Term ends a block.
type Term struct {
	Kind   TermKind
	Pos    Pos
	Cond   Operand
	To     []int
	Ranges []Interval
	Values []Operand
}
