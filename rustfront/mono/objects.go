package mono

import (
	"fmt"

	"preemptck/rustfront/ty"
)

// objectImpls are what a method of a trait may be that is implemented for a trait object
// more than once: `dyn Any` and `dyn Any + Send` are one type here, as markers are not
// kept. Nil where one of them is not found.
func (w *World) objectImpls(f, self *ty.Type, args []*ty.Type) []*Callee {
	if self.Kind != ty.Dyn {
		return nil
	}
	var out []*Callee
	for _, c := range w.candidates(f.Trait, self, args) {
		if c.Impl.Self.Kind != ty.Dyn || c.Impl.Fns[f.Name] == nil {
			return nil
		}
		s := c.Subst.Clone()
		s["Self"] = self
		callee, err := w.implBody(c.Impl, s, f)
		if err != nil {
			return nil
		}
		if in := callee.Inst; in != nil {
			in.ID = fmt.Sprintf("%s (%d)", f.Key(), in.item) // they would be one
		}
		out = append(out, callee)
	}
	return out
}
