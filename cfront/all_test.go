package cfront

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// tree writes files below a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return dir
}

func parseTree(t *testing.T, dir string, workers int, units ...Unit) *Tree {
	t.Helper()
	for i := range units {
		units[i].Dir = dir
	}
	all, err := ParseAll(context.Background(), units, Options{SourceRoot: dir}, workers, nil)
	require.NoError(t, err)
	require.NoError(t, all.Program.Check())
	return all
}

// calls lists what a function calls directly, in order of its blocks.
func calls(f *infer.Func) []string {
	var list []string
	for _, b := range f.Blocks {
		for _, o := range b.Ops {
			if o.Call != nil {
				list = append(list, o.Call.Target.Func)
			}
		}
	}
	return list
}

const header = `
void a(void);
void b(void);
static inline void common(void) { a(); }
static inline void unused(void) { a(); }
static inline void varies(void)
{
#ifdef OTHER
	b();
#else
	a();
#endif
}
static inline void reaches(void) { varies(); }
`

func TestHeaderVersions(t *testing.T) {
	dir := tree(t, map[string]string{
		"include/h.h": header,
		"one.c":       "#include \"include/h.h\"\nvoid one(void) { common(); reaches(); }\n",
		"two.c":       "#include \"include/h.h\"\nvoid two(void) { common(); reaches(); }\n",
		"three.c":     "#include \"include/h.h\"\nvoid three(void) { common(); reaches(); }\n",
	})
	units := []Unit{{File: "one.c"}, {File: "two.c", Args: []string{"-DOTHER"}}, {File: "three.c"}}
	first := parseTree(t, dir, 1, units...)
	p := first.Program
	assert.Equal(t, Stats{Units: 3, Funcs: 8, Versions: 2}, first.Stats)
	assert.Nil(t, p.Funcs["unused@include/h.h"], "only what is reached is lowered")
	assert.Equal(t, []string{"common@include/h.h", "reaches@include/h.h"}, calls(p.Funcs["one"]))
	assert.Equal(t, calls(p.Funcs["one"]), calls(p.Funcs["three"]))
	assert.Equal(t, []string{"a"}, calls(p.Funcs["varies@include/h.h"]))
	other := calls(p.Funcs["two"])[1]
	assert.True(t, strings.HasPrefix(other, "reaches@include/h.h#"), other)
	inner := calls(p.Funcs[other])[0]
	assert.True(t, strings.HasPrefix(inner, "varies@include/h.h#"), inner)
	assert.Equal(t, []string{"b"}, calls(p.Funcs[inner]))
	assert.Contains(t, p.Decls, "a")
	for range 5 {
		assert.Equal(t, p.String(), parseTree(t, dir, 3, units...).Program.String())
	}
}

// What a unit does for the headers that it answers for is apart from all it does
// for itself.
func TestHeadersThatAUnitAnswersFor(t *testing.T) {
	dir := tree(t, map[string]string{
		"h.h":   header + "struct s { int flags; };\nstatic inline void sets(struct s *s, int x) { s->flags = x; }\n",
		"one.c": "#include \"h.h\"\nint one(struct s *s) { s->flags = 4; common(); return s->flags; }\n",
	})
	plain, err := Parse(Unit{File: "one.c", Dir: dir}, Options{SourceRoot: dir})
	require.NoError(t, err)
	r, err := Parse(Unit{File: "one.c", Dir: dir, Headers: []string{dir + "/h.h"}}, Options{SourceRoot: dir})
	require.NoError(t, err)
	var names []string
	for _, f := range r.Extra {
		names = append(names, f.ID)
	}
	assert.Equal(t, []string{"reaches@h.h", "sets@h.h", "unused@h.h", "varies@h.h"}, names)
	assert.Equal(t, plain.Pack(), r.Pack())
	assert.Equal(t, infer.FieldBits{Mask: 4}, r.Fields["struct s.flags"])
	m := NewMerger(1)
	l := r.lowered()
	require.NoError(t, m.Add(0, l.Packed))
	require.NoError(t, m.Add(0, l.Extra))
	p := m.Tree().Program
	require.NoError(t, p.Check())
	assert.Len(t, p.Funcs, 6)
	assert.Equal(t, []string{"varies@h.h"}, calls(p.Funcs["reaches@h.h"]))
}

