// Package mir reads the textual MIR that rustc prints (`--emit=mir`, and the
// files of `-Zdump-mir`). Text goes in, a syntax tree comes out; what the text
// means to an analysis is not this package's business.
//
// The format is rustc's to change. Whatever is not understood becomes a node of
// kind Unknown that keeps its exact text, with a positioned [Note]; the rest of
// the body is read on. Nothing here panics on any input.
//
// [ParseFile] reads a whole text. [NewIndex] finds the items of a huge one and
// reads their bodies only when asked. Every node prints itself; the text printed
// parses to an equal node.
//
// # Not kept
//
// Contents of constant allocations (the hex dumps behind a body) are kept as
// text only. Names are kept as printed: a type parameter T, a type T in the
// crate's root and an alias of that name are the same node.
package mir
