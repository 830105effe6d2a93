package prefix

import (
	"bytes"
	"slices"
)

// parens are the parentheses that are open in the code of a file.
type parens struct {
	names *names
	open  []int64 // the name before each, or one of the following
	// lost is set where it is not known what is open.
	lost bool
}

// What stands before a parenthesis if that is no name.
const (
	noName  = -1 // nothing that could be called
	anyName = -2 // perhaps a name, on the line before, or what makes one
)

// directive notes a directive: in the middle of parentheses, it may be a condition for some of
// them.
func (p *parens) directive() { p.lost = p.lost || len(p.open) > 0 }

// code visits the identifiers of a line of code, as [identifiers] does. One that ends an argument
// is called if one of the names within whose parentheses it stands is a macro that does so.
func (p *parens) code(text []byte, visit func(name []byte, called bool, within []uint32)) {
	from := 0 // what follows has not been looked at
	upTo := func(end int) {
		for i := from; i < end; i++ {
			switch text[i] {
			case '"', '\'':
				i = closing(text, i) - 1
			case '(':
				p.open = append(p.open, p.before(text[:i]))
			case ')':
				p.open = p.open[:max(0, len(p.open)-1)]
			}
		}
		from = end
	}
	identifiers(text, func(b []byte, called bool) {
		end := cap(text) - cap(b) // of what stands before it
		upTo(end)
		rest := bytes.TrimLeft(text[end+len(b):], " \t")
		if p.lost || !called || len(rest) == 0 || rest[0] != ',' && rest[0] != ')' || slices.Contains(p.open, anyName) {
			visit(b, called, nil)
			return
		}
		var within []uint32
		for _, name := range p.open {
			if name != noName {
				within = append(within, uint32(name))
			}
		}
		visit(b, false, within)
	})
	upTo(len(text))
}

// before is what stands at the end of a text.
func (p *parens) before(text []byte) int64 {
	text = bytes.TrimRight(text, " \t")
	n := len(text)
	for n > 0 && (isLetter(text[n-1]) || isDigit(text[n-1])) {
		n--
	}
	switch {
	case len(text) == 0 || text[len(text)-1] == ')':
		return anyName
	case n == len(text):
		return noName
	}
	return int64(p.names.id(text[n:]))
}
