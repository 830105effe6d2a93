package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"preemptck/infer"
	"preemptck/internal/pipeline"
	"preemptck/internal/progress"
)

// common are the flags that all subcommands with a tree share.
type common struct {
	build    string
	add      []string
	format   string
	formats  []string
	output   string
	verbose  bool
	jobs     int
	indirect string
	noCache  bool
	cacheMiB int64
	lowered  string
	noPrefix bool
	unitTime time.Duration
	unitMiB  int64
	lost     bool // part of the input could not be analysed
}

// newRoot makes the command line.
func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "preemptck",
		Short: "find Rust kernel code that sleeps in atomic context",
		Long: `preemptck derives from C source what every kernel function does to the preempt
count, writes that down as annotations for the Rust bindings, and checks Rust
drivers against it, from their MIR.

It needs a configured and built kernel tree (--build), or a folder with a
compile_commands.json.

Exit status: 0 clean, 1 findings, 2 something could not be analysed: what that
is was said, and the rest is reported all the same.`,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(newAnnotate(), newCheck(), newAudit(), newExplain(), newPrimitives(), newVersion(), newCache(), newExtract(), newMerge(), newWorker())
	return root
}

// register adds the common flags to a command.
func (c *common) register(fs *pflag.FlagSet, formats ...string) {
	c.formats = formats
	fs.StringVar(&c.build, "build", ".", "build `directory`: a Kbuild output tree, or a folder with a compile_commands.json")
	fs.StringArrayVar(&c.add, "add", nil, "`directory` of a module outside the tree (Kbuild output or compile_commands.json), analysed with it; may be repeated")
	c.registerOutput(fs, formats...)
	c.registerPass(fs)
	fs.StringVar(&c.lowered, "lowered", "", "take lowered C files from `file`, which extract or merge wrote")
	fs.StringVar(&c.indirect, "indirect", "targets", "what calls through function pointers do: `targets` (what any known target does), sleep, or ignore")
}

// registerPass adds the flags that are about how the C pass is done.
func (c *common) registerPass(fs *pflag.FlagSet) {
	fs.IntVarP(&c.jobs, "jobs", "j", 0, "parse `N` files at a time (default: one for each processor)")
	fs.BoolVar(&c.noCache, "no-cache", false, "neither use nor keep what an earlier run lowered")
	fs.Int64Var(&c.cacheMiB, "cache-size", pipeline.DefaultCacheLimit>>20, "how much of that to keep, in `MiB`; what was not used for the longest time goes first")
	fs.BoolVar(&c.noPrefix, "no-prefix", false, "parse all headers of each C file anew: slower, and the same result")
	fs.DurationVar(&c.unitTime, "unit-time", pipeline.DefaultUnitTime, "how long lowering one C file may take")
	fs.Int64Var(&c.unitMiB, "unit-memory", pipeline.DefaultUnitMemory>>20, "how much memory lowering one C file may take, in `MiB`")
}

// registerOutput adds only the flags that say what to write and where.
func (c *common) registerOutput(fs *pflag.FlagSet, formats ...string) {
	c.formats = formats
	fs.StringVar(&c.format, "format", formats[0], "output format: "+strings.Join(formats, ", "))
	fs.StringVarP(&c.output, "output", "o", "", "write to `file` instead of standard output")
	fs.BoolVarP(&c.verbose, "verbose", "v", false, "say more on standard error: every note, and progress also in a pipe")
}

// check says what is wrong with the flags, before any work is done.
func (c *common) check() error {
	if !slices.Contains(c.formats, c.format) {
		return fmt.Errorf("unknown format %q: want %s", c.format, strings.Join(c.formats, ", "))
	}
	if c.jobs < 0 {
		return fmt.Errorf("--jobs %d: want a positive number", c.jobs)
	}
	return nil
}

// open opens the tree that the flags name.
func (c *common) open(allHeaders bool) (*pipeline.Analysis, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.unitTime <= 0 || c.unitMiB <= 0 || c.cacheMiB <= 0 {
		return nil, fmt.Errorf("--unit-time %v, --unit-memory %d, --cache-size %d: want positive limits", c.unitTime, c.unitMiB, c.cacheMiB)
	}
	policy, err := infer.ParseIndirect(c.indirect)
	if err != nil {
		return nil, err
	}
	return pipeline.Open(pipeline.Options{
		Build: c.build, Add: c.add, Workers: c.jobs, AllHeaders: allHeaders, Indirect: policy,
		CacheDir: c.cacheDir(), CacheLimit: c.cacheMiB << 20, NoPrefix: c.noPrefix, Lowered: c.lowered, UnitTime: c.unitTime, UnitMemory: c.unitMiB << 20,
		Log: os.Stderr, Mode: progress.ModeFor(os.Stderr, c.verbose),
	})
}

// cacheDir is where results are kept between runs, "" for nowhere.
func (c *common) cacheDir() string {
	if c.noCache {
		return ""
	}
	return userCache()
}

// userCache is the program's folder in the user's cache, "" where there is none.
func userCache() string {
	dir, err := os.UserCacheDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "preemptck")
}
