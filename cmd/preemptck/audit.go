package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"preemptck/annotate"
	"preemptck/check"
)

// auditCmd is what `preemptck audit` was asked for.
type auditCmd struct {
	common
	bugs bool
	rt   bool
}

func newAudit() *cobra.Command {
	a := &auditCmd{}
	cmd := &cobra.Command{
		Use:   "audit [NAME|FILE|FOLDER ...]",
		Short: "say which C functions may sleep, and why",
		Long: `audit prints a table of C functions: how each changes the preempt count, with what
count it may be entered, when it sleeps and where. Functions are named as in C, in
Rust (helpers without their rust_helper_), or by the file or folder they are in,
relative to the source or build tree or to where you are.

Without names it shows the Rust helpers of a kernel tree (rust/helpers), and every
function of the .c files in a folder with a compile_commands.json.

With --bugs it instead looks for defects inside C functions: sleeping in atomic
context, returning with the count changed on only some paths, releasing what is not
held. The exit status is then 1 if there are any.`,
		Example: `  preemptck audit mutex_lock krealloc
  preemptck audit rust/helpers/slab.c drivers/block/
  preemptck audit --bugs`,
		RunE: func(cmd *cobra.Command, args []string) error { return a.status(a.run(cmd.Context(), args)) },
	}
	fs := cmd.Flags()
	a.register(fs, "text", "json", "sarif", "github", "kbuild")
	fs.BoolVar(&a.bugs, "bugs", false, "look for defects inside C functions")
	fs.BoolVar(&a.rt, "rt", false, "with --bugs: also note what is wrong only on PREEMPT_RT")
	return cmd
}

func (c *auditCmd) run(ctx context.Context, args []string) error {
	if !c.bugs && c.format != "text" && c.format != "json" {
		return fmt.Errorf("--format %s is for findings: use it with --bugs", c.format)
	}
	a, err := c.open(false)
	if err != nil {
		return err
	}
	a.SummariesOnly = !c.bugs
	if err := a.LowerC(ctx); err != nil {
		c.tell(a)
		return err
	}
	if err := a.Solve(); err != nil {
		return err
	}
	notes := c.tell(a)
	sums, err := a.Select(args)
	if err != nil {
		return err
	}
	if c.bugs {
		var ids []string
		if len(args) == 0 {
			ids = a.CFuncs()
		} else {
			for _, s := range sums {
				ids = append(ids, s.Name)
			}
		}
		report := check.Run(check.Options{RT: c.rt}, check.Input{Prog: a.Prog, Sol: a.Sol, Funcs: ids})
		return c.report(report, notes, a.Sources())
	}
	return c.write(func(w io.Writer) error {
		if c.format == "json" {
			return annotate.OfSummaries(sums).WriteJSON(w)
		}
		return annotate.WriteAudit(w, sums)
	})
}
