package items

import (
	"encoding/json"
	"fmt"
	"io"
)

// The part of rustdoc's JSON that is read. Enums of Rust are written by serde
// as {"variant": content}, or as a string where the variant has no content; a
// union of pointers takes the first form, and [orString] lets the second pass.

type docFile struct {
	Root          docID               `json:"root"`
	FormatVersion int                 `json:"format_version"`
	Index         map[string]*docItem `json:"index"`
	Paths         map[string]docPath  `json:"paths"`
}

// readDoc reads the whole file item by item: in one piece it takes several times the
// memory of what is kept of it.
func readDoc(r io.Reader) (*docFile, error) {
	f := &docFile{Index: map[string]*docItem{}, Paths: map[string]docPath{}}
	dec := json.NewDecoder(r)
	err := eachMember(dec, func(name string) error {
		switch name {
		case "root":
			return dec.Decode(&f.Root)
		case "format_version":
			return dec.Decode(&f.FormatVersion)
		case "index":
			return eachMember(dec, func(id string) error {
				it := &docItem{}
				f.Index[id] = it
				err := dec.Decode(it)
				it.shorten()
				return err
			})
		case "paths":
			return eachMember(dec, func(id string) error {
				var p docPath
				err := dec.Decode(&p)
				f.Paths[id] = p
				return err
			})
		}
		var other json.RawMessage
		return dec.Decode(&other)
	})
	return f, err
}

// eachMember reads an object; read takes the value of each member.
func eachMember(dec *json.Decoder, read func(name string) error) error {
	if t, err := dec.Token(); err != nil {
		return err
	} else if t != json.Delim('{') {
		return fmt.Errorf("want an object, not %v", t)
	}
	for dec.More() {
		name, err := dec.Token()
		if err == nil {
			err = read(name.(string)) // the decoder lets nothing else be a name
		}
		if err != nil {
			return err
		}
	}
	_, err := dec.Token()
	return err
}

// shorten forgets what is of no use: attributes are read of functions only, and of the
// impl blocks that every type has the type alone.
func (it *docItem) shorten() {
	if it.Inner.Function == nil {
		it.Attrs = nil
	}
	if im := it.Inner.Impl; im != nil && im.everywhere() {
		im.Generics, im.Trait = docGenerics{}, nil
	}
}

// everywhere tells whether a block is the compiler's own (auto traits) or one for all
// types (`impl<T> From<T> for T`), which the crate of its trait has.
func (im *docImpl) everywhere() bool {
	return im.Synthetic || len(im.Blanket) != 0 && string(im.Blanket) != "null"
}

type docPath struct {
	Path []string `json:"path"`
	Kind string   `json:"kind"`
}

type docSpan struct {
	Filename string   `json:"filename"`
	Begin    [2]int32 `json:"begin"`
	End      [2]int32 `json:"end"`
}

type docItem struct {
	ID      docID           `json:"id"`
	CrateID int             `json:"crate_id"`
	Name    string          `json:"name"`
	Span    *docSpan        `json:"span"`
	Attrs   json.RawMessage `json:"attrs"`
	Inner   docInner        `json:"inner"`
}

type docInner struct {
	Module     *docModule   `json:"module"`
	Use        *docUse      `json:"use"`
	OldUse     *docUse      `json:"import"`
	Struct     *docStruct   `json:"struct"`
	Union      *docStruct   `json:"union"`
	Enum       *docEnum     `json:"enum"`
	Variant    *docVariant  `json:"variant"`
	Field      *docType     `json:"struct_field"`
	Function   *docFn       `json:"function"`
	Trait      *docTrait    `json:"trait"`
	Impl       *docImpl     `json:"impl"`
	Alias      *docAlias    `json:"type_alias"`
	Constant   *docConst    `json:"constant"`
	Static     *docStatic   `json:"static"`
	AssocConst *docAssocVal `json:"assoc_const"`
	AssocType  *docAssocTy  `json:"assoc_type"`
}

