// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * Variables of the file that say what may be done: what one function sets, the next one
 * looks at.
 */
#include "kernel.h"

static int may_wait;
static bool counted;
static int number;
static int handed;

extern int try_owner(void);
extern void other_file(void);
extern void hand(int *where);

/* want: adjust=0 expect=0 */
void own(struct mutex *m)
{
	mutex_lock(m);
	may_wait = 1;
}

/* want: adjust=0 expect=0.. */
int try_own(void)
{
	if (!try_owner())
		return 0;
	may_wait = 0;
	return 1;
}

static void flush(bool wait)
{
	if (wait)
		schedule();
}

/* want: adjust=0 expect=0 ; when "may_wait != 0" expect=0 ; else expect=0.. */
void disown(void)
{
	flush(may_wait);
	may_wait = 0;
	other_file();
}

/* want: adjust=0 expect=0.. */
void poll(spinlock_t *lock)
{
	spin_lock(lock);
	if (try_own())
		disown();
	spin_unlock(lock);
}

void owned_poll(spinlock_t *lock, struct mutex *m)
{
	own(m);
	spin_lock(lock);
	disown(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void not_owned_poll(spinlock_t *lock)
{
	spin_lock(lock);
	disown(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* What a pointer leads to may be in this file. */
void poll_later(spinlock_t *lock, void (*later)(void))
{
	if (!try_own())
		return;
	later();
	spin_lock(lock);
	disown(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
void poll_behind(spinlock_t *lock)
{
	if (!try_own())
		return;
	other_file();
	spin_lock(lock);
	disown();
	spin_unlock(lock);
}

/* It is set again by what is called. */
static void own_again(void)
{
	may_wait = 1;
}

void poll_again(spinlock_t *lock)
{
	if (!try_own())
		return;
	own_again();
	spin_lock(lock);
	disown(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* It is taken once, and let go when it was. */
/* want: adjust=? expect=0.. ; when "counted == 0" adjust=1 ; else adjust=0 */
static void count_once(spinlock_t *lock)
{
	if (counted)
		return;
	spin_lock(lock);
	counted = true;
}

void counts_once(spinlock_t *lock)
{
	counted = false;
	count_once(lock);
	count_once(lock);
	spin_unlock(lock);
	schedule();
}

void counts_once_wrong(spinlock_t *lock)
{
	counted = false;
	count_once(lock);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* Any number, and one whose address is known elsewhere: nothing is known of these. */
void set_number(int n)
{
	number = n;
	hand(&handed);
}

/* want: adjust=0 expect=0 */
void uses_number(void)
{
	number = 0;
	handed = 0;
	set_number(1);
	flush(number);
	flush(handed);
}
