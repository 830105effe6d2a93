package check

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// solved is a program in the text form, solved, with all its functions at hand.
func solved(t *testing.T, text string) Input {
	t.Helper()
	prog, err := infer.Parse(text)
	require.NoError(t, err)
	sol, err := infer.Solve(prog, infer.Options{})
	require.NoError(t, err)
	in := Input{Prog: prog, Sol: sol}
	for id := range prog.Funcs {
		in.Funcs = append(in.Funcs, id)
	}
	return in
}

// brief says of each finding what matters: code, place, message.
func brief(r *Report) []string {
	out := []string{}
	for _, f := range r.Findings {
		out = append(out, fmt.Sprintf("%s %s %s", f.Code, place(f.File, f.Line, f.Column), f.Message))
	}
	return out
}

const sleepUnderLock = `
func "frob_wait" at=k/wait.c:4:6
b0:
  call = direct "might_sleep" @k/wait.c:6:2
  return
func "fan::set" at=d/fan.rs:2:5 rust
b0:
  call = direct "spin_lock" text "SpinLock::lock()" @d/fan.rs:3:20
  call = direct "frob_wait" @d/fan.rs:7:21
  call = direct "spin_unlock" text "drop of ` + "`live`" + `" drop @d/fan.rs:9:5
  return
`

func TestSleepInAtomic(t *testing.T) {
	r := Run(Options{}, solved(t, sleepUnderLock))
	require.Equal(t, []string{"PC001 d/fan.rs:7:21 this call may sleep, but a spinlock is held here"}, brief(r))
	f := r.Findings[0]
	assert.Equal(t, Error, f.Severity)
	assert.Equal(t, "fan::set", f.Function)
	assert.Equal(t, []Step{{"d/fan.rs", 7, "frob_wait()", 21}, {"k/wait.c", 6, "might_sleep()", 2}}, f.Chain)
	assert.Equal(t, []Label{
		{"d/fan.rs", 3, 20, "the spinlock `live` is taken here"},
		{"d/fan.rs", 9, 5, "the spinlock is released here, where `live` is dropped"},
	}, f.Labels)
	assert.Contains(t, f.Helps[0], "drop `live` first")
	assert.Equal(t, []string{"expects a preempt count of exactly 0; here it is 1 or more (spin 1)"}, f.Notes)
	assert.True(t, r.HasFindings())
}

func TestSafeTwinIsClean(t *testing.T) {
	safe := strings.Replace(sleepUnderLock, `  call = direct "frob_wait" @d/fan.rs:7:21
  call = direct "spin_unlock" text "drop of `+"`live`"+`" drop @d/fan.rs:9:5
`, `  call = direct "spin_unlock" text "drop of `+"`live`"+`" drop @d/fan.rs:9:5
  call = direct "frob_wait" @d/fan.rs:10:5
`, 1)
	require.NotEqual(t, safe, sleepUnderLock)
	r := Run(Options{}, solved(t, safe))
	assert.Empty(t, r.Findings)
	assert.False(t, r.HasFindings())
}

func TestWhatIsHeldHasItsName(t *testing.T) {
	for _, c := range []struct{ take, give, message, label string }{
		{"rcu_read_lock", "rcu_read_unlock", "this is in an RCU read section here", "the RCU read section begins here"},
		{"preempt_disable", "preempt_enable", "preemption is off here", "preemption is switched off here"},
		{"local_bh_disable", "local_bh_enable", "softirqs are off here", "softirqs are switched off here"},
		{"local_irq_disable", "local_irq_enable", "interrupts are off here", "interrupts are disabled here"},
	} {
		in := solved(t, fmt.Sprintf(`
func "f" at=a.c:1
b0:
  call = direct "%s" @a.c:2:2
  call = direct "might_sleep" @a.c:3:2
  call = direct "%s" @a.c:4:2
  return
`, c.take, c.give))
		r := Run(Options{}, in)
		require.Len(t, r.Findings, 1, c.take)
		assert.Equal(t, "this call may sleep, but "+c.message, r.Findings[0].Message)
		require.NotEmpty(t, r.Findings[0].Labels, c.take)
		assert.Equal(t, c.label, r.Findings[0].Labels[0].Text)
	}
}

func TestDropThatSleeps(t *testing.T) {
	r := Run(Options{}, solved(t, `
func "f" at=a.rs:1 rust
b0:
  call = direct "spin_lock" @a.rs:2:9
  call = direct "might_sleep" text "drop of `+"`queue`"+`" drop @a.rs:4:5
  call = direct "spin_unlock" text "drop of `+"`guard`"+`" drop @a.rs:4:5
  return
`))
	require.Equal(t, []string{"PC001 a.rs:4:5 this drop may sleep, but a spinlock is held here"}, brief(r))
	assert.Equal(t, "`queue` is dropped here, which may sleep", r.Findings[0].Label)
}

