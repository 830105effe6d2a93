package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// orderTree is a tree whose units read base.h and then needy.h, which does not include
// what it needs of it.
func orderTree(t *testing.T, base, needy string) *kTree {
	k := newKTree(t)
	k.header("base", "#include <big.h>\n"+base)
	k.header("needy", needy+filler("needy_filler"))
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <base.h>\n#include <needy.h>\nint plain%d(int *x) { return needy(x); }\n", i), "base.h", "big.h", "needy.h")
	}
	return k
}

// header adds a header that is read once.
func (k *kTree) header(name, text string) {
	guard := strings.ToUpper(name) + "_H"
	k.write("include/"+name+".h", "#ifndef "+guard+"\n#define "+guard+"\n"+text+"#endif\n")
}

// A unit that reads headers in an order in which one of them would not compile, or would mean
// something else, is parsed plainly: what is wrong with it is said as it is without prefixes.
func TestPrefixAndTheOrderOfHeaders(t *testing.T) {
	for _, c := range []struct {
		what, base, needy string
		lost              bool // by an error
	}{
		{"a function", "int helper(int *x);\n", "static inline int needy(int *x) { return helper(x); }\n", true},
		{"a function of a macro", "int helper(int *x);\n#define help(x) helper(x)\n", "static inline int needy(int *x) { return help(x); }\n", true},
		{"a type", "typedef int word;\n", "static inline word needy(int *x) { return *x; }\n", true},
		{"a constant", "enum { ZERO };\n", "static inline int needy(int *x) { return x[ZERO]; }\n", true},
		{"a variable", "extern int counter;\n", "static inline int needy(int *x) { return *x + counter; }\n", true},
		{"a member", "struct box { int *at; };\n", "struct box;\nstatic inline int box(struct box *b) { return *b->at; }\nstatic inline int needy(int *x) { return *x; }\n", true},
		{"a size", "struct box { int *at; };\n", "struct box;\nstatic inline int needy(int *x) { return *x + sizeof(struct box); }\n", true},
		{"the next element", "struct box { int *at; };\n", "struct box;\nstatic inline struct box *next(struct box *b) { return b + 1; }\nstatic inline int needy(int *x) { return *x; }\n", true},
		{"a structure in another", "struct box { int *at; };\n", "struct crate { struct box box; };\nstatic inline int needy(int *x) { return *x; }\n", true},
		{"a condition", "#define TESTED\n", "static inline int needy(int *x)\n{\n#ifdef TESTED\n\tmight_sleep();\n#endif\n\treturn *x;\n}\n", false},
		{"a macro that hides a function", "#define debugged(x) (might_sleep(), 1)\n", "static inline int needy(int *x) { return debugged(*x); }\n", false},
	} {
		t.Run(c.what, func(t *testing.T) {
			k := orderTree(t, c.base, c.needy)
			k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "base.h")
			k.unit("amid", "#include <base.h>\nint amid(int *x) { return *x; }\n#include <needy.h>\n", "base.h", "big.h", "needy.h")
			k.same(9, c.what)
			lost := k.run(true, false).Lost
			assert.Equal(t, c.lost, lost, "by what the plain parse says")
		})
	}
}

// What a unit's own headers and its own text need of a prefix stands before them, too.
func TestPrefixAndWhatIsReadBeforeIt(t *testing.T) {
	k := orderTree(t, "int helper(int *x);\n#define LATER\n", "static inline int needy(int *x) { return helper(x); }\n")
	k.header("own", "static inline int own(int *x) { return helper(x); }\n")
	k.header("asks", "#ifdef LATER\nstatic inline int asks(int *x) { might_sleep(); return *x; }\n#else\nstatic inline int asks(int *x) { return *x; }\n#endif\n")
	k.unit("behind", "#include <base.h>\n#include <needy.h>\n#include <own.h>\n#include <asks.h>\nint behind(int *x) { return own(x) + asks(x); }\n", "base.h", "big.h", "needy.h", "own.h", "asks.h")
	k.unit("between", "#include <base.h>\n#include <own.h>\n#include <asks.h>\n#include <needy.h>\nint between(int *x) { return own(x) + asks(x); }\n", "base.h", "big.h", "own.h", "asks.h", "needy.h")
	k.same(10, "in their places")
	k.unit("early", "#include <big.h>\n#include <own.h>\n#include <base.h>\n#include <needy.h>\nint early(int *x) { return own(x); }\n", "big.h", "own.h", "base.h", "needy.h")
	k.unit("asking", "#include <big.h>\n#include <asks.h>\n#include <base.h>\n#include <needy.h>\nint asking(int *x) { return asks(x); }\n", "big.h", "asks.h", "base.h", "needy.h")
	k.unit("text", "#include <big.h>\nint text(int *x) { return helper(x); }\n#include <base.h>\n#include <needy.h>\n", "big.h", "base.h", "needy.h")
	k.same(10, "too early: functions, a condition, in the source itself")
}

