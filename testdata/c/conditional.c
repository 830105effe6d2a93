// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Effects that hang on an argument, a flag word or a local flag. */
#include "kernel.h"

/* want: adjust=0 expect=0 ; when "can_sleep != 0" expect=0 ; else expect=0.. */
void sleep_if(int can_sleep)
{
	might_sleep_if(can_sleep);
}

/* want: adjust=0 expect=0.. */
void sleep_if_false(spinlock_t *lock)
{
	spin_lock(lock);
	sleep_if(0);
	sleep_if(false);
	spin_unlock(lock);
}

void sleep_if_true(spinlock_t *lock)
{
	spin_lock(lock);
	sleep_if(1); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0 ; when "atomic == 0" expect=0 ; else expect=0.. */
void sleep_unless(bool atomic)
{
	if (!atomic)
		schedule();
}

/* want: adjust=0 expect=0.. */
void sleep_unless_held(spinlock_t *lock)
{
	spin_lock(lock);
	sleep_unless(true);
	spin_unlock(lock);
}

void sleep_unless_wrong(spinlock_t *lock)
{
	spin_lock(lock);
	sleep_unless(false); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0 ; when "can_sleep != 0" expect=0 ; else expect=0.. */
void passed_on(int can_sleep)
{
	sleep_unless(!can_sleep);
}

/* want: adjust=? expect=0.. ; when "take != 0" adjust=1 ; else adjust=0 */
void take_if(spinlock_t *lock, bool take)
{
	if (take)
		spin_lock(lock);
}

/* want: adjust=? expect=1.. ; when "give != 0" adjust=-1 expect=1.. ; else adjust=0 expect=0.. */
void give_if(spinlock_t *lock, bool give)
{
	if (give)
		spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
int correlated(spinlock_t *lock, bool locked)
{
	if (!locked)
		spin_lock(lock);
	fixture_state++;
	if (!locked)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int correlated_calls(spinlock_t *lock, bool take)
{
	take_if(lock, take);
	fixture_state++;
	give_if(lock, take);
	return 0;
}

/* The sleep asks for the opposite. */
/* want: adjust=0 expect=0 */
int correlated_sleep(spinlock_t *lock, bool take)
{
	if (take)
		spin_lock(lock);
	else
		fixture_state++;
	if (!take)
		schedule();
	if (take)
		spin_unlock(lock);
	return 0;
}

int correlated_wrong(spinlock_t *lock, bool take)
{
	if (take)
		spin_lock(lock);
	if (take)
		schedule(); /* want-bug: "may sleep" */
	if (take)
		spin_unlock(lock);
	return 0;
}

int uncorrelated(spinlock_t *lock, bool take, bool sleep)
{
	if (take)
		spin_lock(lock);
	if (sleep)
		schedule(); /* want-bug: "may sleep" */
	if (take)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int local_flag(spinlock_t *lock, int n)
{
	bool locked = false;

	if (n > 3) {
		spin_lock(lock);
		locked = true;
	}
	fixture_state++;
	if (locked)
		spin_unlock(lock);
	return 0;
}

int local_flag_forgotten(spinlock_t *lock, int n)
{
	bool locked = false;

	if (n > 3) {
		spin_lock(lock);
		locked = true;
	}
	if (locked)
		schedule(); /* want-bug: "may sleep" */
	if (locked)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0 */
int local_flag_sleep(spinlock_t *lock, int n)
{
	bool locked = false;

	if (n > 3) {
		spin_lock(lock);
		locked = true;
	}
	if (!locked)
		schedule();
	else
		spin_unlock(lock);
	return 0;
}

#define FLAG_LOCKED 0x1u
#define FLAG_WAIT 0x4u

/* want: adjust=0 expect=0.. */
int flag_word(spinlock_t *lock, unsigned int flags)
{
	if (flags & FLAG_LOCKED)
		spin_lock(lock);
	fixture_state++;
	if (flags & FLAG_LOCKED)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0 ; when "flags & 0x4" expect=0 ; else expect=0.. */
int flag_wait(unsigned int flags)
{
	if (flags & FLAG_WAIT)
		schedule();
	return 0;
}

/* want: adjust=0 expect=0.. */
int flag_other(spinlock_t *lock)
{
	spin_lock(lock);
	flag_wait(FLAG_LOCKED);
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int flag_cleared(spinlock_t *lock, unsigned int flags)
{
	spin_lock(lock);
	flag_wait(flags & ~FLAG_WAIT);
	spin_unlock(lock);
	return 0;
}

int flag_set(spinlock_t *lock, unsigned int flags)
{
	spin_lock(lock);
	flag_wait(flags | FLAG_WAIT); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return 0;
}

int flag_kept(spinlock_t *lock, unsigned int flags)
{
	spin_lock(lock);
	flag_wait(flags & ~FLAG_LOCKED); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return 0;
}

struct job {
	spinlock_t lock;
	bool locked;
	unsigned int flags;
};

/* want: adjust=0 expect=0.. */
int field_flag(struct job *job)
{
	if (job->flags & FLAG_LOCKED)
		spin_lock(&job->lock);
	fixture_state++;
	if (job->flags & FLAG_LOCKED)
		spin_unlock(&job->lock);
	return 0;
}

enum mode { MODE_FAST, MODE_SLOW, MODE_WAIT };

/* want: adjust=0 expect=0 ; when "mode == 2" expect=0 ; else expect=0.. */
void by_mode(enum mode mode)
{
	switch (mode) {
	case MODE_FAST:
	case MODE_SLOW:
		break;
	case MODE_WAIT:
		schedule();
		break;
	}
}

/* want: adjust=0 expect=0.. */
void by_mode_fast(spinlock_t *lock)
{
	spin_lock(lock);
	by_mode(MODE_SLOW);
	spin_unlock(lock);
}

void by_mode_wait(spinlock_t *lock)
{
	spin_lock(lock);
	by_mode(MODE_WAIT); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
int pointer_flag(spinlock_t *lock, int *result)
{
	if (result)
		spin_lock(lock);
	fixture_state++;
	if (result)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int optional_lock(spinlock_t *lock)
{
	if (lock)
		spin_lock(lock);
	fixture_state++;
	if (lock)
		spin_unlock(lock);
	return 0;
}

/* The flag changes between the two tests. */
int flag_changed(spinlock_t *lock, bool take) /* want-bug: "unbalanced" */
{
	if (take)
		spin_lock(lock);
	take = query();
	if (take)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int saved_flag(spinlock_t *lock, bool take)
{
	const bool took = take;

	if (take)
		spin_lock(lock);
	take = query();
	if (took)
		spin_unlock(lock);
	return 0;
}

/* want: adjust=? expect=0.. ; when "lock != 0" adjust=1 ; else adjust=0 */
int take_given(spinlock_t *lock)
{
	if (!lock)
		return -EINVAL;
	spin_lock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int error_means_unlocked(spinlock_t *lock)
{
	int err = take_given(lock);

	if (err)
		return err;
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0.. */
int compared(spinlock_t *lock, int n)
{
	if (n >= 8)
		spin_lock(lock);
	fixture_state++;
	if (n > 7)
		spin_unlock(lock);
	return 0;
}

#define LOCK_KINDS 3

struct kinds {
	unsigned int flags;
	spinlock_t lock;
};

static void lock_kind(struct kinds *k, unsigned int kind)
{
	if (kind == 1)
		spin_lock_irq(&k->lock);
	else if (kind == 2)
		spin_lock_bh(&k->lock);
	else
		spin_lock(&k->lock);
}

static void unlock_kind(struct kinds *k, unsigned int kind)
{
	if (kind == 1)
		spin_unlock_irq(&k->lock);
	else if (kind == 2)
		spin_unlock_bh(&k->lock);
	else
		spin_unlock(&k->lock);
}

/* want: adjust=0 expect=0.. */
void both_kinds(struct kinds *k)
{
	unsigned int kind = k->flags & LOCK_KINDS;

	lock_kind(k, kind);
	fixture_state++;
	unlock_kind(k, kind);
}

void different_kinds(struct kinds *k) /* want-note: "unbalanced" */
{
	lock_kind(k, k->flags & LOCK_KINDS);
	unlock_kind(k, query() & LOCK_KINDS);
}

struct server {
	unsigned int is_server : 1;
	unsigned int users;
	spinlock_t lock;
};

extern void touch(void);

static inline bool is_server(struct server *s)
{
	return s->is_server;
}

/* want: adjust=0 expect=0.. */
void either_lock(struct server *s)
{
	if (is_server(s))
		spin_lock_bh(&s->lock);
	else
		spin_lock(&s->lock);
	touch();
	if (is_server(s))
		spin_unlock_bh(&s->lock);
	else
		spin_unlock(&s->lock);
}

/* The call in between may change what was tested. */
/* want: adjust=0 expect=0 */
int waits_until_server(struct server *s)
{
	if (!is_server(s)) {
		touch();
		if (!is_server(s))
			return -EINVAL;
	}
	schedule();
	return 0;
}

void sleeps_once_server(struct server *s)
{
	spin_lock(&s->lock);
	while (!is_server(s))
		touch();
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(&s->lock);
}
