package rustfront

import (
	"fmt"
	"os"
	"path/filepath"

	"preemptck/infer"
	"preemptck/rustfront/items"
	"preemptck/rustfront/mir"
	"preemptck/rustfront/syntax"
)

// readAnnotations reads klint's attributes in the sources of a crate: in the
// files among its inputs that mention klint.
func (w *World) readAnnotations(c *Crate, entry string) error {
	stamps, err := readStamps(filepath.Join(entry, stampFile))
	if err != nil {
		return fmt.Errorf("crate %s: %w", c.Name, err)
	}
	for _, s := range stamps {
		if filepath.Ext(s.Path) == ".rs" {
			w.sources[c.Name] = append(w.sources[c.Name], w.relative(infer.Pos{File: filepath.Clean(s.Path)}).File)
		}
		if !s.Klint {
			continue
		}
		src, err := os.ReadFile(s.Path)
		if err != nil {
			return fmt.Errorf("crate %s: %w", c.Name, err)
		}
		f, err := syntax.Read(s.Path, src)
		if err != nil {
			return fmt.Errorf("crate %s: %w", c.Name, err)
		}
		for _, it := range f.Items {
			if it.Report || it.DumpMIR {
				w.marks[it.Pos] = mark{it.Report, it.DumpMIR}
			}
			if it.Annotation != nil {
				an := *it.Annotation
				an.Pos = w.relative(an.Pos)
				w.annotations[it.Pos] = &an
			}
		}
		for _, p := range f.Problems {
			w.problems = append(w.problems, Note{w.relative(p.Pos), p.Text})
		}
	}
	return nil
}

// Sources are the Rust files that a crate was compiled from, as positions name
// them.
func (w *World) Sources(crate string) []string { return w.sources[crate] }

// annotationAt is what klint's attributes say of the item at a position, or nil.
func (w *World) annotationAt(crate string, p items.Pos) *infer.Annotation {
	if at, ok := w.itemPos(crate, p); ok {
		return w.annotations[at]
	}
	return nil
}

// itemPos is the position of an item with the whole path of its file.
func (w *World) itemPos(crate string, p items.Pos) (infer.Pos, bool) {
	c := w.crates[crate]
	if c == nil || p.File == "" {
		return infer.Pos{}, false
	}
	return infer.Pos{File: inDir(c, p.File), Line: p.Line, Col: p.Col}, true
}

// implAt is the impl block at a position in the sources, or nil.
func (w *World) implAt(crate string, at items.Pos) *syntax.Impl {
	c := w.crates[crate]
	if c == nil {
		return nil
	}
	path := inDir(c, at.File)
	if _, ok := w.impls[path]; !ok {
		w.impls[path] = nil
		if src, err := os.ReadFile(path); err == nil {
			if f, err := syntax.Read(path, src); err == nil {
				w.impls[path] = f.Impls
			}
		}
	}
	for i := range w.impls[path] {
		if im := &w.impls[path][i]; im.Pos.Line == at.Line && im.Pos.Col == at.Col {
			return im
		}
	}
	return nil
}

// relative is a position relative to the tree.
func (w *World) relative(p infer.Pos) infer.Pos {
	for _, root := range w.opts.Roots {
		if rel, err := filepath.Rel(root, p.File); err == nil && filepath.IsAbs(p.File) && filepath.IsLocal(rel) {
			p.File = rel
			break
		}
	}
	return p
}

func (l *lowering) pos(sp mir.Span) infer.Pos {
	at := infer.Pos{File: sp.File, Line: sp.Line, Col: sp.Col}
	if p, ok := l.files[sp.File]; ok {
		at.File = p
		return at
	}
	at = l.w.relative(at)
	l.files[sp.File] = at.File
	return at
}
