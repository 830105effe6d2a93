// Package e2e holds the tests that see preemptck as a whole: the C fixtures of
// testdata/c through the C frontend and the solver and, with the build tag e2e,
// the built program on a real kernel tree.
package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"preemptck/cfront"
	"preemptck/infer"
	"preemptck/internal/kbuild"
)

// bugKinds are the texts of `want-bug:` and the bugs that they stand for.
var bugKinds = map[string][]infer.BugKind{
	"may sleep":  {infer.SleepInAtomic, infer.CallbackSleeps},
	"unbalanced": {infer.Unbalanced},
	"below zero": {infer.BelowZero},
}

// Floors of what the fixtures must come to, so that a reader that loses some of
// them does not go unnoticed.
const (
	minCFunctions = 495
	minCWants     = 268
	minCBugs      = 130
)

// TestCFixtures holds every function of testdata/c to its comments, with
// might_sleep() a call and with might_sleep() expanding to nothing.
func TestCFixtures(t *testing.T) {
	dir, err := filepath.Abs(filepath.Join("..", "testdata", "c"))
	require.NoError(t, err)
	files, err := filepath.Glob(filepath.Join(dir, "*.c"))
	require.NoError(t, err)
	// The C frontend keeps fixtures of its own beside these.
	files = slices.DeleteFunc(files, func(f string) bool { return strings.HasPrefix(filepath.Base(f), "cfront_") })
	require.NotEmpty(t, files)

	var fixtures []cFixture
	for _, f := range files {
		fs, err := readCFixtures(f)
		require.NoError(t, err)
		fixtures = append(fixtures, fs...)
	}
	for _, variant := range []struct {
		name string
		args []string
	}{
		{"might_sleep is a call", nil},
		{"might_sleep is empty", []string{"-DMIGHT_SLEEP_IS_EMPTY"}},
	} {
		t.Run(variant.name, func(t *testing.T) {
			sol := solveC(t, dir, files, variant.args)
			var compared, wants, bugs, gaps int
			for _, f := range fixtures {
				t.Run(strings.TrimSuffix(f.file, ".c")+"/"+f.name, func(t *testing.T) {
					sum := sol.Summary(f.name)
					if sum == nil {
						sum = sol.Summary(f.name + "@" + f.file)
					}
					require.NotNil(t, sum, "%s:%d: the function was lost", f.file, f.first)
					wrong := append(compareC(f, sum), compareBugs(f, sum)...)
					if f.gap != "" {
						require.NotEmpty(t, wrong, "%s:%d: comes out right now: remove the gap comment", f.file, f.first)
						return
					}
					for _, w := range wrong {
						t.Error(w)
					}
				})
				compared++
				bugs += len(f.bugs)
				if f.want != nil {
					wants++
				}
				if f.gap != "" {
					gaps++
				}
			}
			t.Logf("%d functions, %d with a want, %d bugs, %d gaps", compared, wants, bugs, gaps)
			require.GreaterOrEqual(t, compared, minCFunctions)
			require.GreaterOrEqual(t, wants, minCWants)
			require.GreaterOrEqual(t, bugs, minCBugs)
		})
	}
}

// solveC analyses files by way of a compile_commands.json, as the program does.
func solveC(t *testing.T, dir string, files, args []string) *infer.Solution {
	t.Helper()
	type entry struct {
		Directory string   `json:"directory"`
		File      string   `json:"file"`
		Arguments []string `json:"arguments"`
	}
	var db []entry
	for _, f := range files {
		db = append(db, entry{dir, f, slices.Concat(
			[]string{"clang", "-std=gnu11", "-nostdinc", "-Iinclude"}, args, []string{"-c", "-o", f + ".o", f})})
	}
	text, err := json.Marshal(db)
	require.NoError(t, err)
	build := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(build, "compile_commands.json"), text, 0o644))

	tree, err := kbuild.Open(build)
	require.NoError(t, err)
	require.Len(t, tree.C, len(files))
	var units []cfront.Unit
	for _, u := range tree.C {
		units = append(units, cfront.Unit{File: u.File, Dir: u.Dir, Args: u.Args})
	}
	opts := cfront.Options{SourceRoot: dir, BuildRoot: build, Macros: infer.PrimitiveNames()}
	parsed, err := cfront.ParseAll(context.Background(), units, opts, 2, nil)
	require.NoError(t, err)
	for _, d := range parsed.Diagnostics {
		require.Equal(t, cfront.Note, d.Severity, "%s", d)
	}
	sol, err := infer.Solve(parsed.Program, infer.Options{})
	require.NoError(t, err)
	return sol
}

