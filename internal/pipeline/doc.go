// Package pipeline joins the stages that the subcommands share: it opens a build
// tree, lowers its C files and the Rust crates asked for to one common program,
// and solves that.
//
// In go [Options]; out comes an [Analysis]. A broken record, translation unit or
// crate costs only itself: what was lost stands in the notes, and an error means
// that nothing could be analysed at all.
package pipeline
