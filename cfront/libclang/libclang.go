// Package libclang is a thin binding to libclang: one call parses a translation
// unit, walks it in C and hands back flat tables. There is no callback into Go.
//
// The defaults find LLVM 19 where Debian puts it; another LLVM is chosen with
// CGO_CFLAGS and CGO_LDFLAGS, from `llvm-config --cflags` and `--libdir`. Macro
// primitives that are used inside other macros are only recognised where
// clang_getSpellingLocation tells the true spelling, as it does from LLVM 19 on.
package libclang

/*
#cgo CFLAGS: -O2 -I/usr/lib/llvm-19/include
#cgo LDFLAGS: -L/usr/lib/llvm-19/lib -lclang -Wl,-rpath,/usr/lib/llvm-19/lib
#include <stdlib.h>
#include <clang-c/Index.h>
#include "walk.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unsafe"
)

// Unit is a walked translation unit. Indexes of declarations, files and strings
// count from 1 where 0 means none.
type Unit struct {
	Nodes []Node
	// Core is how many of the nodes are not of functions that only [Options.Header]
	// asks for.
	Core    int
	Decls   []Decl
	Fields  []uint32 // declarations of fields; see Decl.Field0
	Globals []uint32 // variables with initialisers, in order
	Files   []string
	// Read are the files that were read, the main file among them; a file that
	// was read twice may stand there twice.
	Read []uint32
	// Defs and Uses are the definitions of the macros asked for, and their
	// uses outside other macros.
	Defs, Uses  []Macro
	Diagnostics []Diagnostic
	// Includes are the #include directives that were met, taken or not. They are
	// only there with a prefix, or for one.
	Includes []Include
	// Refs are what files need of others; see [Options.Refs].
	Refs []Ref
	// Assembly is where inline assembly stands, as far as references were listed.
	Assembly []Range
	// Clashes are definitions of macros whose names are active; see [Options].
	Clashes []Macro
	// Skipped is what conditions left out, and Cleanups are the names (strings) of
	// functions that cleanup attributes may name: both only for a prefix.
	Skipped  []Range
	Cleanups []uint32
	// Definitions are the functions that headers define, by name and file: only
	// for a prefix.
	Definitions []Macro
	// Lost are the names (strings) of functions that cleanup attributes name and that
	// were not found.
	Lost []uint32

	strs []byte
}

// String is string number id.
func (u *Unit) String(id uint32) string {
	end := id
	for u.strs[end] != 0 {
		end++
	}
	return string(u.strs[id:end])
}

// File is the name of file number id as clang knows it, "" for 0.
func (u *Unit) File(id uint32) string {
	if id == 0 {
		return ""
	}
	return u.Files[id-1]
}

// Decl is declaration number id, which must not be 0.
func (u *Unit) Decl(id uint32) *Decl { return &u.Decls[id-1] }

// Version is libclang's own name of its version.
func Version() string {
	s := C.clang_getClangVersion()
	defer C.clang_disposeString(s)
	return C.GoString(C.clang_getCString(s))
}

// cStrings makes a C vector of strings and the function that frees it.
func cStrings(list []string) (**C.char, func()) {
	n := C.size_t(len(list) + 1)
	mem := (**C.char)(C.calloc(n, C.size_t(unsafe.Sizeof((*C.char)(nil)))))
	vec := unsafe.Slice(mem, len(list)+1)
	for i, s := range list {
		vec[i] = C.CString(s)
	}
	return mem, func() {
		for _, p := range vec[:len(list)] {
			C.free(unsafe.Pointer(p))
		}
		C.free(unsafe.Pointer(mem))
	}
}

// Options say how to parse and walk.
type Options struct {
	// Macros are the names of the macros that are primitives. Those of equal lists
	// have the same number in [Macro.Name].
	Macros []string
	// Header tells by the name of a header whether to walk all functions that it
	// defines, not only those that are reached; nil is no.
	Header func(file string) bool
	// Refs tells, once all else is known of the unit, up to which offset to list what its files
	// need of others, one for each of [Unit.Files]; 0 is not at all. Nil is for none.
	Refs func(u *Unit) []uint32
	// Own says that the arguments name a precompiled header with -include-pch: only
	// what the file itself adds is then walked.
	Own bool
	// After is included behind that header; it begins with a function that names what
	// [Unit.Cleanups] says. "" is nothing.
	After string
	// Dir is the compiler's working directory.
	Dir string
	// Active are hashes of names, sorted; see [Hash] and [Unit.Clashes].
	Active []uint64
	// Save is where to write the file as a precompiled header, if it has no errors;
	// "" is nowhere.
	Save string
}

// ErrRefused says that clang does not take a precompiled header with such arguments.
var ErrRefused = errors.New("the precompiled header was made with other options")

// AfterName is the name under which [Options.After] is to be included.
const AfterName = C.PCK_AFTER_NAME

// Hash is the hash of a name that [Options.Active] holds.
func Hash(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	return max(h, 1)
}

// Parse parses file with args and walks the functions of its main file, what
// they reach in headers, and the initialisers of global variables. Errors in the
// source are diagnostics, not an error.
func Parse(file string, args []string, opts Options) (*Unit, error) {
	cargs, freeArgs := cStrings(args)
	defer freeArgs()
	cmacros, freeMacros := cStrings(opts.Macros)
	defer freeMacros()
	cfile := C.CString(file)
	defer C.free(unsafe.Pointer(cfile))
	copts := (*C.pck_options)(C.calloc(1, C.sizeof_pck_options))
	defer C.free(unsafe.Pointer(copts))
	copts.macros, copts.nmacros = cmacros, C.int(len(opts.Macros))
	if opts.Header != nil {
		copts.headers = 1
	}
	if opts.Own {
		copts.own = 1
	}
	if opts.After != "" {
		copts.after = C.CString(opts.After)
		defer C.free(unsafe.Pointer(copts.after))
	}
	copts.dir = C.CString(opts.Dir)
	defer C.free(unsafe.Pointer(copts.dir))
	if opts.Save != "" {
		copts.save = C.CString(opts.Save)
		defer C.free(unsafe.Pointer(copts.save))
	}
	if n := len(opts.Active); n > 0 {
		mem := C.calloc(C.size_t(n), 8)
		defer C.free(mem)
		copy(unsafe.Slice((*uint64)(mem), n), opts.Active)
		copts.active, copts.nactive = (*C.uint64_t)(mem), C.uint32_t(n)
	}
	r := C.pck_parse(cfile, cargs, C.int(len(args)), copts)
	defer C.pck_free(r)
	switch r.status {
	case 0:
	case C.CXError_ASTReadError:
		return nil, fmt.Errorf("libclang could not parse %s: %w", file, ErrRefused)
	default:
		return nil, fmt.Errorf("libclang could not parse %s (error %d)", file, int(r.status))
	}
	core := int(r.nnodes)
	if opts.Header != nil {
		extra(r, opts.Header)
	}
	u := &Unit{
		Core:        core,
		Nodes:       copied[Node](unsafe.Pointer(r.nodes), r.nnodes),
		Decls:       copied[Decl](unsafe.Pointer(r.decls), r.ndecls),
		Fields:      copied[uint32](unsafe.Pointer(r.fields), r.nfields),
		Globals:     copied[uint32](unsafe.Pointer(r.globals), r.nglobals),
		Read:        copied[uint32](unsafe.Pointer(r.read), r.nread),
		Defs:        copied[Macro](unsafe.Pointer(r.defs), r.ndefs),
		Uses:        copied[Macro](unsafe.Pointer(r.uses), r.nuses),
		Includes:    copied[Include](unsafe.Pointer(r.includes), r.nincludes),
		Clashes:     copied[Macro](unsafe.Pointer(r.clashes), r.nclashes),
		Skipped:     copied[Range](unsafe.Pointer(r.skipped), r.nskipped),
		Cleanups:    copied[uint32](unsafe.Pointer(r.cleanups), r.ncleanups),
		Definitions: copied[Macro](unsafe.Pointer(r.definitions), r.ndefinitions),
		Lost:        copied[uint32](unsafe.Pointer(r.lost), r.nlost),
		strs:        copied[byte](unsafe.Pointer(r.strs), r.nstrs),
		Files:       fileNames(r),
		Diagnostics: diagnostics(r),
	}
	if opts.Refs != nil {
		u.refs(r, opts.Refs(u))
	}
	return u, nil
}

// refs lists what some files refer to, which may be files that are new to the unit.
func (u *Unit) refs(r *C.pck_result, until []uint32) {
	if !slices.ContainsFunc(until, func(off uint32) bool { return off > 0 }) {
		return
	}
	C.pck_refs(r, (*C.uint32_t)(unsafe.Pointer(&until[0])), C.uint32_t(len(until)))
	u.Refs = copied[Ref](unsafe.Pointer(r.refs), r.nrefs)
	u.Assembly = copied[Range](unsafe.Pointer(r.asms), r.nasms)
	u.Files = fileNames(r)
}

// extra walks the functions of the headers that are asked for.
func extra(r *C.pck_result, header func(file string) bool) {
	names := fileNames(r)
	wanted := make([]byte, len(names)+1)
	some := false
	for _, f := range unsafe.Slice(r.header_files, int(r.nheader_files)) {
		if wanted[f] == 0 && header(names[f-1]) {
			wanted[f] = 1
			some = true
		}
	}
	if some {
		C.pck_extra(r, (*C.uint8_t)(unsafe.Pointer(&wanted[0])))
	}
}

func copied[T any](p unsafe.Pointer, n C.uint32_t) []T {
	if n == 0 {
		return nil
	}
	return append([]T(nil), unsafe.Slice((*T)(p), int(n))...)
}

func text(r *C.pck_result, id C.uint32_t) string {
	return C.GoString((*C.char)(unsafe.Add(unsafe.Pointer(r.strs), int(id))))
}

func fileNames(r *C.pck_result) []string {
	names := make([]string, 0, int(r.nfiles))
	for _, id := range unsafe.Slice(r.files, int(r.nfiles)) {
		names = append(names, text(r, id))
	}
	return names
}

func diagnostics(r *C.pck_result) []Diagnostic {
	var list []Diagnostic
	for _, d := range unsafe.Slice(r.diags, int(r.ndiags)) {
		list = append(list, Diagnostic{
			Fatal: d.severity == C.CXDiagnostic_Fatal,
			File:  uint32(d.file), Line: uint32(d.line), Col: uint32(d.col), Off: uint32(d.off),
			Text: text(r, d.text),
		})
	}
	return list
}

// Accepts tells whether libclang can work with args at all.
func Accepts(args []string) bool {
	cargs, free := cStrings(args)
	defer free()
	return C.pck_try(cargs, C.int(len(args))) != 0
}

// Predefined are the macros that clang defines by itself with these arguments, as they
// would be defined in a file: "NAME value". There are none where it cannot work with
// them.
func Predefined(args []string) []string {
	cargs, free := cStrings(args)
	defer free()
	text := C.pck_predefined(cargs, C.int(len(args)))
	defer C.free(unsafe.Pointer(text))
	var out []string
	for line := range strings.Lines(C.GoString(text)) {
		out = append(out, strings.TrimSuffix(line, "\n"))
	}
	return out
}