func (d *docInner) UnmarshalJSON(b []byte) error {
	type plain docInner
	if err := orString(b, (*plain)(d)); err != nil {
		return err
	}
	d.rename()
	return nil
}

func orString(b []byte, into any) error {
	if len(b) > 0 && b[0] == '"' {
		return nil
	}
	return json.Unmarshal(b, into)
}

type docModule struct {
	IsCrate bool    `json:"is_crate"`
	Items   []docID `json:"items"`
}

type docUse struct {
	Name   string `json:"name"`
	Source string `json:"source"`
	ID     *docID `json:"id"`
	Glob   bool   `json:"is_glob"`
	// OldGlob is Glob as it was called.
	OldGlob bool `json:"glob"`
}

type docStruct struct {
	Kind     docStructKind `json:"kind"`
	Fields   []docID       `json:"fields"`
	Generics docGenerics   `json:"generics"`
}

type docStructKind struct {
	Tuple []*docID `json:"tuple"`
	Plain *struct {
		Fields []docID `json:"fields"`
	} `json:"plain"`
}

func (d *docStructKind) UnmarshalJSON(b []byte) error {
	type plain docStructKind
	return orString(b, (*plain)(d))
}

type docEnum struct {
	Generics docGenerics `json:"generics"`
	Variants []docID     `json:"variants"`
}

type docVariant struct {
	Kind         docVariantKind `json:"kind"`
	Discriminant *struct {
		Value string `json:"value"`
	} `json:"discriminant"`
}

type docVariantKind struct {
	Tuple  []*docID `json:"tuple"`
	Struct *struct {
		Fields []docID `json:"fields"`
	} `json:"struct"`
}

func (d *docVariantKind) UnmarshalJSON(b []byte) error {
	type plain docVariantKind
	return orString(b, (*plain)(d))
}

type docSig struct {
	Inputs []docInput `json:"inputs"`
	Output *docType   `json:"output"`
}

type docInput struct{ Type *docType }

func (d *docInput) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil || len(pair) < 2 {
		return err
	}
	d.Type = new(docType)
	return json.Unmarshal(pair[1], d.Type)
}

type docFn struct {
	Sig      docSig      `json:"sig"`
	OldSig   *docSig     `json:"decl"`
	Generics docGenerics `json:"generics"`
	Header   struct {
		ABI json.RawMessage `json:"abi"`
	} `json:"header"`
	HasBody bool `json:"has_body"`
}

type docGenerics struct {
	Params []docParam `json:"params"`
	Where  []docWhere `json:"where_predicates"`
}

type docParam struct {
	Name string `json:"name"`
	Kind struct {
		Type *struct {
			Bounds    []docBound `json:"bounds"`
			Default   *docType   `json:"default"`
			Synthetic bool       `json:"is_synthetic"`
			// OldSynthetic is Synthetic as it was called.
			OldSynthetic bool `json:"synthetic"`
		} `json:"type"`
		Const *struct {
			Default *string `json:"default"`
		} `json:"const"`
	} `json:"kind"`
}

type docWhere struct {
	Bound *struct {
		Type   *docType   `json:"type"`
		Bounds []docBound `json:"bounds"`
	} `json:"bound_predicate"`
	Eq *struct {
		LHS *docType `json:"lhs"`
		RHS *docTerm `json:"rhs"`
	} `json:"eq_predicate"`
}

type docBound struct {
	Trait *struct {
		Trait    docTypePath `json:"trait"`
		Modifier string      `json:"modifier"`
	} `json:"trait_bound"`
}

type docTypePath struct {
	Path string `json:"path"`
	// OldPath is Path as it was called: only a name for items that are imported.
	OldPath string   `json:"name"`
	ID      docID    `json:"id"`
	Args    *docArgs `json:"args"`
}

type docArgs struct {
	Angle *struct {
		Args        []docArg        `json:"args"`
		Constraints []docConstraint `json:"constraints"`
		// OldConstraints are Constraints as they were called.
		OldConstraints []docConstraint `json:"bindings"`
	} `json:"angle_bracketed"`
	Paren *struct {
		Inputs []*docType `json:"inputs"`
		Output *docType   `json:"output"`
	} `json:"parenthesized"`
}

