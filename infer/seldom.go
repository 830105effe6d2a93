package infer

import "strings"

// Seldom are things that a function finds out, and that are so only now and then: the
// code around it may know better than the analysis that they are not.
type Seldom uint8

// What is seldom so.
const (
	// LastReference: the reference that was dropped was the last.
	LastReference Seldom = 1 << iota
	// VmallocMemory: the memory lies in vmalloc space.
	VmallocMemory
)

func (s Seldom) String() string {
	var parts []string
	if s&LastReference != 0 {
		parts = append(parts, "it drops the last reference to something, which others may hold, too")
	}
	if s&VmallocMemory != 0 {
		parts = append(parts, "memory comes from vmalloc()")
	}
	return strings.Join(parts, ", and ")
}
