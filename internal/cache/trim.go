package cache

import (
	"cmp"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
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

// entry is a file of the store, or a folder that is made and used as a whole.
type entry struct {
	path  string
	kind  string
	size  int64
	used  time.Time
	stray bool // never finished
}

// entries lists the entries of the parts given, folders below the store's own, the
// longest unused first. Parts that are not there are empty; files that go
// meanwhile are left out.
func (s *Store) entries(parts []Part) ([]entry, error) {
	var list []entry
	for _, part := range parts {
		root := filepath.Join(s.dir, part.Dir)
		whole := map[string]int{} // entries that are folders, by path
		err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
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
			if !part.Folders {
				list = append(list, entry{path, kind, info.Size(), info.ModTime(), IsTemporary(e.Name())})
				return nil
			}
			first, _, _ := strings.Cut(strings.TrimPrefix(path, root+"/"), "/")
			top := filepath.Join(root, first)
			i, ok := whole[top]
			if !ok {
				i = len(list)
				whole[top] = i
				list = append(list, entry{path: top, kind: part.Dir})
			}
			list[i].size += info.Size()
			if info.ModTime().After(list[i].used) {
				list[i].used = info.ModTime()
			}
			return nil
		})
		if err != nil {
			return nil, fmt.Errorf("looking through the cache: %w", err)
		}
	}
	slices.SortFunc(list, func(a, b entry) int {
		return cmp.Or(a.used.Compare(b.used), cmp.Compare(a.path, b.path))
	})
	return list, nil
}

// Part is a folder of the store. In one of Folders each folder is an entry, made
// by another package.
type Part struct {
	Dir     string
	Folders bool
}

// Usage says what parts of the store hold, by kind.
func (s *Store) Usage(parts ...Part) ([]Usage, error) {
	if s.dir == "" {
		return nil, nil
	}
	list, err := s.entries(parts)
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
// bytes are left in parts of the store, and unfinished entries that no run can be writing any more. It
// returns how many bytes went. That another run removes the same is no error.
func (s *Store) Trim(limit int64, parts ...Part) (freed int64, err error) {
	if s.dir == "" {
		return 0, nil
	}
	list, err := s.entries(parts)
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
		if err := os.RemoveAll(e.path); err != nil {
			return freed, fmt.Errorf("trimming the cache: %w", err)
		}
		total -= e.size
		freed += e.size
	}
	return freed, nil
}
