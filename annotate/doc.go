// Package annotate makes, reads, writes and compares annotation tables: what
// every function does to the preempt count, written down for people and for
// klint.
//
// In goes a solved program and the list of functions that the bindings crate
// declares ([ReadBindings]); out comes a [Table], one [Entry] a function, as
// versioned JSON or as Rust `extern "C"` blocks with klint's attributes. A
// hand-written [Overrides] file may correct entries, and [Diff] compares two
// tables.
//
// # Direction of error
//
// A function without a body in the tree is `unknown` and gets the conservative
// default: it may sleep and leaves the count alone. Where the cases of a
// function differ, Expect is the strictest of them; what klint's attribute
// cannot say stands in a comment beside the strict reading.
//
// # Not seen
//
// An override corrects the table only. It is not carried into the callers of the
// function, whose own entries come from what was derived.
package annotate