// compareC lists where a summary is not as the fixture wants it.
func compareC(f cFixture, sum *infer.Summary) []string {
	if f.want == nil {
		return nil
	}
	var out []string
	differ := func(what, want, got string) {
		if want != "" && want != got {
			out = append(out, fmt.Sprintf("%s:%d: %s: want %s=%s, got %s", f.file, f.first, f.name, what, want, got))
		}
	}
	whole := f.want.whole
	adjust, lanes := "?", "?"
	if l, ok := sum.Adjust(); ok {
		adjust, lanes = fmt.Sprint(l.Count()), l.String()
	}
	if whole.never != (len(sum.Exits) == 0) {
		out = append(out, fmt.Sprintf("%s:%d: %s: want returning=%v, got %d exits", f.file, f.first, f.name, !whole.never, len(sum.Exits)))
	}
	differ("adjust", whole.adjust, adjust)
	differ("lanes", whole.lanes, lanes)
	differ("expect", whole.expect, sum.Expect().String())
	differ("evidence", whole.evidence, sum.Evidence.String())
	cases := sum.Cases()
	for _, c := range f.want.cases {
		if !slices.ContainsFunc(cases, c.matches) {
			out = append(out, fmt.Sprintf("%s:%d: %s: no case is %s: got %s", f.file, f.first, f.name, c.text, caseTexts(cases)))
		}
	}
	return out
}

// matches tells whether a derived case is the one wanted.
func (p cPart) matches(c infer.Case) bool {
	adjust := "?"
	if !c.Ambiguous {
		adjust = fmt.Sprint(c.Adjust.Count())
	}
	return (p.adjust == "" || p.adjust == adjust) &&
		(p.expect == "" || p.expect == c.Expect.String()) &&
		(!p.hasWhen || p.when == c.When || p.when == "else" && !slices.Contains([]string{"", "else"}, c.When) && c.Why == nil) &&
		(p.returns == "" || follows(c.Returns, p.returns))
}

func caseTexts(cases []infer.Case) string {
	var out []string
	for _, c := range cases {
		out = append(out, fmt.Sprintf("{when %q returns %q adjust %s ambiguous %v expect %s}", c.When, c.Returns, c.Adjust, c.Ambiguous, c.Expect))
	}
	return strings.Join(out, " ")
}

// compareBugs lists the bugs that are missing, and those that nobody wants.
func compareBugs(f cFixture, sum *infer.Summary) []string {
	var out []string
	used := make([]bool, len(sum.Bugs))
	for _, want := range f.bugs {
		found := false
		for i, b := range sum.Bugs {
			// A bug of the function as a whole has no line that is the right one.
			here := int(b.Pos.Line) == want.line || want.line == f.first
			doubtful := b.Doubt != "" || b.Why != nil && b.Why.Mixed
			if here && slices.Contains(bugKinds[want.text], b.Kind) && doubtful == want.note {
				found, used[i] = true, true
			}
		}
		if !found {
			out = append(out, fmt.Sprintf("%s:%d: %s: no %s %q found", f.file, want.line, f.name, map[bool]string{false: "bug", true: "note of"}[want.note], want.text))
		}
	}
	for i, b := range sum.Bugs {
		if !used[i] && b.Kind != infer.SleepOnRT {
			out = append(out, fmt.Sprintf("%s:%d: %s: a bug that is none: kind %d, %s, count %s, %s; %s", f.file, b.Pos.Line, f.name, b.Kind, b.Text, b.Count, b.Detail, b.Doubt))
		}
	}
	return out
}