func (d *docArgs) UnmarshalJSON(b []byte) error {
	type plain docArgs
	if err := orString(b, (*plain)(d)); err != nil {
		return err
	}
	if a := d.Angle; a != nil {
		a.Constraints = append(a.Constraints, a.OldConstraints...)
	}
	return nil
}

type docArg struct {
	Type  *docType `json:"type"`
	Const *struct {
		Expr  string  `json:"expr"`
		Value *string `json:"value"`
	} `json:"const"`
}

func (d *docArg) UnmarshalJSON(b []byte) error {
	type plain docArg
	return orString(b, (*plain)(d))
}

type docConstraint struct {
	Name    string `json:"name"`
	Binding struct {
		Eq *docTerm `json:"equality"`
	} `json:"binding"`
}

type docTerm struct {
	Type *docType `json:"type"`
}

type docTrait struct {
	Items    []docID     `json:"items"`
	Generics docGenerics `json:"generics"`
	Bounds   []docBound  `json:"bounds"`
	Auto     bool        `json:"is_auto"`
}

type docImpl struct {
	Generics  docGenerics     `json:"generics"`
	Trait     *docTypePath    `json:"trait"`
	For       *docType        `json:"for"`
	Items     []docID         `json:"items"`
	Negative  bool            `json:"is_negative"`
	Synthetic bool            `json:"is_synthetic"`
	Blanket   json.RawMessage `json:"blanket_impl"`
	// Negative and Synthetic as they were called.
	OldNegative  bool `json:"negative"`
	OldSynthetic bool `json:"synthetic"`
}

type docAlias struct {
	Type     *docType    `json:"type"`
	Generics docGenerics `json:"generics"`
}

type docConst struct {
	Type *docType `json:"type"`
}

type docStatic struct {
	Type *docType `json:"type"`
}

type docAssocVal struct {
	Value *string `json:"value"`
	// OldValue is Value as it was called.
	OldValue *string `json:"default"`
}

type docAssocTy struct {
	Generics docGenerics `json:"generics"`
	Type     *docType    `json:"type"`
	// OldType is Type as it was called.
	OldType *docType `json:"default"`
}

type docType struct {
	Path      *docTypePath `json:"resolved_path"`
	Generic   *string      `json:"generic"`
	Primitive *string      `json:"primitive"`
	Tuple     *[]*docType  `json:"tuple"`
	Slice     *docType     `json:"slice"`
	Array     *struct {
		Type *docType `json:"type"`
		Len  string   `json:"len"`
	} `json:"array"`
	RawPtr *docRef `json:"raw_pointer"`
	Ref    *docRef `json:"borrowed_ref"`
	Qual   *struct {
		Name  string       `json:"name"`
		Self  *docType     `json:"self_type"`
		Trait *docTypePath `json:"trait"`
	} `json:"qualified_path"`
	FnPtr *struct {
		Sig    docSig  `json:"sig"`
		OldSig *docSig `json:"decl"`
		Header struct {
			ABI json.RawMessage `json:"abi"`
		} `json:"header"`
	} `json:"function_pointer"`
	Dyn *struct {
		Traits []struct {
			Trait docTypePath `json:"trait"`
		} `json:"traits"`
	} `json:"dyn_trait"`
	Impl *[]docBound `json:"impl_trait"`
	Pat  *struct {
		Type *docType `json:"type"`
	} `json:"pat"`
}

func (d *docType) UnmarshalJSON(b []byte) error {
	type plain docType
	if err := orString(b, (*plain)(d)); err != nil {
		return err
	}
	d.rename()
	return nil
}

type docRef struct {
	Mut bool `json:"is_mutable"`
	// OldMut is Mut as it was called.
	OldMut bool     `json:"mutable"`
	Type   *docType `json:"type"`
}
