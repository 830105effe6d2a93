package rustfront

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// fixture compiles a file of testdata with the rustc in PATH and lowers it.
func fixture(t *testing.T, name string) (*infer.Program, *Report) {
	t.Helper()
	c := fixtureCrate(t, name)
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t), Roots: []string{c.Dir}})
	require.NoError(t, err)
	defer w.Close()
	p := infer.NewProgram()
	rep, err := w.Lower(p, c.Name)
	require.NoError(t, err)
	require.NoError(t, p.Check())
	return p, rep
}

func fixtureCrate(t *testing.T, name string) Crate {
	t.Helper()
	rustc, err := exec.LookPath("rustc")
	require.NoError(t, err, "the tests compile fixtures: install rustc")
	dir, err := filepath.Abs("../testdata/rust")
	require.NoError(t, err)
	src := filepath.Join(dir, name+".rs")
	return Crate{Name: name, Program: rustc, Dir: dir, Source: src,
		Args: []string{"--crate-name", name, "--crate-type", "lib", "--edition=2021", "-Cpanic=abort", "-Copt-level=2",
			"-Cdebug-assertions=n", "-Coverflow-checks=n", "--emit=obj=" + name + ".o", src}}
}

var sharedCache = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "preemptck-rustfront-") })

func cacheDir(t *testing.T) string {
	t.Helper()
	dir, err := sharedCache()
	require.NoError(t, err)
	return dir
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := sharedCache(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// reached lists the functions that can be called from one, by short names, those
// called through slots included.
func reached(p *infer.Program, from string) []string {
	seen := map[string]bool{}
	var walk func(id string)
	walk = func(id string) {
		f := p.Funcs[id]
		if f == nil || seen[id] {
			return
		}
		seen[id] = true
		for _, b := range f.Blocks {
			for _, op := range b.Ops {
				if op.Kind != infer.OpCall {
					continue
				}
				switch c := op.Call; c.Target.Kind {
				case infer.Direct:
					if p.Funcs[c.Target.Func] == nil {
						seen["extern "+c.Target.Func] = true
					}
					walk(c.Target.Func)
				case infer.SlotCall:
					for _, g := range p.Funcs {
						for _, gb := range g.Blocks {
							for _, s := range gb.Ops {
								if s.Kind == infer.OpStore && s.Slot == c.Target.Slot {
									walk(s.Expr.A.Func)
								}
							}
						}
					}
				case infer.Indirect:
					seen["indirect "+c.Text] = true
				case infer.Opaque:
					seen["opaque "+c.Text] = true
				}
			}
		}
	}
	walk(from)
	delete(seen, from)
	var out []string
	for id := range seen {
		out = append(out, short(id))
	}
	sort.Strings(out)
	return out
}

func TestCallees(t *testing.T) {
	p, rep := fixture(t, "shapes")
	for _, c := range []struct {
		from string
		want []string // among what is reached
		not  []string
	}{
		{"through_generic", []string{"measure::<Square>", "<Square as Shape>area"}, nil},
		{"default_method", []string{"<Square as Shape>twice", "<Square as Shape>area"}, []string{"<Dot as Shape>area"}},
		{"overridden_method", []string{"<Dot as Shape>twice"}, []string{"<Dot as Shape>area"}},
		{"blanket", []string{"<Square as Named>name", "<Square as Shape>area"}, nil},
		{"closure", []string{"apply::<{closure}>", "{closure}", "extern might_sleep"}, nil},
		{"item_as_closure", []string{"apply::<napper>", "napper", "extern might_sleep"}, nil},
		{"guarded", []string{"<Lock<u32, Spin>>lock", "extern spin_lock", "extern spin_unlock", "drop glue of Guard<u32, Spin>"}, []string{"extern spin_trylock"}},
		{"in_struct", []string{"drop glue of Holder", "extern spin_unlock"}, nil},
		{"in_enum", []string{"drop glue of Either", "extern spin_unlock"}, nil},
		{"in_option", []string{"extern spin_trylock", "extern spin_unlock", "drop glue of Guard<u32, Spin>"}, nil},
		{"in_array", []string{"drop glue of [Guard<u32, Spin>; 2]", "extern spin_unlock"}, nil},
		{"drop_flag", []string{"drop::<Guard<u32, Spin>>", "extern spin_unlock"}, nil},
		{"forgotten", []string{"forget::<Guard<u32, Spin>>", "extern spin_lock"}, []string{"extern spin_unlock", "drop glue of Guard<u32, Spin>"}},
		{"question_mark", []string{"<Result<u32, i32> as Try>branch", "<Error as From<i32>>from", "extern might_sleep"}, nil},
		{"fn_pointer", []string{"napper", "extern might_sleep"}, []string{"indirect the function pointer `f`"}},
		{"dynamic", []string{"<Square as Shape>area"}, []string{"<Dot as Shape>area"}},
		{"table_of_functions", []string{"extern might_sleep"}, nil},
		{"hidden_type", []string{"<Wrapper<Dot> as Named>name", "<Dot as Shape>area", "<Square as Shape>area"}, nil},
		{"inside_method", []string{"<Ref as Deref>deref"}, []string{"extern might_sleep"}},
		{"inside_method_other", []string{"extern might_sleep"}, nil},
		{"taken", []string{"extern spin_lock", "extern spin_unlock"}, nil},
	} {
		t.Run(c.from, func(t *testing.T) {
			got := reached(p, "shapes::"+c.from)
			for _, w := range c.want {
				assert.Contains(t, got, w)
			}
			for _, n := range c.not {
				assert.NotContains(t, got, n)
			}
			assert.NotContains(t, strings.Join(got, "\n"), "opaque")
		})
	}
	assert.NotNil(t, p.Funcs["exported_entry"], "an exported function goes by its symbol")
	assert.Contains(t, rep.Roots, "exported_entry")
	assert.NotNil(t, p.Decls["might_sleep"])
	assert.Empty(t, rep.Notes)
	assert.Zero(t, rep.Stats.Unresolved)
}

func TestDeterministic(t *testing.T) {
	a, _ := fixture(t, "shapes")
	b, _ := fixture(t, "shapes")
	assert.Equal(t, a.String(), b.String())
}

// TestLowerTwice: a second driver in one program does not take away what the
// first relies on.
func TestLowerTwice(t *testing.T) {
	c := fixtureCrate(t, "shapes")
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t), Roots: []string{c.Dir}})
	require.NoError(t, err)
	defer w.Close()
	p := infer.NewProgram()
	_, err = w.Lower(p, "shapes")
	require.NoError(t, err)
	first := p.String()
	_, err = w.Lower(p, "shapes")
	require.NoError(t, err)
	assert.Equal(t, first, p.String())
	require.NoError(t, p.Check())
}

