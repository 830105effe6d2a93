// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Pointers that say whether a lock is held, and addresses that are never NULL. */
#include "kernel.h"

struct head {
	struct head *next;
	void (*func)(struct head *head);
};

struct item {
	struct head head;
	int id;
};

struct queue {
	int id;
	spinlock_t lock;
	raw_spinlock_t raw;
};

/* want: adjust=0 expect=0 ; when "head == 0" expect=0 ; else expect=0.. */
void release_later(struct head *head, void *object)
{
	if (!head)
		might_sleep();
	fixture_arena = object;
}

/* The first member has the address of the whole, and that is known not to be NULL. */
/* want: adjust=0 expect=0.. */
void release_first_member(spinlock_t *lock, struct item *item)
{
	spin_lock(lock);
	if (item)
		release_later(&item->head, item);
	spin_unlock(lock);
}

/* What was dereferenced is not NULL. */
/* want: adjust=0 expect=0.. */
void release_member_used(spinlock_t *lock, struct item *item)
{
	spin_lock(lock);
	item->id = 0;
	release_later(&item->head, item);
	spin_unlock(lock);
}

void release_without(spinlock_t *lock, struct item *item)
{
	spin_lock(lock);
	release_later(NULL, item); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

struct part { struct head heads[4]; };
struct whole { int id; struct part part; char name[8]; };
extern struct head fixture_head;

#define release_rcu(ptr, field) \
	do { \
		typeof(ptr) ___p = (ptr); \
		if (___p) \
			release_later(&((___p)->field), (void *)(___p)); \
	} while (0)
#define release_offset(ptr, field) \
	release_later((struct head *)((void *)(ptr) + __builtin_offsetof(typeof(*(ptr)), field)), ptr)

/* Nested members, elements, globals, casts and offsets: all are addresses. */
/* want: adjust=0 expect=0.. */
void release_parts(spinlock_t *lock, struct whole *whole, int at)
{
	spin_lock(lock);
	release_later(&whole->part.heads[0], whole);
	release_later(&whole->part.heads[at * 2 + 1], whole);
	release_later(whole->part.heads, whole);
	release_later((struct head *)&whole->name, whole);
	release_later((void *)whole->name, whole);
	release_later(&fixture_head, whole);
	release_rcu(whole, part.heads[1]);
	release_offset(whole, part);
	spin_unlock(lock);
}

/* The address of what a pointer points at is the pointer, which may be NULL. */
void release_pointer(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	release_later(&*head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* want: adjust=0 expect=0.. */
void release_followed(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	head->func = NULL;
	release_later(head, head);
	spin_unlock(lock);
}

/* Followed on one way only. */
void release_followed_once(spinlock_t *lock, struct head *head, int wanted)
{
	spin_lock(lock);
	if (wanted)
		head->func = NULL;
	release_later(head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* Another pointer since. */
void release_next(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	head = READ_ONCE(head->next);
	release_later(head, head); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* What is left of an address in a narrow number may be 0. */
void release_narrow(spinlock_t *lock, struct item *item)
{
	unsigned char low = (unsigned char)(unsigned long)&item->id;

	spin_lock(lock);
	if (!low)
		schedule(); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static inline void give_back(spinlock_t **lock)
{
	if (lock)
		spin_unlock(*lock);
}

/* A cleanup function is given an address. */
/* want: adjust=0 expect=0.. */
void gives_back(spinlock_t *lock)
{
	spinlock_t *held __attribute__((cleanup(give_back))) = lock;

	spin_lock(lock);
}

static struct head *first_head(struct item *item)
{
	return &item->head;
}

/* want: adjust=0 expect=0.. */
void release_returned(spinlock_t *lock, struct item *item)
{
	spin_lock(lock);
	release_later(first_head(item), item);
	spin_unlock(lock);
}

/* An operand of inline assembly follows its pointer. */
/* want: adjust=0 expect=0.. */
void release_assembly(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	asm volatile("" : "+m" (head->next));
	release_later(head, head);
	spin_unlock(lock);
}

extern struct queue queues[8];

/* want: adjust=1 expect=0.. */
struct queue *queue_locked(int cpu)
{
	struct queue *queue = &queues[cpu];

	spin_lock(&queue->lock);
	return queue;
}

/* want: adjust=0 expect=0.. */
int uses_queue(int cpu, int wanted)
{
	struct queue *queue = NULL;

	if (wanted)
		queue = queue_locked(cpu);
	fixture_state++;
	if (queue)
		spin_unlock(&queue->lock);
	return 0;
}

int uses_queue_sleeps(int cpu, int wanted)
{
	struct queue *queue = NULL;

	if (wanted)
		queue = queue_locked(cpu);
	if (queue) {
		schedule(); /* want-bug: "may sleep" */
		spin_unlock(&queue->lock);
	}
	return 0;
}

struct holder { struct queue *queue; };

/* want: adjust=1 expect=0.. */
struct queue *held_queue(struct holder *holder)
{
	struct queue *queue = READ_ONCE(holder->queue);

	spin_lock(&queue->lock);
	queue->id++;
	return queue;
}

/* Loaded from anywhere, but locked and used: it cannot have been NULL. */
/* want: adjust=0 expect=0.. */
int uses_held_queue(struct holder *holder, int wanted)
{
	struct queue *queue = NULL;

	if (wanted)
		queue = held_queue(holder);
	fixture_state++;
	if (queue)
		spin_unlock(&queue->lock);
	return 0;
}

#define queue_trylock(from) \
	({ struct queue *__q; \
	   preempt_disable(); \
	   __q = READ_ONCE(from); \
	   if (!spin_trylock(&__q->lock)) { preempt_enable(); __q = NULL; } \
	   __q; })
#define queue_unlock(q) ({ spin_unlock(&(q)->lock); preempt_enable(); })

/* want: adjust=0 expect=0.. */
int tries_queue(struct holder *holder)
{
	struct queue *queue = queue_trylock(holder->queue);

	if (!queue)
		return -EBUSY;
	queue->id++;
	queue_unlock(queue);
	return 0;
}

int tries_queue_sleeps(struct holder *holder)
{
	struct queue *queue = queue_trylock(holder->queue);

	if (!queue)
		return -EBUSY;
	schedule(); /* want-bug: "may sleep" */
	queue_unlock(queue);
	return 0;
}

/* want: adjust=0 expect=0 */
int tries_queue_sleeps_without(struct holder *holder)
{
	struct queue *queue = queue_trylock(holder->queue);

	if (!queue) {
		schedule();
		return -EBUSY;
	}
	queue_unlock(queue);
	return 0;
}

/* Locks made of other things, as the raw ones are. */
static inline void raw_take(raw_spinlock_t *lock)
{
	local_irq_disable();
	preempt_disable();
	while (!__sync_bool_compare_and_swap(&lock->raw, 0, 1))
		fixture_state++;
}

static inline void raw_give(raw_spinlock_t *lock)
{
	lock->raw = 0;
	local_irq_enable();
	preempt_enable();
}

DEFINE_LOCK_GUARD_1(raw_made, raw_spinlock_t, raw_take(_T->lock), raw_give(_T->lock))

/* want: adjust=0 expect=0.. */
int made_guard(struct queue *queue)
{
	guard(raw_made)(&queue->raw);
	if (queue->id)
		return 1;
	return query();
}

void made_guard_sleeps(struct queue *queue)
{
	guard(raw_made)(&queue->raw);
	schedule(); /* want-bug: "may sleep" */
}

/* want: adjust=0 expect=0 */
void made_scope(struct queue *queue)
{
	scoped_guard(raw_made, &queue->raw) {
		if (queue->id)
			break;
		queue->id++;
	}
	schedule();
}

static long wait_unlocked(spinlock_t *lock, long (*action)(long), long timeout)
{
	do {
		spin_unlock_irq(lock);
		timeout = action(timeout);
		spin_lock_irq(lock);
	} while (timeout && query());
	return timeout;
}

static long nap(long timeout)
{
	schedule();
	return timeout - 1;
}

/* The callback runs with the lock dropped and interrupts on again. */
/* want: adjust=0 expect=0 */
long waits_unlocked(spinlock_t *lock)
{
	long left;

	spin_lock_irq(lock);
	left = wait_unlocked(lock, nap, 5);
	spin_unlock_irq(lock);
	return left;
}

static long wait_half_unlocked(spinlock_t *lock, long (*action)(long), long timeout)
{
	spin_unlock(lock);
	timeout = action(timeout);
	spin_lock(lock);
	return timeout;
}

/* The callback runs with the lock dropped, but interrupts still off. */
long waits_half_unlocked(spinlock_t *lock)
{
	long left;

	spin_lock_irq(lock);
	left = wait_half_unlocked(lock, nap, 5); /* want-bug: "may sleep" */
	spin_unlock_irq(lock);
	return left;
}

/* The lock comes as an argument: taking it has followed it. */
/* want: adjust=0 expect=0.. */
int made_guard_given(raw_spinlock_t *lock)
{
	guard(raw_made)(lock);
	return query();
}

void made_guard_given_sleeps(raw_spinlock_t *lock)
{
	guard(raw_made)(lock);
	schedule(); /* want-bug: "may sleep" */
}

static void follow(struct head *head)
{
	head->func = NULL;
}

static void follow_some(struct head *head)
{
	if (head)
		head->func = NULL;
}

static void follow_deep(struct head *head, int how)
{
	if (how)
		follow(head);
	else
		head->next = NULL;
}

/* What a callee follows on every way is not NULL behind the call. */
/* want: adjust=0 expect=0.. */
void release_followed_there(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	follow_deep(head, query());
	release_later(head, head);
	spin_unlock(lock);
}

void release_followed_perhaps(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	follow_some(head);
	release_later(head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static inline void fetch_early(const void *at)
{
	asm volatile("prefetch %0" : : "m" (*(const char *)at));
}

static inline void fetch_lines(const void *at)
{
	fetch_early(at);
}

/* A prefetch takes any address, NULL among them. */
void release_fetched(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	fetch_early(head);
	release_later(head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void release_member_fetched(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	fetch_lines(&head->func);
	release_later(head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void release_built_in(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	__builtin_prefetch(&head->func);
	release_later(head, head); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static inline int has_func(const struct head *head)
{
	return head->func != NULL;
}

/* want: adjust=0 expect=0.. */
void release_read(spinlock_t *lock, struct head *head)
{
	spin_lock(lock);
	fixture_state = has_func(head);
	release_later(head, head);
	spin_unlock(lock);
}

struct tree_node {
	struct tree_node *parent;
	spinlock_t lock;
};

/* want: adjust=0 expect=0.. */
int locks_up_the_tree(struct tree_node *node)
{
	struct tree_node *old = NULL;

	for (; node; node = node->parent) {
		spin_lock(&node->lock);
		if (old)
			spin_unlock(&old->lock);
		old = node;
	}
	spin_unlock(&old->lock);
	return 0;
}

struct cursor {
	long node;
	int other;
};

static void cursor_reset(struct cursor *c)
{
	c->node = -ENOMEM;
}

static void cursor_move(struct cursor *c)
{
	*(volatile long *)&c->node = -ENOMEM;
}

static void cursor_deeper(struct cursor *c)
{
	c->other = 1;
	cursor_move(c);
}

static int cursor_wait(struct cursor *c)
{
	if (c->node != -ENOMEM)
		return 0;
	schedule();
	return 1;
}

/* What a callee writes is not what it was. */
/* want: adjust=0 expect=0 */
static int cursor_use(struct cursor *c)
{
	cursor_reset(c);
	cursor_wait(c);
	return c->node == 0;
}

/* want: adjust=0 expect=0 */
static int cursor_use_deeper(struct cursor *c)
{
	cursor_deeper(c);
	cursor_wait(c);
	return c->node == 0;
}

void cursor_starts(spinlock_t *lock)
{
	struct cursor c = { .node = 0 };

	spin_lock(lock);
	cursor_use(&c); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void cursor_starts_deeper(spinlock_t *lock)
{
	struct cursor c = { .node = 0 };

	spin_lock(lock);
	cursor_use_deeper(&c); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static void cursor_count(struct cursor *c)
{
	c->other++;
}

/* What no callee writes stays. */
/* want: adjust=0 expect=0.. */
int cursor_kept(struct cursor *c, spinlock_t *lock)
{
	if (c->node)
		spin_lock(lock);
	cursor_count(c);
	if (c->node)
		spin_unlock(lock);
	return 0;
}

static inline spinlock_t *lock_of(struct queue *q)
{
	return &q->lock;
}

/* want: adjust=? expect=0.. ; when "lock_of(a) == lock_of(b)" adjust=1 ; when "lock_of(a) != lock_of(b)" adjust=2 */
static void lock_both(struct queue *a, struct queue *b)
{
	spin_lock(&a->lock);
	if (lock_of(a) != lock_of(b))
		spin_lock(&b->lock);
}

static void unlock_both(struct queue *a, struct queue *b)
{
	if (lock_of(a) != lock_of(b))
		spin_unlock(&b->lock);
	spin_unlock(&a->lock);
}

/* want: adjust=0 expect=0.. */
void moves_between(struct queue *from, struct queue *to)
{
	lock_both(from, to);
	to->id = from->id;
	unlock_both(from, to);
}

/* want: adjust=0 expect=0.. */
void moves_within(struct queue *q)
{
	lock_both(q, q);
	q->id++;
	unlock_both(q, q);
}

void leaves_one(struct queue *from, struct queue *to)
{
	lock_both(from, to);
	spin_unlock(&from->lock);
	schedule(); /* want-bug: "may sleep" */
	spin_unlock(&to->lock);
}

/* want: adjust=0 expect=0 */
void leaves_none(struct queue *q)
{
	lock_both(q, q);
	spin_unlock(&q->lock);
	schedule();
}

#define swap(a, b) \
	do { typeof(a) __tmp = (a); (a) = (b); (b) = __tmp; } while (0)

static void lock_in_order(struct queue *a, struct queue *b)
{
	if (a->id > b->id)
		swap(a, b);
	spin_lock(&a->lock);
	if (a != b)
		spin_lock(&b->lock);
}

static void unlock_any_order(struct queue *a, struct queue *b)
{
	spin_unlock(&a->lock);
	if (a != b)
		spin_unlock(&b->lock);
}

/* want: adjust=0 expect=0.. */
void moves_in_order(struct queue *from, struct queue *to)
{
	lock_in_order(from, to);
	unlock_any_order(from, to);
}

/* want: adjust=0 expect=0.. */
void moves_in_itself(struct queue *q)
{
	lock_in_order(q, q);
	unlock_any_order(q, q);
}

/* Not a swap: the second test is of something else. */
static void unlock_other(struct queue *a, struct queue *b, struct queue *c) /* want-note: "unbalanced" */
{
	spin_unlock(&a->lock);
	b = c;
	if (a != b)
		spin_unlock(&b->lock);
}
