package pipeline

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// kTree is a tree as Kbuild leaves it, with headers so large that precompiling
// them pays.
type kTree struct {
	t     *testing.T
	dir   string
	cache string
}

const bigHeader = `
#ifndef BIG_H
#define BIG_H
void might_sleep(void);
void take(int *lock);
void drop(int *lock);
#ifndef pr_fmt
#define pr_fmt(fmt) fmt
#endif
int printk(const char *fmt, ...);
#define pr_info(fmt, ...) printk(pr_fmt(fmt), ##__VA_ARGS__)
struct ops { int (*run)(int); unsigned int flags; };
static inline int noisy(int x) { pr_info("x %d\n", x); return x; }
static inline int tuned(int x)
{
#ifdef TUNED
	might_sleep();
#endif
	return x;
}
#define DEFINE_GUARD(name) \
	static inline void class_##name##_end(int **p) { drop(*p); }
DEFINE_GUARD(spin)
void put(int *lock);
#define guard(name, lock) \
	int *scope __attribute__((cleanup(class_##name##_end))) = (take(lock), lock)
static inline void in_header(int *lock) { guard(spin, lock); noisy(1); }
/* As pr_debug() does with CONFIG_DYNAMIC_DEBUG. */
static inline int debugged(int x)
{
	static const struct { const char *module; } origin = { .module = KBUILD_MODNAME };
	return printk("%s: %d\n", origin.module, x);
}
static int shared_run(int x) { return noisy(x) + debugged(x); }
static const struct ops shared_ops = { .run = shared_run, .flags = 4 };
`

// filler is declarations that take long enough to parse.
func filler(name string) string {
	var text strings.Builder
	for i := range 12000 {
		fmt.Fprintf(&text, "extern int %s_%d(int first_argument, int second_argument);\n", name, i)
	}
	return text.String()
}

func newKTree(t *testing.T) *kTree {
	k := &kTree{t, t.TempDir(), t.TempDir()}
	k.write("include/generated/autoconf.h", "#define CONFIG_X 1\n")
	k.write("include/big.h", bigHeader+filler("filler")+"#endif\n")
	k.write("include/more.h", "#ifndef MORE_H\n#define MORE_H\n#include <big.h>\n#ifdef LATE\nstatic inline int late(int x) { might_sleep(); return x; }\n#else\nstatic inline int late(int x) { return x; }\n#endif\n#endif\n")
	k.write("include/late.h", "#ifndef LATE\n#define LATE 1\n#endif\n")
	k.write(".config", "CONFIG_X=y\n")
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <more.h>\nint plain%d(int x) { return noisy(late(tuned(debugged(x)))); }\n", i), "more.h", "big.h")
	}
	return k
}

