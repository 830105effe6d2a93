package main

import (
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"

	"preemptck/annotate"
	"preemptck/check"
)

func newVersion() *cobra.Command {
	c := &common{}
	cmd := &cobra.Command{
		Use:   "version",
		Short: "print the version and those of the formats it writes",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			if err := c.check(); err != nil {
				return err
			}
			return c.write(func(w io.Writer) error {
				if c.format == "json" {
					return json.NewEncoder(w).Encode(map[string]string{
						"version": version(), "go": runtime.Version(), "table": annotate.Schema, "findings": check.Schema,
					})
				}
				_, err := fmt.Fprintf(w, "preemptck %s (%s; writes %s and %s)\n", version(), runtime.Version(), annotate.Schema, check.Schema)
				return err
			})
		},
	}
	c.registerOutput(cmd.Flags(), "text", "json")
	return cmd
}

// version is the program's, as the Go tool recorded it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" {
		return "devel"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 && v == "(devel)" {
			v += " " + s.Value[:12]
		}
	}
	return v
}
