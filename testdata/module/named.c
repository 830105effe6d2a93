// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * A module outside the tree, against the real headers: what every driver calls, in both
 * contexts. The comments are those of testdata/c.
 */
#include <linux/completion.h>
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

struct named {
	spinlock_t lock;
	struct mutex mutex;
	struct completion done;
	struct work_struct work;
	wait_queue_head_t queue;
	struct kmem_cache *cache;
	bool ready;
	void *buf;
};

/* Allocations: two cases by flags. */

/* want: adjust=0 expect=0 */
void *kmalloc_kernel(size_t size)
{
	return kmalloc(size, GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *kmalloc_atomic(size_t size)
{
	return kmalloc(size, GFP_ATOMIC);
}

/* want: adjust=0 expect=0 */
void *kzalloc_fixed_kernel(void)
{
	return kzalloc(sizeof(struct named), GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *kzalloc_fixed_nowait(void)
{
	return kzalloc(sizeof(struct named), GFP_NOWAIT);
}

/* want: adjust=0 expect=0 */
void *kvmalloc_kernel(size_t size)
{
	return kvmalloc(size, GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *kvmalloc_atomic(size_t size)
{
	return kvmalloc(size, GFP_ATOMIC);
}

/* want: adjust=0 expect=0 */
struct page *alloc_pages_kernel(unsigned int order)
{
	return alloc_pages(GFP_KERNEL, order);
}

/* want: adjust=0 expect=0.. */
struct page *alloc_pages_atomic(unsigned int order)
{
	return alloc_pages(GFP_ATOMIC, order);
}

/* want: adjust=0 expect=0 */
void *krealloc_kernel(void *old, size_t size)
{
	return krealloc(old, size, GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *krealloc_atomic(void *old, size_t size)
{
	return krealloc(old, size, GFP_ATOMIC);
}

/* want: adjust=0 expect=0 */
void *kmem_cache_alloc_kernel(struct kmem_cache *cache)
{
	return kmem_cache_alloc(cache, GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *kmem_cache_alloc_atomic(struct kmem_cache *cache)
{
	return kmem_cache_alloc(cache, GFP_ATOMIC);
}

/* Flags that are the caller's keep both cases, through an own layer. */

static void *named_alloc(struct named *n, gfp_t gfp)
{
	return kmalloc(64, gfp | __GFP_NOWARN);
}

/* want: adjust=0 expect=0 */
void *layer_kernel(struct named *n)
{
	return named_alloc(n, GFP_KERNEL);
}

/* want: adjust=0 expect=0.. */
void *layer_atomic(struct named *n)
{
	void *buf;

	spin_lock(&n->lock);
	buf = named_alloc(n, GFP_ATOMIC);
	spin_unlock(&n->lock);
	return buf;
}

void *layer_buggy(struct named *n)
{
	void *buf;

	spin_lock(&n->lock);
	buf = named_alloc(n, GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
	return buf;
}

/* Any context. */

/* want: adjust=0 expect=0.. */
void any_context(struct named *n)
{
	unsigned long flags;

	spin_lock_irqsave(&n->lock, flags);
	kfree(n->buf);
	n->buf = NULL;
	queue_work(system_wq, &n->work);
	schedule_work(&n->work);
	wake_up(&n->queue);
	wake_up_interruptible(&n->queue);
	complete(&n->done);
	complete_all(&n->done);
	printk(KERN_INFO "named\n");
	pr_err("named\n");
	spin_unlock_irqrestore(&n->lock, flags);
}

/* want: adjust=0 expect=0.. */
bool try_mutex(struct named *n)
{
	bool got;

	spin_lock(&n->lock);
	got = mutex_trylock(&n->mutex);
	spin_unlock(&n->lock);
	return got;
}

bool lock_mutex_buggy(struct named *n)
{
	spin_lock(&n->lock);
	mutex_lock(&n->mutex); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
	return true;
}

/* Two cases by what is returned. */

/* want: adjust=? expect=0.. */
int try_spin(struct named *n)
{
	return spin_trylock(&n->lock);
}

/* want: adjust=0 expect=0 */
bool try_spin_then_wait(struct named *n)
{
	if (!try_spin(n)) {
		mutex_lock(&n->mutex);
		mutex_unlock(&n->mutex);
		return false;
	}
	spin_unlock(&n->lock);
	return true;
}

bool try_spin_then_wait_buggy(struct named *n)
{
	if (try_spin(n)) {
		mutex_lock(&n->mutex); /* want-bug: "may sleep" */
		mutex_unlock(&n->mutex);
		spin_unlock(&n->lock);
		return false;
	}
	return true;
}

/* What waits. */

/* want: adjust=0 expect=0 */
void waits_for_event(struct named *n)
{
	wait_event(n->queue, n->ready);
}

/* want: adjust=0 expect=0 */
int waits_interruptibly(struct named *n)
{
	return wait_event_interruptible(n->queue, n->ready);
}

/* want: adjust=0 expect=0 */
long waits_for_time(struct named *n)
{
	return wait_event_timeout(n->queue, n->ready, HZ);
}

void waits_for_event_buggy(struct named *n)
{
	spin_lock(&n->lock);
	wait_event(n->queue, n->ready); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
}

/* want: adjust=0 expect=0 */
void sleeps_a_while(void)
{
	set_current_state(TASK_UNINTERRUPTIBLE);
	schedule_timeout(HZ);
}

/* want: adjust=0 expect=0 */
void yields(void)
{
	cond_resched();
}

void yields_buggy(struct named *n)
{
	spin_lock(&n->lock);
	cond_resched(); /* want-bug: "may sleep" */
	spin_unlock(&n->lock);
}
