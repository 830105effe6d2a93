package syntax

import (
	"fmt"
	"strconv"
	"strings"

	sitter "github.com/smacker/go-tree-sitter"

	"preemptck/infer"
)

// klintName is the name behind `klint::` of an attribute, or "".
func klintName(attr *sitter.Node, src []byte) string {
	a := attr.NamedChild(0)
	if a == nil || a.NamedChild(0) == nil {
		return ""
	}
	name, ok := strings.CutPrefix(strings.ReplaceAll(a.NamedChild(0).Content(src), " ", ""), "klint::")
	if !ok {
		return ""
	}
	return name
}

// item reads the attributes of an item.
func (r *reader) item(n *sitter.Node, attrs []*sitter.Node) {
	it := Item{Name: r.field(n, "name"), Pos: r.pos(n)}
	isFn := n.Type() == "function_item" || n.Type() == "function_signature_item"
	switch n.Type() {
	case "struct_item", "enum_item", "union_item", "trait_item":
		it.Type = true
	}
	found := false
	for _, a := range attrs {
		name := klintName(a, r.src)
		if name == "" {
			continue
		}
		r.read[a.StartByte()] = true
		switch name {
		case "preempt_count":
			if !isFn {
				r.problem(a, "klint::preempt_count belongs on a function; for what dropping a type does write klint::drop_preempt_count")
				continue
			}
		case "drop_preempt_count":
			if !it.Type {
				r.problem(a, "klint::drop_preempt_count belongs on a struct, enum, union or trait")
				continue
			}
		case "report_preempt_count", "dump_mir":
			if !isFn {
				r.problem(a, "klint::%s belongs on a function", name)
				continue
			}
			if args := r.arguments(a); args != "" {
				r.problem(a, "klint::%s takes no arguments", name)
				continue
			}
			it.Report = it.Report || name == "report_preempt_count"
			it.DumpMIR = it.DumpMIR || name == "dump_mir"
			found = true
			continue
		default:
			r.problem(a, "klint::%s is not known: want preempt_count, drop_preempt_count, report_preempt_count or dump_mir", name)
			continue
		}
		if it.Annotation != nil {
			r.problem(a, "a second klint::%s on one item: the first is at line %d", name, it.Annotation.Pos.Line)
			continue
		}
		an, err := parseAnnotation(r.arguments(a))
		if err != nil {
			r.problem(a, "klint::%s: %v", name, err)
			continue
		}
		an.Pos = r.pos(a)
		it.Annotation = an
		found = true
	}
	if found {
		r.out.Items = append(r.out.Items, it)
	}
}

// arguments is the text between the parentheses of an attribute.
func (r *reader) arguments(attr *sitter.Node) string {
	a := attr.NamedChild(0).ChildByFieldName("arguments")
	if a == nil {
		return ""
	}
	t := strings.TrimSpace(a.Content(r.src))
	return strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(t, "("), ")"))
}

// parseAnnotation reads `adjust = N, expect = RANGE, unchecked`, each at most
// once and in any order, at least one of the first two.
func parseAnnotation(text string) (*infer.Annotation, error) {
	const want = "want adjust = N, expect = RANGE and unchecked, as in (adjust = 1, expect = 0.., unchecked)"
	if text == "" {
		return nil, fmt.Errorf("no arguments: %s", want)
	}
	an := &infer.Annotation{}
	for _, part := range strings.Split(strings.TrimSuffix(text, ","), ",") {
		key, val, hasVal := strings.Cut(part, "=")
		// `0..=2` has an equals sign of its own, behind the first.
		key, val = strings.TrimSpace(key), strings.TrimSpace(val)
		switch {
		case key == "unchecked" && hasVal:
			return nil, fmt.Errorf("unchecked takes no value")
		case key == "unchecked":
			if an.Unchecked {
				return nil, fmt.Errorf("unchecked is given twice")
			}
			an.Unchecked = true
		case key == "adjust":
			if an.Adjust != nil {
				return nil, fmt.Errorf("adjust is given twice")
			}
			n, err := strconv.Atoi(strings.ReplaceAll(val, " ", ""))
			if err != nil || n < -100 || n > 100 {
				return nil, fmt.Errorf("adjust = %q: want a whole number from -100 to 100", val)
			}
			an.Adjust = &n
		case key == "expect":
			if an.Expect != nil {
				return nil, fmt.Errorf("expect is given twice")
			}
			rng, err := infer.ParseRange(val)
			if err != nil {
				return nil, err
			}
			an.Expect = &rng
		case key == "":
			return nil, fmt.Errorf("an empty argument: %s", want)
		default:
			return nil, fmt.Errorf("%q is not known: %s", key, want)
		}
	}
	if an.Adjust == nil && an.Expect == nil {
		return nil, fmt.Errorf("neither adjust nor expect: %s", want)
	}
	return an, nil
}
