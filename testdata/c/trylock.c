// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Locks that may not be got: returned, stored, negated, wrapped, retried. */
#include "kernel.h"

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
int try_plain(spinlock_t *lock)
{
	return spin_trylock(lock);
}

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
bool try_bool(spinlock_t *lock)
{
	return spin_trylock(lock);
}

/* want: adjust=? expect=0.. ; returns "== 0" adjust=1 ; returns "!= 0" adjust=0 */
int try_negated(spinlock_t *lock)
{
	return !spin_trylock(lock);
}

/* want: adjust=? expect=0.. ; returns "== 0" adjust=1 ; returns "!= 0" adjust=0 */
int try_error(spinlock_t *lock)
{
	if (!spin_trylock(lock))
		return -EBUSY;
	return 0;
}

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
int try_compared(spinlock_t *lock)
{
	return spin_trylock(lock) == 1;
}

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
bool try_wrapped(spinlock_t *lock)
{
	return try_error(lock) == 0;
}

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
spinlock_t *try_pointer(spinlock_t *lock)
{
	if (spin_trylock(lock))
		return lock;
	return NULL;
}

/* want: adjust=0 expect=0.. */
int used_at_once(spinlock_t *lock)
{
	if (spin_trylock(lock)) {
		spin_unlock(lock);
		return 1;
	}
	return 0;
}

/* want: adjust=0 expect=0.. */
int stored(spinlock_t *lock)
{
	int got = spin_trylock(lock);

	fixture_state++;
	if (got)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int stored_negated(spinlock_t *lock)
{
	bool missed = !spin_trylock(lock);

	fixture_state++;
	if (!missed)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int wrapped(spinlock_t *lock)
{
	if (try_error(lock))
		return 0;
	spin_unlock(lock);
	return 1;
}

/* want: adjust=0 expect=0.. */
int wrapped_twice(spinlock_t *lock)
{
	bool got = try_wrapped(lock);

	if (got != false)
		spin_unlock(lock);
	return 0;
}

/* The unlock stands on the wrong side. */
void wrong_side(spinlock_t *lock) /* want-bug: "unbalanced" */
{
	if (!spin_trylock(lock))
		fixture_state++;
}

/* want: adjust=0 expect=0 */
void sleeps_when_missed(spinlock_t *lock)
{
	if (!spin_trylock(lock)) {
		schedule();
		return;
	}
	spin_unlock(lock);
}

void sleeps_when_got(spinlock_t *lock)
{
	if (spin_trylock(lock)) {
		schedule(); /* want-bug: "may sleep" */
		spin_unlock(lock);
	}
}

/* Asks nothing of what it tried. */
void sleeps_anyway(spinlock_t *lock)
{
	int got = spin_trylock(lock);

	schedule(); /* want-bug: "may sleep" */
	if (got)
		spin_unlock(lock);
}

/* want: adjust=1 expect=0.. */
void spins(spinlock_t *lock)
{
	while (!spin_trylock(lock))
		fixture_state++;
}

/* want: adjust=1 expect=0 */
void spins_asleep(spinlock_t *lock)
{
	while (!spin_trylock(lock))
		msleep(1);
}

/* want: adjust=1 expect=0.. */
void try_then_take(spinlock_t *lock)
{
	if (spin_trylock(lock))
		return;
	fixture_state++;
	spin_lock(lock);
}

/* want: adjust=? expect=0.. ; returns "!= 0" adjust=1 ; returns "== 0" adjust=0 */
int try_limited(spinlock_t *lock, int tries)
{
	int got = 0;

	while (tries-- > 0) {
		got = spin_trylock(lock);
		if (got)
			break;
	}
	return got;
}

/* want: adjust=? expect=0.. ; returns "== 0" adjust=2 ; returns "!= 0" adjust=0 */
int try_both(spinlock_t *a, spinlock_t *b)
{
	if (!spin_trylock(a))
		return -EAGAIN;
	if (!spin_trylock(b)) {
		spin_unlock(a);
		return -EBUSY;
	}
	return 0;
}

/* want: adjust=0 expect=0.. */
int uses_both(spinlock_t *a, spinlock_t *b)
{
	int err = try_both(a, b);

	if (err < 0)
		return err;
	spin_unlock(b);
	spin_unlock(a);
	return 0;
}

int uses_both_forgets_one(spinlock_t *a, spinlock_t *b)
{
	if (try_both(a, b))
		return 0;
	spin_unlock(b);
	msleep(1); /* want-bug: "may sleep" */
	spin_unlock(a);
	return 0;
}

/* want: adjust=0 expect=0.. */
int writer(rwlock_t *lock)
{
	if (write_trylock(lock)) {
		write_unlock(lock);
		return 0;
	}
	return -EBUSY;
}

/* A mutex is no spinning lock: whoever got it may sleep on. */
/* want: adjust=0 expect=0.. */
int try_mutex(struct mutex *mutex)
{
	if (!mutex_trylock(mutex))
		return 0;
	mutex_unlock(mutex);
	return 1;
}

/* want: adjust=0 expect=0 */
int try_mutex_sleeps(struct mutex *mutex)
{
	if (!mutex_trylock(mutex))
		return 0;
	schedule();
	mutex_unlock(mutex);
	return 1;
}

/* want: adjust=0 expect=0.. */
int switched(spinlock_t *lock)
{
	switch (spin_trylock(lock)) {
	case 0:
		return -EBUSY;
	default:
		spin_unlock(lock);
		return 0;
	}
}

/* want: adjust=0 expect=0.. */
int through_pointer(spinlock_t *lock, int *got)
{
	*got = spin_trylock(lock);
	if (*got)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int conditional_expression(spinlock_t *lock, int wanted)
{
	int got = wanted ? spin_trylock(lock) : 0;

	if (got)
		spin_unlock(lock);
	return 0;
}
