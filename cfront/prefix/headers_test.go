package prefix

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// reads are the files of a tree that its main.c reads, in order.
func reads(t *testing.T, tree map[string]string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range tree {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	paths := NewPaths()
	h := NewHeaders(func([]string) []string { return []string{"__clang__ 1", "__LP64__ 1"} }, paths)
	u := Unit{File: filepath.Join(dir, "main.c"), Dir: dir, Args: args}
	var out []string
	for range 2 { // the second time all is known
		out = nil
		for _, path := range paths.Paths(h.Files(&u)) {
			name, err := filepath.Rel(dir, path)
			require.NoError(t, err)
			out = append(out, name)
		}
	}
	return strings.Join(out, " ")
}

// enabled is how Kconfig's options are asked for: by pasting and picking arguments.
const enabled = `#define PLACE_1 0,
#define second(ignored, val, ...) val
#define is_1(x) is_2(x)
#define is_2(val) is_3(PLACE_##val)
#define is_3(junk) second(junk 1, 0)
#define ON(option) (is_1(option) || is_1(option##_MODULE))
`

func TestHeadersOfConditions(t *testing.T) {
	for condition, want := range map[string]bool{
		"ifdef SET":                          true,
		"ifndef SET":                         false,
		"if SET":                             true,
		"if UNSET":                           false,
		"if defined(SET) && !defined UNSET":  true,
		"if defined(UNSET) || (1 ? SET : 0)": true,
		"if ON(SET)":                         true,
		"if ON(UNSET)":                       false,
		"if ON(MOD)":                         true,
		"if NUMBER == 64 && 0x40 == 64u && -1 < 0": true,
		"if NUMBER > 64 || NUMBER / 0":             false,
		"if (NUMBER & 1) == 0 && ~0 == -1":         true,
		"if twice(3) * 2 == 12 && 1 << 4 == 16":    true,
		"if 'a' == 97":                             true,
		"if SELF":                                  false,
		"if __LP64__ && defined __clang__":         true,
		"if __has_attribute(cold)":                 true,
		"if __has_feature(a_sanitizer)":            false,
		"if __has_include(<yes.h>)":                true,
		"if __has_include(\"no.h\")":               false,
		"if )(":                                    false,
		"if 1 +":                                   false,
		"if 0 /* and */ + \\\n 1":                  true,
	} {
		tree := map[string]string{
			"yes.h": "", "other.h": "",
			"main.c": enabled + "#define SET 1\n#define NUMBER 64\n#define twice(x) ((x) + (x))\n#define SELF SELF\n#define MOD_MODULE 1\n#" + condition +
				"\n#include \"yes.h\"\n#else\n#include \"other.h\"\n#endif\n",
		}
		got := "main.c other.h"
		if want {
			got = "main.c yes.h"
		}
		assert.Equal(t, got, reads(t, tree, "-I."), condition)
	}
}

func TestHeadersOfUnits(t *testing.T) {
	// The command line's come first, in its order; macros reach from file to file.
	assert.Equal(t, "first.h main.c inc/a.h inc/b.h inc/deep/c.h", reads(t, map[string]string{
		"first.h":      "#define WANT_B\n",
		"inc/a.h":      "#ifndef A\n#define A\n#ifdef WANT_B\n#include <b.h>\n#endif\n#ifdef ONLY_U\n#include \"never.h\"\n#endif\n#endif\n",
		"inc/b.h":      "#pragma once\n#include \"deep/c.h\"\n#undef WANT_B\n",
		"inc/deep/c.h": "#include <a.h>\n",
		"main.c":       "#include <a.h>\n#include <a.h>\n#include <b.h>\n#ifdef WANT_B\n#include \"never.h\"\n#endif\n#if VALUE != 3\n#include \"never.h\"\n#endif\n",
		"never.h":      "",
	}, "-include", "first.h", "-Iinc", "-DVALUE=3", "-DONLY_U", "-UONLY_U"))

	// What a macro says: as it stands, and made of pieces.
	assert.Equal(t, "main.c trace/make.h trace/events.h", reads(t, map[string]string{
		"main.c":         "#define WHICH <trace/make.h>\n#include WHICH\n",
		"trace/make.h":   "#define text_1(x...) #x\n#define text(x...) text_1(x)\n#define FILE events\n#define IN(system) text(../trace/system.h)\n#include IN(FILE)\n",
		"trace/events.h": "",
	}, "-I", "."))

	// The folders are searched in the order of their kinds.
	assert.Equal(t, "main.c near/x.h plain/y.h system/z.h after/w.h", reads(t, map[string]string{
		"main.c":   "#include \"x.h\"\n#include <y.h>\n#include <z.h>\n#include <w.h>\n#include <missing.h>\n",
		"near/x.h": "", "plain/x.h": "", "plain/y.h": "", "system/y.h": "", "system/z.h": "", "after/z.h": "", "after/w.h": "",
	}, "-idirafter", "after", "-isystem", "system", "-Iplain", "-iquote", "near"))

	// A branch that was taken is the last one.
	assert.Equal(t, "main.c a.h", reads(t, map[string]string{
		"main.c": "#if 0\n#include \"never.h\"\n#elif 1\n#if 1\n#include \"a.h\"\n#endif\n#elif 1\n#include \"never.h\"\n#else\n#include \"never.h\"\n#endif\n",
		"a.h":    "", "never.h": "",
	}))

	// Malformed input ends.
	for _, text := range []string{
		"#include \"main.c\"\n#include \"main.c\"\n", "#if 1\n", "#else\n#endif\n#elif\n", "#define f(x) f(x) f(x)\n#if f(f(f(1)))\n#endif",
		"#define a b b\n#define b c c\n#define c d d\n#define d a a\n#if a\n#endif\n", "#if " + strings.Repeat("(", 5000) + "\n", "#define f(\n#if f(1)\n", "#include\n#if\n#ifdef\n#undef\n",
	} {
		assert.Equal(t, "main.c", reads(t, map[string]string{"main.c": text}), text[:min(len(text), 40)])
	}
}

func FuzzHeaders(f *testing.F) {
	f.Add([]byte(enabled + "#if ON(X) ? 1 : defined(Y)\n#include <a.h>\n#elif 'a' >> 2\n#else\n#endif\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		h := NewHeaders(func([]string) []string { return nil }, NewPaths())
		r := h.begin()
		r.search = h.searchIn(nil, nil)
		r.run(h.scanDirectives(data))
	})
}

// Units that are read at the same time share what is known of files, macros and conditions,
// and none gets what another one has.
func TestHeadersOfUnitsAtOnce(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"common.h": enabled + "#ifndef COMMON\n#define COMMON\n#if ON(A) && defined(B)\n#include \"ab.h\"\n#elif ON(A)\n#include <a.h>\n#else\n#include \"b.h\"\n#endif\n#endif\n",
		"ab.h":     "#include NEXT\n", "b.h": "#define C 1\n", "one/a.h": "", "two/a.h": "#if ON(C)\n#include \"never.h\"\n#endif\n",
		"main.c": "#include \"common.h\"\n#include \"common.h\"\n",
	} {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(dir, name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644))
	}
	paths := NewPaths()
	h := NewHeaders(func([]string) []string { return nil }, paths)
	wants := []struct {
		want string
		args []string
	}{
		{"main.c common.h ab.h one/a.h", []string{"-DA", "-DB", "-DNEXT=<a.h>", "-Ione", "-Itwo"}},
		{"main.c common.h two/a.h", []string{"-DA_MODULE", "-Itwo", "-Ione"}},
		{"main.c common.h one/a.h", []string{"-DA", "-Ione"}},
		{"main.c common.h b.h", []string{"-DB", "-Ione"}},
		{"main.c common.h ab.h b.h", []string{"-DA", "-DB", "-DNEXT=\"b.h\""}},
	}
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			for i := range 40 {
				c := wants[(i*(k+1)+k)%len(wants)]
				var got []string
				for _, path := range paths.Paths(h.Files(&Unit{File: filepath.Join(dir, "main.c"), Dir: dir, Args: c.args})) {
					name, _ := filepath.Rel(dir, path)
					got = append(got, name)
				}
				assert.Equal(t, c.want, strings.Join(got, " "), c.args)
			}
		})
	}
	wg.Wait()
}
