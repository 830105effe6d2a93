package mir

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTypesPrintAsRead(t *testing.T) {
	kinds := map[string]TypeKind{
		"!":                          TyNever,
		"_":                          TyInfer,
		"u128":                       TyPrim,
		"T":                          TyPath,
		"&'a mut [u8]":               TyRef,
		"*const dyn Animal + Send":   TyPtr,
		"[u8; N]":                    TyArray,
		"[u8; size_of::<Self>()]":    TyArray,
		"[[T; 3]; { N + 1 }]":        TyArray,
		"()":                         TyTuple,
		"(u8,)":                      TyTuple,
		"(u8, (i8, &'static str))":   TyTuple,
		"(dyn Animal + 'a)":          TyDyn,
		"dyn for<'a> Fn(&'a T) -> R": TyDyn,
		"dyn Iterator<Item = (usize, char)> + 'static":                                              TyDyn,
		"impl FnOnce() + std::panic::UnwindSafe":                                                    TyImpl,
		"impl for<'a> [const] FnOnce(&'a usize, &'a usize) -> ControlFlow<B, C> + [const] Destruct": TyImpl,
		"impl ?Sized + Deref<Target: Clone> + use<'a, T>":                                           TyImpl,
		"impl ::core::ops::Fn(u8)":                                                                  TyImpl,
		"for<'a> unsafe extern \"C\" fn(&'a T, *const i8, ...) -> i32":                              TyFnPtr,
		"fn() -> fn(u8)": TyFnPtr,
		"fn(u8) -> <T as Iterator>::Item {foo::<T>}":                           TyFnDef,
		"#[target_features] unsafe fn() {arch::f}":                             TyFnDef,
		"{closure@src/a b.rs:1:2: 30:4}":                                       TyClosure,
		"{closure@src/lib.rs:1:2: 30:4 (#7)}":                                  TyClosure,
		"{closure@m::f<T, {closure@src/lib.rs:1:2: 3:4}>::{closure#0}}":        TyClosure,
		"{async fn body of m::f<T>()}":                                         TyClosure,
		"{async block@x.rs:1:1: 1:2}":                                          TyClosure,
		"(u32) is 1..":                                                         TyPattern,
		"Option<(u32) is 1.. | 5>":                                             TyPath,
		"unsafe<'a> &'a T":                                                     TyUnsafeBinder,
		"<T as Trait<'a, U>>::Assoc<'_, 3>":                                    TyPath,
		"Simd<'x', true, -1, 'a, \"s\", { M { x: 1 } }>":                       TyPath,
		"core::option::Option<r#type::T>":                                      TyPath,
		"m::<impl at src/m.rs:1:1: 9:2>::f::Local<'_>":                         TyPath,
		"Atomic<<T as P>::N, {closure@a.rs:1:1: 1:2}>":                         TyPath,
		"&mut (dyn FnMut(&'_ u8, Box<dyn Fn()>) -> Result<(), E> + Send + 'a)": TyRef,
	}
	for s, kind := range kinds {
		ty := ParseType(s)
		assert.Equal(t, kind, ty.Kind, s)
		assert.Equal(t, s, ty.String())
	}
	for _, s := range []string{"", "&", "[u8", "(u8", "Vec<u8", "u8>", "{closure}", "fn(", "dyn ", "a b", "{integer}", "for<'a"} {
		ty := ParseType(s)
		assert.Equal(t, TyUnknown, ty.Kind, s)
		assert.Equal(t, s, ty.String())
	}
}

func TestFunctionItemsReturningPointers(t *testing.T) {
	for _, s := range []string{"fn() -> fn(u8) -> u8 {f::<T>}", "fn() -> fn() -> fn() {f}", "fn() -> &'a fn() {f}", "fn() -> impl Fn(u8) -> fn() {f}"} {
		ty := ParseType(s)
		assert.Equal(t, s, ty.String())
		require.Equal(t, TyFnDef, ty.Kind, s)
		assert.Equal(t, "f", ty.Path.Segs[0].Name)
		assert.Nil(t, rightmostItem(ty.Sig.Ret), s)
	}
	ty := ParseType("fn() -> fn() {g} {f}")
	assert.Equal(t, "f", ty.Path.String())
	assert.Equal(t, "g", ty.Sig.Ret.Path.String())
}

