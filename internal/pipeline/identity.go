package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"slices"
	"sync"

	"preemptck/internal/cache"
)

// identity names the program in the cache. A release may set it to its version
// at link time (-ldflags "-X preemptck/internal/pipeline.identity=...").
var identity string

// self is identity or, where that is not set, the hash of this very program:
// another build may lower differently.
func self() (string, error) {
	if identity != "" {
		return identity, nil
	}
	return program()
}

// program is the hash of this very program.
var program = sync.OnceValues(func() (string, error) {
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

// CacheParts are the parts of the cache that this program fills: lowered C, solved
// programs and lowered Rust libraries, and what rustc wrote.
var CacheParts = append(slices.Clone(ownParts), cache.Part{Dir: "rust", Folders: true})

// ownParts are the parts that are kept within bounds after each run.
var ownParts = []cache.Part{{Dir: "c"}, {Dir: solutionKind}, {Dir: baseKind}, {Dir: findingsKind}, {Dir: libraryKind}, {Dir: prefixKind, Folders: true}}

// DefaultCacheLimit is how many bytes of lowered and solved code are kept unless
// the user says otherwise. The C code of a small kernel takes 90 MB, and its precompiled
// headers twice as much.
const DefaultCacheLimit = 4 << 30

// bound trims the cache after something was added to it.
func (a *Analysis) bound() { a.bounding()() }

// bounding trims the cache, while the program goes on until it calls the function
// returned.
func (a *Analysis) bounding() (wait func()) {
	done := make(chan error, 1)
	go func() {
		if a.libraries != nil {
			a.libraries.Wait()
		}
		_, err := a.cache.Trim(a.opts.CacheLimit, ownParts...)
		done <- err
	}()
	return func() {
		if err := <-done; err != nil {
			a.note(true, "the cache could not be kept within its bounds: %v", err)
		}
	}
}
