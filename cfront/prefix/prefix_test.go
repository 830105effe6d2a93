package prefix

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// names are those of uses; one that can only be meant as it stands is in brackets.
func (t *texts) spellUses(uses []use) string {
	var out []string
	for _, u := range uses {
		name := t.names.list[u.name]
		if !u.called {
			name = "[" + name + "]"
		}
		out = append(out, name)
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func uses(list []mention) []use {
	var out []use
	for i := range list {
		out = append(out, list[i].use)
	}
	return out
}

// spell gives the names behind numbers, sorted.
func (t *texts) spell(ids []uint32) string {
	var out []string
	for _, id := range ids {
		out = append(out, t.names.list[id])
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

func TestScan(t *testing.T) {
	x := newTexts()
	file := []byte(`/* a comment with #define NOT 1 */
#ifndef GUARD // and NOT_THIS
#define pr_fmt(fmt) NAME ": " fmt
#define pair(a, b) first(a) + \
	second(b)
#  include <linux/mm.h> /* why */
#undef gone
#include "own.h"
#define after 1
int code(void) { return used + 0x1f + 'c' + "NOT a name"; } /* NOT
NOT */ int more;
#if defined(ASKED) && LATE
`)
	source, header := x.outline(file, true), x.outline(file, false)
	for _, got := range []*outline{source, header} {
		assert.Equal(t, []string{"<linux/mm.h>", `"own.h"`}, got.includes)
		assert.Equal(t, "gone", x.spell(got.undefined))
	}
	assert.Equal(t, "gone pair pr_fmt", x.spell(source.before))
	assert.Equal(t, "GUARD", x.spell(source.early))
	require.Len(t, source.macros, 2)
	assert.True(t, source.macros[0].plain)
	assert.NotContains(t, x.names.ids, "after")

	got := x.scan(file)
	assert.Equal(t, "LATE [more] [used] [void] code defined int return", x.spellUses(uses(got.uses)))
	assert.Equal(t, "[ASKED] [GUARD]", x.spellUses(uses(got.tested)))
	require.Len(t, got.macros, 3)
	assert.True(t, got.macros[0].plain)
	assert.Equal(t, "NAME", x.spellUses(got.macros[0].body))
	assert.False(t, got.macros[1].plain)
	assert.Equal(t, "first second", x.spellUses(got.macros[1].body))
	for _, text := range []string{"", "#", "#define", "#include", `"`, "'", "/*", "\\\n", "#if \\\n", "#define x(\n", "a\\"} {
		x.scan([]byte(text)) // must not panic
		x.outline([]byte(text), true)
	}
}

func TestGuards(t *testing.T) {
	for text, want := range map[string]bool{
		"#ifndef A\n#define A\n#endif\n": true, "#ifndef A\n#define B\n#endif\n": false, "#ifdef A\n#define A\n#endif\n": false,
		"#if !defined(A)\n#define A\n#endif\n": true, "#if !A\n#define A\n#endif\n": true, "#if defined(A)\n#define A\n#endif\n": false,
		"#pragma once\n": true, "#include <b.h>\n#ifndef A\n#define A\n#endif\n": false, "#define A\n": false, "": false,
	} {
		assert.Equal(t, want, newTexts().outline([]byte(text), false).guarded, text)
	}
}

func FuzzScan(f *testing.F) {
	f.Add([]byte("#define a(b) \"c\\\n\"\n#include <d>\n/* e */ 'f"))
	f.Fuzz(func(_ *testing.T, data []byte) {
		newTexts().scan(data)
		newTexts().outline(data, true)
	})
}

func TestOnlyStrings(t *testing.T) {
	for def, want := range map[string]bool{
		`(fmt) NAME ": " fmt`: true, ` "x"`: true, ` NAME`: true, ``: false,
		`(fmt) "%s " fmt, __func__`: false, ` 3`: false, `(x) f(x)`: false, ` "a" "b"`: true,
	} {
		assert.Equal(t, want, onlyStrings([]byte(def)), def)
	}
}

func TestRest(t *testing.T) {
	p := &Prefix{Args: []string{"-DSAME=1", "-DOURS", "-include", "first.h"}}
	args, between := Rest(p, []string{"-O2", "-include", "first.h", "-DSAME=1", "-D", "NAME=\"x\"", "-DFLAG", "-UGONE", "-Iinc"})
	assert.Equal(t, []string{"-O2", "-DSAME=1", "-Iinc"}, args)
	assert.Equal(t, "#undef NAME\n#define NAME \"x\"\n#undef FLAG\n#define FLAG 1\n#undef GONE\n#undef OURS\n", between)
}

// Units are grouped by the headers that they share, and no group gets a header
// that one of its units does not read.
func TestPlanGroupsUnitsByWhatTheyRead(t *testing.T) {
	dir := t.TempDir()
	write := func(name string, size int) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte("#pragma once\n"+strings.Repeat("x\n", size/2)), 0o644))
		return path
	}
	core, net, fs := write("core.h", 4_000_000), write("net.h", 1_500_000), write("fs.h", 1_500_000)
	paths := NewPaths()
	var units []Unit
	add := func(n int, text string, files ...string) {
		for range n {
			source := filepath.Join(dir, fmt.Sprintf("u%d.c", len(units)))
			require.NoError(t, os.WriteFile(source, []byte(text), 0o644))
			units = append(units, Unit{File: source, Dir: dir, Args: []string{"-I", dir, "-O2"}, Files: paths.IDs(files)})
		}
	}
	add(10, "#include <core.h>\n#include <net.h>\n", core, net)
	add(10, "#include <core.h>\n#include <fs.h>\n", core, fs)
	add(1, "#include <fs.h>\n", fs)
	units = append(units, Unit{File: "unknown.c", Dir: dir, Args: []string{"-I", dir, "-O2"}})
	other := units[0]
	other.Args = []string{"-I", dir, "-O0"}
	units = append(units, other)

	plan := NewPlanner(units, paths).Plan()
	require.Len(t, plan, 3)
	assert.Equal(t, []string{"<core.h>"}, plan[0].Headers)
	assert.Equal(t, -1, plan[0].Parent)
	assert.Equal(t, []string{"<net.h>"}, plan[1].Headers)
	assert.Equal(t, []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, plan[1].Members)
	assert.Equal(t, []string{"<fs.h>"}, plan[2].Headers)
	assert.Equal(t, []int{10, 11, 12, 13, 14, 15, 16, 17, 18, 19}, plan[2].Members)
	assert.Equal(t, []int{0, 0}, []int{plan[1].Parent, plan[2].Parent}, "behind what all have")
	assert.Equal(t, plan, NewPlanner(units, paths).Plan())

	p := NewPlanner(units, paths)
	first := p.Make(plan[0], Compiled{Files: []string{core}}, nil)
	made := p.Make(plan[1], Compiled{Files: []string{net}}, first)
	assert.Equal(t, float64(sizeOf(core)+sizeOf(net)), made.Weight)
	_, ok := p.Fits(made, 0)
	assert.True(t, ok)
	_, ok = p.Fits(first, 10)
	assert.True(t, ok)
	for _, u := range []int{10, 20, 21} {
		why, ok := p.Fits(made, u)
		assert.False(t, ok)
		assert.Contains(t, why, "does not include all")
	}
	strange := p.Make(plan[0], Compiled{Files: []string{core, net, "/no/such/file.h"}}, nil)
	_, ok = p.Fits(strange, 0)
	assert.False(t, ok, "a file that no unit is known to read")
	_, ok = p.Fits(p.Make(plan[1], Compiled{Files: []string{net}}, strange), 0)
	assert.False(t, ok, "nor one behind it")
}

// What has a say in a prefix made behind another is what has a say in one made of all.
func TestMadeBehindAnother(t *testing.T) {
	dir := t.TempDir()
	var files []string
	for name, text := range map[string]string{
		"a.h": "int user(int x) { return named + called(x) + deep(x) + twice; }\n#define deep(x) inner\n#if defined(TESTED)\n#endif\n#define twice once\n",
		"b.h": "#define named value(1)\n#define called(x) (x + hidden)\n#define inner deepest\n#define twice other\n",
		"c.h": "#define object(x) never\n#define hidden far(1)\nint more(int x) { return object + other(x); }\n#define deepest bottom\n#define named again\n",
	} {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		files = append(files, path)
	}
	slices.Sort(files)
	paths := NewPaths()
	units := []Unit{{File: files[0], Dir: dir, Files: paths.IDs(files)}}
	p := NewPlanner(units, paths)
	for _, order := range [][]int{{0, 1, 2}, {2, 1, 0}, {1, 2, 0}} {
		all := p.Make(Prefix{}, Compiled{Files: files, First: files[:1]}, nil)
		var chained *Made
		for k, i := range order {
			chained = p.Make(Prefix{}, Compiled{Files: files[i : i+1], First: files[:1]}, chained)
			assert.Equal(t, k < 2, len(p.Active(chained)) < len(p.Active(all)))
		}
		want := p.Active(all)
		assert.Subset(t, want, []string{"value", "hidden", "far", "deepest", "bottom", "again", "once", "other", "TESTED"})
		assert.NotContains(t, want, "never")
		assert.ElementsMatch(t, want, p.Active(chained), order)
		assert.Equal(t, all.Weight, chained.Weight)
		for name := range p.texts.names.ids {
			id := p.texts.names.ids[name]
			one, other := all.macro(id), chained.macro(id)
			require.Equal(t, one == nil, other == nil, name)
			if one != nil {
				assert.ElementsMatch(t, one.body, other.body, name)
				assert.Equal(t, [2]bool{one.function, one.late}, [2]bool{other.function, other.late}, name)
			}
		}
	}
}

// What several units define, and several do not, makes groups where a header that they
// share asks for it.
func TestPlanKeepsApartWhatIsDefined(t *testing.T) {
	dir := t.TempDir()
	core, own := filepath.Join(dir, "core.h"), filepath.Join(dir, "own.h")
	require.NoError(t, os.WriteFile(core, []byte("#pragma once\n#ifdef MODULE\n#endif\n#ifdef RARE\n#endif\n#define ID NUMBER\n/* UNUSED */\n"+strings.Repeat("x\n", 1_000_000)), 0o644))
	require.NoError(t, os.WriteFile(own, []byte("#pragma once\n#ifdef DRIVER\n#endif\n"), 0o644))
	paths := NewPaths()
	var units []Unit
	for i := range 3 * several {
		source := filepath.Join(dir, fmt.Sprintf("u%d.c", i))
		require.NoError(t, os.WriteFile(source, []byte("#include <core.h>\n"), 0o644))
		args := []string{"-I", dir, fmt.Sprintf(`-DNAME="u%d"`, i), fmt.Sprintf("-DNUMBER=%d", i%2), fmt.Sprintf("-DUNUSED=%d", i%2)}
		files := []string{core}
		if i < several {
			args = append(args, "-DMODULE")
		}
		if i%several == 0 {
			args = append(args, "-DRARE")
		}
		if i%2 == 0 {
			args = append(args, "-DDRIVER")
			files = append(files, own)
		}
		units = append(units, Unit{File: source, Dir: dir, Args: args, Files: paths.IDs(files)})
	}
	plan := NewPlanner(units, paths).Plan()
	require.Len(t, plan, 2)
	assert.Len(t, plan[0].Members, several)
	assert.Contains(t, plan[0].Args, "-DMODULE")
	assert.Len(t, plan[1].Members, 2*several)
	for _, x := range plan {
		args := strings.Join(x.Args, " ")
		for _, macro := range []string{"RARE", "NUMBER", "UNUSED", "DRIVER"} {
			assert.NotContains(t, args, macro, "few have it, only a macro names it, nobody asks for it, only its own header does")
		}
		assert.Contains(t, args, "-DNAME=")
	}
}
