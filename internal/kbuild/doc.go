// Package kbuild finds everything the analysis needs from one argument, the
// build directory: the command line of every C file and of every Rust crate, the
// generated bindings, and the source tree.
//
// In goes a Kbuild output directory (O= or in-tree), whose hidden `.*.o.cmd`
// files record how each object was made, or a folder with a
// compile_commands.json. Out comes a [Tree]: the units in a fixed order, and a
// positioned [Problem] for each recorded command that cannot be used, which
// costs only itself.
//
// Command lines are data. They are split by the quoting rules of POSIX shells,
// but nothing is handed to a shell and nothing is expanded: a compile line that
// would need `$(...)` or a variable is a problem, not a guess.
//
// # Not seen
//
// Objects that were deleted after their command was recorded are still read, as
// long as their source exists. Code that is compiled like the kernel but linked
// into another image (the vDSO, the decompressor) is left out only where that
// image was linked, too: its record is what tells them apart.
package kbuild
