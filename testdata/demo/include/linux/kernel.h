/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <linux/types.h>

/*
 * As in a kernel without CONFIG_DEBUG_ATOMIC_SLEEP: these marks compile to
 * nothing, and mean what they say all the same.
 */
#define might_sleep() do { } while (0)
#define might_sleep_if(cond) do { if (cond) might_sleep(); } while (0)

#define unlikely(x) __builtin_expect(!!(x), 0)

void schedule(void);
void preempt_disable(void);
void preempt_enable(void);

static inline int atomic_read(const atomic_t *v)
{
	return v->counter;
}

static inline bool atomic_try_cmpxchg(atomic_t *v, int old, int new)
{
	return __sync_bool_compare_and_swap(&v->counter, old, new);
}

static inline void atomic_set_release(atomic_t *v, int i)
{
	__atomic_store_n(&v->counter, i, __ATOMIC_RELEASE);
}

#endif
