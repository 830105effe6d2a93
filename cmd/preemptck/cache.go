package main

import (
	"errors"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"preemptck/internal/cache"
	"preemptck/internal/pipeline"
)

// errNoCache says that there is nowhere to keep anything.
var errNoCache = errors.New("there is no cache: neither XDG_CACHE_HOME nor HOME is set")

func newCache() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "cache",
		Short: "show what is kept between runs, and trim it",
		Long: `cache shows what earlier runs left in the user's cache folder: lowered C files and
trees (c), the precompiled headers behind which an edited file is lowered (prefixes), solved programs
(solutions, bases), findings, what rustc wrote (rust), and what functions
of Rust's libraries were lowered to (libraries). All of it is made again where it is missing, so that anything may be removed at any time.`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error { return showCache() },
	}
	cmd.AddCommand(newCacheTrim())
	return cmd
}

func showCache() error {
	dir := userCache()
	if dir == "" {
		return errNoCache
	}
	usage, err := cache.Open(dir).Usage(pipeline.CacheParts...)
	if err != nil {
		return err
	}
	w := tabwriter.NewWriter(os.Stdout, 0, 8, 2, ' ', 0)
	fmt.Fprintf(w, "in %s\nkind\tentries\tMiB\tlast used\n", dir)
	var total int64
	for _, u := range usage {
		total += u.Bytes
		fmt.Fprintf(w, "%s\t%d\t%.1f\t%s\n", u.Kind, u.Entries, mib(u.Bytes), u.Newest.Format("2006-01-02 15:04"))
	}
	fmt.Fprintf(w, "total\t\t%.1f\t\n", mib(total))
	return w.Flush()
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }

func newCacheTrim() *cobra.Command {
	var to int64
	cmd := &cobra.Command{
		Use:     "trim",
		Short:   "remove what was not used for the longest time",
		Example: "  preemptck cache trim --to 500\n  preemptck cache trim --to 0",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			dir := userCache()
			if dir == "" {
				return errNoCache
			}
			if to < 0 {
				return fmt.Errorf("--to %d: want the number of MiB to keep", to)
			}
			freed, err := cache.Open(dir).Trim(to<<20, pipeline.CacheParts...)
			if err != nil {
				return err
			}
			fmt.Printf("%.1f MiB removed\n", mib(freed))
			return nil
		},
	}
	cmd.Flags().Int64Var(&to, "to", 1024, "keep at most so many `MiB`")
	return cmd
}
