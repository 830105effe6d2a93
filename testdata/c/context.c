// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Functions that look at the context before they sleep. */
#include "kernel.h"

/* want: adjust=0 expect=0.. */
void asks_atomic(void)
{
	if (in_atomic() || irqs_disabled())
		return;
	schedule();
}

/* want: adjust=0 expect=0.. */
void asks_preemptible(void)
{
	if (preemptible())
		schedule();
}

/* Asks the wrong way round: it sleeps just where it must not. */
/* want: adjust=0 expect=0 */
void asks_wrong(void)
{
	if (!preemptible())
		schedule();
}

/* want: adjust=0 expect=0.. */
void asked_in_section(spinlock_t *lock)
{
	spin_lock(lock);
	asks_preemptible();
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
void asks_helper(void)
{
	asks_atomic();
	asks_preemptible();
}

static bool may_wait(void)
{
	return preemptible();
}

/* want: adjust=0 expect=0.. */
void asks_through_helper(void)
{
	if (may_wait())
		schedule();
}

/* want: adjust=0 expect=0.. */
void asks_and_allocates(void **to)
{
	gfp_t gfp = preemptible() ? GFP_KERNEL : GFP_ATOMIC;

	*to = kmalloc(32, gfp);
}

/* The answer is old when the lock is taken. */
void asked_too_early(spinlock_t *lock)
{
	bool can = preemptible();

	spin_lock(lock);
	if (can)
		schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* The answer is still good when the lock is gone. */
/* want: adjust=0 expect=0.. */
void asked_in_time(spinlock_t *lock)
{
	bool can = preemptible();

	spin_lock(lock);
	spin_unlock(lock);
	if (can)
		schedule();
}
