package rustfront

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"preemptck/infer"
	"preemptck/internal/wire"
	"preemptck/rustfront/mono"
	"preemptck/rustfront/ty"
)

// Library holds the flows of functions that depend on library crates alone: whose body,
// types and functions given to them belong to no crate that is checked. Another driver
// that reaches one takes it from there, and neither reads its MIR nor looks for what it
// calls. What a flow is lowered to depends on all callers, and so is worked out anew.
//
// A Library is for one set of crates, which [World.LibraryKey] names. It holds a unit
// only together with all that its flow leads to.
type Library struct {
	r     *wire.Reader
	w     *wire.Writer // once something was added
	units map[string]keptUnit
	added bool
}

// keptUnit is a packed unit: what is known of it before it is built, and the rest.
type keptUnit struct{ head, body []byte }

// maxKept bounds how many units a Library holds.
const maxKept = 1 << 16

// NewLibrary returns an empty library.
func NewLibrary() *Library { return &Library{units: map[string]keptUnit{}} }

// OpenLibrary reads what [Library.Pack] wrote. It fails with [wire.ErrDamaged] where the
// bytes are something else.
func OpenLibrary(data []byte) (*Library, error) {
	lib := NewLibrary()
	lib.r = wire.NewReader(data, nil)
	for range lib.r.Len() {
		key := lib.r.String()
		lib.units[key] = keptUnit{lib.r.Raw(), lib.r.Raw()}
	}
	if lib.r.Err() != nil || lib.r.Rest() > 0 {
		return nil, wire.ErrDamaged
	}
	return lib, nil
}

// Added tells whether anything is new in the library.
func (lib *Library) Added() bool { return lib.added }

// Pack is the form that [OpenLibrary] reads.
func (lib *Library) Pack() []byte {
	w := lib.writer()
	w.Len(len(lib.units))
	for _, key := range sortedKeys(lib.units) {
		w.String(key)
		w.Raw(lib.units[key].head)
		w.Raw(lib.units[key].body)
	}
	return w.Bytes()
}

func (lib *Library) writer() *wire.Writer {
	if lib.w == nil {
		lib.w = wire.NewWriter()
		if lib.r != nil {
			lib.w = lib.r.Writer()
		}
	}
	return lib.w
}

func (lib *Library) over(part []byte) *wire.Reader {
	if lib.w != nil {
		return lib.w.Over(part)
	}
	return lib.r.Over(part)
}

// LibraryKey names the code of all crates that are no targets, on which the units of a
// library depend. It is "" where that is not all known.
func (w *World) LibraryKey(targets []string) string {
	var parts []string
	for name, state := range w.states {
		if slices.Contains(targets, name) {
			continue
		}
		if state == "" {
			return ""
		}
		parts = append(parts, name+"="+state)
	}
	slices.Sort(parts)
	return strings.Join(parts, " ")
}

// UseLibrary makes Lower take units from the library, and add to it. targets are the
// crates that are not part of it.
func (w *World) UseLibrary(lib *Library, targets []string) {
	w.library, w.targets = lib, targets
}

// origin is what a unit without an instance was made from.
type origin struct {
	Crate string
	Item  int
	// Same is that of [mono.Inst.Same].
	Same string
}

// head is what is known of a unit before it is built.
type head struct {
	id, symbol, name string
	pos              infer.Pos
	noReturn         bool
	ann              *infer.Annotation
	constant         bool
	consts           []keptArg
	from             *origin
	// computes is that of [lowering.computes].
	computes bool
}

type keptArg struct {
	arg  int
	path string
	what scalar
}

// body is what building a unit makes of it.
type body struct {
	record          record
	nargs           int
	blocks          []block
	alias           []keptAlias
	names           []keptName
	stores, repeats bool
	fails           bool
}

type keptAlias struct {
	local int
	to    ref
}

type keptName struct {
	local int
	name  string
}

// instKey names the unit of an instance.
func instKey(in *mono.Inst, constant bool) string {
	crate, item := in.BodyOf()
	kind := "fn"
	if constant {
		kind = "const"
	}
	return fmt.Sprintf("%s %s %d %s", kind, crate, item, in.ID)
}

// same is that of the instance a unit was made from; "" where there is none.
func (u *unit) same() string {
	switch {
	case u.glue != nil:
		return ""
	case u.inst != nil:
		return u.inst.Same()
	case u.from != nil:
		return u.from.Same
	}
	return ""
}

// usable tells whether the library may be used: what a generic function of the driver
// assumes of types that others know, too, counts for all that is built after it.
func (l *lowering) usable() bool { return l.library != nil && !l.w.mono.AssumesOfKnown() }

// inLibrary tells whether a unit depends on library crates alone.
func (l *lowering) inLibrary(u *unit) bool {
	names := func(text string) bool {
		return slices.ContainsFunc(l.w.targets, func(crate string) bool { return mentions(text, crate) })
	}
	if u.key == "" || names(u.key) {
		return false
	}
	if u.inst != nil && (slices.Contains(l.w.targets, u.inst.Crate) || u.inst.Generic()) {
		return false
	}
	if g := u.glue; g != nil && (u.inst != nil || g.IsRigid()) {
		return false // glue that the compiler dumped, perhaps of the driver
	}
	for _, s := range u.consts {
		if s.fn != nil && !l.inLibrary(s.fn) {
			return false
		}
	}
	return true
}

// mentions tells whether a type, path or closure of a crate occurs in a text.
func mentions(text, crate string) bool {
	for at := 0; ; {
		i := strings.Index(text[at:], crate)
		if i < 0 {
			return false
		}
		i += at
		at = i + len(crate)
		rest := text[at:]
		if (strings.HasPrefix(rest, "::") || strings.HasPrefix(rest, "/")) && (i == 0 || !strings.ContainsRune(wordRunes, rune(text[i-1]))) {
			return true
		}
	}
}

