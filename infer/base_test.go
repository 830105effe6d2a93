package infer

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"preemptck/internal/wire"
)

func putBody(w *wire.Writer, f *Func) { w.Values(nil)(*f) }

func getBody(r *wire.Reader) *Func {
	f := &Func{}
	r.Values(nil)(f)
	return f
}

// onTop solves a part of a program first, and the rest on top of it.
func onTop(t require.TestingT, below, above *Program) *Solution {
	sol, err := Solve(below, Options{})
	require.NoError(t, err)
	base, err := OpenBase(Options{}, sol.PackBase(putBody), getBody)
	require.NoError(t, err)
	out, err := base.Extend(above)
	require.NoError(t, err)
	again, err := base.Extend(above)
	require.NoError(t, err)
	require.Equal(t, len(out.nodes), len(again.nodes), "the base is what it was")
	return out
}

// split draws which functions of a program are below and which above; each side may
// call the other.
func split(t *rapid.T, p *Program) (below, above *Program) {
	below, above = NewProgram(), NewProgram()
	for k := range len(p.Funcs) {
		id := fmt.Sprintf("f%d", k)
		part := below
		if rapid.Bool().Draw(t, "above") {
			part = above
		}
		part.Funcs[id] = p.Funcs[id]
	}
	for _, in := range p.Inits {
		part := below
		if above.Funcs[in.Func] != nil {
			part = above
		}
		part.Inits = append(part.Inits, in)
	}
	return below, above
}

// withSlots draws calls that go through a slot of the caller's own, in which the callee
// and maybe another function before the caller is stored.
func withSlots(t *rapid.T, p *Program) *Program {
	for k := range len(p.Funcs) {
		f := p.Funcs[fmt.Sprintf("f%d", k)]
		slot := fmt.Sprintf("ops.m%d", k)
		if rapid.Bool().Draw(t, "private") {
			slot = fmt.Sprintf("ops@file.c.m%d", k)
		}
		for b := range f.Blocks {
			for i := range f.Blocks[b].Ops {
				c := f.Blocks[b].Ops[i].Call
				if c == nil || c.Target.Func[0] != 'f' || !rapid.Bool().Draw(t, "slot") {
					continue
				}
				p.Inits = append(p.Inits, SlotInit{Slot: withoutFile(slot), Func: c.Target.Func})
				if other := rapid.IntRange(0, k-1).Draw(t, "other"); rapid.Bool().Draw(t, "two") {
					p.Inits = append(p.Inits, SlotInit{Slot: withoutFile(slot), Func: fmt.Sprintf("f%d", other)})
				}
				c.Target = Target{Kind: SlotCall, Slot: slot}
			}
		}
	}
	return p
}

// Solving in two steps comes to the same as solving all at once.
func TestTwoStepsAreAsGoodAsOne(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := withSlots(t, genProgram(t, false))
		whole, err := Solve(p, Options{})
		require.NoError(t, err)
		below, above := split(t, p)
		sol := onTop(t, below, above)
		for k := range len(p.Funcs) {
			id := fmt.Sprintf("f%d", k)
			if x, y := whole.Summary(id), sol.Summary(id); !x.sameAs(y) {
				t.Fatalf("%s is %v at once and %v in steps\nbelow\n%s\nabove\n%s", id, rows(x), rows(y), below, above)
			}
		}
	})
}

// With recursion the second step may come to something stricter, never laxer.
func TestTwoStepsAreSound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := genProgram(t, true)
		below, above := split(t, p)
		whole, err := Solve(p, Options{})
		require.NoError(t, err)
		hold(t, p, onTop(t, below, above), whole, false)
	})
}

// steps solves two texts, one on top of the other. alias is another name that the
// first has for "sleeper".
func steps(t *testing.T, below, above, alias string) *Solution {
	t.Helper()
	x, err := Parse(below)
	require.NoError(t, err)
	if alias != "" {
		x.Aliases[alias] = "sleeper"
	}
	y, err := Parse(above)
	require.NoError(t, err)
	for _, f := range y.Funcs {
		f.Lang = Rust
	}
	return onTop(t, x, y)
}

const sleeper = `
func "sleeper" at=r.rs:1:1
b0:
  call = direct "might_sleep" @r.rs:2:2
  return
`

