package rustfront

import (
	"strings"

	"preemptck/rustfront/mono"
)

// short leaves only the last name of each path in a text of Rust.
func short(s string) string {
	var out strings.Builder
	start := 0
	flush := func(end int) {
		word := s[start:end]
		path, turbofish := strings.CutSuffix(word, "::")
		if i := strings.LastIndex(path, "::"); i >= 0 {
			path = path[i+2:]
		}
		if word = path; turbofish {
			word += "::"
		}
		out.WriteString(word)
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '{' {
			// The name of a closure is a place in a file.
			if n := closeBrace(s[i:]); strings.Contains(s[i:i+n], "/") {
				flush(i)
				out.WriteString("{closure}")
				i += n - 1
				start = i + 1
				continue
			}
		}
		word := c == '_' || c == ':' || c == '#' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
		if !word {
			flush(i)
			out.WriteByte(c)
			start = i + 1
		}
	}
	flush(len(s))
	return out.String()
}

// firstName is the crate that a path begins with.
func firstName(path string) string {
	crate, _, _ := strings.Cut(path, "::")
	return crate
}

func lastName(path string) string { return path[strings.LastIndex(path, ":")+1:] }

// display is what a reader calls an instance.
func display(in *mono.Inst) string {
	if p := in.Path(); strings.HasSuffix(p, "}") {
		if i := strings.Index(p, "::{closure#"); i > 0 {
			return "a closure in " + lastName(p[:i])
		}
	}
	if it := in.Def; it != nil && it.NSelf == 1 {
		return short(it.Args[0].Key()) + "::" + it.Name
	} else if it != nil {
		return short(it.Name)
	}
	return short(in.ID)
}

// closeBrace is the length of a text in braces, closing one included.
func closeBrace(s string) int {
	open := 0
	for i := range len(s) {
		switch s[i] {
		case '{':
			open++
		case '}':
			if open--; open == 0 {
				return i + 1
			}
		}
	}
	return len(s)
}
