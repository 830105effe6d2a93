package items

import (
	"bufio"
	"encoding/gob"
	"fmt"
	"os"
	"path/filepath"
)

// cacheFormat changes with the types of this package.
const cacheFormat = 5

type cacheFile struct {
	Format int
	Crate  *Crate
}

// ReadFile reads the JSON file that rustdoc wrote for a crate, or a shorter form
// of it that an earlier call left beside it. The JSON does not change: whoever
// keeps it writes a new file for a new one. Paths of sources are relative to dir.
func ReadFile(path, crate, dir string) (*Crate, error) {
	short := path + ".items"
	if f, err := os.Open(short); err == nil {
		defer f.Close()
		var c cacheFile
		if gob.NewDecoder(bufio.NewReaderSize(f, 1<<20)).Decode(&c) == nil && c.Format == cacheFormat && c.Crate != nil && c.Crate.Name == crate {
			return c.Crate, nil
		}
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("crate %s: %w", crate, err)
	}
	defer f.Close()
	c, err := Read(bufio.NewReaderSize(f, 1<<20), crate)
	if err != nil {
		return nil, err
	}
	if err := c.readLinkNames(dir); err != nil {
		return nil, err
	}
	// Without the shorter form the next run is slower, and that is all.
	_ = writeShort(short, c)
	return c, nil
}

func writeShort(path string, c *Crate) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "items-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	w := bufio.NewWriterSize(tmp, 1<<20)
	if err := gob.NewEncoder(w).Encode(cacheFile{cacheFormat, c}); err != nil {
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