func TestUnbalancedReturn(t *testing.T) {
	r := Run(Options{}, solved(t, `
func "f" at=a.c:1
b0:
  call = direct "spin_lock" @a.c:2:2
  if ? b1 b2
b1:
  return @a.c:4:3
b2:
  call = direct "spin_unlock" @a.c:5:2
  return @a.c:6:1
`))
	require.Len(t, r.Findings, 1)
	f := r.Findings[0]
	assert.Equal(t, "PC002", f.Code)
	assert.Equal(t, 4, f.Line)
	assert.Equal(t, "returns with the count changed: spin+1", f.Label)
	assert.Equal(t, []Label{{"a.c", 2, 2, "the spinlock is taken here"}}, f.Labels)
}

// A generic function of a library is solved once for each instance; its defect
// belongs at the user's line that causes it, once.
const libraryCallsBack = `
func "with::<A>" name="lib::with" at=rust/kernel/lib.rs:10:5 rust
b0:
  call = direct "spin_lock" @rust/kernel/lib.rs:11:9
  call = direct "closure" text "f()" @rust/kernel/lib.rs:12:9
  call = direct "spin_unlock" @rust/kernel/lib.rs:13:5
  return
func "closure" at=d/fan.rs:20:9 rust
b0:
  call = direct "might_sleep" text "msleep()" @d/fan.rs:21:13
  return
func "fan::init" at=d/fan.rs:18:1 rust
b0:
  call = direct "with::<A>" @d/fan.rs:19:5
  return
`

func TestFindingInLibraryIsBroughtHome(t *testing.T) {
	in := solved(t, libraryCallsBack)
	in.Own = func(file string) bool { return strings.HasPrefix(file, "d/") }
	r := Run(Options{}, in)
	require.Equal(t, []string{"PC001 d/fan.rs:21:13 this call may sleep, but a spinlock is held here"}, brief(r))
	assert.Contains(t, r.Findings[0].Labels, Label{"rust/kernel/lib.rs", 12, 9, "may sleep"})
	assert.Contains(t, r.Findings[0].Labels, Label{"rust/kernel/lib.rs", 11, 9, "the spinlock is taken here"})

	// Where no line of the path is the user's, it is the call that leads there.
	in = solved(t, strings.ReplaceAll(libraryCallsBack, "d/fan.rs:21:13", "rust/kernel/lib.rs:30:1"))
	in.Own = func(file string) bool { return strings.HasPrefix(file, "d/") }
	r = Run(Options{}, in)
	require.Equal(t, []string{"PC001 d/fan.rs:19:5 this call may sleep, but a spinlock is held here"}, brief(r))
}

const leakingEntry = `
init "struct frob_ops.run" "trampoline"
func "trampoline" at=rust/kernel/frob.rs:5:5 rust
b0:
  call = direct "fan::run" @rust/kernel/frob.rs:7:9
  return
func "fan::run" at=d/fan.rs:2:5 rust
b0:
  call = direct "spin_lock" @d/fan.rs:3:9
  return
func "fan::lock" at=d/fan.rs:12:5 rust
b0:
  call = direct "spin_lock" @d/fan.rs:13:9
  return
`

func TestCountEscapesThroughEntryPoint(t *testing.T) {
	in := solved(t, leakingEntry)
	in.Own = func(file string) bool { return strings.HasPrefix(file, "d/") }
	r := Run(Options{}, in)
	// Only what C calls is an entry point; fan::lock may be meant to return holding.
	require.Len(t, r.Findings, 1, brief(r))
	assert.Equal(t, "PC007", r.Findings[0].Code)
	assert.NotEqual(t, 13, r.Findings[0].Line)
	assert.Equal(t, "d/fan.rs", r.Findings[0].File)

	exported := solved(t, strings.Replace(leakingEntry, `func "fan::lock"`, `func "fan::lock" symbol="fan_lock"`, 1))
	exported.Own = in.Own
	assert.Len(t, Run(Options{}, exported).Findings, 2)
}

func TestRTRuleIsOffByDefault(t *testing.T) {
	in := solved(t, `
func "f" at=a.c:1
b0:
  call = direct "preempt_disable" @a.c:2:2
  call = direct "spin_lock" @a.c:3:2
  call = direct "spin_unlock" @a.c:4:2
  call = direct "preempt_enable" @a.c:5:2
  return
`)
	assert.Empty(t, Run(Options{}, in).Findings)
	r := Run(Options{RT: true}, in)
	require.Equal(t, []string{"PC006 a.c:3:2 on PREEMPT_RT this call may sleep, but preemption is off here"}, brief(r))
	assert.Equal(t, Note, r.Findings[0].Severity)
	assert.False(t, r.HasFindings(), "a note alone leaves the exit status clean")
}

