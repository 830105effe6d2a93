package mono

import (
	"strings"

	"preemptck/rustfront/mir"
)

// Bodies gives access to the MIR items of a crate without reading them all.
type Bodies interface {
	// Len is the number of items.
	Len() int
	// Path is the path of item i as printed, without its generics; promoted
	// constants and compile-time bodies have their own items.
	Path(i int) string
	// Skip tells whether item i is a second body (for compile-time evaluation)
	// or a promoted constant of another.
	Skip(i int) bool
	// Header is item i without its blocks, Body with them.
	Header(i int) (*mir.Item, error)
	Body(i int) (*mir.Item, error)
}

// bodyIndex finds MIR items by the path of what they are the body of.
type bodyIndex struct {
	crate string
	src   Bodies
	// free has the items without an impl block in their path, by path with the
	// crate in front; inImpl those in one, by module, and path behind the block.
	free   map[string][]int
	inImpl map[implKey][]int
	// nested has the items in an impl block inside a function that is itself in
	// one, by the path behind the inner block.
	nested map[string][]int
	// at has the latter by the beginning of the block and the path behind it,
	// modules the modules with a block that a path stands in.
	at      map[string]map[string][]int
	modules map[string][]string
	// closures are the items directly inside another, by its printed path.
	closures map[string][]int
	headers  map[int]*mir.Item
	// parsed are the bodies read so far: instances of one item share it.
	parsed map[int]*mir.Item
	spans  map[string][]int
	// promoted are the promoted constants, by printed path.
	promoted map[string]int
}

type implKey struct{ module, rest string }

func newBodyIndex(crate string, src Bodies) *bodyIndex {
	x := &bodyIndex{crate: crate, src: src, free: map[string][]int{}, inImpl: map[implKey][]int{}, nested: map[string][]int{},
		at: map[string]map[string][]int{}, modules: map[string][]string{},
		closures: map[string][]int{}, headers: map[int]*mir.Item{}, parsed: map[int]*mir.Item{}, promoted: map[string]int{}}
	for i := range src.Len() {
		p := src.Path(i)
		if strings.HasSuffix(p, "]") && strings.Contains(p, "::promoted[") {
			if _, ok := x.promoted[p]; !ok {
				x.promoted[p] = i
			}
		}
		if src.Skip(i) {
			continue
		}
		if j := strings.LastIndex(p, "::{closure#"); j >= 0 && strings.HasSuffix(p, "}") {
			x.closures[p[:j]] = append(x.closures[p[:j]], i)
		}
		mod, at, rest, ok := cutImpl(p)
		if !ok {
			x.free[crate+"::"+p] = append(x.free[crate+"::"+p], i)
			continue
		}
		if mod = strings.TrimSuffix(crate+"::"+mod, "::"); mod == "" {
			mod = crate
		}
		k := implKey{mod, rest}
		if len(x.inImpl[k]) == 0 {
			x.modules[rest] = append(x.modules[rest], mod)
		}
		x.inImpl[k] = append(x.inImpl[k], i)
		if j := strings.LastIndex(rest, "<impl at "); j >= 0 {
			if _, inner, ok := strings.Cut(rest[j:], ">::"); ok {
				x.nested[inner] = append(x.nested[inner], i)
			}
		}
		begin := at[:strings.LastIndexByte(at, ' ')+1]
		begin = strings.TrimSuffix(begin, " ")
		if x.at[begin] == nil {
			x.at[begin] = map[string][]int{}
		}
		x.at[begin][rest] = append(x.at[begin][rest], i)
	}
	return x
}

// cutImpl splits `a::b::<impl at FILE:L:C: L:C>::rest` at its first block.
func cutImpl(p string) (module, at, rest string, ok bool) {
	i := strings.Index(p, "<impl at ")
	if i < 0 {
		return "", "", p, false
	}
	j := strings.Index(p[i:], ">::")
	if j < 0 {
		return "", "", p, false
	}
	return p[:i], p[i+len("<impl at ") : i+j], p[i+j+3:], true
}

func (x *bodyIndex) header(i int) *mir.Item {
	if h, ok := x.headers[i]; ok {
		return h
	}
	h, err := x.src.Header(i)
	if err != nil {
		h = nil
	}
	x.headers[i] = h
	return h
}

// body is item i with its blocks.
func (x *bodyIndex) body(i int) (*mir.Item, error) {
	if b := x.parsed[i]; b != nil {
		return b, nil
	}
	b, err := x.src.Body(i)
	if err == nil {
		x.parsed[i] = b
	}
	return b, err
}

// hollow tells whether a body is only there because every function has one: the
// compiler gives intrinsics that it always replaces a body that never returns,
// though their callers go on.
func (x *bodyIndex) hollow(i int) bool {
	b, err := x.body(i)
	if err != nil || b.Ret != nil && b.Ret.Kind == mir.TyNever {
		return false
	}
	for j := range b.Blocks {
		if k := b.Blocks[j].Term.Kind; k == mir.TermReturn || k == mir.TermTailCall || k == mir.TermUnknown {
			return false
		}
	}
	return true
}

// closuresAt are the closures of the crate at a position, as printed in types.
func (x *bodyIndex) closuresAt(pos string) []int {
	if x.spans == nil {
		x.spans = map[string][]int{}
		for i := range x.src.Len() {
			if x.src.Skip(i) || !strings.HasSuffix(x.src.Path(i), "}") || !strings.Contains(x.src.Path(i), "{closure#") {
				continue
			}
			if s := x.closureSpan(i); s != "" {
				x.spans[s] = append(x.spans[s], i)
			}
		}
	}
	return x.spans[pos]
}

// closureSpan is the position in the type of a closure body's first argument.
func (x *bodyIndex) closureSpan(i int) string {
	h := x.header(i)
	if h == nil || len(h.Args) == 0 {
		return ""
	}
	t := h.Args[0].Type
	for t != nil && (t.Kind == mir.TyRef || t.Kind == mir.TyPath && lastArg(t) != nil) {
		if t.Kind == mir.TyRef {
			t = t.Elem
		} else {
			t = lastArg(t)
		}
	}
	if t == nil || t.Kind != mir.TyClosure {
		return ""
	}
	return t.Span.String()
}

// lastArg is the type inside `Pin<&mut T>`.
func lastArg(t *mir.Type) *mir.Type {
	if t.Path == nil || len(t.Path.Segs) == 0 {
		return nil
	}
	args := t.Path.Segs[len(t.Path.Segs)-1].Args
	if len(args) != 1 {
		return nil
	}
	return args[0].Type
}