func TestReplayErrors(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.rs")
	require.NoError(t, os.WriteFile(bad, []byte("pub fn f() -> u32 { \"no\" }\n"), 0o644))
	good := fixtureCrate(t, "shapes")
	load := func(c Crate) error {
		w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t)})
		w.Close()
		return err
	}
	c := good
	c.Name, c.Source, c.Args = "bad", bad, []string{"--crate-name", "bad", "--crate-type", "lib", bad}
	err := load(c)
	require.ErrorContains(t, err, "does not compile")
	assert.ErrorContains(t, err, "mismatched types")
	assert.ErrorContains(t, err, "bad.rs:1:")

	c = good
	c.Program = filepath.Join(dir, "rustc")
	assert.ErrorContains(t, load(c), "install the compiler")

	c = good
	c.Program = "/bin/sh"
	assert.ErrorContains(t, load(c), "no rustc")

	c = good
	c.Name, c.Source = "missing", filepath.Join(dir, "missing.rs")
	c.Args = []string{"--crate-name", "missing", "--crate-type", "lib", c.Source}
	assert.ErrorContains(t, load(c), "missing.rs")
}

// TestCacheNoticesChanges: the compiler runs again when a source changed, and
// only then.
func TestCacheNoticesChanges(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "one.rs")
	write := func(text string) { require.NoError(t, os.WriteFile(src, []byte(text), 0o644)) }
	c := fixtureCrate(t, "shapes")
	c.Name, c.Source, c.Dir = "one", src, dir
	c.Args = []string{"--crate-name", "one", "--crate-type", "lib", "--edition=2021", src}
	cache := filepath.Join(dir, "cache")
	roots := func() []string {
		w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cache})
		require.NoError(t, err)
		defer w.Close()
		rep, err := w.Lower(infer.NewProgram(), "one")
		require.NoError(t, err)
		return rep.Roots
	}
	write("#![no_std]\npub fn a() {}\n")
	assert.Equal(t, []string{"one::a"}, roots())
	a, err := cached(context.Background(), &c, cache, make(chan bool, 1))
	require.NoError(t, err)
	before, err := os.Stat(a.MIR)
	require.NoError(t, err)
	assert.Equal(t, []string{"one::a"}, roots())
	after, err := os.Stat(a.MIR)
	require.NoError(t, err)
	assert.Equal(t, before.ModTime(), after.ModTime(), "nothing changed: not compiled again")
	write("#![no_std]\npub fn b() {}\n")
	assert.Equal(t, []string{"one::b"}, roots())
	entries, err := os.ReadDir(cache)
	require.NoError(t, err)
	for _, e := range entries {
		assert.NotContains(t, e.Name(), "-tmp-")
	}
}

