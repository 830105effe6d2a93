package cfront

import (
	"cmp"
	"slices"

	"preemptck/infer"
	"preemptck/infer/pack"
	"preemptck/internal/parallel"
	"preemptck/internal/wire"
)

// packer writes what units and merged trees have in common.
type packer struct{ pack.Writer }

func (w packer) decls(decls map[string]*infer.Decl) {
	w.Len(len(decls))
	for _, sym := range sortedKeys(decls) {
		d := decls[sym]
		w.String(sym)
		w.String(d.Symbol)
		w.Pos(d.Pos)
		w.Bool(d.Builtin)
		w.Bool(d.NoReturn)
	}
}

func (w packer) aliases(aliases map[string]string) {
	w.Len(len(aliases))
	for _, sym := range sortedKeys(aliases) {
		w.String(sym)
		w.String(aliases[sym])
	}
}

func (w packer) inits(inits []infer.SlotInit) {
	w.Len(len(inits))
	for _, in := range inits {
		w.String(in.Slot)
		w.String(in.Func)
		w.Pos(in.Pos)
	}
}

func (w packer) fields(fields map[string]infer.FieldBits) {
	w.Len(len(fields))
	for _, slot := range sortedKeys(fields) {
		b := fields[slot]
		if b.Unknown {
			b.Mask = 0
		}
		w.String(slot)
		w.Uint(b.Mask)
		w.Bool(b.Unknown)
	}
}

func (w packer) diagnostics(list []Diagnostic) {
	w.Len(len(list))
	for _, d := range list {
		w.Uint(uint64(d.Severity))
		w.Pos(d.Pos)
		w.String(d.Text)
		w.String(d.Help)
	}
}

// unpacker reads what a packer wrote, in the same order.
type unpacker struct{ pack.Reader }

func (r unpacker) decls() map[string]*infer.Decl {
	decls := map[string]*infer.Decl{}
	for range r.Len() {
		sym := r.String()
		decls[sym] = &infer.Decl{Symbol: r.String(), Pos: r.Pos(), Builtin: r.Bool(), NoReturn: r.Bool()}
	}
	return decls
}

func (r unpacker) aliases() map[string]string {
	aliases := map[string]string{}
	for range r.Len() {
		sym := r.String()
		aliases[sym] = r.String()
	}
	return aliases
}

func (r unpacker) inits() (inits []infer.SlotInit) {
	for range r.Len() {
		inits = append(inits, infer.SlotInit{Slot: r.String(), Func: r.String(), Pos: r.Pos()})
	}
	return inits
}

func (r unpacker) fields() map[string]infer.FieldBits {
	fields := map[string]infer.FieldBits{}
	for range r.Len() {
		slot := r.String()
		fields[slot] = infer.FieldBits{Mask: r.Uint(), Unknown: r.Bool()}
	}
	return fields
}

func (r unpacker) diagnostics() (list []Diagnostic) {
	for range r.Len() {
		list = append(list, Diagnostic{Severity: Severity(r.Uint()), Pos: r.Pos(), Text: r.String(), Help: r.String()})
	}
	return list
}

// Pack is the compact form of what the merged program needs of a unit: what
// worker processes hand over, and what is kept between runs. Units that mean the
// same have the same form. Functions stand last, each so that it can be stepped
// over: most of a header's functions are known from an earlier unit.
func (r *Result) Pack() []byte {
	w := r.packer()
	w.funcs(r.Funcs, r.Funcs)
	return w.Bytes()
}

// packer has written everything but the functions.
func (r *Result) packer() packer {
	w := packer{pack.NewWriter()}
	w.decls(r.Decls)
	w.aliases(r.Aliases)
	w.inits(sortedInits(r.Inits))
	w.fields(r.Fields)
	w.diagnostics(r.Diagnostics)
	w.Strings(r.Dropped)
	return w
}

// packExtra is the compact form of what the unit adds for its headers, as a unit
// of its own. It is to be merged once the units themselves are.
func (r *Result) packExtra() []byte {
	all := append(slices.Clone(r.Funcs), r.Extra...)
	named := map[string]bool{}
	for _, f := range r.Extra {
		named[f.ID] = true
		eachRef(f, func(ref *string) { named[*ref] = true })
	}
	x := Result{Decls: r.ExtraDecls}
	w := x.packer()
	w.funcs(slices.DeleteFunc(slices.Clone(all), func(f *infer.Func) bool { return !named[f.ID] }), all)
	return w.Bytes()
}

