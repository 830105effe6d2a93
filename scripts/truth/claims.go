package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"preemptck/annotate"
	"preemptck/infer"
)

// topic is a kind of the kernel's own words. Each has its bar.
type topic struct {
	key, title string
	// bar is the agreement asked for, in percent.
	bar float64
}

// The topics.
var (
	lockTopic  = topic{"lock", "annotations of sparse that name a spinlock or RCU", 98}
	firstTopic = topic{"first", "functions whose first statement is might_sleep()", 100}
	docTopic   = topic{"doc", "kernel-doc that says plainly whether a function may sleep", 95}
	topics     = []topic{lockTopic, firstTopic, docTopic}
)

// claim is what the kernel says of one function, and whether the table agrees.
type claim struct {
	topic    *topic
	entry    *annotate.Entry
	file     string
	line     int
	says, we string
	agrees   bool
	// model is set for primitives: agreement with what the table was told shows
	// nothing.
	model bool
}

// survey is all that was read.
type survey struct {
	claims []claim
	// unresolved are annotations whose lock's type could not be told, unclear are
	// sentences that were left out; both with their places.
	unresolved, unclear []string
	// sleeping are annotations of locks that leave the count alone.
	sleeping []string
	// otherLane are functions that agree on the count, but not on the kind of lock.
	otherLane []string
	// lanes are those that the reviewed list gives for locks.
	lanes map[string]lane
	world *world
}

// words are the declarations of one function.
type words struct {
	entries      []*annotate.Entry
	definition   *function
	declarations []*function
}

// claims reads what the kernel says of the functions in a table.
func (s *survey) read(table *annotate.Table, files []*source) {
	defined := map[string][]*annotate.Entry{}
	external := map[string]*words{}
	place := func(file string, line int, name string) string { return fmt.Sprintf("%s:%d:%s", file, line, name) }
	for i := range table.Functions {
		e := &table.Functions[i]
		defined[place(e.File, e.Line, e.Name)] = append(defined[place(e.File, e.Line, e.Name)], e)
	}
	var all []*words
	for _, src := range files {
		for _, f := range src.functions {
			entries := defined[place(f.file, f.line, f.name)]
			if !f.defined || len(entries) == 0 {
				continue
			}
			w := &words{entries: entries, definition: f}
			all = append(all, w)
			if !entries[0].Static {
				external[f.name] = w
			}
		}
	}
	for _, src := range files {
		for _, f := range src.functions {
			if w := external[f.name]; w != nil && !f.defined && !f.static {
				w.declarations = append(w.declarations, f)
			}
		}
	}
	for _, w := range all {
		s.locks(w)
		s.first(w)
		s.docs(w)
	}
	slices.SortStableFunc(s.claims, func(a, b claim) int {
		return cmp.Or(strings.Compare(a.file, b.file), cmp.Compare(a.line, b.line), strings.Compare(a.says, b.says))
	})
	for _, list := range []*[]string{&s.unresolved, &s.unclear, &s.sleeping, &s.otherLane} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
}

// add holds a claim against every version of the function.
func (s *survey) add(t *topic, w *words, line int, file, says string, agrees func(*annotate.Entry) bool) {
	c := claim{topic: t, entry: w.entries[0], file: file, line: line, says: says, agrees: true}
	for _, e := range w.entries {
		if !agrees(e) {
			c.agrees, c.entry = false, e
			break
		}
	}
	c.model = c.entry.Evidence == infer.Model.String()
	c.we = describe(c.entry)
	s.claims = append(s.claims, c)
}

// locks reads the annotations of sparse, those of the declaration where the
// definition has none.
func (s *survey) locks(w *words) {
	f := w.definition
	for _, d := range w.declarations {
		if len(f.marks) == 0 && len(d.marks) > 0 {
			// The definition may call its parameters otherwise.
			f = d
		}
	}
	if len(f.marks) == 0 {
		return
	}
	want := lockWant{net: map[lane]int{}}
	var says []string
	for _, m := range f.marks {
		l, why := s.world.lockLane(f, m.lock)
		text := join(m.lock)
		if l == unknownLane {
			if given, ok := s.lanes[f.name+" "+text]; ok {
				l = given
			} else {
				s.unresolved = append(s.unresolved, fmt.Sprintf("%s:%d: %s: __%s(%s): %s", f.file, f.line, f.name, m.kind, text, why))
				return
			}
		}
		if l == noLane {
			continue
		}
		says = append(says, fmt.Sprintf("__%s(%s), %s", m.kind, text, l))
		want.add(m.kind, l)
	}
	if len(says) == 0 {
		s.sleeping = append(s.sleeping, fmt.Sprintf("%s:%d: %s: %s", f.file, f.line, f.name, join(f.marks[0].lock)))
	} else {
		s.add(&lockTopic, w, f.line, f.file, strings.Join(says, "; "), want.agrees)
		if c := &s.claims[len(s.claims)-1]; c.agrees && !want.exact(c.entry) {
			s.otherLane = append(s.otherLane, fmt.Sprintf("%s:%d: %s: %s; table: %s", f.file, f.line, f.name, c.says, c.we))
		}
	}
}

// lockWant is what annotations say of a function: how each lane changes, and
// whether a lock is held on entry.
type lockWant struct {
	net         map[lane]int
	held        bool
	conditional int
}

