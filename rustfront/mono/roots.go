package mono

import (
	"slices"
	"sort"
	"strings"

	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// Roots are the functions of a crate that exist without being instantiated: all
// with a body and without type parameters.
func (w *World) Roots(crate string) []*ty.Type {
	c := w.crates[crate]
	if c == nil {
		return nil
	}
	var out []*ty.Type
	for path, fn := range c.Fns {
		if fn.HasBody && len(fn.Generics.Params) == 0 {
			out = append(out, ty.FnItem(path, nil, "", nil, nil))
		}
	}
	for _, im := range c.Impls {
		if len(im.Generics.Params) > 0 {
			continue
		}
		for name, fn := range im.Fns {
			if fn.HasBody && len(fn.Generics.Params) == 0 {
				out = append(out, w.memberOf(im, name))
			}
		}
	}
	out = append(out, w.hiddenRoots(c, true)...)
	sort.Slice(out, func(i, j int) bool { return out[i].Key() < out[j].Key() })
	return out
}

// Exported are the roots of a crate that C can call by name, in order. Those that
// rustdoc does not list are taken to be such.
func (w *World) Exported(crate string) []*ty.Type {
	c := w.crates[crate]
	if c == nil {
		return nil
	}
	exported := func(fn *items.Fn) bool {
		return fn.HasBody && fn.Symbol != "" && len(fn.Generics.Params) == 0
	}
	out := slices.DeleteFunc(w.hiddenRoots(c, true), func(t *ty.Type) bool {
		of := t.Name[:strings.LastIndex(t.Name, "::")]
		return c.Adts[t.Name] != nil || c.Adts[of] != nil // constructors
	})
	for path, fn := range c.Fns {
		if exported(fn) {
			out = append(out, ty.FnItem(path, nil, "", nil, nil))
		}
	}
	for _, im := range c.Impls {
		for name, fn := range im.Fns {
			if exported(fn) && len(im.Generics.Params) == 0 {
				out = append(out, w.memberOf(im, name))
			}
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key() < out[j].Key() })
	return out
}

// Statics are the statics of a crate, in order: C may find one by its name, or by the
// section that it stands in.
func (w *World) Statics(crate string) []*ty.Type {
	x := w.bodies[crate]
	if x == nil {
		return nil
	}
	return slices.DeleteFunc(w.ConstRoots(crate), func(t *ty.Type) bool {
		at := x.free[t.Name]
		if len(at) == 0 {
			return true
		}
		h := x.header(at[0])
		return h == nil || h.Kind != mir.ItemStatic
	})
}

// hiddenRoots are the functions, or the constants and statics, that rustdoc does
// not list, those of anonymous blocks above all, as far as their signatures name
// no parameter.
func (w *World) hiddenRoots(c *items.Crate, fns bool) []*ty.Type {
	x := w.bodies[c.Name]
	if x == nil {
		return nil
	}
	var out []*ty.Type
	for path, l := range x.free {
		if c.Fns[path] != nil || c.Consts[path] != nil || strings.HasSuffix(path, "}") || strings.HasSuffix(path, "::_") {
			continue
		}
		h := x.header(l[0])
		if h == nil || fns != (h.Kind == mir.ItemFn) || w.inTraitOrFn(c, path) {
			continue
		}
		sc := &Scope{w: w, crate: c.Name, params: map[string]bool{}}
		generic := sc.Type(h.Ret).IsGeneric()
		for _, a := range h.Args {
			t := sc.Type(a.Type)
			generic = generic || t.IsGeneric() || t.Kind == ty.Unknown
		}
		if !generic {
			out = append(out, ty.FnItem(path, nil, "", nil, nil))
		}
	}
	return out
}

// inTraitOrFn tells whether a path leads into a trait or a function: such a
// function may have parameters that its signature does not show.
func (w *World) inTraitOrFn(c *items.Crate, path string) bool {
	for i := strings.LastIndex(path, "::"); i > 0; i = strings.LastIndex(path[:i], "::") {
		if c.Traits[path[:i]] != nil || c.Fns[path[:i]] != nil {
			return true
		}
	}
	return false
}

func (w *World) memberOf(im *items.Impl, name string) *ty.Type {
	return w.Norm(ty.FnItem(name, w.Norm(im.Self), im.Trait, w.NormAll(im.TraitArgs), nil))
}

// ConstRoots are the constants and statics of a crate without type parameters.
func (w *World) ConstRoots(crate string) []*ty.Type {
	c := w.crates[crate]
	if c == nil {
		return nil
	}
	var out []*ty.Type
	for path := range c.Consts {
		out = append(out, ty.FnItem(path, nil, "", nil, nil))
	}
	out = append(out, w.hiddenRoots(c, false)...)
	sort.Slice(out, func(i, j int) bool { return out[i].Key() < out[j].Key() })
	return out
}
