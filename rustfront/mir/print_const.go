package mir

// String prints the constant as rustc does, with `const` where that was there.
func (c *Const) String() string {
	var w printer
	w.keyword(c)
	return w.String()
}

func (w *printer) keyword(c *Const) {
	if c != nil && c.Keyword {
		w.s("const ")
	}
	w.constant(c)
}

func (w *printer) consts(cs []*Const) {
	for i, c := range cs {
		if i > 0 {
			w.s(", ")
		}
		w.constant(c)
	}
}

// constant prints a constant without its keyword.
func (w *printer) constant(c *Const) {
	if c == nil {
		return
	}
	switch c.Kind {
	case ConstFn, ConstPath:
		w.braced(c)
	case ConstBool:
		if c.Bool {
			w.s("true")
		} else {
			w.s("false")
		}
	case ConstAlloc:
		w.s("{", c.Str, ": ")
		w.typ(c.Type)
		w.s("}")
	case ConstStatic:
		w.s("<static(", c.Str, ")>")
	case ConstTransmute:
		w.s("{transmute(", c.Str, "): ")
		w.typ(c.Type)
		w.s("}")
	case ConstAddr:
		w.s("{", c.Str, " as ")
		w.typ(c.Type)
		w.s("}")
	case ConstTyped:
		w.s(c.Str, ": ")
		w.typ(c.Type)
	case ConstBlock:
		w.s("{", c.Str, "}")
	case ConstPattern:
		w.constant(c.Elems[0])
		w.s(" is ", c.Str)
	case ConstInfer:
		w.s("_")
	case ConstTuple:
		w.s("(")
		w.consts(c.Elems)
		if len(c.Elems) == 1 {
			w.s(",")
		}
		w.s(")")
	case ConstArray:
		w.s("[")
		w.consts(c.Elems)
		w.s("]")
	case ConstRepeat:
		w.s("[")
		w.constant(c.Elems[0])
		w.s("; ")
		w.constant(c.Elems[1])
		w.s("]")
	case ConstRef:
		w.s("&")
		w.constant(c.Elems[0])
	case ConstClosure:
		w.typ(c.Type)
	case ConstAdt:
		w.path(c.Path)
		if c.Fields == nil {
			w.s("(")
			w.consts(c.Elems)
			w.s(")")
			return
		}
		open, end := " {{ ", " }}"
		if !c.Doubled {
			open, end = " { ", " }"
		}
		w.s(open)
		for i, f := range c.Fields {
			if i > 0 {
				w.s(", ")
			}
			w.s(f, ": ")
			w.constant(c.Elems[i])
		}
		w.s(end)
	default: // literals have one form
		w.s(c.Text)
	}
}

// braced prints a path, in braces where `{path}` was printed.
func (w *printer) braced(c *Const) {
	if c.Doubled {
		w.s("{")
		defer w.s("}")
	}
	w.path(c.Path)
}
