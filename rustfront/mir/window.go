package mir

import (
	"bytes"
	"io"
)

// windowSize is how much of a text is held in memory at once, lines longer than
// that excepted.
const windowSize = 1 << 20

// window reads a text forwards: single lines, and whole bodies that are passed
// over without looking at their lines.
type window struct {
	r    io.ReaderAt
	size int64
	buf  []byte
	base int64 // offset of buf[0] in the text
	pos  int   // in buf
	line int   // of pos, from 1
}

func (w *window) offset() int64 { return w.base + int64(w.pos) }

// fill drops what was read and appends more; io.EOF if there is no more.
func (w *window) fill() error {
	end := w.base + int64(len(w.buf))
	if end >= w.size {
		return io.EOF
	}
	keep := copy(w.buf, w.buf[w.pos:])
	w.base += int64(w.pos)
	w.pos = 0
	n := int(min(int64(max(windowSize-keep, windowSize/2)), w.size-end))
	if cap(w.buf) < keep+n {
		grown := make([]byte, keep, max(keep+n, windowSize))
		copy(grown, w.buf[:keep])
		w.buf = grown
	}
	w.buf = w.buf[:keep+n]
	got, err := w.r.ReadAt(w.buf[keep:], end)
	w.buf = w.buf[:keep+got]
	if got > 0 {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// next returns the next line without its line break. It is valid until the next
// call.
func (w *window) next() ([]byte, error) {
	seen := 0
	for {
		if i := bytes.IndexByte(w.buf[w.pos+seen:], '\n'); i >= 0 {
			line := w.buf[w.pos : w.pos+seen+i]
			w.pos += seen + i + 1
			w.line++
			return line, nil
		}
		seen = len(w.buf) - w.pos
		if err := w.fill(); err == io.EOF && seen > 0 {
			line := w.buf[w.pos:]
			w.pos = len(w.buf)
			return line, nil
		} else if err != nil {
			return nil, err
		}
	}
}

// at tells whether the next line begins with one of the prefixes.
func (w *window) at(prefixes ...string) bool {
	for len(w.buf)-w.pos < 16 {
		if w.fill() != nil {
			break
		}
	}
	for _, p := range prefixes {
		if bytes.HasPrefix(w.buf[w.pos:], []byte(p)) {
			return true
		}
	}
	return false
}

var bodyEnd = []byte("\n}\n")

// skipBody passes over the rest of a body: up to a line that is only a closing
// brace, or to the end of the text. The line before pos must have ended.
func (w *window) skipBody() error {
	w.pos-- // the line break before the body: it may be empty
	w.line--
	for {
		if i := bytes.Index(w.buf[w.pos:], bodyEnd); i >= 0 {
			w.advance(i + len(bodyEnd))
			return nil
		}
		// The end may lie across the border.
		w.advance(max(0, len(w.buf)-w.pos-len(bodyEnd)+1))
		if err := w.fill(); err == io.EOF {
			w.advance(len(w.buf) - w.pos)
			return nil
		} else if err != nil {
			return err
		}
	}
}

func (w *window) advance(n int) {
	w.line += bytes.Count(w.buf[w.pos:w.pos+n], []byte{'\n'})
	w.pos += n
}
