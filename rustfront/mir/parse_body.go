package mir

import (
	"strings"
)

// bodyParser reads the text of one item, line by line; statements are handed to
// the embedded parser.
type bodyParser struct {
	parser
	file string
	line int // of next
	next int // offset of the next line
	it   *Item
}

// nextLine returns the bounds of the next line, without its line break.
func (b *bodyParser) nextLine() (from, to int, ok bool) {
	if b.next >= len(b.src) {
		return 0, 0, false
	}
	from = b.next
	if i := strings.IndexByte(b.src[from:], '\n'); i >= 0 {
		to = from + i
	} else {
		to = len(b.src)
	}
	b.next = to + 1
	b.line++
	return from, to, true
}

// note records that the line before the current one was not understood.
func (b *bodyParser) note(line int, text string) {
	b.it.Notes = append(b.it.Notes, Note{File: b.file, Line: line, Text: text})
}

// unknown records a form that is not known.
func (b *bodyParser) unknown(line int, text string) {
	b.it.Notes = append(b.it.Notes, Note{File: b.file, Line: line, Text: text, Form: true})
}

// clip shortens text for notes.
func clip(s string) string {
	if len(s) > 160 {
		return s[:160] + "..."
	}
	return s
}

func indentOf(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] != ' ' {
			return i
		}
	}
	return len(s)
}

// body reads the lines of an item behind its header.
func (b *bodyParser) body() {
	more := b.declarations()
	b.it.indexLocals()
	if more {
		b.blocks()
	}
}

// declarations reads locals, debug info and scopes; it tells whether blocks
// follow. The line of the first block is left unread.
func (b *bodyParser) declarations() bool {
	scopes := []int{0}
	for {
		at := b.next
		from, to, ok := b.nextLine()
		if !ok {
			return false
		}
		from += indentOf(b.src[from:to])
		text := b.src[from:to]
		switch {
		case text == "":
		case strings.HasPrefix(text, "debug "):
			b.debug(from, to, scopes[len(scopes)-1])
		case strings.HasPrefix(text, "let "):
			b.localDecl(from, to, scopes[len(scopes)-1])
		case strings.HasPrefix(text, "scope "):
			sc := b.scope(from, to)
			sc.Parent = scopes[len(scopes)-1]
			b.it.Scopes = append(b.it.Scopes, sc)
			scopes = append(scopes, sc.Num)
		case text == "}" && len(scopes) > 1:
			scopes = scopes[:len(scopes)-1]
		case text == "}" && from == at:
			b.it.EndLine = b.line
			return false
		case strings.HasPrefix(text, "bb"):
			b.next = at
			b.line--
			return true
		case strings.HasPrefix(text, "//"):
		default:
			b.it.Extra = append(b.it.Extra, text)
		}
	}
}

// code splits the line src[from:to] into the code, without its semicolon, and
// the comment behind it. It tells whether the line ends as one should.
func (b *bodyParser) code(from, to int) (end int, comment string, ok bool) {
	line := b.src[from:to]
	if strings.HasSuffix(line, ";") {
		return to - 1, "", true
	}
	i := strings.LastIndex(line, "// ")
	if i < 0 {
		return to, "", false
	}
	code := strings.TrimRight(line[:i], " ")
	if !strings.HasSuffix(code, ";") {
		return to, "", false
	}
	return from + len(code) - 1, line[i+3:], true
}

// scopeSpan reads `scope N at SPAN`, which stands at the end of comments.
func scopeSpan(comment string) (int, Span) {
	i := strings.Index(comment, "scope ")
	if i < 0 {
		return 0, Span{}
	}
	p := newParser(comment[i+len("scope "):])
	n := p.number()
	p.want(" at ")
	if !p.ok() {
		return 0, Span{}
	}
	sp, _ := parseSpan(p.rest())
	return n, sp
}

