package annotate

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const overrideFixture = `# corrections
[[override]]
function = "a"
adjust = 0
expect = "0"
reason = "the lock is a mutex behind the macro"

[[override]]
function = "b"
file = "k/a.c"
expect = "0"
reason = "waits for firmware"

[[override]]
function = "missing"
expect = "0"
reason = "was removed"
`

func TestOverridesApply(t *testing.T) {
	tab, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	o, err := ReadOverrides("o.toml", []byte(overrideFixture))
	require.NoError(t, err)
	notes := o.Apply(tab)
	assert.Equal(t, []string{
		`o.toml:8: override of "b" says what is derived now: remove it`,
		`o.toml:14: override of "missing" names no function of this table: remove it, or correct the name`,
	}, notes)
	a := tab.Functions[0]
	assert.Equal(t, 0, *a.Adjust)
	assert.Equal(t, "0", a.Expect)
	assert.Empty(t, a.Lanes)
	assert.Equal(t, []Case{{Adjust: number(0), Expect: "0"}}, a.Cases)
	assert.Equal(t, "assumed", a.Evidence)
	assert.Equal(t, []string{"o.toml:2: override: the lock is a mutex behind the macro"}, a.Assumes)
	// The corrected table is a well-formed one.
	_, err = ReadJSON("t.json", []byte(jsonOf(t, tab)))
	assert.NoError(t, err)
}

func TestOverrideOfOneHalfKeepsTheOther(t *testing.T) {
	tab, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	o, err := ReadOverrides("o.toml", []byte("[[override]]\nfunction = \"b\"\nadjust = 2\nlanes = {rcu = 2}\nreason = \"r\"\n"))
	require.NoError(t, err)
	assert.Empty(t, o.Apply(tab))
	b := tab.Functions[1]
	assert.Equal(t, map[string]int{"rcu": 2}, b.Lanes)
	assert.Equal(t, "0", b.Expect)
	assert.Equal(t, []Case{
		{When: "how & 0x1", Adjust: number(2), Expect: "0", Returns: "!= 0"},
		{When: "else", Adjust: number(2), Expect: "0.."},
	}, b.Cases)
	assert.NotEmpty(t, b.Witness)
}

// A function without a body has a default, not a derivation to agree with.
func TestOverrideOfUnknownIsNotStale(t *testing.T) {
	tab := &Table{Schema: Schema, Functions: []Entry{unknownEntry("fw", "fw")}}
	o, err := ReadOverrides("o.toml", []byte("[[override]]\nfunction = \"fw\"\nexpect = \"0\"\nreason = \"asm\"\n"))
	require.NoError(t, err)
	assert.Empty(t, o.Apply(tab))
	assert.Equal(t, "assumed", tab.Functions[0].Evidence)
}

func TestReadOverridesPositionsErrors(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"[[override]]\nfunction = \n", "o.toml:2: "},
		{"[[override]]\nfunction = \"a\"\nexpects = \"0\"\n", `o.toml:3: unknown field "expects"`},
		{"\n[[override]]\nfunction = \"a\"\nexpect = \"0\"\n", `o.toml:2: override of "a" has no reason`},
		{"[[override]]\nreason = \"a\"\n", "o.toml:1: an override must name its function"},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\n", `changes nothing`},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\nexpect = \"x\"\n", `expectation "x"`},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\nadjust = 900\n", `adjust 900`},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\nadjust = 1\nlanes = {spin = 2}\n", `add up to 2, but adjust is 1`},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\nexpect = \"0\"\nlanes = {spin = 2}\n", `has lanes but no adjust`},
		{"[[override]]\nfunction = \"a\"\nreason = \"r\"\nadjust = \"x\"\n", "o.toml:4: "},
	} {
		_, err := ReadOverrides("o.toml", []byte(c.src))
		if assert.Error(t, err, c.src) {
			assert.Contains(t, err.Error(), c.want)
		}
	}
}
