package items

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"preemptck/rustfront/ty"
)

// Read reads the JSON that rustdoc wrote for the crate of that name.
func Read(r io.Reader, crate string) (*Crate, error) {
	f, err := readDoc(r)
	if err != nil {
		return nil, fmt.Errorf("rustdoc's JSON for crate %s: %w", crate, err)
	}
	index, err := f.byID()
	if err != nil {
		return nil, fmt.Errorf("rustdoc's JSON for crate %s: %w", crate, err)
	}
	if index[f.Root] == nil {
		return nil, fmt.Errorf("rustdoc's JSON for crate %s: no root module (format version %d)", crate, f.FormatVersion)
	}
	rd := &reader{index: index, format: f.FormatVersion, paths: map[docID]string{}, crate: &Crate{
		Name: crate, Adts: map[string]*Adt{}, Traits: map[string]*Trait{}, Aliases: map[string]*Alias{},
		Fns: map[string]*Fn{}, Consts: map[string]*ty.Type{}, Modules: map[string]*Module{},
	}}
	for id, p := range f.Paths {
		if p.Kind != "macro" {
			rd.paths[idOf(id)] = strings.Join(p.Path, "::")
		}
	}
	rd.module(rd.item(f.Root), crate)
	rd.anonymous()
	rd.items()
	return rd.crate, nil
}

type reader struct {
	index  map[docID]*docItem
	format int
	crate  *Crate
	// paths are the definition paths by id, owners the items in definition order.
	paths  map[docID]string
	owners []owner
	seen   map[docID]bool
}

// owner is an item with its path.
type owner struct {
	item *docItem
	path string
}

func (rd *reader) item(id docID) *docItem { return rd.index[id] }

// module names everything below a module and notes what its names mean.
func (rd *reader) module(it *docItem, path string) {
	if rd.seen == nil {
		rd.seen = map[docID]bool{}
	}
	if it == nil || it.Inner.Module == nil || rd.seen[it.ID] {
		return
	}
	rd.seen[it.ID] = true
	m := &Module{Path: path, Names: map[string][]string{}}
	if it.Span != nil {
		m.File, m.Begin, m.End = it.Span.Filename, it.Span.Begin[0], it.Span.End[0]
	}
	rd.crate.Modules[path] = m
	rd.paths[it.ID] = path
	for _, id := range it.Inner.Module.Items {
		child := rd.item(id)
		if child == nil {
			continue
		}
		in := &child.Inner
		if u := in.Use; u != nil {
			rd.use(m, u)
			continue
		}
		if child.Name == "" {
			continue
		}
		p := path + "::" + child.Name
		switch {
		case in.Module != nil:
			rd.module(child, p)
		case in.Struct != nil, in.Union != nil, in.Enum != nil, in.Trait != nil, in.Alias != nil,
			in.Function != nil, in.Constant != nil, in.Static != nil:
			rd.paths[id] = p
			rd.owners = append(rd.owners, owner{child, p})
		case strings.HasPrefix(rd.paths[id], rd.crate.Name+"::"):
			// A foreign type, which has no content.
			rd.crate.Adts[p] = &Adt{Path: p, Kind: Foreign}
			rd.paths[id] = p
		default:
			continue
		}
		m.Names[child.Name] = append(m.Names[child.Name], p)
	}
}

func (rd *reader) use(m *Module, u *docUse) {
	target := ""
	if u.ID != nil {
		target = rd.paths[*u.ID]
		if it := rd.item(*u.ID); it != nil && it.Inner.Use != nil && !u.Glob {
			rd.use(m, &docUse{Name: u.Name, Source: it.Inner.Use.Source, ID: it.Inner.Use.ID, Glob: it.Inner.Use.Glob})
			return
		}
	}
	if target == "" {
		// Items of this crate may not have been named yet: keep the id.
		if u.ID != nil && rd.item(*u.ID) != nil {
			target = "#" + strconv.Itoa(int(*u.ID))
		} else {
			target = strings.TrimPrefix(u.Source, "::")
		}
	}
	if u.Glob {
		m.Globs = append(m.Globs, target)
	} else {
		m.Names[u.Name] = append(m.Names[u.Name], target)
	}
}

