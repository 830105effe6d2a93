package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"

	"preemptck/internal/kbuild"
)

// growth compares the time of the C pass per file, in CPU, for fewer files and for a
// larger kernel.
func (b *bench) growth() error {
	if n := len(b.part.c); b.part != b.sample {
		row(fmt.Sprintf("C pass, CPU per file, all files against %d", n), ratio(perFile(b.pass, b.sample.c), perFile(b.partPass, b.part.c)), 1.15,
			fmt.Sprintf("%.3f s a file of %d", perFile(b.partPass, b.part.c).Seconds(), n))
	}
	dir := os.Getenv("BENCH_LARGE")
	if dir == "" {
		return nil
	}
	large, err := kbuild.Open(dir)
	if err != nil {
		return fmt.Errorf("BENCH_LARGE: %w", err)
	}
	pass, here, err := b.passes(dir)
	if err != nil {
		return err
	}
	row("C pass of the larger kernel, CPU per file, against this one", ratio(perFile(pass, large.C), perFile(here, b.sample.c)), 0,
		fmt.Sprintf("%d files, %.1f s of CPU, %.1f s", len(large.C), pass.cpu.Seconds(), pass.wall.Seconds()))
	clang, clangHere, err := b.compilers(large.C)
	if err != nil {
		return err
	}
	row("the same, CPU against clang, against this one", ratio(pass.cpu, clang)/ratio(here.cpu, clangHere), 1.15,
		fmt.Sprintf("clang %.1f s, estimated from %d files; %.3f of clang, here %.3f", clang.Seconds(), part, ratio(pass.cpu, clang), ratio(here.cpu, clangHere)))
	c, err := measure(2, "", nil, b.program, "annotate", "--all", "--format", "json", "-o", filepath.Join(b.tmp, "large.json"), "--build", dir)
	if err != nil {
		return err
	}
	row("table of the larger kernel, seconds", c.wall.Seconds(), 0, fmt.Sprintf("%.1f s of CPU", c.cpu.Seconds()))
	row("largest process there, GiB", float64(max(c.rssMiB, pass.rssMiB))/1024, 4, "")
	row("all processes together there, GiB", float64(max(c.allMiB, pass.allMiB))/1024, 8, "")
	return nil
}

func perFile(c cost, units []kbuild.CUnit) time.Duration {
	return c.cpu / time.Duration(max(len(units), 1))
}

// passes does the C pass of a larger kernel, and that of this one before and after: the
// speed of a machine is not the same all the time. here is the mean of both.
func (b *bench) passes(dir string) (large, here cost, err error) {
	small := func() error {
		c, err := b.preemptck("extract", "--no-cache", "-o", filepath.Join(b.tmp, "on"))
		here.cpu += c.cpu / 2
		return err
	}
	if err := small(); err != nil {
		return large, here, err
	}
	if large, err = measure(2, "", nil, b.program, "extract", "-o", filepath.Join(b.tmp, "large"), "--build", dir); err != nil {
		return large, here, err
	}
	return large, here, small()
}

// compilers is what clang takes for the files of a larger kernel, and for those of this
// one, estimated from a part of each, in turn. The files of a larger kernel
// are larger: how long they take to read is what clang says.
func (b *bench) compilers(large []kbuild.CUnit) (clang, here time.Duration, err error) {
	for i := range part {
		for _, x := range []struct {
			sum   *time.Duration
			units []kbuild.CUnit
		}{{&clang, large}, {&here, b.part.c}} {
			u := x.units[i*len(x.units)/part]
			// The larger kernel may have been recorded with another compiler.
			c, err := syntaxOnly(u, b.sample.c[0].Program)
			if err != nil {
				return 0, 0, err
			}
			*x.sum += c.cpu
		}
	}
	more := float64(bytesRead(b.sample.c)) / float64(bytesRead(b.part.c)) * float64(len(b.part.c)) / part
	return clang * time.Duration(len(large)) / part, time.Duration(float64(here) * more), nil
}

// syntaxOnly has a compiler read a file.
func syntaxOnly(u kbuild.CUnit, compiler string) (cost, error) {
	return measure(1, u.Dir, nil, compiler, append([]string{"-fsyntax-only", "-w"}, withoutOutput(u.Args)...)...)
}
