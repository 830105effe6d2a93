/* Types and declarations. */
#include "walker.h"

void pck_classify(CXType t, uint8_t *kind, uint8_t *size)
{
	t = clang_getCanonicalType(t);
	*size = 0;
	switch (t.kind) {
	case CXType_Void:
		*kind = PCK_VOID;
		break;
	case CXType_Bool:
		*kind = PCK_BOOL;
		*size = 1;
		break;
	case CXType_Char_U: case CXType_UChar: case CXType_Char16: case CXType_Char32:
	case CXType_UShort: case CXType_UInt: case CXType_ULong:
	case CXType_ULongLong: case CXType_UInt128: case CXType_WChar:
		*kind = PCK_UINT;
		*size = (uint8_t)clang_Type_getSizeOf(t);
		break;
	case CXType_Char_S: case CXType_SChar: case CXType_Short: case CXType_Int:
	case CXType_Long: case CXType_LongLong: case CXType_Int128:
		*kind = PCK_INT;
		*size = (uint8_t)clang_Type_getSizeOf(t);
		break;
	case CXType_Enum:
		*kind = PCK_ENUM;
		*size = 4;
		break;
	case CXType_Pointer: {
		CXType p = clang_getPointeeType(t);
		*kind = p.kind == CXType_FunctionProto || p.kind == CXType_FunctionNoProto
				? PCK_FUNCPTR : PCK_PTR;
		*size = 8;
		break;
	}
	case CXType_Record:
		*kind = PCK_RECORD;
		break;
	case CXType_ConstantArray: case CXType_IncompleteArray: case CXType_VariableArray: {
		uint8_t sub;
		*kind = PCK_ARRAY;
		pck_classify(clang_getArrayElementType(t), size, &sub);
		break;
	}
	case CXType_FunctionProto: case CXType_FunctionNoProto:
		*kind = PCK_FUNC;
		break;
	default:
		*kind = PCK_OTHER;
	}
}

void pck_evaluate(pck_node *n, CXCursor c)
{
	CXEvalResult e = clang_Cursor_Evaluate(c);
	if (!e)
		return;
	if (clang_EvalResult_getKind(e) == CXEval_Int) {
		n->val = clang_EvalResult_isUnsignedInt(e)
				 ? (int64_t)clang_EvalResult_getAsUnsigned(e)
				 : clang_EvalResult_getAsLongLong(e);
		n->flags |= PCK_HASVAL;
	}
	clang_EvalResult_dispose(e);
}

/*
 * constant_value finds the value of a constant variable: const, not volatile,
 * and with an initialiser in sight.
 */
static void constant_value(struct walker *w, uint32_t id, CXCursor c)
{
	CXType t = clang_getCursorType(c);
	pck_node value = { 0 };
	CXCursor init = clang_Cursor_getVarDeclInitializer(c);
	if (clang_Cursor_isNull(init) || !clang_isConstQualifiedType(t) || clang_isVolatileQualifiedType(t))
		return;
	pck_evaluate(&value, init);
	if (value.flags & PCK_HASVAL) {
		w->r->decls[id - 1].val = value.val;
		w->r->decls[id - 1].flags |= PCK_CONST;
	}
}

static enum CXVisitorResult add_field(CXCursor c, CXClientData data)
{
	struct walker *w = data;
	uint32_t id = pck_decl_id(w, c);
	uint32_t i = PUSH(w, fields);
	w->r->fields[i] = id;
	return CXVisit_Continue;
}

static void load_fields(struct walker *w, uint32_t id)
{
	if (!id || w->r->decls[id - 1].fieldn)
		return;
	CXCursor c = w->cursors[id - 1];
	uint32_t start = w->r->nfields;
	clang_Type_visitFields(clang_getCursorType(c), add_field, w);
	w->r->decls[id - 1].field0 = start;
	w->r->decls[id - 1].fieldn = w->r->nfields;
}

uint32_t pck_record_of(struct walker *w, CXType t)
{
	t = clang_getCanonicalType(t);
	if (t.kind != CXType_Record)
		return 0;
	uint32_t id = pck_decl_id(w, clang_getTypeDeclaration(t));
	load_fields(w, id);
	return id;
}

