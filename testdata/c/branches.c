// SPDX-License-Identifier: Apache-2.0 OR MIT
/* if, goto, switch, short circuits, conditional and constant expressions. */
#include "kernel.h"

extern int state;

/* want: adjust=0 expect=0.. */
int early_return(spinlock_t *lock, int key)
{
	spin_lock(lock);
	if (key < 0) {
		spin_unlock(lock);
		return -EINVAL;
	}
	state = key;
	spin_unlock(lock);
	return 0;
}

int early_return_leaks(spinlock_t *lock, int *table) /* want-bug: "unbalanced" */
{
	spin_lock(lock);
	if (table[3] > query())
		return 0;
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0 */
int goto_error(spinlock_t *lock, struct mutex *mutex, int key)
{
	int err = -EINVAL;
	void *memory;

	mutex_lock(mutex);
	if (!key)
		goto out_mutex;
	memory = kmalloc(16, GFP_KERNEL);
	err = -ENOMEM;
	if (!memory)
		goto out_mutex;
	spin_lock(lock);
	if (query()) {
		err = -EBUSY;
		goto out_lock;
	}
	err = 0;
out_lock:
	spin_unlock(lock);
	kfree(memory);
out_mutex:
	mutex_unlock(mutex);
	return err;
}

int goto_error_held(spinlock_t *lock, struct mutex *mutex, int key)
{
	int err = 0;

	spin_lock(lock);
	if (key == 3) {
		err = -EINVAL;
		goto out;
	}
	spin_unlock(lock);
	return 0;
out:
	mutex_lock(mutex); /* want-bug: "may sleep" */
	mutex_unlock(mutex);
	spin_unlock(lock);
	return err;
}

/* want: adjust=0 expect=0.. */
int switch_paired(spinlock_t *lock, int op)
{
	int ret;

	spin_lock(lock);
	switch (op) {
	case 0:
		ret = 1;
		break;
	case 1:
	case 2:
		ret = query();
		break;
	case 10 ... 20:
		spin_unlock(lock);
		return 4;
	default:
		ret = -EINVAL;
	}
	spin_unlock(lock);
	return ret;
}

int switch_falls_into_sleep(spinlock_t *lock, int op)
{
	spin_lock(lock);
	switch (op) {
	case 1:
		state = 1;
		fallthrough;
	case 2:
		schedule(); /* want-bug: "may sleep" */
		break;
	default:
		break;
	}
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0 */
int switch_releases_first(spinlock_t *lock, int op)
{
	spin_lock(lock);
	switch (op) {
	case 1:
		state = 1;
		fallthrough;
	case 2:
		spin_unlock(lock);
		schedule();
		return 1;
	default:
		break;
	}
	spin_unlock(lock);
	return 0;
}

/* want: adjust=0 expect=0 */
int short_circuit_and(struct mutex *mutex, int a)
{
	return a && (mutex_lock(mutex), mutex_unlock(mutex), 1);
}

int short_circuit_held(spinlock_t *lock, int a)
{
	int ret;

	spin_lock(lock);
	ret = a || (schedule(), 1); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return ret;
}

int short_circuit_lock(spinlock_t *a, spinlock_t *b) /* want-bug: "unbalanced" */
{
	if (spin_trylock(a) && spin_trylock(b)) {
		spin_unlock(b);
		spin_unlock(a);
		return 1;
	}
	return 0;
}

/* want: adjust=0 expect=0.. */
int short_circuit_nested(spinlock_t *a, spinlock_t *b)
{
	if (!spin_trylock(a))
		return 0;
	if (!spin_trylock(b)) {
		spin_unlock(a);
		return 0;
	}
	spin_unlock(b);
	spin_unlock(a);
	return 1;
}

/* want: adjust=0 expect=0 */
int ternary(int a)
{
	return a > 2 ? (schedule(), 1) : 0;
}

/* want: adjust=0 expect=0.. */
int elvis(int a)
{
	return a ?: query();
}

static int waits(void)
{
	schedule();
	return 1;
}

/* want: adjust=0 expect=0 */
int elvis_sleeps(int *a)
{
	return *a ?: waits();
}

#define CONFIG_OFF 0
#define CONFIG_ON 1

/* want: adjust=0 expect=0.. */
void constant_off(void)
{
	if (CONFIG_OFF)
		schedule();
}

/* want: adjust=0 expect=0 */
void constant_on(void)
{
	if (CONFIG_ON || query())
		schedule();
}

/* want: adjust=0 expect=0.. */
void constant_folded(spinlock_t *lock)
{
	if (sizeof(*lock) > 4096 || CONFIG_OFF)
		schedule();
}

/* want: adjust=0 expect=0.. */
void constant_p(unsigned int size)
{
	if (__builtin_constant_p(size) && CONFIG_OFF)
		schedule();
}

/* want: adjust=0 expect=0 */
int statement_expression(struct mutex *mutex)
{
	int got = ({ int inner; mutex_lock(mutex); inner = state;
		     mutex_unlock(mutex); inner; });
	return got;
}

int statement_expression_held(spinlock_t *lock)
{
	int got;

	spin_lock(lock);
	got = ({ msleep(1); state; }); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return got;
}

#define locked(lock, what) \
	do { spin_lock(lock); what; spin_unlock(lock); } while (0)

/* want: adjust=0 expect=0.. */
void macro_block(spinlock_t *lock)
{
	locked(lock, state++);
}

void macro_block_sleeps(spinlock_t *lock)
{
	locked(lock, schedule()); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0.. */
int unlikely_branch(spinlock_t *lock, int a)
{
	spin_lock(lock);
	if (unlikely(a == 4)) {
		spin_unlock(lock);
		return 1;
	}
	spin_unlock(lock);
	return likely(a) ? 2 : 3;
}

/* want: adjust=0 expect=0 */
int into_block(int a)
{
	if (a)
		goto inside;
	if (state) {
inside:
		schedule();
	}
	return 0;
}

/* want: adjust=0 expect=0.. */
int computed_goto(spinlock_t *lock, int which)
{
	static void *const where[] = { &&one, &&two };

	spin_lock(lock);
	goto *where[which & 1];
one:
	spin_unlock(lock);
	return 1;
two:
	spin_unlock(lock);
	return 2;
}

int computed_goto_sleeps(spinlock_t *lock, int which)
{
	static void *const where[] = { &&one, &&two };

	spin_lock(lock);
	goto *where[which & 1];
one:
	spin_unlock(lock);
	return 1;
two:
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return 2;
}

/* want: adjust=0 expect=0.. */
int asm_goto(spinlock_t *lock)
{
	spin_lock(lock);
	asm goto("" : : : : cold);
	spin_unlock(lock);
	return 0;
cold:
	spin_unlock(lock);
	return 1;
}

int asm_goto_sleeps(spinlock_t *lock)
{
	spin_lock(lock);
	asm goto("" : : : : cold);
	spin_unlock(lock);
	return 0;
cold:
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return 1;
}
