package cfront

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// machine runs lowered functions on known arguments and lists what they do.
// Where a branch depends on something unknown it takes both ways, and remembers
// which one for the variable it tested.
type machine struct {
	f      *infer.Func
	traces map[string]bool
	steps  int
}

type state struct {
	vars   map[infer.Var]int64
	defs   map[infer.Var]infer.Expr // how unknown ones were computed
	events []string
	visits map[int]int
}

func (s state) clone() state {
	t := state{map[infer.Var]int64{}, map[infer.Var]infer.Expr{}, append([]string(nil), s.events...), map[int]int{}}
	for k, v := range s.vars {
		t.vars[k] = v
	}
	for k, v := range s.defs {
		t.defs[k] = v
	}
	for k, v := range s.visits {
		t.visits[k] = v
	}
	return t
}

// maxVisits bounds how often one way goes through one block.
const maxVisits = 4

func (m *machine) run(b int, s state) {
	m.steps++
	if s.visits[b]++; s.visits[b] > maxVisits || m.steps > 100000 {
		return
	}
	blk := &m.f.Blocks[b]
	for k := range blk.Ops {
		if e := blk.Ops[k].Expr; e.Op == infer.NonNull {
			if c, ok := m.value(e.A, s); ok && c == 0 {
				return // NULL was followed: no program goes on here
			}
		}
		m.op(&blk.Ops[k], &s)
	}
	t := &blk.Term
	switch t.Kind {
	case infer.Goto:
		m.run(t.To[0], s)
	case infer.If:
		m.branch(t, s)
	case infer.Switch:
		c, ok := m.value(t.Cond, s)
		for k, to := range t.To {
			if !ok || k == len(t.Ranges) || c >= t.Ranges[k].Lo && c <= t.Ranges[k].Hi {
				m.run(to, s.clone())
				if ok {
					return
				}
			}
		}
	case infer.Choose:
		for _, to := range t.To {
			m.run(to, s.clone())
		}
	case infer.Return:
		for k, v := range t.Values {
			if path := m.f.Rets[k]; path != "" && path[0] == '&' {
				if c, ok := m.value(v, s); ok { // what it leaves behind a pointer
					s.events = append(s.events, fmt.Sprintf("%s=%d", path, c))
				}
				continue
			}
			s.events = append(s.events, "=> "+m.show(v, s))
		}
		m.traces[strings.Join(s.events, " ")] = true
	case infer.Unreachable:
		m.traces[strings.Join(append(s.events, "!"), " ")] = true
	}
}

func (m *machine) branch(t *infer.Term, s state) {
	c, ok := m.value(t.Cond, s)
	for k, to := range t.To {
		if ok && (c != 0) != (k == 0) {
			continue
		}
		n := s.clone()
		if !ok && t.Cond.Kind == infer.OperandVar {
			n.learn(t.Cond.Var, int64(1-k))
		}
		m.run(to, n)
	}
}

// learn sets an unknown variable that was tested, and what it was computed from.
func (s *state) learn(v infer.Var, c int64) {
	s.vars[v] = c
	e, ok := s.defs[v]
	if !ok || e.A.Kind != infer.OperandVar {
		return
	}
	switch e.Op {
	case infer.Copy, infer.Bool:
		s.learn(e.A.Var, c)
	case infer.Not:
		s.learn(e.A.Var, 1-c)
	}
}

func (m *machine) value(o infer.Operand, s state) (int64, bool) {
	switch o.Kind {
	case infer.OperandConst:
		return o.Const, true
	case infer.OperandVar:
		c, ok := s.vars[o.Var]
		return c, ok
	case infer.OperandFunc:
		return 1, true
	}
	return 0, false
}

func (m *machine) show(o infer.Operand, s state) string {
	if o.Kind == infer.OperandFunc {
		return "&" + bare(o.Func)
	}
	if c, ok := m.value(o, s); ok && c == addressBit {
		return "obj"
	}
	if c, ok := m.value(o, s); ok {
		return strconv.FormatInt(c, 10)
	}
	return "?"
}

