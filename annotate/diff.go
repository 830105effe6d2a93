package annotate

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// Change is one function that two tables say different things of. Old is nil
// where it is new, New where it is gone.
type Change struct {
	Old, New *Entry
}

// Diff lists what changed from table a to table b, in the order of the names.
// Positions and witnesses may move without a change of what is said.
func Diff(a, b *Table) []Change {
	olds, news := index(a), index(b)
	var changes []Change
	names := map[string]bool{}
	for k := range olds {
		names[k] = true
	}
	for k := range news {
		names[k] = true
	}
	for _, k := range sortedKeys(names) {
		o, n := olds[k], news[k]
		if o == nil || n == nil || !sameMeaning(o, n) {
			changes = append(changes, Change{o, n})
		}
	}
	return changes
}

// index maps a table's entries by what identifies them. Several versions of one
// header function in a table are told apart by their order.
func index(t *Table) map[string]*Entry {
	m := map[string]*Entry{}
	for i := range t.Functions {
		e := &t.Functions[i]
		base := e.Name + "\x00" + e.Symbol + "\x00" + e.key().file
		k := base
		for n := 2; m[k] != nil; n++ {
			k = fmt.Sprintf("%s\x00%d", base, n)
		}
		m[k] = e
	}
	return m
}

func sameMeaning(a, b *Entry) bool {
	return reflect.DeepEqual(a.Adjust, b.Adjust) && a.Expect == b.Expect && a.Evidence == b.Evidence &&
		reflect.DeepEqual(emptyMap(a.Lanes), emptyMap(b.Lanes)) && reflect.DeepEqual(a.Cases, b.Cases)
}

// WriteDiff prints changes as lines of `+` new, `-` gone, and both for changed.
func WriteDiff(w io.Writer, changes []Change) error {
	var b strings.Builder
	for _, c := range changes {
		if c.Old != nil {
			fmt.Fprintf(&b, "-%s\n", describeEntry(c.Old))
		}
		if c.New != nil {
			fmt.Fprintf(&b, "+%s\n", describeEntry(c.New))
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// describeEntry is an entry on one line.
func describeEntry(e *Entry) string {
	cases := make([]string, len(e.Cases))
	for i, c := range e.Cases {
		cases[i] = describeCase(c)
	}
	name := e.Name
	if e.Static {
		name += " (" + e.File + ")"
	}
	return fmt.Sprintf("%s: %s [%s]", name, strings.Join(cases, "; "), e.Evidence)
}
