package pipeline

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/check"
	"preemptck/infer"
	"preemptck/internal/kbuild"
	"preemptck/internal/progress"
	"preemptck/rustfront"
)

// Checked is a target that was lowered, and can be checked once solved.
type Checked struct {
	// Funcs are the IDs of the functions at hand: those of the crate, and every
	// instance of library code that they reach.
	Funcs []string
	// Own tells which files the target's author wrote; nil is all.
	Own func(file string) bool
	// Notes are the calls that could not be followed.
	Notes []string

	report *rustfront.Report
}

// Input is what the rules of package check look at.
func (a *Analysis) Input(c Checked) check.Input {
	in := check.Input{Prog: a.Prog, Sol: a.Sol, Funcs: c.Funcs, Own: c.Own}
	for _, x := range c.report.Claims {
		in.Claims = append(in.Claims, check.Claim(x))
	}
	for _, x := range c.report.Pointers {
		in.Pointers = append(in.Pointers, check.Pointer(x))
	}
	for _, x := range c.report.Shown {
		in.Shown = append(in.Shown, check.Shown(x))
	}
	in.Repeats, in.Fails = c.report.Repeats, c.report.Fails
	for _, x := range c.report.Errors {
		if c.Own == nil || c.Own(x.Pos.File) {
			in.Problems = append(in.Problems, check.Problem(x))
		}
	}
	return in
}

// Lower lowers the targets and all they reach, and meanwhile solves the C code of the
// tree, on top of which [Analysis.Solve] then solves them. A target that cannot be
// lowered gives an error, and the others stay; the last result is an error that leaves
// nothing to go on with.
func (a *Analysis) Lower(ctx context.Context, targets []Target) ([]Checked, []error, error) {
	return a.lower(ctx, a.begin(ctx, targets))
}

// begin begins to compile and lower the targets. Neither side looks at what the other
// adds to.
func (a *Analysis) begin(ctx context.Context, targets []Target) *rustRun {
	ctx, stop := context.WithCancel(ctx)
	collectSeldom(0)
	rust := &rustRun{Analysis: Analysis{Tree: a.Tree, Prog: infer.NewProgram(), opts: a.opts, cache: a.cache, libraries: a.libraries}, ready: make(chan int, len(targets)), targets: len(targets), stop: stop}
	go rust.run(ctx, targets)
	return rust
}

// lower is the rest of [Analysis.Lower].
func (a *Analysis) lower(ctx context.Context, rust *rustRun) ([]Checked, []error, error) {
	defer rust.stop()
	if err := a.solveC(ctx, rust.wait); err != nil {
		rust.stop()
		rust.wait()
		return nil, nil, err
	}
	rust.wait()
	if rust.err != nil {
		return nil, nil, rust.err
	}
	a.rustState, a.rustNotes = rust.rustState, rust.Notes
	a.Notes, a.Lost = append(a.Notes, rust.Notes...), a.Lost || rust.Lost
	a.Library, a.Reused = a.Library+rust.Library, a.Reused+rust.Reused
	a.Prog = rust.Prog
	a.Prog.Inits = a.base.OpenInits()
	// What C defines, too, is C's.
	maps.DeleteFunc(a.Prog.Funcs, func(id string, _ *infer.Func) bool { return a.base.Has(id) })
	return rust.done, rust.failures, nil
}

// rustRun is the Rust side of an analysis on its way to functions.
type rustRun struct {
	Analysis
	// ready tells how many targets are done each time, and is closed in the end. Then
	// the rest is set.
	ready    chan int
	targets  int
	stop     context.CancelFunc
	waited   bool
	done     []Checked
	failures []error
	err      error
}

// wait returns once all is ready, and shows how far it is.
func (r *rustRun) wait() {
	if r.waited {
		return
	}
	r.waited = true
	meter := progress.Start(r.opts.Log, r.opts.Mode, "Rust crates", r.targets)
	defer meter.Done()
	for n := range r.ready {
		meter.Add(n)
	}
}

