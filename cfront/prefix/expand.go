package prefix

import (
	"slices"
	"strings"
)

// maxExpanded bounds how many tokens one condition is expanded to.
const maxExpanded = 10_000

// expand replaces macros by what they stand for, as the C standard says; the operands
// of `defined` and its like stay.
func (r *reading) expand(in []token) []token {
	var out []token
	work := slices.Clone(in)
	slices.Reverse(work) // the next one is the last
	for steps := 0; len(work) > 0 && steps < maxExpanded; steps++ {
		t := work[len(work)-1]
		work = work[:len(work)-1]
		if t.kind != tokIdent {
			out = append(out, t)
			continue
		}
		if asks(t.text) {
			out = append(out, t)
			n := operand(work)
			for range n {
				out = append(out, work[len(work)-1])
				work = work[:len(work)-1]
			}
			continue
		}
		d := r.macro(t.name)
		if d == none || t.hidden.has(t.name) {
			out = append(out, t)
			continue
		}
		m := r.bodyOf(d)
		var args [][]token
		if m.function {
			var n int
			if args, n = arguments(work, m); n == 0 {
				out = append(out, t)
				continue
			}
			work = work[:len(work)-n]
		}
		body := r.substitute(m, args, &hidden{t.name, t.hidden})
		spaced(body, t.space)
		slices.Reverse(body)
		work = append(work, body...)
	}
	return out
}

// operand is how many tokens the operand of `defined` has, brackets and all.
func operand(work []token) int {
	n := len(work)
	if n == 0 {
		return 0
	}
	if work[n-1].text != "(" {
		return 1
	}
	for depth, i := 0, n-1; i >= 0; i-- {
		switch work[i].text {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 {
				return n - i
			}
		}
	}
	return n
}

// arguments are those of a call of m, which work (backwards) goes on with, and how many
// tokens it has; none where it is no call.
func arguments(work []token, m *macroBody) (args [][]token, n int) {
	if len(work) == 0 || work[len(work)-1].text != "(" {
		return nil, 0
	}
	args = [][]token{nil}
	depth := 0
	for i := len(work) - 1; i >= 0; i-- {
		t := work[i]
		switch t.text {
		case "(":
			if depth++; depth == 1 {
				continue
			}
		case ")":
			if depth--; depth == 0 {
				return args, len(work) - i
			}
		case ",":
			if depth == 1 && !(m.variadic && len(args) >= len(m.params)) {
				args = append(args, nil)
				continue
			}
		}
		args[len(args)-1] = append(args[len(args)-1], t)
	}
	return nil, 0
}

// substitute is the body of a macro with its arguments put in.
func (r *reading) substitute(m *macroBody, args [][]token, by *hidden) []token {
	arg := func(t token) ([]token, bool) {
		if t.kind != tokIdent {
			return nil, false
		}
		i := slices.Index(m.params, t.name)
		if i < 0 {
			return nil, false
		}
		if i >= len(args) {
			return nil, true
		}
		return args[i], true
	}
	body := m.tokens
	var out []token
	for i := 0; i < len(body); i++ {
		t := body[i]
		if m.function && t.text == "#" && i+1 < len(body) {
			if a, ok := arg(body[i+1]); ok {
				out = append(out, token{kind: tokString, space: t.space, text: `"` + spelled(a) + `"`})
				i++
				continue
			}
		}
		if t.text == "##" && i+1 < len(body) {
			i++
			right, ok := arg(body[i])
			if !ok {
				right = body[i : i+1]
			}
			out = r.paste(out, right)
			continue
		}
		a, ok := arg(t)
		switch {
		case !ok:
			out = append(out, t)
		case i+1 < len(body) && body[i+1].text == "##":
			if len(a) == 0 {
				out = append(out, token{kind: tokPunct}) // a place for what is pasted to it
			}
			out = append(out, a...)
		default:
			n := len(out)
			out = append(out, r.expand(a)...)
			spaced(out[n:], t.space)
		}
	}
	out = slices.DeleteFunc(out, func(t token) bool { return t.text == "" })
	for i := range out {
		for h := by; h != nil; h = h.next {
			if !out[i].hidden.has(h.name) {
				out[i].hidden = &hidden{h.name, out[i].hidden}
			}
		}
	}
	return out
}

// paste joins the last token of a list with the first of another.
func (r *reading) paste(left, right []token) []token {
	if len(right) == 0 {
		if n := len(left); n > 0 && left[n-1].text == "," {
			return left[:n-1] // `, ## __VA_ARGS__` with none
		}
		return left
	}
	if len(left) == 0 {
		return append(left, right...)
	}
	last := &left[len(left)-1]
	if last.text == "," {
		return append(left, right...)
	}
	joined := r.h.tokens([]byte(last.text + right[0].text))
	if len(joined) > 0 {
		joined[0].space = last.space
	}
	return append(append(left[:len(left)-1], joined...), right[1:]...)
}

// spaced says whether there is space before some tokens: as before what they replace.
func spaced(list []token, space bool) {
	if len(list) > 0 {
		list[0].space = space
	}
}

// spelled is the text of tokens, as # makes it.
func spelled(list []token) string {
	var b strings.Builder
	for i, t := range list {
		if t.space && i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(t.text)
	}
	return b.String()
}
