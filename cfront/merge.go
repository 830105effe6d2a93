package cfront

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"sort"
	"strings"

	"preemptck/infer"
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

// merger merges the units of a tree. What it makes does not depend on the order
// in which units arrive.
type merger struct {
	versions    map[string]map[string]*version // by ID and hash
	decls       map[string]*infer.Decl
	declUnit    map[string]int
	aliases     map[string]string
	aliasUnit   map[string]int
	inits       [][]infer.SlotInit
	initRefs    []map[string]string
	fields      map[string]infer.FieldBits
	diagnostics [][]Diagnostic
	dropped     map[string]bool
	stats       Stats
}

func newMerger(units int) *merger {
	return &merger{
		versions: map[string]map[string]*version{},
		decls:    map[string]*infer.Decl{}, declUnit: map[string]int{},
		aliases: map[string]string{}, aliasUnit: map[string]int{},
		inits: make([][]infer.SlotInit, units), initRefs: make([]map[string]string, units),
		fields:      map[string]infer.FieldBits{},
		diagnostics: make([][]Diagnostic, units), dropped: map[string]bool{},
		stats: Stats{Units: units},
	}
}

// add takes in one unit.
func (m *merger) add(i int, r *Result) {
	byID := map[string]*infer.Func{}
	for _, f := range r.Funcs {
		byID[f.ID] = f
	}
	hashes := hashAll(r.Funcs, byID)
	for _, f := range r.Funcs {
		h := hashes[f.ID]
		all := m.versions[f.ID]
		if all == nil {
			all = map[string]*version{}
			m.versions[f.ID] = all
		}
		v := all[h]
		if v == nil {
			v = &version{fn: f, hash: h, unit: i, refs: map[string]string{}}
			eachRef(f, func(ref *string) {
				if h, ok := hashes[*ref]; ok {
					v.refs[*ref] = h
				}
			})
			all[h] = v
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
	m.inits[i] = r.Inits
	m.initRefs[i] = map[string]string{}
	for _, in := range r.Inits {
		if h, ok := hashes[in.Func]; ok {
			m.initRefs[i][in.Func] = h
		}
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
}

// tree names the versions and puts the program together.
func (m *merger) tree() *Tree {
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
	for i := range m.inits {
		for _, in := range m.inits[i] {
			if h, ok := m.initRefs[i][in.Func]; ok {
				in.Func = names[in.Func+"\x00"+h]
			}
			p.Inits = append(p.Inits, in)
		}
		t.Diagnostics = append(t.Diagnostics, m.diagnostics[i]...)
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
		own[f.ID] = hashBody(f)
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

type bodyHash struct{ hash.Hash }

func (h bodyHash) num(n ...int64) {
	var b [8]byte
	for _, x := range n {
		binary.LittleEndian.PutUint64(b[:], uint64(x))
		h.Write(b[:])
	}
}

func (h bodyHash) str(s ...string) {
	for _, x := range s {
		h.num(int64(len(x)))
		h.Write([]byte(x))
	}
}

func (h bodyHash) operand(o infer.Operand) {
	h.num(int64(o.Kind), o.Const, int64(o.Var))
	h.str(o.Func)
}

// hashBody hashes everything in a function, positions included.
func hashBody(f *infer.Func) string {
	h := bodyHash{sha256.New()}
	h.str(f.ID, f.Pos.String())
	h.str(f.Vars...)
	for _, p := range f.Params {
		h.num(int64(p.Arg), int64(p.Var))
		h.str(p.Path)
	}
	h.str(f.Rets...)
	for b := range f.Blocks {
		x := &f.Blocks[b]
		h.num(int64(len(x.Ops)))
		for k := range x.Ops {
			h.op(&x.Ops[k])
		}
		t := &x.Term
		h.num(int64(t.Kind), int64(t.Pos.Line), int64(t.Pos.Col), int64(len(t.To)), int64(len(t.Ranges)), int64(len(t.Values)))
		h.operand(t.Cond)
		for _, to := range t.To {
			h.num(int64(to))
		}
		for _, r := range t.Ranges {
			h.num(r.Lo, r.Hi)
		}
		for _, v := range t.Values {
			h.operand(v)
		}
	}
	return hex.EncodeToString(h.Sum(nil))[:32]
}

func (h bodyHash) op(o *infer.Op) {
	h.num(int64(o.Kind), int64(o.Pos.Line), int64(o.Pos.Col), int64(o.Dst), int64(o.Expr.Op))
	h.operand(o.Expr.A)
	h.operand(o.Expr.B)
	h.str(o.Slot)
	if c := o.Call; c != nil {
		h.num(int64(c.Target.Kind), int64(c.Target.Var), int64(len(c.Args)), int64(len(c.Dsts)))
		h.str(c.Target.Func, c.Target.Slot, c.Text)
		for _, a := range c.Args {
			h.num(int64(a.Arg))
			h.str(a.Path)
			h.operand(a.Value)
		}
		for _, d := range c.Dsts {
			h.num(int64(d.Var))
			h.str(d.Path)
		}
	}
}
