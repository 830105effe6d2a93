package cfront

import (
	"strconv"
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// noteSame notes that a condition compares two parameters, or the same thing of
// two (`lock_of(a) == lock_of(b)`): their callers know whether they gave one object
// twice. It returns what the condition hangs on.
func (l *lowerer) noteSame(name string, x, y value, operand *libclang.Node) []infer.Var {
	inputs := union(x.inputs, y.inputs)
	p, q := l.paramOf(x), l.paramOf(y)
	if name == "" || p == 0 || q == 0 || p == q || !isPointer(operand.TKind) {
		return inputs
	}
	swapped := l.assigned[p] > 0 || l.assigned[q] > 0
	if swapped && !l.onlySwapped(p, q) {
		return inputs
	}
	before, after, ok := strings.Cut(x.text, l.vars[l.local(p)].name)
	if ok && before+l.vars[l.local(q)].name+after == y.text {
		l.same[name] = [2]uint32{p, q}
		if swapped {
			return nil // it is the same whichever way round they are
		}
	}
	return inputs
}

// paramOf is the parameter that a value is made of, if that is the only thing.
func (l *lowerer) paramOf(v value) uint32 {
	var decl uint32
	for _, in := range v.inputs {
		root := l.vars[in].root
		if l.vars[in].kind != localVar || decl != 0 && root != decl {
			return 0
		}
		decl = root
	}
	if decl == 0 || l.Decl(decl).Kind != libclang.ParmDecl || l.taken[decl] > 0 {
		return 0
	}
	return decl
}

// onlySwapped tells whether all that is assigned to two parameters is what the
// other one was: `tmp = p; p = q; q = tmp`, as swap() does.
func (l *lowerer) onlySwapped(p, q uint32) bool {
	from := map[uint32]uint32{} // variable -> the variable that it is assigned
	for i := int(l.decl.Node); i < int(l.decl.NodeEnd); i++ {
		n := &l.Nodes[i]
		switch {
		case n.Kind == libclang.BinaryOperator && n.Op == libclang.Assign:
			if k := l.children(i); len(k) == 2 {
				from[l.justLocal(k[0])] = l.justLocal(k[1])
			}
		case n.Kind == libclang.VarDecl:
			if k := l.children(i); len(k) > 0 {
				from[n.Decl] = l.justLocal(k[len(k)-1])
			}
		}
	}
	swap := func(p, q uint32) bool { return from[p] == q && from[from[q]] == p && l.assigned[from[q]] == 0 }
	return l.assigned[p] == 1 && l.assigned[q] == 1 && (swap(p, q) || swap(q, p))
}

// justLocal is the local that an expression is just the name of, or 0.
func (l *lowerer) justLocal(i int) uint32 {
	n := &l.Nodes[l.strip(i)]
	if n.Kind != libclang.DeclRefExpr {
		return 0
	}
	return n.Decl
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
