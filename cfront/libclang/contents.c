/* The texts of files. */
#include "walker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * To find the text of a header, libclang goes through every place of a precompiled one,
 * which takes longer than parsing most files behind it. So we read it ourselves, once
 * for all units.
 */
struct contents {
	char *path, *text;
	size_t size;
};

static struct {
	pthread_mutex_t lock;
	struct map at; /* by the hash of the path, from 1 */
	struct contents *list;
	uint32_t n, cap;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static char *read_all(const char *path, size_t *size)
{
	FILE *f = fopen(path, "re");
	char *text = 0;
	size_t n = 0, cap = 0;
	if (!f)
		return 0;
	do {
		cap = cap ? cap * 2 : 1 << 16;
		char *more = realloc(text, cap);
		if (!more)
			abort();
		text = more;
		n += fread(text + n, 1, cap - n, f);
	} while (n == cap);
	if (ferror(f)) {
		free(text);
		text = 0;
	}
	fclose(f);
	*size = n;
	return text;
}

/* contents_of is the text of a file, which stays until the program ends. */
static const char *contents_of(const char *path, size_t *size)
{
	struct contents c = { 0 };
	pthread_mutex_lock(&known.lock);
	uintptr_t hash = pck_hash_string(path);
	uint32_t *at = pck_map_at(&known.at, hash);
	if (!*at || strcmp(known.list[*at - 1].path, path)) {
		c.path = strdup(path);
		c.text = read_all(path, &c.size);
		if (!c.path)
			abort();
		known.list = pck_grow(known.list, known.n, &known.cap, sizeof(*known.list));
		known.list[known.n++] = c;
		*at = known.n;
	}
	c = known.list[*at - 1];
	pthread_mutex_unlock(&known.lock);
	*size = c.size;
	return c.text;
}

const char *pck_contents(struct walker *w, CXFile f, size_t *size)
{
	if (f == w->text_file) {
		*size = w->text_size;
		return w->text;
	}
	CXString s = clang_getFileName(f);
	const char *name = clang_getCString(s), *text = 0;
	if (!name) {
		text = 0;
	} else if (w->opts->after && !strcmp(name, PCK_AFTER_NAME)) {
		text = w->opts->after;
		*size = strlen(text);
	} else if (!strcmp(name, w->file)) {
		text = clang_getFileContents(w->tu, f, size); /* the main file is found at once */
	} else if (*name == '/') {
		text = contents_of(name, size);
	} else {
		char *path = malloc(strlen(w->opts->dir) + strlen(name) + 2);
		if (!path)
			abort();
		sprintf(path, "%s/%s", w->opts->dir, name);
		text = contents_of(path, size);
		free(path);
	}
	clang_disposeString(s);
	w->text_file = f;
	w->text = text;
	w->text_size = text ? *size : 0;
	return text;
}
