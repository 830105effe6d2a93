package libclang

/*
#include <clang-c/Index.h>
#include "walk.h"
*/
import "C"

// Kind is the kind of a cursor.
type Kind uint16

// The kinds that a walk yields.
const (
	StructDecl   Kind = C.CXCursor_StructDecl
	UnionDecl    Kind = C.CXCursor_UnionDecl
	FieldDecl    Kind = C.CXCursor_FieldDecl
	EnumConstant Kind = C.CXCursor_EnumConstantDecl
	FunctionDecl Kind = C.CXCursor_FunctionDecl
	VarDecl      Kind = C.CXCursor_VarDecl
	ParmDecl     Kind = C.CXCursor_ParmDecl
	MemberRef    Kind = C.CXCursor_MemberRef
	LabelRef     Kind = C.CXCursor_LabelRef

	UnexposedExpr       Kind = C.CXCursor_UnexposedExpr
	DeclRefExpr         Kind = C.CXCursor_DeclRefExpr
	MemberRefExpr       Kind = C.CXCursor_MemberRefExpr
	CallExpr            Kind = C.CXCursor_CallExpr
	IntegerLiteral      Kind = C.CXCursor_IntegerLiteral
	CharacterLiteral    Kind = C.CXCursor_CharacterLiteral
	StringLiteral       Kind = C.CXCursor_StringLiteral
	ParenExpr           Kind = C.CXCursor_ParenExpr
	UnaryOperator       Kind = C.CXCursor_UnaryOperator
	ArraySubscriptExpr  Kind = C.CXCursor_ArraySubscriptExpr
	BinaryOperator      Kind = C.CXCursor_BinaryOperator
	CompoundAssign      Kind = C.CXCursor_CompoundAssignOperator
	ConditionalOperator Kind = C.CXCursor_ConditionalOperator
	CStyleCastExpr      Kind = C.CXCursor_CStyleCastExpr
	CompoundLiteral     Kind = C.CXCursor_CompoundLiteralExpr
	InitListExpr        Kind = C.CXCursor_InitListExpr
	AddrLabelExpr       Kind = C.CXCursor_AddrLabelExpr
	StmtExpr            Kind = C.CXCursor_StmtExpr
	GenericSelection    Kind = C.CXCursor_GenericSelectionExpr
	UnaryExpr           Kind = C.CXCursor_UnaryExpr // sizeof and alignof

	firstExpr Kind = C.CXCursor_FirstExpr
	firstStmt Kind = C.CXCursor_FirstStmt

	UnexposedStmt    Kind = C.CXCursor_UnexposedStmt
	LabelStmt        Kind = C.CXCursor_LabelStmt
	CompoundStmt     Kind = C.CXCursor_CompoundStmt
	CaseStmt         Kind = C.CXCursor_CaseStmt
	DefaultStmt      Kind = C.CXCursor_DefaultStmt
	IfStmt           Kind = C.CXCursor_IfStmt
	SwitchStmt       Kind = C.CXCursor_SwitchStmt
	WhileStmt        Kind = C.CXCursor_WhileStmt
	DoStmt           Kind = C.CXCursor_DoStmt
	ForStmt          Kind = C.CXCursor_ForStmt
	GotoStmt         Kind = C.CXCursor_GotoStmt
	IndirectGotoStmt Kind = C.CXCursor_IndirectGotoStmt
	ContinueStmt     Kind = C.CXCursor_ContinueStmt
	BreakStmt        Kind = C.CXCursor_BreakStmt
	ReturnStmt       Kind = C.CXCursor_ReturnStmt
	AsmStmt          Kind = C.CXCursor_GCCAsmStmt
	NullStmt         Kind = C.CXCursor_NullStmt
	DeclStmt         Kind = C.CXCursor_DeclStmt
)

// IsExpr tells whether k is an expression.
func (k Kind) IsExpr() bool { return k >= firstExpr && k < firstStmt }

// Type classes.
const (
	TypeOther   = C.PCK_OTHER
	TypeVoid    = C.PCK_VOID
	TypeBool    = C.PCK_BOOL
	TypeInt     = C.PCK_INT
	TypeUint    = C.PCK_UINT
	TypeEnum    = C.PCK_ENUM
	TypePtr     = C.PCK_PTR
	TypeFuncPtr = C.PCK_FUNCPTR
	TypeRecord  = C.PCK_RECORD
	TypeArray   = C.PCK_ARRAY // the size is the element's class
	TypeFunc    = C.PCK_FUNC
)

// Flags of a [Node].
const (
	HasVal   = C.PCK_HASVAL
	Volatile = C.PCK_VOLATILE
)

// What an UnexposedExpr is, in [Node.Op].
const (
	Wrap       = C.PCK_WRAP       // a cast or the like around one child
	GNUCond    = C.PCK_GNUCOND    // `a ?: b`
	Atomic     = C.PCK_ATOMIC     // anything else with children
	Designated = C.PCK_DESIGNATED // designators, then the value
)

