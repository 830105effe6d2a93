package annotate

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"preemptck/infer"
)

// WriteJSON writes the table, an entry on a few lines, always the same bytes for
// the same table.
func (t *Table) WriteJSON(w io.Writer) error {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"schema\": %s,\n  \"functions\": [", compact(Schema))
	for i := range t.Functions {
		e := &t.Functions[i]
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "\n    {\"name\": %s, \"symbol\": %s, \"file\": %s, \"line\": %d, \"static\": %t,\n",
			compact(e.Name), compact(e.Symbol), compact(e.File), e.Line, e.Static)
		fmt.Fprintf(&b, "     \"adjust\": %s, \"expect\": %s, \"lanes\": %s,\n",
			compact(e.Adjust), compact(e.Expect), compact(emptyMap(e.Lanes)))
		fmt.Fprintf(&b, "     \"cases\": %s,\n", compact(emptyList(e.Cases)))
		fmt.Fprintf(&b, "     \"evidence\": %s, \"assumes\": %s,\n",
			compact(e.Evidence), compact(emptyList(e.Assumes)))
		fmt.Fprintf(&b, "     \"witness\": %s}", compact(emptyList(e.Witness)))
	}
	if len(t.Functions) > 0 {
		b.WriteString("\n  ")
	}
	b.WriteString("]\n}\n")
	_, err := w.Write(b.Bytes())
	return err
}

