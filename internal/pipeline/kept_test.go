package pipeline

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// plainly wants that a run gives what one without a cache and without prefixes gives.
func (k *kTree) plainly(a *Analysis, why string) {
	k.t.Helper()
	kept := k.cache
	k.cache = k.t.TempDir()
	assert.Equal(k.t, k.run(true, false).Prog.String(), a.Prog.String(), why)
	k.cache = kept
}

func (k *kTree) edit(name, from, to string) {
	k.t.Helper()
	text, err := os.ReadFile(filepath.Join(k.dir, name))
	require.NoError(k.t, err)
	k.write(name, strings.Replace(string(text), from, to, 1))
}

// A file that was edited is lowered behind a prefix that an earlier run made, unless one of
// that prefix's headers has changed.
func TestPrefixesServeLaterRuns(t *testing.T) {
	k := newKTree(t)
	assert.Equal(t, 8, k.run(false, false).Behind)
	k.keeps(1)
	for _, text := range []string{
		"#include <more.h>\nint plain3(int x) { return late(x); }\n",
		"#include <more.h>\nint plain3(int x) { might_sleep(); return late(x); }\n",
	} {
		k.write("drv/plain3.c", text)
		a := k.run(false, false)
		assert.Equal(t, []int{1, 1}, []int{a.Lowered, a.Behind})
		k.plainly(a, text)
	}
	k.write("drv/plain3.c", "#define TUNED\n#include <more.h>\nint plain3(int x) { return tuned(x); }\n")
	a := k.run(false, false)
	assert.Equal(t, []int{1, 0}, []int{a.Lowered, a.Behind}, "it does not fit any more")
	k.plainly(a, "it does not fit")

	k.write("include/big.h", bigHeader+"static inline int more(void) { might_sleep(); return 1; }\n"+filler("filler")+"#endif\n")
	k.write("drv/plain3.c", "#include <more.h>\nint plain3(int x) { return more(); }\n")
	a = k.run(false, false)
	assert.Equal(t, []int{8, 8}, []int{a.Lowered, a.Behind}, "with prefixes made anew")
	k.plainly(a, "the header has changed")
	k.keeps(1)
	k.write("drv/plain3.c", "#include <more.h>\nint plain3(int x) { return more() + x; }\n")
	assert.Equal(t, 1, k.run(false, false).Behind, "which serve in their turn")
}

// Of two prefixes with the same files a file gets the one of its own command line, and none
// where a header was written anew, which clang would not take.
func TestTheKeptPrefixOfAModule(t *testing.T) {
	k := newKTree(t)
	k.write("include/module.h", "#ifndef MODULE_H\n#define MODULE_H\n#include <big.h>\n#ifdef MODULE\nstatic inline int own(int x) { might_sleep(); return x; }\n"+
		"#else\nstatic inline int own(int x) { return x; }\n#endif\n#endif\n")
	text := "#include <module.h>\nint f(int x) { return own(x); }\n"
	for i := range 2 * maxKeptJobs {
		k.unit(fmt.Sprintf("part%d", i), text, "module.h", "big.h")
		k.unit(fmt.Sprintf("mod%d", i), text, "module.h", "big.h")
		k.edit(fmt.Sprintf("drv/.mod%d.o.cmd", i), "-D__KERNEL__", "-D__KERNEL__ -DMODULE")
	}
	k.run(false, false)
	for _, name := range []string{"part3", "mod3"} {
		k.edit("drv/"+name+".c", "own(x)", "own(x) + own(x)")
		a := k.run(false, false)
		assert.Equal(t, []int{1, 1}, []int{a.Lowered, a.Behind}, name)
		k.plainly(a, name)
	}
	k.edit("include/module.h", "", "")
	k.edit("drv/mod3.c", "own(x)", "own(x + 1)")
	a := k.run(false, false)
	assert.Equal(t, 1, a.Lowered)
	k.plainly(a, "the same header, written anew")
}

// A run over few files leaves the precompiled headers of one over all.
func TestPrefixesOfFewFilesAreNotKept(t *testing.T) {
	k := newKTree(t)
	for i := range 2 * maxKeptJobs {
		k.unit(fmt.Sprintf("more%d", i), fmt.Sprintf("#include <more.h>\nint more%d(int x) { return late(x); }\n", i), "more.h", "big.h")
	}
	k.write("include/other.h", "#ifndef OTHER_H\n#define OTHER_H\n"+filler("other")+"#endif\n")
	for i := range maxKeptJobs + 1 {
		k.unit(fmt.Sprintf("other%d", i), fmt.Sprintf("#include <other.h>\nint other%d(int x) { return x; }\n", i), "other.h")
	}
	k.run(false, false)
	k.write("include/other.h", "#ifndef OTHER_H\n#define OTHER_H\n"+filler("others")+"#endif\n")
	a := k.run(false, false)
	assert.Equal(t, []int{maxKeptJobs + 1, maxKeptJobs + 1}, []int{a.Lowered, a.Behind})
	k.keeps(1)
	k.write("drv/plain3.c", "#include <more.h>\nint plain3(int x) { return late(x) + 1; }\n")
	assert.Equal(t, 1, k.run(false, false).Behind)
}

// Precompiled headers have no checksum of their own: damage is noticed by ours.
func TestDamagedPrefixesAreNotUsed(t *testing.T) {
	for _, name := range []string{"headers.pch", "headers.pch" + factsSuffix, ""} {
		k := newKTree(t)
		k.run(false, false)
		damaged := 0
		require.NoError(t, filepath.WalkDir(filepath.Join(k.cache, prefixKind), func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || name != "" && e.Name() != name || name == "" && filepath.Ext(path) != "" {
				return err
			}
			data, err := os.ReadFile(path)
			require.NoError(t, err)
			data[len(data)/2] ^= 1
			damaged++
			return os.WriteFile(path, data, 0o600)
		}))
		require.NotZero(t, damaged)
		k.write("drv/plain3.c", "#include <more.h>\nint plain3(int x) { return late(x); }\n")
		a := k.run(false, false)
		assert.Equal(t, []int{1, 0}, []int{a.Lowered, a.Behind})
		k.plainly(a, name)
		k.keeps(0)
	}
}
