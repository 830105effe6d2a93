package mir

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
)

// indexFormat changes with what an index holds.
const indexFormat = 1

type savedIndex struct {
	Format  int
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
	_ = writeSaved(kept, &savedIndex{indexFormat, st.Size(), st.ModTime().UnixNano(), ix.Entries, ix.Notes})
	return ix, nil
}

func readSaved(path string) *savedIndex {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var s savedIndex
	if gob.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(&s) != nil || s.Format != indexFormat {
		return nil
	}
	return &s
}

func writeSaved(path string, s *savedIndex) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "index-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	w := bufio.NewWriterSize(tmp, 1<<20)
	if err := gob.NewEncoder(w).Encode(s); err != nil {
		tmp.Close()
		return err
	}
	if err := w.Flush(); err != nil {
		tmp.Close()
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
