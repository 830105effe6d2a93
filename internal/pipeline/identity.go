package pipeline

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"sync"
)

// identity names the program in the cache. A release may set it to its version
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
