package cache

import (
	"crypto/sha256"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"preemptck/internal/wire"
)

// Stamp is what is remembered of a file that was read. Where size and times are
// the same it is taken to be unchanged; else its content decides.
type Stamp struct {
	Size int64
	// Mtime and Ctime are when the content and the inode changed, in
	// nanoseconds. The second one cannot be set back by tools.
	Mtime, Ctime int64
	Hash         [sha256.Size]byte
}

// Files looks at files, at each one once: a run takes them to stay as they are,
// and [Files.Stamps] notices those that do not. It is safe for concurrent use.
type Files struct {
	mu    sync.Mutex
	known map[string]*file
	looks atomic.Int64
}

// Look is a moment from which on files are looked at again.
type Look int64

// Again begins to look at files again: what was read before now is known to be what
// was stamped where a file is still the same.
func (f *Files) Again() Look { return Look(f.looks.Add(1)) }

// file is what is known of one file.
type file struct {
	once  sync.Once
	stamp Stamp // without the hash
	err   error

	again atomic.Int64 // the last look at which it was still the same

	hashOnce sync.Once
	hash     [sha256.Size]byte
	hashErr  error
}

// NewFiles knows no file yet.
func NewFiles() *Files { return &Files{known: map[string]*file{}} }

func (f *Files) look(path string) *file {
	f.mu.Lock()
	x := f.known[path]
	if x == nil {
		x = &file{}
		f.known[path] = x
	}
	f.mu.Unlock()
	x.once.Do(func() {
		x.stamp, x.err = stat(path)
	})
	return x
}

// stat is the stamp of a file, without the hash.
func stat(path string) (Stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return Stamp{}, err
	}
	s := Stamp{Size: info.Size(), Mtime: info.ModTime().UnixNano()}
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		s.Ctime = st.Ctim.Nano()
	}
	return s, nil
}

func (x *file) sum(path string) ([sha256.Size]byte, error) {
	x.hashOnce.Do(func() {
		var data []byte
		if data, x.hashErr = os.ReadFile(path); x.hashErr == nil {
			x.hash = sha256.Sum256(data)
		}
	})
	return x.hash, x.hashErr
}

// Unchanged tells whether a file is what it was when it was stamped.
func (f *Files) Unchanged(path string, s *Stamp) bool {
	x := f.look(path)
	if x.err != nil || x.stamp.Size != s.Size {
		return false
	}
	if x.stamp.Mtime == s.Mtime && x.stamp.Ctime == s.Ctime {
		x.hashOnce.Do(func() { x.hash = s.Hash }) // so that it need not be read
		return true
	}
	hash, err := x.sum(path)
	return err == nil && hash == s.Hash
}

// Untouched tells whether a file is what it was when it was stamped, and was not written
// since, not even with the same bytes.
func (f *Files) Untouched(path string, s *Stamp) bool {
	return f.Unchanged(path, s) && f.look(path).stamp.Mtime == s.Mtime
}

// granularity is how far the time of a file may lie before the clock: file
// systems take theirs from the last tick.
const granularity = 20 * time.Millisecond

// Stamps stamps files that were read since start, and before the look began. ok is
// false where one cannot be read, or has changed since, so that it is not known what
// was read.
func (f *Files) Stamps(paths []string, start time.Time, look Look) (stamps []Stamp, ok bool) {
	latest := start.Add(-granularity).UnixNano()
	for _, path := range paths {
		x := f.look(path)
		if x.err != nil || max(x.stamp.Mtime, x.stamp.Ctime) >= latest {
			return nil, false
		}
		hash, err := x.sum(path)
		if err != nil {
			return nil, false
		}
		if x.again.Load() < int64(look) {
			if now, err := stat(path); err != nil || now != x.stamp {
				return nil, false
			}
			x.again.Store(int64(look))
		}
		s := x.stamp
		s.Hash = hash
		stamps = append(stamps, s)
	}
	return stamps, true
}

// Sealed is a body with the files it was made from, as an entry holds it.
func Sealed(paths []string, stamps []Stamp, body []byte) []byte {
	w := wire.NewWriter()
	w.Len(len(paths))
	for i, path := range paths {
		s := &stamps[i]
		w.String(path)
		w.Int(s.Size)
		w.Int(s.Mtime)
		w.Int(s.Ctime)
		w.Raw(s.Hash[:])
	}
	w.Raw(body)
	return w.Bytes()
}

// Unsealed is what [Sealed] joined.
type Unsealed struct {
	Body   []byte
	Paths  []string
	Stamps []Stamp
	// Changed are the numbers of the files that have changed since.
	Changed []int
}

// Unseal gives back the body, and the files, where none of them has changed.
func (f *Files) Unseal(sealed []byte, names wire.Interner) (body []byte, paths []string, ok bool) {
	u := f.open(sealed, names, 0)
	if u == nil {
		return nil, nil, false
	}
	return u.Body, u.Paths, true
}

// Open gives back all that was sealed, and says which files have changed since. It is
// nil where the bytes are something else.
func (f *Files) Open(sealed []byte) *Unsealed { return f.open(sealed, nil, len(sealed)) }

// open is nil where more files have changed than that.
func (f *Files) open(sealed []byte, names wire.Interner, changed int) *Unsealed {
	r := wire.NewReader(sealed, names)
	u := &Unsealed{}
	for i := range r.Len() {
		path := r.String()
		s := Stamp{Size: r.Int(), Mtime: r.Int(), Ctime: r.Int()}
		if copy(s.Hash[:], r.Raw()) != sha256.Size {
			return nil
		}
		if !f.Unchanged(path, &s) {
			if u.Changed = append(u.Changed, i); len(u.Changed) > changed {
				return nil
			}
		}
		u.Paths, u.Stamps = append(u.Paths, path), append(u.Stamps, s)
	}
	u.Body = r.Raw()
	if r.Err() != nil || r.Rest() > 0 {
		return nil
	}
	return u
}
