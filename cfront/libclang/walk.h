/* The walker: one call parses a translation unit, one call walks it. */
#ifndef PCK_WALK_H
#define PCK_WALK_H

#include <stdint.h>

/* Type classes; the Go side mirrors them in types.go. */
enum {
	PCK_OTHER, PCK_VOID, PCK_BOOL, PCK_INT, PCK_UINT, PCK_ENUM, PCK_PTR,
	PCK_FUNCPTR, PCK_RECORD, PCK_ARRAY, PCK_FUNC,
};

/* Node flags. */
enum { PCK_HASVAL = 1, PCK_VOLATILE = 2 };

/* What an unexposed expression is (pck_node.op). */
enum { PCK_WRAP = 1, PCK_GNUCOND, PCK_ATOMIC, PCK_DESIGNATED };

/* Declaration flags. */
enum {
	PCK_INTERNAL = 1, PCK_INLINE = 2, PCK_NORETURN = 4, PCK_DEFINED = 8,
	PCK_BUILTIN = 16, PCK_GLOBAL = 32, PCK_MAIN = 64, PCK_UNION = 128,
	PCK_WANTED = 256, PCK_STATICLOCAL = 512, PCK_ROOT = 1024,
	PCK_CONST = 2048, PCK_EXTRA = 4096,
};

typedef struct {
	uint16_t kind;
	uint8_t op, flags, tkind, tsize;
	uint16_t col;
	uint32_t end, decl, file, line, off;
	uint32_t raw, sfile, soff;
	int64_t val;
} pck_node;

typedef struct {
	uint16_t kind;
	uint8_t tkind, tsize;
	uint32_t flags, name, parent;
	uint32_t file, line, col, off, eoff;
	uint32_t node, nend;
	uint32_t field0, fieldn;
	uint32_t aux, attrs;
	int64_t val;
} pck_decl;

/* A definition or an expansion of a macro of the set. */
typedef struct {
	uint32_t name, file, off, eoff;
} pck_macro;

/* A part of a file that conditions left out. */
typedef struct {
	uint32_t file, off, eoff;
} pck_range;

/* File from includes file to, at an offset. */
typedef struct {
	uint32_t from, to, off;
} pck_include;

/*
 * What stands in a file at off needs what stands at to_off in another, or at alt_off. text
 * says that inline assembly stands there, the text of which would be another one without.
 */
typedef struct {
	uint32_t file, off, to, to_off, alt, alt_off, text;
} pck_ref;

typedef struct {
	uint32_t severity, file, line, col, off, text;
} pck_diag;

typedef struct {
	pck_node *nodes;
	pck_decl *decls;
	uint32_t *fields, *files, *globals, *read, *cleanups, *lost;
	pck_macro *defs, *uses, *clashes, *definitions;
	pck_range *skipped, *asms; /* asms are known after pck_refs */
	pck_include *includes;
	pck_ref *refs;
	pck_diag *diags;
	char *strs;
	uint32_t nnodes, ndecls, nfields, nfiles, nglobals, nread, ndefs, nuses, ndiags, nstrs,
		ncleanups, nlost, nclashes, nskipped, nincludes, nrefs, nasms, ndefinitions;
	int32_t status;
	/* header_files are the files with functions that pck_extra can walk. */
	uint32_t *header_files, nheader_files;
	/* For pck_extra. */
	struct walker *walker;
} pck_result;

/* How to parse and walk. */
typedef struct {
	/* macros is the set of macro names that are primitives. */
	const char *const *macros;
	int nmacros;
	/* headers notes the functions that headers define, for pck_extra. */
	int headers;
	/*
	 * after is what is included behind the precompiled header that the arguments
	 * name, as AFTER_NAME; null where there is none. active are hashes of names, in
	 * order: macros of the unit's own headers that are among them are clashes.
	 */
	const char *after;
	const uint64_t *active;
	uint32_t nactive;
	/* own says that only what the file adds to a precompiled header is walked. */
	int own;
	/* dir is what the names of files are relative to. */
	const char *dir;
	/* save is where to write the file as a precompiled header, or null. */
	const char *save;
} pck_options;

#define PCK_AFTER_NAME "/preemptck/after-prefix.h"
#define PCK_CLEANUPS_NAME "preemptck_cleanups"

/*
 * pck_parse parses a unit and walks it. The result is owned by the caller; status
 * is a CXErrorCode.
 */
pck_result *pck_parse(const char *file, const char *const *args, int nargs, const pck_options *opts);

/*
 * pck_extra walks functions of a unit that headers define and nothing reaches:
 * those of the files for which wanted is not zero, by number.
 */
void pck_extra(pck_result *r, const uint8_t *wanted);

/*
 * pck_refs lists what the first n files, by number less one, refer to in others, with what
 * begins before those offsets.
 */
void pck_refs(pck_result *r, const uint32_t *until, uint32_t n);

/* pck_try parses an empty file with args and tells whether that works. */
int pck_try(const char *const *args, int nargs);

/*
 * pck_predefined is the macros that clang defines by itself with these arguments, one a
 * line: "NAME value". It is to be freed.
 */
char *pck_predefined(const char *const *args, int nargs);

void pck_free(pck_result *r);

#endif