int pck_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static uint32_t pretty(struct walker *w, CXCursor c)
{
	CXPrintingPolicy p = clang_getCursorPrintingPolicy(c);
	clang_PrintingPolicy_setProperty(p, CXPrintingPolicy_TerseOutput, 1);
	clang_PrintingPolicy_setProperty(p, CXPrintingPolicy_SuppressInitializers, 1);
	uint32_t s = pck_take_string(w, clang_getCursorPrettyPrinted(c, p));
	clang_PrintingPolicy_dispose(p);
	return s;
}

static void add_function(struct walker *w, CXCursor c)
{
	CXString s = clang_getCursorSpelling(c);
	uint32_t *at = pck_map_at(&w->functions, pck_hash_string(clang_getCString(s)));
	clang_disposeString(s);
	if (*at)
		return;
	/* Named, not wanted: only a use makes it a declaration of the unit. */
	w->named = pck_grow(w->named, w->nnamed, &w->cap_named, sizeof(*w->named));
	w->named[w->nnamed++] = c;
	*at = w->nnamed;
}

static enum CXChildVisitResult note_function(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)parent;
	if (clang_getCursorKind(c) == CXCursor_FunctionDecl)
		add_function(data, c);
	return CXChildVisit_Continue;
}

static enum CXChildVisitResult note_named(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)parent;
	if (clang_getCursorKind(c) == CXCursor_DeclRefExpr) {
		struct walker *w = data;
		CXCursor f = clang_getCursorReferenced(c);
		add_function(w, f);
		if (w->opts->headers)
			pck_note_definition(w, clang_getCursorDefinition(f));
	}
	return CXChildVisit_Recurse;
}

/* pck_note_definition notes a function of a header, once for each file. */
void pck_note_definition(struct walker *w, CXCursor c)
{
	CXFile f;
	if ((!w->opts->headers && !w->opts->save) || clang_Cursor_isNull(c))
		return;
	clang_getExpansionLocation(clang_getCursorLocation(c), &f, 0, 0, 0);
	uint32_t file = pck_file_id(w, f);
	if (!file)
		return;
	w->headers = pck_grow(w->headers, w->nheaders, &w->cap_headers, sizeof(*w->headers));
	w->headers[w->nheaders++] = (struct definition){ c, file };
	if (w->opts->save) {
		uint32_t name = pck_take_string(w, clang_getCursorSpelling(c));
		uint32_t k = PUSH(w, definitions);
		w->r->definitions[k].name = name;
		w->r->definitions[k].file = file;
	}
	uint32_t n = w->r->nheader_files;
	if (n && w->r->header_files[n - 1] == file)
		return;
	uint32_t i = PUSH(w, header_files);
	w->r->header_files[i] = file;
}

/*
 * pck_note_named notes the functions that c names: declarations of a precompiled
 * header cannot be found by name otherwise.
 */
void pck_note_named(struct walker *w, CXCursor c)
{
	clang_visitChildren(c, note_named, w);
}

/*
 * pck_is_cleanup tells whether a function may be one that attributes name: it
 * takes one pointer, returns nothing, and its name is made by a macro.
 */
int pck_is_cleanup(CXCursor c)
{
	CXSourceLocation l = clang_getCursorLocation(c);
	CXType t = clang_getCursorType(c);
	return l.int_data >> 31 && clang_getResultType(t).kind == CXType_Void && clang_getNumArgTypes(t) == 1 &&
	       clang_getCanonicalType(clang_getArgType(t, 0)).kind == CXType_Pointer;
}

void pck_want(struct walker *w, uint32_t id)
{
	if (!id || w->r->decls[id - 1].flags & PCK_WANTED)
		return;
	w->r->decls[id - 1].flags |= PCK_WANTED;
	w->queue = pck_grow(w->queue, w->nqueue, &w->cap_queue, sizeof(*w->queue));
	w->queue[w->nqueue++] = id;
}

