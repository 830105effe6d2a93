package prefix

import (
	"math/bits"
	"os"
	"slices"
	"strings"
)

// split makes groups of units, in their order.
func split(units []int, key func(u int) string) []*group {
	groups := map[string]*group{}
	var out []*group
	for _, u := range units {
		k := key(u)
		if groups[k] == nil {
			groups[k] = &group{}
			out = append(out, groups[k])
		}
		groups[k].units = append(groups[k].units, u)
	}
	return out
}

// several is how many units have to have a definition, and how many not, all of which read a
// header that mentions it, for them to get prefixes of their own.
const several = 16

// kind is, for each unit of a group, which of the definitions it has on its command line that
// tell units apart, as -DMODULE does: several have it and several have not, and there is a
// header that asks for it and that they share. No prefix with that header would do for all of them.
func (p *Planner) kind(g *group) func(u int) string {
	count := map[string]int{}
	has := map[int][]string{}
	for _, u := range g.units {
		for _, d := range definitions(p.units[u].Args) {
			if !isString(d) {
				count[d]++
				has[u] = append(has[u], d)
			}
		}
	}
	names := map[string][]int32{} // of the macros, and the headers that mention them
	for d, n := range count {
		if min(n, len(g.units)-n) >= several {
			names[macroName(d)] = nil
		}
	}
	if len(names) == 0 {
		return func(int) string { return "" }
	}
	p.mentions(g, names)
	tells := map[string]bool{}
	for d, n := range count {
		if min(n, len(g.units)-n) < several {
			continue
		}
		tells[d] = slices.ContainsFunc(names[macroName(d)], func(header int32) bool {
			with, without := 0, 0
			for _, u := range g.units {
				switch {
				case !p.sets[u].has(header):
				case slices.Contains(has[u], d):
					with++
				default:
					without++
				}
			}
			return min(with, without) >= several
		})
	}
	return func(u int) string {
		telling := slices.DeleteFunc(slices.Clone(has[u]), func(d string) bool { return !tells[d] })
		slices.Sort(telling)
		return strings.Join(telling, "\x00")
	}
}

// mentions adds to some names the headers that mention them outside of macros, and that so
// many units of a group read that they may tell units apart.
func (p *Planner) mentions(g *group, names map[string][]int32) {
	readers := make([]int, len(p.bytes))
	for _, u := range g.units {
		for i, w := range p.sets[u] {
			for ; w != 0; w &= w - 1 {
				readers[i<<6+bits.TrailingZeros64(w)]++
			}
		}
	}
	for file, n := range readers {
		if n < 2*several {
			continue
		}
		data, err := os.ReadFile(p.paths.Path(int32(file)))
		if err != nil {
			continue
		}
		s := scanner{data: data}
		for s.line() {
			if string(s.directive) == "define" {
				continue // what is in there matters where it is expanded, if anywhere
			}
			identifiers(s.text, func(name []byte, _ bool) {
				if list, ok := names[string(name)]; ok && !slices.Contains(list, int32(file)) {
					names[string(name)] = append(list, int32(file))
				}
			})
		}
	}
}
