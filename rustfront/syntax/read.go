package syntax

import (
	"context"
	"fmt"
	"sort"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"
	"github.com/smacker/go-tree-sitter/rust"

	"preemptck/infer"
)

// File is what a source file holds.
type File struct {
	Items    []Item
	Impls    []Impl
	Problems []Problem
}

// Item is a function or type that carries klint's attributes. Pos is where it
// begins behind its attributes and comments, as the compiler has it.
type Item struct {
	Name string
	Pos  infer.Pos
	// Type is set for structs, enums, unions and traits: the annotation is then that
	// of dropping a value (`drop_preempt_count`), or an object of the trait.
	Type       bool
	Annotation *infer.Annotation
	// Report and DumpMIR are set by report_preempt_count and dump_mir.
	Report, DumpMIR bool
}

// Impl is an impl block, its parts as written. Trait is "" for inherent ones.
type Impl struct {
	Pos                          infer.Pos
	Generics, Trait, Self, Where string
	// Unsized are the parameters that need not be Sized.
	Unsized []string
	// Items are the names defined in it, in order.
	Items []string
}

// Problem is a mistake in a klint attribute, and what was expected.
type Problem struct {
	Pos  infer.Pos
	Text string
}

func (p Problem) Error() string { return fmt.Sprintf("%s: %s", p.Pos, p.Text) }

// Read reads a source file; name is for positions.
func Read(name string, src []byte) (*File, error) {
	p := sitter.NewParser()
	defer p.Close()
	p.SetLanguage(rust.GetLanguage())
	tree, err := p.ParseCtx(context.Background(), nil, src)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer tree.Close()
	r := &reader{name: name, src: src, out: &File{}, read: map[uint32]bool{}}
	r.walk(tree.RootNode())
	r.overlooked(tree.RootNode())
	sort.SliceStable(r.out.Problems, func(i, j int) bool {
		a, b := r.out.Problems[i].Pos, r.out.Problems[j].Pos
		return a.Line < b.Line || a.Line == b.Line && a.Col < b.Col
	})
	return r.out, nil
}

type reader struct {
	name string
	src  []byte
	out  *File
	// read are the offsets of the attributes that were understood or reported.
	read map[uint32]bool
}

func (r *reader) pos(n *sitter.Node) infer.Pos {
	p := n.StartPoint()
	return infer.Pos{File: r.name, Line: int32(p.Row) + 1, Col: int32(p.Column) + 1}
}

func (r *reader) problem(n *sitter.Node, format string, args ...any) {
	r.out.Problems = append(r.out.Problems, Problem{r.pos(n), fmt.Sprintf(format, args...)})
}

func (r *reader) field(n *sitter.Node, name string) string {
	if c := n.ChildByFieldName(name); c != nil {
		return c.Content(r.src)
	}
	return ""
}

// walk visits items; attributes stand before the item they belong to, as its
// siblings.
func (r *reader) walk(n *sitter.Node) {
	var attrs []*sitter.Node
	for i := range int(n.NamedChildCount()) {
		c := n.NamedChild(i)
		switch c.Type() {
		case "attribute_item":
			attrs = append(attrs, c)
			continue
		case "line_comment", "block_comment":
			continue
		case "impl_item":
			r.impl(c)
		}
		r.item(c, attrs)
		attrs = nil
		r.walk(c)
	}
	for _, a := range attrs {
		if k := klintName(a, r.src); k != "" {
			r.read[a.StartByte()] = true
			r.problem(a, "klint::%s stands before no item", k)
		}
	}
}

func (r *reader) impl(n *sitter.Node) {
	im := Impl{Pos: r.pos(n), Generics: r.field(n, "type_parameters"), Trait: r.field(n, "trait"), Self: r.field(n, "type")}
	for i := range int(n.NamedChildCount()) {
		if c := n.NamedChild(i); c.Type() == "where_clause" {
			im.Where = c.Content(r.src)
			im.Unsized = append(im.Unsized, r.unsized(c)...)
		}
	}
	if c := n.ChildByFieldName("type_parameters"); c != nil {
		im.Unsized = append(im.Unsized, r.unsized(c)...)
	}
	if body := n.ChildByFieldName("body"); body != nil {
		for i := range int(body.NamedChildCount()) {
			if name := r.field(body.NamedChild(i), "name"); name != "" {
				im.Items = append(im.Items, name)
			}
		}
	}
	r.out.Impls = append(r.out.Impls, im)
}

// unsized lists what has the bound `?Sized` in a list of parameters or a where clause.
func (r *reader) unsized(list *sitter.Node) []string {
	var out []string
	for i := range int(list.NamedChildCount()) {
		bounds := list.NamedChild(i).ChildByFieldName("bounds")
		for k := 0; bounds != nil && k < int(bounds.NamedChildCount()); k++ {
			if bounds.NamedChild(k).Type() == "removed_trait_bound" {
				out = append(out, r.field(list.NamedChild(i), "left"))
			}
		}
	}
	return out
}

// overlooked reports the attributes that no item was found for: those inside
// macro invocations, and those in what the grammar does not understand.
func (r *reader) overlooked(root *sitter.Node) {
	text := string(r.src)
	for at := 0; ; {
		i := strings.Index(text[at:], "klint::")
		if i < 0 {
			return
		}
		at += i
		open := strings.LastIndex(text[:at], "#[")
		here := at
		at += len("klint::")
		if open < 0 || strings.TrimSpace(text[open+2:here]) != "" || r.read[uint32(open)] {
			continue
		}
		n := root.NamedDescendantForPointRange(pointAt(text, open), pointAt(text, open+1))
		inside := ""
		for m := n; m != nil; m = m.Parent() {
			switch m.Type() {
			case "line_comment", "block_comment", "string_literal", "raw_string_literal":
				inside = "text"
			case "macro_invocation", "macro_definition", "token_tree":
				if inside == "" {
					inside = "macro"
				}
			}
		}
		p := pointAt(text, open)
		pos := infer.Pos{File: r.name, Line: int32(p.Row) + 1, Col: int32(p.Column) + 1}
		switch inside {
		case "text":
		case "macro":
			r.out.Problems = append(r.out.Problems, Problem{pos, "a klint attribute inside a macro is not read: write the item outside the macro"})
		default:
			r.out.Problems = append(r.out.Problems, Problem{pos, "a klint attribute on something that is not understood: it belongs on a function, struct, enum, union or trait"})
		}
	}
}

func pointAt(text string, offset int) sitter.Point {
	row := strings.Count(text[:offset], "\n")
	return sitter.Point{Row: uint32(row), Column: uint32(offset - strings.LastIndex(text[:offset], "\n") - 1)}
}