/* cleanup_function finds the function that a cleanup attribute names. */
static uint32_t cleanup_function(struct walker *w, uint32_t attrs)
{
	if (!attrs)
		return 0;
	const char *s = strstr(w->r->strs + attrs, "__attribute__((cleanup(");
	if (!s)
		return 0;
	s += strlen("__attribute__((cleanup(");
	char name[256];
	size_t n = strcspn(s, ")");
	if (n >= sizeof(name))
		return 0;
	memcpy(name, s, n);
	name[n] = 0;
	if (!w->have_functions) {
		w->have_functions = 1;
		clang_visitChildren(clang_getTranslationUnitCursor(w->tu), note_function, w);
	}
	uint32_t at = *pck_map_at(&w->functions, pck_hash_string(name));
	if (!at) {
		uint32_t lost = pck_add_string(w, name);
		uint32_t i = PUSH(w, lost);
		w->r->lost[i] = lost;
		return 0;
	}
	uint32_t id = pck_decl_id(w, w->named[at - 1]);
	pck_want(w, id);
	return id;
}

static void fill_function(struct walker *w, uint32_t id, CXCursor c)
{
	pck_decl *d = &w->r->decls[id - 1];
	CXType t = clang_getCursorType(c), res = clang_getCursorResultType(c);
	uint32_t flags = d->flags;

	if (clang_isCursorDefinition(c))
		flags |= PCK_DEFINED;
	if (clang_getCursorLinkage(c) == CXLinkage_Internal)
		flags |= PCK_INTERNAL;
	if (clang_Cursor_isFunctionInlined(c))
		flags |= PCK_INLINE;
	CXString s = clang_getTypeSpelling(t);
	const char *text = clang_getCString(s);
	if (text && strstr(text, "noreturn"))
		flags |= PCK_NORETURN;
	clang_disposeString(s);
	const char *name = w->r->strs + d->name;
	if (pck_is_builtin(name))
		flags |= PCK_BUILTIN;
	pck_classify(res, &d->tkind, &d->tsize);
	d->flags = flags;
	if (d->tkind == PCK_RECORD) {
		uint32_t rec = pck_record_of(w, res);
		w->r->decls[id - 1].aux = rec;
	}
	/* Attributes may stand on any declaration; the first has them as a rule. */
	uint32_t attrs = 0;
	CXCursor first = clang_getCanonicalCursor(c);
	if (clang_Cursor_hasAttrs(c))
		attrs = pretty(w, c);
	else if (clang_Cursor_hasAttrs(first))
		attrs = pretty(w, first);
	w->r->decls[id - 1].attrs = attrs;
}

/*
 * pck_note_alias takes the attributes of a declaration that makes its function
 * an alias: an earlier one, as in a header, does not tell.
 */
void pck_note_alias(struct walker *w, CXCursor c)
{
	uint32_t id = pck_decl_id(w, c);
	uint32_t attrs = pretty(w, c);
	if (strstr(w->r->strs + attrs, "__attribute__((alias("))
		w->r->decls[id - 1].attrs = attrs;
}

static void fill_var(struct walker *w, uint32_t id, CXCursor c)
{
	uint32_t flags = 0, attrs = 0, aux = 0;
	enum CXLinkageKind l = clang_getCursorLinkage(c);
	if (l == CXLinkage_Internal || l == CXLinkage_External)
		flags |= PCK_GLOBAL;
	if (l == CXLinkage_Internal)
		flags |= PCK_INTERNAL;
	if (clang_Cursor_getStorageClass(c) == CX_SC_Static && l == CXLinkage_NoLinkage)
		flags |= PCK_STATICLOCAL;
	if (clang_Cursor_hasAttrs(c) && !(flags & PCK_GLOBAL)) {
		attrs = pretty(w, c);
		aux = cleanup_function(w, attrs);
	}
	pck_decl *d = &w->r->decls[id - 1];
	CXType t = clang_getCursorType(c);
	pck_classify(t, &d->tkind, &d->tsize);
	if (d->kind == CXCursor_ParmDecl) {
		/* libclang shows the type before it decays. */
		if (d->tkind == PCK_FUNC)
			d->tkind = PCK_FUNCPTR;
		if (d->tkind == PCK_ARRAY)
			d->tkind = PCK_PTR;
	}
	int number = d->tkind >= PCK_BOOL && d->tkind <= PCK_ENUM;
	d->flags |= flags;
	d->attrs = attrs;
	d->aux = aux;
	if (number && d->kind == CXCursor_VarDecl && flags & PCK_INTERNAL)
		constant_value(w, id, c);
}

