package prefix

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What ends an argument may be called where that is one of a macro.
func TestParens(t *testing.T) {
	for code, want := range map[string]string{
		"int f(int min, int max);":              "within f",
		"int f(int year,\n  int min, int max);": "within f",
		"void (*min)(void);":                    "within void",
		"(*min)(void);":                         "called", // what stands before it?
		"apply(1)(min);":                        "called",
		"x = (min);":                            "within",
		"apply(pair(1, min));":                  "within apply pair",
		"apply((1), min);":                      "within apply",
		"apply(\")\", min);":                    "within apply",
		"apply(1);\nint min, max;":              "within",
		"apply(1,\n#ifdef X\n2,\n#endif\nmin);": "called",
		"apply(1, min\n);":                      "called",
		"min(1, 2);":                            "called",
		"apply(min + 1);":                       "within",
	} {
		x := newTexts()
		got := ""
		for _, b := range x.scan([]byte(code)).uses {
			switch {
			case x.names.list[b.name] != "min":
			case b.called:
				got = "called"
			default:
				words := []string{"within"}
				for _, w := range b.within {
					words = append(words, x.names.list[w])
				}
				slices.Sort(words[1:])
				got = strings.Join(words, " ")
			}
		}
		assert.Equal(t, want, got, code)
	}
}
