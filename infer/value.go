package infer

import "fmt"

// sym names an unknown number inside one function: the value that a parameter
// or variable had at entry, that an operation produced, or that a join left.
type sym int32

type valueKind uint8

const (
	valSym   valueKind = iota // (sym & and) | or
	valConst                  // c
	valPred                   // 1 if (sym & and) | or lies in set, else 0
	valFunc                   // the address of fn
)

// value is what a variable holds, in terms of symbols.
type value struct {
	kind    valueKind
	sym     sym
	c       int64
	and, or uint64
	// sub says that of sym & and any bits may have been cleared besides: what
	// is set in the value was set in the symbol, but not the other way round.
	sub bool
	// open are bits of which nothing is known; and does not hold them.
	open uint64
	set  IntSet
	fn   string
}

func constant(c int64) value { return value{kind: valConst, c: c} }
func symbol(s sym) value     { return value{kind: valSym, sym: s, and: ^uint64(0)} }

// isWhole tells whether the value is its symbol, unmasked.
func (v value) isWhole() bool {
	return v.kind == valSym && v.and == ^uint64(0) && v.or == 0 && !v.sub && v.open == 0
}

// symbolic tells whether the value hangs on a symbol.
func (v value) symbolic() bool { return v.kind == valSym || v.kind == valPred }

func (v value) equal(w value) bool {
	if v.kind != w.kind {
		return false
	}
	switch v.kind {
	case valConst:
		return v.c == w.c
	case valFunc:
		return v.fn == w.fn
	case valSym:
		return v.sym == w.sym && v.and == w.and && v.or == w.or && v.sub == w.sub && v.open == w.open
	}
	return v.sym == w.sym && v.and == w.and && v.or == w.or && v.sub == w.sub && v.open == w.open && v.set.Equal(w.set)
}

func (v value) String() string {
	switch v.kind {
	case valConst:
		return fmt.Sprint(v.c)
	case valFunc:
		return "&" + v.fn
	}
	s := fmt.Sprintf("$%d", v.sym)
	if v.and != ^uint64(0) {
		s += fmt.Sprintf("&%#x", v.and)
	}
	if v.sub {
		s += "&?"
	}
	if v.or != 0 {
		s += fmt.Sprintf("|%#x", v.or)
	}
	if v.open != 0 {
		s += fmt.Sprintf("|?%#x", v.open)
	}
	if v.kind == valPred {
		s += " in " + v.set.String()
	}
	return s
}

// in is the value 1 if v lies in set, else 0; false if that cannot be said.
func (v value) in(set IntSet) (value, bool) {
	truth := func(b bool) value {
		if b {
			return constant(1)
		}
		return constant(0)
	}
	switch {
	case set.IsEmpty():
		return constant(0), true
	case set.IsAll():
		return constant(1), true
	}
	switch v.kind {
	case valConst:
		return truth(set.Has(v.c)), true
	case valFunc: // an address: not zero, not an error, otherwise unknown
		if set.Equal(notZero) {
			return constant(1), true
		}
		if set.Equal(onlyZero) {
			return constant(0), true
		}
		return value{}, false
	case valSym:
		v.kind, v.set = valPred, set
		return v, true
	}
	switch one, zero := set.Has(1), set.Has(0); {
	case one && zero:
		return constant(1), true
	case one:
		return v, true
	case zero:
		v.set = v.set.Complement()
		return v, true
	}
	return constant(0), true
}

// evalExpr computes an expression over values; false if nothing is known of it.
func evalExpr(op ExprOp, a, b value) (value, bool) {
	switch op {
	case Copy:
		return a, true
	case Not:
		return a.in(onlyZero)
	case Bool:
		return a.in(notZero)
	case And, Or:
		if a.kind == valConst {
			a, b = b, a
		}
		if b.kind != valConst {
			return cleared(op, a, b)
		}
		return mask(op, a, uint64(b.c))
	case Add, Sub:
		if a.kind != valConst || b.kind != valConst {
			return value{}, false
		}
		if op == Sub {
			return constant(a.c - b.c), true
		}
		return constant(a.c + b.c), true
	case Eq, Ne, Lt, Le, Gt, Ge, ULt, ULe, UGt, UGe:
		if b.kind != valConst {
			a, b, op = b, a, mirrored(op)
		}
		if b.kind != valConst {
			return value{}, false
		}
		return a.in(compareSet(op, b.c))
	}
	return value{}, false
}

// cleared is a & b of two unknown values: the one with some bits cleared. Of the
// two, the one that hangs on a parameter, which has the lower symbol.
func cleared(op ExprOp, a, b value) (value, bool) {
	if op != And {
		return value{}, false
	}
	if a.kind != valSym || b.kind == valSym && b.sym < a.sym {
		a = b
	}
	if a.kind != valSym {
		return value{}, false
	}
	if a.or != 0 { // bits that are not the symbol's may be cleared: too much to say
		return value{}, false
	}
	a.sub = true
	return a, true
}

// opened is a | b where b may only have the bits of mask: those are open then.
func opened(a value, mask uint64) (value, bool) {
	if a.kind == valConst {
		a = value{kind: valSym, or: uint64(a.c)} // of any symbol, no bit
	}
	if a.kind != valSym {
		return value{}, false
	}
	a.open |= mask &^ a.or
	a.and &^= a.open
	return a, true
}

