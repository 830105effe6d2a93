package mir

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

// Index knows where the items of a text of MIR are, and reads them one by one.
// It is safe for concurrent use once built.
type Index struct {
	// Name is what notes call the text.
	Name string
	// Entries are the items, in order of the text.
	Entries []*Entry
	// Notes lists text between items that is not understood.
	Notes []Note

	r      io.ReaderAt
	closer io.Closer
	byPath map[string][]*Entry
}

// Entry is the place of an item in the text.
type Entry struct {
	// Header is the exact text of the header, and Path the path in it, as
	// [Item.RawPath].
	Header string
	Path   string
	// CTFE marks the second body of a const fn; see [Item.CTFE].
	CTFE bool
	Pass *Pass
	// Offset and Len are the range of bytes, Line the line of the header.
	Offset int64
	Len    int
	Line   int
}

// OpenIndex indexes a file, which stays open until Close.
func OpenIndex(path string) (*Index, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("mir: %w", err)
	}
	st, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("mir: %w", err)
	}
	ix, err := NewIndex(path, f, st.Size())
	if err != nil {
		f.Close()
		return nil, err
	}
	ix.closer = f
	return ix, nil
}

// Close closes the file of [OpenIndex].
func (ix *Index) Close() error {
	if ix.closer == nil {
		return nil
	}
	return ix.closer.Close()
}

// NewIndex finds the items in the first size bytes of r. Name is for notes. The
// error is that of reading; text that is not understood is a note.
func NewIndex(name string, r io.ReaderAt, size int64) (*Index, error) {
	ix := &Index{Name: name, r: r}
	w := &window{r: r, size: size, line: 1}
	if err := ix.scan(w); err != nil {
		return nil, fmt.Errorf("mir: reading %s: %w", name, err)
	}
	ix.group()
	return ix, nil
}

func (ix *Index) group() {
	ix.byPath = map[string][]*Entry{}
	for _, e := range ix.Entries {
		ix.byPath[e.Path] = append(ix.byPath[e.Path], e)
	}
}

// Lookup returns the items of a path as printed in headers, in order of the
// text: several where an impl stands in a macro, and the CTFE body of a const
// fn beside the other.
func (ix *Index) Lookup(path string) []*Entry { return ix.byPath[path] }

// Paths returns all paths, sorted.
func (ix *Index) Paths() []string {
	ps := make([]string, 0, len(ix.byPath))
	for p := range ix.byPath {
		ps = append(ps, p)
	}
	sort.Strings(ps)
	return ps
}

// Parse reads an item.
func (ix *Index) Parse(e *Entry) (*Item, error) {
	buf := make([]byte, e.Len)
	if n, err := ix.r.ReadAt(buf, e.Offset); n < e.Len {
		return nil, fmt.Errorf("mir: reading %s at line %d: %w", ix.Name, e.Line, err)
	}
	it := ParseItem(ix.Name, e.Line, string(buf))
	it.CTFE, it.Pass = e.CTFE, e.Pass
	return it, nil
}

// ParseHeader reads an item's header only: path, arguments and types.
func (ix *Index) ParseHeader(e *Entry) *Item {
	it := ParseHeader(ix.Name, e.Line, e.Header)
	it.CTFE, it.Pass = e.CTFE, e.Pass
	return it
}

// ParseFile reads all items of a text. Name is for notes.
func ParseFile(name, text string) *File {
	f := &File{Name: name}
	ix, err := NewIndex(name, strings.NewReader(text), int64(len(text)))
	if err != nil {
		f.Notes = []Note{{File: name, Text: err.Error()}}
		return f
	}
	f.Notes = ix.Notes
	for _, e := range ix.Entries {
		it := ParseItem(name, e.Line, text[e.Offset:e.Offset+int64(e.Len)])
		it.CTFE, it.Pass = e.CTFE, e.Pass
		f.Items = append(f.Items, it)
		f.Notes = append(f.Notes, it.Notes...)
	}
	sort.SliceStable(f.Notes, func(i, j int) bool { return f.Notes[i].Line < f.Notes[j].Line })
	return f
}

// scan walks over the items. Only headers are looked at: bodies are passed over
// to the next line that is a lone closing brace.
func (ix *Index) scan(w *window) error {
	var last *Entry // what allocations belong to
	var pass *Pass
	ctfe := false
	for {
		at, lineNo := w.offset(), w.line
		line, err := w.next()
		if err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		switch {
		case len(line) == 0:
		case bytes.HasPrefix(line, []byte("// MIR FOR CTFE")):
			ctfe = true
		case bytes.HasPrefix(line, []byte("// MIR for `")):
			pass = parsePass(string(line))
		case bytes.HasPrefix(line, []byte("//")):
		case bytes.HasPrefix(line, []byte("| ")), len(line) == 1 && line[0] == '|':
			// User type annotations of -Zdump-mir.
		case bytes.HasPrefix(line, []byte("/*")):
			for !bytes.HasSuffix(line, []byte("*/")) && err == nil {
				line, err = w.next()
			}
		case isAlloc(line):
			if line[len(line)-1] == '{' {
				err = w.skipBody()
			}
			if last != nil {
				last.Len = int(w.offset() - last.Offset)
			}
		case line[0] == ' ' || line[0] == '}':
			ix.Notes = append(ix.Notes, Note{File: ix.Name, Line: lineNo, Text: "text outside of items: " + clip(string(line))})
		default:
			head := string(line)
			for n := 0; n < 2 && !strings.HasSuffix(head, "{") && !strings.HasSuffix(head, ";") && w.at("yields ", " {"); n++ {
				if line, err = w.next(); err != nil {
					break
				}
				head += "\n" + string(line)
			}
			if strings.HasSuffix(head, "{") {
				err = w.skipBody()
			}
			last = &Entry{Header: head, Offset: at, Len: int(w.offset() - at), Line: lineNo, CTFE: ctfe, Pass: pass}
			last.Path = ParseHeader(ix.Name, lineNo, head).RawPath
			ix.Entries = append(ix.Entries, last)
			ctfe, pass = false, nil
		}
		if err != nil && err != io.EOF {
			return err
		}
	}
}

// isAlloc tells whether a line begins a constant allocation: `alloc12 (`.
func isAlloc(line []byte) bool {
	rest, ok := bytes.CutPrefix(line, []byte("alloc"))
	n := 0
	for n < len(rest) && isDigit(rest[n]) {
		n++
	}
	return ok && n > 0 && bytes.HasPrefix(rest[n:], []byte(" ("))
}

// parsePass reads "// MIR for `NAME` after PASS".
func parsePass(line string) *Pass {
	name, rest, ok := strings.Cut(strings.TrimPrefix(line, "// MIR for `"), "` ")
	if !ok {
		return nil
	}
	when, pass, _ := strings.Cut(rest, " ")
	return &Pass{Name: name, Before: when == "before", Pass: pass}
}
