package cfront

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"preemptck/cfront/libclang"
)

// flagCheck remembers which arguments libclang refused.
type flagCheck struct {
	mu   sync.Mutex
	sets map[string][]string // by the joined arguments: those dropped
	bad  map[string]bool
}

var flags = flagCheck{sets: map[string][]string{}, bad: map[string]bool{}}

// clean leaves out of a unit's arguments what is about output and warnings,
// which this program has no use for, and what libclang does not know.
func (u *Unit) clean(extra []string) (args, dropped []string) {
	src := u.path()
	for i := 0; i < len(u.Args); i++ {
		a := u.Args[i]
		switch {
		case a == "-o", a == "-MF", a == "-MT", a == "-MQ":
			i++
		case a == "-c", a == "-S", a == "-E", strings.HasPrefix(a, "-M") && !strings.HasPrefix(a, "-MT"), strings.HasPrefix(a, "-W"), a == "-pedantic", a == "-w",
			strings.HasPrefix(a, "-fplugin"), strings.HasPrefix(a, "-specs"), strings.HasPrefix(a, "-o") && len(a) > 2 && !strings.HasPrefix(a, "-object"):
		case !strings.HasPrefix(a, "-") && (a == u.File || absolute(u.Dir, a) == src):
			if i > 0 && takesPath(u.Args[i-1]) {
				args = append(args, a)
			}
		default:
			args = append(args, a)
		}
	}
	args = append(args, extra...)
	args = append(args, "-w", "-ferror-limit=0", "-working-directory="+u.Dir)
	return flags.accepted(args)
}

func takesPath(a string) bool {
	return a == "-include" || a == "-imacros" || a == "-I" || a == "-isystem"
}

func (u *Unit) path() string { return absolute(u.Dir, u.File) }

func absolute(dir, path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(dir, path)
}

// neutral arguments differ from unit to unit and are known to every clang.
func neutral(a string) bool {
	return strings.HasPrefix(a, "-D") || strings.HasPrefix(a, "-U") || strings.HasPrefix(a, "-I") || strings.HasPrefix(a, "-working-directory")
}

// accepted drops the arguments that libclang refuses, found by trying.
func (f *flagCheck) accepted(args []string) (kept, dropped []string) {
	var try []string
	for i := 0; i < len(args); i++ {
		switch a := args[i]; {
		case takesPath(a) && i+1 < len(args):
			i++
		case !neutral(a):
			try = append(try, a)
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	key := strings.Join(try, "\x00")
	bad, ok := f.sets[key]
	if !ok {
		bad = f.refused(try)
		f.sets[key] = bad
	}
	if len(bad) == 0 {
		return args, nil
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if takesPath(a) && i+1 < len(args) {
			kept = append(kept, a, args[i+1])
			i++
			continue
		}
		if !slices.Contains(bad, a) {
			kept = append(kept, a)
		}
	}
	return kept, bad
}

// refused finds the arguments that make libclang fail, by halving.
func (f *flagCheck) refused(args []string) []string {
	var unknown []string
	for _, a := range args {
		if f.bad[a] {
			unknown = append(unknown, a)
		}
	}
	args = slices.DeleteFunc(slices.Clone(args), func(a string) bool { return f.bad[a] })
	if len(args) == 0 || libclang.Accepts(args) {
		return unknown
	}
	if len(args) == 1 {
		f.bad[args[0]] = true
		return append(unknown, args[0])
	}
	// An argument and its separate value may be torn apart here: the value then
	// reads as a second source file, which libclang accepts or not on its own.
	half := len(args) / 2
	found := append(f.refused(args[:half]), f.refused(args[half:])...)
	return append(unknown, found...)
}
