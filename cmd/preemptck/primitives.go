package main

import (
	"encoding/json"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"preemptck/infer"
)

func newPrimitives() *cobra.Command {
	c := &common{}
	cmd := &cobra.Command{
		Use:   "primitives",
		Short: "print the built-in table of kernel primitives",
		Long: `primitives prints the functions and macros whose effect on the preempt count is built
in, because it cannot be derived from a body, each with the reason. Everything else
is derived from source.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := c.check(); err != nil {
				return err
			}
			return c.write(func(w io.Writer) error { return writePrimitives(w, c.format) })
		},
	}
	c.registerOutput(cmd.Flags(), "text", "json")
	return cmd
}

func writePrimitives(w io.Writer, format string) error {
	if format == "json" {
		type primitive struct {
			Name    string `json:"name"`
			Effects string `json:"effects"`
			Reason  string `json:"reason"`
		}
		list := []primitive{}
		for _, p := range infer.Primitives() {
			list = append(list, primitive{p.Name, p.Effects, p.Reason})
		}
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(list)
	}
	tw := tabwriter.NewWriter(w, 0, 8, 2, ' ', 0)
	for _, p := range infer.Primitives() {
		fmt.Fprintf(tw, "%s\t%s\t%s\n", p.Name, p.Effects, p.Reason)
	}
	return tw.Flush()
}