// compact is a value as JSON on one line, with `<`, `>` and `&` as they are:
// the file is for people too.
func compact(v any) string {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		// Strings, integers, and lists and maps of them always encode.
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func emptyList[T any](l []T) []T {
	if l == nil {
		return []T{}
	}
	return l
}

func emptyMap(m map[string]int) map[string]int {
	if m == nil {
		return map[string]int{}
	}
	return m
}

// rawEntry tells a field that is missing from one that is null.
type rawEntry struct {
	Name     *string         `json:"name"`
	Symbol   *string         `json:"symbol"`
	File     *string         `json:"file"`
	Line     *int            `json:"line"`
	Static   *bool           `json:"static"`
	Adjust   json.RawMessage `json:"adjust"`
	Expect   *string         `json:"expect"`
	Lanes    *map[string]int `json:"lanes"`
	Cases    *[]rawCase      `json:"cases"`
	Evidence *string         `json:"evidence"`
	Assumes  *[]string       `json:"assumes"`
	Witness  *[]Step         `json:"witness"`
}

type rawCase struct {
	When    *string         `json:"when"`
	Adjust  json.RawMessage `json:"adjust"`
	Expect  *string         `json:"expect"`
	Returns *string         `json:"returns"`
}

// ReadJSON reads a table. file is used for positions: a malformed entry is an
// error that names its line.
func ReadJSON(file string, src []byte) (*Table, error) {
	r := &tableReader{file: file, src: src, dec: json.NewDecoder(bytes.NewReader(src))}
	t, err := r.table()
	if err != nil {
		return nil, err
	}
	sortEntries(t.Functions)
	return t, nil
}

// tableReader reads a table's JSON entry by entry, so that errors have lines.
type tableReader struct {
	file string
	src  []byte
	dec  *json.Decoder
}

func (r *tableReader) table() (*Table, error) {
	if err := r.delim('{'); err != nil {
		return nil, err
	}
	t := &Table{}
	hasFunctions := false
	for r.dec.More() {
		at := r.offset()
		k, err := r.dec.Token()
		if err != nil {
			return nil, r.syntax(err)
		}
		switch k {
		case "schema":
			at = r.offset()
			if err := r.dec.Decode(&t.Schema); err != nil {
				return nil, r.decodeError(at, err)
			}
			if t.Schema != Schema {
				return nil, r.errorf(at, "schema is %q, this version reads %q: write the table anew", t.Schema, Schema)
			}
		case "functions":
			if t.Schema == "" {
				return nil, r.errorf(at, "no \"schema\" before \"functions\": want %q", Schema)
			}
			hasFunctions = true
			if err := r.functions(t); err != nil {
				return nil, err
			}
		default:
			return nil, r.errorf(at, "unknown field %q: want schema and functions", k)
		}
	}
	if err := r.delim('}'); err != nil {
		return nil, err
	}
	if !hasFunctions {
		return nil, r.errorf(0, "no \"schema\" and \"functions\" in this file: is it an annotation table")
	}
	if _, err := r.dec.Token(); !errors.Is(err, io.EOF) {
		return nil, r.errorf(r.offset(), "more text behind the table")
	}
	return t, nil
}

func (r *tableReader) functions(t *Table) error {
	if err := r.delim('['); err != nil {
		return err
	}
	lines := map[key]int{}
	for r.dec.More() {
		at := r.offset()
		var msg json.RawMessage
		if err := r.dec.Decode(&msg); err != nil {
			return r.decodeError(at, err)
		}
		e, err := readEntry(msg)
		if err != nil {
			return r.errorf(at, "%w", err)
		}
		// A helper and the function it wraps may carry one name, but a name and
		// symbol stand for one entry.
		k := key{e.Name + "\x00" + e.Symbol, e.key().file}
		if first, dup := lines[k]; dup && !e.Static {
			return r.errorf(at, "function %q is listed already on line %d", e.Name, first)
		}
		lines[k] = r.line(at)
		t.Functions = append(t.Functions, e)
	}
	return r.delim(']')
}

// readEntry decodes and checks one entry.
func readEntry(msg json.RawMessage) (Entry, error) {
	var raw rawEntry
	dec := json.NewDecoder(bytes.NewReader(msg))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&raw); err != nil {
		return Entry{}, fmt.Errorf("malformed entry: %w", plainJSONError(err))
	}
	who := "entry"
	if raw.Name != nil {
		who = fmt.Sprintf("entry of %q", *raw.Name)
	}
	fail := func(format string, args ...any) (Entry, error) {
		return Entry{}, fmt.Errorf(who+": "+format, args...)
	}
	for _, f := range []struct {
		name    string
		missing bool
	}{
		{"name", raw.Name == nil}, {"symbol", raw.Symbol == nil}, {"file", raw.File == nil},
		{"line", raw.Line == nil}, {"static", raw.Static == nil}, {"adjust", raw.Adjust == nil},
		{"expect", raw.Expect == nil}, {"lanes", raw.Lanes == nil}, {"cases", raw.Cases == nil},
		{"evidence", raw.Evidence == nil}, {"assumes", raw.Assumes == nil}, {"witness", raw.Witness == nil},
	} {
		if f.missing {
			return fail("field %q is missing", f.name)
		}
	}
	e := Entry{
		Name: *raw.Name, Symbol: *raw.Symbol, File: *raw.File, Line: *raw.Line, Static: *raw.Static,
		Expect: *raw.Expect, Lanes: *raw.Lanes, Evidence: *raw.Evidence, Assumes: *raw.Assumes, Witness: *raw.Witness,
	}
	if e.Name == "" || e.Symbol == "" {
		return fail("name and symbol must not be empty")
	}
	var err error
	if e.Adjust, err = readAdjust(raw.Adjust); err != nil {
		return fail("adjust: %w", err)
	}
	if err := checkExpect(e.Expect); err != nil {
		return fail("expect: %w", err)
	}
	if err := checkLanes(e.Lanes, e.Adjust); err != nil {
		return fail("lanes: %w", err)
	}
	if err := checkEvidence(e.Evidence); err != nil {
		return fail("evidence: %w", err)
	}
	if len(*raw.Cases) == 0 {
		return fail("cases: want at least one")
	}
	for i, rc := range *raw.Cases {
		c, err := readCase(rc)
		if err != nil {
			return fail("case %d: %w", i+1, err)
		}
		e.Cases = append(e.Cases, c)
	}
	return e, nil
}

func readCase(raw rawCase) (Case, error) {
	if raw.When == nil || raw.Adjust == nil || raw.Expect == nil || raw.Returns == nil {
		return Case{}, errors.New("want when, adjust, expect and returns")
	}
	c := Case{When: *raw.When, Expect: *raw.Expect, Returns: *raw.Returns}
	var err error
	if c.Adjust, err = readAdjust(raw.Adjust); err != nil {
		return c, fmt.Errorf("adjust: %w", err)
	}
	if err := checkExpect(c.Expect); err != nil {
		return c, fmt.Errorf("expect: %w", err)
	}
	return c, nil
}

