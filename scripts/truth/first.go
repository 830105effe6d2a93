package main

import "strings"

// sleepsFirst tells whether the first statement of a body is an unconditional
// might_sleep(); declarations may stand before it. line is that of the statement.
func sleepsFirst(body []token) (line int, ok bool) {
	for i := 0; i < len(body); {
		if body[i].kind == docs {
			i++
			continue
		}
		if is(body, i, "might_sleep") && is(body, i+1, "(") && is(body, i+2, ")") && is(body, i+3, ";") {
			return body[i].line, true
		}
		end := i
		for end < len(body) && !is(body, end, ";") {
			if body[end].kind == mark && strings.Contains("([{", body[end].text) {
				end = group(body, end)
			} else {
				end++
			}
		}
		if !isDeclaration(body[i:end]) {
			return 0, false
		}
		i = end + 1
	}
	return 0, false
}

// isDeclaration tells a declaration of variables from other statements.
func isDeclaration(list []token) bool {
	if len(list) < 2 || list[0].kind != word {
		return false
	}
	if is(list, 1, "(") {
		// DEFINE_WAIT(wait), LIST_HEAD(list)
		return list[0].text == strings.ToUpper(list[0].text) && strings.Contains(list[0].text, "_")
	}
	base, at := baseType(list)
	return base != "" && !statements[base] && at < len(list) && len(declarators(list[at:])) > 0
}
