package rustfront

import (
	"slices"
	"strings"

	"preemptck/rustfront/mono"
)

// A trait object may be made by a library's function that C calls, as the formatter of
// the kernel's `%pA` is, and be met in a driver by code that only got it. A driver's own
// objects of the same trait do not tell that there are no others. What exports make is
// not asked beforehand: it is kept with the library, and costs less than the question.

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

// externs lists the crates that a crate was compiled against.
func (c *Crate) externs() []string { return append(Externs(c.Args), c.needs...) }

// addExported adds what C can reach of the crates that the one at hand needs, where a
// trait object is called, or a function pointer that was read from memory: what is made
// there may be met here, next to what the driver itself makes. It does so once.
func (l *lowering) addExported() {
	if l.exported || !slices.ContainsFunc(l.virtuals, l.shared) {
		return
	}
	l.exported = true
	n := len(l.units)
	l.addExportedOf(l.crate, map[string]bool{l.crate: true})
	l.buildFrom(n)
}

// shared tells whether other crates may make what a virtual call leads to: they cannot
// name a trait of this one, nor one of its types.
func (l *lowering) shared(v virtualSite) bool {
	if v.call.indirect != nil {
		return l.kinds[v.call.slot] != ""
	}
	if m := l.methods[v.call.slot]; m != nil {
		return !l.isOwn(m.Args[0])
	}
	return !l.isOwn(l.drops[v.call.slot])
}

func (l *lowering) addExportedOf(crate string, seen map[string]bool) {
	for _, name := range l.w.crates[crate].externs() {
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
		for _, s := range l.w.mono.Statics(name) {
			if c, err := l.w.mono.Resolve(s); err == nil && c.Kind == mono.Body {
				l.unitFor(c.Inst, true)
			}
		}
	}
}
