/* What the text of files refers to in others. */
#include "walker.h"

#include <stdlib.h>

/*
 * in_assembly is the inline assembly in whose text a macro is expanded, and not in its operands,
 * or null.
 */
static const struct assembly *in_assembly(struct walker *w, const pck_ref *ref)
{
	uint32_t lo = 0, hi = w->nassembly;
	while (lo < hi) { /* the first that ends behind it */
		uint32_t mid = lo + (hi - lo) / 2;
		const struct assembly *a = &w->assembly[mid];
		if (a->file < ref->file || (a->file == ref->file && a->eoff <= ref->off))
			lo = mid + 1;
		else
			hi = mid;
	}
	const struct assembly *found = 0;
	/* What one macro expands to begins and ends at one place. */
	for (; lo < w->nassembly && w->assembly[lo].file == ref->file && w->assembly[lo].off <= ref->off; lo++) {
		found = &w->assembly[lo];
		for (uint32_t i = 0; i < MAX_OPERAND_FILES; i++)
			if (found->operands[i] == ref->to)
				return 0;
		if (found->operands[MAX_OPERAND_FILES - 1])
			return 0;
	}
	return found;
}

/*
 * A reference of a file: what it needs stands at to, or at alt, which may be the same. It is
 * text where the outcome would be another text for the assembler without what it needs, and
 * no error.
 */
static void note_ref(struct walker *w, CXSourceLocation at, CXSourceLocation to, CXSourceLocation alt, int macro)
{
	CXFile f, t, a;
	pck_ref ref = { 0 };
	clang_getExpansionLocation(at, &f, 0, 0, &ref.off);
	clang_getExpansionLocation(to, &t, 0, 0, &ref.to_off);
	clang_getExpansionLocation(alt, &a, 0, 0, &ref.alt_off);
	if (!f || !t || f == t || f == a)
		return;
	ref.file = pck_file_id(w, f);
	ref.to = pck_file_id(w, t);
	ref.alt = pck_file_id(w, a);
	const struct assembly *text = macro ? in_assembly(w, &ref) : 0;
	if (text) { /* each for itself */
		ref.off = text->off;
		ref.text = 1;
	}
	uintptr_t key = ((uintptr_t)ref.file << 42 | (uintptr_t)ref.to << 21 | (ref.text ? 0 : ref.alt)) + 1;
	if (ref.text)
		key = key * 0x9E3779B97F4A7C15ull + ref.off;
	uint32_t *known = pck_map_at(&w->refs, key);
	if (!*known) {
		*known = PUSH(w, refs) + 1;
		w->r->refs[*known - 1] = ref;
		return;
	}
	/* The first place that needs it, and the last of what it needs. */
	pck_ref *o = &w->r->refs[*known - 1];
	if (ref.off < o->off)
		o->off = ref.off;
	if (ref.to_off > o->to_off)
		o->to_off = ref.to_off;
	if (ref.alt_off > o->alt_off)
		o->alt_off = ref.alt_off;
}

static void note_decl_ref(struct walker *w, CXCursor c, CXCursor to)
{
	if (clang_Cursor_isNull(to))
		return;
	note_ref(w, clang_getCursorLocation(c), clang_getCursorLocation(to),
		 clang_getCursorLocation(clang_getCanonicalCursor(to)), 0);
}

/* note_complete notes that a type has to be complete, if it is one that may not be. */
static void note_complete(struct walker *w, CXCursor c, CXType t)
{
	t = clang_getCanonicalType(t);
	while (t.kind == CXType_ConstantArray || t.kind == CXType_IncompleteArray || t.kind == CXType_VariableArray)
		t = clang_getCanonicalType(clang_getArrayElementType(t));
	if (t.kind != CXType_Record && t.kind != CXType_Enum)
		return;
	CXCursor def = clang_getCursorDefinition(clang_getTypeDeclaration(t));
	if (clang_Cursor_isNull(def))
		return;
	CXSourceLocation to = clang_getCursorLocation(def);
	note_ref(w, clang_getCursorLocation(c), to, to, 0);
}

/* note_element notes that the type has to be complete which is pointed to: its size is asked for. */
static void note_element(struct walker *w, CXCursor c)
{
	CXType t = clang_getCanonicalType(clang_getCursorType(c));
	note_complete(w, c, t.kind == CXType_Pointer ? clang_getPointeeType(t) : t);
}

static enum CXChildVisitResult visit_operand(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)parent;
	note_element(data, c);
	return CXChildVisit_Continue;
}

static void note_binary(struct walker *w, CXCursor c)
{
	switch (clang_getCursorBinaryOperatorKind(c)) {
	case CXBinaryOperator_Sub:
		clang_visitChildren(c, visit_operand, w);
		break;
	case CXBinaryOperator_Add:
	case CXBinaryOperator_AddAssign: case CXBinaryOperator_SubAssign:
		note_element(w, c);
		break;
	default:
		note_complete(w, c, clang_getCursorType(c));
	}
}

static void note_unary(struct walker *w, CXCursor c)
{
	switch (clang_getCursorUnaryOperatorKind(c)) {
	case CXUnaryOperator_PostInc: case CXUnaryOperator_PostDec:
	case CXUnaryOperator_PreInc: case CXUnaryOperator_PreDec:
		note_element(w, c);
		break;
	default:
		note_complete(w, c, clang_getCursorType(c));
	}
}

