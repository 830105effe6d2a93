// Bench measures preemptck against the compilers and sparse on the same files of the
// real kernel, and prints ratios: they hold from machine to machine, seconds do not. The
// bars are what is aimed for on the whole kernel; missing one is no failure.
//
//	BENCH_FILES=30 BENCH_LARGE=DIR bench PREEMPTCK KERNEL
//
// BENCH_FILES is how many C files to take, spread over the tree, or all; fewer files
// share fewer headers, so that only all tells how a run on a kernel does. Of many files
// the others get a part, spread as evenly, and what all would cost them is estimated
// from the bytes that each file reads. BENCH_LARGE
// is the build directory of a larger kernel (scripts/record-commands.sh), to see how
// time and memory grow.
package main

import (
	"bytes"
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

// part is how many of the files the slow comparisons are made on.
const part = 100

// bench is one run: what is measured on, and the table so far.
type bench struct {
	program string
	tmp     string
	cache   string
	sample  *sample
	// part is a tree of so many of the files, or all of the sample.
	part     *sample
	first    cost // of the first run of all
	pass     cost // of the C pass alone
	partPass cost // of that on the part
	// peak is the memory of the largest process, all that of all together, in MiB,
	// and heaviest what was run then.
	peak, all int64
	heaviest  string
	lost      bool
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
	b := &bench{program: program, tmp: tmp, cache: filepath.Join(tmp, "cache")}
	if err := os.Setenv("XDG_CACHE_HOME", b.cache); err != nil {
		return err
	}
	if b.sample, err = newSample(tree, files, tmp); err != nil {
		return err
	}
	if b.part = b.sample; len(b.sample.c) > 2*part {
		if b.part, err = newSample(tree, part, filepath.Join(tmp, "part")); err != nil {
			return err
		}
	}
	fmt.Printf("%d of %d C files\n%-62s %8s %8s\n", len(b.sample.c), len(tree.C), "", "measured", "bar")
	for _, measure := range []func() error{b.cPass, b.prefixOff, b.again, b.driver} {
		if err := measure(); err != nil {
			return err
		}
	}
	row("largest process, GiB", float64(b.peak)/1024, 1, "in "+b.heaviest+", its rustc included")
	row("all processes together, GiB", float64(b.all)/1024, 3, "")
	if err := b.growth(); err != nil {
		return err
	}
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
func (b *bench) preemptck(args ...string) (cost, error) { return b.on(b.sample, args...) }

// on runs the program on some files.
func (b *bench) on(s *sample, args ...string) (cost, error) {
	c, err := measure(2, "", nil, b.program, append(args, "--build", s.dir)...)
	if c.rssMiB > b.peak {
		b.peak, b.heaviest = c.rssMiB, args[0]
	}
	b.all = max(b.all, c.allMiB)
	b.lost = b.lost || c.status == 2
	return c, err
}

// cPass compares the C pass with what compilers and checkers make of the same
// files, and solving with the C pass.
func (b *bench) cPass() error {
	var err error
	if b.first, err = b.preemptck("audit", "."); err != nil {
		return err
	}
	if b.pass, err = b.preemptck("extract", "--no-cache", "-o", filepath.Join(b.tmp, "on")); err != nil {
		return err
	}
	if b.partPass = b.pass; b.part != b.sample {
		if b.partPass, err = b.on(b.part, "extract", "--no-cache", "-o", filepath.Join(b.tmp, "part.on")); err != nil {
			return err
		}
	}
	var clang, sparse time.Duration
	complaints := 0
	for _, u := range b.part.c {
		args := withoutOutput(u.Args)
		c, err := syntaxOnly(u, u.Program)
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
	of := ""
	if b.part != b.sample {
		more := float64(bytesRead(b.sample.c)) / float64(bytesRead(b.part.c))
		clang, sparse = time.Duration(float64(clang)*more), time.Duration(float64(sparse)*more)
		of = fmt.Sprintf(", estimated from %d files", len(b.part.c))
	}
	note := fmt.Sprintf("%.1f s, clang %.1f s%s", b.pass.cpu.Seconds(), clang.Seconds(), of)
	row("C pass, CPU, against clang -fsyntax-only", ratio(b.pass.cpu, clang), 0.4, note)
	note = fmt.Sprintf("sparse %.1f s%s", sparse.Seconds(), of)
	if complaints > 0 {
		note += fmt.Sprintf(", which failed on %d files", complaints)
	}
	row("C pass, CPU, against sparse", ratio(b.pass.cpu, sparse), 1, note)
	return b.solver()
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
	// The solution that the first run left is another program's.
	if err := a.Solve(); err != nil {
		return err
	}
	if a.Solving == 0 {
		return errors.New("the solver was not run: it found a solution of this very program in an empty cache")
	}
	row("solving, wall, against the C pass", ratio(a.Solving, b.pass.wall), 0.05,
		fmt.Sprintf("%.2f s for %d functions, C pass %.1f s", a.Solving.Seconds(), len(a.Prog.Funcs), b.pass.wall.Seconds()))
	return nil
}

// prefixOff does the C pass once more without prefixes: the same bytes must come
// of it. (The tests of the whole do that for all files of a kernel.)
func (b *bench) prefixOff() error {
	on := "on"
	if b.part != b.sample {
		on = "part.on"
	}
	off, err := b.on(b.part, "extract", "--no-cache", "--no-prefix", "-o", filepath.Join(b.tmp, "off"))
	if err != nil {
		return err
	}
	one, err := os.ReadFile(filepath.Join(b.tmp, on))
	if err != nil {
		return err
	}
	other, err := os.ReadFile(filepath.Join(b.tmp, "off"))
	if err != nil {
		return err
	}
	differ := 0.0
	if !bytes.Equal(one, other) {
		differ = 1
	}
	row("lowered files differ with prefixes off", differ, 0, fmt.Sprintf("must be 0; %d files, %d bytes; CPU with prefixes on against off %.2f", len(b.part.c), len(one), ratio(b.partPass.cpu, off.cpu)))
	return nil
}

// again runs once more, then with one file touched that means the same, and with one
// that means something else.
func (b *bench) again() error {
	second, err := b.preemptck("audit", ".")
	if err != nil {
		return err
	}
	row("second run, nothing changed, seconds", second.wall.Seconds(), 2, seconds(second))
	for _, x := range []struct{ what, text string }{
		{"one .c file touched, wall, against the first run", "\n"},
		{"one .c file with a function more, wall, against the first run", "int preemptck_bench(void);\nint preemptck_bench(void) { might_sleep(); return 1; }\n"},
	} {
		if err := b.sample.touch(x.text); err != nil {
			return err
		}
		c, err := b.preemptck("audit", ".")
		if err != nil {
			return err
		}
		row(x.what, ratio(c.wall, b.first.wall), 0.02, seconds(c)+fmt.Sprintf(", first run %.1f s", b.first.wall.Seconds()))
	}
	return nil
}

func seconds(c cost) string {
	return fmt.Sprintf("%.2f s of CPU, %.2f s", c.cpu.Seconds(), c.wall.Seconds())
}

// newDriver checks a copy of a driver, from outside the tree: all but the driver itself
// is cached.
func (b *bench) newDriver(source string) (cost, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return cost{}, err
	}
	path := filepath.Join(b.tmp, "fresh_driver.rs")
	if err := os.WriteFile(path, text, 0o644); err != nil {
		return cost{}, err
	}
	time.Sleep(100 * time.Millisecond) // so that it does not count as changing
	return b.preemptck("check", path)
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
	row("check of a driver, all else cached, seconds", cached.wall.Seconds(), 1, units[0].Crate+", nothing changed")
	fresh, err := b.newDriver(units[0].Source)
	if err != nil {
		return err
	}
	row("the same of one that was never checked, rustc included", fresh.wall.Seconds(), 0, fmt.Sprintf("%.2f s of CPU", fresh.cpu.Seconds()))
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
