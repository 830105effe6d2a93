package annotate

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// WriteText prints the table for people: a row for each case of a function,
// with its condition and, at the strictest, where the witness ends.
func (t *Table) WriteText(w io.Writer) error {
	rows := [][]string{{"function", "adjust", "expect", "evidence", "when", "why"}}
	for i := range t.Functions {
		e := &t.Functions[i]
		why := ""
		if n := len(e.Witness); n > 0 {
			why = fmt.Sprintf("%s %s:%d", e.Witness[n-1].Text, e.Witness[n-1].File, e.Witness[n-1].Line)
		}
		for j, c := range e.Cases {
			row := []string{"", adjustWord(c.Adjust), c.Expect, "", condition(c.When, c.Returns), ""}
			if row[4] == "" {
				row[4] = "always"
			}
			if j == 0 {
				row[0], row[3] = e.Name, e.Evidence
			}
			if why != "" && c.Expect == e.Expect {
				row[5], why = why, ""
			}
			rows = append(rows, row)
		}
	}
	return writeColumns(w, rows)
}

// condition is the condition of a case on arguments and result, "" if none.
func condition(when, returns string) string {
	switch {
	case returns == "":
		return when
	case when == "":
		return "returns " + returns
	}
	return when + ", returns " + returns
}

// adjustWord is a change of the count with its sign, "?" where it could not be
// told.
func adjustWord(n *int) string {
	switch {
	case n == nil:
		return "?"
	case *n == 0:
		return "0"
	}
	return fmt.Sprintf("%+d", *n)
}

// adjustColumn is the only column of numbers, which stand to the right.
const adjustColumn = 1

// maxColumn is how wide a column gets; what is longer pushes only its own row.
const maxColumn = 44

// writeColumns prints rows of equal length as columns two blanks apart.
func writeColumns(w io.Writer, rows [][]string) error {
	width := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			if n := utf8.RuneCountInString(cell); n <= maxColumn {
				width[i] = max(width[i], n)
			}
		}
	}
	var b []byte
	for _, row := range rows {
		for i, cell := range row {
			if i > 0 {
				b = append(b, "  "...)
			}
			blanks := max(0, width[i]-utf8.RuneCountInString(cell))
			if i == adjustColumn {
				b = append(append(b, strings.Repeat(" ", blanks)...), cell...)
			} else {
				b = append(append(b, cell...), strings.Repeat(" ", blanks)...)
			}
		}
		b = append(bytes.TrimRight(b, " "), '\n')
	}
	_, err := w.Write(b)
	return err
}
