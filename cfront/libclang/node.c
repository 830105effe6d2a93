/* The nodes of bodies and initialisers. */
#include "walker.h"

#include <ctype.h>

static const char *spelled_text(struct walker *w, CXSourceLocation l, size_t *left)
{
	CXFile f;
	unsigned off;
	size_t size = 0;
	clang_getSpellingLocation(l, &f, 0, 0, &off);
	const char *text = f ? pck_contents(w, f, &size) : 0;
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
	if (n < 5 || !pck_starts(s, "for"))
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

/*
 * begin_of is where a cursor begins. The extent has that always, but measures the
 * last token, too; the location is the same but of what names a member, itself or
 * below a conversion, and of declarations.
 */
static CXSourceLocation begin_of(CXCursor c, enum CXCursorKind kind)
{
	switch (kind) {
	case CXCursor_DeclRefExpr: case CXCursor_CallExpr: case CXCursor_IntegerLiteral:
	case CXCursor_StringLiteral: case CXCursor_CharacterLiteral: case CXCursor_ParenExpr:
	case CXCursor_UnaryOperator: case CXCursor_ArraySubscriptExpr: case CXCursor_BinaryOperator:
	case CXCursor_CompoundAssignOperator: case CXCursor_ConditionalOperator:
	case CXCursor_CStyleCastExpr: case CXCursor_UnaryExpr:
		return clang_getCursorLocation(c);
	default:
		if (kind >= CXCursor_FirstStmt && kind <= CXCursor_LastStmt)
			return clang_getCursorLocation(c);
		return clang_getRangeStart(clang_getCursorExtent(c));
	}
}

/*
 * place_of looks up a place of the code. Many nodes begin at one: what was looked up
 * lately is kept.
 */
static const struct place *place_of(struct walker *w, CXSourceLocation l, int line)
{
	struct place *p = &w->places[(l.int_data ^ l.int_data >> 8) % PLACES];
	CXFile f;
	if (p->known && p->raw == l.int_data && (p->line || !line))
		return p;
	memset(p, 0, sizeof(*p));
	clang_getExpansionLocation(l, &f, line ? &p->line : 0, line ? &p->col : 0, &p->off);
	p->file = pck_file_id(w, f);
	p->sfile = p->file;
	p->soff = p->off;
	if (l.int_data >> 31) {
		clang_getSpellingLocation(l, &f, 0, 0, &p->soff);
		p->sfile = pck_file_id(w, f);
	}
	p->raw = l.int_data;
	p->known = 1;
	return p;
}

/* begin adds a node without its subtree. */
static uint32_t begin(struct walker *w, CXCursor c, enum CXCursorKind kind)
{
	uint32_t i = PUSH(w, nodes);
	pck_node *n = &w->r->nodes[i];
	n->kind = (uint16_t)kind;
	CXSourceLocation l = begin_of(c, kind);
	int stmt = kind >= CXCursor_FirstStmt || kind == CXCursor_CallExpr ||
		   kind == CXCursor_VarDecl || kind == CXCursor_BinaryOperator ||
		   kind == CXCursor_CompoundAssignOperator;
	const struct place *p = place_of(w, l, stmt);
	n->raw = l.int_data;
	n->file = p->file;
	n->off = p->off;
	n->sfile = p->sfile;
	n->soff = p->soff;
	if (stmt) {
		n->line = p->line;
		n->col = p->col > 65535 ? 65535 : (uint16_t)p->col;
	}
	if (kind < CXCursor_FirstStmt && kind >= CXCursor_FirstExpr) {
		CXType t = clang_getCursorType(c);
		pck_classify(t, &n->tkind, &n->tsize);
		if (clang_isVolatileQualifiedType(t))
			n->flags |= PCK_VOLATILE;
		if (n->tkind == PCK_RECORD && (kind == CXCursor_UnaryOperator || kind == CXCursor_ArraySubscriptExpr)) {
			uint32_t id = pck_decl_id(w, clang_getTypeDeclaration(clang_getCanonicalType(t)));
			w->r->nodes[i].decl = id;
		} else if (n->tkind == PCK_RECORD && kind == CXCursor_MemberRefExpr) {
			uint32_t id = pck_decl_id(w, clang_getTypeDeclaration(clang_getCanonicalType(t)));
			w->r->nodes[i].val = id;
		}
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
	int n, seen;
	int member; /* the first of all names a member */
};

static enum CXChildVisitResult collect(CXCursor c, CXCursor parent, CXClientData data)
{
	struct kids *k = data;
	enum CXCursorKind kind = clang_getCursorKind(c);
	(void)parent;
	if (!k->seen++)
		k->member = kind == CXCursor_MemberRef;
	if ((is_expr(kind) || is_stmt(kind)) && k->n < 64)
		k->c[k->n++] = c;
	return CXChildVisit_Continue;
}

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
		pck_emit(w, k.c[k.n - 1]);
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
			pck_emit(w, k.c[i]);
}

/* unexposed sorts out the expressions that libclang has no kind for. */
static int unexposed(struct walker *w, CXCursor c, uint32_t node)
{
	struct kids k = { .n = 0 };
	clang_visitChildren(c, collect, &k);
	if (k.member && w->r->nodes[node].tkind == PCK_VOID) {
		w->r->nodes[node].op = PCK_DESIGNATED;
		return 1;
	}
	if (k.n == 0 || k.member) {
		pck_evaluate(&w->r->nodes[node], c);
		return 0;
	}
	size_t left;
	const char *text = k.n > 1 || w->r->nodes[node].tkind == PCK_VOID
		? spelled_text(w, clang_getRangeStart(clang_getCursorExtent(c)), &left) : 0;
	if (k.n == 3 && text && left > 21 && pck_starts(text, "__builtin_choose_expr")) {
		pck_node cond = { 0 };
		pck_evaluate(&cond, k.c[0]);
		if (cond.flags & PCK_HASVAL) {
			w->r->nodes[node].op = PCK_WRAP;
			pck_emit(w, k.c[cond.val ? 1 : 2]);
		}
		return 0;
	}
	if (k.n == 1) {
		/* A conversion begins where its operand does; other things, such as
		 * a comparison of types with a typeof in it, do not. */
		int wrap = begin_of(k.c[0], clang_getCursorKind(k.c[0])).int_data == w->r->nodes[node].raw;
		w->r->nodes[node].op = wrap ? PCK_WRAP : PCK_ATOMIC;
		if (!wrap)
			pck_evaluate(&w->r->nodes[node], c);
		return 1;
	}
	if (text && (*text == '[' || *text == '.')) {
		w->r->nodes[node].op = PCK_DESIGNATED;
		return 1;
	}
	if (k.n == 4 && clang_equalLocations(clang_getRangeStart(clang_getCursorExtent(k.c[0])),
					     clang_getRangeStart(clang_getCursorExtent(k.c[1])))) {
		w->r->nodes[node].op = PCK_GNUCOND;
		pck_emit(w, k.c[0]);
		pck_emit(w, k.c[3]);
		return 0;
	}
	w->r->nodes[node].op = PCK_ATOMIC;
	pck_evaluate(&w->r->nodes[node], c);
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
		uint32_t id = clang_Cursor_isNull(ref) ? 0 : pck_decl_id(w, ref);
		n = &w->r->nodes[node];
		n->decl = id;
		if (id && w->r->decls[id - 1].kind == CXCursor_FunctionDecl)
			pck_want(w, id);
		if (id && (w->r->decls[id - 1].kind == CXCursor_EnumConstantDecl ||
			   w->r->decls[id - 1].flags & PCK_CONST)) {
			n->val = w->r->decls[id - 1].val;
			n->flags |= PCK_HASVAL;
		}
		return kind == CXCursor_MemberRefExpr;
	}
	case CXCursor_MemberRef: {
		CXCursor ref = clang_getCursorReferenced(c);
		uint32_t id = clang_Cursor_isNull(ref) ? 0 : pck_decl_id(w, ref);
		w->r->nodes[node].decl = id;
		return 0;
	}
	case CXCursor_IntegerLiteral:
	case CXCursor_CharacterLiteral:
	case CXCursor_UnaryExpr:
		pck_evaluate(n, c);
		return 0;
	case CXCursor_StringLiteral:
	case CXCursor_FloatingLiteral:
		return 0;
	case CXCursor_CallExpr: {
		CXCursor ref = clang_getCursorReferenced(c);
		if (!clang_Cursor_isNull(ref) && clang_getCursorKind(ref) == CXCursor_FunctionDecl) {
			uint32_t id = pck_decl_id(w, ref);
			if (w->r->decls[id - 1].flags & PCK_BUILTIN)
				pck_evaluate(&w->r->nodes[node], c);
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
		uint32_t rec = pck_record_of(w, clang_getCursorType(c));
		w->r->nodes[node].decl = rec;
		return 1;
	}
	case CXCursor_VarDecl: {
		uint32_t id = pck_decl_id(w, c);
		w->r->nodes[node].decl = id;
		CXCursor init = clang_Cursor_getVarDeclInitializer(c);
		if (!clang_Cursor_isNull(init))
			pck_emit(w, init);
		return 0;
	}
	case CXCursor_LabelStmt:
		n->decl = pck_take_string(w, clang_getCursorSpelling(c));
		return 1;
	case CXCursor_LabelRef:
		n->decl = pck_take_string(w, clang_getCursorSpelling(c));
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
	w->stack = pck_grow(w->stack, w->nstack, &w->cap_stack, sizeof(*w->stack));
	w->stack[w->nstack++] = (struct frame){ c, node };
	return CXChildVisit_Recurse;
}

void pck_emit(struct walker *w, CXCursor c)
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
		uint32_t id = pck_decl_id(w, c);
		w->r->nodes[node].decl = id;
		w->r->nodes[node].end = node + 1;
	} else if (kind == CXCursor_CompoundStmt) {
		pck_emit(w, c);
	}
	return CXChildVisit_Continue;
}

void pck_emit_function(struct walker *w, uint32_t id)
{
	if (!(w->r->decls[id - 1].flags & PCK_DEFINED))
		return;
	w->r->decls[id - 1].node = w->r->nnodes;
	clang_visitChildren(w->cursors[id - 1], visit_body, w);
	w->r->decls[id - 1].nend = w->r->nnodes;
}
