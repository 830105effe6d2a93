package cfront

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"
	"strings"

	"preemptck/infer"
	"preemptck/infer/pack"
	"preemptck/internal/wire"
)

// version is one body of a function: header functions may have several, as the
// macros around them differ.
type version struct {
	fn   *infer.Func
	hash string
	unit int // the first unit that has it
	// refs are the versions of the shared functions that the body names.
	refs map[string]string
}

// Merger merges the units of a tree. What it makes does not depend on the order
// in which units arrive.
type Merger struct {
	names       wire.Interner
	versions    map[string]map[string]*version // by ID and hash
	decls       map[string]*infer.Decl
	declUnit    map[string]int
	aliases     map[string]string
	aliasUnit   map[string]int
	inits       []infer.SlotInit
	initRefs    map[infer.SlotInit]string // their functions' versions
	fields      map[string]infer.FieldBits
	diagnostics [][]Diagnostic
	dropped     map[string]bool
	stats       Stats
}

// NewMerger merges so many units.
func NewMerger(units int) *Merger {
	return &Merger{
		names:    wire.Interner{},
		versions: map[string]map[string]*version{},
		decls:    map[string]*infer.Decl{}, declUnit: map[string]int{},
		aliases: map[string]string{}, aliasUnit: map[string]int{},
		initRefs:    map[infer.SlotInit]string{},
		fields:      map[string]infer.FieldBits{},
		diagnostics: make([][]Diagnostic, units), dropped: map[string]bool{},
		stats: Stats{Units: units},
	}
}

// Add takes in unit number i as [Result.Pack] made it. It fails, and takes in
// nothing, where the packed form is damaged. [Lowered.Extra] is taken in likewise,
// once all units are.
func (m *Merger) Add(i int, packed []byte) error {
	r, err := unpack(packed, m.names)
	if err != nil {
		return err
	}
	fresh, err := m.bodies(r)
	if err != nil {
		return err
	}
	hashes := map[string]string{}
	for _, f := range r.funcs {
		hashes[f.id] = f.hash
	}
	for k, f := range r.funcs {
		v := m.versions[f.id][f.hash]
		if v == nil {
			v = &version{fn: fresh[k], hash: f.hash, unit: i, refs: map[string]string{}}
			eachRef(v.fn, func(ref *string) {
				if h, ok := hashes[*ref]; ok {
					v.refs[*ref] = h
				}
			})
			if m.versions[f.id] == nil {
				m.versions[f.id] = map[string]*version{}
			}
			m.versions[f.id][f.hash] = v
		}
		v.unit = min(v.unit, i)
	}
	for sym, d := range r.Decls {
		if at, ok := m.declUnit[sym]; !ok || i < at {
			m.decls[sym], m.declUnit[sym] = d, i
		}
	}
	for sym, to := range r.Aliases {
		if at, ok := m.aliasUnit[sym]; !ok || i < at {
			m.aliases[sym], m.aliasUnit[sym] = to, i
		}
	}
	for _, in := range r.Inits {
		m.addInit(in, hashes[in.Func])
	}
	for slot, b := range r.Fields {
		all := m.fields[slot]
		m.fields[slot] = infer.FieldBits{Mask: all.Mask | b.Mask, Unknown: all.Unknown || b.Unknown}
	}
	m.diagnostics[i] = append(m.diagnostics[i], r.Diagnostics...)
	if len(r.Diagnostics) > 0 {
		m.stats.Broken++
	}
	for _, d := range r.Dropped {
		m.dropped[d] = true
	}
	return nil
}

// bodies unpacks the functions that are new.
func (m *Merger) bodies(r *unpacked) (map[int]*infer.Func, error) {
	fresh := map[int]*infer.Func{}
	for k, f := range r.funcs {
		if m.versions[f.id][f.hash] != nil {
			continue
		}
		fresh[k] = f.body.Func()
		if err := f.body.Err(); err != nil {
			return nil, err
		}
	}
	return fresh, nil
}

// addInit notes an initialiser. One in a header is met once in every unit.
func (m *Merger) addInit(in infer.SlotInit, hash string) {
	key := in
	key.Func += "\x00" + hash
	if _, ok := m.initRefs[key]; !ok {
		m.initRefs[key] = hash
		m.inits = append(m.inits, key)
	}
}

// Fail says that unit number i was lost.
func (m *Merger) Fail(i int, d Diagnostic) {
	m.diagnostics[i] = append(m.diagnostics[i], d)
	m.stats.Failed++
}

