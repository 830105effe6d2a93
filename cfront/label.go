package cfront

import (
	"strings"
	"unicode"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

func (l *lowerer) labelNamed(name string) *label {
	x := l.labels[name]
	if x == nil {
		x = &label{block: -1}
		l.labels[name] = x
		l.labelOrder = append(l.labelOrder, name)
	}
	if x.block < 0 {
		x.block = l.newBlock()
	}
	return x
}

// placeLabel begins the block of a label here.
func (l *lowerer) placeLabel(name string) {
	x := l.labelNamed(name)
	x.cleanups = append([]cleanup(nil), l.cleanups...)
	x.placed = true
	l.jump(x.block)
}

func (l *lowerer) labelStmt(i int, n *libclang.Node) {
	l.placeLabel(l.String(n.Decl))
	for _, k := range l.children(i) {
		l.stmt(k)
	}
}

// gotoLabel leaves for a label; the cleanups on the way are settled by
// resolveGotos, when the scope of every label is known.
func (l *lowerer) gotoLabel(name string) {
	l.labelNamed(name)
	l.gotos = append(l.gotos, pendingGoto{from: l.cur, label: name, cleanups: append([]cleanup(nil), l.cleanups...)})
	l.leave(infer.Term{Kind: infer.Unreachable})
}

// chooseLabels continues at any of the labels, or here where falls is set.
func (l *lowerer) chooseLabels(names []string, falls bool) {
	var to []int
	next := -1
	if falls {
		next = l.newBlock()
		to = append(to, next)
	}
	for range names {
		to = append(to, l.newBlock())
	}
	if len(to) == 0 {
		l.leave(infer.Term{Kind: infer.Unreachable})
		return
	}
	l.leave(infer.Term{Kind: infer.Choose, To: to})
	for k, name := range names {
		l.cur = to[len(to)-len(names)+k]
		l.gotoLabel(name)
	}
	if falls {
		l.cur = next
	}
}

func (l *lowerer) resolveGotos() {
	for _, g := range l.gotos {
		x := l.labels[g.label]
		l.cur = g.from
		pos := l.blocks[g.from].term.Pos
		if !x.placed {
			continue
		}
		common := 0
		for common < len(g.cleanups) && common < len(x.cleanups) && g.cleanups[common].id == x.cleanups[common].id {
			common++
		}
		l.pos = pos
		for k := len(g.cleanups) - 1; k >= common; k-- {
			l.runCleanup(g.cleanups[k])
		}
		l.blocks[l.cur].term = infer.Term{Kind: infer.Goto, Pos: pos, To: []int{x.block}}
	}
}

// asm lowers inline assembly: what it may write is not known afterwards, and an
// asm goto may leave for its labels.
func (l *lowerer) asm(i int) {
	n := &l.Nodes[i]
	outputs := l.asmOutputs(n)
	for at, k := range l.children(i) {
		switch s := l.Nodes[k]; {
		case s.Kind == libclang.AddrLabelExpr:
		case s.Kind.IsExpr() && s.Kind != libclang.UnexposedExpr && s.Kind != libclang.IntegerLiteral:
			p := l.lvalue(k)
			p.slot = ""
			if at >= outputs {
				// A prefetch takes any address.
				p.through = infer.Operand{}
			}
			l.write(p, s.TKind, value{})
		default:
			v := l.expr(k)
			if v.addr != nil {
				l.forgetUnder(*v.addr, nil)
			}
		}
	}
	if len(l.labelOrder) == 0 {
		return
	}
	if names, ok := l.asmLabels(n); ok {
		l.chooseLabels(names, true)
	}
}

// asmOutputs counts the outputs of inline assembly, by its source text; what it
// cannot read has none.
func (l *unit) asmOutputs(n *libclang.Node) int {
	src := l.texts.get(l.paths[n.SFile])
	if int(n.SOff) >= len(src) {
		return 0
	}
	head, body, ok := strings.Cut(src[n.SOff:], "(")
	if !ok || len(head) > 80 {
		return 0
	}
	parts := splitTop(body, ':')
	if len(parts) < 2 || strings.Trim(parts[1], " \t\n\\") == "" {
		return 0
	}
	return len(splitTop(parts[1]+")", ','))
}

// asmLabels reads the labels of an asm goto from its source text. A label that
// is a macro's parameter is looked for in the text of the outermost macro's use;
// where that names none either, it may be any label.
func (l *lowerer) asmLabels(n *libclang.Node) ([]string, bool) {
	src := l.texts.get(l.paths[n.SFile])
	if int(n.SOff) >= len(src) {
		return nil, false
	}
	head, body, ok := strings.Cut(src[n.SOff:], "(")
	if !ok || !strings.Contains(head, "goto") || len(head) > 80 {
		return nil, false
	}
	parts := splitTop(body, ':')
	var names []string
	if len(parts) >= 5 {
		names = l.labelsIn(parts[len(parts)-1])
	}
	if names == nil && n.InMacro() {
		if use := l.texts.get(l.paths[n.File]); int(n.Off) < len(use) {
			if _, args, ok := strings.Cut(use[n.Off:], "("); ok {
				names = l.labelsIn(strings.Join(splitTop(args, ','), " "))
			}
		}
	}
	if names == nil {
		names = l.labelOrder
	}
	return names, true
}

// labelsIn lists the labels of the function among the words of a text.
func (l *lowerer) labelsIn(s string) []string {
	var names []string
	for _, w := range strings.FieldsFunc(s, func(r rune) bool { return r != '_' && !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
		if l.labels[w] != nil {
			names = append(names, w)
		}
	}
	return names
}

// splitTop splits the text of a parenthesis, up to the one that closes it, at
// the separators that stand in no inner one, and in no string.
func splitTop(s string, sep byte) []string {
	var parts []string
	depth, start := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\'':
			for i++; i < len(s) && s[i] != c; i++ {
				if s[i] == '\\' {
					i++
				}
			}
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' && depth == 0:
			return append(parts, s[start:i])
		case c == ')' || c == ']' || c == '}':
			depth--
		case c == sep && depth == 0:
			parts = append(parts, s[start:i])
			start = i + 1
		}
	}
	return nil
}
