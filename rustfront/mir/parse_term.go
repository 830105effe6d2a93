package mir

import (
	"strconv"
	"strings"
)

// terminator reads a terminator that does not begin with a place.
func (p *parser) terminator(t *Term) {
	switch c := p.peek(); {
	case c == 'g' && p.word("goto"):
		t.Kind = TermGoto
	case c == 's' && p.eat("switchInt("):
		t.Kind, t.Cond = TermSwitch, p.operand()
		p.want(")")
	case c == 'd' && p.eat("drop("):
		t.Kind, t.Place = TermDrop, p.closedPlace()
	case c == 'a' && p.eat("assert("):
		t.Kind, t.Expected = TermAssert, !p.eat("!")
		t.Cond = p.operand()
		p.want(", ")
		t.Word = p.quoted('"')
		if p.eat(", ") {
			t.Args = p.operands(")")
		} else {
			p.want(")")
		}
	case p.word("return"):
		t.Kind = TermReturn
	case p.word("unreachable"):
		t.Kind = TermUnreachable
	case p.word("resume"):
		t.Kind = TermResume
	case p.eat("terminate("):
		t.Kind, t.Word = TermTerminate, p.until(')')
		p.want(")")
	case p.word("abort"): // until 1.74
		t.Kind = TermTerminate
	case p.word("coroutine_drop"), p.word("generator_drop"):
		t.Kind = TermCoroutineDrop
	case p.word("falseEdge"):
		t.Kind = TermFalseEdge
	case p.word("falseUnwind"):
		t.Kind = TermFalseUnwind
	case p.eat("tailcall "):
		t.Kind, t.Func = TermTailCall, p.operand()
		p.want("(")
		t.Args = p.operands(")")
	case p.eat("asm!("):
		t.Kind, t.Asm = TermAsm, p.asm()
	default:
		p.fail("unknown statement")
		return
	}
	p.targets(t)
}

// targets reads ` -> bb1`, ` -> unwind continue`, or ` -> [return: bb1, ..]`.
func (p *parser) targets(t *Term) {
	if p.pos == p.lim || !p.ok() {
		return
	}
	p.want(" -> ")
	switch {
	case p.at("bb"):
		// What can unwind says how, unless to a block: a lone block behind a
		// call is the cleanup of a call that never returns.
		if n := p.block(); t.Kind == TermCall || t.Kind == TermAsm {
			t.Unwind = Unwind{Kind: UnwindCleanup, Block: n}
		} else {
			t.Target = n
		}
	case p.eat("unwind "):
		t.Unwind = p.unwind()
	default:
		p.want("[")
		for p.ok() && !p.eat("]") {
			p.target(t)
			if !p.eat(", ") && p.peek() != ']' {
				p.fail("expected ',' or ']' between targets")
			}
		}
	}
}

// target reads one labelled target.
func (p *parser) target(t *Term) {
	if p.eat("unwind ") {
		t.Unwind = p.unwind()
		return
	}
	if isDigit(p.peek()) {
		start := p.pos
		for isDigit(p.peek()) {
			p.pos++
		}
		c := Case{Text: p.src[start:p.pos]}
		c.Bits = lowBits(c.Text)
		p.want(": ")
		c.Target = p.block()
		t.Cases = append(t.Cases, c)
		return
	}
	label := p.ident()
	p.want(": ")
	n := p.block()
	switch label {
	case "return", "success", "otherwise", "resume", "real":
		t.Target = n
	case "unwind":
		t.Unwind = Unwind{Kind: UnwindCleanup, Block: n}
	case "drop":
		t.Drop = n
	case "imaginary", "label":
		t.Targets = append(t.Targets, n)
	default:
		p.fail("unknown target " + strconv.Quote(label))
	}
}

// lowBits returns the low 64 bits of a decimal number of up to 128 bits.
func lowBits(s string) uint64 {
	var n uint64
	for i := 0; i < len(s); i++ {
		n = n*10 + uint64(s[i]-'0')
	}
	return n
}

func (p *parser) block() int {
	p.want("bb")
	return p.number()
}

func (p *parser) unwind() Unwind {
	switch {
	case p.word("continue"):
		return Unwind{Kind: UnwindContinue}
	case p.word("unreachable"):
		return Unwind{Kind: UnwindUnreachable}
	case p.eat("terminate("):
		u := Unwind{Kind: UnwindTerminate, Reason: p.until(')')}
		p.want(")")
		return u
	case p.word("terminate"):
		return Unwind{Kind: UnwindTerminate}
	}
	p.fail("unknown unwind action")
	return Unwind{}
}

// asm reads inline assembly behind its opening parenthesis. The template is
// printed as it is, line breaks and quotes included, so its end is where the
// first quote stands that operands or options follow.
func (p *parser) asm() *Asm {
	if !p.eat("\"") {
		p.fail("expected an assembly template")
		return nil
	}
	start := p.pos
	for from := p.pos; ; {
		i := strings.Index(p.src[from:p.lim], "\", ")
		if i < 0 {
			p.pos = start
			p.fail("assembly without options")
			return nil
		}
		m := p.mark()
		a := &Asm{Template: p.src[start : from+i]}
		p.pos = from + i + len("\"")
		if p.asmOperands(a); p.ok() {
			return a
		}
		p.reset(m)
		from += i + 1
	}
}

// asmOperands reads `, in(reg) move _1, .., options(..))`.
func (p *parser) asmOperands(a *Asm) {
	for p.ok() {
		p.want(", ")
		if p.eat("options(") {
			a.Options = p.until(')')
			p.want("))")
			return
		}
		a.Operands = append(a.Operands, p.asmOperand())
	}
}

func (p *parser) asmOperand() AsmOperand {
	o := AsmOperand{Dir: p.ident()}
	switch o.Dir {
	case "const", "sym_fn", "sym_static", "label":
		p.want(" ")
		// A constant may hold commas in its generic arguments.
		start, depth := p.pos, 0
		for ; p.pos < p.lim; p.pos++ {
			switch c := p.src[p.pos]; {
			case c == '<' || c == '(' || c == '[' || c == '{':
				depth++
			case c == '>' && p.src[p.pos-1] != '-' || c == ')' || c == ']' || c == '}':
				depth--
			}
			if depth == 0 && p.at(", ") || depth < 0 {
				break
			}
		}
		o.Text = p.src[start:p.pos]
		return o
	case "in", "out", "lateout", "inout", "inlateout":
	default:
		p.fail("unknown assembly operand")
		return o
	}
	p.want("(")
	if p.peek() == '"' {
		start := p.pos
		p.quoted('"')
		o.Reg = p.src[start:p.pos]
	} else {
		o.Reg = p.until(')')
	}
	p.want(") ")
	if strings.HasPrefix(o.Dir, "in") {
		in := p.operand()
		o.In = &in
		if o.Dir == "in" {
			return o
		}
		p.want(" => ")
	}
	if p.at("_") && !isIdent(p.peekAt(1)) {
		p.pos++
	} else {
		o.Out = p.place()
	}
	return o
}
