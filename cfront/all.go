package cfront

import (
	"context"
	"errors"
	"sort"
	"sync"

	"preemptck/infer"
)

// ParseAll lowers all units, workers at a time, and merges them in the order
// of units. A unit that cannot be parsed is a diagnostic; the rest goes on.
// ParseAll itself fails only where ctx ends.
func ParseAll(ctx context.Context, units []Unit, opts Options, workers int, progress func(done, total int)) (*Tree, error) {
	m := NewMerger(len(units))
	session := NewSession(opts)
	var (
		mu   sync.Mutex
		wg   sync.WaitGroup
		done int
		next = make(chan int)
	)
	for range max(1, workers) {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for i := range next {
				unit, err := session.Lower(units[i])
				mu.Lock()
				if err == nil {
					err = m.Add(i, unit.Packed)
				}
				if err != nil {
					m.Fail(i, Lost(units[i], &opts, err))
				}
				done++
				if progress != nil {
					progress(done, len(units))
				}
				mu.Unlock()
			}
		}()
	}
feed:
	for i := range units {
		select {
		case next <- i:
		case <-ctx.Done():
			break feed
		}
	}
	close(next)
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return m.Tree(), nil
}

// Lost is the diagnostic of a unit that could not be lowered.
func Lost(u Unit, opts *Options, err error) Diagnostic {
	var pe *ParseError
	if errors.As(err, &pe) {
		return pe.Diagnostic
	}
	return Diagnostic{Severity: Error, Pos: infer.Pos{File: opts.relative(u.path())}, Text: err.Error()}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
