package pipeline

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"preemptck/annotate"
	"preemptck/infer"
	"preemptck/internal/cache"
	"preemptck/internal/kbuild"
	"preemptck/internal/progress"
)

// Options say what to analyse and how to report on the way.
type Options struct {
	// Build is the build directory; Add are modules outside the tree.
	Build string
	Add   []string
	// Workers is how many files are parsed at a time; 0 is one a processor.
	Workers int
	// Worker is the command of a process that runs [ServeWorker]; nil is this
	// program with the argument "worker".
	Worker []string
	// UnitTime and UnitMemory, in bytes, are what lowering one C file may take; 0 is
	// the default of each.
	UnitTime   time.Duration
	UnitMemory int64
	// NoPrefix parses all headers of each C file anew; the result is the same.
	NoPrefix bool
	// AllHeaders keeps header functions that no .c file reaches, too.
	AllHeaders bool
	// Indirect is the policy for calls through pointers.
	Indirect infer.IndirectPolicy
	// CacheDir keeps what was lowered for the next run; "" keeps nothing.
	CacheDir string
	// Lowered is a file with lowered C files from elsewhere; see [Bundle].
	Lowered string
	// CacheLimit is how many bytes are kept there; 0 is the default.
	CacheLimit int64
	// Log receives progress, in the form that Mode says.
	Log  io.Writer
	Mode progress.Mode
}

// What lowering one C file may take unless the user says otherwise. The largest
// files of the kernel take some seconds and 200 MiB.
const (
	DefaultUnitTime   = 5 * time.Minute
	DefaultUnitMemory = 4 << 30
)

// ErrNothing says that there was nothing to analyse.
var ErrNothing = errors.New("nothing could be analysed")

// Analysis is a tree on its way from sources to summaries.
type Analysis struct {
	Tree *kbuild.Tree
	Prog *infer.Program
	// Sol is set by [Analysis.Solve]. After [Analysis.Lower] Prog has no C code, for
	// which Sol answers all the same.
	Sol *infer.Solution
	// Notes say what was lost or taken for granted, in the order met.
	Notes []Note
	// Lost is set where some of the input could not be analysed; Notes name it.
	Lost bool
	// SummariesOnly is set, before anything is lowered, by who asks for nothing but
	// summaries: where an earlier run kept all of them, Prog has no blocks.
	SummariesOnly bool
	// Lowered is how many C files were lowered in this run, and Behind how many of
	// them behind a prefix of headers; the others were taken from the cache.
	Lowered, Behind int
	// Solving is how long the program took to solve in this run; 0 where the cache had
	// the solution.
	Solving time.Duration
	// Library is how many functions were lowered that depend on library crates alone,
	// and Reused how many of them were taken from the cache.
	Library, Reused int

	opts  Options
	cache *cache.Store
	// lowered names what the C code was lowered to; "" where that is not known.
	lowered string
	ahead   *ahead       // what may be the solution
	bodies  func() error // reads the blocks of Prog's functions; nil where they are there
	read    *filesRead   // what that was read from, where all of it is known
	kept    *keptBase    // of the cache, where that has it
	base    *infer.Base  // set by Lower
	// baseName names the base, rustState the code of the Rust crates by batch, as they
	// were used; rustNotes is what there was to note of them.
	baseName  string
	rustState []string
	rustNotes []Note
	bundle    *Bundle // of Options.Lowered
	libraries *libraries
	keeping   sync.WaitGroup
	unkept    error // why the merged tree could not be kept
}

// Note is something that the user should know of a run.
type Note struct {
	// Minor notes change no result; they are for those who ask.
	Minor bool
	Text  string
}

// defaults fills in what was left open.
func (opts *Options) defaults() error {
	if opts.Workers <= 0 {
		opts.Workers = runtime.NumCPU()
	}
	if opts.UnitTime <= 0 {
		opts.UnitTime = DefaultUnitTime
	}
	if opts.UnitMemory <= 0 {
		opts.UnitMemory = DefaultUnitMemory
	}
	if opts.CacheLimit <= 0 {
		opts.CacheLimit = DefaultCacheLimit
	}
	if len(opts.Worker) == 0 {
		me, err := os.Executable()
		if err != nil {
			return fmt.Errorf("finding this program, to start workers: %w", err)
		}
		opts.Worker = []string{me, "worker"}
	}
	return nil
}

// Open reads the build directory and the modules to add.
func Open(opts Options) (*Analysis, error) {
	if err := opts.defaults(); err != nil {
		return nil, err
	}
	tree, err := kbuild.Open(opts.Build)
	if err != nil {
		return nil, err
	}
	a := &Analysis{Tree: tree, Prog: infer.NewProgram(), opts: opts, cache: cache.Open(opts.CacheDir), libraries: &libraries{}}
	if opts.Lowered != "" {
		if a.bundle, err = ReadBundle(opts.Lowered); err != nil {
			return nil, err
		}
	}
	for _, dir := range opts.Add {
		if err := tree.AddTree(dir); err != nil {
			return nil, err
		}
	}
	for _, p := range tree.Problems {
		a.note(!p.Lost, "%s:%d: %s", tree.Rel(p.File), p.Line, p.Text)
		a.Lost = a.Lost || p.Lost
	}
	return a, nil
}

func (a *Analysis) note(minor bool, format string, args ...any) {
	a.Notes = append(a.Notes, Note{minor, fmt.Sprintf(format, args...)})
}

// firstNote is the first thing that went wrong, to end an error with.
func (a *Analysis) firstNote() string {
	for _, n := range a.Notes {
		if !n.Minor {
			return "; the first says: " + n.Text
		}
	}
	return ""
}

// CFuncs are the IDs of the C functions, sorted.
func (a *Analysis) CFuncs() []string {
	var ids []string
	for id, f := range a.Prog.Funcs {
		if f.Lang == infer.C {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// Bindings are the functions that the bindings crate declares. It fails where
// the tree has no bindings, or one of their files cannot be read.
func (a *Analysis) Bindings() ([]annotate.Declared, error) {
	if len(a.Tree.Bindings) == 0 {
		if err := a.Tree.RequireRust(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %s has no rust/bindings/bindings_generated.rs: run make prepare there", kbuild.ErrNoRust, a.Tree.BuildRoot)
	}
	var all []annotate.Declared
	for _, path := range a.Tree.Bindings {
		decls, err := annotate.ReadBindingsFile(path, a.Tree.Rel(path))
		if err != nil {
			return nil, err
		}
		all = append(all, decls...)
	}
	return all, nil
}
