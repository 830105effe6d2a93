package syntax

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

const sample = `#![register_tool(klint)]
impl<T: ?Sized, B> Drop for Guard<'_, T, B>
where
    B: Backend,
{
    /// Releases.
    #[klint::preempt_count(adjust = -1, expect = 1.., unchecked)]
    #[inline]
    pub(crate) unsafe fn release(&mut self) {}

    fn plain() {}
}

#[klint::drop_preempt_count(expect = 0..=2)]
struct Token;

trait Work {
    #[klint::preempt_count(expect = 0)]
    fn run(&self);
}

extern "C" {
    #[klint::preempt_count(adjust = 1, expect = 0.., unchecked)]
    fn take();
}

#[klint::report_preempt_count]
#[klint::dump_mir]
fn shown() {}
`

func TestRead(t *testing.T) {
	f, err := Read("a.rs", []byte(sample))
	require.NoError(t, err)
	require.Empty(t, f.Problems)
	require.Len(t, f.Items, 5)

	rel := f.Items[0]
	assert.Equal(t, "release", rel.Name)
	assert.Equal(t, infer.Pos{File: "a.rs", Line: 9, Col: 5}, rel.Pos, "behind attributes and comments")
	assert.Equal(t, -1, *rel.Annotation.Adjust)
	assert.Equal(t, "1..", rel.Annotation.Expect.String())
	assert.True(t, rel.Annotation.Unchecked)
	assert.EqualValues(t, 7, rel.Annotation.Pos.Line)

	assert.True(t, f.Items[1].Type)
	assert.Equal(t, "0..3", f.Items[1].Annotation.Expect.String())
	assert.Nil(t, f.Items[1].Annotation.Adjust)
	assert.Equal(t, []string{"run", "take", "shown"}, []string{f.Items[2].Name, f.Items[3].Name, f.Items[4].Name})
	assert.True(t, f.Items[4].Report && f.Items[4].DumpMIR)

	require.Len(t, f.Impls, 1)
	im := f.Impls[0]
	assert.Equal(t, infer.Pos{File: "a.rs", Line: 2, Col: 1}, im.Pos)
	assert.Equal(t, "Drop", im.Trait)
	assert.Equal(t, "Guard<'_, T, B>", im.Self)
	assert.Equal(t, "<T: ?Sized, B>", im.Generics)
	assert.Contains(t, im.Where, "B: Backend")
	assert.Equal(t, []string{"release", "plain"}, im.Items)
}

func TestMalformedAttributes(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"#[klint::preempt_count]\nfn f() {}", "no arguments"},
		{"#[klint::preempt_count()]\nfn f() {}", "no arguments"},
		{"#[klint::preempt_count(unchecked)]\nfn f() {}", "neither adjust nor expect"},
		{"#[klint::preempt_count(adjust = one)]\nfn f() {}", "want a whole number"},
		{"#[klint::preempt_count(adjust = 1, adjust = 2)]\nfn f() {}", "adjust is given twice"},
		{"#[klint::preempt_count(expect = 3..1)]\nfn f() {}", "want N, N.., N..M or N..=M"},
		{"#[klint::preempt_count(expect)]\nfn f() {}", "expectation"},
		{"#[klint::preempt_count(expct = 0)]\nfn f() {}", `"expct" is not known`},
		{"#[klint::preempt_count(adjust = 1, unchecked = 1)]\nfn f() {}", "unchecked takes no value"},
		{"#[klint::preempt_count(adjust = 1)]\nstruct S;", "belongs on a function"},
		{"#[klint::drop_preempt_count(adjust = 1)]\nfn f() {}", "belongs on a struct"},
		{"#[klint::premept_count(adjust = 1)]\nfn f() {}", "klint::premept_count is not known"},
		{"#[klint::dump_mir(all)]\nfn f() {}", "takes no arguments"},
		{"#[klint::preempt_count(adjust = 1)]\n#[klint::preempt_count(adjust = 1)]\nfn f() {}", "a second klint::preempt_count"},
		{"wrap! {\n    #[klint::preempt_count(adjust = 1)]\n    fn f() {}\n}", "inside a macro"},
		{"fn f() {}\n#[klint::preempt_count(adjust = 1)]\n", "klint attribute"},
	} {
		f, err := Read("b.rs", []byte(c.src))
		require.NoError(t, err)
		if c.src[0] == 'f' {
			require.NotEmpty(t, f.Problems, c.src)
			continue
		}
		require.Len(t, f.Problems, 1, c.src)
		assert.Contains(t, f.Problems[0].Error(), c.want)
		assert.True(t, strings.HasPrefix(f.Problems[0].Error(), "b.rs:"), f.Problems[0].Error())
	}
}

func TestCommentsAreNoAttributes(t *testing.T) {
	f, err := Read("c.rs", []byte("// #[klint::nonsense]\nconst S: &str = \"#[klint::nonsense]\";\n"))
	require.NoError(t, err)
	assert.Empty(t, f.Problems)
}

func FuzzRead(f *testing.F) {
	f.Add(sample)
	f.Fuzz(func(t *testing.T, src string) {
		_, err := Read("z.rs", []byte(src))
		require.NoError(t, err)
	})
}