// A header that a unit reads before one of the prefix, and the prefix after it, has no say in
// that one there.
func TestPrefixAndMacrosThatComeLater(t *testing.T) {
	for what, later := range map[string]string{
		"defined":          "#define needy_step(x) (might_sleep(), *(x))\n",
		"by way of others": "#define inner_step(x) (might_sleep(), *(x))\n",
		"asked for":        "#define STEP_LATER\n",
		"undefined":        "#undef big_step\n",
		"an argument":      "#define arg_step() (might_sleep(), *x)\n",
	} {
		t.Run(what, func(t *testing.T) {
			k := orderTree(t, "static inline int needy_step(int *x) { return *x; }\nstatic inline int inner_step(int *x) { return *x; }\n"+
				"static inline int big_step(int *x) { return *x; }\n#define big_step(x) (might_sleep(), *(x))\n#define outer_step(x) inner_step(x)\nstatic inline int arg_step(void) { return 1; }\n#define call_step(f) f()\n",
				"static inline int needy(int *x)\n{\n#ifdef STEP_LATER\n\tmight_sleep();\n#endif\n\treturn needy_step(x) + outer_step(x) + big_step(x) + call_step(arg_step);\n}\n")
			k.header("later", later+filler("later_filler"))
			for i := range 8 {
				k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <base.h>\n#include <needy.h>\n#include <later.h>\nint plain%d(int *x) { return needy(x); }\n", i), "base.h", "big.h", "needy.h", "later.h")
			}
			k.same(8, "all alike")
			k.unit("turned", "#include <base.h>\n#include <later.h>\n#include <needy.h>\nint turned(int *x) { return needy(x); }\n", "base.h", "big.h", "later.h", "needy.h")
			k.same(8, what)
		})
	}
}

// Where a macro is used, only the definitions before that have a say in what it is.
func TestPrefixAndMacrosDefinedAnew(t *testing.T) {
	for _, c := range []struct {
		what, first, then string
		behind            int
	}{
		{"behind where it is used", "(*(x))", "", 9},
		{"but it was so before", "step(x)", "", 8},
		{"amid where it is used", "(*(x))", "#include <anew.h>\nstatic inline int again(int *x) { return wrap(x); }\n", 8},
	} {
		t.Run(c.what, func(t *testing.T) {
			k := orderTree(t, "#define wrap(x) "+c.first+"\nstatic inline int wrapped(int *x) { return wrap(x); }\n"+c.then,
				"#define step(x) (might_sleep(), *(x))\n")
			k.write("include/big.h", strings.Replace(bigHeader, "struct ops", "static inline int step(int *x) { return *x; }\nstruct ops", 1)+filler("filler")+"#endif\n")
			k.header("anew", "#undef wrap\n#define wrap(x) step(x)\n")
			for i := range 8 {
				k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <base.h>\n#include <needy.h>\n#include <anew.h>\nint plain%d(int *x) { return wrapped(x); }\n", i), "base.h", "big.h", "needy.h", "anew.h")
			}
			k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\n#include <anew.h>\nint turned(int *x) { return wrapped(x); }\n", "big.h", "needy.h", "base.h", "anew.h")
			k.same(c.behind, c.what)
		})
	}
}

// Of many prefixes that have headers in another order, one is tried.
func TestPrefixesOfTheSameOrder(t *testing.T) {
	k := orderTree(t, "int helper(int *x);\n", "#ifdef CHECKED\nstatic inline int needy(int *x) { might_sleep(); return *x; }\n#else\nstatic inline int needy(int *x) { return *x; }\n#endif\n")
	k.header("base", "#include <big.h>\n#define CHECKED\n")
	group := func(name, text string, headers ...string) {
		for i := range 8 {
			k.unit(fmt.Sprintf("%s%d", name, i), fmt.Sprintf("%sint %s%d(int *x) { return *x; }\n", text, name, i), headers...)
		}
	}
	group("bare", "#include <big.h>\n", "big.h")
	text, headers := "#include <base.h>\n#include <needy.h>\n", []string{"base.h", "big.h", "needy.h"}
	var more string
	for _, name := range []string{"one", "two", "three"} {
		k.header(name, filler(name+"_filler"))
		more += "#include <" + name + ".h>\n"
		headers = append(headers, name+".h")
		group(name, text+more, headers...)
	}
	k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\n"+more+"int turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "base.h", "one.h", "two.h", "three.h")
	k.same(41, "the last one behind the one without these headers")
}

