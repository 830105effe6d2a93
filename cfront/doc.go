// Package cfront lowers kernel C to the common program of package infer.
//
// [Parse] hands one translation unit to libclang and lowers the functions of
// its main file and every header function they reach; [ParseAll] does so for
// a whole tree and merges the results by function identity (see infer.Func).
//
// # Places
//
// Memory that is read by name (`sb->s_flags`, `*p`, a global) is a variable
// named by its text. It is forgotten when it is written, when a variable that
// its text mentions is assigned, when its address is handed to a call, when a
// loop that tests it to leave goes round again, where it is tested again after
// a call although it is decided already, and, if this function writes it, when a
// call is given the object. Other calls are taken to leave it alone: that is an
// assumption. Volatile reads are never remembered.
//
// # Conditions
//
// A condition without side effects that infer cannot express (`a < b`) is a
// variable named by its text, so that two tests of it agree. It is forgotten
// with any of its inputs.
//
// # Pointers
//
// The address of anything is not NULL, and neither is a pointer once it has been
// followed, or the address of a part of what it points at has been handed to a
// call: the latter is an assumption. What a callee of the same unit follows on
// every way back is known behind the call. "Not NULL" is one bit that is set, as the
// common program has no other way to say so.
//
// # Paths of C arguments and results
//
// "" is the value itself. "*" is what a pointer argument points at, "*.f" the
// field f of it, and ".f" the field f of a structure that is passed or returned
// by value. Paths are only used one field deep.
//
// # Bits of integer fields
//
// For every integer field of a record, the bits are collected that all code and
// all initialisers of the program store in it: constants, and what is made of
// constants and of the field itself. Any other store, and taking the field's
// address, make it unknown, and so are the members of unions. It is an assumption
// that memory is only written by name, in C that was parsed: what memcpy or a copy
// from user space puts into a whole record, what a cast of its address changes,
// Rust, assembly, memory that nothing initialised, and a record in an initialiser
// that leaves out its braces are not seen.
//
// # Static calls
//
// A call of a static call's trampoline `__SCT__name` is a call of the slot
// "static_call name". Its targets are what the key `__SCK__name` is initialised
// with, and what is handed to any function along with the address of the key.
//
// # Macros as primitives
//
// A use of a macro named in [Options.Macros] becomes one call of its name in
// place of what it expands to, wherever it stands, other macros included. In a
// void macro that assigns to one of its arguments (`local_irq_save(flags)`), the
// variable of that argument is the call's result "". In one that has a value,
// the value is the result "" and the assigned argument is the result "=N", N
// counting arguments from 0, or "=" where an outer macro handed it down. A macro that expands to no token at all is only
// seen where it is written in a function itself.
package cfront
