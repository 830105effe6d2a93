package ty

// Subst maps the names of parameters to types.
type Subst map[string]*Type

// Apply replaces the parameters of t that s knows.
func (s Subst) Apply(t *Type) *Type {
	if !t.generic || len(s) == 0 {
		return t
	}
	if t.Kind == Param {
		if u, ok := s[t.Name]; ok {
			return u
		}
		return t
	}
	return t.With(s.ApplyAll(t.Args))
}

// ApplyAll replaces in each type.
func (s Subst) ApplyAll(ts []*Type) []*Type {
	out := make([]*Type, len(ts))
	for i, t := range ts {
		out[i] = s.Apply(t)
	}
	return out
}

// Clone copies the substitution.
func (s Subst) Clone() Subst {
	c := make(Subst, len(s))
	for k, v := range s {
		c[k] = v
	}
	return c
}

// Depth is the nesting of a type, the measure that bounds instantiation.
func (t *Type) Depth() int {
	d := 0
	for _, a := range t.Args {
		d = max(d, a.Depth())
	}
	return d + 1
}

// Unify matches pattern, whose parameters are free, against t, which has none.
// Bindings go to s, those already there must agree. A projection in the pattern
// matches anything: it is the caller's to check once its parameters are bound.
func Unify(pattern, t *Type, s Subst) bool {
	if !pattern.open {
		return pattern.key == t.key
	}
	switch pattern.Kind {
	case Param:
		if have, ok := s[pattern.Name]; ok {
			return have.key == t.key
		}
		s[pattern.Name] = t
		return true
	case Proj:
		return true
	}
	if t.Kind == Proj {
		return true
	}
	if pattern.Kind != t.Kind || pattern.Name != t.Name || pattern.Trait != t.Trait ||
		pattern.Mut != t.Mut || len(pattern.Args) != len(t.Args) ||
		pattern.NSelf != t.NSelf || pattern.NTrait != t.NTrait {
		return false
	}
	return UnifyAll(pattern.Args, t.Args, s)
}

// UnifyAll unifies two lists of one length.
func UnifyAll(patterns, ts []*Type, s Subst) bool {
	if len(patterns) != len(ts) {
		return false
	}
	for i := range patterns {
		if !Unify(patterns[i], ts[i], s) {
			return false
		}
	}
	return true
}
