//go:build e2e

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The program under test and the kernel it runs on, set by TestMain.
var (
	program string
	kernel  struct{ src, build string }
)

func TestMain(m *testing.M) {
	code, err := setUp(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		code = 1
	}
	os.Exit(code)
}

func setUp(m *testing.M) (int, error) {
	root := os.Getenv("PREEMPTCK_KERNEL")
	if root == "" {
		cache, err := os.UserCacheDir()
		if err != nil {
			return 0, err
		}
		root = filepath.Join(cache, "preemptck", "kernel")
	}
	kernel.src, kernel.build = filepath.Join(root, "src"), filepath.Join(root, "build")
	for _, f := range []string{filepath.Join(kernel.src, "rust/kernel/lib.rs"), filepath.Join(kernel.build, "rust/.kernel.o.cmd")} {
		if _, err := os.Stat(f); err != nil {
			return 0, fmt.Errorf("no kernel built with Rust at %s: run make kernel, or set PREEMPTCK_KERNEL: %w", root, err)
		}
	}
	tmp, err := os.MkdirTemp("", "preemptck-e2e-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(tmp)
	program = filepath.Join(tmp, "preemptck")
	if out, err := exec.Command("go", "build", "-o", program, "../cmd/preemptck").CombinedOutput(); err != nil {
		return 0, fmt.Errorf("go build: %w\n%s", err, out)
	}
	// A cache of our own: what an older build of the program left is not used,
	// and what one test leaves is there for the next.
	if err := os.Setenv("XDG_CACHE_HOME", filepath.Join(tmp, "cache")); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

// ran is what came of one run of the program.
type ran struct {
	args           []string
	status         int
	stdout, stderr string
}

// run runs the program in dir. A crash fails the test, an exit status does not.
func run(t *testing.T, dir string, args ...string) ran {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	start := time.Now()
	err := cmd.Run()
	t.Logf("preemptck %s: %s", strings.Join(args, " "), time.Since(start).Round(time.Millisecond))
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	r := ran{args, cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
	require.NotContains(t, r.stderr, "goroutine ", "the program panicked")
	require.Contains(t, []int{0, 1, 2}, r.status, r.stderr)
	return r
}

// position is one step of a chain or witness.
type position struct {
	File string `json:"file"`
	Line int    `json:"line"`
	Text string `json:"text"`
}

// table is the part of preemptck/table/1 that the tests look at.
type table struct {
	Schema    string  `json:"schema"`
	Functions []entry `json:"functions"`
}

type entry struct {
	Name     string         `json:"name"`
	Symbol   string         `json:"symbol"`
	File     string         `json:"file"`
	Line     int            `json:"line"`
	Static   bool           `json:"static"`
	Adjust   *int           `json:"adjust"`
	Expect   string         `json:"expect"`
	Lanes    map[string]int `json:"lanes"`
	Cases    []tableCase    `json:"cases"`
	Evidence string         `json:"evidence"`
	Assumes  []string       `json:"assumes"`
	Witness  []position     `json:"witness"`
}

type tableCase struct {
	When    string `json:"when"`
	Adjust  *int   `json:"adjust"`
	Expect  string `json:"expect"`
	Returns string `json:"returns"`
}

func readTable(t *testing.T, path string) table {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	var out table
	require.NoError(t, json.Unmarshal(text, &out))
	require.Equal(t, "preemptck/table/1", out.Schema)
	return out
}

// bySymbol are the entries of external functions by symbol.
func (tab table) bySymbol() map[string]entry {
	m := map[string]entry{}
	for _, e := range tab.Functions {
		if !e.Static {
			m[e.Symbol] = e
		}
	}
	return m
}

// report is preemptck/findings/1.
type report struct {
	Schema   string    `json:"schema"`
	Findings []finding `json:"findings"`
	Notes    []string  `json:"notes"`
}

type finding struct {
	Code     string     `json:"code"`
	Severity string     `json:"severity"`
	Message  string     `json:"message"`
	File     string     `json:"file"`
	Line     int        `json:"line"`
	Column   int        `json:"column"`
	Function string     `json:"function"`
	Chain    []position `json:"chain"`
}

func (f finding) String() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s (in %s)", f.File, f.Line, f.Column, f.Code, f.Message, f.Function)
}

func readReport(t *testing.T, text string) report {
	t.Helper()
	var out report
	require.NoError(t, json.Unmarshal([]byte(text), &out), text)
	require.Equal(t, "preemptck/findings/1", out.Schema)
	for _, f := range out.Findings {
		assert.Regexp(t, `^PC\d{3}$`, f.Code)
		assert.NotEmpty(t, f.Severity, f)
		assert.NotEmpty(t, f.Function, f)
		assert.Positive(t, f.Line, f)
		assert.Positive(t, f.Column, f)
	}
	return out
}

// lineOf is the first line at or after the one that matches `after`, counted
// from 1, of a source file that holds text.
func lineOf(t *testing.T, file, after, text string) int {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(kernel.src, file))
	require.NoError(t, err)
	re, seen := regexp.MustCompile(after), false
	for i, line := range strings.Split(string(content), "\n") {
		seen = seen || re.MatchString(line)
		if seen && strings.Contains(line, text) {
			return i + 1
		}
	}
	t.Fatalf("%s: no %q after %q", file, text, after)
	return 0
}

// wholeTable is the table of every C function of the kernel: one long run, made
// once for all tests.
var wholeTable = sync.OnceValues(func() (string, error) {
	out := filepath.Join(filepath.Dir(program), "all.json")
	cmd := exec.Command(program, "annotate", "--all", "--build", kernel.build, "--format", "json", "-o", out)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("annotate --all: %w\n%s", err, text)
	}
	return out, nil
})

func allFunctions(t *testing.T) table {
	t.Helper()
	start := time.Now()
	path, err := wholeTable()
	require.NoError(t, err)
	t.Logf("the table of all functions: %s", time.Since(start).Round(time.Millisecond))
	return readTable(t, path)
}
