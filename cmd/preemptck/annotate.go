package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"preemptck/annotate"
	"preemptck/internal/pipeline"
)

// annotateCmd is what `preemptck annotate` was asked for.
type annotateCmd struct {
	common
	all      bool
	override string
	against  string
}

func newAnnotate() *cobra.Command {
	a := &annotateCmd{}
	cmd := &cobra.Command{
		Use:   "annotate",
		Short: "write what C functions do to the preempt count",
		Long: `annotate derives the properties of every C function that the bindings crate
declares, and writes them as a table: text for people, json for programs, or klint
for Rust source with klint's attributes. Functions without a body in the tree are
"unknown" and get the conservative default: may sleep, count unchanged.

Without --format, an output file that ends in .json or .rs is written as json or
klint.`,
		Example: `  preemptck annotate --build ~/linux/build --format json -o table.json
  preemptck annotate --format klint -o annotations.rs --override corrections.toml
  preemptck annotate --against old.json`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("format") {
				a.format = formatFor(a.output)
			}
			return a.status(a.run(cmd.Context()))
		},
	}
	fs := cmd.Flags()
	a.register(fs, "text", "json", "klint")
	fs.BoolVar(&a.all, "all", false, "every C function of the tree, not only those of the bindings crate (text and json)")
	fs.StringVar(&a.override, "override", "", "TOML `file` of corrections, each with a reason; stale ones are reported")
	fs.StringVar(&a.against, "against", "", "print only what differs from this table, a JSON `file`; exit status 1 if anything does")
	return cmd
}

// formatFor is the format that an output file's name asks for.
func formatFor(output string) string {
	switch filepath.Ext(output) {
	case ".json":
		return "json"
	case ".rs":
		return "klint"
	}
	return "text"
}

func (c *annotateCmd) run(ctx context.Context) error {
	if c.all && c.format == "klint" {
		return fmt.Errorf("--all with --format klint: only functions of the bindings crate have a Rust signature to annotate")
	}
	overrides, err := c.readOverrides()
	if err != nil {
		return err
	}
	old, err := c.readOld()
	if err != nil {
		return err
	}
	a, err := c.open(c.all)
	if err != nil {
		return err
	}
	a.SummariesOnly = true
	var declared []annotate.Declared
	if !c.all {
		if declared, err = a.Bindings(); err != nil {
			return fmt.Errorf("%w (--all annotates every C function instead)", err)
		}
	}
	table, err := c.table(ctx, a, declared)
	if err != nil {
		return err
	}
	c.tell(a)
	fmt.Fprintf(os.Stderr, "preemptck: %d C files, %s\n", len(a.Tree.C), table.Coverage())
	if overrides != nil {
		for _, n := range overrides.Apply(table) {
			fmt.Fprintf(os.Stderr, "preemptck: note: %s\n", n)
		}
	}
	if old != nil {
		changes := annotate.Diff(old, table)
		if err := c.write(func(w io.Writer) error { return annotate.WriteDiff(w, changes) }); err != nil {
			return err
		}
		if len(changes) > 0 {
			return errFindings
		}
		return nil
	}
	return c.write(func(w io.Writer) error {
		switch c.format {
		case "json":
			return table.WriteJSON(w)
		case "klint":
			return table.WriteKlint(w, declared)
		}
		return table.WriteText(w)
	})
}

// table derives the table asked for.
func (c *annotateCmd) table(ctx context.Context, a *pipeline.Analysis, declared []annotate.Declared) (*annotate.Table, error) {
	if err := a.LowerC(ctx); err != nil {
		c.tell(a)
		return nil, err
	}
	if err := a.Solve(); err != nil {
		return nil, err
	}
	if c.all {
		return annotate.BuildAll(a.Prog, a.Sol), nil
	}
	return annotate.Build(a.Prog, a.Sol, declared), nil
}

func (c *annotateCmd) readOverrides() (*annotate.Overrides, error) {
	if c.override == "" {
		return nil, nil
	}
	src, err := os.ReadFile(c.override)
	if err != nil {
		return nil, fmt.Errorf("reading the overrides: %w", err)
	}
	return annotate.ReadOverrides(c.override, src)
}

func (c *annotateCmd) readOld() (*annotate.Table, error) {
	if c.against == "" {
		return nil, nil
	}
	src, err := os.ReadFile(c.against)
	if err != nil {
		return nil, fmt.Errorf("reading the table to compare with: %w", err)
	}
	return annotate.ReadJSON(c.against, src)
}