func (k *kTree) write(name, text string) {
	k.t.Helper()
	path := filepath.Join(k.dir, name)
	require.NoError(k.t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(k.t, os.WriteFile(path, []byte(text), 0o644))
}

// unit adds a C file that was built when it included these headers.
func (k *kTree) unit(name, text string, headers ...string) {
	k.t.Helper()
	k.write("drv/"+name+".c", text)
	var deps strings.Builder
	for _, h := range headers {
		fmt.Fprintf(&deps, "  include/%s \\\n", h)
	}
	k.write("drv/."+name+".o.cmd", fmt.Sprintf("savedcmd_drv/%[1]s.o := cc -Iinclude -include include/generated/autoconf.h -D__KERNEL__ -DKBUILD_MODNAME='\"%[1]s\"' -c -o drv/%[1]s.o drv/%[1]s.c\n\n"+
		"source_drv/%[1]s.o := drv/%[1]s.c\n\ndeps_drv/%[1]s.o := \\\n%[2]s\ndrv/%[1]s.o: $(deps_drv/%[1]s.o)\n", name, deps.String()))
}

func (k *kTree) run(noPrefix, all bool) *Analysis {
	k.t.Helper()
	time.Sleep(30 * time.Millisecond) // as if all was written long before
	a, err := Open(Options{Build: k.dir, Workers: 2, CacheDir: k.cache, Log: io.Discard, NoPrefix: noPrefix, AllHeaders: all})
	require.NoError(k.t, err)
	require.NoError(k.t, a.LowerC(context.Background()))
	a.settle()
	return a
}

// same runs with prefixes and without, and wants so many units behind one.
func (k *kTree) same(behind int, why string) {
	k.t.Helper()
	k.cache = k.t.TempDir()
	on := k.run(false, false)
	k.keeps(min(behind, 1))
	k.cache = k.t.TempDir()
	off := k.run(true, false)
	assert.Zero(k.t, off.Behind)
	assert.Equal(k.t, behind, on.Behind, why)
	assert.Equal(k.t, off.Prog.String(), on.Prog.String(), why)
	assert.Equal(k.t, off.Prog.Decls, on.Prog.Decls, why)
	assert.Equal(k.t, off.Prog.Fields, on.Prog.Fields, why)
	assert.Equal(k.t, off.Notes, on.Notes, why)

	all := k.run(true, true)
	assert.Contains(k.t, all.Prog.Funcs, "in_header@include/big.h")
	k.cache = k.t.TempDir()
	assert.Equal(k.t, all.Prog.String(), k.run(false, true).Prog.String(), why)
}

// keeps wants so many folders of precompiled headers at most, and none of a run that did
// not come to an end.
func (k *kTree) keeps(most int) {
	k.t.Helper()
	folders, err := filepath.Glob(filepath.Join(k.cache, prefixKind, "*"))
	require.NoError(k.t, err)
	assert.LessOrEqual(k.t, len(folders), most)
	for _, dir := range folders {
		assert.True(k.t, holdsPrefixes(dir), dir)
	}
}

// What a unit means does not depend on whether its headers were parsed before:
// where it might, the unit is parsed plainly.
func TestPrefixChangesNothing(t *testing.T) {
	k := newKTree(t)
	k.same(8, "units that differ in their module's name")

	k.unit("named", "#define pr_fmt(fmt) KBUILD_MODNAME \": \" fmt\n#include <more.h>\nint named(int x) { return noisy(x); }\n", "more.h", "big.h")
	k.unit("guards", "#include <more.h>\nint guards(int *l) { guard(spin, l); in_header(l); return 1; }\n", "more.h", "big.h")
	k.unit("puts", "#include <more.h>\nint f_puts(int *l) { int scope __attribute__((cleanup(put))) = *l; return noisy(scope); }\n", "more.h", "big.h")
	k.same(11, "text that is printed does not matter; cleanup functions are found")

	k.unit("tuned", "#define TUNED\n#include <more.h>\nint f_tuned(int x) { return tuned(x); }\n", "more.h", "big.h")
	k.unit("late", "#include <big.h>\n#include <late.h>\n#include <more.h>\nint f_late(int x) { return late(x); }\n", "big.h", "late.h", "more.h")
	k.unit("asks", "#ifdef BIG_H\n#define WRONG\n#endif\n#include <more.h>\n#ifdef WRONG\nint wrong(void) { return 1; }\n#endif\n", "more.h", "big.h")
	k.unit("changed", "#include <late.h>\nint late(int x) { return x; }\nint f_changed(int x) { return late(x); }\n", "more.h", "big.h")
	k.unit("broken", "#include <more.h>\nint broken(int x) { return undeclared; }\nint whole(int x) { return noisy(x); }\n", "more.h", "big.h")
	k.same(11, "macros before the includes, order, a changed source, an error")

	k.unit("other", "#include <big.h>\nint other(int x) { return tuned(x); }\n", "big.h")
	k.same(13, "a prefix of fewer headers fits other units")
}

// A macro of a header in between matters where it would be expanded, and only there.
func TestPrefixAndMacrosThatAreOnlyNamed(t *testing.T) {
	k := newKTree(t)
	k.write("include/names.h", "#ifndef NAMES_H\n#define NAMES_H\n#include <big.h>\n"+
		"#ifndef probe\n#define probe(x) inner(x)\n#endif\n"+
		"#if defined(shown) || defined probe\n#define SHOWN 1\n#endif\n"+
		"struct peer { int *peer_sk; int (*hook)(int x); };\n"+
		"static inline int peek(struct peer *p) { return *p->peer_sk; }\n"+
		"static inline int hooked(struct peer *p) { return p->hook(1); }\n#endif\n")
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <names.h>\nint plain%d(struct peer *p) { return peek(p) + hooked(p); }\n", i), "names.h", "big.h")
	}
	k.same(8, "all alike")
	own := func(name, macro string) {
		k.write("include/own_"+name+".h", "#define "+macro+"\n")
		k.unit(name, "#include <own_"+name+".h>\n#include <names.h>\nint f_"+name+"(struct peer *p) { return peek(p) + hooked(p); }\n", "own_"+name+".h", "names.h", "big.h")
	}
	own("member", "peer_sk(x) (might_sleep(), x)")
	own("nested", "inner(x) (might_sleep(), x)")
	k.same(10, "a name that is not called, and one in a macro that is only asked for")
	own("called", "hook(x) hook(tuned(x))")
	own("object", "peer_sk hidden_sk")
	own("tested", "shown 1")
	k.same(10, "a name that is called, one without arguments, and one that is asked for")
}

