package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// cFixture is one function of testdata/c and what its comments expect of it.
type cFixture struct {
	file  string // base name
	name  string
	first int // the line of its signature
	want  *cWant
	bugs  []cBug
	gap   string // why it does not come out right yet, or ""
}

// cWant is a `want:` comment: the function as a whole, then its cases.
type cWant struct {
	whole cPart
	cases []cPart
}

// cPart is one part of a `want:` comment; empty strings are not compared.
type cPart struct {
	text                                           string
	adjust, expect, lanes, evidence, when, returns string
	never, hasWhen                                 bool
}

// cBug is a `want-bug:` or `want-note:` comment.
type cBug struct {
	line int
	text string
	note bool
}

var (
	wantComment = regexp.MustCompile(`^/\* want: (.*) \*/$`)
	gapComment  = regexp.MustCompile(`^/\* gap: (.*) \*/$`)
	bugComment  = regexp.MustCompile(`/\* want-(bug|note): "([^"]*)" \*/`)
	anyWant     = regexp.MustCompile(`/\* *want`)
	signature   = regexp.MustCompile(`^[a-z_][^;={]*?(\w+)\(`)
	wantWord    = regexp.MustCompile(`^(?:(adjust|expect|evidence)=(\S+)|lanes="([^"]*)"|(when|returns) "([^"]*)"|(else|never))\s*`)
)

// readCFixtures reads the functions of one fixture file in order. It fails on
// any comment that it does not understand: a misspelt one would never fail.
func readCFixtures(path string) ([]cFixture, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var out []cFixture
	var want *cWant
	var gap string
	var open *cFixture // from signature to closing brace
	for i, line := range strings.Split(string(text), "\n") {
		n, fail := i+1, func(why string) ([]cFixture, error) {
			return nil, fmt.Errorf("%s:%d: %s: %q", path, i+1, why, line)
		}
		used := 0
		if m := wantComment.FindStringSubmatch(line); m != nil {
			if want != nil || open != nil {
				return fail("a want that no function follows")
			}
			if want, err = parseCWant(m[1]); err != nil {
				return fail(err.Error())
			}
			used++
		}
		if m := gapComment.FindStringSubmatch(line); m != nil {
			if gap != "" || open != nil {
				return fail("a gap that no function follows")
			}
			gap = m[1]
		}
		if m := signature.FindStringSubmatch(line); m != nil && open == nil && !strings.HasPrefix(line, "extern") && !strings.Contains(line, ");") {
			open = &cFixture{file: filepath.Base(path), name: m[1], first: n, want: want, gap: gap}
			want, gap = nil, ""
		}
		for _, m := range bugComment.FindAllStringSubmatch(line, -1) {
			if open == nil {
				return fail("a want-bug outside of a function")
			}
			if _, ok := bugKinds[m[2]]; !ok {
				return fail("a want-bug of no known kind")
			}
			open.bugs = append(open.bugs, cBug{n, m[2], m[1] == "note"})
			used++
		}
		if used != len(anyWant.FindAllString(line, -1)) {
			return fail("a comment that is not understood")
		}
		if open != nil && strings.HasPrefix(line, "}") {
			out = append(out, *open)
			open = nil
		}
	}
	if want != nil || gap != "" || open != nil {
		return nil, fmt.Errorf("%s: ends within a function", path)
	}
	return out, nil
}

func parseCWant(text string) (*cWant, error) {
	var w cWant
	for i, part := range strings.Split(text, " ; ") {
		p := cPart{text: part}
		for rest := strings.TrimSpace(part); rest != ""; {
			m := wantWord.FindStringSubmatch(rest)
			if m == nil {
				return nil, fmt.Errorf("unknown word at %q", rest)
			}
			rest = rest[len(m[0]):]
			switch {
			case m[1] == "adjust":
				p.adjust = m[2]
			case m[1] == "expect":
				p.expect = m[2]
			case m[1] == "evidence":
				p.evidence = m[2]
			case m[4] == "when":
				p.when, p.hasWhen = m[5], true
			case m[4] == "returns":
				p.returns = m[5]
			case m[6] == "else":
				p.when, p.hasWhen = "else", true
			case m[6] == "never":
				p.never = true
			default:
				p.lanes = m[3]
			}
		}
		switch {
		case i == 0 && (p.hasWhen || p.returns != ""):
			return nil, fmt.Errorf("the first part is the function as a whole: no condition there")
		case i > 0 && !p.hasWhen && p.returns == "":
			return nil, fmt.Errorf("a case without a condition: %q", part)
		case i == 0:
			w.whole = p
		default:
			w.cases = append(w.cases, p)
		}
	}
	return &w, nil
}

var (
	comparison = regexp.MustCompile(`^(?:\w+ )?(==|!=|<|<=|>|>=) (-?\d+)$`)
	membership = regexp.MustCompile(`^(?:\w+ )?in \{(.*)\}$`)
)

// follows tells whether one condition on a value follows from another, by
// trying the values that fixtures return. A condition it cannot read is only
// followed by itself.
func follows(from, to string) bool {
	if from == to {
		return true
	}
	a, okA := values(from)
	b, okB := values(to)
	if !okA || !okB || len(a) == 0 {
		return false
	}
	for _, v := range a {
		if !slices.Contains(b, v) {
			return false
		}
	}
	return true
}

// values are those of a few telling ones that a conjunction of comparisons
// holds for.
func values(cond string) ([]int, bool) {
	left := []int{-4096, -4095, -22, -17, -16, -15, -12, -11, -2, -1, 0, 1, 2, 3, 4, 10, 4096}
	for part := range strings.SplitSeq(cond, " && ") {
		holds, ok := condition(strings.TrimSpace(part))
		if !ok {
			return nil, false
		}
		left = slices.DeleteFunc(left, func(v int) bool { return !holds(v) })
	}
	return left, true
}

// condition reads `== 3` and its like, and `in {-16,2..4,9..}`.
func condition(text string) (holds func(int) bool, ok bool) {
	if m := membership.FindStringSubmatch(text); m != nil {
		return func(v int) bool {
			return slices.ContainsFunc(strings.Split(m[1], ","), func(part string) bool {
				lo, hi, isRange := strings.Cut(part, "..")
				if !isRange {
					hi = lo
				}
				return (lo == "" || v >= atoi(lo)) && (hi == "" || v <= atoi(hi))
			})
		}, true
	}
	m := comparison.FindStringSubmatch(text)
	if m == nil {
		return nil, false
	}
	n := atoi(m[2])
	return func(v int) bool {
		switch m[1] {
		case "==":
			return v == n
		case "!=":
			return v != n
		case "<":
			return v < n
		case "<=":
			return v <= n
		case ">":
			return v > n
		default:
			return v >= n
		}
	}, true
}

// atoi reads a number that an expression has matched before.
func atoi(s string) int {
	n, _ := strconv.Atoi(s)
	return n
}
