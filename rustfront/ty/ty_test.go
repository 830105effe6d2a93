package ty

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/internal/wire"
)

func sampleTypes() []*Type {
	u8, t := PrimOf("u8"), ParamOf("T")
	vec := AdtOf("a::Vec", []*Type{t, AdtOf("a::Heap", nil)})
	return []*Type{
		u8, t, vec, NeverType, Unit, RefOf(vec, false), RefOf(vec, true), PtrOf(u8, true), SliceOf(t),
		ArrayOf(u8, ConstOf("4")), TupleOf([]*Type{u8}), TupleOf([]*Type{u8, t}), FnPtrOf([]*Type{u8}, Unit, false),
		FnItem("m", vec, "a::Tr", []*Type{u8}, []*Type{t}), FnItem("m", vec, "", nil, nil), FnItem("a::f", nil, "", nil, []*Type{u8}),
		ClosureOf("a/f::{closure#0}", []*Type{t}), DynOf("a::Tr", []*Type{u8}), ProjOf(t, "a::Tr", []*Type{u8}, "Out"), UnknownOf("?"),
	}
}

func TestKeys(t *testing.T) {
	want := []string{
		"u8", "T", "a::Vec<T, a::Heap>", "!", "()", "&a::Vec<T, a::Heap>", "&mut a::Vec<T, a::Heap>", "*mut u8", "[T]",
		"[u8; 4]", "(u8,)", "(u8, T)", "fn(u8) -> ()",
		"<a::Vec<T, a::Heap> as a::Tr<u8>>::m::<T>", "<a::Vec<T, a::Heap>>::m", "a::f::<u8>",
		"{a/f::{closure#0}<T>}", "dyn a::Tr<u8>", "<T as a::Tr<u8>>::Out", "?",
	}
	for i, ty := range sampleTypes() {
		assert.Equal(t, want[i], ty.Key())
	}
}

func TestUnify(t *testing.T) {
	u8, u16, p := PrimOf("u8"), PrimOf("u16"), ParamOf("T")
	pair := func(a, b *Type) *Type { return AdtOf("a::Pair", []*Type{a, b}) }
	s := Subst{}
	require.True(t, Unify(pair(p, ParamOf("U")), pair(u8, u16), s))
	assert.Equal(t, Subst{"T": u8, "U": u16}, s)
	assert.False(t, Unify(pair(p, p), pair(u8, u16), Subst{}), "one parameter, two types")
	assert.False(t, Unify(RefOf(p, true), RefOf(u8, false), Subst{}))
	assert.False(t, Unify(AdtOf("a::X", nil), AdtOf("a::Y", nil), Subst{}))
	assert.True(t, Unify(ProjOf(p, "a::Tr", nil, "Out"), u8, Subst{}), "left to the caller")
	assert.Equal(t, "a::Pair<u8, u16>", s.Apply(pair(p, ParamOf("U"))).Key())
	assert.Equal(t, 3, RefOf(pair(u8, u8), false).Depth())
}

func TestEncoding(t *testing.T) {
	w := wire.NewWriter()
	p := NewWriter(w)
	list := append(append(sampleTypes(), nil), sampleTypes()...)
	for _, ty := range list {
		p.Type(ty)
	}
	r := wire.NewReader(w.Bytes(), nil)
	q := NewReader(r)
	var back []*Type
	for _, ty := range list {
		got := q.Type()
		assert.Equal(t, ty, got)
		back = append(back, got)
	}
	require.NoError(t, q.Err())
	assert.Zero(t, r.Rest())
	for i := range sampleTypes() {
		assert.Same(t, back[i], back[len(sampleTypes())+1+i], "equal types are one")
	}
}

func FuzzDecode(f *testing.F) {
	for _, ty := range sampleTypes() {
		w := wire.NewWriter()
		NewWriter(w).Type(ty)
		f.Add(w.Bytes())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		r := wire.NewReader(b, nil)
		p := NewReader(r)
		ty := p.Type() // must not panic, nor take all memory
		if ty != nil && p.Err() == nil && r.Err() == nil {
			NewWriter(wire.NewWriter()).Type(ty)
		}
	})
}
