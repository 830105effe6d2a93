//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTruth: the table of all functions agrees with the kernel's own words as far as
// the bars of make truth ask, and every disagreement was looked into.
func TestTruth(t *testing.T) {
	table, err := wholeTable()
	require.NoError(t, err)
	truth := filepath.Join(t.TempDir(), "truth")
	out, err := exec.Command("go", "build", "-o", truth, "../scripts/truth").CombinedOutput()
	require.NoError(t, err, "%s", out)
	out, err = exec.Command(truth, "-reviewed", "../scripts/truth/reviewed.toml", "-table", table, filepath.Dir(kernel.build)).CombinedOutput()
	report := string(out)
	require.NoError(t, err, report)
	assert.NotContains(t, report, "not reviewed")
	assert.NotContains(t, report, "no disagreement any more")
	assert.NotContains(t, report, "could not be told")

	// What was read, so that a reader that loses some of it does not go unnoticed.
	lines := regexp.MustCompile(`(?m)^  (\d+) of (\d+) agree: .*$`).FindAllStringSubmatch(report, -1)
	require.Len(t, lines, 3, report)
	for i, least := range []int{136, 94, 165} { // annotations, might_sleep() first, kernel-doc
		t.Log(lines[i][0])
		n, err := strconv.Atoi(lines[i][2])
		require.NoError(t, err)
		assert.GreaterOrEqual(t, n, least)
	}
}