func TestLinkage(t *testing.T) {
	dir := tree(t, map[string]string{
		"src/one.c": "void other(void);\nstatic inline void early(void) { other(); }\nstatic void same(void) { }\nvoid one(void) { same(); }\n" +
			"__attribute__((weak)) void arch(void) { }\n" +
			"__attribute__((noreturn)) void die(void) { for (;;) ; }\n" +
			"void other(void) __attribute__((alias(\"one\")));\n",
		"src/two.c":  "void gone(void) __attribute__((noreturn));\nstatic void same(void) { gone(); }\nvoid two(void) { same(); }\n",
		"src/arch.c": "void arch(void) { }\n",
		"src/all.c":  "#include \"part.c\"\n",
		"src/part.c": "static void hidden(void) { }\nvoid shown(void) { }\n",
	})
	all := parseTree(t, dir, 2, Unit{File: "src/one.c"}, Unit{File: "src/two.c"}, Unit{File: "src/arch.c"}, Unit{File: "src/all.c"})
	p := all.Program
	assert.Equal(t, []string{"same@src/two.c"}, calls(p.Funcs["two"]))
	assert.True(t, p.Funcs["same@src/one.c"].Static)
	assert.Equal(t, infer.Pos{File: "src/arch.c", Line: 1, Col: 6}, p.Funcs["arch"].Pos, "a strong definition wins")
	assert.True(t, p.Funcs["die"].NoReturn)
	assert.True(t, p.Decls["gone"].NoReturn)
	assert.Equal(t, infer.Unreachable, p.Funcs["same@src/two.c"].Blocks[0].Term.Kind)
	assert.Equal(t, map[string]string{"other": "one"}, p.Aliases)
	assert.Contains(t, p.Funcs, "shown", "a source that is included counts as the unit's own")
	assert.Contains(t, p.Funcs, "hidden@src/part.c")
}

func TestInits(t *testing.T) {
	r := parseFixture(t, "cfront_pointer.c")
	var got []string
	for _, in := range r.Inits {
		got = append(got, bareSlot(in.Slot)+"="+bare(in.Func))
	}
	assert.Equal(t, []string{
		"struct ops.run=run_one", "struct ops.stop=stop_one", "struct ops.steps=a", "struct ops.deep=b",
		"struct ops.run=run_one", "struct ops.stop=c", "handler=a", "static_call one=a",
	}, got)
}

func TestUnknownArgumentsAreDropped(t *testing.T) {
	dir := tree(t, map[string]string{"a.c": "void f(void) { }\n", "b.c": "void g(void) { }\n"})
	args := []string{"-O2", "-fconserve-stack", "-Wp,-MMD,a.d", "-Werror", "-mno-such-thing", "-DX", "-c", "-o", "a.o"}
	all := parseTree(t, dir, 2, Unit{File: "a.c", Args: append(args, "a.c")}, Unit{File: "b.c", Args: args})
	assert.Equal(t, []string{"-fconserve-stack", "-mno-such-thing"}, all.Dropped)
	assert.Contains(t, all.Program.Funcs, "f")
	assert.Contains(t, all.Program.Funcs, "g")
	assert.Empty(t, all.Diagnostics)
}