// What is added may be called by what was there: through a slot that held something
// else, or nothing; by its name; through a private slot; and where it is handed to a
// function that stores it.
func TestWhatIsAddedReachesTheBase(t *testing.T) {
	const harmless = "func \"harmless\" at=a.c:90:1\nb0:\n  return\n"
	for _, x := range []struct{ name, below, above, alias string }{
		{"a slot with another target", `
init "struct ops.run" "harmless"
func "caller" at=a.c:1:1
b0:
  call = slot "struct ops.run" @a.c:2:2
  return
`, `init "struct ops.run" "sleeper"`, ""},
		{"a slot without", `
func "caller" at=a.c:1:1
b0:
  call = slot "struct ops.run" @a.c:2:2
  return
`, `
func "filler" at=r.rs:10:1
b0:
  store "struct ops.run" &"sleeper"
  return
`, ""},
		{"a private slot", `
func "caller" at=a.c:1:1
b0:
  call = slot "struct ops@a.c.run" @a.c:2:2
  return
`, `init "struct ops.run" "sleeper"`, ""},
		{"by name", `
func "caller" at=a.c:1:1
b0:
  call = direct "sleeper" @a.c:2:2
  return
`, ``, ""},
		{"by an alias", `
func "caller" at=a.c:1:1
b0:
  call = direct "other" @a.c:2:2
  return
`, ``, "other"},
		{"handed over", `
func "setup" at=a.c:20:1
param fn 0 ""
b0:
  store "struct work.func" fn
  return
func "deep" at=a.c:25:1
param fn 0 ""
b0:
  call = direct "setup" arg 0 "" fn @a.c:26:2
  return
func "caller" at=a.c:1:1
b0:
  call = slot "struct work.func" @a.c:2:2
  return
`, `
func "user" at=r.rs:10:1
b0:
  call = direct "deep" arg 0 "" &"sleeper" @r.rs:11:2
  return
`, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			const outer = `
func "outer" at=a.c:40:1
b0:
  call = direct "caller" @a.c:41:2
  return
`
			sol := steps(t, x.below+outer+harmless, x.above+sleeper, x.alias)
			for _, id := range []string{"caller", "outer"} {
				why := sol.Summary(id).MaySleep()
				if assert.NotNil(t, why, id) {
					chain := why.Chain()
					assert.Equal(t, "r.rs:2", chain[len(chain)-1].Pos.String())
				}
			}
			alone := steps(t, x.below+outer+harmless, harmlessAbove, x.alias)
			assert.Nil(t, alone.Summary("outer").MaySleep(), "without it nothing sleeps")
			assert.False(t, done(alone, "outer"), "and nothing is solved again")
		})
	}
}

const harmlessAbove = "func \"above\" at=r.rs:1:1\nb0:\n  return\n"

// done tells whether a function was solved again.
func done(sol *Solution, id string) bool {
	i, _ := sol.find(id)
	return sol.nodes[i].done
}

// What is below decides what is above, and its evidence goes with it.
func TestWhatIsAddedRestsOnTheBase(t *testing.T) {
	sol := steps(t, `
func "waits" at=a.c:1:1
b0:
  call = direct "might_sleep" @a.c:2:2
  return
func "guesses" at=a.c:5:1
b0:
  call = direct "assembly" @a.c:6:2
  return
func "twice" at=a.c:9:1
b0:
  call = direct "guesses" @a.c:10:2
  return
`, `
func "driver" at=r.rs:1:1
b0:
  call = direct "spin_lock" @r.rs:2:2
  call = direct "waits" @r.rs:3:2
  call = direct "spin_unlock" @r.rs:4:2
  return
func "trusting" at=r.rs:8:1
b0:
  call = direct "twice" @r.rs:9:2
  return
`, "")
	s := sol.Summary("driver")
	require.Len(t, s.Bugs, 1)
	assert.Equal(t, SleepInAtomic, s.Bugs[0].Kind)
	chain := s.Bugs[0].Why.Chain()
	assert.Equal(t, "a.c:2", chain[len(chain)-1].Pos.String())
	assert.Equal(t, Proved, s.Evidence)
	s = sol.Summary("trusting")
	assert.Equal(t, Assumed, s.Evidence)
	require.Len(t, s.Assumes, 1)
	assert.Contains(t, s.Assumes[0].Text, "assembly() has no body here")
	assert.False(t, done(sol, "waits"))
}

// A function of both is that of the base.
func TestTheBaseWins(t *testing.T) {
	sol := steps(t, "func \"f\" at=a.c:1:1\nb0:\n  return\n", "func \"f\" at=r.rs:1:1\nb0:\n  call = direct \"might_sleep\" @r.rs:2:2\n  return\n", "")
	assert.Nil(t, sol.Summary("f").MaySleep())
	assert.Equal(t, C, sol.Summary("f").Func.Lang)
	assert.Len(t, sol.All(), 1)
}

func TestDamagedBase(t *testing.T) {
	p, err := Parse(keptProgram)
	require.NoError(t, err)
	sol, err := Solve(p, Options{})
	require.NoError(t, err)
	data := sol.PackBase(putBody)
	assert.Equal(t, data, sol.PackBase(putBody), "the same bytes each time")
	back, err := Unpack(p, Options{}, sol.Pack())
	require.NoError(t, err)
	assert.Equal(t, data, back.PackBase(putBody), "and of a solution from the cache")
	for n := range data {
		_, err := OpenBase(Options{}, data[:n], getBody)
		require.ErrorIs(t, err, wire.ErrDamaged)
	}
	base, err := OpenBase(Options{}, data, getBody)
	require.NoError(t, err)
	assert.True(t, base.Has("caller"))
	assert.False(t, base.Has("missing"))
	_, err = base.Extend(&Program{Funcs: map[string]*Func{"x": {ID: "x"}}})
	assert.ErrorContains(t, err, "no blocks")
	for i := range base.sums { // what does not fit together is noticed when it is read
		base.sums[i] = base.sums[i][:len(base.sums[i])-1]
	}
	above, err := Parse(strings.ReplaceAll(keptProgram, "\"caller\"", "\"other\""))
	require.NoError(t, err)
	_, err = base.Extend(above)
	assert.ErrorIs(t, err, wire.ErrDamaged)
}