func TestCallbackSleeps(t *testing.T) {
	r := Run(Options{}, solved(t, `
func "each" at=lib.c:1
param fn 0 ""
b0:
  call = direct "spin_lock" @lib.c:2:2
  call = indirect fn text "fn()" @lib.c:3:2
  call = direct "spin_unlock" @lib.c:4:2
  return
func "work" at=a.c:1
b0:
  call = direct "might_sleep" @a.c:2:2
  return
func "f" at=a.c:5
b0:
  call = direct "each" arg 0 "" &"work" @a.c:6:2
  return
`))
	require.Len(t, r.Findings, 1, brief(r))
	assert.Equal(t, "PC004", r.Findings[0].Code)
	assert.Equal(t, 6, r.Findings[0].Line)
}

func TestOrderIsDeterministic(t *testing.T) {
	var first string
	for range 20 {
		var b strings.Builder
		require.NoError(t, Run(Options{}, solved(t, sleepUnderLock+strings.ReplaceAll(libraryCallsBack, "d/fan.rs", "d/z.rs"))).WriteText(&b, nil))
		if first == "" {
			first = b.String()
		}
		assert.Equal(t, first, b.String())
	}
}

func TestBootCode(t *testing.T) {
	for text, want := range map[string]Severity{
		"local_irq_disable": Note,
		"spin_lock_irq":     Error,
		"preempt_disable":   Error,
	} {
		r := Run(Options{}, solved(t, `
func "setup" at=a.c:1 boot
b0:
  call = direct "`+text+`" @a.c:2:2
  call = direct "might_sleep" @a.c:3:2
  return
`))
		require.NotEmpty(t, r.Findings, text)
		assert.Equal(t, "PC001", r.Findings[0].Code, text)
		assert.Equal(t, want, r.Findings[0].Severity, text)
	}
}

func TestUnbalancedOnPurpose(t *testing.T) {
	half := func(pos string) string {
		return `
func "half" at=a.c:1
b0:
  choose b1 b2
b1:
  call = direct "spin_lock" @a.c:3:2
  goto b2
b2:
  ` + pos + `return @a.c:5:2
`
	}
	r := Run(Options{}, solved(t, half("")))
	require.Len(t, r.Findings, 1)
	assert.Equal(t, Note, r.Findings[0].Severity, "one half of a pair")
	r = Run(Options{}, solved(t, half("call = direct \"spin_lock\" @a.c:4:2\n  call = direct \"spin_unlock\" @a.c:4:9\n  ")))
	require.Len(t, r.Findings, 1)
	assert.Equal(t, Note, r.Findings[0].Severity, "a lock under a test of memory")

	r = Run(Options{}, solved(t, `
func "leaks" at=a.c:1
ret ""
b0:
  call = direct "spin_lock" @a.c:2:2
  choose b1 b2
b1:
  return -22 @a.c:4:2
b2:
  call = direct "spin_unlock" @a.c:6:2
  return 0 @a.c:7:2
`))
	require.Equal(t, []string{"PC002 a.c:4:2 on some paths this function returns with the preempt count changed, on others not"}, brief(r))
	assert.Equal(t, Error, r.Findings[0].Severity)
}

// A test of memory in front of a sleep is a doubt only where the callee declares by
// it when it sleeps.
func TestDeclaredSleep(t *testing.T) {
	for sleep, want := range map[string]Severity{"might_sleep": Note, "schedule": Error} {
		r := Run(Options{}, solved(t, `
func "sometimes" at=a.c:1
b0:
  if mode b1 b2
b1:
  call = direct "`+sleep+`" @a.c:3:2
  goto b2
b2:
  return
func "outer" at=b.c:1
b0:
  call = direct "spin_lock" @b.c:2:2
  call = direct "sometimes" @b.c:3:2
  call = direct "spin_unlock" @b.c:4:2
  return
func "own" at=c.c:1
b0:
  call = direct "spin_lock" @c.c:2:2
  if mode b1 b2
b1:
  call = direct "`+sleep+`" @c.c:4:2
  goto b2
b2:
  call = direct "spin_unlock" @c.c:6:2
  return
`))
		require.Len(t, r.Findings, 2, sleep)
		assert.Equal(t, "b.c", r.Findings[0].File)
		assert.Equal(t, want, r.Findings[0].Severity, sleep)
		assert.Equal(t, Error, r.Findings[1].Severity, "%s in a section of one's own", sleep)
	}
}
