package infer

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func solveText(t *testing.T, text string) *Solution {
	t.Helper()
	p, err := Parse(text)
	require.NoError(t, err)
	sol, err := Solve(p, Options{})
	require.NoError(t, err)
	return sol
}

// row is a case as a table shows it.
func rows(s *Summary) []string {
	var out []string
	for _, c := range s.Cases() {
		r := c.Adjust.String() + " | " + c.Expect.String()
		if c.Ambiguous {
			r = "? | " + c.Expect.String()
		}
		if c.When != "" {
			r = c.When + ": " + r
		}
		if c.Returns != "" {
			r += " | " + c.Returns
		}
		out = append(out, r)
	}
	return out
}

func TestSolve(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		bugs       []BugKind
		evidence   Evidence
	}{
		{name: "sleeps", text: `
func "f"
b0:
  call = direct "might_sleep"
  return`, want: []string{"none | 0"}, evidence: Proved},
		{name: "takes a lock", text: `
func "f"
b0:
  call = direct "spin_lock"
  return`, want: []string{"spin+1 | 0.."}, evidence: Proved},
		{name: "sleeps under a lock", text: `
func "f"
b0:
  call = direct "spin_lock"
  call = direct "might_sleep"
  call = direct "spin_unlock"
  return`, want: []string{"none | 0"}, bugs: []BugKind{SleepInAtomic}, evidence: Proved},
		{name: "drops the caller's lock to sleep", text: `
func "f"
b0:
  call = direct "spin_unlock"
  call = direct "might_sleep"
  call = direct "spin_lock"
  return`, want: []string{"none | 1"}, evidence: Proved},
		{name: "trylock, returned", text: `
func "f"
ret ""
b0:
  call x "" = direct "spin_trylock"
  return x`, want: []string{"spin+1 | 0.. | != 0", "none | 0.. | == 0"}, evidence: Proved},
		{name: "trylock, negated by a helper", text: `
func "g"
ret ""
b0:
  call x "" = direct "spin_trylock"
  y = not x
  return y
func "f"
b0:
  call x "" = direct "g"
  if x b2 b1
b1:
  call = direct "spin_unlock"
  return
b2:
  return`, want: []string{"none | 0.."}, evidence: Proved},
		{name: "flags through a layer", text: `
func "blocks"
param gfp 0 ""
ret ""
b0:
  t = and gfp 0x400
  y = bool t
  return y
func "f"
param flags 1 ""
b0:
  g = or flags 0x100
  call t "" = direct "blocks" arg 0 "" g
  if t b1 b2
b1:
  call = direct "might_sleep"
  goto b2
b2:
  return`, want: []string{"flags & 0x400: none | 0", "else: none | 0.."}, evidence: Proved},
		{name: "correlated branches", text: `
func "f"
param take 0 ""
b0:
  if take b1 b2
b1:
  call = direct "spin_lock"
  goto b2
b2:
  call = direct "harmless"
  if take b3 b4
b3:
  call = direct "spin_unlock"
  goto b4
b4:
  return
func "harmless"
b0:
  return`, want: []string{"none | 0.."}, evidence: Proved},
		{name: "uncorrelated branches", text: `
func "f"
param a 0 ""
b0:
  x = unknown
  y = unknown
  if x b1 b2
b1:
  call = direct "spin_lock"
  goto b2
b2:
  if y b3 b4
b3:
  call = direct "spin_unlock"
  goto b4
b4:
  return`, want: []string{"? | 1.."}, bugs: []BugKind{Unbalanced}, evidence: Assumed},
		{name: "a pointer with the lock held, or NULL", text: `
func "get"
param a 0 ""
ret ""
b0:
  call = direct "spin_lock"
  p = unknown
  x = unknown
  if x b1 b2
b1:
  call = direct "spin_unlock"
  return 0
b2:
  return p
func "f"
b0:
  call p "" = direct "get"
  if p b1 b2
b1:
  call = direct "spin_unlock"
  goto b2
b2:
  return`, want: []string{"none | 0.."}, evidence: Assumed},
		{name: "not atomic, so may sleep", text: `
func "f"
b0:
  call x "" = direct "in_atomic"
  if x b2 b1
b1:
  call = direct "might_sleep"
  goto b2
b2:
  return`, want: []string{"none | 0.."}, evidence: Proved},
		{name: "recursion", text: `
func "f"
param n 0 ""
b0:
  if n b1 b2
b1:
  call = direct "f" arg 0 "" ?
  call = direct "g"
  goto b2
b2:
  return
func "g"
b0:
  call = direct "f" arg 0 "" ?
  call = direct "might_sleep"
  return`, want: []string{"n != 0: none | 0", "else: none | 0.."}, evidence: Proved},
		{name: "irq off, then sleeps", text: `
func "f"
b0:
  call = direct "local_irq_disable"
  call = direct "might_sleep"
  call = direct "local_irq_enable"
  return`, want: []string{"none | 0"}, bugs: []BugKind{SleepInAtomic}, evidence: Proved},
		{name: "loop with trylock", text: `
func "f"
b0:
  call x "" = direct "spin_trylock"
  if x b1 b0
b1:
  return`, want: []string{"spin+1 | 0.."}, evidence: Proved},
		{name: "callback under a lock", text: `
func "each"
param fn 0 ""
b0:
  call = direct "spin_lock"
  call = indirect fn
  call = direct "spin_unlock"
  return
func "sleepy"
b0:
  call = direct "might_sleep"
  return
func "f"
b0:
  call = direct "each" arg 0 "" &"sleepy"
  return`, want: []string{"none | 0"}, bugs: []BugKind{CallbackSleeps}, evidence: Proved},
		{name: "slot", text: `
func "sleepy"
b0:
  call = direct "might_sleep"
  return
func "f"
b0:
  call = slot "struct ops.run" text "ops->run()"
  return
init "struct ops.run" "sleepy"`, want: []string{"none | 0"}, evidence: Proved},
		{name: "an unknown body", text: `
func "f"
b0:
  call = direct "elsewhere"
  return`, want: []string{"none | 0.."}, evidence: Assumed},
		{name: "unbounded", text: `
func "f"
b0:
  x = unknown
  call = direct "spin_lock"
  if x b0 b1
b1:
  return`, want: []string{"? | 0.."}, evidence: Assumed, bugs: nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := solveText(t, c.text).Summary("f")
			require.NotNil(t, s)
			assert.Equal(t, c.want, rows(s))
			var kinds []BugKind
			for _, b := range s.Bugs {
				kinds = append(kinds, b.Kind)
			}
			if c.name != "unbounded" {
				assert.Equal(t, c.bugs, kinds)
			}
			assert.Equal(t, c.evidence.String(), s.Evidence.String(), "%v", s.Assumes)
		})
	}
}

