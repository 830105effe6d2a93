package mir

// ParseType reads a type as rustc prints it. Text that is not understood comes
// back as a TyUnknown.
func ParseType(s string) *Type {
	p := newParser(s)
	t := p.typ()
	if !p.done() {
		return &Type{Kind: TyUnknown, Name: s}
	}
	return t
}

var primitives = map[string]*Type{}

func init() {
	for _, n := range []string{"bool", "char", "str", "i8", "i16", "i32", "i64", "i128", "isize",
		"u8", "u16", "u32", "u64", "u128", "usize", "f16", "f32", "f64", "f128"} {
		primitives[n] = &Type{Kind: TyPrim, Name: n}
	}
}

// typ reads a type.
func (p *parser) typ() *Type {
	if !p.enter() {
		return &Type{Kind: TyUnknown}
	}
	defer p.leave()
	switch c := p.peek(); c {
	case '!':
		p.pos++
		return &Type{Kind: TyNever}
	case '&':
		p.pos++
		t := &Type{Kind: TyRef, Lifetime: p.lifetime()}
		if t.Lifetime != "" {
			p.want(" ")
		}
		t.Mut = p.eat("mut ")
		t.Elem = p.typ()
		return t
	case '*':
		p.pos++
		t := &Type{Kind: TyPtr, Mut: p.eat("mut ")}
		if !t.Mut {
			p.want("const ")
		}
		t.Elem = p.typ()
		return t
	case '[':
		p.pos++
		t := &Type{Kind: TySlice, Elem: p.typ()}
		if p.eat("; ") {
			t.Kind, t.Len = TyArray, p.arrayLen()
		}
		p.want("]")
		return t
	case '(':
		return p.tupleType()
	case '{':
		return p.closureType()
	case '#':
		return p.fnType(nil)
	case '_':
		// `_::T` is a path: T stands in a `const _: () = {}` block.
		if !isIdent(p.peekAt(1)) && p.peekAt(1) != ':' {
			p.pos++
			return &Type{Kind: TyInfer}
		}
	case 'd':
		if p.eat("dyn ") {
			return &Type{Kind: TyDyn, Bounds: p.bounds()}
		}
	case 'i':
		if p.eat("impl ") {
			return &Type{Kind: TyImpl, Bounds: p.bounds()}
		}
	case 'f':
		if p.at("for<") {
			return p.fnType(p.binder())
		}
		if p.at("fn(") {
			return p.fnType(nil)
		}
	case 'u':
		if p.eat("unsafe<") {
			t := &Type{Kind: TyUnsafeBinder, Binder: p.lifetimes()}
			p.want(" ")
			t.Elem = p.typ()
			return t
		}
		if p.at("unsafe ") {
			return p.fnType(nil)
		}
	case 'e':
		if p.at("extern \"") {
			return p.fnType(nil)
		}
	}
	return p.pathType()
}

// arrayLen reads the length of an array type, which may be an expression of the
// source.
func (p *parser) arrayLen() *Const {
	m := p.mark()
	if c := p.constant(); p.ok() && p.peek() == ']' {
		return c
	}
	p.reset(m)
	text := p.balanced(']')
	return &Const{Kind: ConstExpr, Str: text, Text: text}
}

func (p *parser) pathType() *Type {
	path := p.path()
	if path == nil {
		return &Type{Kind: TyUnknown}
	}
	if path.Self == nil && len(path.Segs) == 1 {
		if s := &path.Segs[0]; s.Kind == SegName && s.Args == nil && !s.Paren {
			if t := primitives[s.Name]; t != nil {
				return t
			}
		}
	}
	return &Type{Kind: TyPath, Path: path}
}

// tupleType reads what begins with a parenthesis: a tuple, a type in
// parentheses, or a pattern type.
func (p *parser) tupleType() *Type {
	p.pos++
	t := &Type{Kind: TyTuple}
	for p.ok() && !p.eat(")") {
		t.Elems = append(t.Elems, p.typ())
		switch {
		case p.eat(", "):
		case p.eat(",)"):
			return t
		case len(t.Elems) == 1 && p.eat(")"):
			if p.eat(" is ") {
				return &Type{Kind: TyPattern, Elem: t.Elems[0], Name: p.pattern()}
			}
			in := *t.Elems[0]
			in.Paren = true
			return &in
		case p.peek() != ')':
			p.fail("expected ',' or ')' in a tuple type")
		}
	}
	return t
}

// pattern reads the pattern of a pattern type as text.
func (p *parser) pattern() string {
	start, depth := p.pos, 0
	for ; p.pos < p.lim; p.pos++ {
		switch p.src[p.pos] {
		case '(', '[', '{', '<':
			depth++
		case ')', ']', '}', '>':
			if depth--; depth < 0 {
				return p.src[start:p.pos]
			}
		case ',', ';':
			if depth == 0 {
				return p.src[start:p.pos]
			}
		case ' ':
			// Alternatives are separated by " | "; any other blank ends the type.
			if depth == 0 && !(p.at(" | ") || p.pos >= 2 && p.src[p.pos-1] == '|') {
				return p.src[start:p.pos]
			}
		}
	}
	return p.src[start:p.pos]
}

