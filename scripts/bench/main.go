// Bench measures preemptck against the compilers on the real kernel and prints
// ratios: they hold from machine to machine, seconds do not.
//
//	bench PREEMPTCK KERNEL
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"preemptck/internal/kbuild"
)

// every is the stride of the sample of C files that clang, too, has to parse.
const every = 12

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bench PREEMPTCK KERNEL")
		os.Exit(2)
	}
	if err := bench(os.Args[1], filepath.Join(os.Args[2], "build")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func bench(preemptck, build string) error {
	program, err := filepath.Abs(preemptck)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	tree, err := kbuild.Open(build)
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	tmp, err := os.MkdirTemp("", "preemptck-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(tmp)
	// An empty cache, so that first runs are first runs.
	if err := os.Setenv("XDG_CACHE_HOME", filepath.Join(tmp, "cache")); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := sample(program, tree, tmp); err != nil {
		return err
	}
	return whole(program, tree)
}

// cost is what a command used.
type cost struct {
	cpu, wall time.Duration
	rssMiB    int64
}

// measure runs a command; an exit status of 1 means findings and is no failure.
func measure(dir string, env []string, name string, args ...string) (cost, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir, cmd.Env, cmd.Stdout = dir, append(os.Environ(), env...), io.Discard
	start := time.Now()
	out := &tail{}
	cmd.Stderr = out
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return cost{}, fmt.Errorf("%s %v: %w\n%s", name, args, err, out.text)
	}
	c := cost{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), wall: time.Since(start)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		c.rssMiB = usage.Maxrss / 1024
	}
	return c, nil
}

// tail keeps the last of what a command had to say.
type tail struct{ text []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.text = append(t.text, p...)
	t.text = t.text[max(0, len(t.text)-2000):]
	return len(p), nil
}

// report prints one line of the table.
func report(what string, ratio, bar float64, note string) {
	fmt.Printf("%-58s %6.3f   bar %.3f   %s\n", what, ratio, bar, note)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / max(b.Seconds(), 1e-9) }

// sample compares the C pass with clang on the same files. The last of them is a
// copy, which can be touched.
func sample(program string, tree *kbuild.Tree, tmp string) error {
	dir := filepath.Join(tmp, "sample")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	var units []kbuild.CUnit
	for i := 0; i < len(tree.C); i += every {
		units = append(units, tree.C[i])
	}
	if len(units) == 0 {
		return errors.New("the kernel has no C files")
	}
	last := &units[len(units)-1]
	text, err := os.ReadFile(last.File)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	touched := filepath.Join(dir, filepath.Base(last.File))
	if err := os.WriteFile(touched, text, 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	args := []string{"-I" + filepath.Dir(last.File)}
	for _, a := range last.Args {
		if filepath.Join(last.Dir, a) == last.File || a == last.File {
			a = touched
		}
		args = append(args, a)
	}
	last.File, last.Args = touched, args

	type entry struct {
		Directory string   `json:"directory"`
		File      string   `json:"file"`
		Arguments []string `json:"arguments"`
	}
	var entries []entry
	var clang time.Duration
	for _, u := range units {
		entries = append(entries, entry{u.Dir, u.File, append([]string{u.Program}, u.Args...)})
		c, err := measure(u.Dir, nil, u.Program, append([]string{"-fsyntax-only", "-w"}, withoutOutput(u.Args)...)...)
		if err != nil {
			return err
		}
		clang += c.cpu
	}
	data, err := json.Marshal(entries)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	if err := os.WriteFile(filepath.Join(dir, "compile_commands.json"), data, 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	run := []string{"annotate", "--all", "--build", dir, "-o", os.DevNull}
	first, err := measure("", nil, program, run...)
	if err != nil {
		return err
	}
	if err := os.WriteFile(touched, append(text, '\n'), 0o644); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	second, err := measure("", nil, program, run...)
	if err != nil {
		return err
	}
	note := fmt.Sprintf("%d files, clang %.1f s, preemptck %.1f s", len(units), clang.Seconds(), first.cpu.Seconds())
	report("C pass, CPU, against clang -fsyntax-only", ratio(first.cpu, clang), 0.4, note)
	report("second run, one file touched, against the first", ratio(second.cpu, first.cpu), 0.02, fmt.Sprintf("%.2f s", second.cpu.Seconds()))
	return nil
}

// withoutOutput leaves out what writes files: the object and the dependencies.
func withoutOutput(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case a == "-o":
			i++
		case a == "-c", len(a) > 4 && a[:4] == "-Wp,":
		default:
			out = append(out, a)
		}
	}
	return out
}

// whole runs on the whole kernel, and checks a driver once all is cached.
func whole(program string, tree *kbuild.Tree) error {
	first, err := measure("", nil, program, "annotate", "--build", tree.BuildRoot, "-o", os.DevNull)
	if err != nil {
		return err
	}
	report("whole kernel, peak memory in GiB", float64(first.rssMiB)/1024, 1, fmt.Sprintf("%d files, %.0f s of CPU, %.0f s", len(tree.C), first.cpu.Seconds(), first.wall.Seconds()))
	drivers, err := tree.RustTargets("drivers/block/rnull.o")
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	check := []string{"check", "--build", tree.BuildRoot, "drivers/block/rnull.o"}
	if _, err := measure("", nil, program, check...); err != nil {
		return err
	}
	cached, err := measure("", nil, program, check...)
	if err != nil {
		return err
	}
	report("check of a driver, all else cached, in seconds", cached.wall.Seconds(), 1, drivers[0].Crate)
	rustc, err := tree.Rustc(drivers[0])
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	unit, err := tree.ModuleUnit(drivers[0].Source)
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	mir, err := measure(unit.Dir, append(unit.Env, "RUSTC_BOOTSTRAP=1"), rustc, append(unit.Args, "--emit=mir=/dev/null", "-Zmir-opt-level=0")...)
	if err != nil {
		return err
	}
	report("the same, against rustc's emission of its MIR", ratio(cached.wall, mir.wall), 0.1, fmt.Sprintf("rustc %.2f s", mir.wall.Seconds()))
	return nil
}
