package items

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"strconv"
)

// What older compilers write otherwise, from the format of 1.78 (28) on: ids are
// strings, some fields have other names, and columns count from 0.

// docID is the id of an item: a number, or the hash of what used to be a string.
type docID int

func (id *docID) UnmarshalJSON(b []byte) error {
	if len(b) == 0 || b[0] != '"' {
		n, err := strconv.Atoi(string(b))
		*id = docID(n)
		return err
	}
	var s string
	if err := json.Unmarshal(b, &s); err != nil {
		return err
	}
	*id = idOf(s)
	return nil
}

// idOf is the id that a key of a table stands for.
func idOf(key string) docID {
	if n, err := strconv.Atoi(key); err == nil {
		return docID(n)
	}
	h := fnv.New64a()
	h.Write([]byte(key))
	return docID(h.Sum64() >> 1)
}

// byID is the table of items, their columns counted from 1.
func (f *docFile) byID() (map[docID]*docItem, error) {
	out := make(map[docID]*docItem, len(f.Index))
	for key, it := range f.Index {
		if it == nil {
			continue
		}
		if out[it.ID] != nil {
			return nil, fmt.Errorf("two items with the id of %q", key)
		}
		out[it.ID] = it
	}
	// A crate begins in the first column.
	if root := out[f.Root]; root != nil && root.Span != nil && root.Span.Begin[1] == 0 {
		for _, it := range out {
			if it.Span != nil {
				it.Span.Begin[1]++
				it.Span.End[1]++
			}
		}
	}
	return out, nil
}

// rename takes what stands under an older name.
func (d *docInner) rename() {
	if d.Use == nil {
		d.Use = d.OldUse
	}
	if u := d.Use; u != nil {
		u.Glob = u.Glob || u.OldGlob
	}
	if f := d.Function; f != nil && f.OldSig != nil {
		f.Sig = *f.OldSig
	}
	if im := d.Impl; im != nil {
		im.Negative = im.Negative || im.OldNegative
		im.Synthetic = im.Synthetic || im.OldSynthetic
	}
	if c := d.AssocConst; c != nil && c.Value == nil {
		c.Value = c.OldValue
	}
	if a := d.AssocType; a != nil && a.Type == nil {
		a.Type = a.OldType
	}
}

// isHost tells whether a parameter is the one that compilers older than 1.85 (format 37) add
// where something may be const: whether it runs at run time. Nothing names it.
func (p *docParam) isHost(format int) bool {
	c := p.Kind.Const
	return format < 37 && p.Name == "host" && c != nil && c.Default != nil && *c.Default == "true"
}

func (d *docType) rename() {
	for _, r := range []*docRef{d.Ref, d.RawPtr} {
		if r != nil {
			r.Mut = r.Mut || r.OldMut
		}
	}
	if f := d.FnPtr; f != nil && f.OldSig != nil {
		f.Sig = *f.OldSig
	}
}

// last is the last name of a path.
func (p *docTypePath) last() string { return lastName(cmp.Or(p.Path, p.OldPath)) }
