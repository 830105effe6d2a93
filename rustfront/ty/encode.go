package ty

import (
	"encoding/binary"
	"errors"
	"sync"
)

// GobEncode writes a type for a cache.
func (t *Type) GobEncode() ([]byte, error) { return t.append(nil), nil }

func (t *Type) append(b []byte) []byte {
	mut := byte(0)
	if t.Mut {
		mut = 1
	}
	b = append(b, byte(t.Kind), mut, byte(t.NSelf), byte(t.NTrait))
	b = binary.AppendUvarint(b, uint64(len(t.Name)))
	b = append(b, t.Name...)
	b = binary.AppendUvarint(b, uint64(len(t.Trait)))
	b = append(b, t.Trait...)
	b = binary.AppendUvarint(b, uint64(len(t.Args)))
	for _, a := range t.Args {
		b = a.append(b)
	}
	return b
}

// known holds the types decoded so far: a cache has the same few many times.
var known sync.Map

// GobDecode reads what GobEncode wrote.
func (t *Type) GobDecode(b []byte) error {
	if have, ok := known.Load(string(b)); ok {
		*t = *have.(*Type)
		return nil
	}
	u, rest, err := decode(b, 0)
	if err != nil {
		return err
	}
	if len(rest) != 0 {
		return errEncoding
	}
	known.Store(string(b), u)
	*t = *u
	return nil
}

var errEncoding = errors.New("a cached type is damaged: remove the cache")

func decode(b []byte, depth int) (*Type, []byte, error) {
	if len(b) < 4 || depth > 1000 {
		return nil, nil, errEncoding
	}
	t := &Type{Kind: Kind(b[0]), Mut: b[1] != 0, NSelf: int(b[2]), NTrait: int(b[3])}
	b = b[4:]
	var err error
	if t.Name, b, err = decodeString(b); err != nil {
		return nil, nil, err
	}
	if t.Trait, b, err = decodeString(b); err != nil {
		return nil, nil, err
	}
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)) {
		return nil, nil, errEncoding
	}
	b = b[k:]
	for range n {
		var a *Type
		if a, b, err = decode(b, depth+1); err != nil {
			return nil, nil, err
		}
		t.Args = append(t.Args, a)
	}
	if !t.wellFormed() {
		return nil, nil, errEncoding
	}
	return finish(t), b, nil
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

func decodeString(b []byte) (string, []byte, error) {
	n, k := binary.Uvarint(b)
	if k <= 0 || n > uint64(len(b)-k) {
		return "", nil, errEncoding
	}
	return string(b[k : k+int(n)]), b[k+int(n):], nil
}
