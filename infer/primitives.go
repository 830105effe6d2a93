package infer

import (
	_ "embed" // the table
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

//go:embed primitives.txt
var primitivesText string

// Primitive is one entry of the embedded table.
type Primitive struct {
	Name    string
	Effects string // as written in the table
	Reason  string
	Line    int // in primitives.txt
	summary *Summary
}

var loadPrimitives = sync.OnceValue(func() []Primitive {
	ps, err := ParsePrimitives("primitives.txt", primitivesText)
	if err != nil {
		panic("infer: the embedded table is broken: " + err.Error()) // a test parses it
	}
	return ps
})

var primitiveIndex = sync.OnceValue(func() map[string]*Summary {
	m := map[string]*Summary{}
	for _, p := range loadPrimitives() {
		m[p.Name] = p.summary
	}
	return m
})

// Primitives lists the embedded table, in its order.
func Primitives() []Primitive { return slices.Clone(loadPrimitives()) }

// PrimitiveNames is the set of names in the table: the functions and macros
// that the C frontend must not look into.
func PrimitiveNames() map[string]bool {
	m := map[string]bool{}
	for _, p := range loadPrimitives() {
		m[p.Name] = true
	}
	return m
}

func modelNamed(symbol string) *Summary { return primitiveIndex()[symbol] }

// modelFor is the primitive that a function is, or nil. A static function of a
// .c file is one only if it is a stub that calls nothing: any other happens to
// share the name.
func modelFor(f *Func) *Summary {
	if f.Lang != C || f.Static && !strings.HasSuffix(f.Pos.File, ".h") && f.calls() {
		return nil
	}
	return modelNamed(f.Symbol)
}

// calls tells whether the function calls anything.
func (f *Func) calls() bool {
	for b := range f.Blocks {
		if slices.ContainsFunc(f.Blocks[b].Ops, func(op Op) bool { return op.Kind == OpCall }) {
			return true
		}
	}
	return false
}

// ParsePrimitives reads a table of primitives. Errors name file and line:
// malformed entries, entries without a reason, names given twice.
func ParsePrimitives(file, text string) ([]Primitive, error) {
	var out []Primitive
	lines := map[string]int{}
	for i, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		at := func(format string, args ...any) error {
			return fmt.Errorf("%s:%d: %s", file, i+1, fmt.Sprintf(format, args...))
		}
		cols := strings.Split(line, "|")
		if len(cols) != 3 {
			return nil, at("want three columns, name | effects | reason; found %d", len(cols))
		}
		effects, reason := strings.TrimSpace(cols[1]), strings.TrimSpace(cols[2])
		if reason == "" {
			return nil, at("every primitive needs a reason why it cannot be derived")
		}
		for _, name := range strings.Split(cols[0], ",") {
			name = strings.TrimSpace(name)
			if name == "" {
				return nil, at("empty name")
			}
			if first, dup := lines[name]; dup {
				return nil, at("%s is already given at line %d", name, first)
			}
			lines[name] = i + 1
			s, err := parseEffects(name, effects)
			if err != nil {
				return nil, at("%s: %v", name, err)
			}
			s.Reason = reason
			out = append(out, Primitive{Name: name, Effects: effects, Reason: reason, Line: i + 1, summary: s})
		}
	}
	return out, nil
}

// parseEffects reads the effects column.
func parseEffects(name, text string) (*Summary, error) {
	s := &Summary{Name: name, Evidence: Model, Rets: []string{""}}
	rest := map[int]IntSet{} // by argument: what the cases so far leave
	for _, part := range strings.Split(text, ";") {
		cond, effect, ok := strings.Cut(part, ":")
		if !ok {
			cond, effect = "", part
		}
		e := Exit{Tested: Any, Rets: []RetValue{factValue(Fact{})}}
		if err := parseCondition(s, &e, strings.TrimSpace(cond), rest); err != nil {
			return nil, err
		}
		if err := parseEffect(s, &e, effect); err != nil {
			return nil, err
		}
		s.Exits = append(s.Exits, e)
	}
	return s, nil
}

