// SPDX-License-Identifier: Apache-2.0 OR MIT
/* Allocation flags through several layers. */
#include "kernel.h"

struct node { struct node *next; };

/* want: adjust=0 expect=0 ; when "flags & 0x400" expect=0 ; else expect=0.. */
void *allocate(size_t size, gfp_t flags)
{
	return kmalloc(size, flags);
}

/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_new(gfp_t gfp)
{
	return allocate(sizeof(struct node), gfp | __GFP_ZERO);
}

/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_new_masked(gfp_t gfp)
{
	return node_new(gfp & (GFP_KERNEL | GFP_ATOMIC));
}

/* want: adjust=0 expect=0 */
struct node *node_kernel(void)
{
	return node_new_masked(GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
struct node *node_atomic(void)
{
	return node_new_masked(GFP_ATOMIC);
}

/* want: adjust=0 expect=0.. */
struct node *node_nowait(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_new(GFP_NOWAIT);
	spin_unlock(lock);
	return node;
}

struct node *node_waits(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_new(GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return node;
}

struct node *node_any(spinlock_t *lock, gfp_t gfp)
{
	struct node *node;

	spin_lock(lock);
	node = node_new(gfp); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return node;
}

/* want: adjust=0 expect=0.. */
struct node *node_stripped(spinlock_t *lock, gfp_t gfp)
{
	struct node *node;

	spin_lock(lock);
	node = node_new(gfp & ~__GFP_DIRECT_RECLAIM);
	spin_unlock(lock);
	return node;
}

/* want: adjust=0 expect=0 ; when "wait != 0" expect=0 ; else expect=0.. */
struct node *node_chosen(bool wait)
{
	gfp_t gfp = wait ? GFP_KERNEL : GFP_ATOMIC;

	return node_new(gfp);
}

/* want: adjust=0 expect=0.. */
struct node *node_chosen_held(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_chosen(false);
	spin_unlock(lock);
	return node;
}

struct node *node_chosen_waits(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_chosen(true); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return node;
}

/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_asks(gfp_t gfp)
{
	if (gfpflags_allow_blocking(gfp))
		schedule();
	return NULL;
}

/* want: adjust=0 expect=0 */
struct node *node_second_try(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_new(GFP_NOWAIT);
	spin_unlock(lock);
	if (!node)
		node = node_new(GFP_KERNEL);
	return node;
}

/* want: adjust=0 expect=0.. */
int frees_held(spinlock_t *lock, struct node *node)
{
	spin_lock(lock);
	kfree(node);
	spin_unlock(lock);
	return 0;
}

#define alloc_hooked(call) ({ typeof(call) __got = call; fixture_state++; __got; })

/* want: adjust=0 expect=0.. */
struct node *node_hooked(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = alloc_hooked(node_new(GFP_ATOMIC));
	spin_unlock(lock);
	return node;
}

struct node *node_hooked_waits(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = alloc_hooked(node_new(GFP_KERNEL)); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return node;
}

extern gfp_t allowed_mask;

/* A mask that nobody knows takes away, and never adds. */
/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_allowed(gfp_t gfp)
{
	gfp &= allowed_mask;
	return node_new(gfp);
}

/* want: adjust=0 expect=0.. */
struct node *node_allowed_atomic(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_allowed(GFP_ATOMIC);
	spin_unlock(lock);
	return node;
}

struct node *node_allowed_waits(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_allowed(GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock(lock);
	return node;
}

static gfp_t context_mask(gfp_t gfp)
{
	if (query())
		gfp &= ~(___GFP_IO | ___GFP_FS);
	return gfp;
}

/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_in_context(gfp_t gfp)
{
	return node_new(context_mask(gfp));
}

/* want: adjust=0 expect=0.. */
struct node *node_in_context_atomic(spinlock_t *lock)
{
	struct node *node;

	spin_lock(lock);
	node = node_in_context(GFP_ATOMIC);
	spin_unlock(lock);
	return node;
}

/* Tries without waiting first, then as the caller allows. */
/* want: adjust=0 expect=0 ; when "gfp & 0x400" expect=0 ; else expect=0.. */
struct node *node_two_tries(gfp_t gfp)
{
	struct node *node = node_new((gfp | GFP_NOWAIT) & ~__GFP_DIRECT_RECLAIM);

	if (!node)
		node = node_new(gfp);
	return node;
}

extern __attribute__((format(printf, 1, 2))) int report(const char *text, ...);
extern int scan(const char *text, ...);

/* want: adjust=0 expect=0 ; when "flags & 0x400" expect=0 ; else expect=0.. */
void *node_reported(gfp_t flags)
{
	if (flags & 2) {
		flags &= ~2;
		report("flags %p\n", &flags);
	}
	return node_new(flags);
}

void *atomic_reported(spinlock_t *lock)
{
	void *node;

	spin_lock(lock);
	node = node_reported(GFP_ATOMIC | 2);
	spin_unlock(lock);
	return node;
}

/* What is not a format may be written. */
void *node_scanned(spinlock_t *lock)
{
	gfp_t flags = GFP_ATOMIC;
	void *node;

	scan("flags %p\n", &flags);
	spin_lock(lock);
	node = node_new(flags); /* want-note: "may sleep" */
	spin_unlock(lock);
	return node;
}
