package annotate

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

func summaries(t *testing.T, sol *infer.Solution, names ...string) []*infer.Summary {
	t.Helper()
	var out []*infer.Summary
	for _, n := range names {
		sum := sol.Summary(n)
		require.NotNil(t, sum, n)
		out = append(out, sum)
	}
	return out
}

func TestAuditLayout(t *testing.T) {
	_, sol := solved(t)
	var b strings.Builder
	sums := summaries(t, sol, "frob_wait", "frob_alloc", "rust_helper_frob_lock", "frob_try", "fw_call")
	require.NoError(t, WriteAudit(&b, sums))
	assert.Equal(t, `function    adjust  expect  sleeps                  evidence
frob_wait        0  0       always: k/wait.c:6      proved
frob_alloc       0  0       if flags & 0x400        proved
                 0  0..     else
frob_lock       +1  0..     never                   proved
frob_try        +1  0..     never, returns != 0     proved
                 0  0..     never, returns == 0
fw_call          0  0       taken to: no body here  unknown
`, b.String())
}

func TestExplanation(t *testing.T) {
	_, sol := solved(t)
	var b strings.Builder
	for _, s := range summaries(t, sol, "frob_alloc", "spin_lock", "fw_call") {
		require.NoError(t, WriteExplanation(&b, s))
	}
	assert.Equal(t, `frob_alloc  k/alloc.c:1
  proved: derived from its body, and every function below it is known

  flags & 0x400: adjust 0, expect 0; may sleep
    might_sleep()  k/alloc.c:4

  else: adjust 0, expect 0..
spin_lock
  model: a primitive of the built-in table
  reason: `+sol.Summary("spin_lock").Reason+`

  always: adjust +1, expect 0.. (spin+1)
fw_call
  unknown: there is no body in this tree: it is taken to sleep and to leave the count alone
`, b.String())
}

func TestTableText(t *testing.T) {
	tab, err := ReadJSON("t.json", []byte(goodTable))
	require.NoError(t, err)
	var b strings.Builder
	require.NoError(t, tab.WriteText(&b))
	assert.Equal(t, `function  adjust  expect  evidence  when                     why
a             +1  0..     proved    always
b             +1  0       assumed   how & 0x1, returns != 0  frob_wait() k/a.c:12
               0  0..               else
`, b.String())
}
