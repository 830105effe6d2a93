package libclang

/*
#include "walk.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// checkLayout tells whether the Go structures match those of walk.h, which they
// are copied from byte by byte.
func checkLayout() error {
	for _, c := range []struct {
		name   string
		go_, c uintptr
	}{
		{"node", unsafe.Sizeof(Node{}), C.sizeof_pck_node},
		{"node.val", unsafe.Offsetof(Node{}.Val), unsafe.Offsetof(C.pck_node{}.val)},
		{"decl", unsafe.Sizeof(Decl{}), C.sizeof_pck_decl},
		{"decl.aux", unsafe.Offsetof(Decl{}.Aux), unsafe.Offsetof(C.pck_decl{}.aux)},
		{"macro", unsafe.Sizeof(Macro{}), C.sizeof_pck_macro},
		{"include", unsafe.Sizeof(Include{}), C.sizeof_pck_include},
		{"range", unsafe.Sizeof(Range{}), C.sizeof_pck_range},
	} {
		if c.go_ != c.c {
			return fmt.Errorf("layout of %s: %d in Go, %d in C", c.name, c.go_, c.c)
		}
	}
	return nil
}
