package kbuild

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// cmdFile is one `.X.cmd` file of Kbuild, as far as it is of use.
type cmdFile struct {
	path   string
	target string
	// line is the shell line, with make's escapes undone, and lineNo where it
	// stands.
	line   string
	lineNo int
	source string
	deps   []string
}

// readCmdFile reads a .cmd file. The problem is nil for a sound one; the file is
// nil where the command itself is lost.
func readCmdFile(path string) (*cmdFile, *Problem) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, &Problem{File: path, Line: 1, Lost: true, Text: fmt.Sprintf("cannot be read: %v", errors.Unwrap(err))}
	}
	return parseCmdFile(path, data)
}

// parseCmdFile reads what fixdep and Kbuild's printf write:
//
//	savedcmd_kernel/fork.o := clang ... ; objtool ...
//	source_kernel/fork.o := /src/kernel/fork.c
//	deps_kernel/fork.o := \
//	  file \
//	kernel/fork.o: $(deps_kernel/fork.o)
func parseCmdFile(path string, data []byte) (*cmdFile, *Problem) {
	lost := func(line int, format string, args ...any) (*cmdFile, *Problem) {
		return nil, &Problem{File: path, Line: line, Lost: true, Text: fmt.Sprintf(format, args...)}
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return lost(1, "the file is empty: %s", again)
	}
	f := &cmdFile{path: path}
	whole := data[len(data)-1] == '\n'
	cut, lineNo := !whole, 0
	for len(data) > 0 {
		lineNo++
		var raw []byte
		raw, data, _ = bytes.Cut(data, []byte("\n"))
		text := string(raw)
		name, value, ok := strings.Cut(text, ":=")
		if !ok {
			continue
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		switch {
		case strings.HasPrefix(name, "savedcmd_"), strings.HasPrefix(name, "cmd_"):
			f.lineNo = lineNo
			for strings.HasSuffix(value, "\\") && len(data) > 0 {
				lineNo++
				raw, data, _ = bytes.Cut(data, []byte("\n"))
				value = strings.TrimSuffix(value, "\\") + " " + string(raw)
			}
			if len(data) == 0 && !whole {
				return lost(f.lineNo, "the recorded command is cut short: %s", again)
			}
			f.target = name[strings.IndexByte(name, '_')+1:]
			f.line = unescapeMake(value)
		case strings.HasPrefix(name, "source_"):
			f.source = value
		case strings.HasPrefix(name, "deps_"):
			// The list ends with an empty line. It is long (a thousand headers), so
			// it is only taken apart where it is wanted.
			if value != "\\" {
				continue
			}
			list, rest, ended := bytes.Cut(data, []byte("\n\n"))
			if sourceKind(f.source) == 'r' {
				f.deps = depsOf(string(list))
			}
			lineNo += 1 + bytes.Count(bytes.TrimSuffix(list, []byte("\n")), []byte("\n"))
			if ended {
				lineNo++
			}
			cut = cut || !ended
			data = rest
		}
	}
	if f.lineNo == 0 {
		return lost(1, "no `savedcmd_` or `cmd_` line: this is no record of Kbuild, or it is damaged: %s", again)
	}
	if cut {
		return f, &Problem{File: path, Line: lineNo, Text: "the file is cut short behind its command, which was used all the same: " + again}
	}
	return f, nil
}

// RecordedFiles are the files that the unit was made from when it was last built,
// absolute and in the order of their first inclusion; nil where the build did not
// record that, as in a compile_commands.json, or where only the source is recorded:
// every file of a kernel includes some headers.
func (u *CUnit) RecordedFiles() []string {
	data, err := os.ReadFile(u.CmdFile)
	if err != nil || filepath.Base(u.CmdFile) == compDBName {
		return nil
	}
	_, rest, ok := strings.Cut("\n"+string(data), "\ndeps_")
	if !ok {
		return nil
	}
	_, rest, _ = strings.Cut(rest, "\n")
	list, _, _ := strings.Cut("\n"+rest, "\n\n") // which may be all there is
	// Kbuild replaces this one by the options that a file looks at.
	files := []string{under(u.Dir, "include/generated/autoconf.h")}
	for _, d := range depsOf(list) {
		if f := under(u.Dir, d); f != u.File {
			files = append(files, f)
		}
	}
	if len(files) == 1 {
		return nil
	}
	return files
}

// depsOf reads the files of a dependency list, without the options that fixdep
// adds as wildcards.
func depsOf(list string) []string {
	var out []string
	for line := range strings.Lines(list) {
		name := strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(line), "\\"))
		if name != "" && !strings.HasPrefix(name, "$(wildcard") {
			out = append(out, name)
		}
	}
	return out
}

// again is the cure for every damaged record.
const again = "delete the object beside it and run make again"

// unescapeMake undoes what Kbuild's make-cmd does to a command, so that make can
// read it back: `$$` is a dollar, `$(pound)` or `\#` a hash.
func unescapeMake(s string) string {
	if strings.IndexByte(s, '$') < 0 && !strings.Contains(s, `\#`) {
		return s
	}
	return strings.NewReplacer("$$", "$", "$(pound)", "#", `\#`, "#").Replace(s)
}

// workDir is the directory in which make ran: what is left of the record's own
// folder when the folder of its target is taken off. Make runs in the build
// directory, and for a module outside the tree there or, since 6.13, in the
// module's folder. fallback is for targets with an absolute path.
func (f *cmdFile) workDir(fallback string) string {
	if filepath.IsAbs(f.target) {
		return fallback
	}
	dir, sub := filepath.Dir(f.path), filepath.Dir(filepath.Clean(f.target))
	if sub == "." {
		return dir
	}
	if base, ok := strings.CutSuffix(dir, "/"+sub); ok {
		return base
	}
	return fallback
}

// unit finds what the record compiles.
func (f *cmdFile) unit(fallbackDir string) (units, *Problem) {
	lost := func(text string) (units, *Problem) {
		return units{}, &Problem{File: f.path, Line: f.lineNo, Lost: true, Text: text}
	}
	cmds, err := splitShell(f.line)
	if err != nil {
		var se *shellError
		errors.As(err, &se)
		return lost(fmt.Sprintf("the recorded command is damaged: %s (byte %d of the command): %s", se.Text, se.Offset+1, again))
	}
	dir := f.workDir(fallbackDir)
	u, err := classify(cmds, dir)
	if err != nil {
		return lost(err.Error())
	}
	switch {
	case u.c != nil:
		// Not what `-o` names: older kernels compile to .tmp_X.o first.
		u.c.Object = under(dir, f.target)
		u.c.CmdFile, u.c.Line = f.path, f.lineNo
	case u.rust != nil:
		u.rust.CmdFile, u.rust.Line = f.path, f.lineNo
		u.rust.Object = under(dir, f.target)
		for _, d := range f.deps {
			u.rust.Deps = append(u.rust.Deps, under(dir, d))
		}
		u.rust.Deps = append(u.rust.Deps, u.rust.Source)
		slices.Sort(u.rust.Deps)
		u.rust.Deps = slices.Compact(u.rust.Deps)
	case u.asm != nil:
		u.asm.CmdFile = f.path
	case sourceKind(f.source) == 'c' || sourceKind(f.source) == 'r':
		return lost(fmt.Sprintf("the recorded command does not compile %s: %s", f.source, again))
	}
	return u, nil
}
