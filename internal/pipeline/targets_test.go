package pipeline

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
	"preemptck/internal/kbuild"
)

func TestClosureIsInOrderOfNeed(t *testing.T) {
	unit := func(crate string, args ...string) kbuild.RustUnit {
		return kbuild.RustUnit{Crate: crate, Source: "/src/" + crate + ".rs", Object: "/b/rust/" + crate + ".o", Args: args}
	}
	a := &Analysis{Tree: &kbuild.Tree{BuildRoot: "/b", SrcRoot: "/src", Rust: []kbuild.RustUnit{
		unit("kernel", "--extern", "bindings", "--extern", "macros"),
		unit("core"), unit("bindings"), unit("unused"),
		unit("macros", "--crate-type", "proc-macro"),
	}}}
	driver := unit("fan", "--extern", "kernel", "--extern", "gone")
	var names []string
	for _, u := range a.closure(&driver) {
		names = append(names, u.Crate)
	}
	assert.Equal(t, []string{"core", "bindings", "kernel", "fan"}, names)
}

func TestOwnFiles(t *testing.T) {
	a := &Analysis{Tree: &kbuild.Tree{BuildRoot: "/b", SrcRoot: "/src"}}
	own := a.own(&Target{Unit: &kbuild.RustUnit{Source: "/src/drivers/fan/fan.rs", Deps: []string{"/src/drivers/fan/fan.rs", "/src/drivers/fan/curve.rs", "/b/rust/libkernel.rmeta"}}}, nil)
	assert.True(t, own("drivers/fan/fan.rs"))
	assert.True(t, own("drivers/fan/curve.rs"))
	assert.False(t, own("drivers/fan/other.rs"))
	assert.False(t, own("rust/kernel/sync/lock.rs"))

	own = a.own(&Target{module: true, Unit: &kbuild.RustUnit{Source: "/home/me/fan/fan.rs", Deps: []string{"/home/me/fan/fan.rs"}}}, nil)
	assert.True(t, own("/home/me/fan/curve.rs"))
	assert.False(t, own("/home/me/fan2/curve.rs"))
}

func TestSuggest(t *testing.T) {
	a := &Analysis{Prog: infer.NewProgram()}
	for _, n := range []string{"mutex_lock", "mutex_unlock", "mutex_trylock", "spin_lock", "kfree"} {
		a.Prog.Funcs[n] = &infer.Func{ID: n, Symbol: n, Name: n}
	}
	assert.Equal(t, []string{"mutex_lock", "mutex_unlock"}, a.Suggest("mutex_lok"))
	assert.Equal(t, []string{"kfree"}, a.Suggest("kfre"))
	assert.Empty(t, a.Suggest("completely_different"))
}

func TestDistance(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"abc", "", 3}, {"", "ab", 2}, {"kitten", "sitting", 3}, {"lock", "lock", 0}, {"ab", "ba", 2}} {
		assert.Equal(t, c.want, distance(c.a, c.b), "%s %s", c.a, c.b)
		assert.Equal(t, c.want, distance(c.b, c.a))
	}
}

// A function that a frontend got wrong costs itself.
func TestSolveLeavesOutMalformedFunctions(t *testing.T) {
	prog, err := infer.Parse("func \"good\"\nb0:\n  call = direct \"bad\"\n  return\n")
	require.NoError(t, err)
	prog.Funcs["bad"] = &infer.Func{ID: "bad", Symbol: "bad", Name: "bad"}
	a := &Analysis{Prog: prog}
	require.NoError(t, a.Solve())
	assert.NotNil(t, a.Sol.Summary("good"))
	require.Len(t, a.Notes, 1)
	assert.Contains(t, a.Notes[0].Text, "bad")
}

func TestCoreUnitTakesTheEditionOfItsSources(t *testing.T) {
	dir := t.TempDir()
	src := filepath.Join(dir, "src/lib.rs")
	assert.Contains(t, coreUnit("rustc", src, "/b").Args, "--edition=2024")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "Cargo.toml"), []byte("[package]\nname = \"core\"\nedition = \"2021\"\n"), 0o644))
	assert.Contains(t, coreUnit("rustc", src, "/b").Args, "--edition=2021")
}

func TestBatchesKeepCrateNamesApart(t *testing.T) {
	unit := func(crate string) Target { return Target{Unit: &kbuild.RustUnit{Crate: crate}} }
	got := batches([]Target{unit("a"), unit("b"), unit("a"), {MIR: "/x/b.mir"}})
	require.Len(t, got, 2)
	assert.Len(t, got[0], 2)
	assert.Equal(t, "b", got[1][1].crate())
}
