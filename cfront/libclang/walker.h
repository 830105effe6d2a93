/* What the parts of the walker share. */
#ifndef PCK_WALKER_H
#define PCK_WALKER_H

#include "walk.h"

#include <clang-c/Index.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define PUSH(w, arr)                                                           \
	((w)->r->arr = pck_grow((w)->r->arr, (w)->r->n##arr, &(w)->cap_##arr,      \
			    sizeof(*(w)->r->arr)),                             \
	 memset(&(w)->r->arr[(w)->r->n##arr], 0, sizeof(*(w)->r->arr)),        \
	 (w)->r->n##arr++)

/* A hash from pointers, or hashes of strings, to numbers. */
struct slot {
	uintptr_t key;
	uint32_t val;
};

struct map {
	struct slot *slots;
	uint32_t n, cap;
};

struct frame {
	CXCursor c;
	uint32_t node;
};

/* A function that a header defines. */
struct definition {
	CXCursor c;
	uint32_t file;
};

enum { MAX_OPERAND_FILES = 8 };

/* Inline assembly, and in which other files its operands are spelled; the last is only set if there are more. */
struct assembly {
	uint32_t file, off, eoff;
	uint32_t operands[MAX_OPERAND_FILES];
};

/* A place of the code; line is 0 where it was not asked for. */
struct place {
	uint32_t raw, file, off, line, col, sfile, soff;
	int known;
};

enum { PLACES = 256 };

struct walker {
	pck_result *r;
	CXTranslationUnit tu;
	uint32_t cap_nodes, cap_decls, cap_fields, cap_files, cap_globals, cap_read, cap_cleanups, cap_lost, cap_clashes, cap_skipped, cap_includes, cap_refs, cap_asms,
		cap_defs, cap_uses, cap_diags, cap_strs;
	struct map files, decls, strs, macros, functions, refs;
	CXCursor *cursors; /* of decls */
	uint32_t cap_cursors, ncursors;
	struct frame *stack;
	uint32_t nstack, cap_stack, base;
	uint32_t *queue; /* wanted functions, in the order met */
	uint32_t nqueue, cap_queue;
	CXCursor *named; /* functions, by number in functions */
	uint32_t nnamed, cap_named;
	int have_functions;
	const pck_options *opts;
	CXIndex index;
	struct definition *headers;
	uint32_t nheaders, cap_headers, cap_header_files, cap_definitions;
	const uint32_t *until; /* see pck_refs */
	uint32_t nuntil;
	struct assembly *assembly;
	uint32_t nassembly, cap_assembly;
	uint32_t nafter; /* functions seen behind a prefix */
	struct place places[PLACES];
	CXFile last_file;
	uint32_t last_id;
	const char *file; /* the main one */
	CXFile text_file; /* whose text was asked for last */
	const char *text;
	size_t text_size;
};

void *pck_grow(void *p, uint32_t n, uint32_t *cap, size_t size);
uint32_t *pck_map_at(struct map *m, uintptr_t key);
uintptr_t pck_hash_string(const char *s);
uint32_t pck_add_string(struct walker *w, const char *s);
uint32_t pck_take_string(struct walker *w, CXString s);
uint32_t pck_file_id(struct walker *w, CXFile f);
/* pck_contents is the text of a file, or null. */
const char *pck_contents(struct walker *w, CXFile f, size_t *size);
void pck_classify(CXType t, uint8_t *kind, uint8_t *size);
uint32_t pck_decl_id(struct walker *w, CXCursor c);
void pck_note_named(struct walker *w, CXCursor c);
void pck_note_definition(struct walker *w, CXCursor c);
int pck_is_cleanup(CXCursor c);
int pck_is_builtin(const char *name);
uint32_t pck_record_of(struct walker *w, CXType t);
int pck_starts(const char *s, const char *prefix);
void pck_note_alias(struct walker *w, CXCursor c);
void pck_want(struct walker *w, uint32_t id);
void pck_evaluate(pck_node *n, CXCursor c);
void pck_emit(struct walker *w, CXCursor c);
void pck_emit_function(struct walker *w, uint32_t id);

#endif
