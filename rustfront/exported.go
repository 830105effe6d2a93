package rustfront

import (
	"strings"

	"preemptck/rustfront/mono"
)

// A trait object may be made by a library's function that C calls, as the formatter of
// the kernel's `%pA` is, and be met in a driver by code that only got it.

// Externs lists the crates that a rustc command line names.
func Externs(args []string) []string {
	var names []string
	add := func(v string) {
		name, _, _ := strings.Cut(v, "=")
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			name = name[i+1:] // options such as `force:` stand in front
		}
		names = append(names, name)
	}
	for i, arg := range args {
		if v, ok := strings.CutPrefix(arg, "--extern="); ok {
			add(v)
		} else if arg == "--extern" && i+1 < len(args) {
			add(args[i+1])
		}
	}
	return names
}

// addExported adds the exported functions of the crates that the one at hand needs,
// where a method is called of a trait object that nothing is made into.
func (l *lowering) addExported() {
	for _, v := range l.virtuals {
		if v.call.indirect == nil && l.targets[v.call.slot] == 0 {
			n := len(l.units)
			l.addExportedOf(l.crate, map[string]bool{l.crate: true})
			l.buildFrom(n)
			return
		}
	}
}

func (l *lowering) addExportedOf(crate string, seen map[string]bool) {
	for _, name := range Externs(l.w.crates[crate].Args) {
		if seen[name] || !l.w.Has(name) {
			continue
		}
		seen[name] = true
		l.addExportedOf(name, seen)
		for _, f := range l.w.mono.Exported(name) {
			if c, err := l.w.mono.Resolve(f); err == nil && c.Kind == mono.Body {
				l.unitFor(c.Inst, false)
			}
		}
	}
}