// Tree names the versions and puts the program together. It ends the merger.
func (m *Merger) Tree() *Tree {
	p := infer.NewProgram()
	names := map[string]string{} // ID and hash to final ID
	for _, id := range sortedKeys(m.versions) {
		all := make([]*version, 0, len(m.versions[id]))
		for _, v := range m.versions[id] {
			all = append(all, v)
		}
		sort.Slice(all, func(i, j int) bool {
			a, b := all[i], all[j]
			if a.fn.Weak != b.fn.Weak {
				return b.fn.Weak
			}
			if a.unit != b.unit {
				return a.unit < b.unit
			}
			return a.hash < b.hash
		})
		for k, v := range all {
			name := id
			switch {
			case k > 0 && strings.Contains(id, "@"):
				name = id + "#" + v.hash[:8]
				m.stats.Versions++
			case k > 0:
				// The same symbol in another program of the tree.
				name = id + "@" + v.fn.Pos.File
				if p.Funcs[name] != nil {
					name += "#" + v.hash[:8]
				}
			}
			names[id+"\x00"+v.hash] = name
			p.Funcs[name] = v.fn
		}
	}
	for _, id := range sortedKeys(m.versions) {
		for _, v := range m.versions[id] {
			v.fn.ID = names[id+"\x00"+v.hash]
			eachRef(v.fn, func(ref *string) {
				if h, ok := v.refs[*ref]; ok {
					*ref = names[*ref+"\x00"+h]
				}
			})
		}
	}
	for sym, d := range m.decls {
		if p.Funcs[sym] == nil {
			p.Decls[sym] = d
		}
	}
	for sym, to := range m.aliases {
		if p.Funcs[sym] == nil {
			p.Aliases[sym] = to
		}
	}
	p.Fields = map[string]infer.FieldBits{}
	for slot, b := range m.fields {
		if !b.Unknown {
			p.Fields[slot] = b
		}
	}
	t := &Tree{Program: p, Dropped: sortedKeys(m.dropped)}
	for _, in := range m.inits {
		hash := m.initRefs[in]
		if name, ok := names[in.Func]; ok && hash != "" {
			in.Func = name
		} else {
			in.Func, _, _ = strings.Cut(in.Func, "\x00")
		}
		p.Inits = append(p.Inits, in)
	}
	p.Inits = sortedInits(p.Inits)
	for _, d := range m.diagnostics {
		t.Diagnostics = append(t.Diagnostics, d...)
	}
	m.stats.Funcs = len(p.Funcs)
	t.Stats = m.stats
	return t
}

// eachRef visits the names of functions in a body.
func eachRef(f *infer.Func, visit func(ref *string)) {
	operand := func(o *infer.Operand) {
		if o.Kind == infer.OperandFunc {
			visit(&o.Func)
		}
	}
	for b := range f.Blocks {
		for k := range f.Blocks[b].Ops {
			o := &f.Blocks[b].Ops[k]
			operand(&o.Expr.A)
			operand(&o.Expr.B)
			if c := o.Call; c != nil {
				if c.Target.Kind == infer.Direct {
					visit(&c.Target.Func)
				}
				for i := range c.Args {
					operand(&c.Args[i].Value)
				}
			}
		}
		t := &f.Blocks[b].Term
		operand(&t.Cond)
		for i := range t.Values {
			operand(&t.Values[i])
		}
	}
}

// hashAll hashes the functions of a unit: what each does, and what those that
// it names in the same unit do.
func hashAll(funcs []*infer.Func, byID map[string]*infer.Func) map[string]string {
	own := map[string]string{}
	for _, f := range funcs {
		own[f.ID] = pack.Hash(f)
	}
	deep := map[string]string{}
	for _, f := range funcs {
		if !shared(f) {
			// Only header functions have versions; others are hashed alone.
			deep[f.ID] = own[f.ID]
		}
	}
	for _, f := range funcs {
		if _, ok := deep[f.ID]; ok {
			continue
		}
		reached := map[string]bool{f.ID: true}
		for work := []*infer.Func{f}; len(work) > 0; {
			g := work[len(work)-1]
			work = work[:len(work)-1]
			eachRef(g, func(ref *string) {
				if h := byID[*ref]; h != nil && shared(h) && !reached[*ref] {
					reached[*ref] = true
					work = append(work, h)
				}
			})
		}
		sum := sha256.New()
		for _, id := range sortedKeys(reached) {
			fmt.Fprintf(sum, "%s %s\n", id, own[id])
		}
		deep[f.ID] = own[f.ID][:8] + hex.EncodeToString(sum.Sum(nil))[:24]
	}
	return deep
}

// shared tells whether other units may have the function too.
func shared(f *infer.Func) bool { return strings.Contains(f.ID, "@") }
