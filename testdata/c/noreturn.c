// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Code that is never come back from. */
#include "kernel.h"

/* want: adjust=0 expect=0.. */
int bug_held(spinlock_t *lock, int *p)
{
	spin_lock(lock);
	BUG_ON(!p);
	spin_unlock(lock);
	return 0;
}

/* The path with the lock ends in BUG(). */
/* want: adjust=0 expect=0.. */
int bug_instead(spinlock_t *lock, int n)
{
	if (n == 9) {
		spin_lock(lock);
		BUG();
	}
	return 0;
}

/* want: adjust=0 expect=0.. */
int unreachable_default(spinlock_t *lock, int n)
{
	spin_lock(lock);
	switch (n & 1) {
	case 0:
		spin_unlock(lock);
		return 0;
	case 1:
		spin_unlock(lock);
		return 1;
	default:
		__builtin_unreachable();
	}
}

static __noreturn void stop(spinlock_t *lock)
{
	spin_lock(lock);
	for (;;)
		fixture_state++;
}

/* want: adjust=0 expect=0.. */
int stops(spinlock_t *lock, int n)
{
	if (n)
		stop(lock);
	return 0;
}

static void stop_unmarked(spinlock_t *lock)
{
	spin_lock(lock);
	while (1)
		fixture_state++;
}

/* want: adjust=0 expect=0.. */
int stops_unmarked(spinlock_t *lock, int n)
{
	if (n)
		stop_unmarked(lock);
	return 0;
}

/* want: never expect=0.. */
void always_bug(spinlock_t *lock)
{
	spin_lock(lock);
	BUG();
}

/* Sleeping before the end still counts. */
/* want: adjust=0 expect=0 */
int sleeps_then_bug(int n)
{
	if (n) {
		schedule();
		BUG();
	}
	return 0;
}

int sleeps_then_bug_held(spinlock_t *lock, int n)
{
	spin_lock(lock);
	if (n) {
		schedule(); /* want-bug: "may sleep" */
		BUG();
	}
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int warns(spinlock_t *lock, int n)
{
	spin_lock(lock);
	if (WARN_ON(n > 4)) {
		spin_unlock(lock);
		return -EINVAL;
	}
	spin_unlock(lock);
	return 0;
}

/* Nothing behind an endless loop is ever run. */
/* want: never expect=0.. */
void dead_code(void)
{
	for (;;)
		fixture_state++;
	schedule();
}
