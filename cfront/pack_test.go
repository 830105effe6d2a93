package cfront

import (
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

func TestTreesComeBackWhole(t *testing.T) {
	dir := tree(t, map[string]string{
		"h.h":   header + "struct ops { int (*run)(void); int flags; };\nint go(void);\n",
		"one.c": "#include \"h.h\"\nint go(void) { return 3; }\nstatic const struct ops o = { .run = go, .flags = 5 };\nconst struct ops *one(void) { reaches(); return &o; }\n",
		"two.c": "#include \"h.h\"\nint other(void) __attribute__((alias(\"go\")));\nvoid two(void) { undeclared = 1; }\nvoid three(void) { common(); }\n",
	})
	all := parseTree(t, dir, 1, Unit{File: "one.c"}, Unit{File: "two.c"}, Unit{File: "missing.c"})
	require.NotEmpty(t, all.Program.Inits)
	require.NotEmpty(t, all.Program.Fields)
	require.NotEmpty(t, all.Program.Aliases)
	require.Len(t, all.Diagnostics, 2)
	packed := all.Pack()
	back, bodies, err := UnpackTree(packed)
	require.NoError(t, err)
	assert.Equal(t, all.Program.Funcs["go"].Pos, back.Program.Funcs["go"].Pos)
	assert.Empty(t, back.Program.Funcs["go"].Blocks)
	require.NoError(t, bodies())
	assert.Equal(t, all.Program.String(), back.Program.String())
	assert.Equal(t, all.Program.Decls, back.Program.Decls)
	assert.Equal(t, all.Program.Fields, back.Program.Fields)
	assert.Equal(t, all.Program.Inits, back.Program.Inits)
	assert.Equal(t, all.Diagnostics, back.Diagnostics)
	assert.Equal(t, all.Stats, back.Stats)
	require.NoError(t, back.Program.Check())
	assert.Equal(t, packed, back.Pack(), "the same tree gives the same bytes")
	for n := range packed {
		_, _, err := UnpackTree(packed[:n])
		require.Error(t, err)
	}
}

// A damaged unit adds nothing, wherever the damage is.
func TestMergerRefusesDamage(t *testing.T) {
	dir := tree(t, map[string]string{"one.c": header + "void one(void) { reaches(); }\n"})
	r, err := Parse(Unit{File: "one.c", Dir: dir}, Options{SourceRoot: dir})
	require.NoError(t, err)
	assert.Equal(t, []string{dir + "/one.c"}, r.Files)
	packed := r.Pack()
	m := NewMerger(1)
	for n := range packed {
		require.Error(t, m.Add(0, packed[:n]))
	}
	assert.Empty(t, m.versions)
	require.NoError(t, m.Add(0, packed))
	assert.IsType(t, &infer.Func{}, m.Tree().Program.Funcs["one"])
}

// What is added to these types has to be packed, merged and joined, too.
func TestPackedTypesAreThoseKnown(t *testing.T) {
	for typ, fields := range map[reflect.Type]int{
		reflect.TypeFor[infer.Program]():   5,
		reflect.TypeFor[infer.Decl]():      5, // Absent is found out later
		reflect.TypeFor[infer.SlotInit]():  3,
		reflect.TypeFor[infer.FieldBits](): 2,
		reflect.TypeFor[Diagnostic]():      4,
		reflect.TypeFor[Result]():          11,
	} {
		assert.Equal(t, fields, typ.NumField(), "%v: see pack.go, merge.go and Result.join", typ)
	}
}
