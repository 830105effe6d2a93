package cfront

import (
	"sort"
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// macroUse is one expansion of a macro that is a primitive.
type macroUse struct {
	name string
	id   uint32
}

// macroAt tells whether the node is the outermost one of the expansion of a
// primitive macro: the expansion is written here, or the node begins with a token
// of the macro's definition; and it is not an operator whose left side alone comes
// from there. Inside such an expansion no other one counts.
func (l *lowerer) macroAt(i int) (macroUse, bool) {
	n := &l.Nodes[i]
	if !n.InMacro() || l.inMacro {
		return macroUse{}, false
	}
	if n.TKind == libclang.TypeFunc && n.Kind != libclang.CallExpr {
		return macroUse{}, false
	}
	if use, ok := l.useAt(n); ok {
		// Numbers of expansions have the top bit set, offsets of files do not.
		return macroUse{l.String(use.Name), n.Off}, !l.leftmost(i, func(r *libclang.Node) bool { return r.Off == n.Off })
	}
	for _, m := range l.defs[n.SFile] {
		if n.SOff >= m.Off && n.SOff < m.EndOff {
			id := n.Expansion()
			return macroUse{l.String(m.Name), id}, !l.leftmost(i, func(r *libclang.Node) bool { return r.Expansion() == id })
		}
	}
	return macroUse{}, false
}

// useAt is the recorded use of a macro that begins where a node is expanded.
func (l *lowerer) useAt(n *libclang.Node) (libclang.Macro, bool) {
	uses := l.uses[n.File]
	k := sort.Search(len(uses), func(k int) bool { return uses[k].Off >= n.Off })
	if k == len(uses) || uses[k].Off != n.Off {
		return libclang.Macro{}, false
	}
	return uses[k], true
}

// leftmost tells whether only the left operand of an operator is from the
// expansion.
func (l *lowerer) leftmost(i int, inside func(*libclang.Node) bool) bool {
	n := &l.Nodes[i]
	switch n.Kind {
	case libclang.BinaryOperator, libclang.CompoundAssign, libclang.ConditionalOperator, libclang.ArraySubscriptExpr:
	case libclang.UnexposedExpr:
		if int(n.End) == i+1 {
			return false
		}
		if n.Op == libclang.Wrap {
			return inside(&l.Nodes[i+1]) && l.leftmost(i+1, inside)
		}
		if n.Op != libclang.GNUCond {
			return false
		}
	default:
		return false
	}
	k := l.children(i)
	if len(k) < 2 {
		return false
	}
	right := &l.Nodes[k[1]]
	return !(right.InMacro() && inside(right))
}

// macro lowers the expansion of a primitive macro to one call of its name.
func (l *lowerer) macro(i int, m macroUse) value {
	if v, ok := l.doneMacros[m.id]; ok {
		return v
	}
	n := &l.Nodes[i]
	l.inMacro = true
	defer func() { l.inMacro = false }()
	l.macroPos(i)
	l.useDone(n)
	pos := l.pos

	c := &infer.Call{Target: infer.Target{Kind: infer.Direct, Func: m.name}, Text: m.name + "()"}
	var written []int
	writtenAt := map[int]place{}
	values := map[int]value{}
	seen := map[[2]uint32]bool{}
	l.macroArgs(i, m, func(arg, node int, assigned bool) {
		s := &l.Nodes[node]
		if assigned {
			if _, ok := writtenAt[arg]; !ok {
				written = append(written, arg)
				writtenAt[arg] = l.lvalue(node)
			}
			return
		}
		if at := [2]uint32{s.SFile, s.SOff}; !seen[at] {
			seen[at] = true
			v := l.expr(node)
			if _, ok := values[arg]; !ok {
				values[arg] = v
			}
		}
	})
	var args []value
	for arg := 0; arg < 16; arg++ {
		v, ok := values[arg]
		if _, out := writtenAt[arg]; !ok || out {
			continue
		}
		args = append(args, v)
		switch {
		case v.op.Kind != infer.OperandUnknown:
			c.Args = append(c.Args, infer.Arg{Arg: arg, Value: v.op})
		case v.object:
			c.Args = append(c.Args, infer.Arg{Arg: arg, Value: l.held(v)})
			l.dereferenced(v.through)
		}
	}
	l.pos = pos
	out := value{}
	valued := n.Kind.IsExpr() && scalar(n.TKind)
	if valued {
		t := l.temp()
		c.Dsts = append(c.Dsts, infer.Dst{Var: t})
		out = value{op: infer.VarOf(t), shared: true}
	}
	for k, arg := range written {
		path := ""
		if valued || k > 0 {
			path = "="
			if arg != passedDown {
				path += strconv.Itoa(arg)
			}
		}
		if x := l.placeVar(writtenAt[arg]); x != infer.NoVar {
			c.Dsts = append(c.Dsts, infer.Dst{Path: path, Var: x})
		}
	}
	l.emit(infer.Op{Kind: infer.OpCall, Dst: infer.NoVar, Call: c})
	l.forgetAfterCall(c, args, false)
	l.doneMacros[m.id] = out
	return out
}

// macroPos is nodePos for the expansion of a macro. The walker gives lines only to
// nodes that statements begin with, and an expansion can be any expression.
func (l *lowerer) macroPos(i int) {
	n := &l.Nodes[i]
	src := l.texts.get(l.paths[n.File])
	if n.Line != 0 || int(n.Off) > len(src) {
		l.nodePos(i)
		return
	}
	before := src[:n.Off]
	l.pos = infer.Pos{
		File: l.rel[n.File],
		Line: int32(1 + strings.Count(before, "\n")),
		Col:  int32(len(before) - strings.LastIndexByte(before, '\n')),
	}
}

// macroArgs visits the nodes below i that come from an argument of the macro:
// with the number of the argument, and whether the macro assigns to it.
func (l *lowerer) macroArgs(i int, m macroUse, visit func(arg, node int, assigned bool)) {
	end := int(l.Nodes[i].End)
	parent := i
	for k := i + 1; k < end; {
		n := &l.Nodes[k]
		own := l.spelledIn(n, m.name)
		if !own && n.Kind.IsExpr() {
			if arg, ok := l.argNumber(n, m.name); ok && l.whollyArg(k, arg, m.name) {
				p := &l.Nodes[parent]
				assigned := k == parent+1 && (p.Kind == libclang.BinaryOperator && p.Op == libclang.Assign || p.Kind == libclang.CompoundAssign)
				assigned = assigned || p.Kind == libclang.AsmStmt && n.Kind != libclang.UnexposedExpr
				visit(arg, k, assigned)
				k = int(n.End)
				for parent != i && int(l.Nodes[parent].End) <= k {
					parent = l.parentOf(i, k)
				}
				continue
			}
		}
		if int(n.End) > k+1 {
			parent = k
		}
		k++
		if k < end && int(l.Nodes[parent].End) <= k {
			parent = l.parentOf(i, k)
		}
	}
}

// spelledIn tells whether a node begins with a token of a macro's definition.
func (l *lowerer) spelledIn(n *libclang.Node, macro string) bool {
	for _, d := range l.defs[n.SFile] {
		if n.SOff >= d.Off && n.SOff < d.EndOff && l.String(d.Name) == macro {
			return true
		}
	}
	return false
}

// whollyArg tells whether the operands of a node all come from the argument that
// its first token does.
func (l *lowerer) whollyArg(i, arg int, macro string) bool {
	for _, k := range l.children(i) {
		if l.Nodes[k].Kind.IsExpr() {
			if other, ok := l.argNumber(&l.Nodes[k], macro); !ok || other != arg {
				return false
			}
		}
	}
	return true
}

// parentOf is the innermost node from top on that holds node k.
func (l *lowerer) parentOf(top, k int) int {
	best := top
	for i := top; i < k; {
		if int(l.Nodes[i].End) > k {
			best = i
			i++
		} else {
			i = int(l.Nodes[i].End)
		}
	}
	return best
}

// argNumber tells which argument of the macro a node is spelled in, from the
// text before it.
func (l *lowerer) argNumber(n *libclang.Node, macro string) (int, bool) {
	src := l.texts.get(l.paths[n.SFile])
	if int(n.SOff) > len(src) {
		return 0, false
	}
	before := src[max(0, int(n.SOff)-400):n.SOff]
	depth, commas := 0, 0
	for k := len(before) - 1; k >= 0; k-- {
		switch before[k] {
		case ')', ']', '}':
			depth++
		case '[':
			depth--
		case ',':
			if depth == 0 {
				commas++
			}
		case ';', '{':
			if depth <= 0 {
				return passedDown, !inDefinition(src, int(n.SOff))
			}
			if before[k] == '{' {
				depth--
			}
		case '(':
			if depth > 0 {
				depth--
				continue
			}
			head := strings.TrimRight(before[:k], " \t")
			if rest, ok := strings.CutSuffix(head, macro); ok && (rest == "" || !isWord(rest[len(rest)-1])) {
				return commas, true
			}
			commas = 0
		}
	}
	// What stands in no definition was handed down by the macros around.
	return passedDown, !inDefinition(src, int(n.SOff))
}

// passedDown is the number of an argument that an outer macro was given.
const passedDown = -1

// inDefinition tells whether a position lies in a preprocessor directive.
func inDefinition(src string, at int) bool {
	start := strings.LastIndexByte(src[:at], '\n') + 1
	for start > 1 && strings.HasSuffix(src[:start-1], "\\") {
		start = strings.LastIndexByte(src[:start-1], '\n') + 1
	}
	return strings.HasPrefix(strings.TrimLeft(src[start:], " \t"), "#")
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}

// useDone notes that the recorded use at a node's position has been lowered.
func (l *lowerer) useDone(n *libclang.Node) { l.usesDone[n.Off] = true }

// emptyMacro looks for the use of a macro that expands to nothing right before
// an empty statement.
func (l *lowerer) emptyMacro(n *libclang.Node) {
	for _, m := range l.uses[n.File] {
		if m.EndOff > n.Off || n.Off-m.EndOff > 2 || l.usesDone[m.Off] {
			continue
		}
		name := l.String(m.Name)
		c := &infer.Call{Target: infer.Target{Kind: infer.Direct, Func: name}, Text: name + "()"}
		l.emit(infer.Op{Kind: infer.OpCall, Dst: infer.NoVar, Call: c})
		return
	}
}
