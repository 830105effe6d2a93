package rustfront

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/syntax"
)

// Options say where replayed output is kept and how paths are shown.
type Options struct {
	// CacheDir holds the output of rustc and rustdoc.
	CacheDir string
	// Roots are the source and build directories; positions below one are given
	// relative to it.
	Roots []string
	// Calls keeps which functions call which, for [World.Measure].
	Calls bool
}

// World is the crates of a tree, ready to be lowered from.
type World struct {
	opts   Options
	crates map[string]*Crate
	state  string
	states map[string]string // by crate
	mono   *mono.World
	index  map[string]*mir.Index
	// annotations are klint's attributes by the position of their item, problems
	// the mistakes in them.
	annotations map[infer.Pos]*infer.Annotation
	problems    []Note
	marks       map[infer.Pos]mark
	sources     map[string][]string
	// library are functions that earlier runs lowered, targets the crates that have no
	// part in them.
	library *Library
	targets []string
	// impls are the impl blocks of the source files that were asked for.
	impls map[string][]syntax.Impl
}

// Load replays the crates, or takes them from the cache, and indexes them. The
// crates are all that the drivers to be lowered need, drivers included; a
// proc-macro crate is passed over. A crate that fails is left out: the error
// joins one error a crate, and the World is usable as far as it goes.
func Load(ctx context.Context, crates []Crate, opts Options) (*World, error) {
	w := &World{opts: opts, crates: map[string]*Crate{}, states: map[string]string{}, mono: mono.NewWorld(), index: map[string]*mir.Index{},
		annotations: map[infer.Pos]*infer.Annotation{}, marks: map[infer.Pos]mark{}, sources: map[string][]string{}, impls: map[string][]syntax.Impl{}}
	w.mono.Source = w.implAt
	var errs []error
	wanted, err := wantedOf(crates, opts)
	if err != nil {
		errs = append(errs, err)
	}
	var states []string
	read := w.readAll(ctx, wanted)
	for i, c := range wanted {
		r := <-read[i]
		if r.err == nil {
			r.err = w.add(c, r)
		}
		if r.err != nil {
			errs = append(errs, r.err)
		}
		states = append(states, r.artifacts.state)
		w.states[c.Name] = r.artifacts.state
	}
	if len(errs) == 0 {
		w.state = joinStates(states)
	}
	return w, errors.Join(errs...)
}

// State names the code that was loaded; "" where it is not all known. See [State].
func (w *World) State() string { return w.state }

// wantedOf are the crates to be loaded, with a stand-in for core where that is not among
// them.
func wantedOf(crates []Crate, opts Options) ([]*Crate, error) {
	c, err := standInCore(crates, opts.CacheDir)
	if c != nil {
		crates = append(crates[:len(crates):len(crates)], *c)
	}
	var wanted []*Crate
	for i := range crates {
		if c := &crates[i]; !c.isProcMacro() {
			wanted = append(wanted, c)
		}
	}
	return wanted, err
}

// readResult is what one crate was read to.
type readResult struct {
	artifacts Artifacts
	items     *items.Crate
	index     *mir.Index
	err       error
}

// readAll compiles crates, as many at a time as there are processors, and reads as
// many at a time: a driver is compiled while the libraries are read.
func (w *World) readAll(ctx context.Context, crates []*Crate) []chan readResult {
	out := make([]chan readResult, len(crates))
	compile, read := make(chan bool, runtime.NumCPU()), make(chan bool, runtime.NumCPU())
	for i, c := range crates {
		out[i] = make(chan readResult, 1)
		go func() {
			var r readResult
			if r.artifacts, r.err = cached(ctx, c, w.opts.CacheDir, compile); r.err == nil {
				read <- true
				defer func() { <-read }()
				r.items, r.index, r.err = readArtifacts(c, r.artifacts)
			}
			out[i] <- r
		}()
	}
	return out
}

// Close closes the MIR files.
func (w *World) Close() error {
	var errs []error
	for _, ix := range w.index {
		errs = append(errs, ix.Close())
	}
	return errors.Join(errs...)
}

// add makes a crate that was read known.
func (w *World) add(c *Crate, r readResult) error {
	if w.crates[c.Name] != nil {
		r.index.Close()
		return fmt.Errorf("crate %s is given twice: %s and %s", c.Name, w.crates[c.Name].Source, c.Source)
	}
	w.crates[c.Name], w.index[c.Name] = c, r.index
	w.mono.Add(r.items, bodies{r.index})
	w.mono.AddGlue(c.Name, func() []*mir.Item { return dumpedGlue(r.artifacts.Glue) })
	return w.readAnnotations(c, filepath.Dir(r.artifacts.MIR))
}

// readArtifacts reads the items and the index of the MIR, at the same time: both
// are large for core.
func readArtifacts(c *Crate, a Artifacts) (*items.Crate, *mir.Index, error) {
	var ix *mir.Index
	var ixErr error
	done := make(chan struct{})
	go func() {
		defer close(done)
		ix, ixErr = mir.OpenKept(a.MIR)
	}()
	its, err := items.ReadFile(a.Doc, c.Name, c.Dir)
	<-done
	if ixErr != nil {
		return nil, nil, fmt.Errorf("crate %s: %w", c.Name, ixErr)
	}
	if err != nil {
		ix.Close()
		return nil, nil, err
	}
	return its, ix, nil
}

// dumpedGlue reads the drop glue that the compiler dumped, each type's as it is
// after the last pass that every compiler since 1.78 runs on it. What cannot be read is left out: glue is only the
// fallback where the fields of a type are not known.
func dumpedGlue(dir string) []*mir.Item {
	files, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []*mir.Item
	for _, e := range files {
		if !strings.HasSuffix(e.Name(), ".AddCallGuards.after.mir") {
			continue
		}
		f := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(f)
		if err != nil {
			continue
		}
		for _, it := range mir.ParseFile(f, string(text)).Items {
			if it.Kind == mir.ItemFn {
				out = append(out, it)
			}
		}
	}
	return out
}

// bodies shows an index of MIR to package mono.
type bodies struct{ ix *mir.Index }

func (b bodies) Len() int          { return len(b.ix.Entries) }
func (b bodies) Path(i int) string { return b.ix.Entries[i].Path }

func (b bodies) Skip(i int) bool {
	e := b.ix.Entries[i]
	return e.CTFE || strings.Contains(e.Path, "promoted[")
}

func (b bodies) Header(i int) (*mir.Item, error) { return b.ix.ParseHeader(b.ix.Entries[i]), nil }
func (b bodies) Body(i int) (*mir.Item, error)   { return b.ix.Parse(b.ix.Entries[i]) }
