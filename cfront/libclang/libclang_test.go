package libclang

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func parse(t *testing.T, src string, macros ...string) *Unit {
	t.Helper()
	file := filepath.Join(t.TempDir(), "a.c")
	require.NoError(t, os.WriteFile(file, []byte(src), 0o644))
	u, err := Parse(file, []string{"-std=gnu11"}, Options{Macros: macros})
	require.NoError(t, err)
	return u
}

func TestLayoutMatchesC(t *testing.T) {
	assert.NoError(t, checkLayout())
}

func TestWalk(t *testing.T) {
	u := parse(t, "#define M() do { } while (0)\n#define W() do { M(); } while (0)\n"+
		"int g(int);\nint f(int x)\n{\n\tW();\n\tfor (; x;)\n\t\tx = g(x + 1);\n\treturn x ?: 3;\n}\n", "M")
	require.Len(t, u.Defs, 1)
	assert.Empty(t, u.Uses, "a use inside another macro is not recorded")
	var inM, loops int
	for i := range u.Nodes {
		n := &u.Nodes[i]
		assert.Greater(t, int(n.End), i)
		if n.InMacro() && n.SOff >= u.Defs[0].Off && n.SOff < u.Defs[0].EndOff {
			inM++
		}
		if n.Kind == ForStmt {
			loops++
			assert.EqualValues(t, 2, n.Op, "only the condition is there")
		}
	}
	assert.Equal(t, 1, loops)
	assert.Positive(t, inM, "the spelling tells what comes from the inner macro")
}

func TestErrorsAreDiagnostics(t *testing.T) {
	u := parse(t, "int f(void) { return nothing; }\n#include \"missing.h\"\n")
	require.Len(t, u.Diagnostics, 2)
	for _, d := range u.Diagnostics {
		assert.Equal(t, d.Line == 2, d.Fatal, d.Text)
	}
}

func TestAccepts(t *testing.T) {
	assert.True(t, Accepts([]string{"-O2", "-std=gnu11"}))
	assert.False(t, Accepts([]string{"-fconserve-stack-no-such"}))
}
