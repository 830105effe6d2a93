// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Helpers that let go of a lock they did not take. */
#include "kernel.h"

/* want: adjust=0 expect=1 */
void drop_and_sleep(spinlock_t *lock)
{
	spin_unlock(lock);
	schedule();
	spin_lock(lock);
}

/* want: adjust=0 expect=0 */
void with_one(spinlock_t *lock)
{
	spin_lock(lock);
	drop_and_sleep(lock);
	spin_unlock(lock);
}

void with_two(spinlock_t *lock, spinlock_t *other)
{
	spin_lock(other);
	spin_lock(lock);
	drop_and_sleep(lock); /* want-bug: "may sleep" */
	spin_unlock(lock);
	spin_unlock(other);
}

/* want: adjust=0 expect=1.. */
void drop_and_wake(spinlock_t *lock, struct completion *x)
{
	spin_unlock(lock);
	complete(x);
	spin_lock(lock);
}

/* want: adjust=0 expect=0.. */
void with_two_awake(spinlock_t *lock, spinlock_t *other, struct completion *x)
{
	spin_lock(other);
	spin_lock(lock);
	drop_and_wake(lock, x);
	spin_unlock(lock);
	spin_unlock(other);
}

/* want: adjust=0 expect=1 */
int wait_until(spinlock_t *lock, int n)
{
	while (query() != n) {
		spin_unlock(lock);
		schedule();
		spin_lock(lock);
	}
	return 0;
}

/* want: adjust=0 expect=2 */
void drop_both(spinlock_t *a, spinlock_t *b)
{
	spin_unlock(b);
	spin_unlock(a);
	msleep(1);
	spin_lock(a);
	spin_lock(b);
}

/* want: adjust=0 expect=0 */
void holds_both(spinlock_t *a, spinlock_t *b)
{
	spin_lock(a);
	spin_lock(b);
	drop_both(a, b);
	spin_unlock(b);
	spin_unlock(a);
}

/* Sleeps first and lets go later: nobody can call this. */
/* gap: requirements that contradict each other are not reported */
void unmeetable(spinlock_t *lock) /* want-bug: "below zero" */
{
	schedule();
	spin_unlock(lock);
}

static void helper_gives(spinlock_t *lock)
{
	spin_unlock(lock);
}

/* want: adjust=0 expect=0 */
void released_by_helper(spinlock_t *lock)
{
	spin_lock(lock);
	helper_gives(lock);
	schedule();
}

/* Sleeps with the lock on one path, and without it on the other. */
static void either_way(spinlock_t *lock)
{
	if (query()) {
		schedule();
		return;
	}
	spin_unlock(lock);
	schedule();
	spin_lock(lock);
}

void either_way_held(spinlock_t *lock)
{
	spin_lock(lock);
	either_way(lock); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* The same, where one path also forgets to take the lock again. */
static void either_way_lost(spinlock_t *lock) /* want-note: "unbalanced" */
{
	schedule();
	if (query()) {
		spin_unlock(lock);
		schedule();
	}
}

void either_way_lost_held(spinlock_t *lock)
{
	spin_lock(lock);
	either_way_lost(lock); /* want-note: "may sleep" */
}
