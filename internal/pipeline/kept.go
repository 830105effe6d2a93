package pipeline

import (
	"cmp"
	"crypto/sha256"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"preemptck/cfront"
	"preemptck/cfront/prefix"
	"preemptck/internal/cache"
)

// prefixKind is the part of the cache that holds precompiled headers, each run's in a
// folder of its own: they know each other by their paths, and so they stay where they
// were made. The folder's name begins with the number of the process.
const prefixKind = "prefixes"

const (
	// keptBytes is how many bytes of precompiled headers are kept of a tree.
	keptBytes = 256 << 20
	// maxKeptJobs is for how many files at most those of an earlier run are used. For more
	// it pays to make the ones that are right for them.
	maxKeptJobs = 16
)

// kept are the prefixes that a run kept of a tree, having made them for so many units.
type kept struct {
	Units int
	List  []keptPrefix
}

// keptPrefix is a prefix that is kept for the next runs.
type keptPrefix struct {
	Prefix   prefix.Prefix // its parent is numbered among those that are kept
	Compiled prefix.Compiled
	Path     string
	Sums     [][sha256.Size]byte // of the precompiled header and of its facts
	Stamps   []cache.Stamp       // of the files compiled
}

// sums are the checksums of the files that a prefix is made of.
func sums(path string) ([][sha256.Size]byte, error) {
	var out [][sha256.Size]byte
	for _, p := range []string{path, path + factsSuffix} {
		data, err := os.ReadFile(p)
		if err != nil {
			return nil, err
		}
		out = append(out, sha256.Sum256(data))
	}
	return out, nil
}

// prefixFolder makes a folder for precompiled headers, and removes those that
// runs left behind which were killed.
func (g *gather) prefixFolder() (string, error) {
	parent := os.TempDir()
	if g.a.opts.CacheDir != "" {
		parent = filepath.Join(g.a.opts.CacheDir, prefixKind)
		if err := os.MkdirAll(parent, 0o755); err != nil {
			return "", err
		}
		left, _ := os.ReadDir(parent)
		for _, dir := range left {
			pid, err := strconv.Atoi(strings.SplitN(dir.Name(), "-", 2)[0])
			if err == nil && syscall.Kill(pid, 0) == syscall.ESRCH && !holdsPrefixes(filepath.Join(parent, dir.Name())) {
				os.RemoveAll(filepath.Join(parent, dir.Name()))
			}
		}
	}
	return os.MkdirTemp(parent, strconv.Itoa(os.Getpid())+"-")
}

// holdsPrefixes tells whether a folder has any that are kept.
func holdsPrefixes(dir string) bool {
	list, err := os.ReadDir(dir)
	return err != nil || slices.ContainsFunc(list, func(e fs.DirEntry) bool { return !e.IsDir() && !cache.IsTemporary(e.Name()) })
}

// keptFolders are the folders that hold what is kept of the tree, the latest first: each has
// a file of the tree's name.
func (g *gather) keptFolders() []string {
	if g.a.opts.CacheDir == "" || g.common == "" {
		return nil
	}
	list, _ := filepath.Glob(filepath.Join(g.a.opts.CacheDir, prefixKind, "*", g.common))
	times := map[string]int64{}
	for _, path := range list {
		if info, err := os.Stat(path); err == nil {
			times[path] = info.ModTime().UnixNano()
		}
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(cmp.Compare(times[b], times[a]), cmp.Compare(a, b)) })
	for i := range list {
		list[i] = filepath.Dir(list[i])
	}
	return list
}

// keepPrefixes keeps those prefixes of a run, in a folder, that served the most units, and no
// others of the tree; what is not kept is removed. What there is from a run over far
// more units stays.
func (g *gather) keepPrefixes(x *prefixes, jobs int, dir string, began time.Time) {
	var list []keptPrefix
	earlier := g.keptFolders()
	if g.a.opts.CacheDir != "" && g.common != "" && 2*jobs >= g.readKept(earlier).Units {
		list = g.toBeKept(x, dir, began)
	}
	if len(list) == 0 || cache.WriteFile(filepath.Join(dir, g.common), encode(kept{jobs, list})) != nil {
		os.RemoveAll(dir)
		return
	}
	for _, other := range earlier {
		os.RemoveAll(other)
	}
}

// readKept is what the first of some folders has, the latest. One that is damaged is
// removed.
func (g *gather) readKept(folders []string) (k kept) {
	if len(folders) == 0 {
		return kept{}
	}
	data, err := cache.ReadFile(filepath.Join(folders[0], g.common))
	if err == nil {
		err = decode(data, &k)
	}
	if err != nil {
		os.RemoveAll(folders[0])
		return kept{}
	}
	return k
}

