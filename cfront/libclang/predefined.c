/* The macros that clang defines by itself. */
#include "walker.h"

#include <stdlib.h>

struct predefined {
	CXTranslationUnit tu;
	char *text;
	size_t n, cap;
};

static void append(struct predefined *p, const char *s, size_t n)
{
	if (p->n + n + 1 > p->cap) {
		p->cap = 2 * (p->n + n + 1);
		p->text = realloc(p->text, p->cap);
		if (!p->text)
			abort();
	}
	memcpy(p->text + p->n, s, n);
	p->n += n;
	p->text[p->n] = 0;
}

/* note_predefined notes the text of a macro that the compiler defines by itself. */
static enum CXChildVisitResult note_predefined(CXCursor c, CXCursor parent, CXClientData data)
{
	struct predefined *p = data;
	(void)parent;
	if (clang_getCursorKind(c) != CXCursor_MacroDefinition)
		return CXChildVisit_Continue;
	CXToken *tokens = 0;
	unsigned n = 0;
	clang_tokenize(p->tu, clang_getCursorExtent(c), &tokens, &n);
	unsigned at = 0;
	for (unsigned i = 0; i < n; i++) {
		unsigned off;
		clang_getSpellingLocation(clang_getTokenLocation(p->tu, tokens[i]), 0, 0, 0, &off);
		if (i && off > at)
			append(p, " ", 1);
		CXString s = clang_getTokenSpelling(p->tu, tokens[i]);
		const char *text = clang_getCString(s);
		if (text) {
			append(p, text, strlen(text));
			at = off + strlen(text);
		}
		clang_disposeString(s);
	}
	if (n)
		append(p, "\n", 1);
	clang_disposeTokens(p->tu, tokens, n);
	return CXChildVisit_Continue;
}

char *pck_predefined(const char *const *args, int nargs)
{
	struct CXUnsavedFile empty = { .Filename = "preemptck-empty.c", .Contents = "", .Length = 0 };
	struct predefined p = { 0 };
	CXIndex index = clang_createIndex(0, 0);
	int status = clang_parseTranslationUnit2(index, empty.Filename, args, nargs, &empty, 1,
						 CXTranslationUnit_DetailedPreprocessingRecord, &p.tu);
	append(&p, "", 0);
	if (!status) {
		clang_visitChildren(clang_getTranslationUnitCursor(p.tu), note_predefined, &p);
		clang_disposeTranslationUnit(p.tu);
	}
	clang_disposeIndex(index);
	return p.text;
}