// anonymous names what no module lists: the items of `const _: () = {}` blocks
// and of function bodies, as far as rustdoc shows them. The types among them
// are known from the impl blocks only, by their id and last name.
func (rd *reader) anonymous() {
	for _, m := range rd.crate.Modules {
		for name, targets := range m.Names {
			for i, t := range targets {
				targets[i] = rd.late(t)
			}
			m.Names[name] = targets
		}
		for i, t := range m.Globs {
			m.Globs[i] = rd.late(t)
		}
	}
	var ids []docID
	for _, it := range rd.index {
		ids = append(ids, it.ID)
	}
	slices.Sort(ids)
	for _, id := range ids {
		it := rd.item(id)
		in := &it.Inner
		if rd.paths[id] != "" || it.CrateID != 0 || it.Name == "" || it.Span == nil {
			continue
		}
		if in.Struct != nil || in.Union != nil || in.Enum != nil || in.Trait != nil {
			p := rd.moduleAt(it.Span) + "::_::" + it.Name
			rd.paths[id] = p
			rd.owners = append(rd.owners, owner{it, p})
		}
	}
	for _, id := range ids {
		im := rd.item(id).Inner.Impl
		if im == nil || rd.item(id).Span == nil {
			continue
		}
		mod := rd.moduleAt(rd.item(id).Span)
		rd.nameLocal(im.For, mod)
		for _, sub := range im.Items {
			if it := rd.item(sub); it != nil && it.Inner.AssocType != nil {
				rd.nameLocal(it.Inner.AssocType.Type, mod)
			}
		}
	}
}

// nameLocal gives a type that no module and no path table knows a path in the
// anonymous block of the module that the impl block stands in.
func (rd *reader) nameLocal(t *docType, mod string) {
	if t == nil || t.Path == nil {
		return
	}
	if rd.paths[t.Path.ID] == "" {
		rd.paths[t.Path.ID] = mod + "::_::" + t.Path.last()
	}
}

func lastName(path string) string { return path[strings.LastIndex(path, ":")+1:] }

func (rd *reader) late(target string) string {
	if id, ok := strings.CutPrefix(target, "#"); ok {
		n, err := strconv.Atoi(id)
		if err == nil {
			return rd.paths[docID(n)]
		}
	}
	return target
}

// moduleAt is the innermost module around a position.
func (rd *reader) moduleAt(sp *docSpan) string {
	best, size := rd.crate.Name, int32(1<<30)
	for path, m := range rd.crate.Modules {
		if m.File == sp.Filename && m.Begin <= sp.Begin[0] && sp.Begin[0] <= m.End {
			n := m.End - m.Begin
			if n < size || n == size && path > best {
				best, size = path, n
			}
		}
	}
	return best
}

// items converts everything that has a name, and every impl block.
func (rd *reader) items() {
	for _, o := range rd.owners {
		in := &o.item.Inner
		switch {
		case in.Struct != nil:
			rd.crate.Adts[o.path] = rd.structOf(o.path, Struct, in.Struct)
		case in.Union != nil:
			rd.crate.Adts[o.path] = rd.structOf(o.path, Union, in.Union)
		case in.Enum != nil:
			rd.crate.Adts[o.path] = rd.enumOf(o.path, in.Enum)
		case in.Trait != nil:
			rd.crate.Traits[o.path] = rd.traitOf(o.path, in.Trait)
		case in.Alias != nil:
			rd.crate.Aliases[o.path] = &Alias{rd.generics(&in.Alias.Generics), rd.typ(in.Alias.Type)}
		case in.Function != nil:
			rd.crate.Fns[o.path] = rd.fnOf(o.item)
		case in.Constant != nil:
			rd.crate.Consts[o.path] = rd.typ(in.Constant.Type)
		case in.Static != nil:
			rd.crate.Consts[o.path] = rd.typ(in.Static.Type)
		}
		if o.item.Span == nil {
			continue
		}
		pos := Pos{o.item.Span.Filename, o.item.Span.Begin[0], o.item.Span.Begin[1]}
		if a := rd.crate.Adts[o.path]; a != nil {
			a.Pos = pos
		}
		if tr := rd.crate.Traits[o.path]; tr != nil {
			tr.Pos = pos
		}
	}
	var ids []docID
	for _, it := range rd.index {
		im := it.Inner.Impl
		if im != nil && it.CrateID == 0 && !im.everywhere() {
			ids = append(ids, it.ID)
		}
	}
	slices.Sort(ids)
	for _, id := range ids {
		rd.crate.Impls = append(rd.crate.Impls, rd.implOf(rd.item(id)))
	}
}
