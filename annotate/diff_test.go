package annotate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDiff(t *testing.T) {
	a, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	b, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	assert.Empty(t, Diff(a, b))

	// Moving is no change; another expectation is.
	b.Functions[0].Line = 77
	assert.Empty(t, Diff(a, b))
	b.Functions[0].Expect, b.Functions[0].Cases[0].Expect = "0", "0"
	b.Functions[1] = unknownEntry("c", "c")

	var out strings.Builder
	require.NoError(t, WriteDiff(&out, Diff(a, b)))
	assert.Equal(t, `-a: adjust = 1, expect = 0.. [proved]
+a: adjust = 1, expect = 0 [proved]
-b (k/a.c): how & 0x1, returns != 0: adjust = 1, expect = 0; else: adjust = 0, expect = 0.. [assumed]
+c: adjust = 0, expect = 0 [unknown]
`, out.String())
}