// Flags of a [Decl].
const (
	Internal    = C.PCK_INTERNAL
	Inline      = C.PCK_INLINE
	NoReturn    = C.PCK_NORETURN
	Defined     = C.PCK_DEFINED
	Builtin     = C.PCK_BUILTIN
	Global      = C.PCK_GLOBAL
	InMain      = C.PCK_MAIN
	IsUnion     = C.PCK_UNION
	Wanted      = C.PCK_WANTED
	StaticLocal = C.PCK_STATICLOCAL
	Root        = C.PCK_ROOT  // defined for its own sake, not for a header's users
	Extra       = C.PCK_EXTRA // what Options.Header asks for
)

// Unary operators, in [Node.Op].
const (
	PostInc = C.CXUnaryOperator_PostInc
	PostDec = C.CXUnaryOperator_PostDec
	PreInc  = C.CXUnaryOperator_PreInc
	PreDec  = C.CXUnaryOperator_PreDec
	AddrOf  = C.CXUnaryOperator_AddrOf
	Deref   = C.CXUnaryOperator_Deref
	Plus    = C.CXUnaryOperator_Plus
	Minus   = C.CXUnaryOperator_Minus
	BitNot  = C.CXUnaryOperator_Not
	LNot    = C.CXUnaryOperator_LNot
	Ext     = C.CXUnaryOperator_Extension
)

// Binary operators, in [Node.Op].
const (
	Mul       = C.CXBinaryOperator_Mul
	Div       = C.CXBinaryOperator_Div
	Rem       = C.CXBinaryOperator_Rem
	Add       = C.CXBinaryOperator_Add
	Sub       = C.CXBinaryOperator_Sub
	Shl       = C.CXBinaryOperator_Shl
	Shr       = C.CXBinaryOperator_Shr
	LT        = C.CXBinaryOperator_LT
	GT        = C.CXBinaryOperator_GT
	LE        = C.CXBinaryOperator_LE
	GE        = C.CXBinaryOperator_GE
	EQ        = C.CXBinaryOperator_EQ
	NE        = C.CXBinaryOperator_NE
	And       = C.CXBinaryOperator_And
	Xor       = C.CXBinaryOperator_Xor
	Or        = C.CXBinaryOperator_Or
	LAnd      = C.CXBinaryOperator_LAnd
	LOr       = C.CXBinaryOperator_LOr
	Assign    = C.CXBinaryOperator_Assign
	MulAssign = C.CXBinaryOperator_MulAssign
	OrAssign  = C.CXBinaryOperator_OrAssign
	XorAssign = C.CXBinaryOperator_XorAssign
	AndAssign = C.CXBinaryOperator_AndAssign
	Comma     = C.CXBinaryOperator_Comma
)

// Node is one cursor of a function or initialiser, in pre-order; its children
// begin behind it and its subtree ends before End.
type Node struct {
	Kind         Kind
	Op, Flags    uint8
	TKind, TSize uint8 // type class and size in bytes
	Col          uint16
	End          uint32
	// Decl is what the node refers to: a declaration, the record of an
	// initialiser list or of what a pointer points at, or the name (a string) of
	// a label.
	Decl            uint32
	File, Line, Off uint32
	// Raw is clang's own number of the beginning; its top bit is set inside a
	// macro. SFile and SOff are where the first token is spelled.
	Raw, SFile, SOff uint32
	// Val is a constant's value; of a member that is a record, that record.
	Val int64
}

// InMacro tells whether the node begins in the expansion of a macro.
func (n *Node) InMacro() bool { return n.Raw>>31 != 0 }

// Expansion tells apart the expansions of macros: the tokens that one expansion
// takes from the macro's definition share it.
func (n *Node) Expansion() uint32 { return n.Raw - n.SOff }

// Decl is a declaration.
type Decl struct {
	Kind         Kind
	TKind, TSize uint8 // of the type; of the result, for functions
	Flags        uint32
	Name         uint32
	Parent       uint32 // the record of a field, or of an unnamed record
	File, Line   uint32
	Col          uint32
	Off, EOff    uint32 // the extent in the file, where the unit has errors
	Node, NodeEnd,
	Field0, FieldEnd uint32 // body or initialiser; fields of a record
	// Aux is the cleanup function of a variable, or the record that a function
	// returns.
	Aux uint32
	// Attrs is the declaration printed with its attributes, where it has any.
	Attrs uint32
	Val   int64 // of an enumeration constant; the width of a bit-field
}

// Macro is a definition or a use of a macro.
type Macro struct{ Name, File, Off, EndOff uint32 }

// Include says that one file includes another, and at which offset.
type Include struct{ From, To, Off uint32 }

// Ref says that what stands at an offset in a file, the first such place, needs what
// stands in another file at an offset at the latest, or in yet another one. Structures that are
// only pointed to are not needed. Where Text is not 0, it is inline assembly, whose text would be
// another one.
type Ref struct{ File, Off, To, ToOff, Alt, AltOff, Text uint32 }

// Range is a part of a file.
type Range struct{ File, Off, EndOff uint32 }

// Diagnostic is an error in the source.
type Diagnostic struct {
	Fatal                bool
	File, Line, Col, Off uint32
	Text                 string
}
