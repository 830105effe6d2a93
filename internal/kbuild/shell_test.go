package kbuild

import (
	"os/exec"
	"strings"
	"testing"
	"testing/quick"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestSplitShell(t *testing.T) {
	tests := map[string][]command{
		`gcc -c a.c`:                       {{Args: []string{"gcc", "-c", "a.c"}}},
		`gcc -DN='"a b"' -c a.c`:           {{Args: []string{"gcc", `-DN="a b"`, "-c", "a.c"}}},
		`gcc -DN=\"a\ b\" ""`:              {{Args: []string{"gcc", `-DN="a b"`, ""}}},
		`gcc "a\"b\c" 'x'\''y'`:            {{Args: []string{"gcc", `a"b\c`, "x'y"}}},
		`A=1 B='2 3' rustc x.rs`:           {{Env: []string{"A=1", "B=2 3"}, Args: []string{"rustc", "x.rs"}}},
		`'A=1' x`:                          {{Args: []string{"A=1", "x"}}},
		`gcc -c a.c ; objtool a.o`:         {{Args: []string{"gcc", "-c", "a.c"}}, {Args: []string{"objtool", "a.o"}}},
		`gcc a.c;objcopy a.o&&x||y|z`:      {{Args: []string{"gcc", "a.c"}}, {Args: []string{"objcopy", "a.o"}}, {Args: []string{"x"}}, {Args: []string{"y"}}, {Args: []string{"z"}}},
		`(a >f 2>&1 b) <g`:                 {{Args: []string{"a", "b"}}},
		`a 2x>f '2'>f`:                     {{Args: []string{"a", "2x", "2"}}},
		"a b # c 'd\ne#f":                  {{Args: []string{"a", "b"}}, {Args: []string{"e#f"}}},
		"a \\\nb":                          {{Args: []string{"a", "b"}}},
		`a $ '$HOME' "\$HOME" $`:           {{Args: []string{"a", "$", "$HOME", "$HOME", "$"}}},
		`a $HOME`:                          {{Args: []string{"a", "$HOME"}, Expansion: "$HOME"}},
		`a "x$(pwd) y"; b`:                 {{Args: []string{"a", "x$(pwd) y"}, Expansion: "$(pwd)"}, {Args: []string{"b"}}},
		"a `b`":                            {{Args: []string{"a", "`b`"}, Expansion: "`b`"}},
		``:                                 nil,
		` ; ;; `:                           nil,
		`-Zcrate-attr='feature(a,b)' -Lx `: {{Args: []string{"-Zcrate-attr=feature(a,b)", "-Lx"}}},
	}
	for line, want := range tests {
		got, err := splitShell(line)
		require.NoError(t, err, line)
		assert.Equal(t, want, got, line)
	}
}

func TestSplitShellErrors(t *testing.T) {
	for line, offset := range map[string]int{`gcc 'a b`: 4, `gcc "a \"`: 4, `gcc a\`: 5, `'a' 'b`: 4} {
		_, err := splitShell(line)
		var se *shellError
		require.ErrorAs(t, err, &se, line)
		assert.Equal(t, offset, se.Offset, line)
	}
}

// The shell itself is the judge of how words are split.
func TestSplitShellAgreesWithSh(t *testing.T) {
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	for _, words := range []string{
		`a b  c`, `'a b'c"d e"`, `"a\\b\'c\$d\` + "`" + `e"`, `\a\ \'b`, `a\
b`, `"x\
y"`, `'' "" a`, `x=y 'p'=q`, `"it's" 'say "x"'`, `a#b '#' \#`, `"\"a\\" b`, `-DX='"m"' -DY=\"n\"`, `{ }`, `a~b`,
	} {
		out, err := exec.Command(sh, "-c", "printf '%s\\0' "+words).Output()
		require.NoError(t, err, words)
		got, err := splitShell("printf " + words)
		require.NoError(t, err)
		require.Len(t, got, 1)
		assert.Equal(t, strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00"), got[0].Args[1:], words)
	}
}

// quoteWord is the single-quoted form of a word.
func quoteWord(w string) string { return "'" + strings.ReplaceAll(w, "'", `'\''`) + "'" }

// backslashWord escapes every byte by a backslash.
func backslashWord(w string) string {
	var b strings.Builder
	for i := range len(w) {
		if w[i] == '\n' {
			b.WriteString("'\n'")
			continue
		}
		b.WriteByte('\\')
		b.WriteByte(w[i])
	}
	return b.String()
}

func TestSplitShellInvertsQuoting(t *testing.T) {
	check := func(words []string, how uint64) bool {
		var parts []string
		for i, w := range words {
			if how>>(i%64)&1 == 0 || w == "" {
				parts = append(parts, quoteWord(w))
			} else {
				parts = append(parts, backslashWord(w))
			}
		}
		got, err := splitShell("p " + strings.Join(parts, " "))
		return err == nil && len(got) == 1 && got[0].Expansion == "" &&
			assert.ObjectsAreEqual(append([]string{"p"}, words...), got[0].Args)
	}
	require.NoError(t, quick.Check(check, &quick.Config{MaxCount: 2000}))
}

func FuzzSplitShell(f *testing.F) {
	for _, s := range []string{"gcc -c 'a'", `a "b\`, "x=1 y;z>f", "`", "$(", "\\\n"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		cmds, err := splitShell(line)
		if err != nil {
			var se *shellError
			require.ErrorAs(t, err, &se)
			require.GreaterOrEqual(t, se.Offset, 0)
			require.Less(t, se.Offset, len(line))
			return
		}
		// Words are final: quoting and splitting them again changes nothing.
		for _, c := range cmds {
			var parts []string
			for _, a := range c.Args {
				parts = append(parts, quoteWord(a))
			}
			again, err := splitShell(strings.Join(parts, " "))
			require.NoError(t, err)
			if len(c.Args) > 0 {
				require.Len(t, again, 1)
				require.Equal(t, c.Args, again[0].Args)
			}
		}
	})
}

func FuzzParseCmdFile(f *testing.F) {
	f.Add([]byte("savedcmd_a.o := gcc -c a.c\n\nsource_a.o := a.c\n\ndeps_a.o := \\\n  b.h \\\n\na.o: $(deps_a.o)\n"))
	f.Add([]byte("cmd_a.o := gcc 'x"))
	f.Add([]byte("deps_a := \\"))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, problem := parseCmdFile("/t/.a.o.cmd", data)
		if file == nil {
			require.NotNil(t, problem)
			require.True(t, problem.Lost)
			return
		}
		u, problem := file.unit("/t")
		if problem != nil {
			require.Equal(t, units{}, u)
			require.GreaterOrEqual(t, problem.Line, 1)
		}
	})
}
