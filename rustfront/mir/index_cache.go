package mir

import (
	"fmt"
	"os"

	"preemptck/internal/cache"
	"preemptck/internal/wire"
)

// indexFormat changes with what an index holds.
const indexFormat = "preemptck index 2"

type savedIndex struct {
	Size    int64
	Time    int64
	Entries []*Entry
	Notes   []Note
}

// OpenKept is [OpenIndex] for a file in a folder of our own: the index is kept
// beside the file, and taken from there while the file is the same.
func OpenKept(path string) (*Index, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("mir: %w", err)
	}
	kept := path + ".index"
	if s := readSaved(kept); s != nil && s.Size == st.Size() && s.Time == st.ModTime().UnixNano() {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("mir: %w", err)
		}
		ix := &Index{Name: path, Entries: s.Entries, Notes: s.Notes, r: f, closer: f}
		ix.group()
		return ix, nil
	}
	ix, err := OpenIndex(path)
	if err != nil {
		return nil, err
	}
	// Where it cannot be kept the next run is slower, and that is all.
	_ = writeSaved(kept, &savedIndex{st.Size(), st.ModTime().UnixNano(), ix.Entries, ix.Notes})
	return ix, nil
}

// readSaved reads what writeSaved wrote, or gives nil where that is missing, damaged or
// of another form.
func readSaved(path string) *savedIndex {
	data, err := cache.ReadFile(path)
	if err != nil {
		return nil
	}
	r := wire.NewReader(data, nil)
	if r.String() != indexFormat {
		return nil
	}
	s := &savedIndex{Size: r.Int(), Time: r.Int()}
	r.Values(nil)(&s.Notes)
	all := make([]Entry, r.Len())
	s.Entries = make([]*Entry, len(all))
	for i := range all {
		e := &all[i]
		e.Header, e.Path, e.CTFE = r.String(), r.String(), r.Bool()
		if r.Bool() {
			e.Pass = &Pass{Name: r.String(), Before: r.Bool(), Pass: r.String()}
		}
		e.Offset, e.Len, e.Line = r.Int(), int(r.Int()), int(r.Int())
		s.Entries[i] = e
	}
	if r.Err() != nil || r.Rest() > 0 {
		return nil
	}
	return s
}

func writeSaved(path string, s *savedIndex) error {
	w := wire.NewWriter()
	w.String(indexFormat)
	w.Int(s.Size)
	w.Int(s.Time)
	w.Values(nil)(s.Notes)
	w.Len(len(s.Entries))
	for _, e := range s.Entries {
		w.String(e.Header)
		w.String(e.Path)
		w.Bool(e.CTFE)
		w.Bool(e.Pass != nil)
		if e.Pass != nil {
			w.String(e.Pass.Name)
			w.Bool(e.Pass.Before)
			w.String(e.Pass.Pass)
		}
		w.Int(e.Offset)
		w.Int(int64(e.Len))
		w.Int(int64(e.Line))
	}
	return cache.WriteFile(path, w.Bytes())
}
