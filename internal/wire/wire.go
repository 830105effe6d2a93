// Package wire writes and reads values in a compact binary form, in which worker
// processes hand over what they lowered and the cache keeps it.
//
// A text is a table of strings and a body that names them by number, so that each
// stands in it once. The form has no version of its own: whoever keeps one stores
// it under the identity of the program that wrote it, and checks it against a
// checksum before it is read. Equal values give equal bytes.
package wire

import (
	"encoding/binary"
	"errors"
	"slices"
)

// ErrDamaged says that bytes are not what a [Writer] wrote.
var ErrDamaged = errors.New("damaged")

// Writer packs values.
type Writer struct {
	body    []byte
	strings []string
	index   map[string]uint64
}

// NewWriter returns an empty writer.
func NewWriter() *Writer { return &Writer{index: map[string]uint64{"": 0}, strings: []string{""}} }

// Uint writes a number.
func (w *Writer) Uint(x uint64) { w.body = binary.AppendUvarint(w.body, x) }

// Int writes a number that may be negative.
func (w *Writer) Int(x int64) { w.body = binary.AppendVarint(w.body, x) }

// Bool writes a truth value.
func (w *Writer) Bool(b bool) {
	if b {
		w.body = append(w.body, 1)
	} else {
		w.body = append(w.body, 0)
	}
}

// Len writes how many elements follow.
func (w *Writer) Len(n int) { w.Uint(uint64(n)) }

// String writes a string.
func (w *Writer) String(s string) {
	id, ok := w.index[s]
	if !ok {
		id = uint64(len(w.strings))
		w.index[s] = id
		w.strings = append(w.strings, s)
	}
	w.Uint(id)
}

// Strings writes a list of strings.
func (w *Writer) Strings(list []string) {
	w.Len(len(list))
	for _, s := range list {
		w.String(s)
	}
}

// Raw writes bytes, which [Reader.Raw] gives back.
func (w *Writer) Raw(b []byte) {
	w.Len(len(b))
	w.body = append(w.body, b...)
}

// Nested writes what fill writes in a way that [Reader.Nested] can step over.
func (w *Writer) Nested(fill func()) { w.Raw(w.Part(fill)) }

// Part is what fill writes, to be written as [Writer.Raw] later.
func (w *Writer) Part(fill func()) []byte {
	outer := w.body
	w.body = nil
	fill()
	inner := w.body
	w.body = outer
	return inner
}

// Over reads what [Writer.Part] gave back.
func (w *Writer) Over(b []byte) *Reader { return &Reader{body: b, strings: w.strings} }

// Bytes is all that was written, the strings first.
func (w *Writer) Bytes() []byte {
	size := len(w.body) + 16
	for _, s := range w.strings {
		size += len(s) + 3
	}
	out := binary.AppendUvarint(make([]byte, 0, size), uint64(len(w.strings)-1))
	for _, s := range w.strings[1:] {
		out = binary.AppendUvarint(out, uint64(len(s)))
		out = append(out, s...)
	}
	return append(out, w.body...)
}

// Interner keeps one copy of each string for all readers that share it. It is
// not safe for concurrent use. A nil Interner keeps none.
type Interner map[string]string

// String is the one copy of s.
func (in Interner) String(s string) string {
	if kept, ok := in[s]; ok {
		return kept
	}
	in[s] = s
	return s
}

func (in Interner) take(b []byte) string {
	if in == nil {
		return string(b)
	}
	if s, ok := in[string(b)]; ok {
		return s
	}
	s := string(b)
	in[s] = s
	return s
}

// Reader unpacks what a [Writer] packed. The first damage it meets stays in
// [Reader.Err], and everything read from then on is zero.
type Reader struct {
	body    []byte
	strings []string
	err     error
}

// NewReader reads the strings and stands before the body.
func NewReader(data []byte, in Interner) *Reader {
	r := &Reader{body: data}
	n := r.Len()
	r.strings = make([]string, 1, n+1)
	if in != nil {
		for range n {
			r.strings = append(r.strings, in.take(r.Raw()))
		}
		return r
	}
	start := *r
	for range n {
		r.Raw()
	}
	all := string(data[:len(data)-len(r.body)]) // in one piece, of which each is a part
	at := Reader{body: start.body}
	for range n {
		size := len(at.Raw())
		end := len(data) - len(at.body)
		r.strings = append(r.strings, all[end-size:end])
	}
	return r
}

// Err is the first damage met, or nil.
func (r *Reader) Err() error { return r.err }

// Rest is how many bytes were not read yet.
func (r *Reader) Rest() int { return len(r.body) }

func (r *Reader) fail() { r.err, r.body = ErrDamaged, nil }

// Uint reads a number.
func (r *Reader) Uint() uint64 {
	x, n := binary.Uvarint(r.body)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.body = r.body[n:]
	return x
}

// Int reads a number that may be negative.
func (r *Reader) Int() int64 {
	x, n := binary.Varint(r.body)
	if n <= 0 {
		r.fail()
		return 0
	}
	r.body = r.body[n:]
	return x
}

// Bool reads a truth value.
func (r *Reader) Bool() bool { return r.Uint() != 0 }

// Len reads how many elements follow. An element has at least one byte, so that
// more than there are bytes is damage, and no reason to ask for memory.
func (r *Reader) Len() int {
	n := r.Uint()
	if n > uint64(len(r.body)) {
		r.fail()
		return 0
	}
	return int(n)
}

// String reads a string.
func (r *Reader) String() string {
	id := r.Uint()
	if id >= uint64(len(r.strings)) {
		r.fail()
		return ""
	}
	return r.strings[id]
}

// Strings reads a list of strings; an empty one is nil.
func (r *Reader) Strings() []string {
	n := r.Len()
	if n == 0 {
		return nil
	}
	list := make([]string, n)
	for i := range list {
		list[i] = r.String()
	}
	return list
}

// Raw reads bytes; they are part of what the reader was given.
func (r *Reader) Raw() []byte {
	n := r.Len()
	b := r.body[:n:n]
	r.body = r.body[n:]
	return b
}

// Nested reads what [Writer.Nested] wrote, now or later: the reader it returns
// shares the strings.
func (r *Reader) Nested() *Reader { return r.Over(r.Raw()) }

// Writer writes with the strings of the reader, so that what [Reader.Raw] gave back may
// be written again.
func (r *Reader) Writer() *Writer {
	w := &Writer{index: make(map[string]uint64, len(r.strings)), strings: slices.Clip(r.strings)}
	for i, s := range r.strings {
		w.index[s] = uint64(i)
	}
	return w
}

// Over reads bytes that [Reader.Raw] gave back of what [Writer.Nested] wrote.
func (r *Reader) Over(b []byte) *Reader { return &Reader{body: b, strings: r.strings} }
