/* Growing arrays, hashes, strings and files. */
#include "walker.h"

#include <stdlib.h>

void *pck_grow(void *p, uint32_t n, uint32_t *cap, size_t size)
{
	if (n < *cap)
		return p;
	*cap = *cap ? *cap * 2 : 256;
	p = realloc(p, (size_t)*cap * size);
	if (!p)
		abort();
	return p;
}

uint32_t *pck_map_at(struct map *m, uintptr_t key)
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
				*pck_map_at(m, old.slots[i].key) = old.slots[i].val;
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

uintptr_t pck_hash_string(const char *s)
{
	uint64_t h = 14695981039346656037ull;
	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211ull;
	return h ? h : 1;
}

uint32_t pck_add_string(struct walker *w, const char *s)
{
	if (!s || !*s)
		return 0;
	uint32_t *at = pck_map_at(&w->strs, pck_hash_string(s));
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

uint32_t pck_take_string(struct walker *w, CXString s)
{
	uint32_t id = pck_add_string(w, clang_getCString(s));
	clang_disposeString(s);
	return id;
}

uint32_t pck_file_id(struct walker *w, CXFile f)
{
	if (!f)
		return 0;
	if (f == w->last_file)
		return w->last_id;
	uint32_t *at = pck_map_at(&w->files, (uintptr_t)f);
	if (!*at) {
		uint32_t i = PUSH(w, files);
		w->r->files[i] = pck_take_string(w, clang_getFileName(f));
		*pck_map_at(&w->files, (uintptr_t)f) = i + 1;
		at = pck_map_at(&w->files, (uintptr_t)f);
	}
	w->last_file = f;
	w->last_id = *at;
	return *at;
}
