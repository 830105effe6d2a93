package mir

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
