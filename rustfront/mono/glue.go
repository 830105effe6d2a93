package mono

import (
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// AddGlue makes the drop glue known that the compiler dumped for a crate. It is
// looked into only for types whose fields rustdoc does not list, which are those
// defined inside functions; load is called then, at most once.
func (w *World) AddGlue(crate string, load func() []*mir.Item) {
	w.glueSources = append(w.glueSources, glueSource{crate, load})
}

type glueSource struct {
	crate string
	load  func() []*mir.Item
}

// DumpedGlue is the compiler's own drop glue of a type, or nil.
func (w *World) DumpedGlue(t *ty.Type) *Inst {
	if w.glue == nil {
		w.glue = map[string]*Inst{}
		for _, src := range w.glueSources {
			for _, it := range src.load() {
				w.takeGlue(src.crate, it)
			}
		}
	}
	return w.glue[t.Key()]
}

func (w *World) takeGlue(crate string, it *mir.Item) {
	if len(it.Args) != 1 || it.Args[0].Type == nil || it.Args[0].Type.Kind != mir.TyPtr || w.bodies[crate] == nil {
		return
	}
	in := &Inst{Crate: crate, Subst: ty.Subst{}, item: -1, w: w, body: it, memo: map[*mir.Type]*ty.Type{}}
	in.sc = &Scope{w: w, crate: crate, params: map[string]bool{}, foreign: map[string]*ty.Type{}, loose: true}
	t := in.Type(it.Args[0].Type.Elem)
	in.ID = "drop glue of " + t.Key()
	if w.glue[t.Key()] == nil {
		w.glue[t.Key()] = in
	}
}
