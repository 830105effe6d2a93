package progress

import (
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// clock is a time that tests move.
type clock struct{ t time.Time }

func (c *clock) now() time.Time          { return c.t }
func (c *clock) advance(d time.Duration) { c.t = c.t.Add(d) }

func TestLine(t *testing.T) {
	var out strings.Builder
	c := &clock{time.Unix(1000, 0)}
	m := start(&out, Line, "C files", 100, c.now)
	m.Add(1) // shown at once
	m.Add(1) // too soon
	c.advance(2 * time.Second)
	m.Add(18)
	m.Done()
	assert.Equal(t, "\r\x1b[KC files: 1 of 100\r\x1b[KC files: 20 of 100, 10/s, 8s left\r\x1b[K", out.String())
}

func TestPlain(t *testing.T) {
	var out strings.Builder
	c := &clock{time.Unix(1000, 0)}
	m := start(&out, Plain, "C files", 10, c.now)
	m.Add(1)
	c.advance(6 * time.Second)
	m.Add(5)
	c.advance(time.Second)
	m.Add(4)
	m.Done()
	assert.Equal(t, "C files: 6 of 10, 1/s, 4s left\nC files: 10 of 10 in 7s\n", out.String())
}

func TestSilentAndNil(t *testing.T) {
	var out strings.Builder
	m := Start(&out, Silent, "x", 1)
	m.Add(1)
	m.Done()
	assert.Empty(t, out.String())
	var none *Meter
	none.Add(1)
	none.Done()
}

func TestModeFor(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	defer r.Close()
	defer w.Close()
	assert.Equal(t, Silent, ModeFor(w, false))
	assert.Equal(t, Plain, ModeFor(w, true))
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	require.NoError(t, err)
	defer null.Close()
	assert.Equal(t, Silent, ModeFor(null, false))
}

func TestConcurrentAdd(t *testing.T) {
	var out strings.Builder
	m := Start(&out, Plain, "x", 1000)
	var wg sync.WaitGroup
	for range 10 {
		wg.Go(func() {
			for range 100 {
				m.Add(1)
			}
		})
	}
	wg.Wait()
	m.Done()
	assert.Contains(t, out.String(), "x: 1000 of 1000")
}
