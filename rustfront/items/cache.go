package items

import (
	"bufio"
	"fmt"
	"os"
	"sync"

	"preemptck/internal/cache"
	"preemptck/internal/wire"
)

// cacheFormat changes with the types of this package and of package ty.
const cacheFormat = "preemptck items 7"

// ReadFile reads the JSON file that rustdoc wrote for a crate, or a shorter form
// of it that an earlier call left beside it. The JSON does not change: whoever
// keeps it writes a new file for a new one. Paths of sources are relative to dir.
func ReadFile(path, crate, dir string) (*Crate, error) {
	short := path + ".items"
	if c := readShort(short, crate); c != nil {
		return c, nil
	}
	c, err := readLong(path, crate, dir)
	if err != nil {
		return nil, err
	}
	w := wire.NewWriter()
	w.String(cacheFormat)
	w.Raw(c.pack())
	// Without the shorter form the next run is slower, and that is all.
	_ = cache.WriteFile(short, w.Bytes())
	return c, nil
}

// reading is held by the one that reads rustdoc's JSON: that of core takes 300 MiB.
var reading sync.Mutex

func readLong(path, crate, dir string) (*Crate, error) {
	reading.Lock()
	defer reading.Unlock()
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("crate %s: %w", crate, err)
	}
	defer f.Close()
	c, err := Read(bufio.NewReaderSize(f, 1<<20), crate)
	if err != nil {
		return nil, err
	}
	return c, c.readLinkNames(dir)
}

// readShort reads the shorter form, or gives nil where it is missing, damaged or
// another program's.
func readShort(path, crate string) *Crate {
	data, err := cache.ReadFile(path)
	if err != nil {
		return nil
	}
	r := wire.NewReader(data, nil)
	if r.String() != cacheFormat {
		return nil
	}
	c, err := unpack(r.Raw())
	if err != nil || c.Name != crate {
		return nil
	}
	return c
}
