package items

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strconv"
	"strings"
)

// symbolOf reads the link symbol from an item's attributes. Each release of
// rustdoc writes them its own way: as objects, as the source has them, or as the
// compiler's debug output (`#[attr = LinkName {name: "f"}]`). A name that is set
// wins over the bare wish not to mangle.
func symbolOf(attrs json.RawMessage, name string) string {
	var list []json.RawMessage
	if json.Unmarshal(attrs, &list) != nil {
		return ""
	}
	symbol := ""
	for _, raw := range list {
		s, plain, ok := attribute(raw)
		switch {
		case ok && s != "":
			return s
		case ok && plain:
			symbol = name
		}
	}
	return symbol
}

// attribute reads one attribute: the symbol it sets, or that it leaves the name
// of the item plain. ok is false for attributes about something else.
func attribute(raw json.RawMessage) (symbol string, plain, ok bool) {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return attributeText(s)
	}
	var obj map[string]json.RawMessage
	if json.Unmarshal(raw, &obj) != nil {
		return "", false, false
	}
	var keys []string
	for k := range obj {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for _, k := range keys {
		if json.Unmarshal(obj[k], &s) != nil {
			continue
		}
		switch attributeKind(k) {
		case setsSymbol:
			return linkName(s), false, true
		case leavesPlain:
			return "", true, true
		}
		if k == "other" {
			return attributeText(s)
		}
	}
	return "", false, false
}

type attrKind uint8

const (
	otherAttr attrKind = iota
	setsSymbol
	leavesPlain
)

// attributeKind knows an attribute by its name, in the source's spelling or the
// compiler's.
func attributeKind(name string) attrKind {
	switch strings.ToLower(strings.ReplaceAll(name, "_", "")) {
	case "linkname", "exportname":
		return setsSymbol
	case "nomangle":
		return leavesPlain
	}
	return otherAttr
}

var (
	attrWords   = regexp.MustCompile(`^(?:#!?\[)?\s*(?:unsafe\s*\(\s*)?(?:attr\s*=\s*)?(?:unsafe\s*\(\s*)?(\w+)`)
	firstString = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// attributeText reads an attribute given as text, in any of the forms
// `no_mangle`, `#[unsafe(no_mangle)]`, `#[link_name = "f"]`, `#[attr =
// LinkName {name: "f"}]`.
func attributeText(s string) (symbol string, plain, ok bool) {
	m := attrWords.FindStringSubmatchIndex(s)
	if m == nil {
		return "", false, false
	}
	switch attributeKind(s[m[2]:m[3]]) {
	case leavesPlain:
		return "", true, true
	case setsSymbol:
		quoted := firstString.FindString(s[m[3]:])
		if quoted == "" {
			return "", false, false
		}
		return linkName(unquote(quoted)), false, true
	}
	return "", false, false
}

var unicodeEscape = regexp.MustCompile(`\\u\{([0-9a-fA-F_]+)\}`)

// unquote reads a string literal of Rust.
func unquote(lit string) string {
	goLit := unicodeEscape.ReplaceAllStringFunc(lit, func(e string) string {
		n, err := strconv.ParseUint(strings.ReplaceAll(e[3:len(e)-1], "_", ""), 16, 32)
		if err != nil {
			return e
		}
		return fmt.Sprintf(`\U%08x`, n)
	})
	if s, err := strconv.Unquote(goLit); err == nil {
		return s
	}
	return strings.Trim(lit, `"`)
}

// linkName removes the mark that keeps LLVM from decorating a name; it is no
// part of the symbol.
func linkName(s string) string { return strings.TrimPrefix(s, "\x01") }

// linkDecl is `#[link_name = "f"]` before a foreign function, as bindgen and
// people write it.
var linkDecl = regexp.MustCompile(`#\[\s*(?:unsafe\s*\(\s*)?link_name\s*=\s*("(?:[^"\\]|\\.)*")\s*\)?\s*\](?:\s|#\[[^\]]*\]|//[^\n]*\n)*((?:pub(?:\s*\([^)]*\))?\s+)?(?:(?:unsafe|safe)\s+)?fn\s+(?:r#)?(\w+))`)

// readLinkNames takes the link names of foreign functions from the sources, which
// have the last word: how a release of rustdoc writes attributes is not fixed,
// and a helper called by the name of its macro would be another function.
func (c *Crate) readLinkNames(dir string) error {
	byFile := map[string]map[string][]*Fn{}
	for _, f := range c.Fns {
		if f.HasBody || f.Pos.File == "" {
			continue
		}
		if byFile[f.Pos.File] == nil {
			byFile[f.Pos.File] = map[string][]*Fn{}
		}
		byFile[f.Pos.File][f.Name] = append(byFile[f.Pos.File][f.Name], f)
	}
	for file, fns := range byFile {
		path := file
		if !filepath.IsAbs(path) {
			path = filepath.Join(dir, path)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("crate %s: link names of its foreign functions: %w", c.Name, err)
		}
		line, at := int32(1), 0
		for _, m := range linkDecl.FindAllSubmatchIndex(text, -1) {
			line += int32(strings.Count(string(text[at:m[4]]), "\n"))
			at = m[4]
			list := fns[string(text[m[6]:m[7]])]
			for _, f := range list {
				if f.Pos.Line == line || len(list) == 1 {
					f.Symbol = linkName(unquote(string(text[m[2]:m[3]])))
				}
			}
		}
	}
	return nil
}
