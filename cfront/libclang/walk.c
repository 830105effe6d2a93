/* Parsing, and the top level of a unit. */
#include "walker.h"

#include <pthread.h>
#include <stdlib.h>

static void note_macro(struct walker *w, CXCursor c, int use)
{
	CXString s = clang_getCursorSpelling(c);
	const char *name = clang_getCString(s);
	uint32_t id = name ? *pck_map_at(&w->macros, pck_hash_string(name)) : 0;
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
	case CXCursor_FunctionDecl: {
		int main = clang_Location_isFromMainFile(clang_getCursorLocation(c));
		if (clang_isCursorDefinition(c)) {
			if (main || w->all_headers || is_root(c)) {
				uint32_t id = pck_decl_id(w, c);
				w->r->decls[id - 1].flags |= PCK_ROOT;
				pck_want(w, id);
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

static CXIndex new_index(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	pthread_once(&once, no_crash_handlers);
	return clang_createIndex(0, 0);
}

pck_result *pck_parse(const char *file, const char *const *args, int nargs,
		      const char *const *macros, int nmacros, int all_headers)
{
	struct walker w = { .r = calloc(1, sizeof(pck_result)), .all_headers = all_headers };
	if (!w.r)
		abort();
	w.cap_strs = 65536;
	w.r->strs = calloc(1, w.cap_strs);
	if (!w.r->strs)
		abort();
	w.r->nstrs = 1;
	for (int i = 0; i < nmacros; i++) {
		uint32_t id = pck_add_string(&w, macros[i]);
		*pck_map_at(&w.macros, pck_hash_string(macros[i])) = id;
	}
	CXIndex index = new_index();
	w.r->status = clang_parseTranslationUnit2(index, file, args, nargs, 0, 0,
		CXTranslationUnit_DetailedPreprocessingRecord,
		&w.tu);
	if (!w.r->status) {
		note_diagnostics(&w);
		clang_visitChildren(clang_getTranslationUnitCursor(w.tu), visit_top, &w);
		/* Bodies want more functions as they are walked. */
		for (uint32_t i = 0; i < w.nqueue; i++)
			pck_emit_function(&w, w.queue[i]);
		clang_getInclusions(w.tu, note_read, &w);
		clang_disposeTranslationUnit(w.tu);
	}
	clang_disposeIndex(index);
	free(w.files.slots);
	free(w.decls.slots);
	free(w.strs.slots);
	free(w.macros.slots);
	free(w.functions.slots);
	free(w.cursors);
	free(w.queue);
	free(w.stack);
	return w.r;
}

int pck_try(const char *const *args, int nargs)
{
	struct CXUnsavedFile empty = { .Filename = "preemptck-empty.c", .Contents = "", .Length = 0 };
	CXTranslationUnit tu = 0;
	CXIndex index = new_index();
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
	free(r->nodes);
	free(r->decls);
	free(r->fields);
	free(r->files);
	free(r->globals);
	free(r->read);
	free(r->defs);
	free(r->uses);
	free(r->diags);
	free(r->strs);
	free(r);
}
