package infer

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// dnf prints alternatives; "" where one of them always holds.
func (s *Summary) dnf(conds []Cond) string {
	var parts []string
	for i, c := range conds {
		t := s.condText(c)
		if t == "" {
			return ""
		}
		if slices.ContainsFunc(conds[:i], func(d Cond) bool { return d.Contains(c) }) ||
			slices.ContainsFunc(conds[i+1:], func(d Cond) bool { return d.Contains(c) && !c.Contains(d) }) {
			continue // said by another one
		}
		if !slices.Contains(parts, t) {
			parts = append(parts, t)
		}
	}
	return strings.Join(parts, " || ")
}

func (s *Summary) condText(c Cond) string {
	var parts []string
	for _, a := range c {
		name := s.paramName(a.Param)
		if strings.HasPrefix(s.Params[a.Param].Path, "==") {
			parts = append(parts, sameText(name, a.Fact))
			continue
		}
		parts = append(parts, a.Fact.text(name))
	}
	return strings.Join(parts, " && ")
}

// sameText is a condition on a comparison of two pointers, "(a == b)".
func sameText(name string, f Fact) string {
	name = strings.TrimSuffix(strings.TrimPrefix(name, "("), ")")
	if !f.set().Has(0) {
		return name
	}
	return strings.Replace(name, " == ", " != ", 1)
}

func (s *Summary) paramName(i int) string {
	p := s.Params[i]
	name := fmt.Sprintf("arg%d", p.Arg)
	if s.Func != nil && i < len(s.Func.Params) {
		if v := s.Func.Params[i].Var; v >= 0 && int(v) < len(s.Func.Vars) && s.Func.Vars[v] != "" {
			return s.Func.Vars[v]
		}
	}
	return name + p.Path
}

func (s *Summary) retText(rets []RetValue) string {
	var parts []string
	for i, r := range rets {
		if f := r.Fact(); !f.IsTop() {
			parts = append(parts, strings.TrimSpace(f.text(s.retName(i))))
		}
	}
	return strings.Join(parts, " && ")
}

// retName is what a condition calls a result: nothing for the returned value,
// `*p` or `p->f` for what a C function leaves behind p.
func (s *Summary) retName(i int) string {
	path := s.Rets[i]
	arg, field, ok := strings.Cut(strings.TrimPrefix(path, "&"), "*")
	if n, err := strconv.Atoi(arg); ok && err == nil && s.Func != nil && s.Func.Lang == C {
		for k, p := range s.Params {
			if p.Arg == n && p.Path == "" && field == "" {
				return "*" + s.paramName(k)
			} else if p.Arg == n && p.Path == "" {
				return s.paramName(k) + "->" + field[1:]
			}
		}
	}
	return path
}

// text is the fact as a C condition on name.
func (f Fact) text(name string) string {
	var parts []string
	set := f.set()
	if except, ok := set.Complement().Single(); ok {
		if f.Ones == 0 && len(f.Some) == 0 {
			parts = append(parts, fmt.Sprintf("%s != %d", name, except))
		}
	} else if !set.IsAll() {
		parts = append(parts, setText(set, name))
	}
	if f.Ones != 0 {
		parts = append(parts, fmt.Sprintf("%s & %#x", name, f.Ones))
	}
	if f.Zeros != 0 {
		parts = append(parts, fmt.Sprintf("!(%s & %#x)", name, f.Zeros))
	}
	for _, m := range f.Some {
		parts = append(parts, fmt.Sprintf("%s & %#x", name, m))
	}
	return strings.Join(parts, " && ")
}

func setText(set IntSet, name string) string {
	if len(set) == 1 {
		switch iv := set[0]; {
		case iv.Lo == iv.Hi:
			return fmt.Sprintf("%s == %d", name, iv.Lo)
		case iv.Lo == math.MinInt64:
			return fmt.Sprintf("%s < %d", name, iv.Hi+1)
		case iv.Hi == math.MaxInt64:
			if iv.Lo == 1 {
				return fmt.Sprintf("%s > 0", name)
			}
			return fmt.Sprintf("%s >= %d", name, iv.Lo)
		case iv.Lo == 0:
			return fmt.Sprintf("%s <= %d", name, iv.Hi)
		case iv.Lo == -4095 && iv.Hi == -1:
			return strings.TrimSpace("IS_ERR(" + name + ")")
		}
	}
	if c := set.Complement(); len(c) == 1 {
		switch iv := c[0]; {
		case iv.Lo == -4095 && iv.Hi == -1:
			return strings.TrimSpace("!IS_ERR(" + name + ")")
		case iv.Lo == 0: // as an unsigned number or a pointer
			return fmt.Sprintf("%s > %d", name, iv.Hi)
		}
	}
	return strings.TrimSpace(name + " in " + set.String())
}
