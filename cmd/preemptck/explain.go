package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"preemptck/annotate"
)

// explainCmd is what `preemptck explain` was asked for.
type explainCmd struct{ common }

func newExplain() *cobra.Command {
	c := &explainCmd{}
	cmd := &cobra.Command{
		Use:   "explain NAME...",
		Short: "show why a function is what it is",
		Long: `explain prints each case of a C function: the condition, the change of the preempt
count, the expectation, and the chain of calls down to the primitive that makes it so,
with file and line. What was taken for granted on the way is named.`,
		Example: `  preemptck explain mutex_lock
  preemptck explain --format json krealloc`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("explain needs the name of a function")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return c.status(c.run(cmd.Context(), args)) },
	}
	c.register(cmd.Flags(), "text", "json")
	return cmd
}

func (c *explainCmd) run(ctx context.Context, names []string) error {
	a, err := c.open(false)
	if err != nil {
		return err
	}
	if err := a.LowerC(ctx); err != nil {
		c.tell(a)
		return err
	}
	if err := a.Solve(); err != nil {
		return err
	}
	c.tell(a)
	sums, err := a.Select(names)
	if err != nil {
		return err
	}
	return c.write(func(w io.Writer) error {
		if c.format == "json" {
			return annotate.OfSummaries(sums).WriteJSON(w)
		}
		for i, s := range sums {
			if i > 0 {
				fmt.Fprintln(w)
			}
			if err := annotate.WriteExplanation(w, s); err != nil {
				return err
			}
		}
		return nil
	})
}
