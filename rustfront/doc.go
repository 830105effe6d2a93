// Package rustfront lowers Rust to the common program.
//
// In go the recorded command lines of crates ([Crate]); [Load] runs them again
// for MIR (rustc) and for the items they define (rustdoc), from a cache where
// nothing changed. [World.Lower] then starts at the functions of a driver and
// adds every instance that they reach to an infer.Program: generic code once for
// each set of types, drops as calls of drop glue, closures as functions.
//
// # What is tracked
//
// Of values only scalars: integers, bools, chars, discriminants of enums and
// function pointers, each by the path to it inside a local (see infer.Param).
// A variable exists only where something depends on it: a branch, an argument
// that a callee looks at, a result that a caller looks at.
//
// # How calls are found
//
// The type of a call says which impl block it means; package mono matches the
// headers, as rustdoc lists them, and finds the body in the MIR. A method of a
// trait object is a slot whose targets are the types made into such an object in
// what is reached, and so is dropping one (virtual.go). A function that is given a
// function is lowered once for each (copies.go); a function pointer that was read
// from memory is what is known to be stored there (pointers.go). Generic functions
// that nothing instantiates are lowered on their own, and so are closures that nothing
// calls and async blocks that nothing polls (generic.go). Drop glue is made from the fields
// of types; for types inside functions, whose fields rustdoc does not list, the compiler's
// own dump is read.
// What a macro of another crate writes is placed at the line that uses the macro.
// Foreign functions are called by their link names, of which the sources have the
// last word. Crates that come without core get a stand-in (model/core.rs).
//
// # Direction of error
//
// A call that cannot be resolved becomes an opaque call, which the solver takes
// to sleep, and a [Note]. Unwinding is not followed: a panic ends the path.
// Values written through raw pointers, or through references kept in structures,
// are not seen; a value that a mutable reference may have changed is unknown.
package rustfront