func TestAnnotations(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "marked.rs")
	require.NoError(t, os.WriteFile(src, []byte(`#![no_std]
pub trait Work {
    #[klint::preempt_count(expect = 0..)]
    fn run(&self);
}
#[klint::preempt_count(adjust = 1, expect = 0.., unchecked)]
pub fn marked(w: &dyn Work) { w.run() }
#[klint::preempt_count(adjust = x)]
pub fn wrong() {}
`), 0o644))
	c := fixtureCrate(t, "shapes")
	c.Name, c.Source, c.Dir = "marked", src, dir
	c.Args = []string{"--crate-name", "marked", "--crate-type", "lib", "--edition=2021", src}
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t), Roots: []string{dir}})
	require.NoError(t, err)
	defer w.Close()
	p := infer.NewProgram()
	rep, err := w.Lower(p, "marked")
	require.NoError(t, err)
	require.Len(t, rep.Errors, 1)
	assert.Equal(t, infer.Pos{File: "marked.rs", Line: 8, Col: 1}, rep.Errors[0].Pos)
	assert.Contains(t, rep.Errors[0].Text, "want a whole number")

	f := p.Funcs["marked::marked"]
	require.NotNil(t, f.Annotation)
	assert.Equal(t, 1, *f.Annotation.Adjust)
	assert.Equal(t, infer.Pos{File: "marked.rs", Line: 6, Col: 1}, f.Annotation.Pos)
	var call *infer.Call
	for _, b := range f.Blocks {
		for _, op := range b.Ops {
			if op.Kind == infer.OpCall {
				call = op.Call
			}
		}
	}
	require.NotNil(t, call)
	require.NotNil(t, call.Annotation, "the trait method's own annotation")
	assert.Equal(t, "0..", call.Annotation.Expect.String())
}

// TestEndlessInstantiation: types that grow without end, by one or by twice as
// much at a time, end with a note that says so.
func TestEndlessInstantiation(t *testing.T) {
	for name, text := range map[string]string{
		"call":    "fn grow<T: Copy>(n: u32, t: T) { if n > 0 { grow(n - 1, (t, 1u8)) } }\n",
		"twice":   "fn grow<T: Copy>(n: u32, t: T) { if n > 0 { grow(n - 1, (t, t)) } }\n",
		"closure": "fn grow<F: Fn()>(n: u32, f: F) { if n > 0 { grow(n - 1, || f()) } }\n",
		"method": "#[derive(Clone, Copy)]\npub struct W<T>(T);\npub trait G { fn go(&self, n: u32); }\nimpl G for u8 { fn go(&self, _n: u32) {} }\n" +
			"impl<T: Copy> G for W<T> { fn go(&self, n: u32) { if n > 0 { W(W(self.0)).go(n - 1) } } }\n",
	} {
		// Nothing calls them with a type: that the compiler refuses itself.
		t.Run(name, func(t *testing.T) {
			notes := lowerText(t, "endless_"+name, text)
			assert.Contains(t, strings.Join(notes, "\n"), "grows without end")
		})
	}
}

// TestPatience: rustdoc, which does not end on some types that grow without end, is
// given up in time.
func TestPatience(t *testing.T) {
	dir := t.TempDir()
	c := fixtureCrate(t, "shapes")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rustc"), []byte("#!/bin/sh\nexec "+c.Program+" \"$@\"\n"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "rustdoc"), []byte("#!/bin/sh\nexec sleep 1000\n"), 0o755))
	c.Program = filepath.Join(dir, "rustc")
	defer func(d time.Duration) { docPatience = d }(docPatience)
	docPatience = time.Millisecond
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: dir, Roots: []string{c.Dir}})
	require.ErrorContains(t, err, "rustdoc did not end within")
	require.NoError(t, w.Close())
}

// lowerText compiles and lowers a source and returns the notes.
func lowerText(t *testing.T, name, text string) []string {
	t.Helper()
	dir := t.TempDir()
	src := filepath.Join(dir, name+".rs")
	require.NoError(t, os.WriteFile(src, []byte("#![no_std]\n"+text), 0o644))
	c := fixtureCrate(t, "shapes")
	c.Name, c.Source, c.Dir = name, src, dir
	c.Args = []string{"--crate-name", name, "--crate-type", "lib", "--edition=2021", "-Awarnings", src}
	w, err := Load(context.Background(), []Crate{c}, Options{CacheDir: cacheDir(t), Roots: []string{dir}})
	require.NoError(t, err)
	defer w.Close()
	p := infer.NewProgram()
	rep, err := w.Lower(p, name)
	require.NoError(t, err)
	require.NoError(t, p.Check())
	var out []string
	for _, n := range rep.Notes {
		out = append(out, n.Text)
	}
	return out
}
