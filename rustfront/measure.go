package rustfront

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"preemptck/rustfront/mir"
	"preemptck/rustfront/mono"
)

// Coverage compares the instances of a driver with those that rustc itself
// generates code for, in the driver and in the crates that it uses.
type Coverage struct {
	// Listed are the functions of rustc's list for the driver, Reached how many of them
	// were lowered; Missed names the others.
	Listed, Reached int
	Missed          []string
	// Calls are the call sites in functions of rustc's lists that were resolved to an
	// instance with a body, Named how many of these are in the lists as well; Unlisted
	// names the other instances.
	Calls, Named int
	Unlisted     []string
}

// callSite is a call that was resolved to an instance with a body.
type callSite struct{ from, to, name string }

// count notes which instances a function calls.
func (rep *Report) count(u *unit) {
	for i := range u.blocks {
		if c := u.blocks[i].term.call; c != nil && c.callee != nil && c.callee.same() != "" {
			rep.calls = append(rep.calls, callSite{u.same(), c.callee.same(), c.callee.id})
		}
	}
}

// MonoItems runs the compiler for the list of the instances that it generates code for
// itself. What is inlined in the crates that it uses is not in it.
func MonoItems(ctx context.Context, c *Crate) (string, error) {
	dir, err := os.MkdirTemp("", "preemptck-mono-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(dir)
	return monoItems(ctx, c, append(c.inputs(), "--emit=obj="+filepath.Join(dir, c.Name+".o"), "--out-dir", dir))
}

// AllMonoItems is the list of the instances that each of some crates generates code for
// where nothing is inlined: they are compiled anew in the order given, each with those
// before it. They must be all that they use.
func AllMonoItems(ctx context.Context, crates []Crate) (map[string]string, error) {
	dir, err := os.MkdirTemp("", "preemptck-mono-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	lists := map[string]string{}
	for i := range crates {
		c := &crates[i]
		if c.isProcMacro() {
			continue
		}
		args, err := c.against(dir)
		if err != nil {
			return nil, err
		}
		emit := fmt.Sprintf("--emit=metadata=%s,obj=%s", filepath.Join(dir, "lib"+c.Name+".rmeta"), filepath.Join(dir, c.Name+".o"))
		lists[c.Name], err = monoItems(ctx, c, append(args, "-Zcross-crate-inline-threshold=never", "-Zshare-generics=no", "-Zno-codegen",
			emit, "--out-dir", dir))
		if err != nil {
			return nil, err
		}
	}
	return lists, nil
}

func monoItems(ctx context.Context, c *Crate, args []string) (string, error) {
	if err := c.checkProgram(); err != nil {
		return "", err
	}
	cmd := command(ctx, c, c.Program, append(args, "-Zmir-opt-level=0", "-Zinline-mir=no", "-Ztrim-diagnostic-paths=no", "-Zprint-mono-items=yes"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", failure(c, c.Program, err, stderr.String())
	}
	return string(out), nil
}

// against is the arguments of a crate with another folder to find crates in. The
// macros, which run inside the compiler, are brought there.
func (c *Crate) against(dir string) ([]string, error) {
	var out []string
	in := c.inputs()
	for i := 0; i < len(in); i++ {
		folder, ok := strings.CutPrefix(in[i], "-L")
		if !ok {
			out = append(out, in[i])
			continue
		}
		if folder == "" && i+1 < len(in) {
			i++
			folder = in[i]
		}
		macros, err := filepath.Glob(filepath.Join(inDir(c, folder), "lib*.so"))
		if err != nil {
			return nil, err
		}
		for _, m := range macros {
			if err := os.Symlink(m, filepath.Join(dir, filepath.Base(m))); err != nil && !os.IsExist(err) {
				return nil, err
			}
		}
	}
	return append(out, "-L", dir), nil
}

// Measure compares what was lowered with the outputs of [MonoItems] for the same driver
// and of [AllMonoItems] for it and the crates that it uses. The calls are known where
// [Options.Calls] is set.
func (w *World) Measure(crate string, rep *Report, own string, all map[string]string) Coverage {
	var c Coverage
	reached := map[string]bool{}
	for in := range rep.reached {
		reached[asListed(in)] = true
	}
	counted, listed := map[string]bool{}, map[string]bool{}
	for _, in := range w.listed(crate, own, &c) {
		key := asListed(in.Same())
		if counted[key] {
			continue
		}
		counted[key] = true
		c.Listed++
		if reached[key] {
			c.Reached++
		} else {
			c.Missed = append(c.Missed, in.ID)
		}
	}
	for name, list := range all {
		for _, in := range w.listed(name, list, &Coverage{}) {
			listed[asListed(in.Same())] = true
		}
	}
	unlisted := map[string]bool{}
	for _, call := range rep.calls {
		if !listed[asListed(call.from)] {
			continue
		}
		c.Calls++
		if listed[asListed(call.to)] {
			c.Named++
		} else {
			unlisted[call.name] = true
		}
	}
	c.Unlisted = slices.Sorted(maps.Keys(unlisted))
	sort.Strings(c.Missed)
	return c
}

// asListed is an instance without what rustc's list does not tell: the types that a
// closure was made with.
func asListed(same string) string {
	var b strings.Builder
	for {
		i := strings.IndexByte(same, '{')
		if i < 0 {
			b.WriteString(same)
			return b.String()
		}
		end, depth := i, 0
		for ; end < len(same); end++ {
			if same[end] == '{' {
				depth++
			} else if same[end] == '}' {
				if depth--; depth == 0 {
					break
				}
			}
		}
		closure := same[i:end]
		if at := strings.IndexByte(closure, '@'); at >= 0 { // its number; then come the types
			if n := strings.IndexByte(closure[at:], '<'); n >= 0 {
				closure = closure[:at+n]
			}
		}
		b.WriteString(same[:i] + closure)
		same = same[end:]
	}
}

// listed are the functions of rustc's list for a crate, without those that a panic
// alone leads to. Those that are not understood count as missed.
func (w *World) listed(crate, list string, c *Coverage) []*mono.Inst {
	var out []*mono.Inst
	for _, line := range strings.Split(list, "\n") {
		text, ok := strings.CutPrefix(line, "MONO_ITEM fn ")
		if !ok {
			continue
		}
		text, _, _ = strings.Cut(text, " @@ ")
		if strings.Contains(text, " - shim") || strings.Contains(text, "core::panicking::") {
			continue
		}
		in, err := w.mono.ByPath(crate, mir.ParsePath(text))
		if err != nil || in == nil {
			c.Listed++
			c.Missed = append(c.Missed, text)
			continue
		}
		if body, err := in.Body(); in.Crate == "core" && err == nil && body.Ret.Kind == mir.TyNever {
			continue // it is the way to a panic
		}
		out = append(out, in)
	}
	return out
}
