// Truth holds the table of C functions against the kernel's own words: the annotations
// of sparse, might_sleep() at the beginning of a function, and what kernel-doc says of
// sleeping.
//
//	truth [-v] [-reviewed FILE] [-table FILE | -preemptck PROGRAM] KERNEL
//
// KERNEL is the folder with the kernel's src and build. The table is what
// `preemptck annotate --all --format json` writes; without -table it is run.
//
// Every disagreement is listed with its place, what the kernel says and what the table
// says. A reviewed list says whose fault it is; it explains, and makes nothing agree:
// the share of agreement is printed as it is, and again without what the list calls the
// kernel's own mistakes. The exit status is 1 where that falls short of a bar.
//
// Agreement means, for
//
//   - __acquires, __releases, __must_hold, __cond_acquires of a spinlock_t, rwlock_t,
//     raw_spinlock_t or RCU: on every return the lane of the lock has changed by what
//     the annotations add up to (for __cond_acquires: on some), and a function that is
//     entered with a lock held may be entered with a count of one.
//   - a function whose first statement is might_sleep(): each case expects 0.
//   - "may sleep", "might sleep", "can sleep", "must not be called from atomic context":
//     the strictest case expects 0. "any context", "called from atomic context", "does
//     not sleep" and its kin: every case may be entered with any count that is high
//     enough.
//
// Not counted are primitives; locks that sleep, and those whose type cannot be told from
// the annotation (they are listed); and sentences that speak of somebody else or of some
// cases only (-v lists them).
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/annotate"
	"preemptck/internal/kbuild"
)

// errShort says that a bar was missed.
var errShort = errors.New("agreement falls short of a bar")

func main() {
	o := options{}
	flag.BoolVar(&o.verbose, "v", false, "list the sentences that are not counted, too")
	flag.StringVar(&o.reviewed, "reviewed", "scripts/truth/reviewed.toml", "the reviewed list")
	flag.StringVar(&o.table, "table", "", "a table of all functions, instead of making one")
	flag.StringVar(&o.program, "preemptck", "bin/preemptck", "the program that makes the table")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "usage: truth [-v] [-reviewed FILE] [-table FILE | -preemptck PROGRAM] KERNEL")
		os.Exit(2)
	}
	o.build = filepath.Join(flag.Arg(0), "build")
	switch err := run(&o); {
	case errors.Is(err, errShort):
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(2)
	}
}

// options are those of the command line.
type options struct {
	verbose                         bool
	reviewed, table, program, build string
}

func run(o *options) error {
	r, err := readReviews(o.reviewed)
	if err != nil {
		return err
	}
	tree, err := kbuild.Open(o.build)
	if err != nil {
		return fmt.Errorf("kernel: %w", err)
	}
	table, err := o.readTable()
	if err != nil {
		return err
	}
	s, err := newSurvey(tree, table, r)
	if err != nil {
		return err
	}
	if !s.report(os.Stdout, r, o.verbose) {
		return errShort
	}
	return nil
}

// readTable reads the table, or has it made.
func (o *options) readTable() (*annotate.Table, error) {
	path := o.table
	if path == "" {
		tmp, err := os.MkdirTemp("", "preemptck-truth-")
		if err != nil {
			return nil, err
		}
		defer os.RemoveAll(tmp)
		path = filepath.Join(tmp, "table.json")
		cmd := exec.Command(o.program, "annotate", "--all", "--build", o.build, "--format", "json", "-o", path)
		cmd.Stderr = os.Stderr
		if err := cmd.Run(); err != nil {
			return nil, fmt.Errorf("making the table: %w", err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the table: %w", err)
	}
	return annotate.ReadJSON(path, text)
}

// newSurvey reads the sources that a table comes from, and the headers around them.
func newSurvey(tree *kbuild.Tree, table *annotate.Table, r *reviews) (*survey, error) {
	names, err := sourceNames(tree, table)
	if err != nil {
		return nil, err
	}
	w := &world{all: newScope(""), files: map[string]*source{}}
	var files []*source
	for _, name := range names {
		text, err := os.ReadFile(tree.Abs(name))
		if err != nil {
			return nil, fmt.Errorf("reading what the table names: %w", err)
		}
		src := readSource(name, string(text))
		files = append(files, src)
		w.files[name] = src
		w.all.add(src.scope)
	}
	s := &survey{lanes: r.lanes(), world: w}
	s.read(table, files)
	return s, nil
}

// sourceNames are the files that the table names, all headers of their folders, and
// those below include. Headers come first: what they declare is meant for all.
func sourceNames(tree *kbuild.Tree, table *annotate.Table) ([]string, error) {
	seen := map[string]bool{}
	folders := map[string]bool{}
	for i := range table.Functions {
		name := table.Functions[i].File
		seen[name] = true
		folders[filepath.Dir(name)] = true
	}
	err := filepath.WalkDir(filepath.Join(tree.SrcRoot, "include"), func(path string, e os.DirEntry, err error) error {
		if err == nil && e.IsDir() && e.Name() != "dt-bindings" {
			folders[tree.Rel(path)] = true
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	for folder := range folders {
		headers, err := filepath.Glob(filepath.Join(tree.Abs(folder), "*.h"))
		if err != nil {
			return nil, err
		}
		for _, h := range headers {
			seen[tree.Rel(h)] = true
		}
	}
	var names []string
	for name := range seen {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		ha, hb := strings.HasSuffix(a, ".h"), strings.HasSuffix(b, ".h")
		if ha != hb {
			if ha {
				return -1
			}
			return 1
		}
		return strings.Compare(a, b)
	})
	return names, nil
}
