package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"preemptck/internal/pipeline"
)

// extractCmd is what `preemptck extract` was asked for.
type extractCmd struct {
	common
	shard string
}

func newExtract() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "extract [--shard I/N] -o FILE",
		Short: "lower C files for use elsewhere, or part of them",
		Long: `extract does the C pass, the long part of every first run, and writes what came of
it to a file, which the other commands take with --lowered. With --shard I/N it does
the I-th of N parts; merge joins the parts. Whatever the number of parts, the joined
file is the same, byte for byte. All machines need the same preemptck, and the tree
in the same place. docs/many-machines.md has examples.

As the checker of a kernel build it lowers each file as it is compiled, into the
cache, where later runs find it:

  make C=2 CHECK="preemptck extract"`,
		Example: `  preemptck extract --build ~/linux/build --shard 3/8 -o part3.lowered
  preemptck merge -o all.lowered part*.lowered
  preemptck annotate --build ~/linux/build --lowered all.lowered`,
		// The arguments of a checker are the compiler's.
		DisableFlagParsing: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 && strings.HasSuffix(args[len(args)-1], ".c") {
				return extractOne(cmd.Context(), args)
			}
			fs := pflag.NewFlagSet("extract", pflag.ContinueOnError)
			e := &extractCmd{}
			e.registerExtract(fs)
			if err := fs.Parse(args); err != nil {
				if errors.Is(err, pflag.ErrHelp) {
					return cmd.Help()
				}
				return err
			}
			if fs.NArg() > 0 {
				return fmt.Errorf("extract takes no arguments but flags, not %q", fs.Arg(0))
			}
			return e.status(e.run(cmd.Context()))
		},
	}
	(&extractCmd{}).registerExtract(cmd.Flags()) // for its help text
	return cmd
}

func (e *extractCmd) registerExtract(fs *pflag.FlagSet) {
	fs.StringVar(&e.build, "build", ".", "build `directory`: a Kbuild output tree, or a folder with a compile_commands.json")
	fs.StringArrayVar(&e.add, "add", nil, "`directory` of a module outside the tree, lowered with it; may be repeated")
	fs.StringVarP(&e.output, "output", "o", "", "the `file` to write")
	fs.StringVar(&e.shard, "shard", "1/1", "the part to do: the I-th of N, counting from 1, as `I/N`")
	fs.BoolVarP(&e.verbose, "verbose", "v", false, "say more on standard error: every note, and progress also in a pipe")
	e.registerPass(fs)
}

func (e *extractCmd) run(ctx context.Context) error {
	shard, parts, err := parseShard(e.shard)
	if err != nil {
		return err
	}
	if e.output == "" {
		return errors.New("extract needs to know where to write: name a file with -o")
	}
	e.format, e.formats, e.indirect = "", []string{""}, "targets"
	a, err := e.open(false)
	if err != nil {
		return err
	}
	bundle, err := a.Extract(ctx, shard, parts)
	if err != nil {
		return err
	}
	e.tell(a)
	return bundle.Write(e.output)
}

// parseShard reads "3/8".
func parseShard(s string) (shard, parts int, err error) {
	if n, err := fmt.Sscanf(s+"\n", "%d/%d\n", &shard, &parts); n != 2 || err != nil || shard < 1 || shard > parts {
		return 0, 0, fmt.Errorf("--shard %q: want I/N, as 3/8: a part from 1 to their number", s)
	}
	return shard, parts, nil
}

// extractOne lowers the file that Kbuild is about to compile. That a file cannot be
// lowered is said, and does not stop the build.
func extractOne(ctx context.Context, args []string) error {
	flags := strings.Fields(os.Getenv("CHECKFLAGS"))
	if len(flags) < len(args) && slices.Equal(args[:len(flags)], flags) {
		args = args[len(flags):]
	}
	c := common{}
	err := pipeline.ExtractOne(ctx, pipeline.Options{CacheDir: c.cacheDir()}, args)
	if err != nil && ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "preemptck: %v\n", err)
		return nil
	}
	return err
}

func newMerge() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:     "merge -o FILE PART...",
		Short:   "join what extract wrote on several machines",
		Example: "  preemptck merge -o all.lowered part*.lowered",
		RunE: func(_ *cobra.Command, args []string) error {
			if output == "" || len(args) == 0 {
				return errors.New("merge needs the parts to join, and a file to write with -o")
			}
			return merge(output, args)
		},
	}
	cmd.Flags().StringVarP(&output, "output", "o", "", "the `file` to write")
	return cmd
}

func merge(output string, parts []string) error {
	all, err := pipeline.ReadBundle(parts[0])
	if err != nil {
		return err
	}
	for _, part := range parts[1:] {
		b, err := pipeline.ReadBundle(part)
		if err != nil {
			return err
		}
		if err := all.Join(b); err != nil {
			return fmt.Errorf("%s and %s: %w", parts[0], part, err)
		}
	}
	if err := all.Write(output); err != nil {
		return err
	}
	if n := all.Missing(); n > 0 {
		fmt.Fprintf(os.Stderr, "preemptck: %d of %d C files are in none of the parts: a part is missing, or they could not be lowered\n", n, all.Units())
		return errReported
	}
	return nil
}