// funcs writes functions; all are those of the whole unit.
func (w packer) funcs(list, all []*infer.Func) {
	byID := map[string]*infer.Func{}
	for _, f := range all {
		byID[f.ID] = f
	}
	hashes := hashAll(all, byID)
	mine := map[string]*infer.Func{}
	for _, f := range list {
		mine[f.ID] = f
	}
	w.Len(len(mine))
	for _, id := range sortedKeys(mine) {
		w.String(id)
		w.String(hashes[id])
		w.Nested(func() { w.Func(mine[id]) })
	}
}

// sortedInits are the initialisers in an order that does not depend on how they
// were met, each once.
func sortedInits(inits []infer.SlotInit) []infer.SlotInit {
	out := slices.Clone(inits)
	slices.SortFunc(out, func(a, b infer.SlotInit) int {
		return cmp.Or(cmp.Compare(a.Pos.File, b.Pos.File), cmp.Compare(a.Pos.Line, b.Pos.Line), cmp.Compare(a.Pos.Col, b.Pos.Col),
			cmp.Compare(a.Slot, b.Slot), cmp.Compare(a.Func, b.Func))
	})
	return slices.Compact(out)
}

// lowered is one function of a packed unit.
type lowered struct {
	id, hash string
	body     pack.Reader
}

// unpacked is a packed unit whose functions are still packed.
type unpacked struct {
	Result
	funcs []lowered
}

// unpack reads a packed unit.
func unpack(data []byte, in wire.Interner) (*unpacked, error) {
	r := unpacker{pack.NewReader(data, in)}
	u := &unpacked{Result: Result{
		Decls: r.decls(), Aliases: r.aliases(), Inits: r.inits(), Fields: r.fields(), Diagnostics: r.diagnostics(), Dropped: r.Strings(),
	}}
	for range r.Len() {
		u.funcs = append(u.funcs, lowered{id: r.String(), hash: r.String(), body: r.Nested()})
	}
	return u, r.Err()
}

// Pack is the compact form of a merged tree, which [UnpackTree] reads.
func (t *Tree) Pack() []byte {
	w := packer{pack.NewWriter()}
	p := t.Program
	w.Len(len(p.Funcs))
	for _, id := range sortedKeys(p.Funcs) {
		w.Nested(func() { w.Func(p.Funcs[id]) })
	}
	w.decls(p.Decls)
	w.aliases(p.Aliases)
	w.inits(p.Inits)
	w.fields(p.Fields)
	w.diagnostics(t.Diagnostics)
	w.Strings(t.Dropped)
	for _, n := range []int{t.Stats.Units, t.Stats.Failed, t.Stats.Broken, t.Stats.Funcs, t.Stats.Versions} {
		w.Len(n)
	}
	return w.Bytes()
}

// UnpackTree reads a packed tree. The blocks of its functions are there once bodies was
// called, which some that only ask for names can do without.
func UnpackTree(data []byte) (tree *Tree, bodies func() error, err error) {
	r := unpacker{pack.NewReader(data, nil)}
	packed := make([]pack.Reader, r.Len())
	for i := range packed {
		packed[i] = r.Nested()
	}
	funcs := make([]*infer.Func, len(packed))
	each := func(do func(i int)) error {
		broken := make([]bool, parallel.Parts(len(packed)))
		parallel.Do(len(packed), func(k, from, to int) {
			for i := from; i < to; i++ {
				do(i)
				broken[k] = broken[k] || packed[i].Err() != nil
			}
		})
		if slices.Contains(broken, true) {
			return wire.ErrDamaged
		}
		return nil
	}
	if err := each(func(i int) { funcs[i] = packed[i].Head() }); err != nil {
		return nil, nil, err
	}
	p := &infer.Program{Funcs: make(map[string]*infer.Func, len(funcs))}
	for _, f := range funcs {
		p.Funcs[f.ID] = f
	}
	p.Decls, p.Aliases, p.Inits, p.Fields = r.decls(), r.aliases(), r.inits(), r.fields()
	t := &Tree{Program: p, Diagnostics: r.diagnostics(), Dropped: r.Strings()}
	for _, n := range []*int{&t.Stats.Units, &t.Stats.Failed, &t.Stats.Broken, &t.Stats.Funcs, &t.Stats.Versions} {
		*n = int(r.Uint())
	}
	if r.Err() != nil || r.Rest() > 0 {
		return nil, nil, wire.ErrDamaged
	}
	return t, func() error { return each(func(i int) { packed[i].Body(funcs[i]) }) }, nil
}
