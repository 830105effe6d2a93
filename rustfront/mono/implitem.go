package mono

import (
	"fmt"
	"sort"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// implItem finds the MIR item of an impl block's method. MIR names the block by
// its position; that of a macro's block is inside the macro, rustdoc's is the
// invocation: those are told apart by the method's signature.
func (w *World) implItem(x *bodyIndex, im *items.Impl, name string) (int, bool) {
	at := fmt.Sprintf("%s:%d:%d:", im.Pos.File, im.Pos.Line, im.Pos.Col)
	cands := x.at[at][name]
	if len(cands) == 1 {
		return cands[0], true
	}
	if len(cands) == 0 {
		cands = x.below(im.Module, name)
	}
	if len(cands) == 1 {
		return cands[0], true
	}
	fn := im.Fns[name]
	if fn == nil {
		return w.byOrder(x, im, name, cands)
	}
	if len(cands) == 0 {
		// A macro may make the module that the block stands in.
		cands = x.below(im.Crate, name)
	}
	var fit []int
	for _, i := range cands {
		if w.fits(x, i, im, fn) {
			fit = append(fit, i)
		}
	}
	if len(fit) == 0 {
		return 0, false
	}
	return fit[0], true
}

// below finds methods of impl blocks in a module and what is inside it: blocks
// and functions may hold impl blocks too.
func (x *bodyIndex) below(module, name string) []int {
	var out []int
	for _, m := range x.modules[name] {
		if m == module || strings.HasPrefix(m, module+"::") {
			out = append(out, x.inImpl[implKey{m, name}]...)
		}
	}
	sort.Ints(out)
	return out
}

// byOrder pairs a constant, which has no signature, with the n-th of the items
// by the order of the impl blocks that define one of its name in the module.
func (w *World) byOrder(x *bodyIndex, im *items.Impl, name string, cands []int) (int, bool) {
	n := 0
	for _, other := range w.crates[im.Crate].Impls {
		if other == im {
			break
		}
		if other.Module == im.Module && other.Consts[name] && other.Trait == im.Trait {
			n++
		}
	}
	if n < len(cands) {
		return cands[n], true
	}
	return 0, false
}

// fits compares the signature of a MIR item with a method's declaration.
func (w *World) fits(x *bodyIndex, item int, im *items.Impl, fn *items.Fn) bool {
	h := x.header(item)
	if h == nil || h.Kind != mir.ItemFn || len(h.Args) != len(fn.Inputs) {
		return false
	}
	sc := &Scope{w: w, crate: im.Crate, path: x.src.Path(item), params: map[string]bool{}}
	for _, n := range append(im.Generics.Names(), fn.Generics.Names()...) {
		sc.params[n] = true
	}
	self := ty.Subst{"Self": im.Self}
	for i, in := range fn.Inputs {
		if !similar(w.Norm(self.Apply(in)), w.Norm(sc.Type(h.Args[i].Type))) {
			return false
		}
	}
	return similar(w.Norm(self.Apply(fn.Output)), w.Norm(sc.Type(h.Ret)))
}

// similar compares two types with parameters; a projection or an unknown part on
// either side is taken to fit.
func similar(a, b *ty.Type) bool {
	if a.Key() == b.Key() {
		return true
	}
	for _, t := range []*ty.Type{a, b} {
		if t.Kind == ty.Proj || t.Kind == ty.Unknown || t.Kind == ty.Const {
			return true
		}
	}
	if strings.HasPrefix(a.Name, "impl ") || strings.HasPrefix(b.Name, "impl ") {
		return true
	}
	if a.Kind != b.Kind || a.Name != b.Name || a.Mut != b.Mut || len(a.Args) != len(b.Args) {
		return false
	}
	for i := range a.Args {
		if !similar(a.Args[i], b.Args[i]) {
			return false
		}
	}
	return true
}
