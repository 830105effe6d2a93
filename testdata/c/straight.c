// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Code without branches: what a lock, a section and a sleep do each. */
#include "kernel.h"

/* want: adjust=1 expect=0.. lanes="spin+1" evidence=proved */
void take(spinlock_t *lock)
{
	spin_lock(lock);
}

/* want: adjust=-1 expect=1.. lanes="spin-1" */
void give(spinlock_t *lock)
{
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. lanes="none" */
int paired(spinlock_t *lock, int *value)
{
	int copy;

	spin_lock(lock);
	copy = *value;
	spin_unlock(lock);
	return copy;
}

/* want: adjust=2 expect=0.. */
void take_two(spinlock_t *a, spinlock_t *b)
{
	spin_lock(a);
	spin_lock(b);
}

/* want: adjust=-2 expect=2.. */
void give_two(spinlock_t *a, spinlock_t *b)
{
	spin_unlock(b);
	spin_unlock(a);
}

/* want: adjust=0 expect=1.. */
void give_and_take(spinlock_t *a, spinlock_t *b)
{
	spin_unlock(a);
	spin_lock(b);
}

/* want: adjust=0 expect=0 evidence=proved */
void sleep(struct mutex *lock)
{
	mutex_lock(lock);
	mutex_unlock(lock);
}

/* want: adjust=0 expect=0 evidence=proved */
void sleep_marked(void)
{
	might_sleep();
}

/* want: adjust=0 expect=0.. evidence=proved */
int nothing(int a, int b)
{
	return a + b;
}

/* want: adjust=1 expect=0 */
void sleep_then_take(struct mutex *mutex, spinlock_t *lock)
{
	mutex_lock(mutex);
	spin_lock(lock);
}

/* want: adjust=-1 expect=1 */
void give_then_sleep(spinlock_t *lock)
{
	spin_unlock(lock);
	schedule();
}

/* want: adjust=0 expect=0 */
void sleep_between(spinlock_t *lock)
{
	spin_lock(lock);
	spin_unlock(lock);
	msleep(1);
	spin_lock(lock);
	spin_unlock(lock);
}

void sleep_held(spinlock_t *lock, struct mutex *mutex)
{
	spin_lock(lock);
	mutex_lock(mutex); /* want-bug: "may sleep" */
	mutex_unlock(mutex);
	spin_unlock(lock);
}

void sleep_in_section(struct completion *x)
{
	rcu_read_lock();
	wait_for_completion(x); /* want-bug: "may sleep" */
	rcu_read_unlock();
}

/* want: adjust=0 expect=0.. */
void wake_in_section(struct completion *x)
{
	rcu_read_lock();
	complete(x);
	rcu_read_unlock();
}

void sleep_preempt_off(void)
{
	preempt_disable();
	msleep(2); /* want-bug: "may sleep" */
	preempt_enable();
}

/* want: adjust=0 expect=0 */
void sleep_preempt_on(void)
{
	preempt_disable();
	preempt_enable();
	msleep(2);
}

/* want: adjust=1 expect=0.. lanes="raw+1" */
void preempt_off(void)
{
	preempt_disable();
}

/* want: adjust=1 expect=0.. lanes="rcu+1" */
void section_begin(void)
{
	rcu_read_lock();
}

/* want: adjust=0 expect=0.. */
void reader_writer(rwlock_t *a, rwlock_t *b)
{
	read_lock(a);
	write_lock(b);
	write_unlock(b);
	read_unlock(a);
}

void reader_sleeps(rwlock_t *lock)
{
	read_lock(lock);
	schedule(); /* want-bug: "may sleep" */
	read_unlock(lock);
}

/* want: adjust=0 expect=0.. */
void crossed(spinlock_t *a, spinlock_t *b)
{
	spin_lock(a);
	spin_lock(b);
	spin_unlock(a);
	spin_unlock(b);
}

void crossed_sleeps(spinlock_t *a, spinlock_t *b)
{
	spin_lock(a);
	spin_lock(b);
	spin_unlock(a);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(b);
}

void sleeps_in_argument(spinlock_t *lock, int *to)
{
	spin_lock(lock);
	*to = nothing(1, (msleep(1), 2)); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static void deepest(void)
{
	might_sleep();
}

static void deeper(void)
{
	deepest();
}

static void deep(void)
{
	deeper();
}

/* want: adjust=0 expect=0 */
void chain(void)
{
	deep();
}

void chain_held(spinlock_t *lock)
{
	take(lock);
	chain(); /* want-bug: "may sleep" */
	give(lock);
}

/* want: adjust=0 expect=0 */
void chain_released(spinlock_t *lock)
{
	take(lock);
	give(lock);
	chain();
}