func (r *rustRun) run(ctx context.Context, targets []Target) {
	defer close(r.ready)
	cache, remove, err := r.rustCache()
	if err != nil {
		r.err = err
		return
	}
	defer remove()
	for _, batch := range batches(r.withCore(ctx, targets)) {
		checked, errs := r.lowerBatch(ctx, batch, cache)
		if r.err = ctx.Err(); r.err != nil {
			return
		}
		r.done = append(r.done, checked...)
		r.failures = append(r.failures, errs...)
		r.ready <- len(batch)
	}
}

// batches groups targets so that no crate name comes twice in a group: crates
// are told apart by name. A library crate of the tree may be a target as well as
// what another target needs, and counts as the same crate.
func batches(targets []Target) [][]Target {
	var out [][]Target
next:
	for _, t := range targets {
		for i := range out {
			if !slices.ContainsFunc(out[i], func(u Target) bool { return u.crate() == t.crate() }) {
				out[i] = append(out[i], t)
				continue next
			}
		}
		out = append(out, []Target{t})
	}
	return out
}

// crate is the name of the target's crate.
func (t *Target) crate() string {
	if t.Unit != nil {
		return t.Unit.Crate
	}
	return strings.ReplaceAll(strings.TrimSuffix(filepath.Base(t.MIR), ".mir"), "-", "_")
}

// lowerBatch lowers targets whose crates have different names.
func (a *Analysis) lowerBatch(ctx context.Context, targets []Target, cache string) (done []Checked, failures []error) {
	crates, usable, failures := a.cratesOf(targets)
	if len(usable) == 0 {
		return nil, failures
	}
	world, err := rustfront.Load(ctx, crates, a.rustOptions(cache))
	if err != nil {
		failures = append(failures, split(err)...)
	}
	defer world.Close()
	a.rustState = append(a.rustState, world.State())
	lib, name := a.library(world, usable)
	for i := range usable {
		t := &usable[i]
		if t.MIR != "" {
			text, err := world.LoadMIR(t.crate(), t.MIR, a.Tree.Rel(t.MIR), a.linkNames(), a.crateNames(t))
			if err != nil {
				failures = append(failures, err)
				continue
			}
			for _, n := range text.Notes {
				a.note(false, "%s:%d: passed over: %s", n.Pos.File, n.Pos.Line, n.Text)
			}
			if text.Left > 0 {
				a.note(false, "%s: %d generic methods and closures are only checked where another function reaches them: check the .rs file for all", t.Arg, text.Left)
			}
		}
		if lost := a.missing(world, t); lost != "" {
			if lost != t.crate() {
				failures = append(failures, fmt.Errorf("%s: not checked: it needs crate %s, which could not be read", t.Arg, lost))
			}
			continue
		}
		c, err := a.lowerCrate(world, t)
		if err != nil {
			failures = append(failures, fmt.Errorf("%s: %w", t.Arg, err))
			continue
		}
		done = append(done, c)
	}
	a.keepLibrary(lib, name)
	return done, failures
}

func (a *Analysis) rustOptions(cache string) rustfront.Options {
	return rustfront.Options{CacheDir: cache, Roots: []string{a.Tree.SrcRoot, a.Tree.BuildRoot}}
}

// cratesOf lists the crates that targets need, each once and before those that
// need it. Targets whose own compiler is missing are left out.
func (a *Analysis) cratesOf(targets []Target) (crates []rustfront.Crate, usable []Target, failures []error) {
	seen := map[string]bool{}
	broken := map[string]bool{}
	add := func(u *kbuild.RustUnit) {
		if seen[u.Crate] {
			return
		}
		seen[u.Crate] = true
		program, err := a.Tree.Rustc(*u)
		if err != nil {
			broken[u.Crate] = true
			failures = append(failures, fmt.Errorf("crate %s: %w", u.Crate, err))
			return
		}
		crates = append(crates, rustfront.Crate{Name: u.Crate, Program: program, Args: u.Args, Dir: u.Dir, Env: u.Env, Source: u.Source})
	}
	// Targets come first, so that one of them stands for the crate of its name.
	for i := range targets {
		if targets[i].Unit != nil {
			add(targets[i].Unit)
		}
	}
	for i := range targets {
		t := &targets[i]
		if broken[t.crate()] {
			continue
		}
		for _, u := range a.needs(t) {
			add(u)
		}
		usable = append(usable, *t)
	}
	slices.SortStableFunc(crates, func(x, y rustfront.Crate) int { return a.rank(x.Name, targets) - a.rank(y.Name, targets) })
	return crates, usable, failures
}

