package pipeline

import (
	"context"
	"slices"

	"preemptck/check"
	"preemptck/internal/cache"
	"preemptck/internal/wire"
	"preemptck/rustfront"
)

// findingsKind is the kind of cache entries that hold what a check found.
const findingsKind = "findings"

// Findings is what a check came to.
type Findings struct {
	// Report is nil where no target could be checked.
	Report *check.Report
	// Notes are the calls that could not be followed.
	Notes []string
	// Failures are the targets that could not be checked, an error each.
	Failures []error
	// Known is set where an earlier run found this of the same code.
	Known bool
}

// Check lowers the targets, solves them on top of the C code and applies the rules; or
// it takes what an earlier run found, where neither C nor Rust has changed. The error
// is one that leaves nothing to go on with.
func (a *Analysis) Check(ctx context.Context, targets []Target, opts check.Options) (*Findings, error) {
	// What has to be compiled is begun with at once: nothing takes longer.
	state, begun := make(chan []string, 1), make(chan *rustRun, 1)
	go func() {
		rust := a.rustStates(ctx, targets)
		if slices.Contains(rust, "") {
			begun <- a.begin(ctx, targets)
		}
		close(begun)
		state <- rust
	}()
	a.kept = a.readBase(a.baseKey(ctx))
	rust, run := <-state, <-begun
	if run == nil {
		if a.kept != nil {
			if f := a.known(a.findingsKey(a.kept.name, rust, targets, opts)); f != nil {
				return f, nil
			}
		}
		run = a.begin(ctx, targets)
	}
	crates, failures, err := a.lower(ctx, run)
	if err != nil {
		return nil, err
	}
	f := &Findings{Failures: failures}
	if len(crates) == 0 {
		return f, nil
	}
	bounded := a.bounding() // what is found takes next to nothing
	if err := a.Solve(); err != nil {
		return nil, err
	}
	var all []check.Input
	for _, c := range crates {
		f.Notes = append(f.Notes, c.Notes...)
		all = append(all, a.Input(c))
	}
	f.Report = check.Run(opts, all...)
	if rust != nil && len(failures) == 0 && !a.Lost {
		a.keepFindings(a.findingsKey(a.baseName, a.rustState, targets, opts), f)
	}
	bounded()
	return f, nil
}

// findingsKey names all that findings depend on: the C code, that of the targets' crates,
// by batch, and the targets themselves. It is "" where not all of it is known, or there
// is no cache.
func (a *Analysis) findingsKey(base string, rust []string, targets []Target, opts check.Options) string {
	me, err := program()
	if err != nil || base == "" || !a.cache.Enabled() || len(rust) == 0 || slices.Contains(rust, "") {
		return ""
	}
	parts := []any{me, base, rust, opts, a.opts.Indirect, a.Tree.SrcRoot, a.Tree.BuildRoot}
	for _, t := range targets {
		if t.Unit == nil {
			return ""
		}
		parts = append(parts, t.Arg, t.module, *t.Unit)
	}
	return cache.Key(parts...)
}

// rustStates names the code of the targets' crates as it is now, by batch; "" is where a
// compiler has to say first what it is, and nil where what is needed is not all recorded
// in the tree.
func (a *Analysis) rustStates(ctx context.Context, targets []Target) []string {
	if !a.cache.Enabled() || a.crate("core") == nil || slices.ContainsFunc(targets, func(t Target) bool { return t.Unit == nil }) {
		return nil
	}
	dir, remove, err := a.rustCache()
	if err != nil {
		return nil
	}
	defer remove()
	var out []string
	for _, batch := range batches(targets) {
		crates, usable, failures := a.cratesOf(batch)
		if len(failures) > 0 || len(usable) < len(batch) {
			return nil
		}
		out = append(out, rustfront.State(ctx, crates, a.rustOptions(dir)))
	}
	return out
}

// known is what an earlier run found, or nil.
func (a *Analysis) known(key string) *Findings {
	if key == "" {
		return nil
	}
	data, err := a.cache.Get(findingsKind, key)
	if err != nil {
		return nil
	}
	var notes []Note
	f := &Findings{Known: true}
	r := wire.NewReader(data, nil)
	value := r.Values(nil)
	value(&f.Report)
	value(&f.Notes)
	value(&notes)
	if r.Err() != nil || r.Rest() > 0 || f.Report == nil {
		return nil
	}
	a.Notes, a.Lost = append(append(a.Notes, a.kept.notes...), notes...), a.kept.lost
	return f
}

func (a *Analysis) keepFindings(key string, f *Findings) {
	if key == "" {
		return
	}
	w := wire.NewWriter()
	value := w.Values(nil)
	value(f.Report)
	value(f.Notes)
	value(a.rustNotes)
	if err := a.cache.Put(findingsKind, key, w.Bytes()); err != nil {
		a.note(true, "the findings are not kept for the next run: %v", err)
	}
}
