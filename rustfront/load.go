package rustfront

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
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
}

// World is the crates of a tree, ready to be lowered from.
type World struct {
	opts   Options
	crates map[string]*Crate
	mono   *mono.World
	index  map[string]*mir.Index
	// annotations are klint's attributes by the position of their item, problems
	// the mistakes in them.
	annotations map[infer.Pos]*infer.Annotation
	problems    []Note
	marks       map[infer.Pos]mark
	sources     map[string][]string
	// impls are the impl blocks of the source files that were asked for.
	impls map[string][]syntax.Impl
}

// Load replays the crates, or takes them from the cache, and indexes them. The
// crates are all that the drivers to be lowered need, drivers included; a
// proc-macro crate is passed over. A crate that fails is left out: the error
// joins one error a crate, and the World is usable as far as it goes.
func Load(ctx context.Context, crates []Crate, opts Options) (*World, error) {
	w := &World{opts: opts, crates: map[string]*Crate{}, mono: mono.NewWorld(), index: map[string]*mir.Index{},
		annotations: map[infer.Pos]*infer.Annotation{}, marks: map[infer.Pos]mark{}, sources: map[string][]string{}, impls: map[string][]syntax.Impl{}}
	w.mono.Source = w.implAt
	var errs []error
	if c, err := standInCore(crates, opts.CacheDir); err != nil {
		errs = append(errs, err)
	} else if c != nil {
		crates = append(crates[:len(crates):len(crates)], *c)
	}
	for i := range crates {
		c := &crates[i]
		if c.isProcMacro() {
			continue
		}
		if err := w.load(ctx, c); err != nil {
			errs = append(errs, err)
		}
	}
	return w, errors.Join(errs...)
}

// Close closes the MIR files.
func (w *World) Close() error {
	var errs []error
	for _, ix := range w.index {
		errs = append(errs, ix.Close())
	}
	return errors.Join(errs...)
}

func (w *World) load(ctx context.Context, c *Crate) error {
	if w.crates[c.Name] != nil {
		return fmt.Errorf("crate %s is given twice: %s and %s", c.Name, w.crates[c.Name].Source, c.Source)
	}
	a, err := cached(ctx, c, w.opts.CacheDir)
	if err != nil {
		return err
	}
	its, ix, err := readArtifacts(c, a)
	if err != nil {
		return err
	}
	w.crates[c.Name], w.index[c.Name] = c, ix
	w.mono.Add(its, bodies{ix})
	w.mono.AddGlue(c.Name, func() []*mir.Item { return dumpedGlue(a.Glue) })
	return w.readAnnotations(c, filepath.Dir(a.MIR))
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
// after one of the last passes. What cannot be read is left out: glue is only the
// fallback where the fields of a type are not known.
func dumpedGlue(dir string) []*mir.Item {
	files, err := filepath.Glob(filepath.Join(dir, "*.MentionedItems.after.mir"))
	if err != nil {
		return nil
	}
	var out []*mir.Item
	for _, f := range files {
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