// A unit that does not fit behind the prefix that would save most gets another.
func TestNextBestPrefix(t *testing.T) {
	k := newKTree(t)
	k.write("include/second.h", "#ifndef SECOND_H\n#define SECOND_H\n#ifdef ODD\nstatic inline int odd(int x) { might_sleep(); return x; }\n#else\n"+
		"static inline int odd(int x) { return x; }\n#endif\n"+filler("second_filler")+"#endif\n")
	k.write("include/odd.h", "#define ODD\n")
	for i := range 8 {
		k.unit(fmt.Sprintf("second%d", i), fmt.Sprintf("#include <more.h>\n#include <second.h>\nint second%d(int x) { return odd(late(x)); }\n", i), "more.h", "big.h", "second.h")
	}
	k.unit("third", "#include <more.h>\n#include <odd.h>\n#include <second.h>\nint third(int x) { return odd(late(x)); }\n", "more.h", "big.h", "odd.h", "second.h")
	k.same(17, "one of them behind the smaller prefix")
}

// A prefix that does not compile costs nothing but time.
func TestPrefixThatDoesNotCompile(t *testing.T) {
	k := newKTree(t)
	k.write("include/more.h", "#ifndef MORE_H\n#define MORE_H\n#ifndef READY\n#error include ready first\n#endif\n#include <big.h>\n#endif\n")
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#define READY\n#include <more.h>\nint plain%d(int x) { return noisy(x); }\n", i), "more.h", "big.h")
	}
	k.same(0, "a header that needs something before it")
}

// Every function of the headers is there without another pass over the files, and
// is the same whatever was lowered when.
func TestAllHeadersTakeNoOtherPass(t *testing.T) {
	k := newKTree(t)
	k.unit("odd", "#include <late.h>\n#include <more.h>\nint odd(int x) { return x; }\n", "late.h", "more.h", "big.h")
	first := k.run(false, false)
	assert.Equal(t, 9, first.Lowered)
	assert.NotContains(t, first.Prog.Funcs, "in_header@include/big.h")
	all := k.run(false, true)
	assert.Zero(t, all.Lowered, "no file was lowered again")
	require.NoError(t, all.Prog.Check())
	for _, name := range []string{"in_header", "class_spin_end", "shared_run"} {
		assert.Contains(t, all.Prog.Funcs, name+"@include/big.h")
	}
	assert.Equal(t, first.Prog.Fields, all.Prog.Fields, "what is never reached stores nothing")

	// A file that reads a header now that another one answered for.
	k.unit("odd", "#include <more.h>\n#include <late.h>\n#include <new.h>\nint odd(int x) { return x; }\n", "late.h", "more.h", "big.h")
	k.write("include/new.h", "static inline int in_new(int x) { return x; }\n")
	later := k.run(false, true)
	assert.Contains(t, later.Prog.Funcs, "in_new@include/new.h")
	k.cache = t.TempDir()
	assert.Equal(t, k.run(false, true).Prog.String(), later.Prog.String())
}

// A prefix made behind another one does not lose the macros whose names it gives to
// something else, wherever it does.
func TestPrefixBehindAnotherKeepsMacros(t *testing.T) {
	k := newKTree(t)
	k.write("include/more.h", "#ifndef MORE_H\n#define MORE_H\n#include <big.h>\n"+
		"static inline int pick(int x) { return x; }\n#define pick(x) (might_sleep(), pick(x))\n"+
		"static inline int hide(int x) { return x; }\n#define hide(x) (might_sleep(), hide(x))\n"+
		"static inline int spread(int x) { return x; }\n#define spread(x) (might_sleep(), spread(x))\n"+
		"static inline int paste(int x) { return x; }\n#define paste(x) (might_sleep(), paste(x))\n"+
		"#define ARGUMENT(name) int name\n#define JOIN(a, b) a##b\n#define self self\n#define ping pong\n#define pong ping\n"+
		"static inline int late(int x) { return x; }\n#endif\n")
	k.write("include/event.h", "static inline int event(int hide) { return hide; }\n")
	k.write("include/second.h", "#ifndef SECOND_H\n#define SECOND_H\nstatic inline int second(int pick, int self) { return pick + self; }\n"+
		"#define EVENT <event.h>\n#include EVENT\n#define EMPTY\nstatic inline int third(ARGUMENT(spread EMPTY)) { return 1; }\n"+
		"static inline int fourth(int JOIN(pa, ste), int ping) { return 1; }\n"+filler("second_filler")+"#endif\n")
	for i := range 8 {
		k.unit(fmt.Sprintf("second%d", i), fmt.Sprintf("#include <more.h>\n#include <second.h>\n#ifdef self\nint self%d(int x) { return late(x); }\n#endif\n"+
			"#ifdef ping\nint ping%d(int x) { return late(x); }\n#endif\n"+
			"int second%d(int x) { return pick(x) + hide(x) + spread(x) + paste(x); }\n", i, i, i), "more.h", "big.h", "second.h", "event.h")
	}
	k.same(16, "a macro with arguments, in a header included by a macro, by way of one, by ##, one that is itself, and one that is so by way of another")
	prog := k.run(true, false).Prog.String()
	assert.Contains(t, prog, "self0")
	assert.Contains(t, prog, "ping0")
}
