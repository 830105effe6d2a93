#include "walk.h"

#include <clang-c/Index.h>
#include <ctype.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* ---- growing arrays ---- */

static void *grow(void *p, uint32_t n, uint32_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 256;
	p = realloc(p, (size_t)*cap * size);
	if (!p)
		abort();
	return p;
}

#define PUSH(w, arr)                                                           \
	((w)->r->arr = grow((w)->r->arr, (w)->r->n##arr, &(w)->cap_##arr,      \
			    sizeof(*(w)->r->arr)),                             \
	 memset(&(w)->r->arr[(w)->r->n##arr], 0, sizeof(*(w)->r->arr)),        \
	 (w)->r->n##arr++)

/* ---- a hash from pointers or strings to numbers ---- */

struct slot {
	uintptr_t key;
	uint32_t val;
};

struct map {
	struct slot *slots;
	uint32_t n, cap;
};

static uint32_t *map_at(struct map *m, uintptr_t key)
{
	if (m->n * 2 >= m->cap) {
		struct map old = *m;
		m->cap = old.cap ? old.cap * 2 : 1024;
		m->slots = calloc(m->cap, sizeof(*m->slots));
		if (!m->slots)
			abort();
		m->n = 0;
		for (uint32_t i = 0; i < old.cap; i++)
			if (old.slots[i].key)
				*map_at(m, old.slots[i].key) = old.slots[i].val;
		free(old.slots);
	}
	uint64_t h = (uint64_t)key * 0x9E3779B97F4A7C15ull;
	uint32_t i = (uint32_t)(h >> 32) & (m->cap - 1);
	while (m->slots[i].key && m->slots[i].key != key)
		i = (i + 1) & (m->cap - 1);
	if (!m->slots[i].key) {
		m->slots[i].key = key;
		m->n++;
	}
	return &m->slots[i].val;
}

static uintptr_t hash_string(const char *s)
{
	uint64_t h = 14695981039346656037ull;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211ull;
	return h ? h : 1;
}

/* ---- the walker ---- */

struct frame {
	CXCursor c;
	uint32_t node;
};

struct walker {
	pck_result *r;
	CXTranslationUnit tu;
	uint32_t cap_nodes, cap_decls, cap_fields, cap_files, cap_globals,
		cap_defs, cap_uses, cap_diags, cap_strs;
	struct map files, decls, strs, macros, functions;
	CXCursor *cursors; /* of decls */
	uint32_t cap_cursors, ncursors;
	struct frame *stack;
	uint32_t nstack, cap_stack, base;
	uint32_t *queue; /* wanted functions, in the order met */
	uint32_t nqueue, cap_queue;
	int have_functions, all_headers;
	CXFile last_file;
	uint32_t last_id;
};

static uint32_t add_string(struct walker *w, const char *s)
{
	if (!s || !*s)
		return 0;
	uint32_t *at = map_at(&w->strs, hash_string(s));
	if (*at && !strcmp(w->r->strs + *at, s))
		return *at;
	uint32_t len = (uint32_t)strlen(s) + 1;
	while (w->r->nstrs + len > w->cap_strs) {
		w->cap_strs = w->cap_strs ? w->cap_strs * 2 : 65536;
		w->r->strs = realloc(w->r->strs, w->cap_strs);
		if (!w->r->strs)
			abort();
	}
	*at = w->r->nstrs;
	memcpy(w->r->strs + w->r->nstrs, s, len);
	w->r->nstrs += len;
	return *at;
}

static uint32_t take_string(struct walker *w, CXString s)
{
	uint32_t id = add_string(w, clang_getCString(s));
	clang_disposeString(s);
	return id;
}

static uint32_t file_id(struct walker *w, CXFile f)
{
	if (!f)
		return 0;
	if (f == w->last_file)
		return w->last_id;
	uint32_t *at = map_at(&w->files, (uintptr_t)f);
	if (!*at) {
		uint32_t i = PUSH(w, files);
		w->r->files[i] = take_string(w, clang_getFileName(f));
		*map_at(&w->files, (uintptr_t)f) = i + 1;
		at = map_at(&w->files, (uintptr_t)f);
	}
	w->last_file = f;
	w->last_id = *at;
	return *at;
}

/* ---- types ---- */

static void classify(CXType t, uint8_t *kind, uint8_t *size)
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
		classify(clang_getArrayElementType(t), size, &sub);
		break;
	}
	case CXType_FunctionProto: case CXType_FunctionNoProto:
		*kind = PCK_FUNC;
		break;
	default:
		*kind = PCK_OTHER;
	}
}

