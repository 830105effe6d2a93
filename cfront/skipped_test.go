package cfront

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"preemptck/cfront/libclang"
	"preemptck/cfront/prefix"
)

// Of a file that is read more than once only what all readings leave out is left out.
func TestSkipped(t *testing.T) {
	u := &libclang.Unit{
		Read: []uint32{1, 2, 2, 3, 3},
		Skipped: []libclang.Range{
			{File: 1, Off: 10, EndOff: 20}, {File: 1, Off: 20, EndOff: 30},
			{File: 2, Off: 10, EndOff: 20}, {File: 2, Off: 40, EndOff: 50}, {File: 2, Off: 5, EndOff: 45},
			{File: 3, Off: 10, EndOff: 20},
			{Off: 1, EndOff: 2}, // of the command line
		},
	}
	assert.Equal(t, []prefix.Range{
		{File: "once.h", Off: 10, EndOff: 20}, {File: "once.h", Off: 20, EndOff: 30},
		{File: "circle.h", Off: 10, EndOff: 20}, {File: "circle.h", Off: 40, EndOff: 45},
	}, skipped(u, []string{"", "once.h", "circle.h", "twice.h"}))
}
