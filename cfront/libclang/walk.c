/* Parsing, and the top level of a unit. */
#include "walker.h"

#include <pthread.h>
#include <stdlib.h>

/* is_active looks a hash up in the names that have a say in what a prefix means. */
static int is_active(const pck_options *o, uint64_t hash)
{
	uint32_t lo = 0, hi = o->nactive;
	while (lo < hi) {
		uint32_t mid = lo + (hi - lo) / 2;
		if (o->active[mid] < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo < o->nactive && o->active[lo] == hash;
}

/* note_clash notes a macro of the unit that may matter to the prefix. */
static void note_clash(struct walker *w, CXCursor c, const char *name)
{
	CXFile f;
	pck_macro m = { .name = pck_add_string(w, name) };
	clang_getExpansionLocation(clang_getCursorLocation(c), &f, 0, 0, &m.off);
	m.file = pck_file_id(w, f);
	uint32_t i = PUSH(w, clashes);
	w->r->clashes[i] = m;
}

static void note_include(struct walker *w, CXCursor c)
{
	CXFile f, to = clang_getIncludedFile(c);
	pck_include inc = { 0 };
	clang_getExpansionLocation(clang_getCursorLocation(c), &f, 0, 0, &inc.off);
	inc.from = pck_file_id(w, f);
	inc.to = pck_file_id(w, to);
	uint32_t i = PUSH(w, includes);
	w->r->includes[i] = inc;
}

static void note_skipped(struct walker *w)
{
	CXSourceRangeList *list = clang_getAllSkippedRanges(w->tu);
	for (unsigned i = 0; list && i < list->count; i++) {
		CXFile f;
		pck_range r;
		clang_getExpansionLocation(clang_getRangeStart(list->ranges[i]), &f, 0, 0, &r.off);
		clang_getExpansionLocation(clang_getRangeEnd(list->ranges[i]), 0, 0, 0, &r.eoff);
		r.file = pck_file_id(w, f);
		uint32_t k = PUSH(w, skipped);
		w->r->skipped[k] = r;
	}
	clang_disposeSourceRangeList(list);
}

static void note_macro(struct walker *w, CXCursor c, int use)
{
	CXString s = clang_getCursorSpelling(c);
	const char *name = clang_getCString(s);
	uintptr_t hash = name ? pck_hash_string(name) : 0;
	uint32_t id = name ? *pck_map_at(&w->macros, hash) : 0;
	if (!use && name && is_active(w->opts, hash))
		note_clash(w, c, name);
	clang_disposeString(s);
	if (!id)
		return;
	pck_macro m = { .name = id };
	CXSourceRange ext = clang_getCursorExtent(c);
	CXFile f;
	clang_getExpansionLocation(clang_getRangeStart(ext), &f, 0, 0, &m.off);
	clang_getExpansionLocation(clang_getRangeEnd(ext), 0, 0, 0, &m.eoff);
	m.file = pck_file_id(w, f);
	if (use) {
		uint32_t i = PUSH(w, uses);
		w->r->uses[i] = m;
	} else {
		uint32_t i = PUSH(w, defs);
		w->r->defs[i] = m;
	}
}

/*
 * is_root tells whether a function outside the main file is part of the unit
 * proper: it is external, or stands in a .c file that is included.
 */
static int is_root(CXCursor c)
{
	if (clang_Cursor_isFunctionInlined(c))
		return 0;
	if (clang_getCursorLinkage(c) == CXLinkage_External)
		return 1;
	CXFile f;
	clang_getExpansionLocation(clang_getCursorLocation(c), &f, 0, 0, 0);
	CXString s = clang_getFileName(f);
	const char *name = clang_getCString(s);
	size_t n = name ? strlen(name) : 0;
	int source = n > 2 && !strcmp(name + n - 2, ".c");
	clang_disposeString(s);
	return source;
}

static enum CXChildVisitResult visit_top(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	(void)parent;
	switch (clang_getCursorKind(c)) {
	case CXCursor_MacroExpansion:
		note_macro(w, c, 1);
		break;
	case CXCursor_MacroDefinition:
		note_macro(w, c, 0);
		break;
	case CXCursor_InclusionDirective:
		if (w->opts->after || w->opts->save)
			note_include(w, c);
		break;
	case CXCursor_FunctionDecl: {
		if (w->opts->after && !w->nafter++) {
			/* The first declaration of the unit's own is ours. */
			pck_note_named(w, c);
			break;
		}
		if (w->opts->save && pck_is_cleanup(c)) {
			uint32_t name = pck_take_string(w, clang_getCursorSpelling(c));
			uint32_t i = PUSH(w, cleanups);
			w->r->cleanups[i] = name;
		}
		int main = clang_Location_isFromMainFile(clang_getCursorLocation(c));
		if (clang_isCursorDefinition(c)) {
			if (main || is_root(c)) {
				uint32_t id = pck_decl_id(w, c);
				w->r->decls[id - 1].flags |= PCK_ROOT;
				pck_want(w, id);
			} else {
				pck_note_definition(w, c);
			}
		} else if (main && clang_Cursor_hasAttrs(c)) {
			pck_note_alias(w, c);
		}
		break;
	}
	case CXCursor_VarDecl: {
		CXCursor init = clang_Cursor_getVarDeclInitializer(c);
		if (clang_Cursor_isNull(init))
			break;
		uint32_t id = pck_decl_id(w, c);
		uint32_t i = PUSH(w, globals);
		w->r->globals[i] = id;
		uint32_t node = w->r->nnodes;
		pck_emit(w, init);
		w->r->decls[id - 1].node = node;
		w->r->decls[id - 1].nend = w->r->nnodes;
		break;
	}
	default:
		break;
	}
	return CXChildVisit_Continue;
}

/* note_read lists the files that were read, the main file among them. */
static void note_read(CXFile f, CXSourceLocation *stack, unsigned depth, CXClientData data)
{
	struct walker *w = data;
	(void)stack;
	(void)depth;
	uint32_t id = pck_file_id(w, f);
	uint32_t i = PUSH(w, read);
	w->r->read[i] = id;
}

static void note_diagnostics(struct walker *w)
{
	unsigned n = clang_getNumDiagnostics(w->tu);
	for (unsigned i = 0; i < n; i++) {
		CXDiagnostic d = clang_getDiagnostic(w->tu, i);
		enum CXDiagnosticSeverity sev = clang_getDiagnosticSeverity(d);
		if (sev >= CXDiagnostic_Error) {
			uint32_t k = PUSH(w, diags);
			uint32_t text = pck_take_string(w, clang_getDiagnosticSpelling(d));
			CXFile f;
			pck_diag *o = &w->r->diags[k];
			o->severity = sev;
			o->text = text;
			clang_getExpansionLocation(clang_getDiagnosticLocation(d), &f, &o->line, &o->col, &o->off);
			uint32_t file = pck_file_id(w, f);
			w->r->diags[k].file = file;
		}
		clang_disposeDiagnostic(d);
	}
}

static void no_crash_handlers(void)
{
	/* libclang's crash handlers would displace the Go runtime's. */
	setenv("LIBCLANG_DISABLE_CRASH_RECOVERY", "1", 1);
}

static CXIndex new_index(int own_only)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, no_crash_handlers);
	return clang_createIndex(own_only, 0);
}

