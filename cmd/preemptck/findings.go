package main

import (
	"fmt"
	"io"
	"os"

	"preemptck/check"
)

// report writes findings in the format asked for, and returns errFindings where
// there are any. Notes go into the formats that carry them; standard error has
// them already.
func (c *common) report(r *check.Report, notes []string, src *check.Sources) error {
	err := c.write(func(w io.Writer) error {
		switch c.format {
		case "json":
			r.Notes = append(r.Notes, notes...)
			return r.WriteJSON(w)
		case "sarif":
			r.Notes = append(r.Notes, notes...)
			return r.WriteSARIF(w, version())
		case "github":
			return r.WriteGitHub(w)
		case "kbuild":
			return r.WriteKbuild(w)
		}
		return r.WriteText(w, src)
	})
	switch {
	case err != nil:
		return err
	case r.HasFindings():
		return errFindings
	case c.verbose:
		fmt.Fprintln(os.Stderr, "preemptck: no findings")
	}
	return nil
}
