package annotate

import (
	"fmt"
	"os"
	"strings"
)

// Declared is one function that a bindings file declares in an `extern` block.
type Declared struct {
	// Name is the Rust name; Symbol the link symbol, which `#[link_name]` may
	// set.
	Name, Symbol string
	// File and Line are where the bindings file declares it.
	File string
	Line int
	// Signature is the declaration from `fn` to before the semicolon, as
	// written but on one line.
	Signature string
}

// ReadBindings lists the functions that the bindgen output src declares, in
// order. It understands `extern "C" { ... }` and `unsafe extern "C" { ... }`
// blocks of any number of items; statics, types and function bodies are passed
// over. file is used for positions.
//
// It reads tokens, not a syntax tree: a full parse of the 2 MB that bindgen
// writes for a kernel takes half a second, and Rust grammars lag behind forms
// such as `unsafe extern`.
func ReadBindings(file, src string) ([]Declared, error) {
	r := &bindingsReader{lexer: lexer{file: file, src: src, line: 1}}
	if err := r.file(); err != nil {
		return nil, err
	}
	return r.found, nil
}

// bindingsReader walks the items of a bindings file.
type bindingsReader struct {
	lexer
	found []Declared
}

// file reads all items of the file. Blocks other than extern ones are skipped
// whole, so that an `extern "C" fn` type or a method is never taken for a
// declaration.
func (r *bindingsReader) file() error {
	var prev, prev2 token
	for {
		t, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case t.kind == tokEOF:
			return nil
		case t.is("{") && prev.kind == tokString && prev2.is("extern"),
			t.is("{") && prev.is("extern"):
			if err := r.externBlock(t); err != nil {
				return err
			}
		case t.is("{"), t.is("("), t.is("["):
			if err := r.skipGroup(t); err != nil {
				return err
			}
		}
		prev2, prev = prev, t
	}
}

// externBlock reads the items of an extern block up to its closing brace.
func (r *bindingsReader) externBlock(open token) error {
	link := ""
	for {
		t, err := r.next()
		if err != nil {
			return err
		}
		switch {
		case t.kind == tokEOF:
			return r.errorf(open.line, "extern block is not closed")
		case t.is("}"):
			return nil
		case t.is("#"):
			name, err := r.attribute()
			if err != nil {
				return err
			}
			if name != "" {
				link = name
			}
		case t.is("fn"):
			d, err := r.function(t, link)
			if err != nil {
				return err
			}
			r.found = append(r.found, d)
			link = ""
		case t.is("static"), t.is("type"):
			// Its type may hold the word `fn`.
			if _, err := r.toSemicolon(t, t.text); err != nil {
				return err
			}
			link = ""
		case t.is("{"), t.is("("), t.is("["):
			if err := r.skipGroup(t); err != nil {
				return err
			}
		}
	}
}

// attribute reads `#[...]` behind its `#` and returns the link name it sets.
func (r *bindingsReader) attribute() (string, error) {
	t, err := r.next()
	if err != nil || !t.is("[") {
		return "", err
	}
	name, err := r.next()
	if err != nil {
		return "", err
	}
	link := ""
	for depth := 1; ; {
		if name.is("]") {
			return "", nil
		}
		t, err := r.next()
		switch {
		case err != nil:
			return "", err
		case t.kind == tokEOF:
			return "", r.errorf(name.line, "attribute is not closed")
		case t.is("["):
			depth++
		case t.is("]"):
			if depth--; depth == 0 {
				return link, nil
			}
		case t.kind == tokString && name.is("link_name"):
			link = linkSymbol(t.text)
		}
	}
}

// function reads a declaration behind its `fn`.
func (r *bindingsReader) function(fn token, link string) (Declared, error) {
	name, err := r.next()
	if err != nil {
		return Declared{}, err
	}
	if name.kind != tokWord {
		return Declared{}, r.errorf(fn.line, "expected a function name behind `fn`")
	}
	rust := strings.TrimPrefix(name.text, "r#")
	d := Declared{Name: rust, Symbol: rust, File: r.lexer.file, Line: fn.line}
	if link != "" {
		d.Symbol = link
	}
	end, err := r.toSemicolon(fn, rust)
	if err != nil {
		return d, err
	}
	d.Signature = oneLine(r.src[fn.start:end.start])
	return d, nil
}

// toSemicolon passes over the rest of an item and returns its semicolon.
func (r *bindingsReader) toSemicolon(first token, name string) (token, error) {
	for {
		t, err := r.next()
		switch {
		case err != nil:
			return t, err
		case t.kind == tokEOF, t.is("}"):
			return t, r.errorf(first.line, "declaration of `%s` has no semicolon", name)
		case t.is("("), t.is("["), t.is("{"):
			if err := r.skipGroup(t); err != nil {
				return t, err
			}
		case t.is(";"):
			return t, nil
		}
	}
}

// skipGroup passes over a bracketed group whose opening bracket was just read.
func (r *bindingsReader) skipGroup(open token) error {
	for depth := 1; depth > 0; {
		t, err := r.next()
		switch {
		case err != nil:
			return err
		case t.kind == tokEOF:
			return r.errorf(open.line, "`%s` is not closed", open.text)
		case t.is("("), t.is("["), t.is("{"):
			depth++
		case t.is(")"), t.is("]"), t.is("}"):
			depth--
		}
	}
	return nil
}

// linkSymbol reads the value of a link_name. A leading \u{1} tells LLVM to take
// the symbol as it stands.
func linkSymbol(lit string) string {
	s := strings.TrimSuffix(strings.TrimPrefix(lit, `"`), `"`)
	return strings.TrimPrefix(strings.TrimPrefix(s, `\u{1}`), "\x01")
}

// oneLine brings a declaration that bindgen broke over several lines on one.
func oneLine(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	s = strings.ReplaceAll(s, "( ", "(")
	s = strings.ReplaceAll(s, ", )", ")")
	return strings.ReplaceAll(s, " )", ")")
}

func (r *bindingsReader) errorf(line int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %s", r.lexer.file, line, fmt.Sprintf(format, args...))
}

// ReadBindingsFile is [ReadBindings] of the file at path, called name in
// positions.
func ReadBindingsFile(path, name string) ([]Declared, error) {
	src, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the bindings: %w", err)
	}
	return ReadBindings(name, string(src))
}
