package mir

import "strconv"

// String prints the place as rustc does.
func (pl *Place) String() string {
	var w printer
	w.place(pl)
	return w.String()
}

// String prints the operand as newer compilers do.
func (o Operand) String() string {
	var w printer
	w.operand(o)
	return w.String()
}

// String prints the rvalue as rustc does.
func (rv *Rvalue) String() string {
	var w printer
	w.rvalue(rv)
	return w.String()
}

func (w *printer) int(n int) { w.WriteString(strconv.Itoa(n)) }

func (w *printer) uint(n uint64) { w.WriteString(strconv.FormatUint(n, 10)) }

func (w *printer) local(n int) {
	w.s("_")
	w.int(n)
}

func (w *printer) place(pl *Place) {
	if pl == nil {
		w.s("_")
		return
	}
	for i := len(pl.Proj) - 1; i >= 0; i-- {
		switch pl.Proj[i].Kind {
		case ElemDeref:
			w.s("(*")
		case ElemField, ElemDowncast, ElemOpaqueCast, ElemSubtype:
			w.s("(")
		case ElemUnwrapBinder:
			w.s("unwrap_binder!(")
		}
	}
	w.local(pl.Local)
	for i := range pl.Proj {
		w.elem(&pl.Proj[i])
	}
}

// elem prints the part of a projection that stands behind the place.
func (w *printer) elem(e *Elem) {
	switch e.Kind {
	case ElemDeref:
		w.s(")")
	case ElemField:
		w.s(".")
		w.int(e.Field)
		w.s(": ")
		w.typ(e.Type)
		w.s(")")
	case ElemDowncast:
		if e.Name != "" {
			w.s(" as ", e.Name, ")")
			return
		}
		w.s(" as variant#")
		w.int(e.Field)
		w.s(")")
	case ElemOpaqueCast:
		w.s(" as ")
		w.typ(e.Type)
		w.s(")")
	case ElemSubtype:
		w.s(" as subtype ")
		w.typ(e.Type)
		w.s(")")
	case ElemUnwrapBinder:
		w.s("; ")
		w.typ(e.Type)
		w.s(")")
	case ElemIndex:
		w.s("[")
		w.local(e.Local)
		w.s("]")
	case ElemConstIndex:
		w.s("[")
		if e.FromEnd {
			w.s("-")
		}
		w.uint(e.From)
		w.s(" of ")
		w.uint(e.Min)
		w.s("]")
	case ElemSubslice:
		w.subslice(e)
	}
}

func (w *printer) subslice(e *Elem) {
	w.s("[")
	defer w.s("]")
	if !e.FromEnd {
		w.uint(e.From)
		w.s("..")
		w.uint(e.To)
		return
	}
	if e.From != 0 || e.To == 0 {
		w.uint(e.From)
	}
	w.s(":")
	if e.To != 0 {
		w.s("-")
		w.uint(e.To)
	}
}

func (w *printer) operand(o Operand) {
	switch o.Kind {
	case OperandCopy:
		w.s("copy ")
		w.place(o.Place)
	case OperandMove:
		w.s("move ")
		w.place(o.Place)
	case OperandConst:
		w.keyword(o.Const)
	default:
		w.s(o.Word)
	}
}

func (w *printer) operands(ops []Operand) {
	for i, o := range ops {
		if i > 0 {
			w.s(", ")
		}
		w.operand(o)
	}
}

func (w *printer) rvalue(rv *Rvalue) {
	if rv.NoRetag {
		w.s("no_retag ")
	}
	switch rv.Kind {
	case RvUse:
		w.operands(rv.Ops)
	case RvRef:
		w.s("&")
		if rv.Region != "" {
			w.s(rv.Region, " ")
		}
		w.s([...]string{"", "mut ", "fake shallow ", "fake "}[rv.Ref])
		w.place(rv.Place)
	case RvAddrOf:
		w.s("&raw ", [...]string{"const ", "mut ", "const (fake) ", ""}[rv.Ref])
		w.place(rv.Place)
	case RvThreadLocal:
		w.s("&/*tls*/ ")
		if rv.Ref == RefMut {
			w.s("mut ")
		}
		w.path(rv.Path)
	case RvRepeat:
		w.s("[")
		w.operands(rv.Ops)
		w.s("; ")
		w.constant(rv.Count)
		w.s("]")
	case RvLen:
		w.placeCall("Len", rv.Place)
	case RvDiscriminant:
		w.placeCall("discriminant", rv.Place)
	case RvCopyForDeref:
		w.s("deref_copy ")
		w.place(rv.Place)
	case RvCast:
		w.operands(rv.Ops)
		w.s(" as ")
		w.typ(rv.Type)
		w.s(" (", rv.Cast.String(), ")")
	case RvBinary, RvUnary:
		w.s(rv.Op, "(")
		w.operands(rv.Ops)
		w.s(")")
	case RvNullary:
		w.s(rv.Op, "(")
		if rv.Type != nil {
			w.typ(rv.Type)
		}
		if rv.Word != "" {
			w.s(", ", rv.Word)
		}
		w.s(")")
	case RvShallowInitBox:
		w.s("ShallowInitBox(")
		w.operands(rv.Ops)
		w.s(", ")
		w.typ(rv.Type)
		w.s(")")
	case RvUnknown:
		w.s(rv.Text)
	case RvWrapUnsafeBinder:
		w.s("wrap_binder!(")
		w.operands(rv.Ops)
		w.s("; ")
		w.typ(rv.Type)
		w.s(")")
	case RvAggregate:
		w.aggregate(rv)
	}
}

// placeCall prints `word(place)`.
func (w *printer) placeCall(word string, pl *Place) {
	w.s(word, "(")
	w.place(pl)
	w.s(")")
}

func (w *printer) aggregate(rv *Rvalue) {
	switch rv.Agg {
	case AggTuple:
		w.s("(")
		w.operands(rv.Ops)
		if len(rv.Ops) == 1 {
			w.s(",")
		}
		w.s(")")
		return
	case AggArray:
		w.s("[")
		w.operands(rv.Ops)
		w.s("]")
		return
	case AggRawPtr:
		w.typ(rv.Type)
		w.s(" from (")
		w.operands(rv.Ops)
		w.s(")")
		return
	case AggClosure:
		w.typ(rv.Type)
	case AggAdt:
		w.path(rv.Path)
	}
	switch {
	case rv.Fields != nil:
		w.s(" { ")
		for i, f := range rv.Fields {
			if i > 0 {
				w.s(", ")
			}
			w.s(f, ": ")
			w.operand(rv.Ops[i])
		}
		w.s(" }")
	case rv.Ops != nil:
		w.s("(")
		w.operands(rv.Ops)
		w.s(")")
	}
}

// String prints the kind of the cast as rustc does.
func (c Cast) String() string {
	if c.Coercion == "" {
		return c.Kind
	}
	s := c.Kind + "(" + c.Coercion
	if c.Safety != "" {
		s += "(" + c.Safety + ")"
	}
	if c.Origin != "" {
		s += ", " + c.Origin
	}
	return s + ")"
}