// toBeKept chooses the prefixes to keep, and removes the others.
func (g *gather) toBeKept(x *prefixes, dir string, began time.Time) []keptPrefix {
	served := make([]int, len(x.made))
	for _, i := range x.chosen {
		for ; i >= 0; i = x.behind[i] {
			served[i]++
		}
	}
	order := make([]int, len(x.made))
	for i := range order {
		order[i] = i
	}
	// Whatever one was made behind served no fewer units, and comes before it.
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(served[b], served[a]) })
	var list []keptPrefix
	at := map[int]int{-1: -1}
	left := int64(keptBytes)
	keep := map[string]bool{}
	for _, i := range order {
		parent, ok := at[x.behind[i]]
		info, err := os.Stat(x.paths[i])
		if !ok || err != nil || served[i] == 0 || info.Size() > left {
			continue
		}
		k, err := g.keptPrefix(x.paths[i], parent, began)
		if err != nil {
			continue
		}
		left -= info.Size()
		at[i] = len(list)
		list = append(list, k)
		keep[filepath.Dir(x.paths[i])] = true
	}
	made, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, path := range made {
		if !keep[path] {
			os.RemoveAll(path)
		}
	}
	return list
}

// keptPrefix is a prefix as it is kept.
func (g *gather) keptPrefix(path string, parent int, began time.Time) (keptPrefix, error) {
	var p cfront.Precompiled
	data, err := os.ReadFile(path + factsSuffix)
	if err == nil {
		err = decode(data, &p)
	}
	if err != nil {
		return keptPrefix{}, err
	}
	stamps, ok := g.files.Stamps(p.Compiled.Files, began, g.files.Again())
	if !ok {
		return keptPrefix{}, errors.New("a header has changed since")
	}
	p.Prefix.Parent, p.Prefix.Members = parent, nil
	all, err := sums(path)
	return keptPrefix{p.Prefix, p.Compiled, path, all, stamps}, err
}

// keptPrefixes are those of an earlier run that are the best for some jobs: for each the one
// of which it reads the most files, and what that was made behind. There are none where
// there are many jobs.
func (g *gather) keptPrefixes(jobs []job) *prefixes {
	if len(jobs) > maxKeptJobs {
		return &prefixes{}
	}
	folders := g.keptFolders()
	list := g.readKept(folders).List
	if len(list) == 0 {
		return &prefixes{}
	}
	// For trimming, which goes by it.
	_ = os.Chtimes(filepath.Join(folders[0], g.common), time.Time{}, time.Now())
	x := g.newPrefixes(jobs)
	wanted := map[int]bool{}
	for k := range jobs {
		for i := g.bestKept(x.planner, list, k); i >= 0; i = list[i].Prefix.Parent {
			wanted[i] = true
		}
	}
	at := map[int]int{-1: -1}
	for i := range list {
		parent, ok := at[list[i].Prefix.Parent]
		if !wanted[i] || !ok {
			continue
		}
		if err := list[i].check(); err != nil {
			os.RemoveAll(folders[0])
			return &prefixes{}
		}
		var above *prefix.Made
		if parent >= 0 {
			above = x.made[parent]
		}
		at[i] = x.take(x.planner.Make(list[i].Prefix, list[i].Compiled, above), list[i].Path, parent)
	}
	for k := range jobs {
		x.chosen = append(x.chosen, x.choose(k, math.Inf(1), nil))
	}
	return x
}

// check fails where a prefix is not what was kept.
func (k *keptPrefix) check() error {
	found, err := sums(k.Path)
	if err == nil && !slices.Equal(found, k.Sums) {
		err = errors.New("it was damaged: its checksum does not fit")
	}
	return err
}

// bestKept is the prefix whose command line is most like that of job number k, and of those
// the one with the most files, all of which the job reads, and none of which was written
// since; or -1.
func (g *gather) bestKept(p *prefix.Planner, list []keptPrefix, k int) int {
	best, least := -1, 0
	files := make([]int, len(list)) // how many, 0 where it does not do
	for i := range list {
		x, above := &list[i], 0
		if x.Prefix.Parent >= 0 {
			if above = files[x.Prefix.Parent]; above == 0 {
				continue
			}
		}
		macros, fits := p.Differs(&x.Prefix, k)
		for n, file := range x.Compiled.Files {
			fits = fits && p.Reads(k, file) && g.files.Untouched(file, &x.Stamps[n])
		}
		if !fits {
			continue
		}
		files[i] = above + len(x.Stamps)
		if best < 0 || macros < least || macros == least && files[i] > files[best] {
			best, least = i, macros
		}
	}
	return best
}
