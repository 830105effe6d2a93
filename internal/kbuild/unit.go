package kbuild

import (
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// CUnit is the compilation of one C file.
type CUnit struct {
	// File is the C file, absolute.
	File string
	// Dir is the working directory of the command, absolute. Relative paths
	// among the arguments start there.
	Dir string
	// Program is the compiler as recorded, without a wrapper such as ccache.
	Program string
	// Args are all arguments behind the program, as recorded, `-c`, `-o` and the
	// file included; response files are expanded.
	Args []string
	// Object is what is made, absolute, or "" where the record does not say.
	Object string
	// CmdFile is where this was recorded, absolute, and Line the line in it.
	CmdFile string
	Line    int
}

// RustUnit is the compilation of one Rust crate.
type RustUnit struct {
	// Crate is the crate's name.
	Crate string
	// Source is the root file of the crate, absolute.
	Source string
	// Dir is the working directory of the command, absolute.
	Dir string
	// Program is the rustc as recorded: a path, or a name to look up in PATH.
	Program string
	// Args are all arguments behind the program, as recorded; `@file` arguments
	// are left to rustc, which reads them one argument a line.
	Args []string
	// Env are the assignments before the program, as NAME=value.
	Env []string
	// Object is the object or library that is made, absolute, or "".
	Object string
	// Deps are the files that the crate was made from (sources, other crates'
	// .rmeta), absolute and sorted, where the record names them.
	Deps []string
	// CmdFile is where this was recorded, absolute, and Line the line in it.
	CmdFile string
	Line    int
}

// AsmUnit is an assembly file; its functions have no body to analyse.
type AsmUnit struct {
	File    string
	Object  string
	CmdFile string
}

// units is what one record yields: at most one of the three, or neither where
// it does not compile anything for the kernel.
type units struct {
	c    *CUnit
	rust *RustUnit
	asm  *AsmUnit
}

// classify finds the compilation among the commands of one recorded line. Later
// commands (objtool, objcopy) work on the object and are of no interest. A nil
// error with no unit means that the line compiles nothing.
func classify(cmds []command, dir string) (units, error) {
	for _, cmd := range cmds {
		program, env, args := programOf(cmd.Args)
		var u units
		switch {
		case program == "":
			continue
		case rustcProgram.MatchString(filepath.Base(program)):
			u.rust = rustUnit(program, args, append(cmd.Env, env...), dir)
			if u.rust == nil {
				continue
			}
		case slices.Contains(args, "-c"):
			expanded, err := expandResponse(args, dir, 0)
			if err != nil {
				return units{}, err
			}
			u = cUnit(program, expanded, dir)
		}
		if u == (units{}) {
			continue
		}
		if cmd.Expansion != "" {
			return units{}, fmt.Errorf("the compile command needs a shell to expand %q, which is not run: write the value itself", cmd.Expansion)
		}
		return u, nil
	}
	return units{}, nil
}

// rustcProgram matches rustc and the driver that stands in for it when the
// kernel is built with CLIPPY=1.
var rustcProgram = regexp.MustCompile(`^(rustc|clippy-driver)(-[0-9][0-9.]*)?(\.exe)?$`)

// programOf splits words into program and arguments. Words before the first
// option other than sources are wrappers (`ccache clang -c ...`): the last of
// them is the program. Assignments among them (`env A=b rustc ...`) are the
// environment.
func programOf(words []string) (program string, env, args []string) {
	for i, w := range words {
		if strings.HasPrefix(w, "-") || strings.HasPrefix(w, "@") || sourceKind(w) != 0 {
			return program, env, words[i:]
		}
		if isAssignment(w) {
			env = append(env, w)
			continue
		}
		program = w
		if rustcProgram.MatchString(filepath.Base(w)) {
			return program, env, words[i+1:]
		}
	}
	return program, env, nil
}

// sourceKind is 'c', 'r' (Rust) or 's' (assembly) by the suffix of a path, else 0.
func sourceKind(path string) byte {
	switch filepath.Ext(path) {
	case ".c":
		return 'c'
	case ".rs":
		return 'r'
	case ".S", ".s":
		return 's'
	}
	return 0
}

// takesValue are the options of C compilers whose value is the next argument,
// and may look like a source.
var takesValue = map[string]bool{
	"-o": true, "-include": true, "-imacros": true, "-I": true, "-D": true, "-U": true,
	"-isystem": true, "-idirafter": true, "-iquote": true, "-isysroot": true, "-MF": true,
	"-MT": true, "-MQ": true, "-x": true, "-Xclang": true, "-Xassembler": true, "-mllvm": true,
	"-target": true, "--param": true, "-arch": true, "-include-pch": true, "-T": true,
}

func cUnit(program string, args []string, dir string) units {
	var object, source string
	for i := 0; i < len(args); i++ {
		a := args[i]
		switch {
		case a == "-o" && i+1 < len(args):
			i++
			object = under(dir, args[i])
		case takesValue[a]:
			i++
		case strings.HasPrefix(a, "-o") && len(a) > 2:
			object = under(dir, a[2:])
		case !strings.HasPrefix(a, "-") && sourceKind(a) != 0:
			source = a
		}
	}
	switch sourceKind(source) {
	case 'c':
		return units{c: &CUnit{File: under(dir, source), Dir: dir, Program: program, Args: args, Object: object}}
	case 's':
		return units{asm: &AsmUnit{File: under(dir, source), Object: object}}
	}
	return units{}
}

// rustUnit reads a rustc command line; it is nil where no source is compiled
// (`rustc --version`).
func rustUnit(program string, args, env []string, dir string) *RustUnit {
	if name, ok := strings.CutPrefix(filepath.Base(program), "clippy-driver"); ok {
		program = filepath.Join(filepath.Dir(program), "rustc"+name)
	}
	u := &RustUnit{Dir: dir, Program: program, Args: args, Env: env}
	var outDir, output string
	for i := 0; i < len(args); i++ {
		name, value := args[i], ""
		switch {
		case rustTakesValue[name] && i+1 < len(args):
			i++
			value = args[i]
		case strings.HasPrefix(name, "--"):
			name, value, _ = strings.Cut(name, "=")
		case !strings.HasPrefix(name, "-") && sourceKind(name) == 'r':
			u.Source = under(dir, name)
			continue
		default:
			continue
		}
		switch name {
		case "--crate-name":
			u.Crate = value
		case "--out-dir":
			outDir = value
		case "-o":
			output = value
		case "--emit":
			for kind := range strings.SplitSeq(value, ",") {
				kind, path, _ := strings.Cut(kind, "=")
				if (kind == "obj" || kind == "link" && u.Object == "") && path != "" {
					u.Object = under(dir, path)
				}
			}
		}
	}
	if u.Source == "" {
		return nil
	}
	if u.Crate == "" {
		// rustc's own default.
		u.Crate = strings.ReplaceAll(strings.TrimSuffix(filepath.Base(u.Source), ".rs"), "-", "_")
	}
	switch {
	case u.Object != "":
	case output != "":
		u.Object = under(dir, output)
	case outDir != "":
		u.Object = under(dir, filepath.Join(outDir, u.Crate+".o"))
	}
	return u
}

// rustTakesValue are the options of rustc whose value is the next argument.
var rustTakesValue = map[string]bool{
	"--crate-name": true, "--out-dir": true, "-o": true, "--emit": true, "--extern": true,
	"--crate-type": true, "--edition": true, "--cfg": true, "--check-cfg": true, "--target": true,
	"--sysroot": true, "--codegen": true, "--error-format": true, "--cap-lints": true,
	"--allow": true, "--warn": true, "--deny": true, "--forbid": true, "--print": true,
	"-L": true, "-l": true, "-C": true, "-Z": true, "-A": true, "-W": true, "-D": true, "-F": true,
	"--remap-path-prefix": true, "--diagnostic-width": true, "--color": true, "--json": true,
}

// hostTool tells whether a unit of a Kbuild tree is a program of the build
// itself. Such code lies in a few directories by convention and, unlike the
// kernel's, is compiled without __KERNEL__.
func (u *CUnit) hostTool(rel string) bool {
	if slices.Contains(u.Args, "-D__KERNEL__") {
		return false
	}
	for part := range strings.SplitSeq(filepath.Dir(rel), "/") {
		if part == "scripts" || part == "tools" || part == "usr" {
			return true
		}
	}
	return false
}

// under is path, taken from dir where it is relative.
func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
