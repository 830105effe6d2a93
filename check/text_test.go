package check

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree writes files below a new folder and returns their source reader.
func tree(t *testing.T, files map[string]string) *Sources {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
	return NewSources(filepath.Join(dir, "none"), dir)
}

const fanSource = `impl Fan {
    fn set(&self) {
        let live = self.live.lock();
        let n = live.count;
        self.log(n);
        self.log(n);
        let curve = self.curve.lock();
        curve.apply(live);
    }
}
`

func fanFinding() Finding {
	return Finding{
		Code: "PC001", Severity: Error, Message: "this call may sleep, but a spinlock is held here",
		File: "drivers/hwmon/fan.rs", Line: 7, Column: 21, Function: "fan::Fan::set", Label: "may sleep",
		Chain: []Step{
			{File: "drivers/hwmon/fan.rs", Line: 7, Text: "Mutex<Curve>::lock"},
			{File: "rust/kernel/sync/lock/mutex.rs", Line: 110, Text: "bindings::mutex_lock"},
			{File: "kernel/locking/mutex.c", Line: 286, Text: "might_sleep()"},
		},
		Labels: []Label{
			{"drivers/hwmon/fan.rs", 3, 20, "the spinlock `live` is taken here"},
			{"drivers/hwmon/fan.rs", 9, 5, "the spinlock is released here, where `live` is dropped"},
		},
		Helps: []string{"drop `live` first"},
		Notes: []string{"expects a preempt count of exactly 0; here it is 1 or more (spin 1)"},
	}
}

func textOf(t *testing.T, src *Sources, fs ...Finding) string {
	t.Helper()
	var b strings.Builder
	r := Report{Findings: fs}
	require.NoError(t, r.WriteText(&b, src))
	return b.String()
}

func TestTextLayout(t *testing.T) {
	src := tree(t, map[string]string{"drivers/hwmon/fan.rs": fanSource})
	assert.Equal(t, "error[PC001]: this call may sleep, but a spinlock is held here\n"+
		" --> drivers/hwmon/fan.rs:7:21\n"+
		"  |\n"+
		"3 |         let live = self.live.lock();\n"+
		"  |                    ---------------- the spinlock `live` is taken here\n"+
		"...\n"+
		"7 |         let curve = self.curve.lock();\n"+
		"  |                     ^^^^^^^^^^^^^^^^^ may sleep\n"+
		"8 |         curve.apply(live);\n"+
		"9 |     }\n"+
		"  |     - the spinlock is released here, where `live` is dropped\n"+
		"  |\n"+
		"  = path: Mutex<Curve>::lock    drivers/hwmon/fan.rs:7\n"+
		"          bindings::mutex_lock  rust/kernel/sync/lock/mutex.rs:110\n"+
		"          might_sleep()         kernel/locking/mutex.c:286\n"+
		"  = help: drop `live` first\n"+
		"  = note: expects a preempt count of exactly 0; here it is 1 or more (spin 1)\n"+
		"\n1 error\n", textOf(t, src, fanFinding()))
}

func TestTextWithoutSources(t *testing.T) {
	assert.Equal(t, "error[PC001]: this call may sleep, but a spinlock is held here\n"+
		" --> drivers/hwmon/fan.rs:7:21\n"+
		"  |\n"+
		"  = note: may sleep\n"+
		"  = note: the spinlock `live` is taken here: drivers/hwmon/fan.rs:3:20\n"+
		"  = note: the spinlock is released here, where `live` is dropped: drivers/hwmon/fan.rs:9:5\n"+
		"  = path: Mutex<Curve>::lock    drivers/hwmon/fan.rs:7\n"+
		"          bindings::mutex_lock  rust/kernel/sync/lock/mutex.rs:110\n"+
		"          might_sleep()         kernel/locking/mutex.c:286\n"+
		"  = help: drop `live` first\n"+
		"  = note: expects a preempt count of exactly 0; here it is 1 or more (spin 1)\n"+
		"\n1 error\n", textOf(t, nil, fanFinding()))
}

// Several marks on a line, another file, tabs, and a gutter of three.
func TestTextCrowdedLine(t *testing.T) {
	src := tree(t, map[string]string{
		"a.c": strings.Repeat("\n", 99) + "\tspin_lock(&f->lock); frob_wait(f, \"a ) b\"); spin_unlock(&f->lock);\n",
		"b.h": "int x;\nstatic inline void frob_wait(struct frob *f)\n",
	})
	f := Finding{
		Code: "PC001", Severity: Error, Message: "m", File: "a.c", Line: 100, Column: 23, Label: "may sleep",
		Labels: []Label{{"a.c", 100, 2, "taken here"}, {"a.c", 100, 46, "released here"}, {"b.h", 2, 0, "this one"}},
	}
	assert.Equal(t, `error[PC001]: m
   --> a.c:100:23
    |
100 |     spin_lock(&f->lock); frob_wait(f, "a ) b"); spin_unlock(&f->lock);
    |     -------------------  ^^^^^^^^^^^^^^^^^^^^^  --------------------- released here
    |     |                    |
    |     |                    may sleep
    |     |
    |     taken here
    |
   ::: b.h:2
    |
  2 | static inline void frob_wait(struct frob *f)
    | -------------------------------------------- this one
    |

1 error
`, textOf(t, src, f))
}

func TestTextShowsASingleLineBetween(t *testing.T) {
	src := tree(t, map[string]string{"a.c": "one();\n\ttwo();\nthree();\n"})
	f := Finding{Code: "PC001", Severity: Error, Message: "m", File: "a.c", Line: 3, Column: 1, Label: "x", Labels: []Label{{"a.c", 1, 1, "y"}}}
	assert.Equal(t, "error[PC001]: m\n --> a.c:3:1\n  |\n1 | one();\n  | ----- y\n2 |     two();\n3 | three();\n  | ^^^^^^^ x\n  |\n\n1 error\n", textOf(t, src, f))
}

func TestExpressionLength(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"self.a.lock();", "self.a.lock()"},
		{"f(a, b), c", "f(a, b)"},
		{"foo(|x| { x.wait(); })?;", "foo(|x| { x.wait(); })?"},
		{"a::<u8>::b(&mut c) + 1", "a::<u8>::b(&mut c)"},
		{"&mut x.y)", "&mut x.y"},
		{"} else {", "}"},
		{"wait() {", "wait()"},
		{"wait()", "wait()"},
		{"x->lock, 1", "x->lock"},
		{`print("a ) \" b")); y`, `print("a ) \" b")`},
		{"foo(", "foo("},
		{"", ""},
	} {
		if got := expressionLength(c.src); c.src != "" {
			assert.Equal(t, c.want, c.src[:got])
		}
	}
}

func TestMarkCountsAsTheCompilerDoes(t *testing.T) {
	// "é" is one column for rustc and two for clang.
	assert.Equal(t, span{2, 5}, mark("a.rs", "é f()", 3))
	assert.Equal(t, span{2, 5}, mark("a.c", "é f()", 4))
	assert.Equal(t, span{4, 7}, mark("a.c", "\tf();", 2))
	assert.Equal(t, span{4, 8}, mark("a.c", "\tf();", 0))
	assert.Equal(t, span{3, 4}, mark("a.c", "f()", 90))
}

func FuzzMark(f *testing.F) {
	f.Add("a.rs", "\té f(x) {", 3)
	f.Fuzz(func(t *testing.T, file, line string, col int) {
		s := mark(file, line, col)
		assert.GreaterOrEqual(t, s.from, 0)
		assert.Greater(t, s.to, s.from)
	})
}