// readAdjust reads a change of the count, nil for null.
func readAdjust(msg json.RawMessage) (*int, error) {
	var n *int
	if err := json.Unmarshal(msg, &n); err != nil {
		return nil, fmt.Errorf("%s: want a whole number or null", msg)
	}
	if n != nil && (*n < -infer.Inf || *n > infer.Inf) {
		return nil, fmt.Errorf("%d: want a number from %d to %d", *n, -infer.Inf, infer.Inf)
	}
	return n, nil
}

// checkExpect accepts klint's notation, and "none" for a function that no
// context satisfies.
func checkExpect(s string) error {
	if s == (infer.Range{Lo: 1}).String() {
		return nil
	}
	_, err := infer.ParseRange(s)
	return err
}

// checkLanes holds the lanes to the adjustment they add up to.
func checkLanes(lanes map[string]int, adjust *int) error {
	var v infer.Lanes
	for _, name := range sortedKeys(lanes) {
		l, err := infer.ParseLane(name)
		if err != nil {
			return err
		}
		n := lanes[name]
		if n == 0 || n < -infer.Inf || n > infer.Inf {
			return fmt.Errorf("%s is %d: want a number other than 0 from %d to %d", name, n, -infer.Inf, infer.Inf)
		}
		v[l] = int8(n)
	}
	switch {
	case adjust == nil && len(lanes) > 0:
		return errors.New("must be empty where adjust is null")
	case adjust != nil && v.Count() != *adjust:
		return fmt.Errorf("add up to %d, but adjust is %d", v.Count(), *adjust)
	}
	return nil
}

func checkEvidence(s string) error {
	for e := infer.Model; e <= infer.NoBody; e++ {
		if s == e.String() {
			return nil
		}
	}
	return fmt.Errorf("%q: want model, proved, assumed or unknown", s)
}

// delim reads one bracket.
func (r *tableReader) delim(want json.Delim) error {
	at := r.offset()
	t, err := r.dec.Token()
	if err != nil {
		return r.syntax(err)
	}
	if t != want {
		return r.errorf(at, "expected %q, found %v", want.String(), t)
	}
	return nil
}

// offset is where the next token begins.
func (r *tableReader) offset() int {
	at := int(r.dec.InputOffset())
	for at < len(r.src) && strings.IndexByte(" \t\r\n,:", r.src[at]) >= 0 {
		at++
	}
	return at
}

func (r *tableReader) line(offset int) int {
	return 1 + bytes.Count(r.src[:min(offset, len(r.src))], []byte{'\n'})
}

func (r *tableReader) errorf(offset int, format string, args ...any) error {
	return fmt.Errorf("%s:%d: %w", r.file, r.line(offset), fmt.Errorf(format, args...))
}

// syntax positions an error of the JSON itself.
func (r *tableReader) syntax(err error) error {
	var se *json.SyntaxError
	switch {
	case errors.As(err, &se):
		return r.errorf(int(se.Offset), "not JSON: %w", err)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return r.errorf(len(r.src), "the file ends before the table does")
	}
	return r.errorf(r.offset(), "%w", err)
}

// decodeError is syntax for an error met while decoding a value at offset.
func (r *tableReader) decodeError(offset int, err error) error {
	var te *json.UnmarshalTypeError
	if errors.As(err, &te) {
		return r.errorf(offset, "%w", plainJSONError(err))
	}
	return r.syntax(err)
}

// plainJSONError says a type error without the names of Go's types.
func plainJSONError(err error) error {
	var te *json.UnmarshalTypeError
	if errors.As(err, &te) {
		if te.Field == "" {
			return fmt.Errorf("unexpected %s", te.Value)
		}
		return fmt.Errorf("field %q must not be a %s", te.Field, te.Value)
	}
	msg := strings.TrimPrefix(err.Error(), "json: ")
	return errors.New(msg)
}