func TestStaticNamesakes(t *testing.T) {
	sol := solveText(t, `
func "spin_lock@stub.c" symbol=spin_lock at=stub.c:1:1 static
b0:
  return
func "cond_resched@own.c" symbol=cond_resched at=own.c:1:1 static
b0:
  call = direct "note"
  return
func "note"
b0:
  return`)
	assert.Equal(t, []string{"spin+1 | 0.."}, rows(sol.Summary("spin_lock@stub.c")))
	assert.Equal(t, []string{"none | 0.."}, rows(sol.Summary("cond_resched@own.c")))
}

func TestFieldBits(t *testing.T) {
	text := `
func "f"
param gfp 0 ""
b0:
  g = or gfp bits
  t = and g 0x400
  if t b1 b2
b1:
  call = direct "might_sleep"
  goto b2
b2:
  return`
	for _, c := range []struct {
		bits FieldBits
		want []string
	}{
		{FieldBits{Mask: 0x4000}, []string{"gfp & 0x400: none | 0", "else: none | 0.."}},
		{FieldBits{Mask: 0x4400}, []string{"none | 0"}},
		{FieldBits{Mask: 0x4000, Unknown: true}, []string{"none | 0"}},
	} {
		p, err := Parse(text)
		require.NoError(t, err)
		p.Funcs["f"].Fields = map[Var]string{1: "struct s.bits"}
		require.Equal(t, "bits", p.Funcs["f"].Vars[1])
		p.Fields = map[string]FieldBits{"struct s.bits": c.bits}
		sol, err := Solve(p, Options{})
		require.NoError(t, err)
		assert.Equal(t, c.want, rows(sol.Summary("f")))
	}
}