static void note_use(struct walker *w, CXCursor c)
{
	CXCursor to = clang_getCursorReferenced(c);
	if (clang_getCursorKind(to) == CXCursor_FunctionDecl) {
		/* A builtin has its first use as its place. */
		CXString name = clang_getCursorSpelling(to);
		int builtin = pck_is_builtin(clang_getCString(name));
		clang_disposeString(name);
		if (builtin)
			return;
	}
	note_decl_ref(w, c, to);
}

/* visit_spelled notes in which other files the operands of inline assembly are spelled. */
static enum CXChildVisitResult visit_spelled(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	struct assembly *a = &w->assembly[w->nassembly - 1];
	(void)parent;
	CXFile f;
	clang_getSpellingLocation(clang_getCursorLocation(c), &f, 0, 0, 0);
	uint32_t id = pck_file_id(w, f), i = 0;
	if (!id || id == a->file)
		return CXChildVisit_Recurse;
	while (i < MAX_OPERAND_FILES - 1 && a->operands[i] && a->operands[i] != id)
		i++;
	a->operands[i] = id;
	return CXChildVisit_Recurse;
}

static void note_assembly(struct walker *w, CXCursor c)
{
	CXFile f;
	struct assembly a = { 0 };
	CXSourceRange r = clang_getCursorExtent(c);
	clang_getExpansionLocation(clang_getRangeStart(r), &f, 0, 0, &a.off);
	clang_getExpansionLocation(clang_getRangeEnd(r), 0, 0, 0, &a.eoff);
	a.file = pck_file_id(w, f);
	w->assembly = pck_grow(w->assembly, w->nassembly, &w->cap_assembly, sizeof(*w->assembly));
	w->assembly[w->nassembly++] = a;
	uint32_t i = PUSH(w, asms);
	w->r->asms[i] = (pck_range){ a.file, a.off, a.eoff };
	clang_visitChildren(c, visit_spelled, w);
}

static int compare_assembly(const void *x, const void *y)
{
	const struct assembly *a = x, *b = y;
	if (a->file != b->file)
		return a->file < b->file ? -1 : 1;
	return a->eoff < b->eoff ? -1 : a->eoff > b->eoff;
}

static enum CXChildVisitResult visit_ref(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	switch (clang_getCursorKind(c)) {
	case CXCursor_TypeRef: {
		/* A structure may be named before it is known: who needs more of it says so. */
		CXCursor to = clang_getCursorReferenced(c);
		if (clang_getCursorKind(to) == CXCursor_TypedefDecl)
			note_decl_ref(w, c, to);
		else if (clang_getCursorKind(parent) == CXCursor_UnaryExpr)
			note_complete(w, c, clang_getCursorType(to));
		break;
	}
	case CXCursor_DeclRefExpr: case CXCursor_MemberRefExpr: case CXCursor_MemberRef:
		note_use(w, c);
		break;
	case CXCursor_VarDecl:
		if (clang_Cursor_getStorageClass(c) == CX_SC_Extern)
			break;
		note_complete(w, c, clang_getCursorType(c));
		break;
	case CXCursor_ParmDecl:
		if (clang_getCursorKind(parent) != CXCursor_FunctionDecl || !clang_isCursorDefinition(parent))
			break;
		note_complete(w, c, clang_getCursorType(c));
		break;
	case CXCursor_FieldDecl: case CXCursor_ArraySubscriptExpr: case CXCursor_CallExpr:
	case CXCursor_InitListExpr: case CXCursor_CompoundLiteralExpr:
		note_complete(w, c, clang_getCursorType(c));
		break;
	case CXCursor_AsmStmt:
		note_assembly(w, c);
		break;
	case CXCursor_UnaryOperator:
		note_unary(w, c);
		break;
	case CXCursor_BinaryOperator: case CXCursor_CompoundAssignOperator:
		note_binary(w, c);
		break;
	default:
		break;
	}
	return CXChildVisit_Recurse;
}

static int is_asked_for(struct walker *w, CXCursor c)
{
	CXFile f;
	unsigned off;
	clang_getExpansionLocation(clang_getCursorLocation(c), &f, 0, 0, &off);
	uint32_t id = pck_file_id(w, f);
	return id && id <= w->nuntil && off < w->until[id - 1];
}

static enum CXChildVisitResult visit_decls(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	(void)parent;
	if (clang_isPreprocessing(clang_getCursorKind(c)) || !is_asked_for(w, c))
		return CXChildVisit_Continue;
	visit_ref(c, parent, w);
	clang_visitChildren(c, visit_ref, w);
	return CXChildVisit_Continue;
}

static enum CXChildVisitResult visit_macros(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	(void)parent;
	if (!clang_isPreprocessing(clang_getCursorKind(c)))
		return CXChildVisit_Break; /* they come first */
	if (clang_getCursorKind(c) != CXCursor_MacroExpansion || !is_asked_for(w, c))
		return CXChildVisit_Continue;
	CXCursor to = clang_getCursorReferenced(c);
	if (!clang_Cursor_isNull(to))
		note_ref(w, clang_getCursorLocation(c), clang_getCursorLocation(to), clang_getCursorLocation(to), 1);
	return CXChildVisit_Continue;
}

void pck_refs(pck_result *r, const uint32_t *until, uint32_t n)
{
	struct walker *w = r->walker;
	CXCursor tu = clang_getTranslationUnitCursor(w->tu);
	w->until = until;
	w->nuntil = n;
	clang_visitChildren(tu, visit_decls, w);
	qsort(w->assembly, w->nassembly, sizeof(*w->assembly), compare_assembly);
	clang_visitChildren(tu, visit_macros, w);
}
