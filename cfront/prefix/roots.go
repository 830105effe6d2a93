package prefix

import (
	"path/filepath"
	"slices"
	"strings"
)

// root is a header that sources include by name.
type root struct {
	name string
	file int32
	// needs is what it may need: it holds all that the header includes.
	needs set
}

// roots lists the headers that sources of a group include with <>, and what they
// need at most: the files that all units which read the header have in common, and
// that can be reached from it by #includes, whatever their conditions.
func (p *Planner) roots(g *group) []root {
	type key struct {
		name string
		file int32
	}
	index := map[key]int{}
	var out []root
	for _, u := range g.units {
		dirs := p.searchDirs(u)
		for _, inc := range p.texts.source(p.units[u].File).includes {
			name, ok := strings.CutPrefix(inc, "<")
			name, ok2 := strings.CutSuffix(name, ">")
			if !ok || !ok2 {
				continue
			}
			file, ok := p.resolve(u, dirs, name)
			if !ok || !p.guarded(file) {
				continue // one without a guard means something else each time
			}
			k := key{name, file}
			i, known := index[k]
			if !known {
				index[k] = len(out)
				out = append(out, root{name, file, slices.Clone(p.sets[u])})
				continue
			}
			out[i].needs.keep(p.sets[u])
		}
	}
	// A sample will do: with fewer units more seems to be needed.
	n := min(len(g.units), sampled)
	for k := range n {
		files := p.sets[g.units[k*len(g.units)/n]]
		for i := range out {
			if files.has(out[i].file) && !out[i].needs.within(files) {
				out[i].needs.keep(files)
			}
		}
	}
	edges := map[int32][]int32{}
	dirs := p.searchDirs(g.units[0])
	for i := range out {
		out[i].needs.keep(p.reached(dirs, out[i].file, edges))
	}
	return out
}

// guarded tells whether a file is read once, however often it is included.
func (p *Planner) guarded(file int32) bool {
	return p.texts.header(p.paths.Path(file)).guarded
}

// reached are the files that can be reached from one by #includes, itself among
// them. edges keeps what was found out.
func (p *Planner) reached(dirs []string, file int32, edges map[int32][]int32) set {
	out := make(set, (len(p.bytes)+63)/64)
	for work := []int32{file}; len(work) > 0; {
		f := work[len(work)-1]
		work = work[:len(work)-1]
		if out.has(f) {
			continue
		}
		out[f>>6] |= 1 << (f & 63)
		if _, ok := edges[f]; !ok {
			edges[f] = p.included(dirs, f)
		}
		work = append(work, edges[f]...)
	}
	return out
}

// included are the files that a file includes, as far as any unit reads them: all
// that its #includes may mean.
func (p *Planner) included(search []string, file int32) []int32 {
	path := p.paths.Path(file)
	dirs := append([]string{filepath.Dir(path)}, search...)
	var out []int32
	for _, inc := range p.texts.header(path).includes {
		name := strings.Trim(inc, `<>"`)
		if name == inc {
			continue // a macro; what is really read is known once it was compiled
		}
		for _, dir := range dirs {
			if id, ok := p.file(filepath.Join(dir, name)); ok {
				out = append(out, id)
			}
		}
	}
	return out
}

// searchDirs are the folders in which a unit looks for headers.
func (p *Planner) searchDirs(u int) []string {
	unit := &p.units[u]
	var out []string
	for i := 0; i < len(unit.Args); i++ {
		opt, dir, next := option(unit.Args, i)
		i += next
		if opt == "-I" || opt == "-isystem" {
			out = append(out, under(unit.Dir, dir))
		}
	}
	return out
}

// resolve finds the file that a unit reads for <name>, which looks in these folders.
func (p *Planner) resolve(u int, dirs []string, name string) (int32, bool) {
	for _, dir := range dirs {
		if id, ok := p.file(filepath.Join(dir, name)); ok && p.sets[u].has(id) {
			return id, true
		}
	}
	return 0, false
}

// prefix makes a prefix of the headers that all units of a node read with all
// that these need, in the order in which one of the units reads them, but for those
// of the prefix that it is made behind, which is that of another node.
func (p *Planner) prefix(x, above *node, behind *Prefix, roots []root) Prefix {
	units := slices.Sorted(slices.Values(x.units))
	first := &p.units[units[0]]
	at := map[int32]int{}
	for i, id := range first.Files {
		if _, ok := at[id]; !ok {
			at[id] = i
		}
	}
	var chosen []root
	for _, r := range roots {
		if x.files.has(r.file) && (above == nil || !above.cover.has(r.file)) && r.needs.within(x.files) {
			chosen = append(chosen, r)
		}
	}
	slices.SortFunc(chosen, func(a, b root) int { return at[a.file] - at[b.file] })
	out := Prefix{Dir: first.Dir, Members: units, files: x.files}
	for _, r := range chosen {
		out.Headers = append(out.Headers, "<"+r.name+">")
	}
	if behind == nil {
		out.Args = p.args(units)
	} else {
		none := func(string) bool { return false }
		out.Args = append(keepDefinitions(first.Args, none), definitions(behind.Args)...)
	}
	return out
}

// args are the arguments of a unit without the definitions that are not the same
// in all units, unless all are strings: headers may need some, and any will do.
func (p *Planner) args(units []int) []string {
	count := map[string]int{}
	for _, u := range units {
		for _, d := range definitions(p.units[u].Args) {
			count[d]++
			if isString(d) {
				count[macroName(d)]++
			}
		}
	}
	return keepDefinitions(p.units[units[0]].Args, func(d string) bool {
		return count[d] == len(units) || isString(d) && count[macroName(d)] == len(units)
	})
}

// keepDefinitions are the arguments of a unit without some of its definitions. Folders
// for headers are those of one unit: where they matter, units do not read the same files.
func keepDefinitions(args []string, keep func(definition string) bool) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		name, value, next := option(args, i)
		if name != "-D" && name != "-U" || keep(name+value) {
			out = append(out, args[i:i+1+next]...)
		}
		i += next
	}
	return out
}

// definitions are the macros that a command line defines and undefines, each
// once.
func definitions(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		name, value, next := option(args, i)
		if (name == "-D" || name == "-U") && !slices.Contains(out, name+value) {
			out = append(out, name+value)
		}
		i += next
	}
	return out
}
