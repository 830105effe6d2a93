package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/annotate"
)

// entry is a table's entry with one case for each change of the count.
func entry(expect string, lanes map[string]int, adjusts ...int) annotate.Entry {
	e := annotate.Entry{Name: "f", Expect: expect, Lanes: lanes, Evidence: "proved"}
	for i := range adjusts {
		e.Cases = append(e.Cases, annotate.Case{Adjust: &adjusts[i], Expect: expect})
	}
	if len(adjusts) == 1 {
		e.Adjust = &adjusts[0]
	}
	return e
}

func TestLocksAgree(t *testing.T) {
	type marks [][2]string
	for _, c := range []struct {
		what  string
		marks marks
		entry annotate.Entry
		want  bool
	}{
		{"takes it", marks{{"acquires", "spin"}}, entry("0..", map[string]int{"spin": 1}, 1), true},
		{"with interrupts off", marks{{"acquires", "spin"}}, entry("0..", map[string]int{"spin": 1, "irq": 1}, 1), true},
		{"does nothing", marks{{"acquires", "spin"}}, entry("0..", nil, 0), false},
		{"takes another", marks{{"acquires", "spin"}}, entry("0..", map[string]int{"rcu": 1}, 1), false},
		{"takes the other kind", marks{{"acquires", "spin"}}, entry("0..", map[string]int{"raw": 1}, 1), true},
		{"takes two", marks{{"acquires", "spin"}}, entry("0..", map[string]int{"spin": 2}, 2), false},
		{"takes one of each kind", marks{{"acquires", "spin"}, {"acquires", "raw"}}, entry("0..", map[string]int{"spin": 1, "raw": 1}, 2), true},
		{"takes it sometimes", marks{{"acquires", "spin"}}, entry("0..", nil, 0, 1), false},
		{"takes it sometimes, and says so", marks{{"cond_acquires", "spin"}}, entry("0..", nil, 0, 1), true},
		{"never takes it", marks{{"cond_acquires", "spin"}}, entry("0..", nil, 0), false},
		{"always takes it", marks{{"cond_acquires", "spin"}}, entry("0..", map[string]int{"spin": 1}, 1), false},
		{"lets go", marks{{"releases", "rcu"}}, entry("1..", map[string]int{"rcu": -1}, -1), true},
		{"sleeps before it lets go", marks{{"releases", "rcu"}}, entry("0", map[string]int{"rcu": -1}, -1), false},
		{"lets go and takes again", marks{{"releases", "spin"}, {"acquires", "spin"}}, entry("1", nil, 0), true},
		{"needs it", marks{{"must_hold", "spin"}}, entry("0..", nil, 0), true},
		{"sleeps under it", marks{{"must_hold", "spin"}}, entry("0", nil, 0), false},
		{"loses it", marks{{"must_hold", "spin"}}, entry("1..", map[string]int{"spin": -1}, -1), false},
	} {
		w := lockWant{net: map[lane]int{}}
		for _, m := range c.marks {
			w.add(m[0], lane(m[1]))
		}
		assert.Equal(t, c.want, w.agrees(&c.entry), c.what)
	}
}

// table is one of the fixture's functions, some of it wrong.
const table = `{"schema": "preemptck/table/1", "functions": [
{"name": "fan_both", "symbol": "fan_both", "file": "include/fan.h", "line": 45, "static": true, "adjust": 0, "expect": "1..", "lanes": {},
 "cases": [{"when": "", "adjust": 0, "expect": "1..", "returns": ""}], "evidence": "proved", "assumes": [], "witness": []},
{"name": "fan_list", "symbol": "fan_list", "file": "fs/fan.c", "line": 21, "static": true, "adjust": 0, "expect": "0", "lanes": {},
 "cases": [{"when": "", "adjust": 0, "expect": "0", "returns": ""}], "evidence": "proved", "assumes": [],
 "witness": [{"file": "fs/fan.c", "line": 25, "text": "might_sleep()"}]},
{"name": "fan_local", "symbol": "fan_local", "file": "fs/fan.c", "line": 29, "static": true, "adjust": -1, "expect": "1..", "lanes": {"spin": -1},
 "cases": [{"when": "", "adjust": -1, "expect": "1..", "returns": ""}], "evidence": "proved", "assumes": [], "witness": []},
{"name": "fan_read", "symbol": "fan_read", "file": "fs/fan.c", "line": 10, "static": false, "adjust": 1, "expect": "0", "lanes": {"spin": 1},
 "cases": [{"when": "", "adjust": 1, "expect": "0", "returns": ""}], "evidence": "proved", "assumes": [], "witness": []},
{"name": "fan_sleeps", "symbol": "fan_sleeps", "file": "fs/fan.c", "line": 43, "static": true, "adjust": 0, "expect": "0..", "lanes": {},
 "cases": [{"when": "", "adjust": 0, "expect": "0..", "returns": ""}], "evidence": "proved", "assumes": [], "witness": []}
]}`

