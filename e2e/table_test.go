//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// declared are the link symbols of the C functions that the bindings crate
// declares.
func declared(t *testing.T) []string {
	t.Helper()
	var out []string
	linkName := regexp.MustCompile(`#\[link_name ?= ?"([^"]+)"\]`)
	function := regexp.MustCompile(`^\s*pub fn (?:r#)?(\w+)\s*\(`)
	for _, name := range []string{"bindings_generated.rs", "bindings_helpers_generated.rs"} {
		text, err := os.ReadFile(filepath.Join(kernel.build, "rust/bindings", name))
		require.NoError(t, err)
		extern, link := false, ""
		for line := range strings.Lines(string(text)) {
			switch {
			case strings.HasPrefix(line, `extern "C" {`):
				extern = true
			case strings.HasPrefix(line, "}"):
				extern, link = false, ""
			case !extern:
			case linkName.MatchString(line):
				link = linkName.FindStringSubmatch(line)[1]
			case function.MatchString(line):
				symbol := function.FindStringSubmatch(line)[1]
				if link != "" {
					symbol = strings.TrimPrefix(link, `\u{1}`)
				}
				out = append(out, symbol)
				link = ""
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

var expectation = regexp.MustCompile(`^\d+(\.\.(=?\d+)?)?$`)

// TestAnnotateBindings: a table entry for every function that the bindings
// crate declares, each well formed.
func TestAnnotateBindings(t *testing.T) {
	out := filepath.Join(t.TempDir(), "table.json")
	r := run(t, ".", "annotate", "--build", kernel.build, "--format", "json", "-o", out)
	require.Equal(t, 0, r.status, r.stderr)
	tab := readTable(t, out)
	require.GreaterOrEqual(t, len(tab.Functions), 4500) // 4,559 and 31 helpers in this kernel
	entries := tab.bySymbol()
	for _, symbol := range declared(t) {
		assert.Contains(t, entries, symbol)
	}
	unknown, certain := 0, 0
	for _, e := range tab.Functions {
		what := fmt.Sprintf("%s (%s)", e.Name, e.Symbol)
		assert.NotEmpty(t, e.Name, what)
		assert.Regexp(t, expectation, e.Expect, what)
		assert.Contains(t, []string{"model", "proved", "assumed", "unknown"}, e.Evidence, what)
		assert.NotEmpty(t, e.Cases, what)
		assert.False(t, filepath.IsAbs(e.File), "%s: %s is not relative to the tree", what, e.File)
		switch e.Evidence {
		case "unknown":
			unknown++
			assert.Equal(t, "0", e.Expect, "%s: nothing is known of it, so it may sleep", what)
		case "assumed":
			assert.NotEmpty(t, e.Assumes, "%s: what was assumed?", what)
		case "model":
			certain++
		case "proved":
			certain++
			assert.NotEmpty(t, e.File, what)
			assert.Positive(t, e.Line, what)
		}
		if e.Expect != "0.." && e.Evidence != "model" && e.Evidence != "unknown" {
			assert.NotEmpty(t, e.Witness, "%s: expects %s, but says not why", what, e.Expect)
		}
	}
	known := len(tab.Functions) - unknown
	t.Logf("%d entries, %d of them unknown; of the others %d are proved or model, %.1f %%", len(tab.Functions), unknown, certain, 100*float64(certain)/float64(known))
	assert.GreaterOrEqual(t, certain*10, known*9)
	assert.Less(t, unknown, len(tab.Functions)/4)
}

// TestAnnotateAll: every C function of the tree, not only those of the bindings.
func TestAnnotateAll(t *testing.T) {
	tab := allFunctions(t)
	require.GreaterOrEqual(t, len(tab.Functions), 15000)
	proved := 0
	for _, e := range tab.Functions {
		if e.Evidence == "proved" || e.Evidence == "model" {
			proved++
		}
	}
	t.Logf("%d functions, %d proved or model", len(tab.Functions), proved)
}

// TestDerived: these are derived from their bodies and may sleep.
func TestDerived(t *testing.T) {
	entries := allFunctions(t).bySymbol()
	for _, name := range []string{
		"mutex_lock", "down_read", "synchronize_rcu", "msleep", "wait_for_completion",
		"schedule_timeout", "vfree", "rust_helper_copy_from_user", "flush_work", "kthread_stop",
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := entries[name]
			require.True(t, ok, "no entry")
			assert.Contains(t, []string{"proved", "assumed"}, e.Evidence)
			assert.Equal(t, "0", e.Expect)
			if assert.NotNil(t, e.Adjust) {
				assert.Zero(t, *e.Adjust)
			}
			assert.NotEmpty(t, e.Witness)
		})
	}
}

// TestAnyContext: these may be called from anywhere.
func TestAnyContext(t *testing.T) {
	entries := allFunctions(t).bySymbol()
	for _, name := range []string{
		"kfree", "queue_work_on", "__wake_up", "complete", "mutex_trylock", "mutex_unlock",
		"rust_helper_refcount_inc", "rust_helper_rb_link_node", "rust_helper_IS_ERR",
		"rust_helper_ERR_PTR", "rust_helper_kmap_local_page", "_printk", "up_read", "rb_erase",
		"ktime_get", "__udelay", "wake_up_process",
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := entries[name]
			require.True(t, ok, "no entry")
			assert.Equal(t, "0..", e.Expect, "%v", e.Witness)
		})
	}
}