// wordRunes are what names are made of, and what stands between those of a path.
const wordRunes = "_:/abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

// keeps tells whether what building a unit does is to be written down.
func (l *lowering) keeps(u *unit) bool {
	return !l.kept && l.usable() && len(l.library.units) < maxKept && l.inLibrary(u)
}

// replay makes a unit what building it would, where the library has it.
func (l *lowering) replay(u *unit) bool {
	if !l.usable() || l.damaged {
		return false
	}
	k, ok := l.library.units[u.key]
	if !ok {
		return false
	}
	var b body
	r := l.library.over(k.body)
	r.Values(l.named)(&b)
	if r.Err() != nil || r.Rest() > 0 {
		l.damaged = true
		return true
	}
	l.redo(&b.record)
	u.nargs, u.blocks, u.stores, u.repeats = b.nargs, b.blocks, b.stores, b.repeats
	for _, a := range b.alias {
		u.alias[a.local] = a.to
	}
	for _, n := range b.names {
		u.names[n.local] = n.name
	}
	u.replayed, u.fails = true, b.fails
	for i := range u.blocks {
		if c := u.blocks[i].term.call; c != nil {
			if c.callee != nil {
				c.callee.callers[u] = true
			}
			if c.virtual {
				l.virtuals = append(l.virtuals, virtualSite{c, c.at})
			}
		}
	}
	return true
}

// named is the unit of a key, made from the library where it is not known yet.
func (l *lowering) named(key string) any {
	if u := l.byKey[key]; u != nil {
		return u
	}
	k, ok := l.library.units[key]
	if !ok {
		return nil
	}
	var h head
	r := l.library.over(k.head)
	r.Values(l.named)(&h)
	if r.Err() != nil || r.Rest() > 0 {
		return nil
	}
	u := newUnit(h.id, h.name)
	u.symbol, u.pos, u.noReturn, u.ann, u.constant, u.from = h.symbol, h.pos, h.noReturn, h.ann, h.constant, h.from
	for _, a := range h.consts {
		if u.consts == nil {
			u.consts = map[argPath]scalar{}
		}
		u.consts[argPath{a.arg, a.path}] = a.what
	}
	return l.add(key, u)
}

// headOf is what the library knows of the function of an instance, or nil.
func (l *lowering) headOf(in *mono.Inst) *head {
	if !l.usable() {
		return nil
	}
	k, ok := l.library.units[instKey(in, false)]
	if !ok {
		return nil
	}
	h := &head{}
	r := l.library.over(k.head)
	if r.Values(l.named)(h); r.Err() != nil {
		return nil
	}
	return h
}

// keep adds the units to the library that were built from MIR.
func (l *lowering) keep() {
	l.kept = true
	if l.damaged || !l.usable() {
		return
	}
	packed := map[string]keptUnit{}
	leads := map[string][]string{}
	for _, u := range l.units {
		if u.record == nil || !l.keepable(u) {
			continue
		}
		packed[u.key] = l.pack(u, func(to string) { leads[u.key] = append(leads[u.key], to) })
	}
	for dropped := true; dropped; {
		dropped = false
		for key := range packed {
			if slices.ContainsFunc(leads[key], func(to string) bool { return packed[to].body == nil && l.library.units[to].body == nil }) {
				delete(packed, key)
				dropped = true
			}
		}
	}
	for key, k := range packed {
		l.library.units[key], l.library.added = k, true
	}
}

// keepable tells whether all that is to be known of a unit is in what is packed.
func (l *lowering) keepable(u *unit) bool {
	if u.inst != nil && u.inst.Fn != nil && !u.constant && l.hasContract(u.inst) {
		return false
	}
	return !slices.ContainsFunc(u.record.effects, func(e effect) bool { return hasClosure(e.a) || hasClosure(e.b) })
}

// hasClosure tells whether a closure occurs in a type, which is found again only where
// the text was read that it stands in.
func hasClosure(t *ty.Type) bool {
	return t != nil && (t.Kind == ty.Closure || slices.ContainsFunc(t.Args, hasClosure))
}

// pack packs a unit; leads is told the keys of all others that it leads to.
func (l *lowering) pack(u *unit, leads func(key string)) keptUnit {
	h := head{id: u.id, symbol: u.symbol, name: u.name, pos: u.pos, noReturn: u.noReturn, ann: u.ann, constant: u.constant}
	if u.inst != nil {
		h.from = &origin{Same: u.inst.Same()}
		h.from.Crate, h.from.Item = u.inst.BodyOf()
		h.computes = l.computes(u.inst)
	}
	for p, s := range u.consts {
		h.consts = append(h.consts, keptArg{p.arg, p.path, s})
	}
	slices.SortFunc(h.consts, func(a, b keptArg) int { return comparePaths(argPath{a.arg, a.path}, argPath{b.arg, b.path}) })
	b := body{record: *u.record, nargs: u.nargs, blocks: u.blocks, stores: u.stores, repeats: u.repeats, fails: l.fails(u)}
	for _, local := range slices.Sorted(maps.Keys(u.alias)) {
		b.alias = append(b.alias, keptAlias{local, u.alias[local]})
	}
	for _, local := range slices.Sorted(maps.Keys(u.names)) {
		b.names = append(b.names, keptName{local, u.names[local]})
	}
	w := l.library.writer()
	known := func(p any) (string, bool) {
		to, ok := p.(*unit)
		if !ok {
			return "", false
		}
		leads(to.key)
		return to.key, true
	}
	return keptUnit{w.Part(func() { w.Values(known)(h) }), w.Part(func() { w.Values(known)(b) })}
}
