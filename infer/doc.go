// Package infer is the ground floor of preemptck: the common program that both
// frontends lower to, the properties of a function, the table of kernel
// primitives, and the solver that derives every other function from them.
//
// In goes a [Program]: functions of basic blocks whose operations are calls,
// assignments among tracked scalars and stores of function pointers. Out comes a
// [Summary] for each function: what it asks of the context it is entered in
// ([Req]) and what it has done to the preempt count when it returns ([Exit]),
// each under a condition on its arguments.
//
// # Lattice
//
// Inside a function the state at a point is a bounded set of (lane vector, facts
// on scalars) pairs. Facts are sets of 64-bit integers with known bits, ordered
// by inclusion. Two pairs with one lane vector are joined by joining their facts
// when the set outgrows its bound; when the vectors themselves outgrow theirs
// the count is called ambiguous and the function's evidence says so.
//
// # Direction of error
//
// Joining facts only ever widens the condition of a requirement, so an
// expectation may be too strict but not too lax, except where the evidence is
// Assumed, and then the assumption is named: an indirect call whose targets are
// not known, a function without a body, a memory location taken to keep its
// value between two tests of it.
//
// # Not seen
//
// Values that travel through memory other than by a named place, counts changed
// through inline assembly, and arithmetic beyond masks and comparisons.
package infer