/* walk_wanted walks the functions that are wanted: bodies want more as they are walked. */
static void walk_wanted(struct walker *w, uint32_t from)
{
	for (uint32_t i = from; i < w->nqueue; i++)
		pck_emit_function(w, w->queue[i]);
}

pck_result *pck_parse(const char *file, const char *const *args, int nargs, const pck_options *opts)
{
	struct walker *w = calloc(1, sizeof(*w));
	pck_result *r = calloc(1, sizeof(*r));
	if (!w || !r)
		abort();
	w->r = r;
	w->opts = opts;
	w->file = file;
	r->walker = w;
	w->cap_strs = 65536;
	r->strs = calloc(1, w->cap_strs);
	if (!r->strs)
		abort();
	r->nstrs = 1;
	/* First, so that each has the same number in all units. */
	for (int i = 0; i < opts->nmacros; i++) {
		uint32_t id = pck_add_string(w, opts->macros[i]);
		*pck_map_at(&w->macros, pck_hash_string(opts->macros[i])) = id;
	}
	unsigned flags = CXTranslationUnit_DetailedPreprocessingRecord;
	if (opts->save)
		flags |= CXTranslationUnit_ForSerialization | CXTranslationUnit_Incomplete;
	struct CXUnsavedFile after = { .Filename = PCK_AFTER_NAME, .Contents = opts->after };
	if (opts->after)
		after.Length = strlen(opts->after);
	w->index = new_index(opts->own);
	r->status = clang_parseTranslationUnit2(w->index, file, args, nargs, &after, opts->after ? 1 : 0, flags, &w->tu);
	if (r->status)
		return r;
	note_diagnostics(w);
	if (opts->save) {
		if (!r->ndiags && clang_saveTranslationUnit(w->tu, opts->save, CXSaveTranslationUnit_None))
			r->status = CXError_Failure;
		note_skipped(w);
	}
	clang_visitChildren(clang_getTranslationUnitCursor(w->tu), visit_top, w);
	walk_wanted(w, 0);
	clang_getInclusions(w->tu, note_read, w);
	return r;
}

