package rustfront

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Crate is the recorded compilation of a crate.
type Crate struct {
	// Name is the crate's name.
	Name string
	// Program is the rustc to run, Args all arguments behind it as recorded.
	Program string
	Args    []string
	// Dir is the working directory, Env the assignments before the program, as
	// NAME=value.
	Dir string
	Env []string
	// Source is the root file; a relative one is relative to Dir.
	Source string
	// needs are the crates that one of which there is only MIR was compiled against.
	needs []string
}

// checkProgram tells whether the recorded program may be run at all: only a
// rustc is.
func (c *Crate) checkProgram() error {
	base := filepath.Base(c.Program)
	if base != "rustc" && !strings.HasPrefix(base, "rustc-") {
		return fmt.Errorf("crate %s was recorded with %q, which is no rustc: it is not run", c.Name, c.Program)
	}
	return nil
}

// rustdoc is the documentation tool that belongs to the compiler.
func (c *Crate) rustdoc() string {
	dir, base := filepath.Split(c.Program)
	return dir + "rustdoc" + strings.TrimPrefix(base, "rustc")
}

// isProcMacro tells whether the crate runs inside the compiler: it is no part of
// the program.
func (c *Crate) isProcMacro() bool {
	for i, a := range c.Args {
		if strings.HasPrefix(a, "--crate-type") && (strings.HasSuffix(a, "=proc-macro") || i+1 < len(c.Args) && c.Args[i+1] == "proc-macro") {
			return true
		}
	}
	return false
}

// inputs is the recorded arguments without what says where and what to write,
// and without optimisation.
func (c *Crate) inputs() []string {
	var out []string
	for i := 0; i < len(c.Args); i++ {
		a := c.Args[i]
		switch {
		case a == "--emit" || a == "--out-dir" || a == "-o":
			i++
		case a == "-C" && i+1 < len(c.Args) && strings.HasPrefix(c.Args[i+1], "opt-level"):
			i++
		case strings.HasPrefix(a, "--emit="), strings.HasPrefix(a, "--out-dir="),
			strings.HasPrefix(a, "-Copt-level"), a == "-O", a == "-g":
		default:
			out = append(out, a)
		}
	}
	return out
}