func bare(id string) string {
	name, _, _ := strings.Cut(id, "@")
	return name
}

func (m *machine) op(o *infer.Op, s *state) {
	switch o.Kind {
	case infer.OpAssign:
		if c, ok := m.expr(o.Expr, *s); ok {
			s.vars[o.Dst] = c
		} else {
			delete(s.vars, o.Dst)
			s.defs[o.Dst] = o.Expr
		}
		for v, e := range s.defs {
			if v == o.Dst && e != o.Expr || e.A == infer.VarOf(o.Dst) {
				delete(s.defs, v)
			}
		}
	case infer.OpStore:
		what := bare(o.Expr.A.Func)
		if o.Expr.A.Kind == infer.OperandVar {
			what = m.f.Vars[o.Expr.A.Var]
		}
		s.events = append(s.events, bareSlot(o.Slot)+"<-"+what)
	case infer.OpCall:
		var name string
		switch c := o.Call; c.Target.Kind {
		case infer.Direct:
			name = bare(c.Target.Func)
		case infer.SlotCall:
			name = "[" + bareSlot(c.Target.Slot) + "]"
		case infer.Indirect:
			name = "*" + m.f.Vars[c.Target.Var]
		case infer.Opaque:
			name = "opaque"
		}
		var args []string
		for _, a := range o.Call.Args {
			if a.Path != "" {
				continue
			}
			for len(args) <= a.Arg {
				args = append(args, "?")
			}
			args[a.Arg] = m.show(a.Value, *s)
		}
		s.events = append(s.events, name+"("+strings.Join(args, ",")+")")
		for _, d := range o.Call.Dsts {
			delete(s.vars, d.Var)
			delete(s.defs, d.Var)
		}
	}
}

func (m *machine) expr(e infer.Expr, s state) (int64, bool) {
	if e.Op == infer.Or && e.B == infer.ConstOf(addressBit) {
		return addressBit, true
	}
	a, ok := m.value(e.A, s)
	if e.Op == infer.NonNull {
		if !ok {
			a = addressBit
		}
		return a, true
	}
	b, ok2 := m.value(e.B, s)
	truth := func(t bool) (int64, bool) {
		if t {
			return 1, true
		}
		return 0, true
	}
	switch e.Op {
	case infer.Unknown:
		return 0, false
	case infer.Copy, infer.Not, infer.Bool:
		ok2 = true
	}
	if !ok || !ok2 {
		return 0, false
	}
	switch e.Op {
	case infer.Copy:
		return a, true
	case infer.And:
		return a & b, true
	case infer.Or:
		return a | b, true
	case infer.Not:
		return truth(a == 0)
	case infer.Bool:
		return truth(a != 0)
	case infer.Eq:
		return truth(a == b)
	case infer.Ne:
		return truth(a != b)
	case infer.Lt:
		return truth(a < b)
	case infer.Le:
		return truth(a <= b)
	case infer.Gt:
		return truth(a > b)
	case infer.Ge:
		return truth(a >= b)
	case infer.ULt:
		return truth(uint64(a) < uint64(b))
	case infer.ULe:
		return truth(uint64(a) <= uint64(b))
	case infer.UGt:
		return truth(uint64(a) > uint64(b))
	case infer.UGe:
		return truth(uint64(a) >= uint64(b))
	}
	return 0, false
}

func fixture(name string) string {
	path, err := filepath.Abs(filepath.Join("..", "testdata", "c", name))
	if err != nil {
		panic(err)
	}
	return path
}

var fixtureArgs = []string{"-std=gnu11", "-c", "-Wall", "-fno-builtin"}

