package cfront

import (
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// noteSame notes that a condition compares two parameters, or the same thing of
// two (`lock_of(a) == lock_of(b)`): their callers know whether they gave one object
// twice.
func (l *lowerer) noteSame(name string, x, y value, operand *libclang.Node) {
	p, q := l.paramOf(x), l.paramOf(y)
	if name == "" || p == 0 || q == 0 || p == q || !isPointer(operand.TKind) {
		return
	}
	before, after, ok := strings.Cut(x.text, l.vars[l.local(p)].name)
	if ok && before+l.vars[l.local(q)].name+after == y.text {
		l.same[name] = [2]uint32{p, q}
	}
}

// paramOf is the parameter that a value is made of, if that is the only thing, and
// it keeps the value that it was given.
func (l *lowerer) paramOf(v value) uint32 {
	var decl uint32
	for _, in := range v.inputs {
		root := l.vars[in].root
		if l.vars[in].kind != localVar || decl != 0 && root != decl {
			return 0
		}
		decl = root
	}
	if decl == 0 || l.Decl(decl).Kind != libclang.ParmDecl || l.assigned[decl] > 0 || l.taken[decl] > 0 {
		return 0
	}
	return decl
}

// passSame makes inputs of the function of the conditions that noteSame noted.
func (l *lowerer) passSame() {
	args := map[uint32]int{}
	for arg, decl := range l.params() {
		args[decl] = arg
	}
	for _, name := range sortedKeys(l.same) {
		v, ok := l.byName[name]
		if !ok {
			continue
		}
		p, q := args[l.same[name][0]], args[l.same[name][1]]
		l.fn.Params = append(l.fn.Params, infer.Param{Arg: min(p, q), Path: "==" + strconv.Itoa(max(p, q)), Var: v})
	}
}
