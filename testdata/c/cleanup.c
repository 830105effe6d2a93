// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Scope-bound locks and memory. */
#include "kernel.h"

/* want: adjust=0 expect=0.. */
int guarded(spinlock_t *lock, int n)
{
	guard(spinlock)(lock);
	if (n < 0)
		return -EINVAL;
	if (query())
		goto out;
	fixture_state++;
out:
	return 0;
}

void guarded_sleeps(spinlock_t *lock)
{
	guard(spinlock)(lock);
	schedule(); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0 */
void guarded_block(spinlock_t *lock)
{
	{
		guard(spinlock)(lock);
		fixture_state++;
	}
	schedule();
}

/* want: adjust=0 expect=0 */
int guarded_mutex(struct mutex *mutex)
{
	guard(mutex)(mutex);
	schedule();
	return 0;
}

void guarded_mutex_inside(spinlock_t *lock, struct mutex *mutex)
{
	guard(spinlock)(lock);
	guard(mutex)(mutex); /* want-bug: "may sleep" */
	fixture_state++;
}

/* want: adjust=0 expect=0 */
void guarded_mutex_outside(spinlock_t *lock, struct mutex *mutex)
{
	guard(mutex)(mutex);
	guard(spinlock)(lock);
	fixture_state++;
}

/* want: adjust=0 expect=0 */
void scoped(spinlock_t *lock)
{
	scoped_guard(spinlock, lock) {
		fixture_state++;
	}
	schedule();
}

void scoped_sleeps(spinlock_t *lock)
{
	scoped_guard(spinlock, lock) {
		schedule(); /* want-bug: "may sleep" */
	}
}

/* want: adjust=0 expect=0.. */
int scoped_return(spinlock_t *lock)
{
	scoped_guard(spinlock, lock) {
		if (query())
			return 1;
	}
	return 0;
}

/* want: adjust=0 expect=0 */
void scoped_break(spinlock_t *lock)
{
	scoped_guard(spinlock, lock) {
		if (query())
			break;
		fixture_state++;
	}
	schedule();
}

/* want: adjust=0 expect=0.. */
void section(void)
{
	guard(rcu)();
	fixture_state++;
}

void section_sleeps(void)
{
	guard(rcu)();
	schedule(); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0.. */
int freed_held(spinlock_t *lock)
{
	void *memory __free(kfree) = kmalloc(8, GFP_ATOMIC);

	guard(spinlock)(lock);
	if (!memory)
		return -ENOMEM;
	return 0;
}

/* want: adjust=0 expect=0.. */
void *handed_out(spinlock_t *lock)
{
	void *memory __free(kfree) = kmalloc(8, GFP_ATOMIC);

	guard(spinlock)(lock);
	return_ptr(memory);
}

struct job {
	int id;
	spinlock_t lock;
};

/* want: adjust=0 expect=0.. */
int guarded_field(struct job *job)
{
	guard(spinlock)(&job->lock);
	if (job->id)
		return 1;
	return 0;
}

void guarded_field_sleeps(struct job *job)
{
	guard(spinlock)(&job->lock);
	schedule(); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0 */
void scoped_field(struct job *job)
{
	scoped_guard(spinlock, &job->lock)
		job->id++;
	schedule();
}

/* want: adjust=0 expect=0.. */
int guarded_irq(struct job *job)
{
	guard(spinlock_irqsave)(&job->lock);
	return job->id;
}

void guarded_irq_sleeps(spinlock_t *lock)
{
	guard(spinlock_irqsave)(lock);
	schedule(); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0 */
void scoped_irq(spinlock_t *lock)
{
	scoped_guard(spinlock_irqsave, lock)
		fixture_state++;
	schedule();
}

/* want: adjust=0 expect=0.. */
int tried_guard(struct job *job)
{
	CLASS(spinlock_try, held)(&job->lock);

	if (!held.lock)
		return -EBUSY;
	job->id++;
	return 0;
}

int tried_guard_sleeps(struct job *job)
{
	CLASS(spinlock_try, held)(&job->lock);

	if (!held.lock)
		return -EBUSY;
	schedule(); /* want-bug: "may sleep" */
	return 0;
}

/* want: adjust=0 expect=0 */
int tried_guard_sleeps_without(struct job *job)
{
	CLASS(spinlock_try, held)(&job->lock);

	if (!held.lock)
		schedule();
	return 0;
}

static void settle(int *left)
{
	if (*left)
		schedule();
}

/* The clean-up is younger than the lock, so it runs first. */
int cleanup_sleeps(spinlock_t *lock)
{
	guard(spinlock)(lock);
	int left __cleanup(settle) = query();

	return left; /* want-bug: "may sleep" */
}

/* The clean-up is older than the lock, so it runs last. */
/* want: adjust=0 expect=0 */
int cleanup_sleeps_last(spinlock_t *lock)
{
	int left __cleanup(settle) = query();
	guard(spinlock)(lock);

	return left;
}

/* want: adjust=0 expect=0.. */
int guarded_loop(spinlock_t *locks, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		guard(spinlock)(&locks[i]);
		if (query() == 1)
			continue;
		if (query() == 2)
			break;
		if (query() == 3)
			return i;
	}
	return n;
}

/* want: adjust=0 expect=0 */
int guarded_loop_sleeps_after(spinlock_t *lock, int n)
{
	while (n--) {
		{
			guard(spinlock)(lock);
			if (query())
				continue;
		}
		schedule();
	}
	return 0;
}

static inline void tried_release(spinlock_t **lock)
{
	if (*lock)
		spin_unlock(*lock);
}

/* want: adjust=0 expect=0.. */
int tried(spinlock_t *lock)
{
	spinlock_t *held __cleanup(tried_release) = spin_trylock(lock) ? lock : NULL;

	if (!held)
		return -EBUSY;
	fixture_state++;
	return 0;
}

int tried_sleeps(spinlock_t *lock)
{
	spinlock_t *held __cleanup(tried_release) = spin_trylock(lock) ? lock : NULL;

	if (!held)
		return -EBUSY;
	schedule(); /* want-bug: "may sleep" */
	return 0;
}

/* want: adjust=0 expect=0 */
int tried_sleeps_without(spinlock_t *lock)
{
	spinlock_t *held __cleanup(tried_release) = spin_trylock(lock) ? lock : NULL;

	if (!held)
		schedule();
	return 0;
}
