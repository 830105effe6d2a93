// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Function pointers: operations, callbacks, and pointers nothing is known of. */
#include "kernel.h"

struct fast_ops {
	int (*read)(int key);
	int (*write)(int key);
};

static int fast_read(int key)
{
	return key + 1;
}

static int fast_write(int key)
{
	fixture_state = key;
	return 0;
}

static const struct fast_ops fast_ops = {
	.read = fast_read,
	.write = fast_write,
};

struct slow_ops {
	int (*read)(int key);
	int (*write)(int key);
	void (*flush)(void);
};

static int slow_read(int key)
{
	schedule();
	return key;
}

static void slow_flush(void)
{
	msleep(3);
}

/* Positional, with a quick writer. */
static const struct slow_ops slow_ops = { slow_read, fast_write };

/* want: adjust=0 expect=0.. */
int reads_fast(const struct fast_ops *ops)
{
	return ops->read(1);
}

/* want: adjust=0 expect=0 */
int reads_slow(const struct slow_ops *ops)
{
	return ops->read(1);
}

/* want: adjust=0 expect=0.. */
int writes_slow(const struct slow_ops *ops)
{
	return ops->write(1);
}

int reads_slow_held(spinlock_t *lock, const struct slow_ops *ops)
{
	int ret;

	spin_lock(lock);
	ret = ops->read(2); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

/* want: adjust=0 expect=0.. */
int reads_fast_held(spinlock_t *lock, const struct fast_ops *ops)
{
	int ret;

	spin_lock(lock);
	ret = ops->read(2);
	spin_unlock(lock);
	return ret;
}

/* The target is assigned, not initialised. */
void sets_flush(struct slow_ops *ops)
{
	ops->flush = slow_flush;
}

void flushes_held(spinlock_t *lock, struct slow_ops *ops)
{
	spin_lock(lock);
	if (ops->flush)
		ops->flush(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0 */
void flushes(struct slow_ops *ops)
{
	ops->flush();
}

static void for_both(void (*each)(int), int a, int b)
{
	each(a);
	each(b);
}

static void count_one(int n)
{
	fixture_state += n;
}

static void sleep_one(int n)
{
	msleep(n);
}

/* want: adjust=0 expect=0.. */
void callback_counts(spinlock_t *lock)
{
	spin_lock(lock);
	for_both(count_one, 1, 2);
	spin_unlock(lock);
}

void callback_sleeps(spinlock_t *lock)
{
	spin_lock(lock);
	for_both(sleep_one, 1, 2); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0 */
void callback_free(void)
{
	for_both(sleep_one, 1, 2);
}

static void for_held(spinlock_t *lock, void (*each)(int))
{
	spin_lock(lock);
	each(3);
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
void callback_called_held(spinlock_t *lock)
{
	for_held(lock, count_one);
}

void callback_called_held_sleeps(spinlock_t *lock)
{
	for_held(lock, sleep_one); /* want-bug: "may sleep" */
}

static void for_nobody(spinlock_t *lock, void (*each)(int))
{
	spin_lock(lock);
	if (!each)
		fixture_state++;
	spin_unlock(lock);
}

/* Passed, but never called. */
/* want: adjust=0 expect=0.. */
void callback_unused(spinlock_t *lock)
{
	for_nobody(lock, sleep_one);
}

/* want: adjust=0 expect=0.. */
int local_pointer(spinlock_t *lock)
{
	int (*read)(int) = fast_read;
	int ret;

	spin_lock(lock);
	ret = read(3);
	spin_unlock(lock);
	return ret;
}

int local_pointer_sleeps(spinlock_t *lock)
{
	int (*read)(int) = slow_read;
	int ret;

	spin_lock(lock);
	ret = read(3); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

int local_pointer_either(spinlock_t *lock, bool quick)
{
	int (*read)(int) = quick ? fast_read : slow_read;
	int ret;

	spin_lock(lock);
	ret = read(3); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

struct timer { void (*function)(int); };

static void timer_prepare(struct timer *timer, void (*function)(int))
{
	timer->function = function;
}

/* want: adjust=0 expect=0.. */
void timer_start(struct timer *timer)
{
	timer_prepare(timer, sleep_one);
}

void timer_fires(spinlock_t *lock, struct timer *timer)
{
	spin_lock(lock);
	timer->function(1); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static int (*const table[])(int) = { fast_read, slow_read };

int table_held(spinlock_t *lock, int which)
{
	int ret;

	spin_lock(lock);
	ret = table[which](1); /* want-note: "may sleep" */
	spin_unlock(lock);
	return ret;
}

/* want: adjust=0 expect=0.. evidence=assumed */
int stranger(int (*function)(void))
{
	return function();
}

struct hook { void (*enter)(spinlock_t *lock); void (*leave)(spinlock_t *lock); };

static void hook_enter(spinlock_t *lock)
{
	spin_lock(lock);
}

static void hook_leave(spinlock_t *lock)
{
	spin_unlock(lock);
}

static const struct hook hook = { .enter = hook_enter, .leave = hook_leave };

/* want: adjust=0 expect=0.. */
void hooked(const struct hook *hook, spinlock_t *lock)
{
	hook->enter(lock);
	fixture_state++;
	hook->leave(lock);
}

void hooked_sleeps(const struct hook *hook, spinlock_t *lock)
{
	hook->enter(lock);
	schedule(); /* want-bug: "may sleep" */
	hook->leave(lock);
}

struct default_ops { int (*check)(int); };

/* want: adjust=0 expect=0 */
int overridden(const struct default_ops *ops)
{
	if (ops->check)
		return ops->check(1);
	return slow_read(2);
}

/* Static calls: a trampoline by name, and a key that holds the target. */
struct static_key { void *func; };
extern void fixture_update(struct static_key *key, void *trampoline, void *func);
#define DEFINE_FIXTURE_CALL(name, initial) \
	extern struct static_key __SCK__##name; \
	extern typeof(initial) __SCT__##name; \
	struct static_key __SCK__##name = { .func = initial }
#define fixture_call(name) ({ &__SCT__##name; })
#define fixture_call_update(name, f) \
	({ typeof(&__SCT__##name) __F = (f); fixture_update(&__SCK__##name, &__SCT__##name, __F); })

static void static_naps(void) { schedule(); }
static void static_spins(void) { fixture_state++; }
DEFINE_FIXTURE_CALL(fixture_naps, static_naps);
DEFINE_FIXTURE_CALL(fixture_spins, static_spins);
DEFINE_FIXTURE_CALL(fixture_changed, static_spins);

void static_change(void)
{
	fixture_call_update(fixture_changed, static_naps);
}

void static_call_sleeps(spinlock_t *lock)
{
	spin_lock(lock);
	fixture_call(fixture_naps)(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void static_call_changed_sleeps(spinlock_t *lock)
{
	spin_lock(lock);
	fixture_call(fixture_changed)(); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. evidence=proved */
void static_call_spins(spinlock_t *lock)
{
	spin_lock(lock);
	fixture_call(fixture_spins)();
	spin_unlock(lock);
}

struct sorter {
	int (*compare)(int a);
};

struct sorter_args {
	int (*compare)(int a);
};

static int compare_quick(int a)
{
	return a;
}

static int compare_sleeping(int a)
{
	schedule();
	return a;
}

struct quick_sorter {
	int (*compare)(int a);
};

static const struct quick_sorter quick_sorter = { .compare = compare_quick };
static const struct sorter_args sleeping_args = { .compare = compare_sleeping };

static int sort_with(int (*compare)(int a))
{
	return compare(1) + compare(2);
}

/* want: adjust=0 expect=0.. evidence=proved */
int sorts_quickly(const struct quick_sorter *s, spinlock_t *lock)
{
	int ret;

	spin_lock(lock);
	ret = sort_with(s->compare);
	spin_unlock(lock);
	return ret;
}

/* What a field is copied from decides what it holds. */
void sorter_init(struct sorter *s, const struct sorter_args *args)
{
	s->compare = args->compare;
}

int sorts_asleep(const struct sorter *s, spinlock_t *lock)
{
	int (*compare)(int a) = s->compare;
	int ret;

	spin_lock(lock);
	ret = sort_with(compare); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

DEFINE_FIXTURE_CALL(fixture_from_field, static_spins);

struct spinner {
	void (*spin)(void);
};

static const struct spinner napping_spinner = { .spin = static_naps };

void static_change_from_field(const struct spinner *s)
{
	fixture_call_update(fixture_from_field, *s->spin);
}

void static_call_from_field_sleeps(spinlock_t *lock)
{
	spin_lock(lock);
	fixture_call(fixture_from_field)(); /* want-note: "may sleep" */
	spin_unlock(lock);
}

static void drops_for(spinlock_t *lock, void (*each)(int))
{
	spin_unlock_irq(lock);
	each(4);
	spin_lock_irq(lock);
}

/* want: adjust=0 expect=0 */
void callback_called_dropped(spinlock_t *lock)
{
	spin_lock_irq(lock);
	drops_for(lock, sleep_one);
	spin_unlock_irq(lock);
}

static void drops_half_for(spinlock_t *lock, void (*each)(int))
{
	spin_unlock(lock);
	each(4);
	spin_lock(lock);
}

void callback_called_half_dropped(spinlock_t *lock)
{
	spin_lock_irq(lock);
	drops_half_for(lock, sleep_one); /* want-bug: "may sleep" */
	spin_unlock_irq(lock);
}

/* Nobody stores anything there, and nobody else can. */
struct never_called {
	void (*hook)(void);
};

/* want: adjust=0 expect=0.. evidence=proved */
void calls_what_never_is(struct never_called *n, spinlock_t *lock)
{
	spin_lock(lock);
	n->hook();
	spin_unlock(lock);
}

struct set_from_outside {
	void (*hook)(void);
};

extern void (*find_hook(void))(void);

void sets_from_outside(struct set_from_outside *n)
{
	n->hook = find_hook();
}

/* want: adjust=0 expect=0.. evidence=assumed */
void calls_from_outside(struct set_from_outside *n)
{
	n->hook();
}

/* A sleep there would be this function's own bug, whoever calls it. */
/* want: adjust=0 expect=0.. evidence=proved */
void calls_from_outside_held(struct set_from_outside *n, spinlock_t *lock)
{
	spin_lock(lock);
	n->hook();
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. evidence=proved */
void calls_deeper_held(struct set_from_outside *n, spinlock_t *lock)
{
	spin_lock(lock);
	calls_from_outside(n);
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. evidence=assumed */
void calls_deeper_twice(struct set_from_outside *n, spinlock_t *lock)
{
	spin_lock(lock);
	calls_from_outside(n);
	spin_unlock(lock);
	calls_from_outside(n);
}

/* What it is given may let go of the lock: that is for its callers to know. */
void each_locked(spinlock_t *lock, int n, void (*done)(spinlock_t *lock)) /* want-note: "unbalanced" */
{
	int i;

	for (i = 0; i < n; i++) {
		spin_lock(lock);
		done(lock);
	}
}

/* Here nobody else could. */
void each_leaks(spinlock_t *lock, int n) /* want-bug: "unbalanced" */
{
	int i;

	for (i = 0; i < n; i++) {
		spin_lock(lock);
		query();
	}
}
