// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Interrupts and bottom halves. */
#include "kernel.h"

/* want: adjust=0 expect=0.. lanes="none" */
void irqsave(spinlock_t *lock)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	fixture_state++;
	spin_unlock_irqrestore(lock, flags);
}

void irqsave_sleeps(spinlock_t *lock)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock_irqrestore(lock, flags);
}

/* want: adjust=1 expect=0.. lanes="spin+1 irq+1" */
unsigned long irqsave_returns(spinlock_t *lock)
{
	unsigned long flags;

	spin_lock_irqsave(lock, flags);
	return flags;
}

/* want: adjust=0 expect=0.. */
void irqs_off(void)
{
	unsigned long flags;

	local_irq_save(flags);
	fixture_state++;
	local_irq_restore(flags);
}

void irqs_off_sleeps(void)
{
	unsigned long flags;

	local_irq_save(flags);
	msleep(1); /* want-bug: "may sleep" */
	local_irq_restore(flags);
}

/* want: adjust=0 expect=0 */
void irqs_off_then_sleeps(void)
{
	unsigned long flags;

	local_irq_save(flags);
	local_irq_restore(flags);
	msleep(1);
}

void irqs_disabled_sleeps(void)
{
	local_irq_disable();
	schedule(); /* want-bug: "may sleep" */
	local_irq_enable();
}

/* want: adjust=0 expect=0 */
void irqs_enabled_sleeps(void)
{
	local_irq_disable();
	fixture_state++;
	local_irq_enable();
	schedule();
}

/* want: adjust=0 expect=0.. */
void lock_irq(spinlock_t *lock)
{
	spin_lock_irq(lock);
	fixture_state++;
	spin_unlock_irq(lock);
}

void lock_irq_sleeps(spinlock_t *lock)
{
	spin_lock_irq(lock);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock_irq(lock);
}

/* The lock is gone, the interrupts are not back. */
void halves(spinlock_t *lock)
{
	spin_lock_irq(lock);
	spin_unlock(lock);
	schedule(); /* want-bug: "may sleep" */
	local_irq_enable();
}

/* want: adjust=0 expect=0 */
void halves_in_order(spinlock_t *lock)
{
	spin_lock_irq(lock);
	spin_unlock(lock);
	local_irq_enable();
	schedule();
}

/* want: adjust=2 expect=0.. lanes="spin+1 bh+1" */
void lock_bh(spinlock_t *lock)
{
	spin_lock_bh(lock);
}

/* want: adjust=0 expect=0.. */
void lock_bh_in_halves(spinlock_t *lock)
{
	spin_lock_bh(lock);
	spin_unlock(lock);
	local_bh_enable();
}

void lock_bh_half(spinlock_t *lock)
{
	spin_lock_bh(lock);
	spin_unlock(lock);
	schedule(); /* want-bug: "may sleep" */
	local_bh_enable();
}

/* want: adjust=0 expect=0 */
void bh_off_then_sleeps(void)
{
	local_bh_disable();
	local_bh_enable();
	schedule();
}

void bh_off_sleeps(void)
{
	local_bh_disable();
	schedule(); /* want-bug: "may sleep" */
	local_bh_enable();
}

/* want: adjust=0 expect=0.. */
void nested_irqsave(spinlock_t *a, spinlock_t *b)
{
	unsigned long outer, inner;

	spin_lock_irqsave(a, outer);
	spin_lock_irqsave(b, inner);
	spin_unlock_irqrestore(b, inner);
	spin_unlock_irqrestore(a, outer);
}

void nested_irqsave_sleeps(spinlock_t *a, spinlock_t *b)
{
	unsigned long outer, inner;

	spin_lock_irqsave(a, outer);
	spin_lock_irqsave(b, inner);
	spin_unlock_irqrestore(b, inner);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock_irqrestore(a, outer);
}