func (s *Summary) paramIndex(arg int) int {
	i := slices.IndexFunc(s.Params, func(p Param) bool { return p.Arg == arg })
	if i < 0 {
		s.Params = append(s.Params, Param{Arg: arg})
		i = len(s.Params) - 1
	}
	return i
}

func parseCondition(s *Summary, e *Exit, cond string, rest map[int]IntSet) error {
	f := strings.Fields(cond)
	switch {
	case len(f) == 0:
		return nil
	case len(f) == 1 && f[0] == "else":
		for arg, set := range rest {
			if !set.IsAll() {
				e.When, _ = e.When.Meet(Cond{{s.paramIndex(arg), Fact{Set: set}}})
			}
		}
		return nil
	case len(f) != 3 && !(len(f) == 5 && f[1] == "&"):
		return fmt.Errorf("condition %q: want, say, ret != 0 or arg1 & 0xff == 0", cond)
	}
	n, err := strconv.ParseInt(f[len(f)-1], 0, 64)
	if err != nil {
		return fmt.Errorf("condition %q: %w", cond, err)
	}
	var set IntSet
	switch f[len(f)-2] {
	case "==":
		set = One(n)
	case "!=":
		set = Except(n)
	default:
		return fmt.Errorf("condition %q: want == or !=", cond)
	}
	if f[0] == "ret" {
		e.Rets[0] = factValue(Fact{Set: set})
		return nil
	}
	var arg int
	if _, err := fmt.Sscanf(f[0], "arg%d", &arg); err != nil || arg < 0 {
		return fmt.Errorf("condition %q: want ret or argN", cond)
	}
	fact := Fact{Set: set}
	if len(f) == 5 {
		mask, err := strconv.ParseUint(f[2], 0, 64)
		if err != nil {
			return fmt.Errorf("condition %q: %w", cond, err)
		}
		if fact, ok := (Fact{}).refine(mask, 0, set); ok {
			e.When = Cond{{s.paramIndex(arg), fact}}
			return nil
		}
		return fmt.Errorf("condition %q can never hold", cond)
	}
	if rest[arg] == nil {
		rest[arg] = allInts
	}
	rest[arg] = rest[arg].Intersect(set.Complement())
	e.When = Cond{{s.paramIndex(arg), fact}}
	return nil
}

func parseEffect(s *Summary, e *Exit, effect string) error {
	words := strings.Fields(effect)
	if len(words) == 0 {
		return fmt.Errorf("empty effect: write none")
	}
	when := e.When // of the case, without what the effects add to it
	require := func(kind ReqKind, r Range) {
		s.Reqs = append(s.Reqs, &Req{Kind: kind, When: when, Expect: r, AnyIRQ: kind != Sleeps, Text: s.Name + "()", depth: 1})
	}
	for i := 0; i < len(words); i++ {
		w := words[i]
		switch {
		case w == "none":
		case w == "sleeps" || w == "marks":
			require(Sleeps, Range{})
			s.Reqs[len(s.Reqs)-1].declared = w == "marks"
		case w == "rt":
			require(SleepsOnRT, Any)
		case w == "nonnull":
			e.When, _ = e.When.Meet(Cond{{s.paramIndex(0), Fact{Set: Except(0)}}})
		case w == "irqson":
			e.TestedIRQsOn = true
		case w == "faultson":
			e.TestedFaultsOn = true
		case w == "last":
			e.Seldom |= LastReference
		case w == "vmalloc":
			e.Seldom |= VmallocMemory
		case w == "irq=0" || w == "irq=1":
			e.SetIRQ = true
			e.Adjust[IRQ] = int8(w[4] - '0')
		case (w == "expects" || w == "tested") && i+1 < len(words):
			i++
			r, err := ParseRange(words[i])
			if err != nil {
				return err
			}
			if w == "tested" {
				e.Tested = r
			} else {
				require(Holds, r)
			}
		default:
			v, err := ParseLanes(w)
			if err != nil {
				return fmt.Errorf("unknown effect %q: %w", w, err)
			}
			e.Adjust = e.Adjust.Plus(v)
		}
	}
	if n := e.Adjust.Count(); n < 0 {
		require(Holds, Range{int8(-n), Inf})
	}
	return nil
}
