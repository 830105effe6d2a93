// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * What runs when the last reference is dropped: whoever drops one may be the last, unless
 * it knows better. Where the drop itself hangs on memory, far below the lock, it may.
 */
#include "kernel.h"

typedef struct { int counter; } atomic_t;
typedef struct refcount_struct { atomic_t refs; } refcount_t;

extern bool refcount_dec_and_test(refcount_t *r);
extern bool atomic_dec_and_test(atomic_t *v);

struct node {
	refcount_t refs;
	struct node *peer;
	spinlock_t lock;
	struct mutex mutex;
};

static void node_free(struct node *n)
{
	mutex_lock(&n->mutex);
	mutex_unlock(&n->mutex);
}

/* want: adjust=0 expect=0 */
void node_put(struct node *n)
{
	if (refcount_dec_and_test(&n->refs))
		node_free(n);
}

/* want: adjust=0 expect=0 ; when "n != 0" expect=0 ; else expect=0.. */
void node_put_or_null(struct node *n)
{
	if (n)
		node_put(n);
}

/* Drops what it names itself. */
void put_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	node_put(n); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void put_or_null_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	node_put_or_null(n); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

void put_peer_locked(struct node *n)
{
	spin_lock(&n->lock);
	if (n->peer)
		node_put(n->peer); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
}

void put_after_unlock(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	n->peer = NULL;
	spin_unlock(lock);
	node_put(n);
}

/* Whether it drops one hangs on memory. */
/* want: adjust=0 expect=0 */
void node_detach(struct node *n)
{
	struct node *peer = n->peer;

	if (!peer)
		return;
	n->peer = NULL;
	node_put(peer);
}

/* The node may hold its peer by another reference. */
void detach_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	node_detach(n); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* It always drops one. */
static void node_replace(struct node *n, struct node *peer)
{
	struct node *old = n->peer;

	n->peer = peer;
	node_put(old);
}

void replace_locked(spinlock_t *lock, struct node *n, struct node *peer)
{
	spin_lock(lock);
	node_replace(n, peer); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* Here the sleep does not hang on the reference. */
static void node_forget(struct node *n)
{
	struct node *peer = n->peer;

	if (!peer)
		return;
	n->peer = NULL;
	if (refcount_dec_and_test(&peer->refs))
		query();
	node_free(peer);
}

void forget_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	node_forget(n); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* A test in a helper, and a callback that frees. */
static bool node_dec(struct node *n)
{
	return refcount_dec_and_test(&n->refs);
}

static void put_with(struct node *n, void (*release)(struct node *n))
{
	if (node_dec(n))
		release(n);
}

static void detach_with(struct node *n)
{
	if (n->peer)
		put_with(n->peer, node_free);
}

void detach_with_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	detach_with(n); /* want-note: "may sleep" */
	spin_unlock(lock);
}

void put_with_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	put_with(n, node_free); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

/* Memory that comes from vmalloc() takes a lock to go. */
extern bool is_vmalloc_addr(const void *p);

/* want: adjust=0 expect=0 */
void large_free(struct node *n)
{
	if (is_vmalloc_addr(n))
		node_free(n);
	else
		kfree(n);
}

void large_free_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	large_free(n); /* want-bug: "may sleep" */
	spin_unlock(lock);
}

static void large_detach(struct node *n)
{
	if (n->peer)
		large_free(n->peer);
}

void large_detach_locked(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	large_detach(n); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* What is wrong by itself is said once. */
static void wrong_itself(struct node *n)
{
	spin_lock(&n->lock);
	node_free(n); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
}

void calls_wrong(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	wrong_itself(n); /* want-note: "may sleep" */
	spin_unlock(lock);
}

/* This one sleeps besides. */
static void wrong_and_sleeps(struct node *n)
{
	wrong_itself(n);
	node_free(n);
}

void calls_wrong_and_sleeps(spinlock_t *lock, struct node *n)
{
	spin_lock(lock);
	wrong_and_sleeps(n); /* want-bug: "may sleep" */
	spin_unlock(lock);
}