func TestReport(t *testing.T) {
	tab, err := annotate.ReadJSON("table.json", []byte(table))
	require.NoError(t, err)
	w, files := fixture(t)
	s := &survey{world: w, lanes: map[string]lane{}}
	s.read(tab, files)
	r := &reviews{Reviewed: []review{
		{Function: "fan_list", Topic: "doc", Whose: faultKernel, Reason: "it has slept since 6.1"},
		{Function: "fan_both", Topic: "lock", Whose: faultOurs, Reason: "not so"},
	}}
	var b strings.Builder
	assert.False(t, s.report(&b, r, false))
	out := b.String()
	for _, want := range []string{
		"  2 of 3 agree: 66.7 % (bar: 98 %)\n",
		"fs/fan.c:21: fan_list\n    kernel: __acquires(fans_lock), spin; __must_hold(RCU), rcu\n" +
			"    table:  adjust 0, expect 0 [proved] by might_sleep() fs/fan.c:25\n    not reviewed\n",
		"  0 of 1 agree: 0.0 % (bar: 100 %)\nfs/fan.c:49: fan_sleeps\n    kernel: might_sleep() comes first\n",
		"  1 of 2 agree: 50.0 %; without 1 mistakes of the kernel: 100.0 % (bar: 95 %)\n",
		"    kernel: \"Can be called from any context.\"\n",
		"    kernel: it has slept since 6.1\n",
		"not counted: locks whose type could not be told: 1\nfs/fan.c:29: fan_local: __cond_acquires(nothing_known): nothing is named nothing_known\n",
		"reviewed, but no disagreement any more: 1\nfan_both (lock)\n",
	} {
		assert.Contains(t, out, want)
	}
	s = &survey{world: w, lanes: map[string]lane{"fan_local nothing_known": noLane}}
	s.read(tab, files)
	assert.Equal(t, 4, s.count(&lockTopic, r).claims, "a lock that the list knows counts")
}

func TestReviews(t *testing.T) {
	write := func(text string) string {
		path := filepath.Join(t.TempDir(), "reviewed.toml")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		return path
	}
	r, err := readReviews(write("reviewed = [\n  { function = \"f\", topic = \"doc\", whose = \"ours\", reason = \"x\" },\n]\n" +
		"locks = [\n  { function = \"f\", lock = \"q->lock\", lane = \"raw\", reason = \"x\" },\n]\n"))
	require.NoError(t, err)
	assert.Equal(t, map[string]lane{"f q->lock": "raw"}, r.lanes())
	for text, want := range map[string]string{
		"reviewed = [\n{ function = \"f\", topic = \"doc\", whose = \"mine\", reason = \"x\" }]":  "f: whose is \"mine\"",
		"reviewed = [\n{ function = \"f\", topic = \"doc\", whose = \"ours\" }]":                  "f: an entry needs",
		"reviewed = [\n{ function = \"f\", topic = \"none\", whose = \"ours\", reason = \"x\" }]": "f: an entry needs",
		"locks = [\n{ function = \"f\", lock = \"l\", lane = \"x\", reason = \"x\" }]":            "lock l of f: want a lane",
		"reviewed = [\n": "reviewed.toml:",
		"\nother = 1\n":  "reviewed.toml:2: unknown key [other]",
	} {
		_, err := readReviews(write(text))
		assert.ErrorContains(t, err, want, text)
	}
	_, err = readReviews("reviewed.toml")
	assert.NoError(t, err, "the list that comes with the project")
	_, err = readReviews("none.toml")
	assert.ErrorContains(t, err, "none.toml")
}
