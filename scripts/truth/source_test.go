package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixture reads the sources in testdata/tree, headers first.
func fixture(t *testing.T) (*world, []*source) {
	t.Helper()
	w := &world{all: newScope(""), files: map[string]*source{}}
	var files []*source
	for _, name := range []string{"include/fan.h", "fs/fan.c"} {
		text, err := os.ReadFile(filepath.Join("testdata/tree", name))
		require.NoError(t, err)
		src := readSource(name, string(text))
		files = append(files, src)
		w.files[name] = src
		w.all.add(src.scope)
	}
	return w, files
}

func find(t *testing.T, files []*source, file, name string) *function {
	t.Helper()
	for _, src := range files {
		i := slices.IndexFunc(src.functions, func(f *function) bool { return f.file == file && f.name == name })
		if i >= 0 {
			return src.functions[i]
		}
	}
	t.Fatalf("no function %s in %s", name, file)
	return nil
}

func TestFunctions(t *testing.T) {
	_, files := fixture(t)
	var names []string
	for _, f := range files[1].functions {
		if f.defined {
			names = append(names, f.name)
		}
	}
	assert.Equal(t, []string{"fan_read", "fan_list", "fan_local", "fan_sleeps", "fan_sleeps_later", "fan_sleeps_if"}, names,
		"neither macros nor a brace that is there twice lose one")
	list := find(t, files, "fs/fan.c", "fan_list")
	assert.Equal(t, 21, list.line)
	assert.True(t, list.static)
	assert.Equal(t, "fan_list", list.doc.name)
	declared := find(t, files, "include/fan.h", "fan_read")
	assert.False(t, declared.defined)
	assert.NotNil(t, declared.doc)
	assert.Len(t, declared.marks, 1)
	assert.Nil(t, find(t, files, "fs/fan.c", "fan_read").doc)
}

// TestLanes: the type of each lock, through parameters, locals, globals, macros,
// nested records and typedefs.
func TestLanes(t *testing.T) {
	w, files := fixture(t)
	for _, c := range []struct {
		file, name string
		want       []lane
	}{
		{"include/fan.h", "fan_read", []lane{"spin"}},
		{"include/fan.h", "fan_both", []lane{"spin", "raw"}},
		{"fs/fan.c", "fan_list", []lane{"spin", "rcu"}},
		{"fs/fan.c", "fan_local", []lane{"spin", noLane, unknownLane}},
	} {
		f := find(t, files, c.file, c.name)
		var got []lane
		for _, m := range f.marks {
			l, why := w.lockLane(f, m.lock)
			got = append(got, l)
			assert.Equal(t, l == unknownLane, why != "", why)
		}
		assert.Equal(t, c.want, got, c.name)
	}
	f := find(t, files, "fs/fan.c", "fan_list")
	for expr, want := range map[string]string{
		"f->lock": "nothing is named f", "fans_lock.nope": "spinlock_t has no member nope", "found->rpm": "a int is no lock",
		"found->apply": "struct fan has no member apply", "unheard()->lock": "unheard() returns what is not known",
		"": "nothing is named", "found+1": "found+1 is no name",
	} {
		list, _ := tokens(expr)
		_, why := w.lockLane(f, list)
		assert.Equal(t, want, why, expr)
	}
}

func TestSleepsFirst(t *testing.T) {
	_, files := fixture(t)
	for name, want := range map[string]int{"fan_sleeps": 49, "fan_sleeps_later": 0, "fan_sleeps_if": 0, "fan_list": 0} {
		line, ok := sleepsFirst(find(t, files, "fs/fan.c", name).body)
		assert.Equal(t, want, line, name)
		assert.Equal(t, want > 0, ok, name)
	}
}

// TestBroken: no text makes the reader fail or hang.
func TestBroken(t *testing.T) {
	text, err := os.ReadFile("testdata/tree/fs/fan.c")
	require.NoError(t, err)
	for n := range text {
		readSource("cut.c", string(text[:n]))
		readSource("rest.c", string(text[n:]))
	}
	for _, s := range []string{"}", "){", "f(", "/**", "\"", "#define", "#define A \\", "struct {", "int f(((", "'"} {
		readSource("bad.c", s)
	}
}
