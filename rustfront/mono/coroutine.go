package mono

import (
	"preemptck/rustfront/mir"
	"preemptck/rustfront/ty"
)

// An async block or function is a closure to the text, with a body that goes on where it
// stopped: `fn f::{closure#0}(_1: Pin<&mut {async block@...}>, _2: &mut Context) -> Poll<T>`.
// It implements Future, and no impl block says so.

func isFuture(trait string) bool {
	return trait == "core::future::future::Future" || trait == "core::future::Future"
}

// isAsyncFnTrait tells whether a trait is one of those that async closures implement, whose
// bodies make the coroutine.
func isAsyncFnTrait(trait string) bool {
	switch trait {
	case "core::ops::async_function::AsyncFn", "core::ops::async_function::AsyncFnMut", "core::ops::async_function::AsyncFnOnce":
		return true
	}
	return false
}

// Coroutine is the body of a coroutine, or nil for another type.
func (w *World) Coroutine(t *ty.Type) *Inst {
	if t.Kind != ty.Closure {
		return nil
	}
	in := w.ClosureInst(t)
	if in == nil {
		return nil
	}
	h := w.bodies[in.Crate].header(in.item)
	if h == nil || len(h.Args) != 2 || h.Args[0].Type == nil || h.Args[0].Type.Kind != mir.TyPath || h.Args[0].Type.Path == nil {
		return nil
	}
	if segs := h.Args[0].Type.Path.Segs; len(segs) == 0 || segs[len(segs)-1].Name != "Pin" {
		return nil
	}
	return in
}

// coroutineOutput is what a coroutine is ready with in the end.
func (w *World) coroutineOutput(t *ty.Type) (*ty.Type, bool) {
	if w.Coroutine(t) == nil {
		return nil, false
	}
	_, out, ok := w.signature(t)
	if !ok || out.Kind != ty.Adt || len(out.Args) != 1 {
		return nil, false
	}
	return out.Args[0], true
}