// All that is read too early behind one prefix rules out others at once.
func TestPrefixesOfSeveralOrders(t *testing.T) {
	k := newKTree(t)
	text, headers := "#include <more.h>\n", []string{"more.h", "big.h"}
	var own string
	for _, name := range []string{"one", "two", "three", "four"} {
		k.header(name, "#define HAS_"+name+"\n"+filler(name+"_filler"))
		own = "#ifdef HAS_" + name + "\nstatic inline void own_" + name + "(void) { might_sleep(); }\n#else\nstatic inline void own_" + name + "(void) { }\n#endif\n" + own
		text += "#include <" + name + ".h>\n"
		headers = append(headers, name+".h")
		for i := range 8 {
			k.unit(fmt.Sprintf("%s%d", name, i), fmt.Sprintf("%sint %s%d(int x) { return noisy(x); }\n", text, name, i), headers...)
		}
	}
	k.header("own", own)
	k.unit("turned", strings.Replace(text, "#include <one.h>", "#include <own.h>\n#include <one.h>", 1)+"void turned(void) { own_one(); own_two(); own_three(); own_four(); }\n",
		"more.h", "big.h", "own.h", "one.h", "two.h", "three.h", "four.h")
	k.same(41, "the last one behind the one without these headers")
}

// A parameter or a member may have the name of a macro with arguments.
func TestPrefixAndNamesThatAreNotCalled(t *testing.T) {
	k := orderTree(t, "#define step(x) (might_sleep(), *(x))\n", "struct needs { void (*step)(void); };\nint other(int first,\n\t\tint step, int last);\nstatic inline int needy(int *x) { return *x; }\n")
	k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "base.h")
	k.same(9, "the other way round")
}

// Macros of the command line expand as others do.
func TestPrefixAndMacrosOfTheCommandLine(t *testing.T) {
	for what, own := range map[string]string{
		"what one expands to": "#define inner_step(x) (might_sleep(), *(x))\n",
		"what one calls":      "#define arg_step() (might_sleep(), *x)\n",
		"neither":             "#define other_step(x) (might_sleep(), *(x))\n",
	} {
		t.Run(what, func(t *testing.T) {
			k := orderTree(t, "static inline int inner_step(int *x) { return *x; }\nstatic inline int arg_step(void) { return 1; }\n",
				"static inline int needy(int *x) { return OUTER(x) + CALL(arg_step); }\n")
			k.header("own", own)
			k.unit("turned", "#include <base.h>\n#include <own.h>\n#include <needy.h>\nint turned(int *x) { return needy(x); }\n", "base.h", "big.h", "own.h", "needy.h")
			commands, err := filepath.Glob(filepath.Join(k.dir, "drv", ".*.cmd"))
			require.NoError(t, err)
			for _, path := range commands {
				text, err := os.ReadFile(path)
				require.NoError(t, err)
				line := strings.Replace(string(text), "-D__KERNEL__", "-D__KERNEL__ -DOUTER=inner_step '-DCALL(f)=f()'", 1)
				require.NoError(t, os.WriteFile(path, []byte(line), 0o644))
			}
			behind := 8
			if what == "neither" {
				behind = 9
			}
			k.same(behind, what)
		})
	}
}

// Headers that include each other mean what the first of them makes them mean.
func TestPrefixAndHeadersInACircle(t *testing.T) {
	k := newKTree(t)
	k.header("one", "#include <big.h>\n#include <two.h>\n#define STEP(x) (might_sleep(), *(x))\n"+filler("one_filler"))
	k.header("two", "#include <one.h>\n#ifdef STEP\nstatic inline int two(int *x) { return STEP(x); }\n#else\nstatic inline int two(int *x) { return *x; }\n#endif\n"+filler("two_filler"))
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <one.h>\n#include <two.h>\nint plain%d(int *x) { return two(x); }\n", i), "one.h", "big.h", "two.h")
	}
	k.unit("turned", "#include <two.h>\n#include <one.h>\nint turned(int *x) { return two(x); }\n", "two.h", "one.h", "big.h")
	k.same(8, "the other way round")
}

// What conditions leave out of a header does not matter, though one in a circle is begun twice.
func TestPrefixAndWhatACircleLeavesOut(t *testing.T) {
	k := orderTree(t, "#define LEFT_OUT 1\n", "#include <other.h>\n#ifdef NEVER\n#define LEFT_OUT 2\nint left = LEFT_OUT;\n#endif\nstatic inline int needy(int *x) { return *x; }\n")
	k.header("other", "#include <needy.h>\n")
	k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "other.h", "base.h")
	for i := range 8 {
		k.unit(fmt.Sprintf("plain%d", i), fmt.Sprintf("#include <base.h>\n#include <needy.h>\nint plain%d(int *x) { return needy(x); }\n", i), "base.h", "big.h", "needy.h", "other.h")
	}
	k.same(9, "the other way round")
}

