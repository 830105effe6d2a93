package cfront

import (
	"strings"

	"preemptck/cfront/libclang"
	"preemptck/infer"
)

// A static call is called through a trampoline and kept in a key; the names of
// both are made from its own (STATIC_CALL_TRAMP and STATIC_CALL_KEY).
const (
	trampolinePrefix = "__SCT__"
	keyPrefix        = "__SCK__"
)

// staticCall is the slot of the static call that a trampoline or key belongs to,
// or "".
func staticCall(symbol, prefix string) string {
	name, ok := strings.CutPrefix(symbol, prefix)
	if !ok || name == "" || strings.ContainsFunc(name, func(r rune) bool { return r > 127 || !isWord(byte(r)) }) {
		return ""
	}
	return "static_call " + name
}

// trampoline makes a call of a trampoline into one of its slot.
func (l *lowerer) trampoline(symbol string, c *infer.Call) bool {
	slot := staticCall(symbol, trampolinePrefix)
	if slot == "" {
		return false
	}
	c.Target = infer.Target{Kind: infer.SlotCall, Slot: l.texts.intern(slot)}
	c.Text = l.texts.intern("static_call(" + strings.TrimPrefix(symbol, trampolinePrefix) + ")()")
	return true
}

// updateStaticCall notes what a call that is given the key of a static call may
// make of it: the functions it is given along.
func (l *lowerer) updateStaticCall(args []value) {
	for _, key := range args {
		if key.addr == nil || !key.addr.global {
			continue
		}
		slot := staticCall(key.addr.text, keyPrefix)
		if slot == "" {
			continue
		}
		for _, v := range args {
			if v.addr != nil && v.addr.global || v.op.Kind == infer.OperandFunc && staticCall(v.op.Func, trampolinePrefix) != "" {
				continue // the key itself, the trampoline
			}
			l.store(l.texts.intern(slot), v)
		}
	}
}

// keyInit notes the function that the key of a static call is initialised with.
func (l *unit) keyInit(slot string, d *libclang.Decl) {
	for i := int(d.Node); i < int(d.NodeEnd); i++ {
		n := &l.Nodes[i]
		if n.Kind == libclang.DeclRefExpr && n.Decl != 0 && l.Decl(n.Decl).Kind == libclang.FunctionDecl {
			l.res.Inits = append(l.res.Inits, infer.SlotInit{Slot: l.texts.intern(slot), Func: l.function(n.Decl), Pos: l.declPos(d)})
		}
	}
}