// debug reads `debug x => _1; // in scope 0 at SPAN`.
func (b *bodyParser) debug(from, to, scope int) {
	end, comment, ok := b.code(from, to)
	d := VarDebug{Scope: scope, Text: b.src[from:end], Line: b.line}
	_, d.Span = scopeSpan(comment)
	b.within(from+len("debug "), end)
	i := strings.Index(b.rest(), " => ")
	if i >= 0 {
		d.Name = b.src[b.pos : b.pos+i]
		b.pos += i + len(" => ")
		if q := newParser(d.Name); q.ident() == "" || !q.done() {
			d.Fragment = d.Name
			q.pos = 0
			for q.pos < q.lim && !isIdentStart(q.peek()) {
				q.pos++
			}
			d.Name = q.ident()
		}
		if b.eat("const ") {
			d.Const = b.keywordConst()
		} else if b.atPlace() || b.at("(") {
			d.Place = b.place()
		} else {
			d.Const = b.operand().Const // a function, as 1.78 has it
		}
	}
	if !ok || i < 0 || !b.done() {
		d.Place, d.Const = nil, nil
		b.unknown(b.line, "debug information not understood: "+clip(d.Text))
	}
	b.it.Debug = append(b.it.Debug, d)
}

// localDecl reads `let mut _1: T; // in scope 0 at SPAN`.
func (b *bodyParser) localDecl(from, to, scope int) {
	end, comment, ok := b.code(from, to)
	l := Local{Scope: scope, Line: b.line}
	_, l.Span = scopeSpan(comment)
	b.within(from+len("let "), end)
	l.Mut = b.eat("mut ")
	l.Num = b.local()
	b.want(": ")
	start := b.pos
	l.Type = b.typ()
	if b.eat(" as ") {
		l.UserType = b.rest()
		b.pos = b.lim
	}
	if !ok || !b.done() {
		l.Type = &Type{Kind: TyUnknown, Name: b.src[min(start, end):end]}
		b.unknown(b.line, "declaration not understood: "+clip(b.src[from:end]))
	}
	b.it.Locals = append(b.it.Locals, l)
}

// scope reads `scope 1 {` or `scope 2 (inlined f) { // at SPAN`.
func (b *bodyParser) scope(from, to int) Scope {
	var sc Scope
	line := b.src[from:to]
	if i := strings.LastIndex(line, " // at "); i >= 0 {
		sc.At, _ = parseSpan(line[i+len(" // at "):])
		line = strings.TrimRight(line[:i], " ")
	}
	b.within(from+len("scope "), from+len(line))
	sc.Num = b.number()
	if b.eat(" (inlined ") {
		if i := strings.LastIndex(b.rest(), ") {"); i >= 0 {
			sc.Inlined = b.src[b.pos : b.pos+i]
			b.pos += i + len(")")
		}
	}
	b.want(" {")
	if !b.done() {
		b.unknown(b.line, "scope not understood: "+clip(line))
	}
	return sc
}

// blocks reads the basic blocks up to the end of the body.
func (b *bodyParser) blocks() {
	for {
		from, to, ok := b.nextLine()
		if !ok {
			b.note(b.line, "body without end")
			return
		}
		line := b.src[from:to]
		if line == "}" {
			b.it.EndLine = b.line
			return
		}
		if text := strings.TrimSpace(line); text == "" || strings.HasPrefix(text, "//") {
			continue
		}
		b.within(from+indentOf(line), to)
		bl := Block{Line: b.line, Num: b.block()}
		bl.Cleanup = b.eat(" (cleanup)")
		b.want(": {")
		if !b.done() {
			b.note(b.line, "block not understood: "+clip(line))
			continue
		}
		if bl.Num != len(b.it.Blocks) {
			b.note(b.line, "block out of order: "+clip(line))
		}
		b.statements(&bl)
		b.it.Blocks = append(b.it.Blocks, bl)
	}
}

