package mono

import (
	"sort"

	"preemptck/rustfront/items"
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
	sort.Slice(out, func(i, j int) bool { return out[i].Key() < out[j].Key() })
	return out
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
	sort.Slice(out, func(i, j int) bool { return out[i].Key() < out[j].Key() })
	return out
}