/* ---- declarations ---- */

static void evaluate(pck_node *n, CXCursor c)
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
	evaluate(&value, init);
	if (value.flags & PCK_HASVAL) {
		w->r->decls[id - 1].val = value.val;
		w->r->decls[id - 1].flags |= PCK_CONST;
	}
}

static uint32_t decl_id(struct walker *w, CXCursor c);

static enum CXVisitorResult add_field(CXCursor c, CXClientData data)
{
	struct walker *w = data;
	uint32_t id = decl_id(w, c);
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

static uint32_t record_of(struct walker *w, CXType t)
{
	t = clang_getCanonicalType(t);
	if (t.kind != CXType_Record)
		return 0;
	uint32_t id = decl_id(w, clang_getTypeDeclaration(t));
	load_fields(w, id);
	return id;
}

static int starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static uint32_t pretty(struct walker *w, CXCursor c)
{
	CXPrintingPolicy p = clang_getCursorPrintingPolicy(c);
	clang_PrintingPolicy_setProperty(p, CXPrintingPolicy_TerseOutput, 1);
	clang_PrintingPolicy_setProperty(p, CXPrintingPolicy_SuppressInitializers, 1);
	uint32_t s = take_string(w, clang_getCursorPrettyPrinted(c, p));
	clang_PrintingPolicy_dispose(p);
	return s;
}

static enum CXChildVisitResult note_function(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	(void)parent;
	if (clang_getCursorKind(c) == CXCursor_FunctionDecl) {
		CXString s = clang_getCursorSpelling(c);
		uint32_t *at = map_at(&w->functions, hash_string(clang_getCString(s)));
		clang_disposeString(s);
		if (!*at) {
			uint32_t id = decl_id(w, c);
			/* Named, not wanted: only a use makes it so. */
			*at = id;
		}
	}
	return CXChildVisit_Continue;
}

static void want(struct walker *w, uint32_t id)
{
	if (!id || w->r->decls[id - 1].flags & PCK_WANTED)
		return;
	w->r->decls[id - 1].flags |= PCK_WANTED;
	w->queue = grow(w->queue, w->nqueue, &w->cap_queue, sizeof(*w->queue));
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
	uint32_t id = *map_at(&w->functions, hash_string(name));
	want(w, id);
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
	if (starts(name, "__builtin_") || starts(name, "__sync_") || starts(name, "__atomic_"))
		flags |= PCK_BUILTIN;
	classify(res, &d->tkind, &d->tsize);
	d->flags = flags;
	if (d->tkind == PCK_RECORD) {
		uint32_t rec = record_of(w, res);
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
	classify(t, &d->tkind, &d->tsize);
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
	uint32_t name = take_string(w, clang_getTypeSpelling(t));
	pck_decl *d = &w->r->decls[id - 1];
	if (clang_getCursorKind(c) == CXCursor_UnionDecl)
		d->flags |= PCK_UNION;
	if (strchr(w->r->strs + name, '(')) {
		/* Unnamed: known by what it stands in. */
		CXCursor p = clang_getCursorSemanticParent(c);
		enum CXCursorKind k = clang_getCursorKind(p);
		d->name = 0;
		if (k == CXCursor_StructDecl || k == CXCursor_UnionDecl) {
			uint32_t pid = decl_id(w, p);
			w->r->decls[id - 1].parent = pid;
		}
		return;
	}
	d->name = name;
}

static uint32_t decl_id(struct walker *w, CXCursor c)
{
	uintptr_t key = (uintptr_t)c.data[0];
	uint32_t *at = map_at(&w->decls, key);
	if (*at)
		return *at;

	CXCursor best = clang_getCursorDefinition(c);
	if (clang_Cursor_isNull(best))
		best = clang_getCanonicalCursor(c);
	uintptr_t bkey = (uintptr_t)best.data[0];
	if (bkey != key) {
		uint32_t id = *map_at(&w->decls, bkey);
		if (!id)
			id = decl_id(w, best);
		*map_at(&w->decls, key) = id;
		return id;
	}
	uint32_t id = PUSH(w, decls) + 1;
	w->cursors = grow(w->cursors, w->ncursors, &w->cap_cursors, sizeof(*w->cursors));
	w->cursors[w->ncursors++] = best;
	*map_at(&w->decls, key) = id;

	pck_decl *d = &w->r->decls[id - 1];
	enum CXCursorKind kind = clang_getCursorKind(best);
	d->kind = (uint16_t)kind;
	d->name = take_string(w, clang_getCursorSpelling(best));
	CXFile f;
	clang_getExpansionLocation(clang_getCursorLocation(best), &f, &d->line, &d->col, 0);
	d->file = file_id(w, f);
	CXSourceRange ext = clang_getCursorExtent(best);
	clang_getExpansionLocation(clang_getRangeStart(ext), 0, 0, 0, &d->off);
	clang_getExpansionLocation(clang_getRangeEnd(ext), 0, 0, 0, &d->eoff);
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
		classify(clang_getCursorType(best), &d->tkind, &d->tsize);
		uint32_t rec = decl_id(w, clang_getCursorSemanticParent(best));
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

/* ---- nodes ---- */

static const char *spelled_text(struct walker *w, CXSourceLocation l, size_t *left)
{
	CXFile f;
	unsigned off;
	size_t size = 0;
	clang_getSpellingLocation(l, &f, 0, 0, &off);
	const char *text = f ? clang_getFileContents(w->tu, f, &size) : 0;
	if (!text || off >= size)
		return 0;
	*left = size - off;
	return text + off;
}

/*
 * for_parts reads which of its three parts the for at s has: 1 the start, 2 the
 * condition, 4 the step; libclang leaves absent ones out without a trace.
 */
static int for_parts(const char *s, size_t n)
{
	int depth = 0, part = 0, mask = 0;
	size_t i = 0;
	if (n < 5 || !starts(s, "for"))
		return -1;
	for (i = 3; i < n; i++) {
		char c = s[i];
		if (c == '/' && i + 1 < n && s[i + 1] == '*') {
			for (i += 2; i + 1 < n && !(s[i] == '*' && s[i + 1] == '/'); i++)
				;
			i++;
			continue;
		}
		if (c == '\\' || isspace((unsigned char)c))
			continue;
		if (depth == 0 && c != '(')
			return -1;
		if (c == ')' && depth == 1)
			return part == 2 ? mask : -1;
		if (c == ';' && depth == 1) {
			part++;
			continue;
		}
		if (c == '(' || c == '[' || c == '{') {
			if (depth++ == 0)
				continue;
		} else if (c == ')' || c == ']' || c == '}') {
			depth--;
		} else if (c == '"' || c == '\'') {
			for (i++; i < n && s[i] != c; i++)
				if (s[i] == '\\')
					i++;
		}
		mask |= 1 << part;
	}
	return -1;
}

/* begin adds a node without its subtree. */
static uint32_t begin(struct walker *w, CXCursor c, enum CXCursorKind kind)
{
	uint32_t i = PUSH(w, nodes);
	pck_node *n = &w->r->nodes[i];
	n->kind = (uint16_t)kind;
	CXSourceLocation l = clang_getRangeStart(clang_getCursorExtent(c));
	CXFile f;
	unsigned line = 0, col = 0;
	int stmt = kind >= CXCursor_FirstStmt || kind == CXCursor_CallExpr ||
		   kind == CXCursor_VarDecl || kind == CXCursor_BinaryOperator ||
		   kind == CXCursor_CompoundAssignOperator;
	clang_getExpansionLocation(l, &f, stmt ? &line : 0, stmt ? &col : 0, &n->off);
	n->file = file_id(w, f);
	n->line = line;
	n->col = col > 65535 ? 65535 : (uint16_t)col;
	n->raw = l.int_data;
	n->sfile = n->file;
	n->soff = n->off;
	if (l.int_data >> 31) {
		clang_getSpellingLocation(l, &f, 0, 0, &n->soff);
		n->sfile = file_id(w, f);
	}
	if (kind < CXCursor_FirstStmt && kind >= CXCursor_FirstExpr) {
		CXType t = clang_getCursorType(c);
		classify(t, &n->tkind, &n->tsize);
		if (clang_isVolatileQualifiedType(t))
			n->flags |= PCK_VOLATILE;
	}
	return i;
}

static int is_expr(enum CXCursorKind k)
{
	return k >= CXCursor_FirstExpr && k < CXCursor_FirstStmt;
}

static int is_stmt(enum CXCursorKind k)
{
	return k >= CXCursor_FirstStmt && k <= CXCursor_LastStmt;
}

struct kids {
	CXCursor c[64];
	int n;
};

static enum CXChildVisitResult collect(CXCursor c, CXCursor parent, CXClientData data)
{
	struct kids *k = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	(void)parent;
	if ((is_expr(kind) || is_stmt(kind)) && k->n < 64)
		k->c[k->n++] = c;
	return CXChildVisit_Continue;
}

static enum CXChildVisitResult first_member_ref(CXCursor c, CXCursor parent, CXClientData data)
{
	(void)parent;
	*(int *)data = clang_getCursorKind(c) == CXCursor_MemberRef;
	return CXChildVisit_Break;
}

static void emit(struct walker *w, CXCursor c);
static enum CXChildVisitResult visit(CXCursor c, CXCursor parent, CXClientData data);

static void emit_children(struct walker *w, CXCursor c)
{
	uint32_t base = w->base;
	w->base = w->nstack;
	clang_visitChildren(c, visit, w);
	while (w->nstack > w->base)
		w->r->nodes[w->stack[--w->nstack].node].end = w->r->nnodes;
	w->base = base;
}

static void emit_last(struct walker *w, CXCursor c)
{
	struct kids k = { .n = 0 };
	clang_visitChildren(c, collect, &k);
	if (k.n)
		emit(w, k.c[k.n - 1]);
}

/*
 * emit_generic emits the associations of a _Generic that have the type of the
 * whole: libclang does not tell which of them is chosen.
 */
static void emit_generic(struct walker *w, CXCursor c)
{
	struct kids k = { .n = 0 };
	CXType t = clang_getCanonicalType(clang_getCursorType(c));
	clang_visitChildren(c, collect, &k);
	for (int i = 1; i < k.n; i++)
		if (clang_equalTypes(clang_getCanonicalType(clang_getCursorType(k.c[i])), t))
			emit(w, k.c[i]);
}

/* unexposed sorts out the expressions that libclang has no kind for. */
static int unexposed(struct walker *w, CXCursor c, uint32_t node)
{
	struct kids k = { .n = 0 };
	int member = 0;
	clang_visitChildren(c, first_member_ref, &member);
	if (member && w->r->nodes[node].tkind == PCK_VOID) {
		w->r->nodes[node].op = PCK_DESIGNATED;
		return 1;
	}
	clang_visitChildren(c, collect, &k);
	if (k.n == 0 || member) {
		evaluate(&w->r->nodes[node], c);
		return 0;
	}
	size_t left;
	const char *text = k.n > 1 || w->r->nodes[node].tkind == PCK_VOID
		? spelled_text(w, clang_getRangeStart(clang_getCursorExtent(c)), &left) : 0;
	if (k.n == 3 && text && left > 21 && starts(text, "__builtin_choose_expr")) {
		pck_node cond = { 0 };
		evaluate(&cond, k.c[0]);
		if (cond.flags & PCK_HASVAL) {
			w->r->nodes[node].op = PCK_WRAP;
			emit(w, k.c[cond.val ? 1 : 2]);
		}
		return 0;
	}
	if (k.n == 1) {
		w->r->nodes[node].op = PCK_WRAP;
		return 1;
	}
	if (text && (*text == '[' || *text == '.')) {
		w->r->nodes[node].op = PCK_DESIGNATED;
		return 1;
	}
	if (k.n == 4 && clang_equalLocations(clang_getRangeStart(clang_getCursorExtent(k.c[0])),
					     clang_getRangeStart(clang_getCursorExtent(k.c[1])))) {
		w->r->nodes[node].op = PCK_GNUCOND;
		emit(w, k.c[0]);
		emit(w, k.c[3]);
		return 0;
	}
	w->r->nodes[node].op = PCK_ATOMIC;
	evaluate(&w->r->nodes[node], c);
	return 1;
}

/* enter adds a node and says whether its children are still to be walked. */
static int enter(struct walker *w, CXCursor c, enum CXCursorKind kind, uint32_t node)
{
	pck_node *n = &w->r->nodes[node];
	switch (kind) {
	case CXCursor_DeclRefExpr:
	case CXCursor_MemberRefExpr: {
		CXCursor ref = clang_getCursorReferenced(c);
		uint32_t id = clang_Cursor_isNull(ref) ? 0 : decl_id(w, ref);
		n = &w->r->nodes[node];
		n->decl = id;
		if (id && w->r->decls[id - 1].kind == CXCursor_FunctionDecl)
			want(w, id);
		if (id && (w->r->decls[id - 1].kind == CXCursor_EnumConstantDecl ||
			   w->r->decls[id - 1].flags & PCK_CONST)) {
			n->val = w->r->decls[id - 1].val;
			n->flags |= PCK_HASVAL;
		}
		return kind == CXCursor_MemberRefExpr;
	}
	case CXCursor_MemberRef: {
		CXCursor ref = clang_getCursorReferenced(c);
		uint32_t id = clang_Cursor_isNull(ref) ? 0 : decl_id(w, ref);
		w->r->nodes[node].decl = id;
		return 0;
	}
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
	case CXCursor_UnaryExpr:
		evaluate(n, c);
		return 0;
	case CXCursor_StringLiteral:
	case CXCursor_FloatingLiteral:
		return 0;
	case CXCursor_CallExpr: {
		CXCursor ref = clang_getCursorReferenced(c);
		if (!clang_Cursor_isNull(ref) && clang_getCursorKind(ref) == CXCursor_FunctionDecl) {
			uint32_t id = decl_id(w, ref);
			if (w->r->decls[id - 1].flags & PCK_BUILTIN)
				evaluate(&w->r->nodes[node], c);
		}
		return 1;
	}
	case CXCursor_UnaryOperator:
		n->op = (uint8_t)clang_getCursorUnaryOperatorKind(c);
		return 1;
	case CXCursor_BinaryOperator:
	case CXCursor_CompoundAssignOperator:
		n->op = (uint8_t)clang_getCursorBinaryOperatorKind(c);
		return 1;
	case CXCursor_CStyleCastExpr:
	case CXCursor_CompoundLiteralExpr:
	case CXCursor_UnexposedStmt:
		emit_last(w, c);
		return 0;
	case CXCursor_GenericSelectionExpr:
		emit_generic(w, c);
		return 0;
	case CXCursor_UnexposedExpr:
		return unexposed(w, c, node);
	case CXCursor_InitListExpr: {
		uint32_t rec = record_of(w, clang_getCursorType(c));
		w->r->nodes[node].decl = rec;
		return 1;
	}
	case CXCursor_VarDecl: {
		uint32_t id = decl_id(w, c);
		w->r->nodes[node].decl = id;
		CXCursor init = clang_Cursor_getVarDeclInitializer(c);
		if (!clang_Cursor_isNull(init))
			emit(w, init);
		return 0;
	}
	case CXCursor_LabelStmt:
		n->decl = take_string(w, clang_getCursorSpelling(c));
		return 1;
	case CXCursor_LabelRef:
		n->decl = take_string(w, clang_getCursorSpelling(c));
		return 0;
	case CXCursor_ForStmt: {
		size_t left;
		const char *text = spelled_text(w, clang_getRangeStart(clang_getCursorExtent(c)), &left);
		int parts = text ? for_parts(text, left) : -1;
		w->r->nodes[node].op = parts < 0 ? 0xff : (uint8_t)parts;
		return 1;
	}
	default:
		return 1;
	}
}

static int wanted_kind(enum CXCursorKind kind)
{
	return is_expr(kind) || is_stmt(kind) || kind == CXCursor_VarDecl ||
	       kind == CXCursor_MemberRef || kind == CXCursor_LabelRef;
}

static enum CXChildVisitResult visit(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	enum CXCursorKind kind = clang_getCursorKind(c);

	while (w->nstack > w->base && !(w->stack[w->nstack - 1].c.data[1] == parent.data[1] &&
					w->stack[w->nstack - 1].c.kind == parent.kind))
		w->r->nodes[w->stack[--w->nstack].node].end = w->r->nnodes;
	if (!wanted_kind(kind))
		return CXChildVisit_Continue;
	uint32_t node = begin(w, c, kind);
	if (!enter(w, c, kind, node)) {
		w->r->nodes[node].end = w->r->nnodes;
		return CXChildVisit_Continue;
	}
	w->stack = grow(w->stack, w->nstack, &w->cap_stack, sizeof(*w->stack));
	w->stack[w->nstack++] = (struct frame){ c, node };
	return CXChildVisit_Recurse;
}

static void emit(struct walker *w, CXCursor c)
{
	enum CXCursorKind kind = clang_getCursorKind(c);
	uint32_t node = begin(w, c, kind);
	if (enter(w, c, kind, node))
		emit_children(w, c);
	w->r->nodes[node].end = w->r->nnodes;
}

static enum CXChildVisitResult visit_body(CXCursor c, CXCursor parent, CXClientData data)
{
	struct walker *w = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	(void)parent;
	if (kind == CXCursor_ParmDecl) {
		uint32_t node = begin(w, c, kind);
		uint32_t id = decl_id(w, c);
		w->r->nodes[node].decl = id;
		w->r->nodes[node].end = node + 1;
	} else if (kind == CXCursor_CompoundStmt) {
		emit(w, c);
	}
	return CXChildVisit_Continue;
}

static void emit_function(struct walker *w, uint32_t id)
{
	if (!(w->r->decls[id - 1].flags & PCK_DEFINED))
		return;
	w->r->decls[id - 1].node = w->r->nnodes;
	clang_visitChildren(w->cursors[id - 1], visit_body, w);
	w->r->decls[id - 1].nend = w->r->nnodes;
}

/* ---- the top level ---- */

static void note_macro(struct walker *w, CXCursor c, int use)
{
	CXString s = clang_getCursorSpelling(c);
	const char *name = clang_getCString(s);
	uint32_t id = name ? *map_at(&w->macros, hash_string(name)) : 0;
	clang_disposeString(s);
	if (!id)
		return;
	pck_macro m = { .name = id };
	CXSourceRange ext = clang_getCursorExtent(c);
	CXFile f;
	clang_getExpansionLocation(clang_getRangeStart(ext), &f, 0, 0, &m.off);
	clang_getExpansionLocation(clang_getRangeEnd(ext), 0, 0, 0, &m.eoff);
	m.file = file_id(w, f);
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
				uint32_t id = decl_id(w, c);
				w->r->decls[id - 1].flags |= PCK_ROOT;
				want(w, id);
			}
		} else if (main && clang_Cursor_hasAttrs(c)) {
			decl_id(w, c); /* may be an alias */
		}
		break;
	}
	case CXCursor_VarDecl: {
		CXCursor init = clang_Cursor_getVarDeclInitializer(c);
		if (clang_Cursor_isNull(init))
			break;
		uint32_t id = decl_id(w, c);
		uint32_t i = PUSH(w, globals);
		w->r->globals[i] = id;
		uint32_t node = w->r->nnodes;
		emit(w, init);
		w->r->decls[id - 1].node = node;
		w->r->decls[id - 1].nend = w->r->nnodes;
		break;
	}
	default:
		break;
	}
	return CXChildVisit_Continue;
}

static void note_diagnostics(struct walker *w)
{
	unsigned n = clang_getNumDiagnostics(w->tu);
	for (unsigned i = 0; i < n; i++) {
		CXDiagnostic d = clang_getDiagnostic(w->tu, i);
		enum CXDiagnosticSeverity sev = clang_getDiagnosticSeverity(d);
		if (sev >= CXDiagnostic_Error) {
			uint32_t k = PUSH(w, diags);
			uint32_t text = take_string(w, clang_getDiagnosticSpelling(d));
			CXFile f;
			pck_diag *o = &w->r->diags[k];
			o->severity = sev;
			o->text = text;
			clang_getExpansionLocation(clang_getDiagnosticLocation(d), &f, &o->line, &o->col, &o->off);
			uint32_t file = file_id(w, f);
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
		uint32_t id = add_string(&w, macros[i]);
		*map_at(&w.macros, hash_string(macros[i])) = id;
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
			emit_function(&w, w.queue[i]);
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
	free(r->defs);
	free(r->uses);
	free(r->diags);
	free(r->strs);
	free(r);
}