static void fill_record(struct walker *w, uint32_t id, CXCursor c)
{
	CXType t = clang_getCursorType(c);
	uint32_t name = pck_take_string(w, clang_getTypeSpelling(t));
	pck_decl *d = &w->r->decls[id - 1];
	if (clang_getCursorKind(c) == CXCursor_UnionDecl)
		d->flags |= PCK_UNION;
	if (strchr(w->r->strs + name, '(')) {
		/* Unnamed: known by what it stands in. */
		CXCursor p = clang_getCursorSemanticParent(c);
		enum CXCursorKind k = clang_getCursorKind(p);
		d->name = 0;
		if (k == CXCursor_StructDecl || k == CXCursor_UnionDecl) {
			uint32_t pid = pck_decl_id(w, p);
			w->r->decls[id - 1].parent = pid;
		}
		return;
	}
	d->name = name;
}

int pck_is_builtin(const char *name)
{
	return pck_starts(name, "__builtin_") || pck_starts(name, "__sync_") || pck_starts(name, "__atomic_");
}

uint32_t pck_decl_id(struct walker *w, CXCursor c)
{
	uintptr_t key = (uintptr_t)c.data[0];
	uint32_t *at = pck_map_at(&w->decls, key);
	if (*at)
		return *at;

	CXCursor best = clang_getCursorDefinition(c);
	if (clang_Cursor_isNull(best))
		best = clang_getCanonicalCursor(c);
	uintptr_t bkey = (uintptr_t)best.data[0];
	if (bkey != key) {
		uint32_t id = *pck_map_at(&w->decls, bkey);
		if (!id)
			id = pck_decl_id(w, best);
		*pck_map_at(&w->decls, key) = id;
		return id;
	}
	uint32_t id = PUSH(w, decls) + 1;
	w->cursors = pck_grow(w->cursors, w->ncursors, &w->cap_cursors, sizeof(*w->cursors));
	w->cursors[w->ncursors++] = best;
	*pck_map_at(&w->decls, key) = id;

	pck_decl *d = &w->r->decls[id - 1];
	enum CXCursorKind kind = clang_getCursorKind(best);
	d->kind = (uint16_t)kind;
	d->name = pck_take_string(w, clang_getCursorSpelling(best));
	CXFile f;
	clang_getExpansionLocation(clang_getCursorLocation(best), &f, &d->line, &d->col, 0);
	d->file = pck_file_id(w, f);
	if (w->r->ndiags) {
		CXSourceRange ext = clang_getCursorExtent(best);
		clang_getExpansionLocation(clang_getRangeStart(ext), 0, 0, 0, &d->off);
		clang_getExpansionLocation(clang_getRangeEnd(ext), 0, 0, 0, &d->eoff);
	}
	if (clang_Location_isFromMainFile(clang_getCursorLocation(best)))
		d->flags |= PCK_MAIN;

	switch (kind) {
	case CXCursor_FunctionDecl:
		fill_function(w, id, best);
		break;
	case CXCursor_VarDecl:
	case CXCursor_ParmDecl:
		fill_var(w, id, best);
		break;
	case CXCursor_FieldDecl: {
		if (strchr(w->r->strs + d->name, '('))
			d->name = 0; /* an unnamed record */
		pck_classify(clang_getCursorType(best), &d->tkind, &d->tsize);
		if (clang_Cursor_isBitField(best))
			d->val = clang_getFieldDeclBitWidth(best);
		uint32_t rec = pck_decl_id(w, clang_getCursorSemanticParent(best));
		w->r->decls[id - 1].parent = rec;
		break;
	}
	case CXCursor_EnumConstantDecl:
		d->val = clang_getEnumConstantDeclValue(best);
		break;
	case CXCursor_StructDecl:
	case CXCursor_UnionDecl:
		fill_record(w, id, best);
		break;
	default:
		break;
	}
	return id;
}
