package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// forgetAliases forgets places that may be the same memory as p under another
// name: the same field, or another of the same union, elements and dereferences
// written the same way but for what two parameters point at, and locals whose address
// is kept.
func (l *lowerer) forgetAliases(p place, self infer.Var) {
	prefix := p.text
	union := l.unionOf(p.field)
	array := ""
	if k := strings.LastIndexByte(prefix, '['); p.field == 0 && k > 0 {
		array = prefix[:k+1]
	}
	star := strings.HasPrefix(prefix, "*")
	l.forget(func(v infer.Var, x *variable) bool {
		switch {
		case v == self:
			return false
		case p.root == 0 && !p.global && x.root != 0 && l.escaped[x.root]:
			return true
		case x.kind != placeVar:
			return false
		case p.field != 0 && x.field == p.field:
			return !(p.root != 0 && x.root != 0 && p.root != x.root)
		case union != 0 && x.field != 0 && l.unionOf(x.field) == union:
			return true
		case array != "" && strings.HasPrefix(x.name, array):
			return true
		case star && strings.HasPrefix(x.name, "*"):
			mine, other := l.behind(prefix), l.behind(x.name)
			return mine == 0 || other == 0 || mine == other
		}
		return prefix != "" && under(x.name, prefix)
	})
}

// behind is the parameter that a name is just what it points at, `*p`, if it is a
// scalar, and p is the pointer that was given. What two parameters point at is
// taken to be two objects.
func (l *lowerer) behind(name string) uint32 {
	for _, decl := range l.params() {
		if v, ok := l.locals[decl]; ok && l.vars[v].name == name[1:] && l.assigned[decl] == 0 && l.taken[decl] == 0 {
			return decl
		}
	}
	return 0
}

func (l *lowerer) unionOf(field uint32) uint32 {
	if field == 0 {
		return 0
	}
	p := l.Decl(field).Parent
	if p != 0 && l.Decl(p).Flags&libclang.IsUnion != 0 {
		return p
	}
	return 0
}

// under tells whether name is a part of the place prefix, or reached through it.
func under(name, prefix string) bool {
	rest, ok := strings.CutPrefix(name, prefix)
	return ok && rest != "" && (rest[0] == '.' || rest[0] == '[' || strings.HasPrefix(rest, "->"))
}

// forgetUnder forgets a place and everything below it but what keep says, which
// may be nil.
func (l *lowerer) forgetUnder(p place, keep func(infer.Var, *variable) bool) {
	if p.text == "" {
		return
	}
	var self = infer.NoVar
	if p.decl != 0 && (keep == nil || l.Decl(p.decl).TKind != libclang.TypeRecord) {
		self = l.local(p.decl) // and with it all its fields
	}
	deref := strings.TrimPrefix(p.text, "*")
	isDeref := deref != p.text
	l.forget(func(v infer.Var, x *variable) bool {
		if keep != nil && keep(v, x) {
			return false
		}
		if v == self || x.kind == placeVar && (x.name == p.text || under(x.name, p.text)) {
			return true
		}
		return isDeref && x.kind == placeVar && strings.HasPrefix(x.name, deref+"->")
	})
}
