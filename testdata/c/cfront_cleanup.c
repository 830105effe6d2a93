// Cleanup attributes; see cfront_flow.c for how to read the comments.
#include "cfront.h"

struct lock;
void lock(struct lock *l);
void unlock(struct lock *l);
int trylock(struct lock *l);

typedef struct lock *guard_t;
static inline void guard_exit(guard_t *g)
{
	if (*g)
		unlock(*g);
}
static inline guard_t guard_enter(struct lock *l)
{
	lock(l);
	return l;
}
static inline void *guard_ptr(guard_t *g)
{
	return *g;
}

void drop(int *x);
void drop2(int *x);

#define guard(l) guard_t g __cleanup(guard_exit) = guard_enter(l)
#define scoped_guard(l) \
	for (guard_t scope __cleanup(guard_exit) = guard_enter(l), done = NULL; \
	     guard_ptr(&scope) && !done; done = (guard_t)1)

// run at_end(1): take(1) drop(obj)
void at_end(int x)
{
	int y __cleanup(drop) = x;
	take(y);
}

// run reverse(): a() drop2(obj) drop(obj)
void reverse(void)
{
	int x __cleanup(drop) = 1;
	int y __cleanup(drop2) = 2;
	a();
}

// run on_return(1): a() drop(obj) => 1
// run on_return(0): b() drop(obj) => 0
int on_return(int v)
{
	int x __cleanup(drop) = v;
	if (x) {
		a();
		return x;
	}
	b();
	return 0;
}

// run inner(1): drop(obj) c() drop2(obj)
// run inner(0): b() drop(obj) c() drop2(obj)
void inner(int v)
{
	int y __cleanup(drop2) = 0;
	{
		int x __cleanup(drop) = 1;
		if (v)
			goto out;
		b();
	}
out:
	c();
}

// run in_loop(1): drop(obj) c()
// run in_loop(0): a() drop(obj) c() | a() drop(obj) a() drop(obj) c() | ...
void in_loop(int v)
{
	do {
		int x __cleanup(drop) = 1;
		if (v)
			break;
		a();
		if (get_quietly)
			continue;
	} while (get_quietly);
	c();
}

// run back(): drop(obj) | drop(obj) drop(obj) | ...
void back(void)
{
again:;
	int x __cleanup(drop) = 1;
	if (get_quietly)
		goto again;
}

// run guarded(): guard_enter(?) a() guard_exit(obj)
void guarded(struct lock *l)
{
	guard(l);
	a();
}

// run scoped(): guard_enter(?) guard_ptr(obj) guard_exit(obj) b() | guard_enter(?) guard_ptr(obj) a() guard_ptr(obj) guard_exit(obj) b()
void scoped(struct lock *l)
{
	scoped_guard(l)
		a();
	b();
}

// run scoped_return(): guard_enter(?) guard_ptr(obj) guard_exit(obj) b() => 0 | guard_enter(?) guard_ptr(obj) guard_exit(obj) => 1
int scoped_return(struct lock *l)
{
	scoped_guard(l)
		return 1;
	b();
	return 0;
}

struct held {
	struct lock *lock;
	unsigned long flags;
};
static inline struct held held_enter(struct lock *l)
{
	struct held h = { .lock = l }, *p = &h;
	lock(p->lock);
	return h;
}
static inline void held_exit(struct held *h)
{
	if (h->lock)
		unlock(h->lock);
}

// run by_struct(): held_enter(?) a() held_exit(obj)
void by_struct(struct lock *l)
{
	struct held h __cleanup(held_exit) = held_enter(l);
	a();
}

// run scoped_struct(): held_enter() a() held_exit(obj)
static inline void *held_ptr(struct held *h)
{
	return h->lock;
}
void scoped_struct(struct lock *l)
{
	struct held h __cleanup(held_exit) = held_enter(l);
	a();
}
