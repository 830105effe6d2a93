//go:build e2e

package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// miniTree is a build tree of a few C files and crates of the kernel: what Kbuild
// recorded of them is copied, so that a test can spoil it, and everything else is
// linked to.
func miniTree(t *testing.T, rust bool, objects ...string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	require.NoError(t, err)
	for _, name := range []string{"include", "arch", "scripts"} {
		require.NoError(t, os.Symlink(filepath.Join(kernel.build, name), filepath.Join(dir, name)))
	}
	copyFile(t, dir, "Makefile")
	copyFile(t, dir, ".config")
	require.NoError(t, os.Symlink(kernel.src, filepath.Join(dir, "source")))
	if rust {
		mirror(t, dir, "rust")
	}
	for _, o := range objects {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(o)), 0o755))
		if _, err := os.Stat(filepath.Join(dir, record(o))); err != nil {
			copyFile(t, dir, record(o))
		}
	}
	return dir
}

// record is the name of the file that Kbuild recorded an object's command in.
func record(object string) string {
	return filepath.Join(filepath.Dir(object), "."+filepath.Base(object)+".cmd")
}

func copyFile(t *testing.T, dir, name string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(kernel.build, name))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, name), text, 0o644))
}

// mirror rebuilds a folder of the kernel's build tree below dir: records are
// copied, other files linked to.
func mirror(t *testing.T, dir, name string) {
	t.Helper()
	root := filepath.Join(kernel.build, name)
	err := filepath.WalkDir(root, func(path string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(kernel.build, path)
		if err != nil {
			return err
		}
		switch {
		case e.IsDir():
			return os.MkdirAll(filepath.Join(dir, rel), 0o755)
		case strings.HasSuffix(path, ".cmd"):
			copyFile(t, dir, rel)
			return nil
		}
		return os.Symlink(path, filepath.Join(dir, rel))
	})
	require.NoError(t, err)
}

// edit replaces old, which must be there, in a file.
func edit(t *testing.T, path, old, replacement string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), old)
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), old, replacement)), 0o644))
}

// oneMessage requires that the program says something about what is wrong in
// one place of its error output, and says what it is about.
func oneMessage(t *testing.T, r ran, about ...string) {
	t.Helper()
	require.NotEmpty(t, strings.TrimSpace(r.stderr), "%v says nothing", r.args)
	var lines []string
	for line := range strings.Lines(r.stderr) {
		if strings.Contains(line, about[0]) {
			lines = append(lines, line)
		}
	}
	require.Len(t, lines, 1, "%v: one message about %s:\n%s", r.args, about[0], r.stderr)
	for _, a := range about {
		assert.Contains(t, r.stderr, a)
	}
}

// TestNoTree: a folder that is no build tree, an empty one, and none at all.
func TestNoTree(t *testing.T) {
	empty := t.TempDir()
	file := filepath.Join(empty, "file")
	require.NoError(t, os.WriteFile(file, nil, 0o644))
	driver := filepath.Join(t.TempDir(), "x.rs")
	require.NoError(t, os.WriteFile(driver, nil, 0o644))
	configured := t.TempDir() // but nothing was made in it
	require.NoError(t, os.WriteFile(filepath.Join(configured, ".config"), []byte("CONFIG_RUST=y\n"), 0o644))
	for _, build := range []string{filepath.Join(empty, "none"), t.TempDir(), file, configured} {
		for _, args := range [][]string{{"annotate"}, {"audit"}, {"check", driver}, {"explain", "mutex_lock"}} {
			r := run(t, ".", append(args, "--build", build)...)
			assert.Equal(t, 2, r.status, "%v", r.args)
			oneMessage(t, r, build)
			assert.Empty(t, r.stdout)
		}
	}
}