func (w *lockWant) add(kind string, l lane) {
	switch kind {
	case "acquires":
		w.net[l]++
	case "releases":
		w.net[l]--
		w.held = true
	case "must_hold":
		w.net[l] += 0
		w.held = true
	case "cond_acquires":
		w.conditional++
	}
}

// agrees tells whether an entry says the same: each lane that is named changes by as
// much on every return, and a function that is entered with a lock held may be.
// Where a lock is taken on some returns only, others must leave the count alone.
func (w *lockWant) agrees(e *annotate.Entry) bool {
	if w.held && !allowsHeld(e.Expect) {
		return false
	}
	if w.conditional > 0 {
		var taken, not bool
		for _, c := range e.Cases {
			taken = taken || c.Adjust != nil && *c.Adjust == w.conditional
			not = not || c.Adjust != nil && *c.Adjust == 0
		}
		return taken && not
	}
	if e.Adjust == nil {
		return false
	}
	for l, n := range w.net {
		if changes(e, l) != n+w.twin(l) {
			return false
		}
	}
	return true
}

// changes is how an entry changes a lane. Spinlocks of both kinds are one here: what
// they differ in matters on PREEMPT_RT only, and is lost below spin_lock().
func changes(e *annotate.Entry, l lane) int {
	if l == "spin" || l == "raw" {
		return e.Lanes["spin"] + e.Lanes["raw"]
	}
	return e.Lanes[string(l)]
}

// twin is what is said of the lane that counts as one with l.
func (w *lockWant) twin(l lane) int {
	switch l {
	case "spin":
		return w.net["raw"]
	case "raw":
		return w.net["spin"]
	}
	return 0
}

// exact tells whether an entry has every change in the very lane.
func (w *lockWant) exact(e *annotate.Entry) bool {
	for l, n := range w.net {
		if w.conditional == 0 && e.Lanes[string(l)] != n {
			return false
		}
	}
	return true
}

// allowsHeld tells whether an expectation admits a count of one.
func allowsHeld(expect string) bool {
	r, err := infer.ParseRange(expect)
	return err == nil && r.Hi >= 1
}

// first reads might_sleep() at the beginning of a body.
func (s *survey) first(w *words) {
	if line, ok := sleepsFirst(w.definition.body); ok {
		s.add(&firstTopic, w, line, w.definition.file, "might_sleep() comes first", func(e *annotate.Entry) bool {
			for _, c := range e.Cases {
				if c.Expect != "0" {
					return false
				}
			}
			return e.Expect == "0"
		})
	}
}

// docs reads the kernel-doc of the definition and of the declarations. One sentence
// of each kind counts. A comment that says "any context", and then that the function
// may sleep, speaks of locking first.
func (s *survey) docs(w *words) {
	found := map[said]string{}
	for _, f := range append([]*function{w.definition}, w.declarations...) {
		if f.doc == nil {
			continue
		}
		for _, sentence := range f.doc.sentences() {
			what := reads(sentence, f.doc.name)
			if what == unclear {
				s.unclear = append(s.unclear, unclearLine(f, sentence))
			} else if found[what] == "" {
				found[what] = sentence
			}
		}
	}
	f := w.definition
	switch sleeps, anywhere := found[maySleep], found[anyContext]; {
	case sleeps != "":
		s.add(&docTopic, w, f.line, f.file, quote(sleeps), func(e *annotate.Entry) bool { return !allowsHeld(e.Expect) })
		if anywhere != "" {
			s.unclear = append(s.unclear, unclearLine(f, anywhere+" (it may sleep all the same: "+sleeps+")"))
		}
	case anywhere != "":
		s.add(&docTopic, w, f.line, f.file, quote(anywhere), func(e *annotate.Entry) bool { return strings.HasSuffix(e.Expect, "..") })
	}
}

func unclearLine(f *function, text string) string {
	return fmt.Sprintf("%s:%d: %s: %s", f.file, f.line, f.name, text)
}

func quote(sentence string) string { return "\"" + sentence + "\"" }

// describe says what an entry says, on one line.
func describe(e *annotate.Entry) string {
	var parts []string
	for _, c := range e.Cases {
		adjust := "?"
		if c.Adjust != nil {
			adjust = fmt.Sprintf("%+d", *c.Adjust)
		}
		text := fmt.Sprintf("adjust %s, expect %s", strings.Replace(adjust, "+0", "0", 1), c.Expect)
		if c.When != "" {
			text = c.When + ": " + text
		}
		if c.Returns != "" {
			text += ", returns " + c.Returns
		}
		parts = append(parts, text)
	}
	for _, l := range sortedLanes(e.Lanes) {
		parts = append(parts, fmt.Sprintf("%s %+d", l, e.Lanes[l]))
	}
	text := strings.Join(parts, "; ") + " [" + e.Evidence + "]"
	if n := len(e.Witness); n > 0 && !allowsHeld(e.Expect) {
		last := e.Witness[n-1]
		text += fmt.Sprintf(" by %s %s:%d", last.Text, last.File, last.Line)
	}
	return text
}

func sortedLanes(m map[string]int) []string {
	var out []string
	for l := range m {
		out = append(out, l)
	}
	slices.Sort(out)
	return out
}
