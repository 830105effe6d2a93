package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"preemptck/internal/pipeline"
)

// maxNotes is how many notes are printed without -v.
const maxNotes = 20

// write calls print with the place where output goes. A file appears whole or
// not at all; a device or pipe is written to, never replaced.
func (c *common) write(print func(io.Writer) error) error {
	if c.output == "" {
		return writeTo(os.Stdout, print)
	}
	if info, err := os.Stat(c.output); err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(c.output, os.O_WRONLY, 0)
		if err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return errors.Join(writeTo(f, print), f.Close())
	}
	tmp, err := os.CreateTemp(filepath.Dir(c.output), "."+filepath.Base(c.output)+".*")
	if err != nil {
		return fmt.Errorf("writing %s: %w", c.output, err)
	}
	defer os.Remove(tmp.Name()) // fails once it was renamed
	w := bufio.NewWriter(tmp)
	err = print(w)
	for _, step := range []func() error{w.Flush, func() error { return tmp.Chmod(0o644) }, tmp.Close} {
		if e := step(); err == nil {
			err = e
		}
	}
	if err == nil {
		err = os.Rename(tmp.Name(), c.output)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", c.output, err)
	}
	return nil
}

// writeTo prints to an open file.
func writeTo(f *os.File, print func(io.Writer) error) error {
	w := bufio.NewWriter(f)
	if err := print(w); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// tell prints the notes of a run on standard error and returns those that
// matter, for formats that carry notes.
func (c *common) tell(a *pipeline.Analysis) []string {
	c.lost = a.Lost
	var texts []string
	shown := 0
	for _, n := range a.Notes {
		if !n.Minor {
			texts = append(texts, n.Text)
		}
		if c.verbose || !n.Minor && shown < maxNotes {
			shown++
			fmt.Fprintf(os.Stderr, "preemptck: note: %s\n", n.Text)
		}
	}
	if more := len(texts) - shown; more > 0 {
		fmt.Fprintf(os.Stderr, "preemptck: note: and %d more, which -v shows\n", more)
	}
	return texts
}

// status is the outcome of a run: one that lost part of its input is not clean,
// whatever was found in the rest.
func (c *common) status(err error) error {
	if c.lost && (err == nil || errors.Is(err, errFindings)) {
		return errReported
	}
	return err
}