// closureType reads `{closure@SPAN}` and its kin.
func (p *parser) closureType() *Type {
	start := p.pos
	p.pos++
	if p.eat("async fn body of ") {
		t := &Type{Kind: TyClosure, Name: "async fn body of", Path: p.path()}
		p.want("()}")
		return t
	}
	for p.pos < p.lim {
		switch c := p.src[p.pos]; {
		case c == '@':
			t := &Type{Kind: TyClosure, Name: p.src[start+1 : p.pos]}
			p.pos++
			m := p.mark()
			if sp, ok := p.spanBefore('}'); ok {
				t.Span = sp
				return t
			}
			p.reset(m)
			t.Path = p.path()
			p.want("}")
			return t
		case isIdent(c) || c == ' ' || c == '-':
			p.pos++
		default:
			p.fail("not a closure type")
		}
	}
	p.fail("closure type without end")
	return &Type{Kind: TyUnknown}
}

// binder reads `for<'a, 'b> `.
func (p *parser) binder() []string {
	p.want("for<")
	b := p.lifetimes()
	p.want(" ")
	return b
}

// lifetimes reads the rest of a binder, up to its `>`.
func (p *parser) lifetimes() []string {
	b := []string{}
	for p.ok() && !p.eat(">") {
		l := p.lifetime()
		if l == "" {
			l = p.ident() // a type or constant may be bound, too
		}
		if l == "" {
			p.fail("expected a lifetime")
		}
		b = append(b, l)
		if !p.eat(", ") && p.peek() != '>' {
			p.fail("expected ',' or '>' in a binder")
		}
	}
	return b
}

// fnType reads a function pointer, or the type of a function item.
func (p *parser) fnType(binder []string) *Type {
	t := &Type{Kind: TyFnPtr, Binder: binder, Sig: &FnSig{}}
	t.Sig.Features = p.eat("#[target_features] ")
	t.Sig.Unsafe = p.eat("unsafe ")
	if p.eat("extern ") {
		t.Sig.ABI = p.quoted('"')
		p.want(" ")
	}
	p.want("fn(")
	for p.ok() && !p.eat(")") {
		if p.eat("...)") {
			t.Sig.Variadic = true
			break
		}
		t.Sig.Params = append(t.Sig.Params, p.typ())
		if !p.eat(", ") && p.peek() != ')' {
			p.fail("expected ',' or ')' in a signature")
		}
	}
	if p.eat(" -> ") {
		t.Sig.Ret = p.typ()
	}
	// The item's path closes the type, so a single one belongs to the outermost
	// signature: in `fn() -> fn(u8) {f}` it is that of the whole. A body opens
	// with a brace, too, but at the end of its line.
	if p.at(" {") && p.peekAt(2) != '\n' && p.peekAt(2) != 0 {
		m := p.mark()
		p.pos += 2
		path := p.path()
		if p.eat("}") && p.ok() {
			t.Kind, t.Path = TyFnDef, path
		} else {
			p.reset(m)
		}
	} else if in := rightmostItem(t.Sig.Ret); in != nil {
		t.Kind, t.Path = TyFnDef, in.Path
		in.Kind, in.Path = TyFnPtr, nil
	}
	return t
}

// rightmostItem finds the function item whose text ends that of t, or nil.
func rightmostItem(t *Type) *Type {
	for t != nil && !t.Paren {
		switch t.Kind {
		case TyFnDef:
			return t
		case TyRef, TyPtr:
			t = t.Elem
		case TyDyn, TyImpl:
			path := t.Bounds[len(t.Bounds)-1].Trait
			if path == nil || len(path.Segs) == 0 {
				return nil
			}
			t = path.Segs[len(path.Segs)-1].Output
		default:
			return nil
		}
	}
	return nil
}

// bounds reads `A + B + 'a`.
func (p *parser) bounds() []Bound {
	var bs []Bound
	for {
		bs = append(bs, p.bound())
		if !p.ok() || !p.eat(" + ") {
			return bs
		}
	}
}

func (p *parser) bound() Bound {
	var b Bound
	if b.Lifetime = p.lifetime(); b.Lifetime != "" {
		return b
	}
	if p.eat("use<") {
		b.Use = p.until('>')
		p.eat(">")
		return b
	}
	b.Paren = p.eat("(")
	b.Modifier = p.modifier()
	if p.at("for<") {
		b.Binder = p.binder()
		b.Modifier += p.modifier()
	}
	b.Trait = p.path()
	if b.Paren {
		p.want(")")
	}
	return b
}

func (p *parser) modifier() string {
	for _, m := range []string{"?", "!", "[const] ", "~const ", "const ", "async "} {
		if p.eat(m) {
			return m
		}
	}
	return ""
}
