package mir

import (
	"fmt"
	"strings"
)

// String prints the whole text: all items, an empty line between two.
func (f *File) String() string {
	var b strings.Builder
	for i, it := range f.Items {
		if i > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(it.String())
	}
	return b.String()
}

// String prints the note with its position.
func (n Note) String() string { return fmt.Sprintf("%s:%d: %s", n.File, n.Line, n.Text) }

// String prints the item in rustc's layout, spans included.
func (it *Item) String() string {
	w := &itemPrinter{it: it}
	if it.Pass != nil {
		when := "after"
		if it.Pass.Before {
			when = "before"
		}
		w.s("// MIR for `", it.Pass.Name, "` ", when, " ", it.Pass.Pass, "\n\n")
	}
	if it.CTFE {
		w.s("// MIR FOR CTFE\n")
	}
	w.header()
	if it.Value != nil || it.Kind == ItemUnknown && it.Blocks == nil {
		w.s("\n")
	} else {
		w.s(" {\n")
		w.scope(0, 1)
		for _, x := range it.Extra {
			w.s("    ", x, "\n")
		}
		for i := range it.Blocks {
			w.s("\n")
			w.block(&it.Blocks[i])
		}
		w.s("}\n")
	}
	for _, a := range it.Allocs {
		w.s("\n", a.Text, "\n")
	}
	return w.String()
}

type itemPrinter struct {
	printer
	it *Item
}

func (w *itemPrinter) header() {
	it := w.it
	switch it.Kind {
	case ItemUnknown:
		w.s(it.Header)
		return
	case ItemFn:
		w.s("fn ")
	case ItemConst:
		w.s("const ")
	case ItemStatic:
		w.s("static ")
		if it.Mut {
			w.s("mut ")
		}
	}
	w.path(it.Path)
	if it.Kind != ItemFn {
		w.s(": ")
		w.typ(it.Ret)
		w.s(" =")
		if it.Value != nil {
			w.s(" ")
			w.keyword(it.Value)
			w.s(";")
		}
		return
	}
	w.s("(")
	for i, a := range it.Args {
		if i > 0 {
			w.s(", ")
		}
		w.local(a.Num)
		w.s(": ")
		w.typ(a.Type)
	}
	w.s(") -> ")
	w.typ(it.Ret)
	if it.Yields != nil {
		w.s("\nyields ")
		w.typ(it.Yields)
		w.s("\n")
	}
}

// line prints code with its comment, aligned as rustc does.
func (w *itemPrinter) line(indent int, code, comment string) {
	pad := strings.Repeat("    ", indent)
	if comment == "" {
		w.s(pad, code, "\n")
		return
	}
	fmt.Fprintf(w, "%-40s // %s\n", pad+code, comment)
}

func inScope(what string, scope int, sp Span) string {
	switch {
	case sp.IsValid():
		return fmt.Sprintf("%s %d at %s", what, scope, sp)
	case scope != 0:
		return fmt.Sprintf("%s %d at no-location", what, scope)
	}
	return ""
}

// scope prints what belongs to the scope num, and the scopes in it.
func (w *itemPrinter) scope(num, indent int) {
	for _, d := range w.it.Debug {
		if d.Scope == num {
			w.line(indent, d.Text+";", inScope("in scope", num, d.Span))
		}
	}
	for _, l := range w.it.Locals {
		if l.Scope != num {
			continue
		}
		var p printer
		p.s("let ")
		if l.Mut {
			p.s("mut ")
		}
		p.local(l.Num)
		p.s(": ")
		p.typ(l.Type)
		if l.UserType != "" {
			p.s(" as ", l.UserType)
		}
		p.s(";")
		what := "in scope"
		if l.Num == 0 {
			what = "return place in scope"
		}
		w.line(indent, p.String(), inScope(what, num, l.Span))
	}
	for _, s := range w.it.Scopes {
		// A scope that claims to be its own ancestor is no rustc's.
		if s.Parent != num || s.Num <= num {
			continue
		}
		head := fmt.Sprintf("scope %d", s.Num)
		if s.Inlined != "" {
			head += " (inlined " + s.Inlined + ")"
		}
		at := ""
		if s.At.IsValid() {
			at = "at " + s.At.String()
		}
		w.line(indent, head+" {", at)
		w.scope(s.Num, indent+1)
		w.line(indent, "}", "")
	}
}

func (w *itemPrinter) block(b *Block) {
	cleanup := ""
	if b.Cleanup {
		cleanup = " (cleanup)"
	}
	w.line(1, fmt.Sprintf("bb%d%s: {", b.Num, cleanup), "")
	for i := range b.Stmts {
		w.source(b.Stmts[i].String(), &b.Stmts[i].Source)
	}
	if b.Term.Kind != TermUnknown || b.Term.Text != "" {
		w.source(b.Term.String(), &b.Term.Source)
	}
	w.line(1, "}", "")
}

// source prints a statement or terminator and the comments on its constants.
func (w *itemPrinter) source(code string, src *Source) {
	w.line(2, code+";", inScope("scope", src.Scope, src.Span))
	for _, n := range src.Consts {
		w.line(0, "", "mir::ConstOperand")
		if n.Span.IsValid() {
			w.line(0, "", "+ span: "+n.Span.String())
		}
		if n.UserType != "" {
			w.line(0, "", "+ user_ty: "+n.UserType)
		}
		if n.Type != nil {
			w.line(0, "", "+ const_: Const { ty: "+n.Type.String()+", val: "+n.Val+" }")
		}
	}
}
