package pipeline

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"preemptck/infer"
	"preemptck/internal/kbuild"
)

func TestExterns(t *testing.T) {
	assert.Equal(t, []string{"alloc", "kernel", "bindings", "macros"},
		externs([]string{"--extern", "alloc", "--extern=kernel", "--extern", "force:bindings=libbindings.rmeta", "--crate-name", "x", "--extern", "macros"}))
}

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
	own := a.own(&Target{Unit: &kbuild.RustUnit{Source: "/src/drivers/fan/fan.rs", Deps: []string{"/src/drivers/fan/fan.rs", "/src/drivers/fan/curve.rs", "/b/rust/libkernel.rmeta"}}})
	assert.True(t, own("drivers/fan/fan.rs"))
	assert.True(t, own("drivers/fan/curve.rs"))
	assert.False(t, own("drivers/fan/other.rs"))
	assert.False(t, own("rust/kernel/sync/lock.rs"))

	own = a.own(&Target{module: true, Unit: &kbuild.RustUnit{Source: "/home/me/fan/fan.rs", Deps: []string{"/home/me/fan/fan.rs"}}})
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
