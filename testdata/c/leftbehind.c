// What a function leaves behind the pointers that it is given.
#include "kernel.h"

extern int query(void);

/* want: adjust=? expect=0.. */
static inline void begin_or_lock(spinlock_t *lock, int *seq)
{
	if (!(*seq & 1))
		*seq = query() & ~1;
	else
		spin_lock(lock);
}

static inline int need_retry(int seq)
{
	return !(seq & 1) && query();
}

static inline void done_or_unlock(spinlock_t *lock, int seq)
{
	if (seq & 1)
		spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
int read_or_lock(spinlock_t *lock)
{
	int seq = 0, next = 0, sum;

	do {
		seq = next;
		begin_or_lock(lock, &seq);
		sum = query();
		next = 1;
	} while (need_retry(seq));
	done_or_unlock(lock, seq);
	return sum;
}

/* want: adjust=0 expect=0 */
int sleeps_when_done(spinlock_t *lock)
{
	int seq = 0;

	begin_or_lock(lock, &seq);
	done_or_unlock(lock, seq);
	schedule();
	return 0;
}

int sleeps_before_done(spinlock_t *lock)
{
	int seq = 1;

	begin_or_lock(lock, &seq);
	schedule(); /* want-bug: "may sleep" */
	done_or_unlock(lock, seq);
	return 0;
}

static void add_flag(unsigned int *flags)
{
	*flags |= 4;
}

static void add_other_flag(unsigned int *flags)
{
	*flags |= 2;
}

/* want: adjust=0 expect=0 ; when "!(flags & 0x4)" expect=0 ; else expect=0.. */
static void wait_unless(unsigned int flags)
{
	if (flags & 4)
		return;
	schedule();
}

void flags_added(spinlock_t *lock)
{
	unsigned int flags = 1;

	add_flag(&flags);
	spin_lock(lock);
	wait_unless(flags);
	spin_unlock(lock);
}

void other_flags_added(spinlock_t *lock)
{
	unsigned int flags = 1;

	add_other_flag(&flags);
	spin_lock(lock);
	wait_unless(flags); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* The lock is taken where the pointer is set. */
static int find_locked(spinlock_t *lock, spinlock_t **held)
{
	*held = NULL;
	if (!query())
		return -ENOMEM;
	spin_lock(lock);
	*held = lock;
	return 0;
}

/* want: adjust=0 expect=0.. */
int releases_held(spinlock_t *lock)
{
	spinlock_t *held;
	int ret = find_locked(lock, &held);

	if (held)
		spin_unlock(held);
	return ret;
}

/* want: adjust=0 expect=0 */
int sleeps_if_not_held(spinlock_t *lock)
{
	spinlock_t *held;

	find_locked(lock, &held);
	if (!held) {
		schedule();
		return 0;
	}
	spin_unlock(held);
	return 1;
}

int sleeps_if_held(spinlock_t *lock)
{
	spinlock_t *held;

	find_locked(lock, &held);
	if (held) {
		schedule(); /* want-bug: "may sleep" */
		spin_unlock(held);
	}
	return 1;
}

/* Takes the lock where it is not held yet, or does nothing. */
static void hold_maybe(spinlock_t *lock, spinlock_t **held)
{
	if (!query())
		return;
	if (!*held)
		spin_lock(lock);
	*held = lock;
}

/* want: adjust=0 expect=0.. */
void holds_maybe(spinlock_t *lock)
{
	spinlock_t *held = NULL;

	hold_maybe(lock, &held);
	hold_maybe(lock, &held);
	if (held)
		spin_unlock(held);
}

static int add_flags(unsigned int *flags, unsigned int more)
{
	if (*flags & 0x100)
		return 0;
	*flags |= more;
	return 1;
}

void given_flags_added(spinlock_t *lock, unsigned int flags)
{
	if (!add_flags(&flags, 4))
		return;
	spin_lock(lock);
	wait_unless(flags);
	spin_unlock(lock);
}

void other_given_flags_added(spinlock_t *lock, unsigned int flags)
{
	if (!add_flags(&flags, 2))
		return;
	spin_lock(lock);
	wait_unless(flags); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

struct mode {
	int sleepy;
	int other;
};

static void mode_clear(struct mode *m)
{
	m->other = 1;
	m->sleepy = 0;
}

static void mode_set(struct mode *m)
{
	m->sleepy = 1;
}

static int mode_wait(struct mode *m)
{
	if (m->sleepy)
		schedule();
	return m->sleepy;
}

/* want: adjust=0 expect=0.. */
int clears_first(struct mode *m)
{
	mode_clear(m);
	return mode_wait(m);
}

/* want: adjust=0 expect=0 */
int sets_first(struct mode *m)
{
	mode_set(m);
	return mode_wait(m);
}

/* Two numbers behind two pointers, each perhaps with one more bit. */
static bool prepare(gfp_t flags, gfp_t *gfp, unsigned int *how)
{
	if (query()) {
		*gfp |= __GFP_ZERO;
		if (query())
			*how |= 64;
	}
	if (flags & 1)
		return false;
	*how = flags & 2;
	return true;
}

/* want: adjust=0 expect=0 ; when "gfp & 0x400 && !(gfp & 0x1)" expect=0 ; else expect=0.. */
void *prepared(gfp_t gfp)
{
	gfp_t mine = gfp;
	unsigned int how = 0;

	if (!prepare(gfp, &mine, &how))
		return NULL;
	return kmalloc(how, mine);
}

void *prepared_atomic(spinlock_t *lock)
{
	void *p;

	spin_lock(lock);
	p = prepared(GFP_ATOMIC);
	spin_unlock(lock);
	return p;
}

void *prepared_waits(spinlock_t *lock)
{
	void *p;

	spin_lock(lock);
	p = prepared(GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return p;
}

/* The bit that waits may be added. */
static void prepare_waiting(gfp_t *gfp, unsigned int *how)
{
	if (query())
		*gfp |= __GFP_DIRECT_RECLAIM;
	*how = 1;
}

/* want: adjust=0 expect=0 */
void *prepared_waiting(gfp_t gfp)
{
	unsigned int how;

	prepare_waiting(&gfp, &how);
	return kmalloc(how, gfp);
}

/* One number behind both pointers. */
static void prepare_twice(unsigned int *gfp, unsigned int *how)
{
	*gfp = GFP_ATOMIC;
	*how = GFP_KERNEL;
}

/* want: adjust=0 expect=0 */
void *prepared_twice(void)
{
	unsigned int gfp = GFP_ATOMIC;

	prepare_twice(&gfp, &gfp);
	return kmalloc(8, gfp);
}

/* want: adjust=0 expect=0.. */
void *prepared_apart(void)
{
	unsigned int gfp = GFP_KERNEL, how;

	prepare_twice(&gfp, &how);
	return kmalloc(how, gfp);
}
