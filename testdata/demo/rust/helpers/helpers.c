// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Inline functions and macros, made callable from Rust. */
#include <linux/spinlock.h>
#include <linux/kernel.h>

void rust_helper_spin_lock(spinlock_t *lock)
{
	spin_lock(lock);
}

void rust_helper_spin_unlock(spinlock_t *lock)
{
	spin_unlock(lock);
}

void rust_helper_might_sleep(void)
{
	might_sleep();
}
