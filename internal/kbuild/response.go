package kbuild

import (
	"fmt"
	"os"
	"strings"
)

// maxResponseDepth bounds response files that name each other.
const maxResponseDepth = 8

// expandResponse replaces each `@file` by the arguments that the file holds, as
// gcc and clang do: split at white space, with quotes and backslashes.
func expandResponse(args []string, dir string, depth int) ([]string, error) {
	out := args[:0:0]
	for _, a := range args {
		name, ok := strings.CutPrefix(a, "@")
		if !ok || name == "" {
			out = append(out, a)
			continue
		}
		if depth == maxResponseDepth {
			return nil, fmt.Errorf("response file %s: nested deeper than %d: it may name itself", name, maxResponseDepth)
		}
		data, err := os.ReadFile(under(dir, name))
		if err != nil {
			return nil, fmt.Errorf("response file cannot be read, build the object again: %w", err)
		}
		words, err := splitResponse(string(data))
		if err != nil {
			return nil, fmt.Errorf("response file %s: %w", under(dir, name), err)
		}
		if words, err = expandResponse(words, dir, depth+1); err != nil {
			return nil, err
		}
		out = append(out, words...)
	}
	return out, nil
}

// splitResponse splits the text of a response file. Unlike in a shell, `;`, `#`
// and `>` are ordinary there, and in both kinds of quotes a backslash takes the
// next byte as it is.
func splitResponse(text string) ([]string, error) {
	var out []string
	var word strings.Builder
	in, quote, start := false, byte(0), 0
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\\' && i+1 < len(text):
			i++
			word.WriteByte(text[i])
			in = true
		case quote != 0 && c == quote:
			quote = 0
		case quote == 0 && (c == '\'' || c == '"'):
			quote, in, start = c, true, i
		case quote == 0 && strings.IndexByte(" \t\r\n\f\v", c) >= 0:
			if in {
				out = append(out, word.String())
				word.Reset()
				in = false
			}
		default:
			word.WriteByte(c)
			in = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("line %d: a quote is opened here and never closed", 1+strings.Count(text[:start], "\n"))
	}
	if in {
		out = append(out, word.String())
	}
	return out, nil
}
