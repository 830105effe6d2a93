package prefix

import "sync"

// Paths numbers files: units read some thousand each, and mostly the same. It is safe
// for concurrent use.
type Paths struct {
	mu   sync.RWMutex
	ids  map[string]int32
	list []string
}

// NewPaths has no file yet.
func NewPaths() *Paths { return &Paths{ids: map[string]int32{}} }

// ID is the number of a file, which is given one if it has none.
func (p *Paths) ID(path string) int32 {
	if id, ok := p.Find(path); ok {
		return id
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	id, ok := p.ids[path]
	if !ok {
		id = int32(len(p.list))
		p.ids[path] = id
		p.list = append(p.list, path)
	}
	return id
}

// IDs are the numbers of files.
func (p *Paths) IDs(paths []string) []int32 {
	out := make([]int32, len(paths))
	for i, path := range paths {
		out[i] = p.ID(path)
	}
	return out
}

// Find is the number of a file, if it has one.
func (p *Paths) Find(path string) (id int32, ok bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	id, ok = p.ids[path]
	return id, ok
}

// Path is the file of a number.
func (p *Paths) Path(id int32) string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.list[id]
}

// Paths are the files of numbers.
func (p *Paths) Paths(ids []int32) []string {
	p.mu.RLock()
	defer p.mu.RUnlock()
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = p.list[id]
	}
	return out
}

// Len is how many files have a number: all below it.
func (p *Paths) Len() int {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return len(p.list)
}