// TestUsage: a command line that is none.
func TestUsage(t *testing.T) {
	for _, args := range [][]string{
		{"frobnicate"}, {"check", "--no-such-option"}, {"annotate", "--build", kernel.build, "--format", "nonsense"},
		{"check", "--build", kernel.build}, {"check", "--build", kernel.build, "drivers/no/such.o"},
	} {
		r := run(t, ".", args...)
		assert.Equal(t, 2, r.status, "%v", args)
		assert.NotEmpty(t, r.stderr, "%v", args)
		assert.Empty(t, r.stdout, "%v", args)
	}
	r := run(t, ".", "version")
	assert.Equal(t, 0, r.status)
	assert.NotEmpty(t, r.stdout)
}

// TestNoRust: a tree without Rust has a C side all the same.
func TestNoRust(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/mutex.o")
	edit(t, filepath.Join(build, ".config"), "CONFIG_RUST=y\n", "# CONFIG_RUST is not set\n")
	driver, err := filepath.Abs("../testdata/drivers/safe_mutex.rs")
	require.NoError(t, err)
	r := run(t, ".", "check", "--build", build, driver)
	assert.Equal(t, 2, r.status)
	oneMessage(t, r, "CONFIG_RUST")

	out := filepath.Join(t.TempDir(), "all.json")
	r = run(t, ".", "annotate", "--all", "--build", build, "--format", "json", "-o", out)
	assert.Equal(t, 0, r.status, r.stderr)
	assert.Equal(t, "0", readTable(t, out).bySymbol()["mutex_lock"].Expect)
}

// TestTruncatedRecord: a record that ends in the middle costs its own file.
func TestTruncatedRecord(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/mutex.o", "kernel/locking/semaphore.o")
	path := filepath.Join(build, record("kernel/locking/semaphore.o"))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	require.NoError(t, os.WriteFile(path, []byte(line[:len(line)/3]), 0o644))

	out := filepath.Join(t.TempDir(), "all.json")
	r := run(t, ".", "annotate", "--all", "--build", build, "--format", "json", "-o", out)
	assert.Equal(t, 2, r.status, r.stderr)
	oneMessage(t, r, ".semaphore.o.cmd")
	entries := readTable(t, out).bySymbol()
	assert.Equal(t, "0", entries["mutex_lock"].Expect, "the rest is still analysed")
}

// TestBrokenC: a C file that does not compile costs at most itself.
func TestBrokenC(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/mutex.o", "kernel/locking/semaphore.o")
	broken := filepath.Join(t.TempDir(), "broken.c")
	require.NoError(t, os.WriteFile(broken, []byte("#include <linux/mutex.h>\n\nint broken(struct mutex *m)\n{\n\tmutex_lock(m)\n\treturn nothing_here;\n}\n"), 0o644))
	edit(t, filepath.Join(build, record("kernel/locking/semaphore.o")), filepath.Join(kernel.src, "kernel/locking/semaphore.c"), broken)

	out := filepath.Join(t.TempDir(), "all.json")
	r := run(t, ".", "annotate", "--all", "--build", build, "--format", "json", "-o", out)
	assert.Equal(t, 2, r.status, r.stderr)
	oneMessage(t, r, "broken.c:5")
	entries := readTable(t, out).bySymbol()
	assert.Equal(t, "0", entries["mutex_lock"].Expect, "the rest is still analysed")
}

// TestMissingHeader: the same where a file stops at its first line.
func TestMissingHeader(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/mutex.o", "kernel/locking/semaphore.o")
	broken := filepath.Join(t.TempDir(), "broken.c")
	require.NoError(t, os.WriteFile(broken, []byte("#include <linux/there_is_no_such_header.h>\nint broken(void) { return 0; }\n"), 0o644))
	edit(t, filepath.Join(build, record("kernel/locking/semaphore.o")), filepath.Join(kernel.src, "kernel/locking/semaphore.c"), broken)

	out := filepath.Join(t.TempDir(), "all.json")
	r := run(t, ".", "annotate", "--all", "--build", build, "--format", "json", "-o", out)
	assert.Equal(t, 2, r.status, r.stderr)
	oneMessage(t, r, "broken.c:1")
	assert.Equal(t, "0", readTable(t, out).bySymbol()["mutex_lock"].Expect)
}

