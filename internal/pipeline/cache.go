package pipeline

import (
	"bytes"
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// store keeps lowered programs between runs, one file each: what it was made
// from, the program, and a checksum of both. A store without a folder keeps
// nothing. It holds whole trees: where one source changes, all are lowered anew.
type store struct{ dir string }

// maxStored is how many programs a store keeps; the oldest go first.
const maxStored = 4

// openStore is the store below the user's cache folder, or one that keeps
// nothing where there is no such folder.
func openStore(dir string) *store {
	if dir == "" {
		return &store{}
	}
	return &store{filepath.Join(dir, "c")}
}

// input is what is remembered of a file that was read. Where size and time are
// the same it is taken to be unchanged; else its content decides.
type input struct {
	Path string
	Size int64
	Time int64
	Hash [sha256.Size]byte
}

// errStale says that something in the store cannot be used.
var errStale = errors.New("stale")

// load fills v from the entry of that key. It fails where there is none, it is
// damaged, or one of its inputs has changed.
func (s *store) load(key string, v any) error {
	if s.dir == "" {
		return errStale
	}
	data, err := os.ReadFile(filepath.Join(s.dir, key))
	if err != nil {
		return err
	}
	n := len(data) - sha256.Size
	if n < 0 {
		return errStale
	}
	if sum := sha256.Sum256(data[:n]); !bytes.Equal(sum[:], data[n:]) {
		return errStale
	}
	dec := gob.NewDecoder(bytes.NewReader(data[:n]))
	var inputs []input
	if err := dec.Decode(&inputs); err != nil {
		return fmt.Errorf("%w: %w", errStale, err)
	}
	for i := range inputs {
		if !inputs[i].unchanged() {
			return errStale
		}
	}
	if err := dec.Decode(v); err != nil {
		return fmt.Errorf("%w: %w", errStale, err)
	}
	return nil
}

// save keeps v, made from inputs, under a key. The entry appears whole or not at
// all.
func (s *store) save(key string, inputs []input, v any) error {
	if s.dir == "" {
		return nil
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(s.dir, ".new-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // fails once it was renamed
	h := sha256.New()
	enc := gob.NewEncoder(io.MultiWriter(tmp, h))
	err = enc.Encode(inputs)
	if err == nil {
		err = enc.Encode(v)
	}
	if err == nil {
		_, err = tmp.Write(h.Sum(nil))
	}
	if e := tmp.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(s.dir, key))
	}
	if err == nil {
		s.trim()
	}
	return err
}

// trim removes the oldest entries. That another run removes the same is no error.
func (s *store) trim() {
	entries, err := os.ReadDir(s.dir)
	if err != nil {
		return
	}
	var infos []fs.FileInfo
	for _, e := range entries {
		if info, err := e.Info(); err == nil && !strings.HasPrefix(e.Name(), ".") {
			infos = append(infos, info)
		}
	}
	slices.SortFunc(infos, func(a, b fs.FileInfo) int { return b.ModTime().Compare(a.ModTime()) })
	for _, info := range infos[min(len(infos), maxStored):] {
		os.Remove(filepath.Join(s.dir, info.Name()))
	}
}

// inputsOf stamps files; ok is false where one cannot be read, and nothing made
// from them can be kept.
func inputsOf(paths []string) (inputs []input, ok bool) {
	for _, path := range paths {
		in, err := stampOf(path)
		if err != nil {
			return nil, false
		}
		inputs = append(inputs, in)
	}
	return inputs, true
}

func stampOf(path string) (input, error) {
	info, err := os.Stat(path)
	if err != nil {
		return input{}, err
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return input{}, err
	}
	return input{path, info.Size(), info.ModTime().UnixNano(), sha256.Sum256(data)}, nil
}

func (in *input) unchanged() bool {
	info, err := os.Stat(in.Path)
	if err != nil || info.Size() != in.Size {
		return false
	}
	if info.ModTime().UnixNano() == in.Time {
		return true
	}
	data, err := os.ReadFile(in.Path)
	return err == nil && sha256.Sum256(data) == in.Hash
}

// keyOf is a name for everything that the parts say.
func keyOf(parts ...any) string {
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%#v\n", p)
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

// identity names the program in the store. A release may set it to its version
// at link time (-ldflags "-X preemptck/internal/pipeline.identity=...").
var identity string

// self is identity or, where that is not set, the hash of this very program:
// another build may lower differently.
var self = sync.OnceValues(func() (string, error) {
	if identity != "" {
		return identity, nil
	}
	path, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
})
