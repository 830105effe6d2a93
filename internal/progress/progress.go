// Package progress shows how far a long step has come: a line that rewrites
// itself on a terminal, a plain line every few seconds where the output is a pipe
// and the user asked for more words, and otherwise nothing.
package progress

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"
)

// Mode says how progress is shown.
type Mode uint8

// The modes.
const (
	// Silent shows nothing.
	Silent Mode = iota
	// Line rewrites one line in place.
	Line
	// Plain writes a whole line now and then.
	Plain
)

// ModeFor is Line on a terminal, Plain elsewhere if verbose, and else Silent.
func ModeFor(f *os.File, verbose bool) Mode {
	switch {
	case term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb":
		return Line
	case verbose:
		return Plain
	}
	return Silent
}

// Meter counts the files of one step. A nil Meter counts nothing, and all its
// methods may be called from several goroutines.
type Meter struct {
	mu    sync.Mutex
	w     io.Writer
	mode  Mode
	label string
	total int
	done  int
	start time.Time
	shown time.Time
	now   func() time.Time
}

// Start begins a step of total files, called label ("C files").
func Start(w io.Writer, mode Mode, label string, total int) *Meter {
	return start(w, mode, label, total, time.Now)
}

func start(w io.Writer, mode Mode, label string, total int, now func() time.Time) *Meter {
	m := &Meter{w: w, mode: mode, label: label, total: total, start: now(), now: now}
	if mode == Plain {
		m.shown = m.start
	}
	return m
}

// interval is the least time between two lines.
func (mode Mode) interval() time.Duration {
	if mode == Line {
		return 100 * time.Millisecond
	}
	return 5 * time.Second
}

// Add says that n more files are done.
func (m *Meter) Add(n int) {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.done += n
	now := m.now()
	if m.mode == Silent || now.Sub(m.shown) < m.mode.interval() {
		return
	}
	m.shown = now
	m.print(m.status(now))
}

// Done ends the step: the line is wiped, or a last plain one says how long it
// took.
func (m *Meter) Done() {
	if m == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	switch m.mode {
	case Line:
		m.print("")
	case Plain:
		m.print(fmt.Sprintf("%s: %d of %d in %v", m.label, m.done, m.total, m.now().Sub(m.start).Round(100*time.Millisecond)))
	case Silent:
	}
}

// print writes one line; a failing terminal is no reason to stop the analysis.
func (m *Meter) print(text string) {
	if m.mode == Line {
		_, _ = fmt.Fprintf(m.w, "\r\x1b[K%s", text)
		return
	}
	_, _ = fmt.Fprintln(m.w, text)
}

// status is "C files: 120 of 742, 41/s, 15s left".
func (m *Meter) status(now time.Time) string {
	s := fmt.Sprintf("%s: %d of %d", m.label, m.done, m.total)
	elapsed := now.Sub(m.start)
	if m.done == 0 || elapsed < time.Second/2 {
		return s
	}
	rate := float64(m.done) / elapsed.Seconds()
	s += fmt.Sprintf(", %.3g/s", rate)
	if left := m.total - m.done; left > 0 {
		s += fmt.Sprintf(", %v left", time.Duration(float64(left)/rate*float64(time.Second)).Round(time.Second))
	}
	return s
}