// TestByFlags: two cases by the allocation flags.
func TestByFlags(t *testing.T) {
	entries := allFunctions(t).bySymbol()
	for _, name := range []string{
		"__kmalloc_noprof", "kmem_cache_alloc_noprof", "__alloc_pages_noprof", "krealloc_noprof",
		"rust_helper_krealloc", "rust_helper_alloc_pages",
	} {
		t.Run(name, func(t *testing.T) {
			e, ok := entries[name]
			require.True(t, ok, "no entry")
			assert.Equal(t, "0", e.Expect)
			var sleeps, any bool
			for _, c := range e.Cases {
				sleeps = sleeps || c.Expect == "0" && strings.Contains(c.When, "0x400")
				any = any || c.Expect == "0.."
			}
			assert.True(t, sleeps, "no case that sleeps by __GFP_DIRECT_RECLAIM: %+v", e.Cases)
			assert.True(t, any, "no case for any context: %+v", e.Cases)
		})
	}
}

// TestAuditHelpers: the table of rust/helpers as its author sees it.
func TestAuditHelpers(t *testing.T) {
	r := run(t, ".", "audit", "--build", kernel.build, "rust/helpers")
	require.Contains(t, []int{0, 1}, r.status, r.stderr)
	rows := map[string][]string{} // the rows of each helper, first column repeated
	var last string
	for line := range strings.Lines(r.stdout) {
		fields := strings.Fields(line)
		if len(fields) == 0 {
			continue
		}
		if !strings.HasPrefix(line, " ") {
			last = strings.TrimPrefix(fields[0], "rust_helper_")
		}
		rows[last] = append(rows[last], line)
	}
	for _, want := range []struct{ helper, pattern string }{
		{"mutex_lock", `\b0\s+0\s+.*kernel/locking/mutex\.c:\d+`},
		{"krealloc", `\b0\s+0\s+.*(GFP|0x400)`},
		{"kvrealloc", `\b0\s+0\s`},
		{"copy_from_user", `\b0\s+0\s`},
		{"spin_lock", `\+1\s+0\.\.\s`},
		{"spin_unlock", `-1\s+1\.\.\s`},
		{"refcount_inc", `\b0\s+0\.\.\s`},
		{"rb_link_node", `\b0\s+0\.\.\s`},
		{"IS_ERR", `\b0\s+0\.\.\s`},
	} {
		t.Run(want.helper, func(t *testing.T) {
			require.Contains(t, rows, want.helper, r.stdout)
			re := regexp.MustCompile(want.pattern)
			assert.True(t, slices.ContainsFunc(rows[want.helper], re.MatchString), "no row like %s:\n%s", want.pattern, strings.Join(rows[want.helper], ""))
		})
	}
	for _, c := range []string{"refcount_inc", "rb_link_node", "IS_ERR", "spin_lock"} {
		for _, row := range rows[c] {
			assert.NotRegexp(t, `\s0\s+0\s`, row, "%s never sleeps", c)
		}
	}
}

// TestExplain: the chain down to the kernel's own mark.
func TestExplain(t *testing.T) {
	r := run(t, ".", "explain", "--build", kernel.build, "mutex_lock")
	require.Equal(t, 0, r.status, r.stderr)
	line := lineOf(t, "kernel/locking/mutex.c", `^void __sched mutex_lock\(`, "might_sleep()")
	assert.Contains(t, r.stdout, "might_sleep()")
	assert.Contains(t, r.stdout, fmt.Sprintf("kernel/locking/mutex.c:%d", line))
}
