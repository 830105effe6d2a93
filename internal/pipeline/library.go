package pipeline

import (
	"slices"
	"sync"

	"preemptck/internal/cache"
	"preemptck/rustfront"
)

// libraryKind is the kind of cache entries that hold what functions of library crates
// were lowered to.
const libraryKind = "libraries"

// library is what earlier runs lowered of the crates that are no targets, and its name in
// the cache; nil where nothing can be kept. Of two runs that add to it at once the last
// one wins: what the other added is lowered once more.
func (a *Analysis) library(world *rustfront.World, targets []Target) (*rustfront.Library, string) {
	var names []string
	for i := range targets {
		if targets[i].MIR != "" {
			return nil, "" // its text is all that is known of its crate
		}
		names = append(names, targets[i].crate())
	}
	key := world.LibraryKey(names)
	me, err := program()
	if key == "" || err != nil || !a.cache.Enabled() {
		return nil, ""
	}
	a.libraries.Wait() // of this very run
	slices.Sort(names)
	name := cache.Key(me, key, a.Tree.SrcRoot, a.Tree.BuildRoot)
	lib := rustfront.NewLibrary()
	if data, err := a.cache.Get(libraryKind, name); err == nil {
		if kept, err := rustfront.OpenLibrary(data); err == nil {
			lib = kept
		}
	}
	world.UseLibrary(lib, names)
	return lib, name
}

// libraries are the libraries that are being kept.
type libraries struct {
	sync.WaitGroup
	err error
}

// keepLibrary keeps what was added, while the program is solved.
func (a *Analysis) keepLibrary(lib *rustfront.Library, name string) {
	if lib == nil || !lib.Added() {
		return
	}
	a.libraries.Add(1)
	go func() {
		defer a.libraries.Done()
		a.libraries.err = a.cache.Put(libraryKind, name, lib.Pack())
	}()
}

// settleLibraries waits until the libraries are kept.
func (a *Analysis) settleLibraries() {
	x := a.libraries
	if x == nil {
		return
	}
	x.Wait()
	if x.err != nil {
		a.note(true, "what was lowered of libraries is not kept for the next run: %v", x.err)
	}
	x.err = nil
}
