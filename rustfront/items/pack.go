package items

import (
	"maps"
	"slices"

	"preemptck/internal/wire"
	"preemptck/rustfront/ty"
)

// codec goes through the items of a crate, and writes or reads each part where it
// stands: one description serves both.
type codec struct {
	w     *wire.Writer // nil where it reads
	r     *wire.Reader
	types struct {
		w *ty.Writer
		r *ty.Reader
	}
}

// pack is the compact form of a crate.
func (c *Crate) pack() []byte {
	x := codec{w: wire.NewWriter()}
	x.types.w = ty.NewWriter(x.w)
	x.crate(c)
	return x.w.Bytes()
}

// unpack reads what pack wrote.
func unpack(data []byte) (*Crate, error) {
	x := codec{r: wire.NewReader(data, nil)}
	x.types.r = ty.NewReader(x.r)
	c := &Crate{}
	x.crate(c)
	if x.r.Err() != nil || x.r.Rest() > 0 || x.types.r.Err() != nil {
		return nil, wire.ErrDamaged
	}
	return c, nil
}

func (x *codec) crate(c *Crate) {
	x.string(&c.Name)
	dict(x, &c.Adts, x.adt)
	dict(x, &c.Traits, x.trait)
	dict(x, &c.Aliases, x.alias)
	dict(x, &c.Fns, x.fn)
	x.typeMap(&c.Consts)
	dict(x, &c.Modules, x.module)
	pointers(x, &c.Impls, x.impl)
}

func (x *codec) string(s *string) {
	if x.w != nil {
		x.w.String(*s)
		return
	}
	*s = x.r.String()
}

func (x *codec) bool(b *bool) {
	if x.w != nil {
		x.w.Bool(*b)
		return
	}
	*b = x.r.Bool()
}

func number[T int32 | int64 | AdtKind](x *codec, n *T) {
	if x.w != nil {
		x.w.Int(int64(*n))
		return
	}
	*n = T(x.r.Int())
}

func (x *codec) typ(t **ty.Type) {
	if x.w != nil {
		x.types.w.Type(*t)
		return
	}
	*t = x.types.r.Type()
}

// length is how many elements follow.
func (x *codec) length(n int) int {
	if x.w != nil {
		x.w.Len(n)
		return n
	}
	return x.r.Len()
}

// list goes through a slice; one without elements comes back as nil.
func list[T any](x *codec, s *[]T, one func(*T)) {
	n := x.length(len(*s))
	if x.w == nil && n > 0 {
		*s = make([]T, n)
	}
	for i := range *s {
		one(&(*s)[i])
	}
}

// pointers goes through a slice of pointers, none of them nil.
func pointers[T any](x *codec, s *[]*T, one func(*T)) {
	n := x.length(len(*s))
	if x.w == nil && n > 0 {
		*s = make([]*T, n)
		all := make([]T, n)
		for i := range all {
			(*s)[i] = &all[i]
		}
	}
	for _, p := range *s {
		one(p)
	}
}

// dict goes through a map to pointers, none of them nil, in order of its keys.
func dict[T any](x *codec, m *map[string]*T, one func(*T)) {
	n := x.length(len(*m))
	if x.w != nil {
		for _, k := range slices.Sorted(maps.Keys(*m)) {
			x.w.String(k)
			one((*m)[k])
		}
		return
	}
	if n == 0 {
		return
	}
	*m = make(map[string]*T, n)
	all := make([]T, n)
	for i := range all {
		k := x.r.String()
		one(&all[i])
		(*m)[k] = &all[i]
	}
}

// values goes through a map in order of its keys.
func values[T any](x *codec, m *map[string]T, one func(*T)) {
	n := x.length(len(*m))
	if x.w != nil {
		for _, k := range slices.Sorted(maps.Keys(*m)) {
			x.w.String(k)
			v := (*m)[k]
			one(&v)
		}
		return
	}
	if n == 0 {
		return
	}
	*m = make(map[string]T, n)
	for range n {
		k := x.r.String()
		var v T
		one(&v)
		(*m)[k] = v
	}
}

func (x *codec) strings(s *[]string)            { list(x, s, x.string) }
func (x *codec) typeList(s *[]*ty.Type)         { list(x, s, x.typ) }
func (x *codec) typeMap(m *map[string]*ty.Type) { values(x, m, x.typ) }

func (x *codec) pos(p *Pos) {
	x.string(&p.File)
	number(x, &p.Line)
	number(x, &p.Col)
}

func (x *codec) generics(g *Generics) {
	list(x, &g.Params, func(p *Param) {
		x.string(&p.Name)
		x.bool(&p.Const)
		x.bool(&p.Synthetic)
		x.typ(&p.Default)
	})
	list(x, &g.Where, func(p *Pred) {
		x.typ(&p.Type)
		x.string(&p.Trait)
		x.typeList(&p.Args)
		list(x, &p.Assoc, func(b *Binding) {
			x.string(&b.Name)
			x.typ(&b.Type)
		})
	})
}

func (x *codec) adt(a *Adt) {
	x.string(&a.Path)
	number(x, &a.Kind)
	x.generics(&a.Generics)
	list(x, &a.Variants, func(v *Variant) {
		x.string(&v.Name)
		number(x, &v.Discr)
		list(x, &v.Fields, func(f *Field) {
			x.string(&f.Name)
			x.typ(&f.Type)
		})
	})
	x.pos(&a.Pos)
}

func (x *codec) trait(t *Trait) {
	x.string(&t.Path)
	x.pos(&t.Pos)
	x.generics(&t.Generics)
	x.bool(&t.Auto)
	x.members(&t.Fns, &t.Types, &t.Consts)
}

func (x *codec) impl(im *Impl) {
	x.string(&im.Crate)
	x.string(&im.Module)
	x.pos(&im.Pos)
	x.generics(&im.Generics)
	x.string(&im.Trait)
	x.typeList(&im.TraitArgs)
	x.typ(&im.Self)
	x.bool(&im.Negative)
	x.members(&im.Fns, &im.Types, &im.Consts)
}

func (x *codec) members(fns *map[string]*Fn, types *map[string]*ty.Type, consts *map[string]bool) {
	dict(x, fns, x.fn)
	x.typeMap(types)
	values(x, consts, x.bool)
}

func (x *codec) fn(f *Fn) {
	x.string(&f.Name)
	x.generics(&f.Generics)
	x.typeList(&f.Inputs)
	x.typ(&f.Output)
	x.bool(&f.HasBody)
	x.string(&f.Symbol)
	x.pos(&f.Pos)
}

func (x *codec) alias(a *Alias) {
	x.generics(&a.Generics)
	x.typ(&a.Type)
}

func (x *codec) module(m *Module) {
	x.string(&m.Path)
	values(x, &m.Names, x.strings)
	x.strings(&m.Globs)
	x.string(&m.File)
	number(x, &m.Begin)
	number(x, &m.End)
}
