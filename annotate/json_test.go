package annotate

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// randomTable makes a well-formed table.
func randomTable(r *rand.Rand) *Table {
	t := &Table{Schema: Schema, Functions: []Entry{}}
	word := func() string {
		return []string{"", "a", "frob_wait", "x & 0x400", "\"quoted\" <b>\n", "é\t\\", "flags & 0x400"}[r.IntN(7)]
	}
	expect := func() string {
		lo := int8(r.IntN(4))
		switch r.IntN(4) {
		case 0:
			return infer.Range{Lo: lo, Hi: lo}.String()
		case 1:
			return infer.Range{Lo: lo, Hi: lo + 1}.String()
		case 2:
			return infer.Range{Lo: 1}.String()
		}
		return infer.Range{Lo: lo, Hi: infer.Inf}.String()
	}
	adjust := func() *int {
		if r.IntN(4) == 0 {
			return nil
		}
		n := r.IntN(7) - 3
		return &n
	}
	for i := range r.IntN(6) {
		e := Entry{
			Name: fmt.Sprintf("f%d%s", i, word()), Symbol: fmt.Sprintf("s%d", i), File: word(), Line: r.IntN(900),
			Static: r.IntN(2) == 0, Expect: expect(), Lanes: map[string]int{}, Adjust: adjust(),
			Evidence: infer.Evidence(r.IntN(4)).String(), Assumes: []string{}, Witness: []Step{}, Cases: []Case{},
		}
		if e.Adjust != nil {
			var v infer.Lanes
			v[infer.Spin], v[infer.RCU] = int8(*e.Adjust)-1, 1
			v[infer.IRQ] = int8(r.IntN(2))
			e.Lanes = LanesOf(v)
		}
		for range 1 + r.IntN(3) {
			e.Cases = append(e.Cases, Case{When: word(), Adjust: adjust(), Expect: expect(), Returns: word()})
		}
		for range r.IntN(3) {
			e.Assumes = append(e.Assumes, word())
			e.Witness = append(e.Witness, Step{File: word(), Line: r.IntN(99), Text: word()})
		}
		t.Functions = append(t.Functions, e)
	}
	sortEntries(t.Functions)
	return t
}

func jsonOf(t *testing.T, tab *Table) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, tab.WriteJSON(&b))
	return b.String()
}

func TestJSONRoundTrip(t *testing.T) {
	for seed := range uint64(500) {
		tab := randomTable(rand.New(rand.NewPCG(seed, 1)))
		text := jsonOf(t, tab)
		back, err := ReadJSON("t.json", []byte(text))
		require.NoError(t, err, "seed %d:\n%s", seed, text)
		if len(tab.Functions) == 0 {
			assert.Empty(t, back.Functions)
			continue
		}
		require.Equal(t, tab, back, "seed %d", seed)
		assert.Equal(t, text, jsonOf(t, back))
		assert.Empty(t, Diff(tab, back))
	}
}

const goodTable = `{
  "schema": "preemptck/table/1",
  "functions": [
    {"name": "a", "symbol": "a", "file": "k/a.c", "line": 3, "static": false,
     "adjust": 1, "expect": "0..", "lanes": {"spin":1},
     "cases": [{"when":"","adjust":1,"expect":"0..","returns":""}],
     "evidence": "proved", "assumes": [],
     "witness": []},
    {"name": "b", "symbol": "b", "file": "k/a.c", "line": 9, "static": true,
     "adjust": null, "expect": "0", "lanes": {},
     "cases": [{"when":"how & 0x1","adjust":1,"expect":"0","returns":"!= 0"},{"when":"else","adjust":0,"expect":"0..","returns":""}],
     "evidence": "assumed", "assumes": ["k/a.c:12: calls through struct frob.run"],
     "witness": [{"file":"k/a.c","line":12,"text":"frob_wait()"}]}
  ]
}
`

