package main

import (
	"slices"
	"strconv"
	"strings"
)

func itoa(n int) string { return strconv.Itoa(n) }

// lane names what a lock does to the preempt count, as tables name it.
type lane string

const (
	// sleeping locks and those that leave the count alone have no lane.
	noLane lane = ""
	// unknownLane is a lock whose type could not be told.
	unknownLane lane = "?"
)

// laneOf are the lanes of the types that are locks.
var laneOf = map[string]lane{
	"spinlock_t": "spin", "rwlock_t": "spin", "struct spinlock": "spin", "seqlock_t": "spin",
	"raw_spinlock_t": "raw", "struct raw_spinlock": "raw",
	"arch_spinlock_t": noLane, "arch_rwlock_t": noLane, "struct qspinlock": noLane, "struct qrwlock": noLane,
	"struct mutex": noLane, "struct rw_semaphore": noLane, "struct rt_mutex": noLane, "struct rt_mutex_base": noLane,
	"struct ww_mutex": noLane, "struct percpu_rw_semaphore": noLane, "struct semaphore": noLane, "struct srcu_struct": noLane,
	"struct ww_acquire_ctx": noLane, "local_lock_t": "raw", "struct completion": noLane,
}

// lockWords are the locks that are no objects.
var lockWords = map[string]lane{"rcu": "rcu", "rcu_bh": "bh", "rcu_sched": "raw", "bitlock": "raw"}

// world is what is known of all files.
type world struct {
	all   *scope
	files map[string]*source
}

// lockLane is the lane of the lock that an annotation of f names. why says what was
// not found where it cannot be told.
func (w *world) lockLane(f *function, lock []token) (_ lane, why string) {
	if l, ok := lockWords[strings.ToLower(join(lock))]; ok {
		return l, ""
	}
	base, why := w.typeOf(f, lock, 0)
	if why != "" {
		return unknownLane, why
	}
	for range 8 {
		if l, ok := laneOf[base]; ok {
			return l, ""
		}
		next := w.lookup(f.file, base, func(s *scope) map[string]string { return s.typedefs })
		if next == "" || next == base {
			break
		}
		base = next
	}
	return unknownLane, "a " + base + " is no lock"
}

// lookup finds a name in the file itself, then anywhere.
func (w *world) lookup(file, name string, in func(*scope) map[string]string) string {
	if s := w.files[file]; s != nil {
		if t := in(s.scope)[name]; t != "" {
			return t
		}
	}
	return in(w.all)[name]
}

// typeOf is the type of an expression of names, members and calls.
func (w *world) typeOf(f *function, expr []token, depth int) (base, why string) {
	for len(expr) > 0 && (is(expr, 0, "&") || is(expr, 0, "*")) {
		expr = expr[1:]
	}
	if depth > 8 || len(expr) == 0 {
		return "", "nothing is named"
	}
	i := 1
	switch {
	case is(expr, 0, "("):
		i = group(expr, 0)
		if base, why = w.typeOf(f, expr[1:max(1, i-1)], depth+1); why != "" {
			return "", why
		}
	case expr[0].kind != word:
		return "", "nothing is named"
	case is(expr, 1, "("):
		i = group(expr, 1)
		base = w.lookup(f.file, expr[0].text, func(s *scope) map[string]string { return s.results })
		if base == "" {
			return "", expr[0].text + "() returns what is not known"
		}
	default:
		if base, why = w.typeOfName(f, expr[0].text, depth); why != "" {
			return "", why
		}
	}
	for i < len(expr) {
		switch {
		case is(expr, i, "["):
			i = group(expr, i)
		case (is(expr, i, ".") || is(expr, i, "->")) && i+1 < len(expr):
			member := expr[i+1].text
			fields := w.record(f.file, base)
			if fields == nil {
				return "", "no members of " + base + " are known"
			}
			if fields[member] == "" {
				// A macro may stand for the path to a member.
				path, _ := tokens(w.lookup(f.file, member, func(s *scope) map[string]string { return s.macros }))
				if depth++; len(path) == 0 || depth > 8 {
					return "", base + " has no member " + member
				}
				expr = slices.Concat(expr[:i+1], path, expr[i+2:])
				continue
			}
			base = fields[member]
			i += 2
		default:
			return "", join(expr) + " is no name"
		}
	}
	return base, ""
}

// typeOfName is the type of a parameter, a local variable, a global one or a macro.
func (w *world) typeOfName(f *function, name string, depth int) (base, why string) {
	if t := f.params[name]; t != "" {
		return t, ""
	}
	if t := local(f.body, name); t != "" {
		return t, ""
	}
	if t := w.lookup(f.file, name, func(s *scope) map[string]string { return s.globals }); t != "" {
		return t, ""
	}
	if m := w.lookup(f.file, name, func(s *scope) map[string]string { return s.macros }); m != "" {
		expr, _ := tokens(m)
		return w.typeOf(f, expr, depth+1)
	}
	return "", "nothing is named " + name
}

// record are the members of a type, through its typedefs.
func (w *world) record(file, base string) map[string]string {
	for range 8 {
		for _, s := range []*source{w.files[file], {scope: w.all}} {
			if s != nil && s.scope.fields[base] != nil {
				return s.scope.fields[base]
			}
		}
		next := w.lookup(file, base, func(s *scope) map[string]string { return s.typedefs })
		if next == "" || next == base {
			return nil
		}
		base = next
	}
	return nil
}
