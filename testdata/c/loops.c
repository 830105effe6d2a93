// SPDX-License-Identifier: Apache-2.0 OR MIT
/* for, while, do, break, continue, and loops made of goto. */
#include "kernel.h"

/* want: adjust=0 expect=0.. */
int each_round(spinlock_t *locks, int n)
{
	int i, sum = 0;

	for (i = 0; i < n; i++) {
		spin_lock(&locks[i]);
		sum += i;
		spin_unlock(&locks[i]);
	}
	return sum;
}

/* want: adjust=0 expect=0 */
void each_round_sleeps_after(spinlock_t *lock, int n)
{
	while (n--) {
		spin_lock(lock);
		spin_unlock(lock);
		schedule();
	}
}

void each_round_sleeps_inside(spinlock_t *lock, int n)
{
	while (n--) {
		spin_lock(lock);
		schedule(); /* want-bug: "may sleep" */
		spin_unlock(lock);
	}
}

/* want: adjust=0 expect=0.. */
int break_out(spinlock_t *lock, int n)
{
	spin_lock(lock);
	for (;;) {
		if (n-- == 3)
			break;
		if (query())
			continue;
		if (query() > 7) {
			spin_unlock(lock);
			return 1;
		}
	}
	spin_unlock(lock);
	return 0;
}

/* Leaves the loop with the lock, and sleeps behind it. */
void break_out_held(spinlock_t *lock, int n)
{
	for (;;) {
		spin_lock(lock);
		if (query() == n)
			break;
		spin_unlock(lock);
	}
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=1 expect=0.. */
void break_out_returns_held(spinlock_t *lock, int n)
{
	for (;;) {
		spin_lock(lock);
		if (query() == n)
			return;
		spin_unlock(lock);
	}
}

/* A `continue` that forgets the lock: the second round sleeps under it. */
void continue_leaks(spinlock_t *lock, int n) /* want-bug: "unbalanced" */
{
	int i;

	for (i = 0; i < n; i++) {
		schedule(); /* want-bug: "may sleep" */
		spin_lock(lock);
		if (query())
			continue;
		spin_unlock(lock);
	}
}

/* want: adjust=0 expect=0.. */
void continue_releases(spinlock_t *lock, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		spin_lock(lock);
		if (query()) {
			spin_unlock(lock);
			continue;
		}
		spin_unlock(lock);
	}
}

/* want: adjust=0 expect=0 */
void do_once(struct mutex *mutex)
{
	do {
		mutex_lock(mutex);
		mutex_unlock(mutex);
	} while (query());
}

/* want: adjust=0 expect=0 */
int retry(spinlock_t *lock)
{
	void *memory = NULL;

again:
	spin_lock(lock);
	if (!memory && query()) {
		spin_unlock(lock);
		memory = kmalloc(8, GFP_KERNEL);
		goto again;
	}
	spin_unlock(lock);
	kfree(memory);
	return 0;
}

/* Goes back without letting go. */
int retry_held(spinlock_t *lock)
{
	void *memory = NULL;

	spin_lock(lock);
again:
	if (!memory && query()) {
		memory = kmalloc(8, GFP_KERNEL); /* want-bug: "may sleep" */
		goto again;
	}
	spin_unlock(lock);
	kfree(memory);
	return 0;
}

/* want: adjust=0 expect=0.. */
int nested(spinlock_t *outer, spinlock_t *inner, int n)
{
	int i, j, sum = 0;

	for (i = 0; i < n; i++) {
		spin_lock(outer);
		for (j = 0; j < i; j++) {
			spin_lock(inner);
			if (query()) {
				spin_unlock(inner);
				break;
			}
			sum++;
			spin_unlock(inner);
		}
		spin_unlock(outer);
	}
	return sum;
}

void nested_sleeps(spinlock_t *outer, spinlock_t *inner, int n)
{
	int i, j;

	for (i = 0; i < n; i++) {
		spin_lock(outer);
		for (j = 0; j < i; j++) {
			spin_lock(inner);
			spin_unlock(inner);
			schedule(); /* want-bug: "may sleep" */
		}
		spin_unlock(outer);
	}
}

/* want: adjust=0 expect=0 */
int walk(struct list_head *head)
{
	struct list_head *pos;
	int n = 0;

	list_for_each(pos, head) {
		if (!pos)
			break;
		n++;
		msleep(n);
	}
	return n;
}

int walk_in_section(struct list_head *head)
{
	struct list_head *pos;
	int n = 0;

	rcu_read_lock();
	list_for_each(pos, head)
		msleep(n++); /* want-bug: "may sleep" */
	rcu_read_unlock();
	return n;
}

/* want: adjust=0 expect=0.. */
int walk_in_section_counts(struct list_head *head)
{
	struct list_head *pos;
	int n = 0;

	rcu_read_lock();
	list_for_each(pos, head)
		n++;
	rcu_read_unlock();
	return n;
}

/* want: never expect=0 */
void forever(spinlock_t *lock)
{
	for (;;) {
		spin_lock(lock);
		spin_unlock(lock);
		schedule();
	}
}

/* Takes one more lock every round: no number is right. */
void piles_up(spinlock_t *locks, int n) /* want-bug: "unbalanced" */
{
	int i;

	for (i = 0; i < n; i++)
		spin_lock(&locks[i]);
}

/* The end of a list is a pointer that comes round again, found by a helper. */
struct link { struct link *next; };
struct item { int value; struct link link; };

static inline int is_head(const struct link *list, const struct link *head)
{
	return list == head;
}

#define item_of(ptr) container_of(ptr, struct item, link)
#define for_each_item(pos, head) \
	for (pos = item_of((head)->next); !is_head(&pos->link, (head)); pos = item_of(pos->link.next))

/* want: adjust=0 expect=0 */
void walks_then_sleeps(struct link *head, spinlock_t *lock)
{
	struct item *pos;

	for_each_item(pos, head) {
		spin_lock(lock);
		pos->value++;
		spin_unlock(lock);
	}
	schedule();
}

void walks_then_leaks(struct link *head, spinlock_t *lock)
{
	struct item *pos;

	spin_lock(lock);
	for_each_item(pos, head) {
		if (pos->value)
			query();
	}
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* What calls it comes back, too. */
static int walks(struct link *head, spinlock_t *lock)
{
	struct item *pos;
	int n = 0;

	for_each_item(pos, head) {
		spin_lock(lock);
		n += pos->value;
		spin_unlock(lock);
	}
	return n;
}

/* want: adjust=0 expect=0 */
int walks_elsewhere_then_sleeps(struct link *head, spinlock_t *lock)
{
	int n = walks(head, lock);

	schedule();
	return n;
}