// A macro that the prefix defines behind inline assembly in whose text it stands counts where that
// is reached, too.
func TestPrefixAndMacrosBehindAssembly(t *testing.T) {
	k := orderTree(t, "#define text_of(x...) #x\n#define text(x...) text_of(x)\nstatic inline void op(void)\n{\n\tasm volatile(\"nop;\"\n\t\ttext(INSN) \";\"\n\t\t::: \"memory\");\n}\n",
		"#define INSN sti\nstatic inline int needy(int *x) { return *x; }\n")
	k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "base.h")
	k.same(9, "it is not reached")
	k.unit("reached", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint reached(int *x) { op(); return needy(x); }\n", "big.h", "needy.h", "base.h")
	k.same(9, "it is")
}

// The text of inline assembly counts where it is reached.
func TestPrefixAndAssembly(t *testing.T) {
	text := "#define text_of(x...) #x\n#define text(x...) text_of(x)\nstatic inline void op(void) { asm volatile(text(INSN) ::: \"memory\"); }\n"
	k := orderTree(t, "#define INSN sti\n", text+"static inline int needy(int *x) { return *x; }\n")
	k.unit("turned", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint turned(int *x) { return needy(x); }\n", "big.h", "needy.h", "base.h")
	k.same(9, "it is not reached")
	k.unit("reached", "#include <big.h>\n#include <needy.h>\n#include <base.h>\nint reached(int *x) { op(); return needy(x); }\n", "big.h", "needy.h", "base.h")
	k.same(9, "it is")
	k.header("base", "#include <big.h>\n#define INSN 1\n")
	k.header("needy", "static inline void op(void) { asm volatile(\"%c0\" :: \"i\" (INSN)); }\nstatic inline int needy(int *x) { return *x; }\n"+filler("needy_filler"))
	k.same(8, "an operand is an error")
}

// What the build recorded may be old: only what a unit reads now counts.
func TestPrefixAndWhatTheBuildRecorded(t *testing.T) {
	for what, own := range map[string]string{
		"defined":   "#define needy_step(x) (might_sleep(), *(x))\n",
		"asked for": "#define STEP_EARLY\n",
		"undefined": "#undef big_step\n",
	} {
		t.Run(what, func(t *testing.T) {
			k := orderTree(t, "static inline int needy_step(int *x) { return *x; }\nstatic inline int big_step(int *x) { might_sleep(); return *x; }\n#define big_step(x) (*(x))\n",
				"static inline int needy(int *x)\n{\n#ifdef STEP_EARLY\n\tmight_sleep();\n#endif\n\treturn needy_step(x) + big_step(x);\n}\n")
			k.header("own", own)
			k.unit("behind", "#include <base.h>\n#include <needy.h>\n#include <own.h>\nint behind(int *x) { return needy(x); }\n", "base.h", "big.h", "needy.h", "own.h")
			k.same(9, "it comes later, which does not matter")
			text := "#include <base.h>\n#include <own.h>\n#include <needy.h>\nint turned(int *x) { return needy(x); }\n"
			k.unit("turned", text, "base.h", "big.h", "needy.h", "own.h")
			k.same(9, "another order")
			k.unit("turned", text, "base.h", "big.h", "needy.h")
			k.same(9, "another header")
		})
	}
}

// A macro that the prefix undefines in the end is there for what is read before that.
func TestPrefixAndMacrosThatAreGone(t *testing.T) {
	k := orderTree(t, "#define PASSING\n", "#undef PASSING\nstatic inline int needy(int *x) { return *x; }\n")
	k.header("asks", "static inline int asks(int *x)\n{\n#ifdef PASSING\n\tmight_sleep();\n#endif\n\treturn *x;\n}\n")
	k.unit("behind", "#include <base.h>\n#include <needy.h>\n#include <asks.h>\nint behind(int *x) { return asks(x); }\n", "base.h", "big.h", "needy.h", "asks.h")
	k.same(9, "after it")
	k.unit("amid", "#include <base.h>\n#include <asks.h>\n#include <needy.h>\nint amid(int *x) { return asks(x); }\n", "base.h", "big.h", "asks.h", "needy.h")
	k.same(9, "while it is there")
	k.unit("text", "#include <base.h>\nstatic int asked(int *x)\n{\n#ifdef PASSING\n\tmight_sleep();\n#endif\n\treturn *x;\n}\n#include <needy.h>\nint text(int *x) { return asked(x); }\n", "base.h", "big.h", "needy.h")
	k.same(9, "in the source itself")
}
