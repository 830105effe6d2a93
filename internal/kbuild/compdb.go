package kbuild

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const compDBName = "compile_commands.json"

// compEntry is an entry of a compile_commands.json, as Clang documents it.
type compEntry struct {
	Directory string   `json:"directory"`
	File      string   `json:"file"`
	Command   string   `json:"command"`
	Arguments []string `json:"arguments"`
	Output    string   `json:"output"`
}

// readCompDB adds the entries of a compile_commands.json. An entry whose program
// is a rustc is a Rust crate. Relative directories start at the file's own.
func (t *Tree) readCompDB(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoTree, err)
	}
	first := len(t.C)
	dec := json.NewDecoder(bytes.NewReader(data))
	if tok, err := dec.Token(); err != nil || tok != json.Delim('[') {
		t.Problems = append(t.Problems, Problem{File: path, Line: lineAt(data, dec.InputOffset()), Lost: true,
			Text: "want a JSON array of compile commands"})
		return nil
	}
	for dec.More() {
		line := entryLine(data, dec.InputOffset())
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			t.Problems = append(t.Problems, syntaxProblem(path, data, dec, err))
			return nil
		}
		if text := t.readEntry(path, line, raw); text != "" {
			t.Problems = append(t.Problems, Problem{File: path, Line: line, Lost: true, Text: text})
		}
	}
	if _, err := dec.Token(); err != nil {
		t.Problems = append(t.Problems, syntaxProblem(path, data, dec, err))
	}
	if t.Kind == CompDB && first == 0 {
		t.SrcRoot = t.commonRoot()
	}
	return nil
}

// readEntry adds one entry; it returns what is wrong with it, or "".
func (t *Tree) readEntry(path string, line int, raw json.RawMessage) string {
	var e compEntry
	if err := json.Unmarshal(raw, &e); err != nil {
		return fmt.Sprintf("the entry is no compile command: %v", err)
	}
	dir := under(filepath.Dir(path), e.Directory)
	cmds := []command{{Args: e.Arguments}}
	switch {
	case len(e.Arguments) > 0:
	case e.Command != "":
		var err error
		if cmds, err = splitShell(e.Command); err != nil {
			return fmt.Sprintf("the command of %s is damaged: %v", e.File, err)
		}
	default:
		return `the entry has neither "arguments" nor "command"`
	}
	u, err := classify(cmds, dir)
	if err != nil {
		return err.Error()
	}
	switch {
	case u.c != nil:
		u.c.CmdFile, u.c.Line = path, line
		if e.Output != "" {
			u.c.Object = under(dir, e.Output)
		}
	case u.rust != nil:
		u.rust.CmdFile, u.rust.Line = path, line
		u.rust.Deps = []string{u.rust.Source}
		if e.Output != "" {
			u.rust.Object = under(dir, e.Output)
		}
	case u.asm != nil:
		u.asm.CmdFile = path
	case sourceKind(e.File) == 'c' || sourceKind(e.File) == 'r':
		return fmt.Sprintf("the command does not compile %s: want a C compiler with -c, or rustc", e.File)
	}
	t.add(u, path, line)
	return ""
}

// commonRoot is the build directory where all C files lie below it, and else
// the deepest folder that they share.
func (t *Tree) commonRoot() string {
	root := ""
	for _, u := range t.C {
		dir := filepath.Dir(u.File)
		if root == "" {
			root = dir
		}
		for {
			if _, ok := below(root, dir); ok {
				break
			}
			root = filepath.Dir(root)
		}
	}
	if _, ok := below(t.BuildRoot, root); ok || root == "" || root == "/" {
		return t.BuildRoot
	}
	return root
}

// syntaxProblem says where the JSON breaks off.
func syntaxProblem(path string, data []byte, dec *json.Decoder, err error) Problem {
	at := dec.InputOffset()
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		at = syntax.Offset
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		at = int64(len(data))
		err = errors.New("the file is cut short")
	}
	return Problem{File: path, Line: lineAt(data, at), Lost: true,
		Text: fmt.Sprintf("%v; the entries before were used: write the file again", err)}
}

// lineAt is the line of a byte offset.
func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(int(offset), len(data))], []byte("\n"))
}

// entryLine is the line on which the next entry begins.
func entryLine(data []byte, offset int64) int {
	for int(offset) < len(data) && bytes.IndexByte([]byte(" \t\r\n,"), data[offset]) >= 0 {
		offset++
	}
	return lineAt(data, offset)
}
