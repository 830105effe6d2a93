package cfront

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

const fieldHeader = `
typedef unsigned int u32;
typedef unsigned long u64;
enum { A = 1, B = 2, C = 4 };
enum mode { OFF, SLOW = 0x10, FAST = 0x20 };
struct inner { int deep; int other; };
struct pool {
	u32 flags, mixed, handed, shared, counted, followed, assembled;
	int number; signed char small; _Bool on; enum mode mode;
	u64 wide; u32 bits : 3; int sbits : 2;
	u32 never, array[4];
	union { u32 low; u32 high; };
	struct { u32 nested; };
	struct inner in;
};
`

const fieldStores = `
#include "h.h"
void hand(u32 *p);
static inline void header_like(struct pool *p) { p->nested = 8; }
struct pool start = { A, .mixed = A | B, .in = { 3, .other = 5 }, .mode = FAST };
struct inner many[] = { { 0x100 }, { .other = 0x200 }, [2 ... 3] = { .deep = 0x400 } };
void stores(struct pool *p, struct pool *q, u32 x, int y)
{
	struct pool local = { .flags = C, .wide = 1ul << 40 };

	p->flags |= B;
	p->flags &= ~x;
	p->flags = q->flags;
	p->flags = x ? 0x10 : 0x20;
	p->flags = (q->flags & x) | (x & 0x40);
	p->flags ^= 0x80;
	*(volatile u32 *)&p->followed = 6;
	x = *(const volatile u32 *)&q->followed;
	p->mixed += 1;
	hand(&p->handed);
	p->shared = 1;
	p->counted++;
	asm("" : "=r" (p->assembled));
	p->number = -1;
	p->small = 0x80;
	p->on = x;
	p->mode = SLOW;
	p->wide = x == 3 || !y;
	p->wide |= (x & 0xff0000u);
	p->bits = 12 | 1;
	p->sbits = 1;
	p->array[0] = 1;
	p->low = 1;
	*q = local;
	header_like(p);
}
`

func TestFieldBits(t *testing.T) {
	dir := tree(t, map[string]string{
		"h.h":   fieldHeader,
		"one.c": fieldStores,
		"two.c": "#include \"h.h\"\nvoid param(struct pool *p, u32 x) { p->shared = x; }\n" +
			"void narrow(struct pool *p) { p->flags |= 0x1000; }\n",
		"three.c": "#include \"h.h\"\nvoid open(struct inner *p, int x) { struct outer { struct inner i; int last; } v = { x, 1 }; }\n",
	})
	r, err := Parse(Unit{File: "one.c", Dir: dir}, Options{SourceRoot: dir})
	require.NoError(t, err)
	assert.Equal(t, infer.FieldBits{Mask: 1}, r.Fields["struct pool.shared"])

	all := parseTree(t, dir, 2, Unit{File: "one.c"}, Unit{File: "two.c"}, Unit{File: "three.c"})
	got := map[string]string{}
	for slot, b := range all.Program.Fields {
		assert.False(t, b.Unknown, slot)
		got[slot] = fmt.Sprintf("%#x", b.Mask)
	}
	assert.Equal(t, map[string]string{
		"struct pool.flags":    "0x10f7",
		"struct pool.followed": "0x6",
		"struct pool.number":   "0xffffffffffffffff",
		"struct pool.small":    "0xffffffffffffff80",
		"struct pool.on":       "0x1",
		"struct pool.mode":     "0x30",
		"struct pool.wide":     "0x10000ff0001",
		"struct pool.bits":     "0x5",
		"struct pool.sbits":    "0x1",
		"struct pool.nested":   "0x8",
		"struct inner.deep":    "0x503",
		"struct inner.other":   "0x205",
	}, got)
}

// A function with an error in it stores what it names nobody knows how; others in the
// file do as they say.
func TestFieldBitsOfBroken(t *testing.T) {
	dir := tree(t, map[string]string{
		"h.h": fieldHeader,
		"bad.c": "#include \"h.h\"\nvoid bad(struct pool *p) { p->flags = undeclared(&p->mixed); if (p->shared) p->counted = 1; }\n" +
			"void good(struct pool *p) { p->number = 3; }\n",
	})
	r, err := Parse(Unit{File: "bad.c", Dir: dir}, Options{SourceRoot: dir})
	require.NoError(t, err)
	assert.Equal(t, map[string]infer.FieldBits{
		"struct pool.flags": {Unknown: true}, "struct pool.mixed": {Unknown: true},
		"struct pool.shared": {Unknown: true}, "struct pool.counted": {Unknown: true},
		"struct pool.number": {Mask: 3},
	}, r.Fields)
}

func TestFieldsOfVariables(t *testing.T) {
	dir := tree(t, map[string]string{"h.h": fieldHeader, "one.c": "#include \"h.h\"\nstruct pool *get(void);\n" +
		"u32 use(struct pool *s, u32 flags, u32 *p)\n{\n\tstruct pool *t = get();\n\n" +
		"\tflags |= s->flags;\n\tif (s->low || t->in.deep || s->array[1] || *p)\n\t\treturn 0;\n\treturn flags;\n}\n"})
	r, err := Parse(Unit{File: "one.c", Dir: dir}, Options{SourceRoot: dir})
	require.NoError(t, err)
	require.Len(t, r.Funcs, 1)
	f := r.Funcs[0]
	got := map[string]string{}
	for v, slot := range f.Fields {
		got[f.Vars[v]] = slot
	}
	assert.Equal(t, map[string]string{"s->flags": "struct pool.flags", "t->in.deep": "struct inner.deep"}, got)
	assert.Contains(t, f.String(), "or flags %2:\"s->flags\"")
}
