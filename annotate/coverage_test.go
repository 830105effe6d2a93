package annotate

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCoverage(t *testing.T) {
	table := &Table{Functions: []Entry{{Evidence: "proved"}, {Evidence: "unknown"}, {Evidence: "proved"}, {Evidence: "model"}}}
	assert.Equal(t, "4 functions, 1 model, 2 proved, 0 assumed, 1 unknown", table.Coverage())
}
