//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// buildModule makes what Kbuild leaves of a module outside the tree with one file of
// testdata/module: its record, with the flags that another file of the kernel was
// compiled with.
func buildModule(t *testing.T, file string) (dir string) {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	source := filepath.Join(dir, file)
	text, err := os.ReadFile(filepath.Join("../testdata/module", file))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(source, text, 0o644))

	const model = "lib/rbtree"
	cmd, err := os.ReadFile(filepath.Join(kernel.build, record(model+".o")))
	require.NoError(t, err)
	object := strings.TrimSuffix(source, ".c") + ".o"
	line, _, _ := strings.Cut(string(cmd), "\n")
	line = strings.ReplaceAll(line, filepath.Join(kernel.src, model+".c"), source)
	line = strings.ReplaceAll(line, model+".o", object)
	require.Contains(t, line, " "+source)
	require.NotContains(t, line, model+".c")
	require.NoError(t, os.WriteFile(filepath.Join(dir, "."+filepath.Base(object)+".cmd"),
		[]byte(line+"\n\nsource_"+object+" := "+source+"\n"), 0o644))
	return dir
}

// moduleCodes are the texts of `want-bug:` and the codes that they stand for.
var moduleCodes = map[string][]string{"may sleep": {"PC001", "PC004"}, "unbalanced": {"PC002"}}

// TestModule: what every driver calls, from a module that --add brings in.
func TestModule(t *testing.T) {
	for file, functions := range map[string]int{"named.c": 29, "sections.c": 85} {
		t.Run(file, func(t *testing.T) { testModule(t, file, functions) })
	}
}

// TestBrokenModule: functions with an error in them cost only themselves.
func TestBrokenModule(t *testing.T) {
	dir := buildModule(t, "broken.c")
	r := run(t, ".", "audit", "--build", kernel.build, "--add", dir, "--format", "json", filepath.Join(dir, "broken.c"))
	require.Equal(t, 2, r.status, r.stderr)
	assert.Contains(t, r.stderr, "the functions they stand in are left out")
	var tab table
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &tab))
	require.Len(t, tab.Functions, 1)
	assert.Equal(t, "0..", tab.Functions[0].Expect)
}

func testModule(t *testing.T, file string, functions int) {
	fixtures, err := readCFixtures(filepath.Join("../testdata/module", file))
	require.NoError(t, err)
	require.GreaterOrEqual(t, len(fixtures), functions)
	dir := buildModule(t, file)

	// Without --add the tree does not know it.
	r := run(t, ".", "audit", "--build", kernel.build, filepath.Join(dir, file))
	assert.Equal(t, 2, r.status)

	r = run(t, ".", "audit", "--build", kernel.build, "--add", dir, "--format", "json", filepath.Join(dir, file))
	require.Equal(t, 0, r.status, r.stderr)
	var tab table
	require.NoError(t, json.Unmarshal([]byte(r.stdout), &tab))
	entries := map[string]entry{}
	for _, e := range tab.Functions {
		assert.Equal(t, filepath.Join(dir, file), e.File)
		entries[e.Name] = e
	}

	r = run(t, ".", "audit", "--bugs", "--build", kernel.build, "--add", dir, "--format", "json", filepath.Join(dir, file))
	require.Equal(t, 1, r.status, r.stderr)
	found := readReport(t, r.stdout).Findings
	for _, f := range fixtures {
		t.Run(f.name, func(t *testing.T) {
			e, ok := entries[f.name]
			require.True(t, ok, "the function was lost")
			var wrong []string
			if f.want != nil {
				adjust := "?"
				if e.Adjust != nil {
					adjust = fmt.Sprint(*e.Adjust)
				}
				if got := fmt.Sprintf("adjust=%s expect=%s", adjust, e.Expect); got != fmt.Sprintf("adjust=%s expect=%s", f.want.whole.adjust, f.want.whole.expect) {
					wrong = append(wrong, fmt.Sprintf("got %s: %+v, witness %v", got, e.Cases, e.Witness))
				}
			}
			for _, b := range f.bugs {
				got := slices.IndexFunc(found, func(g finding) bool {
					// A bug of the function as a whole has no line that is the right one.
					here := g.Line == b.line || b.line == f.first && g.Function == f.name
					return here && slices.Contains(moduleCodes[b.text], g.Code) && (g.Severity == "note") == b.note
				})
				if got < 0 {
					wrong = append(wrong, fmt.Sprintf("line %d: %q is not found", b.line, b.text))
					continue
				}
				found = slices.Delete(found, got, got+1)
			}
			if f.gap != "" {
				found = slices.DeleteFunc(found, func(g finding) bool { return g.Function == f.name })
				assert.NotEmpty(t, wrong, "comes out right now: remove the gap comment")
				return
			}
			for _, w := range wrong {
				t.Errorf("%s:%d: %s", f.file, f.first, w)
			}
		})
	}
	for _, f := range found {
		t.Errorf("not wanted: %s", f)
	}
	assert.True(t, slices.ContainsFunc(fixtures, func(f cFixture) bool { return len(f.bugs) > 0 }))
}
