package rustfront

import (
	"strconv"
	"strings"

	"preemptck/infer"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// Between MIR and the common program stands the flow: bodies whose statements
// copy whole trees of scalars. Which scalars of a tree become variables is known
// only when every caller and callee has been looked at (see demand.go).

// ref names a scalar or a tree of them: a path inside a local.
type ref struct {
	local int
	path  string
}

func (r ref) at(path string) ref { return ref{r.local, r.path + path} }

// within tells whether a place is another, or a part of it.
func (r ref) within(whole ref) bool {
	rest, ok := strings.CutPrefix(r.path, whole.path)
	return ok && r.local == whole.local && wholeStep(rest)
}

// value is what is assigned or passed: a tree, a constant tree, or nothing known.
type value struct {
	kind valueKind
	ref  ref
	tree map[string]scalar
}

type valueKind uint8

const (
	unknownValue valueKind = iota
	refValue
	constValue
)

// scalar is a constant scalar: a number or a function.
type scalar struct {
	num int64
	fn  *unit
	sym string // an external function
}

func number(n int64) value { return value{kind: constValue, tree: map[string]scalar{"": {num: n}}} }

func tree(r ref) value { return value{kind: refValue, ref: r} }

// sub is the part of v at a path.
func (v value) sub(path string) value {
	switch v.kind {
	case refValue:
		return tree(v.ref.at(path))
	case constValue:
		t := map[string]scalar{}
		for p, s := range v.tree {
			if rest, ok := strings.CutPrefix(p, path); ok {
				t[rest] = s
			}
		}
		return value{kind: constValue, tree: t}
	}
	return v
}

// stmtKind says what a flow statement does.
type stmtKind uint8

const (
	// assignTree makes dst a copy of vals[0], all of it.
	assignTree stmtKind = iota
	// assignOp sets the scalar dst to op over vals.
	assignOp
	// storeSlot makes the function in vals[0] a target of slot.
	storeSlot
)

type stmt struct {
	kind stmtKind
	pos  infer.Pos
	dst  ref
	op   infer.ExprOp
	vals []value
	slot string
}

type termKind uint8

const (
	termGoto termKind = iota
	termSwitch
	termReturn
	termUnreachable
	termCall
	// termChoose goes to any of its targets.
	termChoose
)

type term struct {
	kind  termKind
	pos   infer.Pos
	cond  value
	cases []int64
	to    []int // as infer.Term.To
	call  *call
}

type block struct {
	stmts []stmt
	term  term
}

// argument passes val as the part prefix of argument index.
type argument struct {
	index  int
	prefix string
	val    value
}

type call struct {
	// One of them is set, or neither for an opaque call.
	callee   *unit
	symbol   string
	slot     string
	indirect *value
	args     []argument
	dst      ref
	hasDst   bool
	text     string
	drop     bool
	// generic is set where a type parameter decides what is called.
	generic bool
	ann     *infer.Annotation
	// virtual is set where what the slot holds is known in the end only; at is where
	// that was met.
	virtual bool
	at      infer.Pos
	// kills are the trees that the callee may write to. outs are those that it is
	// given a plain reference to: their final values come back as results.
	kills []ref
	outs  []output
	// scalars are the arguments as an external or unknown function sees them.
	scalars []argument
}

// output says that argument arg is a reference to a tree.
type output struct {
	arg  int
	tree ref
}

// outPath is the result by which the part path of what argument arg refers to
// comes back.
func outPath(arg int, path string) string { return "&" + strconv.Itoa(arg) + "*" + path }

// outRef is the place that a result by outPath is read from, and whether the
// path is one.
func outRef(ret string) (ref, bool) {
	rest, ok := strings.CutPrefix(ret, "&")
	if !ok {
		return ref{}, false
	}
	arg, path, ok := strings.Cut(rest, "*")
	n, err := strconv.Atoi(arg)
	return ref{n + 1, "*" + path}, ok && err == nil
}

// retRef is the place that a result is read from.
func retRef(ret string) ref {
	if r, ok := outRef(ret); ok {
		return r
	}
	return ref{0, ret}
}

// unit is a function to be lowered: an instance, drop glue or a constant.
type unit struct {
	id, symbol, name string
	pos              infer.Pos
	noReturn         bool
	ann              *infer.Annotation
	inst             *mono.Inst
	glue             *ty.Type
	constant         bool
	// consts are the values of function-valued arguments this copy was made for.
	consts map[argPath]scalar

	built  bool
	nargs  int
	blocks []block
	alias  map[int]ref
	names  map[int]string

	// need are the scalars that matter; rets the parts of the result that a
	// caller looks at; params the parts of arguments that matter.
	need    map[ref]bool
	rets    map[string]bool
	params  map[argPath]bool
	callers map[*unit]bool
	// stores is set where a slot is filled: a constant that does is kept.
	stores bool
	// repeats is set for glue that drops nobody knows how many elements.
	repeats bool

	// key tells the unit from all others. record is what building it does to the rest,
	// where that is written down; see library.go. A unit that was replayed was not built
	// from MIR, and may have no inst, but then knows what it is from.
	key      string
	record   *record
	replayed bool
	fails    bool
	from     *origin
}

type argPath struct {
	arg  int
	path string
}

// canon follows references whose target is known: the tree behind them is the
// target's own.
func (u *unit) canon(r ref) ref {
	for range 64 {
		target, ok := u.alias[r.local]
		if !ok {
			return r
		}
		rest, ok := strings.CutPrefix(r.path, "*")
		if !ok {
			return r
		}
		r = target.at(rest)
	}
	return r
}
