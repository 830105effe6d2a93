package cfront

import (
	"os"
	"sync"
)

// texts keeps the source files that macro arguments and labels of inline
// assembly are read from: libclang does not tell them. It also keeps one copy of
// each name for all units.
type texts struct {
	mu           sync.Mutex
	files, names map[string]string
	kept         int // bytes of files
}

// maxTexts is how much of source files is kept, in bytes: those of a small kernel's
// headers, or what the files of some folders include.
const maxTexts = 64 << 20

// maxNames is how many names are kept: more than the units of a small kernel have.
const maxNames = 200_000

func (t *texts) intern(s string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if kept, ok := t.names[s]; ok {
		return kept
	}
	if t.names == nil || len(t.names) >= maxNames {
		t.names = map[string]string{}
	}
	t.names[s] = s
	return s
}

// get is the text of a file. One that has gone since it was parsed reads as empty: the
// arguments of macros in it are then not known.
func (t *texts) get(path string) string {
	text, _ := t.read(path)
	return text
}

func (t *texts) read(path string) (string, error) {
	t.mu.Lock()
	text, ok := t.files[path]
	t.mu.Unlock()
	if ok {
		return text, nil
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return "", err
	}
	text = string(data)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.files == nil || t.kept+len(text) > maxTexts {
		t.files, t.kept = map[string]string{}, 0
	}
	t.files[path] = text
	t.kept += len(text)
	return text, nil
}
