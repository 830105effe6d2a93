package prefix

import (
	"slices"
	"strconv"
	"strings"
)

// asks tells whether a name asks something of its operand as it stands.
func asks(name string) bool {
	return name == "defined" || strings.HasPrefix(name, "__has_")
}

// condition evaluates the expression of #if or #elif. What cannot be evaluated is
// taken to be false. It comes to the same as the last time as long as the macros are the
// same that it asks for; each unit has most of them as the one before had.
func (r *reading) condition(x *expression) bool {
	if last := x.last.Load(); last != nil && r.same(last.asked) {
		return last.value
	}
	r.asked, r.unsure = r.asked[:0], false
	c := condition{r: r, rest: r.expand(x.tokens)}
	value := c.binary(0) != 0 && !c.wrong
	if !r.unsure {
		x.last.Store(&outcome{value, slices.Clone(r.asked)})
	}
	return value
}

// same tells whether macros are what they were.
func (r *reading) same(asked []askedFor) bool {
	for i := range asked {
		a, now := &asked[i], none
		if int(a.name) < len(r.states) && r.states[a.name].round == r.round {
			now = r.states[a.name].macro
		}
		if now != a.macro {
			return false
		}
	}
	return true
}

// condition goes through the tokens of a condition.
type condition struct {
	r     *reading
	rest  []token
	wrong bool
}

func (c *condition) peek() string {
	if len(c.rest) == 0 {
		return ""
	}
	return c.rest[0].text
}

func (c *condition) next() token {
	if len(c.rest) == 0 {
		c.wrong = true
		return token{kind: tokPunct}
	}
	t := c.rest[0]
	c.rest = c.rest[1:]
	return t
}

// The operators of C by how tightly they bind.
var operators = map[string]int{
	"?": 1, "||": 2, "&&": 3, "|": 4, "^": 5, "&": 6, "==": 7, "!=": 7, "<": 8, ">": 8, "<=": 8, ">=": 8,
	"<<": 9, ">>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11,
}

// binary evaluates an expression of operators that bind tighter than that.
func (c *condition) binary(than int) int64 {
	x := c.unary()
	for {
		op := c.peek()
		level := operators[op]
		if level <= than || c.wrong {
			return x
		}
		c.next()
		if op == "?" {
			y := c.binary(0)
			if c.next().text != ":" {
				c.wrong = true
			}
			if z := c.binary(0); x == 0 {
				y = z
			}
			x = y
			continue
		}
		x = c.apply(op, x, c.binary(level))
	}
}

func (c *condition) apply(op string, x, y int64) int64 {
	truth := func(b bool) int64 {
		if b {
			return 1
		}
		return 0
	}
	switch op {
	case "||":
		return truth(x != 0 || y != 0)
	case "&&":
		return truth(x != 0 && y != 0)
	case "|":
		return x | y
	case "^":
		return x ^ y
	case "&":
		return x & y
	case "==":
		return truth(x == y)
	case "!=":
		return truth(x != y)
	case "<":
		return truth(x < y)
	case ">":
		return truth(x > y)
	case "<=":
		return truth(x <= y)
	case ">=":
		return truth(x >= y)
	case "<<":
		return x << (uint64(y) & 63)
	case ">>":
		return x >> (uint64(y) & 63)
	case "+":
		return x + y
	case "-":
		return x - y
	case "*":
		return x * y
	}
	if y == 0 { // also in what is not needed: `n && x / n`
		return 0
	}
	if op == "/" {
		return x / y
	}
	return x % y
}

// maxNested bounds how deep brackets and signs nest.
const maxNested = 1000

func (c *condition) unary() int64 {
	if len(c.rest) > 0 && c.r.nested < maxNested {
		c.r.nested++
		defer func() { c.r.nested-- }()
	} else {
		c.wrong = true
		return 0
	}
	t := c.next()
	switch t.text {
	case "!":
		if c.unary() == 0 {
			return 1
		}
		return 0
	case "-":
		return -c.unary()
	case "+":
		return c.unary()
	case "~":
		return ^c.unary()
	case "(":
		x := c.binary(0)
		if c.next().text != ")" {
			c.wrong = true
		}
		return x
	}
	switch t.kind {
	case tokNumber:
		return c.number(t.text)
	case tokString:
		if len(t.text) == 3 && t.text[0] == '\'' {
			return int64(t.text[1])
		}
	case tokIdent:
		if asks(t.text) {
			return c.ask(t.text)
		}
		return 0 // no macro
	}
	c.wrong = true
	return 0
}

func (c *condition) number(text string) int64 {
	n, err := strconv.ParseUint(strings.TrimRight(text, "uUlL"), 0, 64)
	c.wrong = c.wrong || err != nil
	return int64(n)
}

// ask answers `defined(X)` and its like. Of what only the compiler knows, attributes and
// builtins are taken to be there, and features, most of which are sanitizers, are not:
// it hardly ever decides what is included.
func (c *condition) ask(what string) int64 {
	var of []token
	if c.peek() == "(" {
		c.next()
		for depth := 1; depth > 0 && !c.wrong; {
			t := c.next()
			switch t.text {
			case "(":
				depth++
			case ")":
				depth--
			}
			if depth > 0 {
				of = append(of, t)
			}
		}
	} else {
		of = append(of, c.next())
	}
	if c.wrong || len(of) == 0 {
		return 0
	}
	yes := true
	switch what {
	case "defined":
		yes = c.r.macro(of[0].name) != none || asks(of[0].text)
	case "__has_include", "__has_include_next":
		yes, c.r.unsure = c.r.resolve(spelled(of)) != nil, true
	case "__has_feature", "__has_extension":
		yes = false
	}
	if yes {
		return 1
	}
	return 0
}
