package mir

import (
	"fmt"
	"strings"
)

// parseSpan reads `FILE:L:C: L:C`, with a hygiene mark or without. It reads
// backwards, because file names may hold anything.
func parseSpan(s string) (Span, bool) {
	var sp Span
	if strings.HasSuffix(s, ")") {
		i := strings.LastIndex(s, " (#")
		if i < 0 {
			return Span{}, false
		}
		s, sp.Hygiene = s[:i], s[i+1:]
	}
	end := len(s)
	back := func(sep string) int32 {
		i := end
		var n, unit int32 = 0, 1
		for i > 0 && isDigit(s[i-1]) && end-i < 9 {
			i--
			n += int32(s[i]-'0') * unit
			unit *= 10
		}
		if i == end || s[i] == '0' && end-i > 1 || !strings.HasSuffix(s[:i], sep) {
			end = -1
			return 0
		}
		end = i - len(sep)
		return n
	}
	for _, part := range []struct {
		n   *int32
		sep string
	}{{&sp.EndCol, ":"}, {&sp.EndLine, ": "}, {&sp.Col, ":"}, {&sp.Line, ":"}} {
		if *part.n = back(part.sep); end < 0 {
			return Span{}, false
		}
	}
	if end == 0 {
		return Span{}, false
	}
	sp.File = s[:end]
	return sp, true
}

// IsValid tells whether there is a position.
func (s Span) IsValid() bool { return s.File != "" }

// String prints the span as rustc does, "" where there is none.
func (s Span) String() string {
	if s.File == "" {
		return ""
	}
	t := fmt.Sprintf("%s:%d:%d: %d:%d", s.File, s.Line, s.Col, s.EndLine, s.EndCol)
	if s.Hygiene != "" {
		t += " " + s.Hygiene
	}
	return t
}

// spanBefore reads a span that ends before the byte end, and end itself. A span
// behind an opening brace is that of another type.
func (p *parser) spanBefore(end byte) (Span, bool) {
	for i := p.pos; i < p.lim && p.src[i] != '\n' && p.src[i] != '{'; i++ {
		if p.src[i] != end {
			continue
		}
		if sp, ok := parseSpan(p.src[p.pos:i]); ok {
			p.pos = i + 1
			return sp, true
		}
		if i-p.pos > 4096 {
			break
		}
	}
	return Span{}, false
}
