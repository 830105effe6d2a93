package kbuild

import (
	"errors"
	"fmt"
)

// The ways in which a directory is no tree to analyse. Each comes wrapped with
// the directory and with what to do about it.
var (
	// ErrNoTree: the directory does not exist, or holds neither a Kbuild output
	// nor a compile_commands.json.
	ErrNoTree = errors.New("no build tree")
	// ErrEmptyTree: it is a kernel tree, but nothing was compiled in it.
	ErrEmptyTree = errors.New("empty build tree")
	// ErrNoRust: the tree holds no Rust crate.
	ErrNoRust = errors.New("no Rust in the build tree")
	// ErrNoTarget: what was asked for is no Rust object, folder or file of the
	// tree.
	ErrNoTarget = errors.New("no such target")
)

// Problem is a recorded command that cannot be used, or only in part.
type Problem struct {
	// File is absolute, Line counts from 1.
	File string
	Line int
	// Text says what is wrong and what to do.
	Text string
	// Lost is set where a unit is missing from the tree because of it.
	Lost bool
}

func (p Problem) String() string { return fmt.Sprintf("%s:%d: %s", p.File, p.Line, p.Text) }
