// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * A header that is included too early: its functions are lost. That costs nothing else,
 * in this file or in the kernel.
 */
#include <linux/bit_spinlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

void *atomic_all_the_same(spinlock_t *lock)
{
	void *p;

	spin_lock(lock);
	p = kzalloc(64, GFP_ATOMIC);
	spin_unlock(lock);
	return p;
}
