package mir

import (
	"strconv"
	"strings"
)

// printer prints nodes in rustc's own form, or with lifetimes erased.
type printer struct {
	strings.Builder
	erase bool
}

// String prints the type as rustc does.
func (t *Type) String() string {
	var w printer
	w.typ(t)
	return w.String()
}

// Erased prints the type without lifetimes and binders: two types that differ
// only there print alike.
func (t *Type) Erased() string {
	w := printer{erase: true}
	w.typ(t)
	return w.String()
}

// String prints the path as rustc does.
func (p *Path) String() string {
	var w printer
	w.path(p)
	return w.String()
}

// Erased prints the path without lifetimes and binders.
func (p *Path) Erased() string {
	w := printer{erase: true}
	w.path(p)
	return w.String()
}

// String prints the bound as rustc does.
func (b Bound) String() string {
	var w printer
	w.bound(b)
	return w.String()
}

func (w *printer) s(parts ...string) {
	for _, p := range parts {
		w.WriteString(p)
	}
}

func (w *printer) typ(t *Type) {
	if t == nil {
		w.s("()")
		return
	}
	paren := t.Paren
	if w.erase {
		paren = (t.Kind == TyDyn || t.Kind == TyImpl) && len(erasedBounds(t.Bounds)) > 1
	}
	if paren {
		w.s("(")
		defer w.s(")")
	}
	switch t.Kind {
	case TyPath:
		w.path(t.Path)
	case TyPrim, TyUnknown:
		w.s(t.Name)
	case TyNever:
		w.s("!")
	case TyInfer:
		w.s("_")
	case TyRef:
		w.s("&")
		if t.Lifetime != "" && !w.erase {
			w.s(t.Lifetime, " ")
		}
		if t.Mut {
			w.s("mut ")
		}
		w.typ(t.Elem)
	case TyPtr:
		if t.Mut {
			w.s("*mut ")
		} else {
			w.s("*const ")
		}
		w.typ(t.Elem)
	case TySlice:
		w.s("[")
		w.typ(t.Elem)
		w.s("]")
	case TyArray:
		w.s("[")
		w.typ(t.Elem)
		w.s("; ")
		w.constant(t.Len)
		w.s("]")
	case TyTuple:
		w.s("(")
		w.types(t.Elems)
		if len(t.Elems) == 1 {
			w.s(",")
		}
		w.s(")")
	case TyFnPtr, TyFnDef:
		w.fn(t)
	case TyDyn:
		w.s("dyn ")
		w.bounds(t.Bounds)
	case TyImpl:
		w.s("impl ")
		w.bounds(t.Bounds)
	case TyClosure:
		w.closure(t)
	case TyPattern:
		w.s("(")
		w.typ(t.Elem)
		w.s(") is ", t.Name)
	case TyUnsafeBinder:
		if !w.erase {
			w.s("unsafe<", strings.Join(t.Binder, ", "), "> ")
		}
		w.typ(t.Elem)
	}
}

func (w *printer) types(ts []*Type) {
	for i, t := range ts {
		if i > 0 {
			w.s(", ")
		}
		w.typ(t)
	}
}

func (w *printer) closure(t *Type) {
	w.s("{", t.Name)
	switch {
	case t.Name == "async fn body of":
		w.s(" ")
		w.path(t.Path)
		w.s("()")
	case t.Path != nil:
		w.s("@")
		w.path(t.Path)
	default:
		// Hygiene marks differ between places that print one closure.
		sp := t.Span
		if w.erase {
			sp.Hygiene = ""
		}
		w.s("@", sp.String())
	}
	w.s("}")
}

func (w *printer) binder(b []string) {
	if b != nil && !w.erase {
		w.s("for<", strings.Join(b, ", "), "> ")
	}
}

