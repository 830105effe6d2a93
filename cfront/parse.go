package cfront

import (
	"context"
	"errors"
)

var errNotBuilt = errors.New("the C frontend is not built yet")

// Parse lowers one translation unit.
func Parse(unit Unit, opts Options) (*Result, error) { return nil, errNotBuilt }

// ParseAll lowers all units, workers at a time, and merges them in the order
// of units. It fails only where ctx ends or libclang is missing.
func ParseAll(ctx context.Context, units []Unit, opts Options, workers int, progress func(done, total int)) (*Tree, error) {
	return nil, errNotBuilt
}
