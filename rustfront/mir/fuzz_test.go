package mir

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

// FuzzParse holds the reader to its promise: no input makes it panic, and what
// it understood it prints in a form that it reads again.
func FuzzParse(f *testing.F) {
	for _, name := range goldens(f, "1.97-nightly") {
		text, err := os.ReadFile(name)
		require.NoError(f, err)
		for _, it := range ParseFile(name, string(text)).Items {
			if s := it.String(); len(s) < 3000 {
				f.Add(s)
			}
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		first := ParseFile("f.mir", text)
		printed := first.String()
		second := ParseFile("f.mir", printed)
		if len(first.Notes) == 0 {
			require.Empty(t, second.Notes, printed)
			require.Equal(t, printed, second.String())
		}
	})
}

// FuzzType does the same for single types.
func FuzzType(f *testing.F) {
	for _, s := range []string{"&'a mut (dyn Fn(u8) -> T<3> + Send)", "for<'a> fn(&'a [u8; N], ...) {m::<impl T>::f::<'_>}", "(u32) is 1..", "{closure@a.rs:1:2: 3:4}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		ty := ParseType(s)
		printed := ty.String()
		if ty.Kind != TyUnknown {
			require.Equal(t, printed, ParseType(printed).String(), s)
		}
		ty.Erased()
	})
}