func TestErased(t *testing.T) {
	for s, want := range map[string]string{
		"&'a mut Guard<'_, u8>":                         "&mut Guard<u8>",
		"Ref<'static>":                                  "Ref",
		"(dyn Animal + 'a)":                             "dyn Animal",
		"(dyn Animal + Send + 'a)":                      "(dyn Animal + Send)",
		"*mut dyn Animal + Send":                        "*mut (dyn Animal + Send)",
		"for<'a> fn(&'a u8) -> Iter<'a, u8>":            "fn(&u8) -> Iter<u8>",
		"{closure@a.rs:1:2: 3:4 (#0)}":                  "{closure@a.rs:1:2: 3:4}",
		"dyn for<'a> Fn(&'a u8)":                        "dyn Fn(&u8)",
		"impl Fn() + use<'a>":                           "impl Fn()",
		"<&'a T as IntoIterator>::IntoIter":             "<&T as IntoIterator>::IntoIter",
		"Box<dyn Iterator<Item = &'a u8> + 'a, Global>": "Box<dyn Iterator<Item = &u8>, Global>",
	} {
		assert.Equal(t, want, ParseType(s).Erased(), s)
	}
	assert.Equal(t, "from_raw::<u8>", ParsePath("from_raw::<'_, u8>").Erased())
	assert.Equal(t, "from_raw", ParsePath("from_raw::<'_>").Erased())
}

func TestPaths(t *testing.T) {
	p := ParsePath("<Vec<T> as IntoIterator>::into_iter::{closure#2}")
	require.NotNil(t, p)
	assert.Equal(t, "Vec<T>", p.Self.String())
	assert.Equal(t, "IntoIterator", p.Trait.String())
	assert.Equal(t, SegSpecial, p.Segs[1].Kind)
	assert.Equal(t, 2, p.Segs[1].Index)

	p = ParsePath("rbtree::<impl at rust/kernel/rbtree.rs:171:1: 174:13>::try_create::promoted[3]")
	require.NotNil(t, p)
	assert.Equal(t, Span{File: "rust/kernel/rbtree.rs", Line: 171, Col: 1, EndLine: 174, EndCol: 13}, p.Segs[1].Span)
	assert.Equal(t, 3, p.promoted())

	// An impl's item, and arguments that are impl types, are told apart.
	p = ParsePath("core::slice::<impl [T]>::len")
	require.NotNil(t, p)
	assert.Equal(t, SegImpl, p.Segs[2].Kind)
	p = ParsePath("m::<impl From<A> for B>::from")
	require.NotNil(t, p)
	assert.Equal(t, "From<A>", p.Segs[1].Trait.String())
	assert.Equal(t, "B", p.Segs[1].Type.String())
	p = ParsePath("apply::<impl Fn(A) -> R>::{closure#0}")
	require.NotNil(t, p)
	assert.Len(t, p.Segs, 2)
	p = ParsePath("Holder::<impl Fn()>::new")
	require.NotNil(t, p)
	assert.Len(t, p.Segs[0].Args, 1)
	p = ParsePath("<impl Fn(A) -> R as FnOnce<(A,)>>::call_once")
	require.NotNil(t, p)
	assert.Equal(t, TyImpl, p.Self.Kind)

	for _, s := range []string{
		"a::b::<'_, u8, 3>::c", "<[T]>::len", "<impl at a.rs:1:1: 1:9>::f", "core::::num::{impl#8}::f::{constant#0}",
		"Niche::0::{constant#1}", "m::<impl !Send for T>::f", "m::<impl const Tr for T>::f", "<dyn A as B>::f::<{ N + 1 }>",
	} {
		p := ParsePath(s)
		if assert.NotNil(t, p, s) {
			assert.Equal(t, s, p.String())
		}
	}
	for _, s := range []string{"", "a::", "a b", "<T>", "<T as U>", "{closure}", "<impl at nowhere>::f", "a::<u8"} {
		assert.Nil(t, ParsePath(s), s)
	}
}
