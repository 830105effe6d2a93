package pipeline

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"preemptck/cfront"
	"preemptck/infer"
	"preemptck/internal/kbuild"
	"preemptck/internal/progress"
)

// semantics makes every configuration mean what a kernel that checks for
// sleeping in atomic context means: there might_sleep() and the count expand to
// calls, wherever macros use them.
var semantics = []string{"-DCONFIG_PREEMPT_COUNT=1", "-DCONFIG_DEBUG_ATOMIC_SLEEP=1"}

// LowerC lowers every C file of the tree, or takes the outcome of an earlier run
// where nothing it was made from has changed. It fails where no file could be
// lowered.
func (a *Analysis) LowerC(ctx context.Context) error {
	units := make([]cfront.Unit, 0, len(a.Tree.C))
	for i := range a.Tree.C {
		u := &a.Tree.C[i]
		units = append(units, cfront.Unit{File: u.File, Dir: u.Dir, Args: u.Args})
	}
	if len(units) == 0 {
		return fmt.Errorf("%w: no C file was compiled in %s%s", ErrNothing, a.Tree.BuildRoot, a.firstNote())
	}
	opts := cfront.Options{
		SourceRoot: a.Tree.SrcRoot,
		BuildRoot:  a.Tree.BuildRoot,
		Macros:     infer.PrimitiveNames(),
		ExtraArgs:  semantics,
		AllHeaders: a.opts.AllHeaders,
	}
	tree, err := a.lowerUnits(ctx, units, opts)
	if err != nil {
		return err
	}
	for _, d := range tree.Diagnostics {
		a.note(d.Severity == cfront.Note, "%s", d)
		a.Lost = a.Lost || d.Severity != cfront.Note
	}
	if len(tree.Dropped) > 0 {
		a.note(true, "arguments that this libclang does not know were left out: %s", strings.Join(tree.Dropped, " "))
	}
	if tree.Stats.Failed == tree.Stats.Units {
		return fmt.Errorf("%w: none of the %d C files could be parsed%s", ErrNothing, tree.Stats.Units, a.firstNote())
	}
	a.Prog = tree.Program
	if a.Lost {
		a.Prog.Fields = nil // what was lost may store anything
	}
	return nil
}

// lowerUnits is the store in front of the C frontend.
func (a *Analysis) lowerUnits(ctx context.Context, units []cfront.Unit, opts cfront.Options) (*cfront.Tree, error) {
	var key string
	var inputs []input
	keep := false
	if me, err := self(); err == nil && a.store.dir != "" {
		key = keyOf(me, units, opts)
		tree := &cfront.Tree{}
		if a.store.load(key, tree) == nil {
			fillMaps(tree.Program)
			return tree, nil
		}
		// Stamped before they are read: a change while they are is a change.
		if paths, ok := a.inputPaths(); ok {
			inputs, keep = inputsOf(paths)
		}
	}
	meter := progress.Start(a.opts.Log, a.opts.Mode, "C files", len(units))
	shown := 0
	tree, err := cfront.ParseAll(ctx, units, opts, a.opts.Workers, func(done, _ int) {
		meter.Add(done - shown)
		shown = done
	})
	meter.Done()
	if err != nil {
		return nil, fmt.Errorf("lowering C: %w", err)
	}
	if keep {
		if err := a.store.save(key, inputs, tree); err != nil {
			a.note(true, "the lowered C code could not be kept for the next run: %v", err)
		}
	}
	return tree, nil
}

// fillMaps makes the maps of a program that was read back; empty ones are not
// kept.
func fillMaps(p *infer.Program) {
	if p.Funcs == nil {
		p.Funcs = map[string]*infer.Func{}
	}
	if p.Decls == nil {
		p.Decls = map[string]*infer.Decl{}
	}
	if p.Aliases == nil {
		p.Aliases = map[string]string{}
	}
}

// inputPaths lists every file that lowering the C code reads, sorted; ok is
// false where the build did not record that, as in a compile_commands.json.
func (a *Analysis) inputPaths() (paths []string, ok bool) {
	if a.Tree.Kind != kbuild.Kbuild {
		return nil, false
	}
	seen := map[string]bool{}
	for i := range a.Tree.C {
		u := &a.Tree.C[i]
		deps, err := recordedDeps(u.CmdFile)
		if err != nil || len(deps) == 0 {
			return nil, false
		}
		seen[u.File] = true
		for _, d := range deps {
			if !filepath.IsAbs(d) {
				d = filepath.Join(u.Dir, d)
			}
			seen[filepath.Clean(d)] = true
		}
	}
	// Kbuild replaces this one by the options that a file looks at.
	seen[filepath.Join(a.Tree.BuildRoot, "include/generated/autoconf.h")] = true
	for path := range seen {
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths, true
}

// recordedDeps reads what an object was made from out of its .cmd file: the
// words of `deps_X := ...` that are no $(wildcard ...) of a configuration option.
func recordedDeps(cmdFile string) ([]string, error) {
	data, err := os.ReadFile(cmdFile)
	if err != nil {
		return nil, err
	}
	_, rest, ok := strings.Cut("\n"+string(data), "\ndeps_")
	if !ok {
		return nil, nil
	}
	_, rest, _ = strings.Cut(rest, ":=")
	var deps []string
	for line := range strings.Lines(rest) {
		line = strings.TrimSpace(line)
		if line == "" {
			break
		}
		for _, word := range strings.Fields(strings.TrimSuffix(line, `\`)) {
			if !strings.HasPrefix(word, "$(") && !strings.HasSuffix(word, ")") {
				deps = append(deps, word)
			}
		}
		if !strings.HasSuffix(line, `\`) {
			break
		}
	}
	return deps, nil
}
