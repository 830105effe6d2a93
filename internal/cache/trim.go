package cache

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Usage is what one kind of entries takes.
type Usage struct {
	Kind    string
	Entries int
	Bytes   int64
	// Oldest and Newest are when an entry was last used, to the hour.
	Oldest, Newest time.Time
}

// entry is a file of the store.
type entry struct {
	path  string
	kind  string
	size  int64
	used  time.Time
	stray bool // never finished
}

// entries lists everything in the store, the longest unused first. A store that
// is not there is empty; files that go meanwhile are left out.
func (s *Store) entries() ([]entry, error) {
	var list []entry
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			if os.IsNotExist(err) {
				return nil
			}
			return err
		}
		if e.IsDir() {
			return nil
		}
		info, err := e.Info()
		if err != nil {
			return nil
		}
		kind, _ := filepath.Rel(s.dir, filepath.Dir(path))
		list = append(list, entry{path, kind, info.Size(), info.ModTime(), isTemporary(e.Name())})
		return nil
	})
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path))
	})
	if err != nil {
		return nil, fmt.Errorf("looking through the cache: %w", err)
	}
	return list, nil
}

// Usage says what the store holds, by kind.
func (s *Store) Usage() ([]Usage, error) {
	if s.dir == "" {
		return nil, nil
	}
	list, err := s.entries()
	if err != nil {
		return nil, err
	}
	var out []Usage
	for _, e := range list {
		i := slices.IndexFunc(out, func(u Usage) bool { return u.Kind == e.kind })
		if i < 0 {
			i = len(out)
			out = append(out, Usage{Kind: e.kind, Oldest: e.used})
		}
		out[i].Entries++
		out[i].Bytes += e.size
		out[i].Newest = e.used
	}
	slices.SortFunc(out, func(a, b Usage) int { return cmp.Compare(a.Kind, b.Kind) })
	return out, nil
}

// abandoned is the age from which an unfinished entry belongs to no run.
const abandoned = 24 * time.Hour

// Trim removes what was not used for the longest time until no more than limit
// bytes are left, and unfinished entries that no run can be writing any more. It
// returns how many bytes went. That another run removes the same is no error.
func (s *Store) Trim(limit int64) (freed int64, err error) {
	if s.dir == "" {
		return 0, nil
	}
	list, err := s.entries()
	if err != nil {
		return 0, err
	}
	var total int64
	for _, e := range list {
		total += e.size
	}
	for _, e := range list {
		old := e.stray && time.Since(e.used) > abandoned
		if !old && total <= limit {
			continue
		}
		if err := os.Remove(e.path); err != nil && !os.IsNotExist(err) {
			return freed, fmt.Errorf("trimming the cache: %w", err)
		}
		total -= e.size
		freed += e.size
	}
	return freed, nil
}