// statements reads a block up to its closing brace.
func (b *bodyParser) statements(bl *Block) {
	hasTerm := false
	var src *Source // of the statement that comments belong to
	var fix func()  // runs when its comments are complete
	finish := func() {
		if fix != nil {
			fix()
		}
		src, fix = nil, nil
	}
	defer finish()
	for {
		from, to, ok := b.nextLine()
		if !ok {
			break
		}
		from += indentOf(b.src[from:to])
		line := b.src[from:to]
		if line == "}" {
			break
		}
		if line == "" {
			continue
		}
		if strings.HasPrefix(line, "//") {
			if src != nil {
				b.constNote(src, from, to)
			}
			continue
		}
		finish()
		if hasTerm {
			// Never printed by rustc; keep the terminator last all the same.
			b.note(b.line, "statement behind a terminator: "+clip(line))
			continue
		}
		var s Stmt
		var t Term
		if b.stmtLine(from, to, &s, &t) {
			hasTerm, bl.Term = true, t
			src, fix = &bl.Term.Source, func() { b.attachTerm(&bl.Term) }
			continue
		}
		bl.Stmts = append(bl.Stmts, s)
		last := &bl.Stmts[len(bl.Stmts)-1]
		src, fix = &last.Source, func() { b.attachStmt(last) }
	}
	finish()
	if !hasTerm {
		bl.Term = Term{Kind: TermUnknown, Target: -1, Drop: -1}
		bl.Term.Line = b.line
		b.note(b.line, "block without terminator")
	}
}

// stmtLine reads the statement or terminator that begins on the line
// src[from:to]; assembly may go on on further lines.
func (b *bodyParser) stmtLine(from, to int, s *Stmt, t *Term) (isTerm bool) {
	start := b.line
	end, comment, ok := b.code(from, to)
	if strings.HasPrefix(b.src[from:to], "asm!(") {
		end, comment = b.asmLines(from, end, comment, ok)
	}
	*t = Term{Target: -1, Drop: -1}
	b.within(from, end)
	isTerm = b.statement(s, t)
	source := &s.Source
	if !b.done() {
		text := b.src[from:end]
		isTerm = hasTargets(text)
		if isTerm {
			*t = Term{Kind: TermUnknown, Target: -1, Drop: -1, Targets: namedBlocks(text)}
		} else {
			*s = Stmt{Kind: StmtUnknown}
		}
		why := b.err
		if why == "" {
			why = "unexpected text"
			b.errAt = b.pos
		}
		b.unknown(start, why+" at \""+clip(b.src[min(b.errAt, end):end])+"\" in: "+clip(text))
		if b.within(from, end); !isTerm && b.atPlace() {
			if pl := b.place(); b.eat(" = ") && b.ok() {
				*s = Stmt{Kind: StmtAssign, Place: pl, Rvalue: &Rvalue{Kind: RvUnknown, Text: b.rest()}}
			}
		}
	}
	if isTerm {
		source = &t.Source
	}
	source.Text, source.Line = b.src[from:end], start
	source.Scope, source.Span = scopeSpan(comment)
	return isTerm
}

// maxAsmLines bounds the search for the end of an assembly template.
const maxAsmLines = 1024

// asmLines finds the end of inline assembly, whose template is printed with its
// line breaks. Where there is none, the first line is all of the statement.
func (b *bodyParser) asmLines(from, firstEnd int, firstComment string, ok bool) (end int, comment string) {
	next, line := b.next, b.line
	end, comment = firstEnd, firstComment
	for range maxAsmLines {
		if ok && strings.HasPrefix(comment, "scope ") || ok && comment == "" {
			var probe Term
			b.within(from, end)
			if b.terminator(&probe); b.done() {
				return end, comment
			}
		}
		_, to, more := b.nextLine()
		if !more {
			break
		}
		end, comment, ok = b.code(from, to)
	}
	b.next, b.line = next, line
	return firstEnd, firstComment
}

// hasTargets tells whether a text that was not understood names blocks to go
// to: then it is a terminator.
func hasTargets(text string) bool {
	return strings.Contains(text, " -> bb") || strings.Contains(text, " -> [") && strings.Contains(text, ": bb") ||
		strings.Contains(text, " -> unwind ")
}

// namedBlocks lists the blocks named behind the last arrow.
func namedBlocks(text string) []int {
	var bs []int
	p := newParser(text[strings.LastIndex(text, " -> "):])
	for p.pos < p.lim {
		if p.at("bb") && isDigit(p.peekAt(2)) && !isIdent(p.src[p.pos-1]) {
			bs = append(bs, p.block())
			continue
		}
		p.pos++
	}
	return bs
}