func TestBrokenInput(t *testing.T) {
	dir := tree(t, map[string]string{
		"good.c":    "void good(void) { }\n",
		"partly.c":  "void before(void) { }\nvoid broken(void)\n{\n\tnothing = 3;\n}\nvoid after(void) { before(); }\n",
		"include.c": "#include \"missing.h\"\nvoid lost(void) { }\n",
		"syntax.c":  "void open(void) {\n",
	})
	all := parseTree(t, dir, 2, Unit{File: "partly.c"}, Unit{File: "include.c"}, Unit{File: "absent.c"}, Unit{File: "syntax.c"}, Unit{File: "good.c"})
	assert.Equal(t, 2, all.Stats.Failed)
	assert.Equal(t, 2, all.Stats.Broken)
	for _, name := range []string{"good", "before", "after"} {
		assert.Contains(t, all.Program.Funcs, name)
	}
	assert.NotContains(t, all.Program.Funcs, "broken")
	assert.Contains(t, all.Program.Decls, "broken")
	require.GreaterOrEqual(t, len(all.Diagnostics), 4)
	assert.Equal(t, "partly.c:4: use of undeclared identifier 'nothing' (the function it stands in is left out)", all.Diagnostics[0].String())
	assert.Equal(t, Warning, all.Diagnostics[0].Severity)
	assert.Equal(t, infer.Pos{File: "include.c", Line: 1, Col: 10}, all.Diagnostics[1].Pos)
	assert.Contains(t, all.Diagnostics[1].Text, "'missing.h' file not found")
	assert.Equal(t, Error, all.Diagnostics[1].Severity)
	assert.Equal(t, "absent.c", all.Diagnostics[2].Pos.File)
	assert.Contains(t, all.Diagnostics[2].Text, "missing")
}

func TestOneNoteForManyErrors(t *testing.T) {
	dir := tree(t, map[string]string{
		"include/top.h":   "#include \"sub.h\"\n",
		"include/sub.h":   "#include \"missing.h\"\n",
		"include/wrong.h": "static inline void wrong(void) { nothing = 3; }\n",
		"lost.c":          "#include \"include/top.h\"\nvoid lost(void) { }\n",
		"many.c":          "void one(void) {\n\tx = 1;\n\ty = 1;\n}\nvoid two(void) { z = 1; }\nvoid fine(void) { }\n",
		"header.c":        "#include \"include/wrong.h\"\nvoid also(void) { x = 1; }\nvoid good(void) { }\n",
	})
	all := parseTree(t, dir, 1, Unit{File: "lost.c"}, Unit{File: "many.c"}, Unit{File: "header.c"})
	require.Len(t, all.Diagnostics, 3)
	assert.Contains(t, all.Diagnostics[0].String(), "include/sub.h:1: 'missing.h' file not found, so that lost.c is lost (")
	assert.Equal(t, "many.c:2: use of undeclared identifier 'x'; and 2 more errors (the functions they stand in are left out)", all.Diagnostics[1].String())
	assert.Equal(t, "include/wrong.h:1: use of undeclared identifier 'nothing', in header.c; and 1 more error (the functions they stand in are left out)",
		all.Diagnostics[2].String())
	for _, name := range []string{"fine", "good"} {
		assert.Contains(t, all.Program.Funcs, name)
	}
	for _, name := range []string{"one", "two", "also", "lost"} {
		assert.NotContains(t, all.Program.Funcs, name)
	}
}

func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := ParseAll(ctx, []Unit{{File: "a.c", Dir: t.TempDir()}}, Options{}, 1, nil)
	assert.ErrorIs(t, err, context.Canceled)
}

func TestProgress(t *testing.T) {
	dir := tree(t, map[string]string{"a.c": "", "b.c": ""})
	var got [][2]int
	_, err := ParseAll(context.Background(), []Unit{{File: "a.c", Dir: dir}, {File: "b.c", Dir: dir}}, Options{}, 2,
		func(done, total int) { got = append(got, [2]int{done, total}) })
	require.NoError(t, err)
	assert.Equal(t, [][2]int{{1, 2}, {2, 2}}, got)
}

func TestRelative(t *testing.T) {
	o := Options{SourceRoot: "/k/src", BuildRoot: "/k/src/build/"}
	assert.Equal(t, "mm/slub.c", o.relative("/k/src/mm/slub.c"))
	assert.Equal(t, "include/generated/x.h", o.relative("/k/src/build/include/generated/x.h"))
	assert.Equal(t, "/usr/include/x.h", o.relative("/usr/include/x.h"))
}
