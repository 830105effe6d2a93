package ty

import (
	"fmt"
	"strings"

	"preemptck/internal/wire"
)

// Writer writes types for a cache, each one once.
type Writer struct {
	w    *wire.Writer
	seen map[*Type]uint64
	same map[string]uint64
}

// NewWriter writes to w.
func NewWriter(w *wire.Writer) *Writer {
	return &Writer{w: w, seen: map[*Type]uint64{}, same: map[string]uint64{}}
}

// What stands in front of a type; what follows from typeKnown on is its number.
const (
	typeNone = iota
	typeNew
	typeKnown
)

// Type writes a type, which may be nil.
func (p *Writer) Type(t *Type) {
	if t == nil {
		p.w.Uint(typeNone)
		return
	}
	id, ok := p.seen[t]
	if !ok {
		key := p.key(t)
		if id, ok = p.same[key]; ok {
			p.seen[t] = id
		}
	}
	if ok {
		p.w.Uint(typeKnown + id)
		return
	}
	p.w.Uint(typeNew)
	p.w.Uint(uint64(t.Kind))
	p.w.Bool(t.Mut)
	p.w.Len(t.NSelf)
	p.w.Len(t.NTrait)
	p.w.String(t.Name)
	p.w.String(t.Trait)
	p.w.Len(len(t.Args))
	for _, a := range t.Args {
		p.Type(a)
	}
	p.w.String(t.key)
	id = uint64(len(p.same))
	p.same[p.key(t)], p.seen[t] = id, id
}

// key tells types apart, beyond what their notation does.
func (p *Writer) key(t *Type) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %v %d %d %q %q", t.Kind, t.Mut, t.NSelf, t.NTrait, t.Name, t.Trait)
	for _, a := range t.Args {
		b.WriteByte('(')
		b.WriteString(p.key(a))
		b.WriteByte(')')
	}
	return b.String()
}

// Reader reads what a [Writer] wrote. Equal types come back as one.
type Reader struct {
	r     *wire.Reader
	seen  []*Type
	depth int
	err   error
}

// NewReader reads from r.
func NewReader(r *wire.Reader) *Reader { return &Reader{r: r} }

// Err is [wire.ErrDamaged] where something was read that no Writer wrote.
func (p *Reader) Err() error { return p.err }

// maxNesting bounds how deep types nest in a cache that is sound.
const maxNesting = 1000

// Type reads a type.
func (p *Reader) Type() *Type {
	switch id := p.r.Uint(); {
	case id == typeNone:
		return nil
	case id >= typeKnown:
		if id-typeKnown >= uint64(len(p.seen)) {
			p.err = wire.ErrDamaged
			return UnknownOf("")
		}
		return p.seen[id-typeKnown]
	}
	if p.depth++; p.depth > maxNesting {
		p.err = wire.ErrDamaged
	}
	if p.err != nil {
		return UnknownOf("")
	}
	t := &Type{Kind: Kind(p.r.Uint()), Mut: p.r.Bool(), NSelf: int(p.r.Uint()), NTrait: int(p.r.Uint()), Name: p.r.String(), Trait: p.r.String()}
	if n := p.r.Len(); n > 0 {
		t.Args = make([]*Type, n)
		for i := range t.Args {
			if t.Args[i] = p.Type(); t.Args[i] == nil {
				p.err = wire.ErrDamaged
				t.Args[i] = UnknownOf("")
			}
		}
	}
	p.depth--
	if t.key = p.r.String(); t.NSelf < 0 || t.NTrait < 0 || !t.wellFormed() || p.r.Err() != nil {
		p.err = wire.ErrDamaged
		return UnknownOf("")
	}
	t.measure()
	p.seen = append(p.seen, t)
	return t
}

// wellFormed tells whether a type has the arguments that its kind asks for.
func (t *Type) wellFormed() bool {
	least := 0
	switch t.Kind {
	case Ref, Ptr, Slice, FnPtr, Proj:
		least = 1
	case Array:
		least = 2
	case FnDef:
		least = t.NSelf + t.NTrait
		if t.Trait != "" && t.NSelf == 0 {
			return false
		}
	}
	return len(t.Args) >= least && t.Kind <= Unknown
}
