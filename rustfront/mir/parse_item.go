package mir

import "strings"

// ParseItem reads the text of one item, from its header to its closing brace,
// and the allocations behind it. File and line are for notes.
func ParseItem(file string, line int, text string) *Item {
	b := &bodyParser{file: file, line: line - 1, it: &Item{Line: line, EndLine: line, Promoted: -1}}
	b.src = text
	end := headerEnd(text)
	b.header(text[:end])
	b.line += strings.Count(text[:end], "\n") + 1
	b.it.EndLine = b.line
	b.next = end
	if b.it.Value == nil {
		if i := strings.IndexByte(text[end:], '\n'); i >= 0 {
			b.next = end + i + 1
			b.body()
		} else {
			b.note(b.line, "body without end")
		}
	}
	b.allocs()
	return b.it
}

// ParseHeader reads the header of an item only; the item has no body.
func ParseHeader(file string, line int, text string) *Item {
	b := &bodyParser{file: file, line: line, it: &Item{Line: line, EndLine: line, Promoted: -1}}
	b.src = text
	b.header(text[:headerEnd(text)])
	return b.it
}

// headerEnd returns the end of an item's header: behind the last character
// before the opening brace's line break, or the first line if it has none. The
// header of a coroutine goes on for two lines more.
func headerEnd(text string) int {
	end := 0
	for n := 0; n < 3; n++ {
		i := strings.IndexByte(text[end:], '\n')
		if i < 0 {
			return len(text)
		}
		end += i
		if text[end-min(1, end):end] == "{" || text[end-min(1, end):end] == ";" {
			return end
		}
		if !strings.HasPrefix(text[end+1:], "yields ") && n == 0 {
			return end
		}
		end++
	}
	return end
}

// header reads an item's header.
func (b *bodyParser) header(head string) {
	it := b.it
	it.Header = strings.TrimSuffix(strings.TrimSuffix(head, "{"), " ")
	b.within(0, len(it.Header))
	switch {
	case b.eat("fn "):
	case b.eat("const "):
		it.Kind = ItemConst
	case b.eat("static mut "):
		it.Kind, it.Mut = ItemStatic, true
	case b.eat("static "):
		it.Kind = ItemStatic
	default:
		it.Kind = ItemAnonConst
	}
	start := b.pos
	it.Path = b.path()
	if b.ok() {
		it.RawPath = b.src[start:b.pos]
		it.Promoted = it.Path.promoted()
	}
	if it.Kind == ItemFn {
		b.signature()
	} else {
		b.want(": ")
		it.Ret = b.typ()
		b.want(" =")
		if b.eat(" ") {
			b.oneLine()
		}
	}
	if !b.done() {
		b.note(it.Line, "header not understood: "+clip(it.Header))
		it.Kind, it.Args, it.Ret, it.Value = ItemUnknown, nil, nil, nil
		if it.RawPath == "" {
			it.RawPath = rawPath(it.Header)
		}
	}
}

// oneLine reads `const 4_usize;`, the value of a constant without body.
func (b *bodyParser) oneLine() {
	b.want("const ")
	b.it.Value = b.keywordConst()
	b.want(";")
}

// signature reads `(_1: T, _2: U) -> R`, and the type a coroutine yields.
func (b *bodyParser) signature() {
	it := b.it
	b.want("(")
	for b.ok() && !b.eat(")") {
		l := Local{Num: b.local(), Line: it.Line}
		b.want(": ")
		l.Type = b.typ()
		it.Args = append(it.Args, l)
		if !b.eat(", ") && b.peek() != ')' {
			b.fail("expected ',' or ')' in a signature")
		}
	}
	b.want(" -> ")
	it.Ret = b.typ()
	if b.eat("\nyields ") {
		it.Yields = b.typ()
		b.eat("\n")
	}
}

// rawPath finds the path in a header that was not understood.
func rawPath(h string) string {
	for _, k := range []string{"fn ", "const ", "static mut ", "static "} {
		if strings.HasPrefix(h, k) {
			h = h[len(k):]
			break
		}
	}
	for _, end := range []string{"(_1: ", "() -> ", ": "} {
		if i := strings.Index(h, end); i >= 0 {
			return h[:i]
		}
	}
	return h
}

// allocs reads the constant allocations behind a body.
func (b *bodyParser) allocs() {
	for {
		from, to, ok := b.nextLine()
		if !ok {
			return
		}
		line := b.src[from:to]
		if !strings.HasPrefix(line, "alloc") {
			if line != "" && !strings.HasPrefix(line, "//") {
				b.note(b.line, "text behind an item: "+clip(line))
			}
			continue
		}
		var a Alloc
		a.Name, _, _ = strings.Cut(line, " ")
		if _, s, ok := strings.Cut(line, "static: "); ok {
			a.Static = cutAny(s, ", size: ", ", error ", ")")
		} else if _, s, ok := strings.Cut(line, "(fn: "); ok {
			a.Fn = strings.TrimSuffix(s, ")")
		}
		if strings.HasSuffix(line, "{") {
			for line != "}" {
				f, end, ok := b.nextLine()
				if !ok {
					break
				}
				line, to = b.src[f:end], end
			}
		}
		a.Text = b.src[from:to]
		b.it.Allocs = append(b.it.Allocs, a)
	}
}

// cutAny returns what stands before the first of the separators that occurs.
func cutAny(s string, seps ...string) string {
	for _, sep := range seps {
		if before, _, ok := strings.Cut(s, sep); ok {
			return before
		}
	}
	return s
}

// Local finds the declaration of a local, an argument or not; nil if there is
// none.
func (it *Item) Local(n int) *Local {
	switch {
	case n >= 1 && n <= len(it.Args):
		return &it.Args[n-1]
	case n >= 0 && n < len(it.byNum) && it.byNum[n] >= 0:
		return &it.Locals[it.byNum[n]]
	}
	return nil
}

// indexLocals prepares Local.
func (it *Item) indexLocals() {
	for i, l := range it.Locals {
		if l.Num > len(it.Args)+len(it.Locals) {
			continue // rustc numbers locals without gaps
		}
		for l.Num >= len(it.byNum) {
			it.byNum = append(it.byNum, -1)
		}
		it.byNum[l.Num] = int32(i)
	}
}