func TestTextForm(t *testing.T) {
	p, err := Parse(`
func "f@a.c" at=a.c:3:1 static
param x 0 ""
ret ""
b0:
  t = and x 4 @a.c:4:2
  call t "" _ "#" = direct "bar" text "bar(x)" arg 0 "" x arg 1 ".0" ? drop
  store "struct ops.run" &"f@a.c"
  switch t 1..3 b0 7..7 b1 b1
b1:
  return t
init "struct ops.run" "f@a.c"`)
	require.NoError(t, err)
	q, err := Parse(p.String())
	require.NoError(t, err)
	assert.Equal(t, p.String(), q.String())
	assert.Equal(t, p.Funcs, q.Funcs)
}

func TestPrimitivesTable(t *testing.T) {
	ps, err := ParsePrimitives("primitives.txt", primitivesText)
	require.NoError(t, err)
	assert.LessOrEqual(t, len(ps), 150)
	for _, derived := range []string{"mutex_lock", "down_read", "synchronize_rcu", "msleep", "wait_for_completion",
		"schedule_timeout", "vfree", "copy_from_user", "flush_work", "kthread_stop", "kmalloc"} {
		assert.Nil(t, modelNamed(derived), derived)
	}
	for text, want := range map[string]string{
		"a | none | x\na | none | y": "t:2: a is already given at line 1",
		"a | none":                   "t:1: want three columns",
		"a | none |":                 "t:1: every primitive needs a reason",
		"a | sleep | x":              `t:1: a: unknown effect "sleep"`,
		"a | ret > 1: none | x":      "want == or !=",
	} {
		_, err := ParsePrimitives("t", text)
		assert.ErrorContains(t, err, want, text)
	}
}

// A function without a body is taken to sleep where Rust calls it, whatever else the
// caller does, and not where C does.
func TestRustTakesWhatHasNoBodyToSleep(t *testing.T) {
	for _, x := range []struct {
		calls []string
		bugs  int
		asks  bool
	}{
		{[]string{"missing"}, 0, true},
		{[]string{"spin_lock", "missing", "spin_unlock"}, 1, false},
		{[]string{"section", "missing", "spin_unlock"}, 1, false},
		{[]string{"spin_lock", "spin_unlock", "missing"}, 0, true},
		{[]string{"spin_lock", "spin_unlock"}, 0, false},
	} {
		text := "func \"section\" at=a.c:1:1\nb0:\n  call = direct \"spin_lock\" @a.c:2:2\n  return\nfunc \"drive\" at=r.rs:1:1\nb0:\n"
		for i, name := range x.calls {
			text += fmt.Sprintf("  call = direct %q @r.rs:%d:2\n", name, i+2)
		}
		p, err := Parse(text + "  return\n")
		require.NoError(t, err)
		for _, lang := range []Lang{C, Rust} {
			p.Funcs["drive"].Lang = lang
			sol, err := Solve(p, Options{})
			require.NoError(t, err)
			s := sol.Summary("drive")
			if lang == C {
				assert.Empty(t, s.Bugs, x.calls)
				assert.Nil(t, s.MaySleep(), x.calls)
				continue
			}
			assert.Len(t, s.Bugs, x.bugs, x.calls)
			assert.Equal(t, x.asks, s.MaySleep() != nil && len(s.Bugs) == 0, x.calls)
		}
	}
}
