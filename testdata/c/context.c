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

/* Page faults. */
extern void pagefault_disable(void);
extern void pagefault_enable(void);
extern bool pagefault_disabled(void);

static inline void might_fault(void)
{
	if (pagefault_disabled())
		return;
	might_sleep();
}

static inline int read_user(const int *from)
{
	might_fault();
	return *from;
}

/* want: adjust=0 expect=0 */
int reads_user(const int *from)
{
	return read_user(from);
}

int reads_user_held(spinlock_t *lock, const int *from)
{
	int x;

	spin_lock(lock);
	x = reads_user(from); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return x;
}

/* want: adjust=0 expect=0.. lanes="none" */
int reads_user_nofault(const int *from)
{
	int x;

	pagefault_disable();
	x = reads_user(from);
	pagefault_enable();
	return x;
}

int reads_user_nofault_held(spinlock_t *lock, const int *from)
{
	int x;

	spin_lock(lock);
	pagefault_disable();
	x = reads_user(from);
	pagefault_enable();
	spin_unlock(lock);
	return x;
}

/* want: adjust=0 expect=0.. lanes="fault+1" */
void faults_off(void)
{
	pagefault_disable();
}

/* want: adjust=0 expect=0 lanes="fault-1" */
int reads_user_behind(const int *from)
{
	pagefault_enable();
	return reads_user(from);
}

int reads_user_again(spinlock_t *lock, const int *from)
{
	int x;

	spin_lock(lock);
	faults_off();
	x = reads_user_behind(from); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return x;
}

/* That it sleeps at all is no matter of page faults. */
void sleeps_nofault(spinlock_t *lock)
{
	spin_lock(lock);
	pagefault_disable();
	schedule(); /* want-bug: "may sleep" */
	pagefault_enable();
	spin_unlock(lock);
}

/* Found on, then switched off. */
static void looks_then_sleeps(void)
{
	if (pagefault_disabled())
		return;
	pagefault_disable();
	schedule();
	pagefault_enable();
}

void looks_then_sleeps_held(spinlock_t *lock)
{
	spin_lock(lock);
	looks_then_sleeps(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}