// TestNothingLeft: where the only file is lost, nothing was analysed.
func TestNothingLeft(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/semaphore.o")
	broken := filepath.Join(t.TempDir(), "broken.c")
	require.NoError(t, os.WriteFile(broken, []byte("#include <linux/there_is_no_such_header.h>\nint broken(void) { return 0; }\n"), 0o644))
	edit(t, filepath.Join(build, record("kernel/locking/semaphore.o")), filepath.Join(kernel.src, "kernel/locking/semaphore.c"), broken)

	r := run(t, ".", "annotate", "--all", "--build", build, "--format", "json")
	assert.Equal(t, 2, r.status, r.stderr)
	assert.Contains(t, r.stderr, "broken.c:1")
	assert.Empty(t, r.stdout)
}

// TestMissingRustc: one crate's compiler is not there; the other crate is checked.
func TestMissingRustc(t *testing.T) {
	minimal, print := "samples/rust/rust_minimal.o", "samples/rust/rust_print.o"
	build := miniTree(t, true, minimal, print, "kernel/locking/mutex.o")
	edit(t, filepath.Join(build, record(minimal)), " rustc ", " /nowhere/rustc ")

	r := run(t, ".", "check", "--build", build, "--format", "json", minimal, print)
	assert.Equal(t, 2, r.status, r.stderr)
	oneMessage(t, r, "/nowhere/rustc")
	readReport(t, r.stdout)
}

// TestBrokenRust: a driver that does not compile, beside one that does.
func TestBrokenRust(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.rs")
	require.NoError(t, os.WriteFile(broken, []byte("//! Broken.\n\nfn broken() -> u32 {\n    nothing_here\n}\n"), 0o644))
	buggy, err := filepath.Abs("../testdata/drivers/buggy_rcu.rs")
	require.NoError(t, err)
	build := miniTree(t, true, "samples/rust/rust_minimal.o", "kernel/locking/mutex.o", "rust/helpers/helpers.o")

	r := run(t, ".", "check", "--build", build, "--format", "json", broken, buggy)
	assert.Equal(t, 2, r.status, r.stderr)
	assert.Contains(t, r.stderr, "broken.rs:4")
	assert.NotEmpty(t, readReport(t, r.stdout).Findings, "the rest is still analysed")
}

// TestCorruptMIR: a .mir file that is none, and one that is cut short.
func TestCorruptMIR(t *testing.T) {
	build := miniTree(t, true, "samples/rust/rust_minimal.o", "kernel/locking/mutex.o")
	for name, text := range map[string]string{
		"junk.mir":  "\x00\x01\x02 this is no MIR }}}\n{{{\n",
		"short.mir": "fn f(_1: &u32) -> u32 {\n    let mut _0: u32;\n\n    bb0: {\n        _0 = copy (*_1",
	} {
		path := filepath.Join(t.TempDir(), name)
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		r := run(t, ".", "check", "--build", build, path)
		assert.Equal(t, 2, r.status, "%s: %s", name, r.stderr)
		oneMessage(t, r, name+":")
	}
}

// TestExplainUnknown: a name that nothing goes by cannot be explained.
func TestExplainUnknown(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/semaphore.o")
	r := run(t, ".", "explain", "--build", build, "no_such_function_here")
	assert.Equal(t, 2, r.status)
	assert.Contains(t, r.stderr, "no_such_function_here")
	assert.Empty(t, r.stdout)
}

// TestSameBytes: the same input gives the same bytes out.
func TestSameBytes(t *testing.T) {
	build := miniTree(t, false, "kernel/locking/mutex.o", "kernel/locking/semaphore.o", "lib/rbtree.o")
	first := run(t, ".", "annotate", "--all", "--build", build, "--format", "json")
	second := run(t, ".", "annotate", "--all", "--build", build, "--format", "json")
	assert.Equal(t, 0, first.status, first.stderr)
	assert.Equal(t, first.stdout, second.stdout)
	require.NotEmpty(t, first.stdout)
}
