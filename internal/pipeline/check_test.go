package pipeline

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/check"
)

// kernelTree is a build of Kbuild in small: C files, a core and a driver.
type kernelTree struct{ *cTree }

func newKernelTree(t *testing.T) *kernelTree {
	k := &kernelTree{&cTree{t, t.TempDir(), t.TempDir()}}
	for _, dir := range []string{"rust", "drivers", "lib"} {
		require.NoError(t, os.Mkdir(filepath.Join(k.dir, dir), 0o755))
	}
	k.write(".config", "CONFIG_RUST=y\n")
	k.write("Makefile", "")
	k.write("lib/lock.h", "typedef struct { int v; } spinlock_t;\nvoid spin_lock(spinlock_t *);\nvoid spin_unlock(spinlock_t *);\nvoid might_sleep(void);\n")
	k.write("lib/a.c", "#include \"lock.h\"\nstatic spinlock_t l;\nvoid section(void) { spin_lock(&l); }\nvoid leave(void) { spin_unlock(&l); }\n")
	k.work("")
	model, err := os.ReadFile("../../rustfront/model/core.rs")
	require.NoError(t, err)
	k.write("rust/core.rs", string(model))
	k.record("lib/a.o", "lib/a.c", "clang -D__KERNEL__ -c -o lib/a.o lib/a.c")
	k.record("lib/b.o", "lib/b.c", "clang -D__KERNEL__ -c -o lib/b.o lib/b.c")
	k.record("rust/core.o", "rust/core.rs", "rustc --crate-name core --crate-type lib --edition=2021 -Cpanic=abort --emit=obj=rust/core.o rust/core.rs")
	k.record("drivers/d.o", "drivers/d.rs", "rustc --crate-name d --crate-type lib --edition=2021 -Cpanic=abort --emit=obj=drivers/d.o drivers/d.rs")
	k.driver("section", "work", "leave")
	return k
}

func (k *kernelTree) record(object, source, command string) {
	text := fmt.Sprintf("savedcmd_%s := %s\n\nsource_%s := %s\n\ndeps_%s := \\\n\n%s: $(deps_%s)\n", object, command, object, source, object, object, object)
	k.write(filepath.Join(filepath.Dir(object), "."+filepath.Base(object)+".cmd"), text)
}

// work writes the C function that the driver calls.
func (k *kernelTree) work(body string) {
	k.write("lib/b.c", "#include \"lock.h\"\nvoid work(void) { "+body+" }\n")
}

// driver writes a driver that calls C functions one after the other, from line 3 on.
func (k *kernelTree) driver(calls ...string) {
	text := "extern \"C\" { fn section(); fn work(); fn leave(); }\npub fn drive() { unsafe {\n"
	for _, c := range calls {
		text += c + "();\n"
	}
	k.write("drivers/d.rs", text+"} }\n")
}

// check checks the driver; known tells whether nothing had to be done for that.
func (k *kernelTree) check(opts check.Options) (findings string, known bool) {
	k.t.Helper()
	a, err := Open(Options{Build: k.dir, Workers: 2, CacheDir: k.cache, Log: io.Discard})
	require.NoError(k.t, err)
	targets, errs := a.Targets([]string{"drivers/d.o"})
	require.Empty(k.t, errs)
	f, err := a.Check(context.Background(), targets, opts)
	require.NoError(k.t, err)
	require.Empty(k.t, f.Failures)
	require.False(k.t, a.Lost)
	text, err := json.Marshal([]any{f.Report.Findings, f.Notes, a.Notes})
	require.NoError(k.t, err)
	return string(text), f.Known
}

// again checks twice more: the first time it is known or not, as said, and then it is.
func (k *kernelTree) again(known bool, line int, why string) {
	k.t.Helper()
	first, got := k.check(check.Options{})
	assert.Equal(k.t, known, got, why)
	second, got := k.check(check.Options{})
	assert.True(k.t, got, why)
	assert.Equal(k.t, first, second, why)
	if line == 0 {
		assert.NotContains(k.t, first, "PC001", why)
	} else {
		assert.Contains(k.t, first, fmt.Sprintf(`"file":"drivers/d.rs","line":%d,`, line), why)
	}
}

// What an earlier run found is told again as long as everything is as it was, and not
// longer.
func TestKnownFindings(t *testing.T) {
	k := newKernelTree(t)
	k.again(false, 0, "first run")
	k.work("might_sleep();")
	k.again(false, 4, "a C file")
	k.driver("section", "leave", "work")
	k.again(false, 0, "the driver")
	k.driver("work", "section", "work", "leave")
	k.again(false, 5, "the driver, in another line")
	k.driver("section", "work", "leave")
	k.again(false, 4, "the driver is what it was before")
	touched := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(filepath.Join(k.dir, "drivers/d.rs"), touched, touched))
	k.again(true, 4, "the driver was touched")
	k.work("")
	k.again(false, 0, "the C file")

	_, known := k.check(check.Options{RT: true})
	assert.False(t, known, "other rules")
	k.write("rust/core.rs", "#![no_std]\npub fn nothing() {}\n")
	k.again(false, 0, "a crate that the driver needs")
	k.record("drivers/d.o", "drivers/d.rs", "rustc --cfg x --crate-name d --crate-type lib --edition=2021 -Cpanic=abort --emit=obj=drivers/d.o drivers/d.rs")
	k.again(false, 0, "the driver's command line")

	for _, kind := range []string{findingsKind, baseKind} {
		(&checkedTree{k.cTree}).damage(kind, true)
		k.again(false, 0, "damaged "+kind)
	}
}

// A driver that is written while the compiler runs is compiled again next time: which
// of it was read is not known.
func TestDriverWrittenMeanwhile(t *testing.T) {
	k := newKernelTree(t)
	k.work("might_sleep();")
	later := time.Now().Add(time.Minute)
	require.NoError(t, os.Chtimes(filepath.Join(k.dir, "drivers/d.rs"), later, later))
	for range 2 {
		_, known := k.check(check.Options{})
		assert.False(t, known)
	}
	before := time.Now().Add(-time.Minute)
	require.NoError(t, os.Chtimes(filepath.Join(k.dir, "drivers/d.rs"), before, before))
	k.again(false, 4, "once it rests")
}
