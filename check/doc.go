// Package check holds the rules that turn a solved program into findings, and
// the forms in which findings are written: text in rustc's layout, the one line
// that Kbuild users know, JSON, SARIF 2.1.0 and GitHub workflow commands.
//
// In goes an [Input]: a program, its solution and the functions at hand. Out
// comes a [Report]. Each rule is metadata and a function, in a file of its own
// named after its code ([Rules] lists them); what they find is data, and only
// the writers make text of it.
//
// # Which way it errs
//
// The rules add nothing to what the solver found: a finding is as good as the
// evidence of the functions on its path, and a path that rests on an assumption
// says so in a note.
//
// # One defect, one finding
//
// A generic function is solved once for each instance, and a header function
// once for each version. Findings of one rule at one place with one message are
// one finding, which names the instances in its notes. A finding inside code
// that the user did not write, such as the kernel crate's, is placed at the
// first line of its path that the user did.
package check
