// Package syntax reads Rust sources for what the compiler's output does not
// carry: klint's attributes, with exact positions for every mistake in one, and
// impl blocks by their position, as MIR names them.
//
// The grammar is tree-sitter's of 2024, which trips over some newer forms. Its
// errors are local: what stands outside them is read all the same, and a klint
// attribute that could not be read is a [Problem], never passed over.
//
// # Not seen
//
// Items that a macro writes. Attributes inside a macro invocation are reported.
package syntax
