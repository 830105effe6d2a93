// Package mir reads the textual MIR that rustc prints (`--emit=mir`, and the
// files of `-Zdump-mir`). Text goes in, a syntax tree comes out; what the text
// means to an analysis is not this package's business.
//
// The format is rustc's to change. A statement, terminator, type of a local or
// header that is not understood becomes a node of kind Unknown that keeps its
// exact text, with a positioned [Note]; the rest of the body is read on. Nothing
// here panics on any input.
//
// [ParseFile] reads a whole text. [NewIndex] finds the items of a huge one and
// reads their bodies only when asked. Every node prints itself; the text printed
// parses to an equal node.
//
// # Compilers
//
// The golden files of testdata/mir are what rustc 1.78, 1.85, 1.95, 1.96, a
// nightly 1.97 and 1.98 print of the same sources; 1.78 is the oldest that Linux
// 6.12 builds with. What changed in between: operands that were `_1` are
// `copy _1`; `Len(_1)` became `PtrMetadata(copy _1)`, `CheckedAdd` became
// `AddWithOverflow`; `SizeOf(T)`, `deref_copy` and `ShallowInitBox` went; casts got
// an origin, `PointerCoercion(Unsize, Implicit)`, and other names; a constant of
// one value has no body any more; 1.98 lists the layout of coroutines.
//
// # Not kept
//
// Contents of constant allocations (the hex dumps behind a body) are kept as
// text only, and comments on closures not at all. Names are kept as printed: a
// type parameter T, a type T in the crate's root and an alias of that name are
// the same node. Where the text leaves a choice the likelier reading is taken:
// `Not(move _1)` is the operator, though a tuple structure of that name in the
// crate's root prints alike.
package mir
