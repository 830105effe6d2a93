package rustfront

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"preemptck/infer"
)

// allocator stands for a C function that sleeps if bit 10 of its flags is set.
const allocator = `
func "get"
param flags 0 ""
ret ""
b0:
  x = and flags 1024
  if x b1 b2
b1:
  call = direct "might_sleep"
  goto b2
b2:
  p = unknown
  return p
`

// TestProperties solves the fixture: the flow of values must be good enough for
// locks, drop flags and allocation flags to come out right.
func TestProperties(t *testing.T) {
	p, _ := fixture(t, "shapes")
	q, err := infer.Parse(allocator)
	require.NoError(t, err)
	for id, f := range q.Funcs {
		p.Funcs[id] = f
	}
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		name   string
		count  int
		expect string
	}{
		{"guarded", 0, "0.."},
		{"in_struct", 0, "0.."},
		{"local_type", 0, "0.."},
		{"in_enum", 0, "0.."},
		{"in_array", 0, "0.."},
		{"in_option", 0, "0.."},
		{"drop_flag", 0, "0.."},
		{"forgotten", 1, "0.."},
		{"taken", 0, "0.."},
		{"replaced", 1, "0.."},
		{"closure", 0, "0"},
		{"item_as_closure", 0, "0"},
		{"fn_pointer", 0, "0"},
		{"table_of_functions", 0, "0"},
		{"through_generic", 0, "0.."},
		{"dynamic", 0, "0.."},
		{"question_mark", 0, "0"},
		{"quiet", 0, "0.."},
		{"both", 0, "0.."},
		{"quiet_by_operator", 0, "0.."},
		{"loud_by_operator", 0, "0"},
		{"taken_or_not", 0, "0"},
		{"closures_of_one_position", 0, "0"},
		{"twin_closures", 0, "0"},
		{"loud", 0, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := sol.Summary("shapes::" + c.name)
			require.NotNil(t, s)
			assert.Equal(t, c.expect, s.Expect().String())
			adjust, ok := s.Adjust()
			require.True(t, ok, "the change of the count is told for all paths: %v", s.Cases())
			assert.Equal(t, c.count, adjust.Count())
			assert.Empty(t, s.Bugs)
		})
	}
}

// TestTryLockHasCases: the caller learns from the discriminant whether the lock
// is held.
func TestTryLockHasCases(t *testing.T) {
	p, _ := fixture(t, "shapes")
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	s := sol.Summary("<shapes::sync::Lock<u32, shapes::sync::Spin>>::try_lock")
	require.NotNil(t, s)
	require.Equal(t, []string{"#"}, s.Func.Rets)
	var counts []int
	for _, c := range s.Cases() {
		require.False(t, c.Ambiguous)
		counts = append(counts, c.Adjust.Count())
	}
	assert.ElementsMatch(t, []int{0, 1}, counts)
}

// TestResultTells: the result of a function is tracked though nothing calls it,
// where the count may hang on it.
func TestResultTells(t *testing.T) {
	p, _ := fixture(t, "shapes")
	sol, err := infer.Solve(p, infer.Options{})
	require.NoError(t, err)
	s := sol.Summary("shapes::held_if_ok")
	require.NotNil(t, s)
	assert.Contains(t, s.Func.Rets, "#")
	assert.Empty(t, s.Bugs, "the caller can tell")
	var counts []int
	for _, c := range s.Cases() {
		counts = append(counts, c.Adjust.Count())
	}
	assert.Subset(t, counts, []int{0, 1})
}
