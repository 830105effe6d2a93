package pipeline

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/check"
)

// minTwins keeps pairs from being lost unnoticed.
const minTwins = 279

// TestTwins: of each pair in testdata/twins the buggy one is found at its line,
// and nothing is said of the other.
func TestTwins(t *testing.T) {
	dir, err := filepath.Abs("../../testdata/twins")
	require.NoError(t, err)
	wants, pairs, err := readTwins(dir)
	require.NoError(t, err)
	assert.GreaterOrEqual(t, pairs, minTwins)

	a, err := Open(Options{Build: dir, CacheDir: twinsCache(t), Log: io.Discard})
	require.NoError(t, err)
	targets, errs := a.Targets([]string{"drivers/twins.o"})
	require.Empty(t, errs)
	crates, failures, err := a.Lower(context.Background(), targets)
	require.NoError(t, err)
	require.Empty(t, failures)
	require.Len(t, crates, 1)
	require.NoError(t, a.Solve())
	assert.False(t, a.Lost, a.Notes)
	report := check.Run(check.Options{}, a.Input(crates[0]))

	found := map[string][]check.Finding{}
	for _, f := range report.Findings {
		found[place(f.File, f.Line)] = append(found[place(f.File, f.Line)], f)
	}
	for _, w := range wants {
		w.compare(t, found[w.at])
		delete(found, w.at)
	}
	for _, fs := range found {
		for _, f := range fs {
			t.Errorf("false: %s:%d: %s: %s (in %s)\n%s", f.File, f.Line, f.Code, f.Message, f.Function, chainText(f))
		}
	}
	for _, n := range crates[0].Notes {
		if strings.Contains(n, "without its type parameters") {
			continue // of functions that nothing calls
		}
		t.Errorf("a call that is not followed: %s", n)
	}
}

// twinsCache is where the compiled core library is kept between runs, as the
// program itself does: it is the same for all trees, and takes long.
func twinsCache(t *testing.T) string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "preemptck")
	}
	return t.TempDir()
}

func place(file string, line int) string { return fmt.Sprintf("%s:%d", file, line) }

// twinWant is a `// want: "TEXT"` comment, or a `// want-assumed: "TEXT"` where
// the chain ends in Rust.
type twinWant struct {
	at      string
	text    string
	assumed bool
	// chain are steps that the chain must have, in this order.
	chain []string
}

func (w twinWant) compare(t *testing.T, findings []check.Finding) {
	t.Helper()
	if len(findings) == 0 {
		t.Errorf("missed: %s: %q", w.at, w.text)
	}
	for _, f := range findings {
		if !strings.Contains(f.Message, w.text) {
			t.Errorf("false: %s: %s: %s", w.at, f.Code, f.Message)
			continue
		}
		if f.Code == "PC001" && !w.assumed {
			assert.Equal(t, ".c", filepath.Ext(f.Chain[len(f.Chain)-1].File), "%s: the chain ends in C:\n%s", w.at, chainText(f))
		}
		rest := chainText(f)
		for _, step := range w.chain {
			_, after, ok := strings.Cut(rest, step)
			assert.True(t, ok, "%s: no step %q where it should be in\n%s", w.at, step, chainText(f))
			rest = after
		}
	}
}

func chainText(f check.Finding) string {
	var b strings.Builder
	for _, s := range f.Chain {
		fmt.Fprintf(&b, "  %s:%d: %s\n", s.File, s.Line, s.Text)
	}
	return b.String()
}

var (
	twinItem    = regexp.MustCompile(`^pub (?:unsafe |async )?(?:fn|mod|struct) (buggy|safe)_(\w+)`)
	twinComment = regexp.MustCompile(`// (want|want-assumed): "([^"]*)"(?: chain:((?: "[^"]*")+))?$`)
	quoted      = regexp.MustCompile(`"([^"]*)"`)
)

// readTwins reads what the comments of the twins want. It fails where a twin is
// alone, a buggy one wants nothing, a safe one does, and at a comment that it does not
// understand. A want in front of an item, on its attribute, belongs to it.
func readTwins(dir string) (wants []twinWant, pairs int, err error) {
	paths, err := filepath.Glob(filepath.Join(dir, "drivers", "*.rs"))
	if err != nil {
		return nil, 0, err
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, 0, err
		}
		file := filepath.Join("drivers", filepath.Base(path))
		kinds := map[string]string{} // of the item by name: "buggy" and "safe", in order
		in, pending, inWants := "", 0, map[string]int{}
		for i, line := range strings.Split(string(text), "\n") {
			m := twinComment.FindStringSubmatch(line)
			if (m == nil) != !strings.Contains(line, "// want") {
				return nil, 0, fmt.Errorf("%s:%d: a comment that is not understood: %q", path, i+1, line)
			}
			if m != nil {
				w := twinWant{at: place(file, i+1), text: m[2], assumed: m[1] == "want-assumed"}
				for _, s := range quoted.FindAllStringSubmatch(m[3], -1) {
					w.chain = append(w.chain, s[1])
				}
				wants = append(wants, w)
				pending++
			}
			if it := twinItem.FindStringSubmatch(line); it != nil {
				if kinds[it[2]] += it[1]; strings.Count(kinds[it[2]], it[1]) > 1 {
					return nil, 0, fmt.Errorf("%s:%d: a second %s_%s", file, i+1, it[1], it[2])
				}
				in = it[1] + "_" + it[2]
			}
			if in != "" {
				inWants[in] += pending
				pending = 0
			}
			if !strings.HasPrefix(line, " ") && (strings.HasPrefix(line, "}") || strings.HasSuffix(line, "{}") || strings.HasSuffix(line, ";")) {
				in = ""
			}
		}
		if pending > 0 {
			return nil, 0, fmt.Errorf("%s: a want that belongs to no buggy item", file)
		}
		for name, kind := range kinds {
			switch {
			case kind != "buggysafe":
				return nil, 0, fmt.Errorf("%s: want buggy_%s and safe_%s, in this order", file, name, name)
			case inWants["buggy_"+name] == 0:
				return nil, 0, fmt.Errorf("%s: buggy_%s wants nothing", file, name)
			case inWants["safe_"+name] > 0:
				return nil, 0, fmt.Errorf("%s: safe_%s wants something", file, name)
			}
			pairs++
		}
	}
	return wants, pairs, nil
}