// either is a value that is a or b, where both are parts of one symbol, or one is
// a part of a parameter (a symbol below params) and the other a constant: flags
// that a caller gave, or other ones. What both may have is kept, with bits of the
// symbol perhaps cleared, where they differ in those, and those of the constant open.
func either(a, b value, params int) (value, bool) {
	if a.kind == valConst {
		a, b = b, a
	}
	if b.kind == valConst && b.c != 0 && a.kind == valSym && int(a.sym) < params {
		b = value{kind: valSym, sym: a.sym, or: uint64(b.c)}
	}
	if a.kind != valSym || b.kind != valSym || a.sym != b.sym {
		return value{}, false
	}
	or := a.or & b.or
	a.open |= b.open | (a.or|b.or)&^or
	fixed := a.open | or
	a.sub = a.sub || b.sub || a.and&^fixed != b.and&^fixed
	a.and = (a.and | b.and) &^ fixed
	a.or = or
	return a, true
}

// mirrored is the operator with its sides exchanged.
func mirrored(op ExprOp) ExprOp {
	switch op {
	case Lt:
		return Gt
	case Gt:
		return Lt
	case Le:
		return Ge
	case Ge:
		return Le
	case ULt:
		return UGt
	case UGt:
		return ULt
	case ULe:
		return UGe
	case UGe:
		return ULe
	}
	return op
}

func mask(op ExprOp, a value, m uint64) (value, bool) {
	switch a.kind {
	case valConst:
		if op == And {
			return constant(int64(uint64(a.c) & m)), true
		}
		return constant(int64(uint64(a.c) | m)), true
	case valSym:
		if op == And {
			a.and &= m
			a.or &= m
			a.open &= m
		} else {
			a.or |= m
			a.and &^= m
			a.open &^= m
		}
		if a.and == 0 && a.open == 0 {
			return constant(int64(a.or)), true
		}
		return a, true
	case valPred:
		switch {
		case op == And && m&1 != 0, op == Or && m == 0:
			return a, true
		case op == And:
			return constant(0), true
		case m == 1:
			return constant(1), true
		}
	}
	return value{}, false
}

// valueID names a value in the table of one analysis. States hold these: they
// are copied at every branch, and compared at every join.
type valueID int32

// valueTable gives equal values the same ID.
type valueTable struct {
	values []value
	// syms are the symbols that values hang on, or noSym.
	syms []sym
	// Most values are a symbol or a constant; ids are the others.
	symbols   int // how many there are
	ofSymbol  []valueID
	constants map[int64]valueID
	ids       map[valueKey]valueID
	// initialIDs are the values of variables at entry.
	initialIDs []valueID
}

const noSym sym = -1

type valueKey struct {
	kind    valueKind
	sub     bool
	n       uint8 // intervals of the set of a predicate
	sym     sym
	and, or uint64
	open    uint64
	few     [2]Interval // those, where there are no more
	text    string      // the set otherwise, or the name of a function
}

// reset makes a table of the symbols of variables at entry, which are numbered from
// initial on: variable v has the ID v. symbols is how many symbols there are in all.
func (t *valueTable) reset(vars int, initial sym, symbols int) {
	if t.ids == nil {
		t.constants, t.ids = map[int64]valueID{}, map[valueKey]valueID{}
	}
	clear(t.constants)
	clear(t.ids)
	t.values, t.syms, t.symbols = t.values[:0], t.syms[:0], symbols
	if cap(t.ofSymbol) < symbols {
		t.ofSymbol = make([]valueID, symbols+symbols/2)
	}
	t.ofSymbol = t.ofSymbol[:symbols]
	clear(t.ofSymbol)
	for v := len(t.initialIDs); v < vars; v++ {
		t.initialIDs = append(t.initialIDs, valueID(v))
	}
	for v := range vars {
		t.ofSymbol[initial+sym(v)] = t.add(symbol(initial+sym(v))) + 1
	}
}

func (t *valueTable) add(v value) valueID {
	y := noSym
	if v.symbolic() {
		y = v.sym
	}
	t.values, t.syms = append(t.values, v), append(t.syms, y)
	return valueID(len(t.values) - 1)
}

func (t *valueTable) id(v value) valueID {
	switch {
	case v.isWhole():
		id := &t.ofSymbol[v.sym] // one more, so that 0 is none
		if *id == 0 {
			*id = t.add(v) + 1
		}
		return *id - 1
	case v.kind == valConst:
		return known(t, t.constants, v.c, v)
	case v.kind == valFunc:
		return known(t, t.ids, valueKey{kind: valFunc, text: v.fn}, v)
	}
	k := valueKey{kind: v.kind, sym: v.sym, and: v.and, or: v.or, sub: v.sub, open: v.open}
	if v.kind == valPred {
		if k.n = uint8(len(v.set)); copy(k.few[:], v.set) < len(v.set) {
			k.few, k.text = [2]Interval{}, v.set.String()
		}
	}
	return known(t, t.ids, k, v)
}

// known is the ID of a value by its key.
func known[K comparable](t *valueTable, ids map[K]valueID, k K, v value) valueID {
	id, ok := ids[k]
	if !ok {
		id = t.add(v)
		ids[k] = id
	}
	return id
}
