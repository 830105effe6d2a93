package annotate

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"preemptck/infer"
)

// WriteKlint writes the table as Rust that klint reads: an `extern "C"` block
// for each declared function, with its signature as bindgen wrote it. Functions
// of the table that are not declared are left out, since they have no Rust
// signature.
func (t *Table) WriteKlint(w io.Writer, declared []Declared) error {
	byName := map[[2]string]*Entry{}
	for i := range t.Functions {
		e := &t.Functions[i]
		byName[[2]string{e.Name, e.Symbol}] = e
	}
	var b bytes.Buffer
	b.WriteString("// Preempt count annotations of the bindings crate, written by `preemptck annotate`.\n")
	b.WriteString("// Do not edit: corrections go into an override file, each with its reason.\n")
	for _, d := range sortedDeclared(declared) {
		e := byName[[2]string{d.Name, d.Symbol}]
		if e == nil {
			continue
		}
		b.WriteByte('\n')
		writeExtern(&b, e, d)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// sortedDeclared lists declarations by name and symbol, each once.
func sortedDeclared(declared []Declared) []Declared {
	byKey := map[string]Declared{}
	for _, d := range declared {
		k := d.Name + "\x00" + d.Symbol
		if _, ok := byKey[k]; !ok {
			byKey[k] = d
		}
	}
	out := make([]Declared, 0, len(byKey))
	for _, k := range sortedKeys(byKey) {
		out = append(out, byKey[k])
	}
	return out
}

// writeExtern writes the block of one function.
func writeExtern(b *bytes.Buffer, e *Entry, d Declared) {
	b.WriteString("extern \"C\" {\n")
	fmt.Fprintf(b, "    // %s", e.Evidence)
	if e.File != "" {
		fmt.Fprintf(b, ", %s:%d", e.File, e.Line)
	}
	b.WriteByte('\n')
	for _, line := range caseComments(e) {
		fmt.Fprintf(b, "    // %s\n", line)
	}
	fmt.Fprintf(b, "    #[klint::preempt_count(adjust = %d, expect = %s, unchecked)]\n", strictAdjust(e), klintExpect(e.Expect))
	if d.Symbol != d.Name {
		fmt.Fprintf(b, "    #[link_name = %q]\n", d.Symbol)
	}
	fmt.Fprintf(b, "    pub %s;\n}\n", d.Signature)
}

// maxAssumes is how many assumptions a comment lists.
const maxAssumes = 3

// caseComments says what the attribute cannot: several cases, a change that
// could not be told, an expectation nothing meets, interrupts.
func caseComments(e *Entry) []string {
	var lines []string
	switch {
	case len(e.Cases) == 1 && e.Cases[0].Adjust == nil && e.Expect == klintExpect(e.Expect):
		lines = append(lines, "how it changes the count could not be told: 0 is a guess")
	case len(e.Cases) > 1 || e.Adjust == nil || e.Expect != klintExpect(e.Expect):
		for _, c := range e.Cases {
			lines = append(lines, "case "+describeCase(c))
		}
		lines = append(lines, "the attribute has the strictest reading of these")
	}
	if n := e.Lanes[infer.IRQ.String()]; n != 0 {
		lines = append(lines, fmt.Sprintf("interrupts: %+d, which klint does not count", n))
	}
	for i, a := range e.Assumes {
		if i == maxAssumes && len(e.Assumes) > maxAssumes+1 {
			lines = append(lines, fmt.Sprintf("assumed: %d more, see preemptck explain %s", len(e.Assumes)-i, e.Name))
			break
		}
		lines = append(lines, "assumed: "+strings.ReplaceAll(a, "\n", " "))
	}
	return lines
}

// describeCase is a case on one line.
func describeCase(c Case) string {
	var b strings.Builder
	switch {
	case c.When != "" && c.Returns != "":
		fmt.Fprintf(&b, "%s, returns %s: ", c.When, c.Returns)
	case c.When != "":
		fmt.Fprintf(&b, "%s: ", c.When)
	case c.Returns != "":
		fmt.Fprintf(&b, "returns %s: ", c.Returns)
	}
	if c.Adjust == nil {
		b.WriteString("adjust not known")
	} else {
		fmt.Fprintf(&b, "adjust = %d", *c.Adjust)
	}
	fmt.Fprintf(&b, ", expect = %s", c.Expect)
	return b.String()
}

// strictAdjust is the one adjustment that klint is told. Where cases differ it
// is the largest: to take a lock for held that is not may raise a false alarm,
// to take it for free would hide a sleep under it.
func strictAdjust(e *Entry) int {
	if e.Adjust != nil {
		return *e.Adjust
	}
	best, known := 0, false
	for _, c := range e.Cases {
		if c.Adjust != nil && (!known || *c.Adjust > best) {
			best, known = *c.Adjust, true
		}
	}
	return best
}

// klintExpect is the expectation as klint reads it; it has no word for "no
// context at all", and 0 is the strictest it has.
func klintExpect(s string) string {
	if r, err := infer.ParseRange(s); err == nil {
		return r.String()
	}
	return infer.Range{}.String()
}
