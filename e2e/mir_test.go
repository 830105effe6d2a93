//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// mirFalse are the functions of safe drivers of which MIR alone does not tell that
// they are right: what they call is decided by impls that only the source shows.
var mirFalse = map[string]bool{
	"safe_block.cleared": true, "safe_operators.converted": true, "safe_register.read": true, "safe_work.start": true,
}

// TestMIRText: of the drivers' MIR as the kernel's own flags make rustc write it,
// optimised, with short names and without positions, the same functions are found to
// be wrong as of their sources.
func TestMIRText(t *testing.T) {
	drivers, err := readDrivers("../testdata/drivers")
	require.NoError(t, err)
	dir := t.TempDir()
	args := []string{"check", "--build", kernel.build, "--format", "json"}
	want := map[string]bool{}
	for _, d := range drivers {
		name := strings.TrimSuffix(filepath.Base(d.path), ".rs")
		args = append(args, emitMIR(t, d.path, filepath.Join(dir, name+".mir")))
		for _, w := range d.wants {
			if !w.optional {
				want[name+"."+functionAt(t, d.path, w.line)] = true
			}
		}
	}
	r := run(t, ".", args...)
	require.Equal(t, 1, r.status, r.stderr)
	found := map[string]bool{}
	for _, f := range readReport(t, r.stdout).Findings {
		if filepath.Ext(f.File) != ".mir" {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(f.File), ".mir")
		key := name + "." + f.Function[strings.LastIndex(f.Function, ":")+1:]
		found[key] = true
		assert.True(t, want[key] || mirFalse[key], "false: %s", f)
	}
	for key := range want {
		assert.True(t, found[key], "missed: %s", key)
	}
}

var sourceFn = regexp.MustCompile(`\bfn (\w+)`)

// functionAt is the name of the function around a line of a source file.
func functionAt(t *testing.T, path string, line int) string {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	lines := strings.Split(string(text), "\n")
	for ; line > 0; line-- {
		if m := sourceFn.FindStringSubmatch(lines[line-1]); m != nil {
			return m[1]
		}
	}
	require.Fail(t, "no function", "%s", path)
	return ""
}

// emitMIR compiles a driver with the flags of the kernel's own sample to MIR.
func emitMIR(t *testing.T, source, out string) string {
	t.Helper()
	abs, err := filepath.Abs(source)
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(kernel.build, "samples/rust/.rust_minimal.o.cmd"))
	require.NoError(t, err)
	line, _, _ := strings.Cut(string(text), "\n")
	_, line, _ = strings.Cut(line, ":= ")
	line, _, _ = strings.Cut(line, " ; ")
	config, err := os.ReadFile(filepath.Join(kernel.build, ".config"))
	require.NoError(t, err)
	for _, cut := range []string{`--emit=\S+`, `--out-dir \S+`, `--crate-name \S+`, `\S+/rust_minimal\.rs`} {
		line = regexp.MustCompile(cut).ReplaceAllString(line, "")
	}
	for _, rustc := range []string{"rustc", "/usr/local/bin/rustc", "/usr/bin/rustc"} {
		version, err := exec.Command(rustc, "--version").Output()
		if err != nil || !strings.Contains(string(config), `"`+strings.TrimSpace(string(version))+`"`) {
			continue
		}
		name := strings.TrimSuffix(filepath.Base(source), ".rs")
		// The record is a line for the shell.
		cmd := exec.Command("sh", "-c", strings.Replace(line, " rustc ", " "+rustc+" ", 1)+" --cap-lints=allow --crate-name "+name+
			" --emit=mir='"+out+"' '"+abs+"'")
		cmd.Dir, cmd.Env = kernel.build, append(os.Environ(), "RUSTC_BOOTSTRAP=1")
		output, err := cmd.CombinedOutput()
		require.NoError(t, err, string(output))
		return out
	}
	require.Fail(t, "the compiler of the kernel is not at hand")
	return ""
}
