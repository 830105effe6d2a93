// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Functions that call themselves, directly and in turns. */
#include "kernel.h"

/* want: adjust=0 expect=0.. evidence=proved */
int counts(int depth)
{
	if (!depth)
		return 0;
	return 1 + counts(depth - 1);
}

/* want: adjust=0 expect=0 evidence=proved */
int sleeps(int depth)
{
	if (!depth) {
		schedule();
		return 0;
	}
	return 1 + sleeps(depth - 1);
}

int sleeps_held(spinlock_t *lock)
{
	int ret;

	spin_lock(lock);
	ret = sleeps(3); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

/* want: adjust=0 expect=0.. */
int counts_held(spinlock_t *lock)
{
	int ret;

	spin_lock(lock);
	ret = counts(3);
	spin_unlock(lock);
	return ret;
}

static int even(int n);

/* want: adjust=0 expect=0 */
int odd(int n)
{
	if (!n)
		return 0;
	return even(n - 1);
}

static int even(int n)
{
	if (!n) {
		schedule();
		return 1;
	}
	return odd(n - 1);
}

static int quiet_even(int n);

/* want: adjust=0 expect=0.. */
int quiet_odd(int n)
{
	return n ? quiet_even(n - 1) : 0;
}

static int quiet_even(int n)
{
	return n ? quiet_odd(n - 1) : 1;
}

/* want: adjust=0 expect=0.. */
int locks_deeper(spinlock_t *locks, int depth)
{
	int sum;

	if (!depth)
		return 0;
	spin_lock(&locks[depth]);
	sum = locks_deeper(locks, depth - 1);
	spin_unlock(&locks[depth]);
	return sum + 1;
}

int sleeps_deeper(spinlock_t *locks, int depth)
{
	int sum;

	if (!depth) {
		schedule();
		return 0;
	}
	spin_lock(&locks[depth]);
	sum = sleeps_deeper(locks, depth - 1); /* want-bug: "may sleep" */
	spin_unlock(&locks[depth]);
	return sum + 1;
}

/* want: adjust=0 expect=0 */
int sleeps_between(spinlock_t *locks, int depth)
{
	if (!depth) {
		schedule();
		return 0;
	}
	spin_lock(&locks[depth]);
	spin_unlock(&locks[depth]);
	return sleeps_between(locks, depth - 1);
}

/* want: adjust=1 expect=0.. */
void takes_at_the_end(spinlock_t *lock, int depth)
{
	if (!depth) {
		spin_lock(lock);
		return;
	}
	takes_at_the_end(lock, depth - 1);
}

/* want: adjust=0 expect=0 ; when "wait != 0" expect=0 ; else expect=0.. */
int waits_deeper(int depth, bool wait)
{
	if (depth)
		return waits_deeper(depth - 1, wait);
	if (wait)
		schedule();
	return 0;
}