func (w *printer) fn(t *Type) {
	w.binder(t.Binder)
	if t.Sig.Features {
		w.s("#[target_features] ")
	}
	if t.Sig.Unsafe {
		w.s("unsafe ")
	}
	if t.Sig.ABI != "" {
		w.s("extern \"", t.Sig.ABI, "\" ")
	}
	w.s("fn(")
	w.types(t.Sig.Params)
	if t.Sig.Variadic {
		if len(t.Sig.Params) > 0 {
			w.s(", ")
		}
		w.s("...")
	}
	w.s(")")
	if t.Sig.Ret != nil {
		w.s(" -> ")
		w.typ(t.Sig.Ret)
	}
	if t.Kind == TyFnDef {
		w.s(" {")
		w.path(t.Path)
		w.s("}")
	}
}

// erasedBounds are the bounds that are left without lifetimes.
func erasedBounds(bs []Bound) []Bound {
	var out []Bound
	for _, b := range bs {
		if b.Lifetime == "" && b.Use == "" {
			out = append(out, b)
		}
	}
	return out
}

func (w *printer) bounds(bs []Bound) {
	if w.erase {
		bs = erasedBounds(bs)
	}
	for i, b := range bs {
		if i > 0 {
			w.s(" + ")
		}
		w.bound(b)
	}
}

func (w *printer) bound(b Bound) {
	switch {
	case b.Lifetime != "":
		w.s(b.Lifetime)
	case b.Use != "":
		w.s("use<", b.Use, ">")
	default:
		if b.Paren && !w.erase {
			w.s("(")
			defer w.s(")")
		}
		w.binder(b.Binder)
		w.s(b.Modifier)
		w.path(b.Trait)
	}
}

func (w *printer) path(p *Path) {
	if p == nil {
		return
	}
	if p.Self != nil {
		w.s("<")
		w.typ(p.Self)
		if p.Trait != nil {
			w.s(" as ")
			w.path(p.Trait)
		}
		w.s(">")
	}
	for i := range p.Segs {
		if i > 0 || p.Self != nil {
			w.s("::")
		}
		w.seg(&p.Segs[i])
	}
}

func (w *printer) seg(s *Seg) {
	switch s.Kind {
	case SegImplAt:
		w.s("<impl at ", s.Span.String(), ">")
		return
	case SegImpl:
		w.s("<impl ")
		switch s.Name {
		case "const":
			w.s("const ")
		case "!":
			w.s("!")
		}
		if s.Trait != nil {
			w.path(s.Trait)
			w.s(" for ")
		}
		w.typ(s.Type)
		w.s(">")
		return
	case SegPromoted:
		w.s("promoted[", strconv.Itoa(s.Index), "]")
		return
	case SegSpecial:
		w.s("{", s.Name, "#", strconv.Itoa(s.Index), "}")
	default:
		w.s(s.Name)
	}
	if s.Paren {
		w.s("(")
		for i, a := range s.Args {
			if i > 0 {
				w.s(", ")
			}
			w.genericArg(a)
		}
		w.s(")")
		if s.Output != nil {
			w.s(" -> ")
			w.typ(s.Output)
		}
		return
	}
	w.genericArgs(s.Args, s.Turbofish)
}

func (w *printer) genericArgs(args []GenericArg, turbofish bool) {
	if args == nil {
		return
	}
	if w.erase {
		var kept []GenericArg
		for _, a := range args {
			if a.Lifetime == "" {
				kept = append(kept, a)
			}
		}
		if args = kept; len(args) == 0 {
			return
		}
	}
	if turbofish {
		w.s("::")
	}
	w.s("<")
	for i, a := range args {
		if i > 0 {
			w.s(", ")
		}
		w.genericArg(a)
	}
	w.s(">")
}

func (w *printer) genericArg(a GenericArg) {
	if a.Name != "" {
		w.s(a.Name)
		w.genericArgs(a.AssocArgs, false)
		if a.Bounds != nil {
			w.s(": ")
			w.bounds(a.Bounds)
			return
		}
		w.s(" = ")
	}
	switch {
	case a.Lifetime != "":
		w.s(a.Lifetime)
	case a.Type != nil:
		w.typ(a.Type)
	case a.Const != nil:
		w.constant(a.Const)
	}
}
