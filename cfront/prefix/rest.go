package prefix

import (
	"path/filepath"
	"slices"
	"strings"
)

// Rest are the arguments of a unit that is parsed behind a prefix, and the text
// to put between: what the command line includes is part of the prefix, and
// macros that are not the same there are defined once the prefix is through.
func Rest(m *Prefix, unitArgs []string) (args []string, between string) {
	ours := definitions(m.Args)
	var text strings.Builder
	defined := map[string]bool{}
	for i := 0; i < len(unitArgs); i++ {
		name, value, next := option(unitArgs, i)
		switch {
		case name == "-include" || name == "-imacros":
		case (name == "-D" || name == "-U") && !slices.Contains(ours, name+value):
			macro := macroName(name + value)
			defined[macro] = true
			text.WriteString("#undef " + macro + "\n")
			if name == "-D" {
				head, body, ok := strings.Cut(value, "=")
				if !ok {
					body = "1"
				}
				text.WriteString("#define " + head + " " + body + "\n")
			}
		default:
			args = append(args, unitArgs[i:i+1+next]...)
		}
		i += next
	}
	theirs := definitions(unitArgs)
	for _, d := range ours {
		if macro := macroName(d); !slices.Contains(theirs, d) && !defined[macro] {
			text.WriteString("#undef " + macro + "\n")
		}
	}
	return args, text.String()
}

// under is path, taken from dir where it is relative.
func under(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}