// rank orders crates: libraries as the tree lists them before targets.
func (a *Analysis) rank(crate string, targets []Target) int {
	for i := range targets {
		if targets[i].crate() == crate {
			return 1
		}
	}
	return 0
}

// needs lists the crates that a target needs, itself included. MIR text does not
// say; it gets those of any driver.
func (a *Analysis) needs(t *Target) []*kbuild.RustUnit {
	if t.Unit != nil {
		return a.closure(t.Unit)
	}
	if kernel := a.crate("kernel"); kernel != nil {
		return a.closure(kernel)
	}
	return nil
}

// crateNames are the names of the crates that a target needs.
func (a *Analysis) crateNames(t *Target) []string {
	var names []string
	for _, u := range a.needs(t) {
		names = append(names, u.Crate)
	}
	return names
}

// missing is the first crate that the target needs and that was not loaded, or
// "".
func (a *Analysis) missing(world *rustfront.World, t *Target) string {
	for _, u := range a.needs(t) {
		if !isProcMacro(u) && !world.Has(u.Crate) {
			return u.Crate
		}
	}
	return ""
}

// lowerCrate lowers one crate into the program.
func (a *Analysis) lowerCrate(world *rustfront.World, t *Target) (Checked, error) {
	before := map[string]bool{}
	for id := range a.Prog.Funcs {
		before[id] = true
	}
	rep, err := world.Lower(a.Prog, t.crate())
	if err != nil {
		return Checked{}, err
	}
	a.Library, a.Reused = a.Library+rep.Stats.Library, a.Reused+rep.Stats.Reused
	c := Checked{Own: a.own(t, world), report: rep}
	start := slices.Clone(rep.Roots)
	for id := range a.Prog.Funcs {
		if !before[id] {
			start = append(start, id)
		}
	}
	c.Funcs = a.reach(start)
	for _, n := range rep.Errors {
		if c.Own != nil && !c.Own(n.Pos.File) {
			rep.Notes = append(rep.Notes, n)
		}
	}
	for _, n := range rep.Notes {
		text := n.Text
		if n.Pos.IsValid() {
			text = n.Pos.String() + ": " + text
		}
		c.Notes = append(c.Notes, text)
		a.note(true, "%s", text)
	}
	a.note(true, "%s: %d functions, %d calls resolved, %d not", t.Arg, len(c.Funcs), rep.Stats.Resolved, rep.Stats.Unresolved)
	return c, nil
}

// linkNames are the symbols of the functions in the bindings that are linked by
// another name, which MIR does not show.
func (a *Analysis) linkNames() map[string]string {
	links := map[string]string{}
	decls, err := a.Bindings()
	if err != nil {
		return links // a tree without bindings has no such names
	}
	for _, d := range decls {
		if d.Symbol != d.Name {
			links[d.Name] = d.Symbol
		}
	}
	return links
}

// reach lists the Rust functions that can be reached from some, sorted.
func (a *Analysis) reach(start []string) []string {
	seen := map[string]bool{}
	var out []string
	for queue := slices.Clone(start); len(queue) > 0; queue = queue[1:] {
		f := a.Prog.Funcs[queue[0]]
		if f == nil || f.Lang != infer.Rust || seen[f.ID] {
			continue
		}
		seen[f.ID] = true
		out = append(out, f.ID)
		for b := range f.Blocks {
			for i := range f.Blocks[b].Ops {
				queue = append(queue, check.NamedBy(&f.Blocks[b].Ops[i])...)
			}
		}
	}
	slices.Sort(out)
	return out
}

// rustCache is where the output of rustc is kept: below the user's cache or, for
// this run only, in a folder that the caller removes.
func (a *Analysis) rustCache() (dir string, remove func(), err error) {
	if a.opts.CacheDir != "" {
		return filepath.Join(a.opts.CacheDir, "rust"), func() {}, nil
	}
	dir, err = os.MkdirTemp("", "preemptck-rust-")
	if err != nil {
		return "", nil, fmt.Errorf("a place for the output of rustc: %w", err)
	}
	return dir, func() { os.RemoveAll(dir) }, nil
}

// split takes joined errors apart.
func split(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}