func TestJSONLayout(t *testing.T) {
	tab, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	assert.Equal(t, goodTable, jsonOf(t, tab))
}

func TestReadJSONPositionsErrors(t *testing.T) {
	change := func(old, new string) string {
		require.Contains(t, goodTable, old)
		return strings.Replace(goodTable, old, new, 1)
	}
	for _, c := range []struct{ src, want string }{
		{"", "t.json:1: the file ends before the table does"},
		{"{}", "t.json:1: no \"schema\" and \"functions\" in this file"},
		{"[1]", "t.json:1: expected \"{\", found ["},
		{change("table/1", "table/2"), `t.json:2: schema is "preemptck/table/2", this version reads "preemptck/table/1"`},
		{`{"functions": []}`, "t.json:1: no \"schema\" before \"functions\""},
		{change(`"functions": [`, `"functions": [ 7,`), "t.json:3: malformed entry"},
		{change(`"functions"`, `"funs"`), "t.json:3: unknown field \"funs\""},
		{change(`"name": "b", `, ``), "t.json:9: entry: field \"name\" is missing"},
		{change(`"symbol": "b", `, ``), "t.json:9: entry of \"b\": field \"symbol\" is missing"},
		{change(`"adjust": null, `, ``), "t.json:9: entry of \"b\": field \"adjust\" is missing"},
		{change(`"adjust": null, `, `"adjust": "x", `), "t.json:9: entry of \"b\": adjust: \"x\": want a whole number or null"},
		{change(`"adjust": null, `, `"adjust": 1.5, `), "want a whole number or null"},
		{change(`"expect": "0", `, `"expect": "soon", `), `t.json:9: entry of "b": expect: expectation "soon"`},
		{change(`{"spin":1}`, `{"spun": 1}`), `t.json:4: entry of "a": lanes: unknown lane "spun"`},
		{change(`{"spin":1}`, `{"spin": 2}`), `lanes: add up to 2, but adjust is 1`},
		{change(`{"spin":1}`, `{"spin": 300}`), `lanes: spin is 300`},
		{change(`"line": 3`, `"line": "3"`), `t.json:4: malformed entry: field "line" must not be a string`},
		{change(`"line": 3`, `"line": 3, "lin": 4`), `t.json:4: malformed entry: unknown field "lin"`},
		{change(`"evidence": "proved"`, `"evidence": "rumour"`), `evidence: "rumour": want model`},
		{change(`"cases": [{"when":"","adjust":1,"expect":"0..","returns":""}]`, `"cases": []`), `cases: want at least one`},
		{change(`"when":"else",`, ``), `t.json:9: entry of "b": case 2: want when, adjust, expect and returns`},
		{change(`{"name": "b", "symbol": "b", "file": "k/a.c", "line": 9, "static": true`,
			`{"name": "a", "symbol": "a", "file": "k/a.c", "line": 9, "static": false`), `t.json:9: function "a" is listed already on line 4`},
		{goodTable + "{}", "more text behind the table"},
		{goodTable[:len(goodTable)/2], "the file ends before the table does"},
		{change(`"expect": "0", `, `"expect": "0" `), "t.json:10: not JSON"},
	} {
		_, err := ReadJSON("t.json", []byte(c.src))
		if assert.Error(t, err, c.want) {
			assert.Contains(t, err.Error(), c.want)
		}
	}
}

func FuzzReadJSON(f *testing.F) {
	f.Add(goodTable)
	f.Add(`{"schema": "preemptck/table/1", "functions": [{}]}`)
	f.Fuzz(func(t *testing.T, src string) {
		tab, err := ReadJSON("t.json", []byte(src))
		if err != nil {
			assert.True(t, strings.HasPrefix(err.Error(), "t.json:"), err.Error())
			return
		}
		back, err := ReadJSON("t.json", []byte(jsonOf(t, tab)))
		require.NoError(t, err)
		assert.Empty(t, Diff(tab, back))
	})
}