func parseFixture(t *testing.T, name string, macros ...string) *Result {
	t.Helper()
	opts := Options{SourceRoot: filepath.Dir(fixture(name)), Macros: map[string]bool{}}
	for _, m := range macros {
		opts.Macros[m] = true
	}
	r, err := Parse(Unit{File: fixture(name), Dir: filepath.Dir(fixture(name)), Args: fixtureArgs}, opts)
	require.NoError(t, err)
	require.Empty(t, r.Diagnostics)
	p := infer.NewProgram()
	for _, f := range r.Funcs {
		p.Funcs[f.ID] = f
	}
	require.NoError(t, p.Check())
	return r
}

var (
	runLine   = regexp.MustCompile(`(?m)^// run (\w+)\(([^)]*)\): ?(.*)$`)
	macroLine = regexp.MustCompile(`(?m)^// macros: (.*)$`)
	unknowns  = regexp.MustCompile(`\(\?(,\?)*\)|,\?\)`)
)

func normal(s string) string {
	s = unknowns.ReplaceAllStringFunc(s, func(m string) string {
		if m[0] == ',' {
			return ")"
		}
		return "()"
	})
	return strings.Join(strings.Fields(s), " ")
}

// TestFixtures holds each fixture to its own comments.
func TestFixtures(t *testing.T) {
	for _, name := range []string{"cfront_flow.c", "cfront_value.c", "cfront_cleanup.c", "cfront_pointer.c", "cfront_macro.c"} {
		src, err := os.ReadFile(fixture(name))
		require.NoError(t, err)
		var macros []string
		for _, m := range macroLine.FindAllSubmatch(src, -1) {
			macros = append(macros, strings.Fields(string(m[1]))...)
		}
		byName := map[string]*infer.Func{}
		for _, f := range parseFixture(t, name, macros...).Funcs {
			byName[f.Name] = f
		}
		lines := runLine.FindAllSubmatch(src, -1)
		require.NotEmpty(t, lines, name)
		for _, line := range lines {
			t.Run(fmt.Sprintf("%s/%s(%s)", name, line[1], line[2]), func(t *testing.T) {
				f := byName[string(line[1])]
				require.NotNil(t, f, "function is missing")
				check(t, f, string(line[2]), string(line[3]))
			})
		}
	}
}

func check(t *testing.T, f *infer.Func, args, want string) {
	s := state{vars: map[infer.Var]int64{}, defs: map[infer.Var]infer.Expr{}, visits: map[int]int{}}
	for i, a := range strings.Split(args, ",") {
		if a = strings.TrimSpace(a); a == "" || a == "?" {
			continue
		}
		c, err := strconv.ParseInt(a, 0, 64)
		require.NoError(t, err)
		for _, p := range f.Params {
			if p.Arg == i && p.Path == "" {
				s.vars[p.Var] = c
			}
		}
	}
	m := &machine{f: f, traces: map[string]bool{}}
	m.run(0, s)
	got := map[string]bool{}
	for tr := range m.traces {
		got[normal(tr)] = true
	}
	want, more := strings.CutSuffix(want, "...")
	expect := map[string]bool{}
	for _, w := range strings.Split(want, "|") {
		if more && strings.TrimSpace(w) == "" {
			continue
		}
		expect[normal(w)] = true
	}
	for w := range expect {
		if !got[w] {
			t.Errorf("does not do %q\ndoes: %s\n%s", w, list(got), f)
			return
		}
	}
	if !more && len(got) > len(expect) {
		t.Errorf("does more than %s\ndoes: %s\n%s", list(expect), list(got), f)
	}
}

func list(set map[string]bool) string {
	var all []string
	for s := range set {
		all = append(all, strconv.Quote(s))
	}
	sort.Strings(all)
	return strings.Join(all, " | ")
}

// bareSlot leaves out the file of a record that only one file knows.
func bareSlot(slot string) string {
	record, rest, ok := strings.Cut(slot, "@")
	if _, field, dotted := strings.Cut(rest, ".c."); ok && dotted {
		return record + "." + field
	}
	return slot
}
