// Bench measures preemptck against the compilers and sparse on the same files of the
// real kernel, and prints ratios: they hold from machine to machine, seconds do not. The
// bars are what is aimed for; missing one is no failure.
//
//	BENCH_FILES=30 bench PREEMPTCK KERNEL
//
// BENCH_FILES is how many C files to take, spread over the tree, or all. Bench and
// preemptck must be linked with one pipeline.identity, so that bench can time the
// solver on what preemptck lowered.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"preemptck/internal/kbuild"
	"preemptck/internal/pipeline"
	"preemptck/internal/progress"
)

// driver is the Rust driver that is checked.
const driver = "drivers/block/rnull.o"

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: bench PREEMPTCK KERNEL")
		os.Exit(2)
	}
	if err := run(os.Args[1], filepath.Join(os.Args[2], "build")); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is one run: what is measured on, and the table so far.
type bench struct {
	program string
	cache   string
	sample  *sample
	first   cost
	// peak is the memory of the largest process, in MiB, and heaviest what was run then.
	peak     int64
	heaviest string
	lost     bool
}

func run(preemptck, build string) error {
	program, err := filepath.Abs(preemptck)
	if err != nil {
		return err
	}
	files, err := fileCount(os.Getenv("BENCH_FILES"))
	if err != nil {
		return err
	}
	tree, err := kbuild.Open(build)
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	tmp, err := os.MkdirTemp("", "preemptck-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(tmp)
	// An empty cache, so that first runs are first runs.
	b := &bench{program: program, cache: filepath.Join(tmp, "cache")}
	if err := os.Setenv("XDG_CACHE_HOME", b.cache); err != nil {
		return err
	}
	if b.sample, err = newSample(tree, files, tmp); err != nil {
		return err
	}
	fmt.Printf("%d of %d C files\n%-62s %8s %8s\n", len(b.sample.c), len(tree.C), "", "measured", "bar")
	for _, part := range []func() error{b.cPass, b.solver, b.again, b.driver} {
		if err := part(); err != nil {
			return err
		}
	}
	bar := 0.0
	if len(b.sample.c) > len(tree.C)/2 {
		bar = 1
	}
	row("largest process, GiB", float64(b.peak)/1024, bar, "in "+b.heaviest+", its rustc included")
	if b.lost {
		fmt.Println("some input could not be analysed: run preemptck to see what")
	}
	return nil
}

// fileCount is how many files the user asks for, zero being all.
func fileCount(s string) (int, error) {
	switch s {
	case "":
		return 30, nil
	case "all":
		return 0, nil
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("BENCH_FILES is %q: want a positive number, or all", s)
	}
	return n, nil
}

// row prints one line of the table; a bar of zero is none.
func row(what string, value, bar float64, note string) {
	limit := ""
	if bar > 0 {
		limit = strconv.FormatFloat(bar, 'g', -1, 64)
	}
	fmt.Printf("%-62s %8.3f %8s   %s\n", what, value, limit, note)
}

func ratio(a, b time.Duration) float64 { return a.Seconds() / max(b.Seconds(), 1e-9) }

// preemptck runs the program on the sample.
func (b *bench) preemptck(args ...string) (cost, error) {
	c, err := measure(2, "", nil, b.program, append(args, "--build", b.sample.dir)...)
	if c.rssMiB > b.peak {
		b.peak, b.heaviest = c.rssMiB, args[0]
	}
	b.lost = b.lost || c.status == 2
	return c, err
}

// cPass compares the first run with what compilers and checkers make of the same
// files.
func (b *bench) cPass() error {
	var err error
	if b.first, err = b.preemptck("audit", "."); err != nil {
		return err
	}
	var clang, sparse time.Duration
	complaints := 0
	for _, u := range b.sample.c {
		args := withoutOutput(u.Args)
		c, err := measure(0, u.Dir, nil, u.Program, append([]string{"-fsyntax-only", "-w"}, args...)...)
		if err != nil {
			return err
		}
		clang += c.cpu
		// As `make C=2` runs it.
		c, err = measure(1, u.Dir, nil, "sparse", append([]string{"-D__linux__", "-Dlinux", "-D__STDC__", "-Dunix", "-D__unix__",
			"-Wbitwise", "-Wno-return-void", "-Wno-unknown-attribute", "--arch=x86", "-m64"}, args...)...)
		if err != nil {
			return err
		}
		sparse += c.cpu
		complaints += c.status
	}
	note := fmt.Sprintf("%.1f s, clang %.1f s", b.first.cpu.Seconds(), clang.Seconds())
	row("C pass, CPU, against clang -fsyntax-only", ratio(b.first.cpu, clang), 0.4, note)
	note = fmt.Sprintf("sparse %.1f s", sparse.Seconds())
	if complaints > 0 {
		note += fmt.Sprintf(", which failed on %d files", complaints)
	}
	row("C pass, CPU, against sparse", ratio(b.first.cpu, sparse), 1, note)
	return nil
}

// solver times the solver alone, on what the first run lowered.
func (b *bench) solver() error {
	a, err := pipeline.Open(pipeline.Options{
		Build: b.sample.dir, CacheDir: filepath.Join(b.cache, "preemptck"), Log: io.Discard, Mode: progress.Silent,
	})
	if err != nil {
		return err
	}
	if err := a.LowerC(context.Background()); err != nil {
		return err
	}
	start := time.Now()
	if err := a.Solve(); err != nil {
		return err
	}
	took := time.Since(start)
	pass := b.first.wall - took
	row("solver, wall, against the C pass", ratio(took, pass), 0.05,
		fmt.Sprintf("%.2f s for %d functions, C pass %.1f s", took.Seconds(), len(a.Prog.Funcs), pass.Seconds()))
	return nil
}

// again runs once more, and then with one file changed.
func (b *bench) again() error {
	second, err := b.preemptck("audit", ".")
	if err != nil {
		return err
	}
	row("second run, CPU, against the first", ratio(second.cpu, b.first.cpu), 0.02, seconds(second))
	if err := b.sample.touch(); err != nil {
		return err
	}
	third, err := b.preemptck("audit", ".")
	if err != nil {
		return err
	}
	row("run with one file touched, CPU, against the first", ratio(third.cpu, b.first.cpu), 0.02, seconds(third))
	return nil
}

func seconds(c cost) string {
	return fmt.Sprintf("%.2f s of CPU, %.2f s", c.cpu.Seconds(), c.wall.Seconds())
}

// driver checks a driver with all else cached, and compares with the time in which
// rustc writes its MIR.
func (b *bench) driver() error {
	tree, err := kbuild.Open(b.sample.dir)
	if err != nil {
		return err
	}
	units, err := tree.RustTargets(driver)
	if err != nil {
		return err
	}
	if len(units) != 1 {
		return errors.New(driver + " is not one crate")
	}
	if _, err := b.preemptck("check", driver); err != nil {
		return err
	}
	cached, err := b.preemptck("check", driver)
	if err != nil {
		return err
	}
	row("check of a driver, all else cached, seconds", cached.wall.Seconds(), 1, units[0].Crate)
	rustc, err := tree.Rustc(units[0])
	if err != nil {
		return err
	}
	unit, err := tree.ModuleUnit(units[0].Source)
	if err != nil {
		return err
	}
	mir, err := measure(0, unit.Dir, append(unit.Env, "RUSTC_BOOTSTRAP=1"), rustc, append(unit.Args, "--emit=mir="+filepath.Join(b.cache, "driver.mir"), "-Zmir-opt-level=0")...)
	if err != nil {
		return err
	}
	row("the same, against rustc's emission of its MIR", ratio(cached.wall, mir.wall), 0.1, fmt.Sprintf("rustc %.2f s", mir.wall.Seconds()))
	return nil
}
