package main

import (
	"regexp"
	"strings"
)

// said is what a sentence of kernel-doc says of sleeping.
type said uint8

const (
	nothing said = iota
	// maySleep: in some case at least.
	maySleep
	// anyContext: it never sleeps.
	anyContext
	// unclear sentences speak of sleeping, but not plainly of the function: of
	// somebody else, or of some cases only.
	unclear
)

var (
	sleepWords = regexp.MustCompile(`\b(may|might|can|could) (also |potentially |possibly |eventually )?sleep\b|` +
		`\b(must|can|may|should) ?not be called (from|in|under) (within )?(an )?atomic context\b`)
	anyWords = regexp.MustCompile(`\bany context\b|` +
		`\b(called|call|used|invoked|run) (from|in|under) (irq/|any |an )?atomic context\b|` +
		`\b(does|do|will|can|could|may|must|should) not sleep\b|\b(doesn't|don't|won't|can't|cannot) sleep\b|` +
		`\bnever sleeps?\b|\bguaranteed (not to|to not) sleep\b`)
	// others are those of whom a sentence may speak instead of the function.
	others = regexp.MustCompile(`\b(callers?|callbacks?|handlers?|notifiers?|methods?|drivers?|they|we|you|both|who|which|fn|` +
		`users|threads?|tasks?|implementations?)\b|@|^%|\bso (that )?it\b|\bit (also )?(must|may|should)\b`)
	// conditions make "any context" less than that.
	conditions = regexp.MustCompile(`\b(if|unless|but|except|when|where|while|provided|as long as|for reading|for writing|otherwise|normally|however)\b`)
	// An NMI may not even take a spinlock: that is no condition on the count.
	exceptNMI = regexp.MustCompile(`,? except (for |from |in )?nmis?( context)?`)
	called    = regexp.MustCompile(`\b(\w+)\(\)`)
)

// reads tells what a sentence about the function name says.
func reads(sentence, name string) said {
	s := strings.ToLower(sentence)
	name = strings.ToLower(name)
	if at := sleepWords.FindStringIndex(s); at != nil {
		if speaksOfOthers(s[:at[0]], name) {
			return unclear
		}
		return maySleep
	}
	s = exceptNMI.ReplaceAllString(s, "")
	if at := anyWords.FindStringIndex(s); at != nil {
		if speaksOfOthers(s[:at[1]], name) || conditions.MatchString(s) || strings.Contains(s[:at[0]], " not ") {
			return unclear
		}
		return anyContext
	}
	return nothing
}

// speaksOfOthers tells whether the beginning of a sentence is about something else
// than the function.
func speaksOfOthers(s, name string) bool {
	if others.MatchString(s) {
		return true
	}
	for _, m := range called.FindAllStringSubmatch(s, -1) {
		if m[1] != name {
			return true
		}
	}
	return false
}

// section begins a named part of a comment: `Context: may sleep`.
var section = regexp.MustCompile(`^\s*(@[\w.]+|@\.\.\.|Returns?|RETURNS?|Return [Vv]alues?|Context|CONTEXT|Description|Note|NOTE|Locking|Example)\s*:(.*)$`)

// sentences are those of a comment, without what it says of parameters, results and
// in examples. A sentence ends with its punctuation, paragraph or list item.
func (c *comment) sentences() []string {
	var out, paragraph []string
	skip := false
	flush := func() {
		text := strings.Join(paragraph, " ")
		paragraph = nil
		for text != "" {
			end := sentenceEnd(text)
			if s := strings.Join(strings.Fields(text[:end]), " "); s != "" {
				out = append(out, s)
			}
			text = text[end:]
		}
	}
	for _, line := range c.text {
		if m := section.FindStringSubmatch(line); m != nil {
			flush()
			skip = m[1][0] == '@' || strings.HasPrefix(strings.ToLower(m[1]), "return") || m[1] == "Example"
			line = m[2]
			if m[1] == "Context" || m[1] == "CONTEXT" {
				line = "Context: " + strings.TrimSpace(line)
			}
		}
		trimmed := strings.TrimSpace(line)
		if trimmed == "" {
			flush()
			skip = false
			continue
		}
		if strings.HasPrefix(trimmed, "- ") || strings.HasPrefix(trimmed, "* ") {
			flush()
		}
		if !skip {
			paragraph = append(paragraph, trimmed)
		}
	}
	flush()
	return out
}

// sentenceEnd is where the first sentence of a text ends.
func sentenceEnd(text string) int {
	for i := 0; i+1 < len(text); i++ {
		if strings.IndexByte(".!?;", text[i]) >= 0 && text[i+1] == ' ' {
			return i + 1
		}
	}
	return len(text)
}
