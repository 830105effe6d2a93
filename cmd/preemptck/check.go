package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"preemptck/check"
)

// checkCmd is what `preemptck check` was asked for.
type checkCmd struct {
	common
	rt bool
}

func newCheck() *cobra.Command {
	c := &checkCmd{}
	cmd := &cobra.Command{
		Use:   "check TARGET...",
		Short: "check Rust drivers for sleeping in atomic context",
		Long: `check analyses Rust crates together with the C code of the tree and reports what may
sleep where it must not, with the path from the Rust line to the C line that sleeps.

A TARGET is
  an object that the tree was built with     drivers/block/rnull.o
  a folder, for every crate below            samples/rust
  a .rs file from anywhere, compiled with    ~/my_driver.rs
  the tree's own flags where it is no
  crate of the tree
  MIR text that rustc wrote                  driver.mir

A target that cannot be analysed is reported, the others are still checked, and the
exit status is 2.`,
		Example: `  preemptck check --build ~/linux/build drivers/block/rnull.o
  preemptck check rust/kernel.o     # all of the kernel crate, generic functions included
  preemptck check --format sarif -o findings.sarif samples/rust`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("check needs a target: an object, a folder, a .rs or a .mir file")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.status(c.run(cmd.Context(), args)) },
	}
	fs := cmd.Flags()
	c.register(fs, "text", "json", "sarif", "github", "kbuild")
	fs.BoolVar(&c.rt, "rt", false, "also note spinlocks taken in raw atomic context, which sleep on PREEMPT_RT")
	return cmd
}

func (c *checkCmd) run(ctx context.Context, args []string) error {
	a, err := c.open(false)
	if err != nil {
		return err
	}
	// Names that mean nothing are told before the long work.
	targets, failures := a.Targets(args)
	if len(targets) == 0 {
		return tellFailures(failures)
	}
	found, err := a.Check(ctx, targets, check.Options{RT: c.rt})
	notes := c.tell(a)
	if c.verbose && err == nil && !found.Known {
		fmt.Fprintf(os.Stderr, "preemptck: %d of %d library functions reused\n", a.Reused, a.Library)
	}
	if err != nil {
		return err
	}
	failures = append(failures, found.Failures...)
	if found.Report == nil {
		return tellFailures(failures)
	}
	for _, f := range failures {
		notes = append(notes, f.Error())
	}
	err = c.report(found.Report, append(notes, found.Notes...), a.Sources())
	if len(failures) > 0 {
		if err != nil && err != errFindings {
			return err
		}
		return tellFailures(failures)
	}
	return err
}

// tellFailures prints what could not be analysed and returns errReported.
func tellFailures(failures []error) error {
	for _, f := range failures {
		fmt.Fprintln(os.Stderr, "preemptck:", f)
	}
	return errReported
}
