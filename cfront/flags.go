package cfront

import (
	"maps"
	"slices"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// maxFlags bounds the flags that are followed through one function's calls.
const maxFlags = 4

// findFlags finds the flags of the file: variables that only it knows, and that only
// ever are set to constants by name (`static bool may_wait`). What its functions find
// and leave there, the others are told; functions of other files are taken not to call
// back into those that set them.
func (l *unit) findFlags() {
	l.flags = map[uint32]bool{}
	const flag = libclang.Global | libclang.Internal | libclang.InMain
	for k := range l.Decls {
		if d := &l.Decls[k]; d.Kind == libclang.VarDecl && d.Flags&flag == flag && isInteger(d.TKind, d.TSize) {
			l.flags[uint32(k+1)] = true
		}
	}
	if len(l.flags) == 0 {
		return
	}
	no := func(i int) {
		if n := &l.Nodes[l.strip(i)]; n.Kind == libclang.DeclRefExpr {
			delete(l.flags, n.Decl)
		}
	}
	set := map[uint32]bool{}
	for i := range l.Nodes[:l.Core] {
		n := &l.Nodes[i]
		switch n.Kind {
		case libclang.BinaryOperator, libclang.CompoundAssign:
			k := l.children(i)
			if len(k) != 2 || n.Kind == libclang.BinaryOperator && n.Op != libclang.Assign {
				continue
			}
			if _, ok := l.constantAt(k[1]); n.Kind == libclang.CompoundAssign || !ok {
				no(k[0])
			} else if to := &l.Nodes[l.strip(k[0])]; to.Kind == libclang.DeclRefExpr {
				set[to.Decl] = true
			}
		case libclang.UnaryOperator:
			switch n.Op {
			case libclang.PostInc, libclang.PostDec, libclang.PreInc, libclang.PreDec, libclang.AddrOf:
				if int(n.End) > i+1 {
					no(i + 1)
				}
			}
		case libclang.AsmStmt:
			for _, k := range l.children(i) {
				no(k)
			}
		}
	}
	maps.DeleteFunc(l.flags, func(g uint32, _ bool) bool { return !set[g] })
}

// flagUse is what a function and those that it calls do with the flags of the file.
type flagUse struct {
	used, set []uint32 // in order of declaration
}

// flagsOf tells which flags a function of the file looks at or sets, itself or in
// what it calls, as far as that is in the file.
func (l *unit) flagsOf(fn uint32) *flagUse {
	if u, ok := l.flagUses[fn]; ok {
		return u
	}
	u := &flagUse{}
	seen := map[uint32]bool{fn: true}
	for work := []uint32{fn}; len(work) > 0 && len(l.flags) > 0; {
		b := l.bodyOf(work[len(work)-1])
		work = work[:len(work)-1]
		u.used, u.set = append(u.used, b.flags...), append(u.set, b.setFlags...)
		for _, c := range b.callees {
			if !seen[c] {
				seen[c] = true
				work = append(work, c)
			}
		}
	}
	for _, list := range []*[]uint32{&u.used, &u.set} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	if len(u.used) > maxFlags {
		u = &flagUse{}
	}
	l.flagUses[fn] = u
	return u
}

// noteFlag notes in b what node i does with a flag.
func (l *unit) noteFlag(b *body, i int) {
	switch n := &l.Nodes[i]; {
	case n.Kind == libclang.DeclRefExpr && l.flags[n.Decl]:
		b.flags = append(b.flags, n.Decl)
	case n.Kind == libclang.BinaryOperator && n.Op == libclang.Assign && int(n.End) > i+1:
		if to := &l.Nodes[l.strip(i+1)]; to.Kind == libclang.DeclRefExpr && l.flags[to.Decl] {
			b.setFlags = append(b.setFlags, to.Decl)
		}
	}
}

// leftInFlag is the path of what a function leaves in a flag.
func leftInFlag(name string) string { return "&" + name }

// flagVar is the variable of a flag.
func (l *lowerer) flagVar(flag uint32) (v infer.Var, name string) {
	v = l.placeVar(l.declPlace(flag))
	l.vars[v].flag = true
	return v, l.name(l.Decl(flag))
}

// ownFlags makes inputs of the function of the flags that it uses, and results of
// those that it sets.
func (l *lowerer) ownFlags() {
	if l.decl.Flags&libclang.InMain == 0 {
		return
	}
	u := l.flagsOf(l.id)
	for _, f := range u.used {
		v, name := l.flagVar(f)
		l.fn.Params = append(l.fn.Params, infer.Param{Arg: infer.FlagArg, Path: name, Var: v})
	}
	for _, f := range u.set {
		v, name := l.flagVar(f)
		l.leaveBehind(leftInFlag(name), v)
	}
}

// passFlags tells a callee of the file what is known of its flags, and takes back
// what it leaves there.
func (l *lowerer) passFlags(c *infer.Call, fn uint32) {
	if fn == 0 {
		return
	}
	if d := l.Decl(fn); d.NodeEnd == d.Node || d.Flags&libclang.InMain == 0 {
		return
	}
	u := l.flagsOf(fn)
	for _, f := range u.used {
		v, name := l.flagVar(f)
		c.Args = append(c.Args, infer.Arg{Arg: infer.FlagArg, Path: name, Value: infer.VarOf(v)})
	}
	for _, f := range u.set {
		v, name := l.flagVar(f)
		l.vars[v].written = true
		l.takeBack(c, leftInFlag(name), v)
	}
}
