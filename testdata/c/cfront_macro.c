// Macros as primitives; see cfront_flow.c for how to read the comments.
// macros: nap nap_if hold hold_save try_hold count_now empty_mark
#include "cfront.h"

int __hold_save(void *l);
int __try_hold(void *l);

#define nap() do { } while (0)
#define nap_if(cond) do { if (cond) nap(); } while (0)
#define hold(l) __hold_real(l)
#define __hold_real(l) do { use(l); (void)0; } while (0)
#define hold_save(l, flags) \
	do { \
		__typeof__(flags) dummy; \
		(void)(&dummy == &(flags)); \
		flags = __hold_save(l); \
	} while (0)
#define try_hold(l) ({ int got = __try_hold(l); got ? 1 : (b(), 0); })
#define count_now() (0)
#define empty_mark()
#define wait_for(cond) \
	do { \
		nap(); \
		while (!(cond)) \
			a(); \
	} while (0)
#define hold_inside(q, f) do { hold_save(&(q)->next, f); } while (0)

// run plain(): a() nap() b()
void plain(void)
{
	a();
	nap();
	b();
}

// run conditional(1): nap_if(1)
void conditional(int x)
{
	nap_if(x);
}

// run as_body(1): nap()
// run as_body(0):
void as_body(int x)
{
	if (x)
		nap();
}

// run nested(): nap() | nap() a() | nap() a() a() | ...
void nested(void)
{
	wait_for(get_quietly);
}

// run with_argument(): get() hold(?)
void with_argument(struct box *p)
{
	hold(p + get());
}

// run saved(): hold_save(?) take(?)
void saved(struct box *p)
{
	int flags = 3;
	hold_save(p, flags);
	take(flags);
}

// run saved_inside(): hold_save(obj) take(?)
void saved_inside(struct box *p)
{
	int flags = 3;
	hold_inside(p, flags);
	take(flags);
}

// run tried(): try_hold(?) a() => 1 | try_hold(?) => 0
int tried(void *l)
{
	if (!try_hold(l))
		return 0;
	a();
	return 1;
}

// run tried_later(): try_hold(?) a() b() | try_hold(?) b()
void tried_later(void *l)
{
	int ok = try_hold(l);
	if (ok)
		a();
	b();
}

// run counted(): count_now() a() | count_now() b()
void counted(void)
{
	if (count_now() == 0)
		a();
	else
		b();
}

// run sum(): count_now() => ?
int sum(void)
{
	return count_now() + 1;
}

// run empty(1): a() empty_mark() b()
// run empty(0): a() b()
void empty(int x)
{
	a();
	if (x)
		empty_mark();
	b();
}

// run empty_last(): a() empty_mark()
void empty_last(void)
{
	a();
	empty_mark();
}

#define hold_raw(l, flags) \
	do { \
		__typeof__(flags) dummy; \
		(void)(&dummy == &(flags)); \
		flags = __hold_save(l); \
	} while (0)
#define hold_spin(l, flags) \
do { \
	hold_raw(lock_of(l), flags); \
} while (0)
static inline void *lock_of(struct box *b)
{
	return b->next;
}

// macros: hold_raw hold_spin
// run layered(): hold_spin() take()
void layered(struct box *p, int *flags)
{
	hold_spin(p, *flags);
	take(*flags);
}

// run layered_raw(): lock_of() hold_raw() take()
void layered_raw(struct box *p, int *flags)
{
	hold_raw(lock_of(p), *flags);
	take(*flags);
}
