// Package cache keeps results on disk between runs, and knows whether the files
// they were made from have changed.
//
// An entry is a file below the store's folder, named by its kind and key: a hash
// of everything the result depends on but the contents of files, which the entry
// itself lists as [Stamp]s. An entry appears whole or not at all, however the
// program ends, and carries a checksum, so that one that was damaged later is
// noticed, removed and made again. Runs may use a store at the same time: the
// last one to write an entry wins, and both wrote the same.
package cache

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// ErrNone says that there is no such entry, or none that can be used.
var ErrNone = errors.New("not in the cache")

// Store is a folder of entries. A store without a folder keeps nothing.
type Store struct{ dir string }

// Open is the store in dir, which need not exist yet; "" keeps nothing.
func Open(dir string) *Store { return &Store{dir} }

// Enabled tells whether the store keeps anything.
func (s *Store) Enabled() bool { return s.dir != "" }

// magic begins every entry.
const magic = "preemptck cache 1\n"

// fresh is how long an entry that was used counts as just used: its time is not
// set anew within that.
const fresh = time.Hour

// temporary begins the names of entries that are being written.
const temporary = ".new-"

func (s *Store) path(kind, key string) string { return filepath.Join(s.dir, kind, key) }

// Get reads an entry. One that is damaged is removed. The error is ErrNone, or
// wraps it and says why the entry is of no use.
func (s *Store) Get(kind, key string) ([]byte, error) {
	if s.dir == "" {
		return nil, ErrNone
	}
	path := s.path(kind, key)
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNone
	} else if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNone, err)
	}
	body, err := verify(data)
	if err != nil {
		os.Remove(path)
		return nil, fmt.Errorf("%w: %s: %w", ErrNone, path, err)
	}
	if info, err := os.Stat(path); err == nil && time.Since(info.ModTime()) > fresh {
		// Only trimming looks at the time: that it could not be set is no harm.
		_ = os.Chtimes(path, time.Time{}, time.Now())
	}
	return body, nil
}

// verify takes the checksum off an entry.
func verify(data []byte) ([]byte, error) {
	n := len(data) - sha256.Size
	if n < len(magic) || string(data[:len(magic)]) != magic {
		return nil, errors.New("it is cut short, or was not written by this program")
	}
	if sum := sha256.Sum256(data[:n]); !bytes.Equal(sum[:], data[n:]) {
		return nil, errors.New("it was damaged: its checksum does not fit")
	}
	return data[len(magic):n:n], nil
}

// ReadFile reads a file that [WriteFile] wrote.
func ReadFile(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	body, err := verify(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return body, nil
}

// Put writes an entry. It is there for all runs when Put returns, or not there at all.
// It is not forced to the disk: one that a loss of power cuts short is noticed by its
// checksum.
func (s *Store) Put(kind, key string, body []byte) error {
	if s.dir == "" {
		return nil
	}
	path := s.path(kind, key)
	err := os.MkdirAll(filepath.Dir(path), 0o755)
	if err == nil {
		err = WriteFile(path, body)
	}
	if err != nil {
		return fmt.Errorf("writing the cache: %w", err)
	}
	return nil
}

// WriteFile writes a file with a checksum, whole or not at all.
func WriteFile(path string, body []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), temporary)
	if err != nil {
		return err
	}
	h := sha256.New()
	for _, part := range [][]byte{[]byte(magic), body} {
		h.Write(part)
		if err == nil {
			_, err = tmp.Write(part)
		}
	}
	if err == nil {
		_, err = tmp.Write(h.Sum(nil))
	}
	err = errors.Join(err, tmp.Close())
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		os.Remove(tmp.Name())
	}
	return err
}

// Key names everything that the parts say.
func Key(parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		if b, ok := p.([]byte); ok {
			h.Write(b)
			continue
		}
		fmt.Fprintf(h, "%#v\n", p)
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// IsTemporary tells whether a file of that name is an entry that was never finished.
func IsTemporary(name string) bool { return strings.HasPrefix(name, temporary) }
