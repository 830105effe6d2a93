/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/kernel.h>

typedef struct {
	atomic_t val;
} spinlock_t;

static inline void spin_lock(spinlock_t *lock)
{
	preempt_disable();
	while (!atomic_try_cmpxchg(&lock->val, 0, 1))
		;
}

static inline void spin_unlock(spinlock_t *lock)
{
	atomic_set_release(&lock->val, 0);
	preempt_enable();
}

#endif
