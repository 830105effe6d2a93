// SPDX-License-Identifier: Apache-2.0 OR MIT
/* A mutex that gives the CPU away while somebody else holds it. */
#include <linux/mutex.h>

static void mutex_lock_slowpath(struct mutex *lock)
{
	while (!atomic_try_cmpxchg(&lock->owner, 0, 1))
		schedule();
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();

	if (unlikely(!mutex_trylock(lock)))
		mutex_lock_slowpath(lock);
}

int mutex_trylock(struct mutex *lock)
{
	return atomic_try_cmpxchg(&lock->owner, 0, 1);
}

void mutex_unlock(struct mutex *lock)
{
	atomic_set_release(&lock->owner, 0);
}