void pck_extra(pck_result *r, const uint8_t *wanted)
{
	struct walker *w = r->walker;
	uint32_t from = w->nqueue;
	for (uint32_t i = 0; i < w->nheaders; i++) {
		struct definition *d = &w->headers[i];
		if (!wanted[d->file])
			continue;
		uint32_t id = pck_decl_id(w, d->c);
		r->decls[id - 1].flags |= PCK_EXTRA;
		pck_want(w, id);
	}
	walk_wanted(w, from);
}

int pck_try(const char *const *args, int nargs)
{
	struct CXUnsavedFile empty = { .Filename = "preemptck-empty.c", .Contents = "", .Length = 0 };
	CXTranslationUnit tu = 0;
	CXIndex index = new_index(0);
	int status = clang_parseTranslationUnit2(index, empty.Filename, args, nargs, &empty, 1, 0, &tu);
	int ok = !status;
	for (unsigned i = 0; ok && i < clang_getNumDiagnostics(tu); i++) {
		CXDiagnostic d = clang_getDiagnostic(tu, i);
		ok = clang_getDiagnosticSeverity(d) < CXDiagnostic_Error;
		clang_disposeDiagnostic(d);
	}
	if (!status)
		clang_disposeTranslationUnit(tu);
	clang_disposeIndex(index);
	return ok;
}

void pck_free(pck_result *r)
{
	struct walker *w = r->walker;
	if (w->tu)
		clang_disposeTranslationUnit(w->tu);
	clang_disposeIndex(w->index);
	free(w->files.slots);
	free(w->decls.slots);
	free(w->strs.slots);
	free(w->macros.slots);
	free(w->functions.slots);
	free(w->refs.slots);
	free(w->cursors);
	free(w->named);
	free(w->queue);
	free(w->stack);
	free(w->headers);
	free(w->assembly);
	free(w);
	free(r->header_files);
	free(r->definitions);
	free(r->nodes);
	free(r->decls);
	free(r->fields);
	free(r->files);
	free(r->globals);
	free(r->read);
	free(r->cleanups);
	free(r->lost);
	free(r->clashes);
	free(r->skipped);
	free(r->includes);
	free(r->refs);
	free(r->asms);
	free(r->defs);
	free(r->uses);
	free(r->diags);
	free(r->strs);
	free(r);
}
