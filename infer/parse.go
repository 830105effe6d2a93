package infer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Parse reads the text form that [Program.String] prints. In hand-written text
// a variable comes into being where it is first named. Errors name the line.
func Parse(text string) (*Program, error) {
	p := NewProgram()
	r := &reader{prog: p}
	for i, line := range strings.Split(text, "\n") {
		words, err := splitWords(line)
		if err == nil && len(words) > 0 {
			err = r.line(words)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return p, p.Check()
}

type reader struct {
	prog  *Program
	f     *Func
	block *Block
}

// splitWords splits at white space; a quoted string is one word (with what
// stands before the quotes), and # begins a comment.
func splitWords(line string) ([]string, error) {
	var words []string
	for {
		line = strings.TrimLeft(line, " \t\r")
		if line == "" || line[0] == '#' {
			return words, nil
		}
		i := strings.IndexAny(line, " \t\r\"")
		switch {
		case i < 0:
			return append(words, line), nil
		case line[i] != '"':
			words = append(words, line[:i])
			line = line[i:]
		default:
			q, err := strconv.QuotedPrefix(line[i:])
			if err != nil {
				return nil, fmt.Errorf("unterminated string in %s", line)
			}
			s, err := strconv.Unquote(q)
			if err != nil {
				return nil, err
			}
			words = append(words, line[:i]+"\""+s)
			line = line[i+len(q):]
		}
	}
}

func (r *reader) line(w []string) error {
	switch {
	case w[0] == "func" && len(w) >= 2:
		return r.fn(w[1:])
	case w[0] == "init" && len(w) == 3:
		r.prog.Inits = append(r.prog.Inits, SlotInit{Slot: unquote(w[1]), Func: unquote(w[2])})
		return nil
	case r.f == nil:
		return fmt.Errorf("%s: want func or init", w[0])
	case w[0] == "param" && len(w) == 4:
		arg, err := strconv.Atoi(w[2])
		r.f.Params = append(r.f.Params, Param{Arg: arg, Path: unquote(w[3]), Var: r.variable(w[1])})
		return err
	case w[0] == "ret" && len(w) == 2:
		r.f.Rets = append(r.f.Rets, unquote(w[1]))
		return nil
	case len(w) == 1 && strings.HasSuffix(w[0], ":"):
		if w[0] != fmt.Sprintf("b%d:", len(r.f.Blocks)) {
			return fmt.Errorf("%s: want block b%d here", w[0], len(r.f.Blocks))
		}
		r.f.Blocks = append(r.f.Blocks, Block{Term: Term{Kind: Unreachable}})
		r.block = &r.f.Blocks[len(r.f.Blocks)-1]
		return nil
	case r.block == nil:
		return fmt.Errorf("%s: want a block first", w[0])
	}
	var pos Pos
	if last := w[len(w)-1]; strings.HasPrefix(last, "@") {
		pos = parsePos(last[1:])
		w = w[:len(w)-1]
	}
	return r.statement(w, pos)
}

func (r *reader) fn(w []string) error {
	id := unquote(w[0])
	if r.prog.Funcs[id] != nil {
		return fmt.Errorf("function %s is given twice", id)
	}
	symbol, _, _ := strings.Cut(id, "@")
	r.f = &Func{ID: id, Symbol: symbol, Name: symbol}
	r.block = nil
	r.prog.Funcs[id] = r.f
	for _, a := range w[1:] {
		key, val, _ := strings.Cut(a, "=")
		switch key {
		case "symbol":
			r.f.Symbol = unquote(val)
		case "name":
			r.f.Name = unquote(val)
		case "at":
			r.f.Pos = parsePos(val)
		case "static":
			r.f.Static = true
		case "noreturn":
			r.f.NoReturn = true
		case "weak":
			r.f.Weak = true
		case "boot":
			r.f.Boot = true
		case "rust":
			r.f.Lang = Rust
		case "nonnull":
			bits, err := strconv.ParseUint(val, 0, 64)
			if err != nil {
				return fmt.Errorf("%s: want a mask of arguments", a)
			}
			r.f.NonNull = bits
		default:
			return fmt.Errorf("unknown attribute %s", a)
		}
	}
	return nil
}

func (r *reader) statement(w []string, pos Pos) error {
	switch w[0] {
	case "goto", "if", "switch", "choose", "return", "unreachable":
		return r.term(w, pos)
	case "call":
		return r.call(w[1:], pos)
	case "store":
		if len(w) != 3 {
			return fmt.Errorf("want: store \"slot\" operand")
		}
		o, err := r.operand(w[2])
		r.block.Ops = append(r.block.Ops, Op{Kind: OpStore, Pos: pos, Slot: unquote(w[1]), Expr: Expr{Op: Copy, A: o}})
		return err
	}
	if len(w) < 3 || w[1] != "=" {
		return fmt.Errorf("%s: want an assignment, call, store or terminator", strings.Join(w, " "))
	}
	k := slices.Index(exprNames[:], w[2])
	if k < 0 {
		return fmt.Errorf("unknown operator %s", w[2])
	}
	e := Expr{Op: ExprOp(k)}
	if len(w) != 3+e.Op.operands() {
		return fmt.Errorf("%s takes %d operands", w[2], e.Op.operands())
	}
	for i, word := range w[3:] {
		o, err := r.operand(word)
		if err != nil {
			return err
		}
		if i == 0 {
			e.A = o
		} else {
			e.B = o
		}
	}
	r.block.Ops = append(r.block.Ops, Op{Kind: OpAssign, Pos: pos, Dst: r.variable(w[0]), Expr: e})
	return nil
}

func (r *reader) call(w []string, pos Pos) error {
	c := &Call{}
	eq := slices.Index(w, "=")
	if eq < 0 || eq%2 != 0 || len(w) < eq+2 {
		return fmt.Errorf("want: call [var \"path\"]... = kind target")
	}
	for i := 0; i < eq; i += 2 {
		c.Dsts = append(c.Dsts, Dst{Path: unquote(w[i+1]), Var: r.variable(w[i])})
	}
	k := slices.Index(targetNames[:], w[eq+1])
	if k < 0 {
		return fmt.Errorf("unknown kind of call %s", w[eq+1])
	}
	c.Target.Kind = TargetKind(k)
	w = w[eq+2:]
	if c.Target.Kind != Opaque {
		if len(w) == 0 {
			return fmt.Errorf("call without a target")
		}
		switch c.Target.Kind {
		case Direct:
			c.Target.Func = unquote(w[0])
			c.Text = c.Target.Func + "()"
		case SlotCall:
			c.Target.Slot = unquote(w[0])
		case Indirect:
			c.Target.Var = r.variable(w[0])
		}
		w = w[1:]
	}
	for len(w) > 0 {
		switch {
		case w[0] == "text" && len(w) >= 2:
			c.Text = unquote(w[1])
			w = w[2:]
		case w[0] == "arg" && len(w) >= 4:
			n, err := strconv.Atoi(w[1])
			if err != nil {
				return err
			}
			o, err := r.operand(w[3])
			if err != nil {
				return err
			}
			c.Args = append(c.Args, Arg{Arg: n, Path: unquote(w[2]), Value: o})
			w = w[4:]
		case w[0] == "drop":
			c.Drop = true
			w = w[1:]
		case w[0] == "generic":
			c.Generic = true
			w = w[1:]
		default:
			return fmt.Errorf("%s: want text, arg, drop or generic", w[0])
		}
	}
	r.block.Ops = append(r.block.Ops, Op{Kind: OpCall, Pos: pos, Dst: NoVar, Call: c})
	return nil
}

func (r *reader) term(w []string, pos Pos) error {
	t := Term{Pos: pos}
	var err error
	blocks := func(words []string) {
		for _, word := range words {
			n, e := strconv.Atoi(strings.TrimPrefix(word, "b"))
			if e != nil {
				err = fmt.Errorf("%s: want a block", word)
			}
			t.To = append(t.To, n)
		}
	}
	cond := func() []string {
		if len(w) < 2 {
			err = fmt.Errorf("%s without a condition", w[0])
			return nil
		}
		t.Cond, err = r.operand(w[1])
		return w[2:]
	}
	switch w[0] {
	case "goto":
		t.Kind = Goto
		blocks(w[1:])
	case "if":
		t.Kind = If
		blocks(cond())
	case "switch":
		t.Kind = Switch
		rest := cond()
		for len(rest) >= 2 {
			lo, hi, ok := strings.Cut(rest[0], "..")
			l, e1 := strconv.ParseInt(lo, 0, 64)
			h, e2 := strconv.ParseInt(hi, 0, 64)
			if !ok || e1 != nil || e2 != nil {
				return fmt.Errorf("%s: want LO..HI", rest[0])
			}
			t.Ranges = append(t.Ranges, Interval{l, h})
			blocks(rest[1:2])
			rest = rest[2:]
		}
		blocks(rest)
	case "choose":
		t.Kind = Choose
		blocks(w[1:])
	case "return":
		t.Kind = Return
		for _, word := range w[1:] {
			o, e := r.operand(word)
			if e != nil {
				return e
			}
			t.Values = append(t.Values, o)
		}
	case "unreachable":
		t.Kind = Unreachable
	}
	r.block.Term = t
	return err
}

func (r *reader) operand(word string) (Operand, error) {
	switch {
	case word == "?":
		return Operand{}, nil
	case strings.HasPrefix(word, "&"):
		return FuncOf(unquote(word[1:])), nil
	case word[0] == '-' || word[0] >= '0' && word[0] <= '9':
		n, err := strconv.ParseInt(word, 0, 64)
		return ConstOf(n), err
	}
	return VarOf(r.variable(word)), nil
}

// variable finds or makes the variable that a word names.
func (r *reader) variable(word string) Var {
	if word == "_" {
		return NoVar
	}
	if num, ok := strings.CutPrefix(word, "%"); ok {
		num, name, _ := strings.Cut(num, ":")
		if n, err := strconv.Atoi(num); err == nil && n >= 0 && n < 1<<16 {
			for len(r.f.Vars) <= n {
				r.f.Vars = append(r.f.Vars, "")
			}
			r.f.Vars[n] = unquote(name)
			return Var(n)
		}
	}
	if i := slices.Index(r.f.Vars, word); i >= 0 {
		return Var(i)
	}
	r.f.Vars = append(r.f.Vars, word)
	return Var(len(r.f.Vars) - 1)
}

func unquote(word string) string { return strings.TrimPrefix(word, "\"") }

func parsePos(s string) Pos {
	var line, col int
	if i := strings.LastIndexByte(s, ':'); i > 0 {
		if j := strings.LastIndexByte(s[:i], ':'); j > 0 {
			line, _ = strconv.Atoi(s[j+1 : i])
			col, _ = strconv.Atoi(s[i+1:])
			s = s[:j]
		}
	}
	return Pos{File: s, Line: int32(line), Col: int32(col)}
}
