package main

import (
	"os"

	"github.com/spf13/cobra"

	"preemptck/internal/pipeline"
)

// newWorker is the command of the processes that the program starts to lower C
// files; it is of no use to anyone else.
func newWorker() *cobra.Command {
	return &cobra.Command{
		Use:    "worker",
		Short:  "lower C files on behalf of another preemptck",
		Args:   cobra.NoArgs,
		Hidden: true,
		RunE:   func(*cobra.Command, []string) error { return pipeline.ServeWorker(os.Stdin, os.Stdout) },
	}
}
