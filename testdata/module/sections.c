// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * A module outside the tree, against the real headers: what drivers get wrong in atomic
 * sections, each beside the way to do it. The comments are those of testdata/c.
 */
#include <linux/sched.h>

#include <linux/bit_spinlock.h>
#include <linux/cleanup.h>
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/highmem.h>
#include <linux/hrtimer.h>
#include <linux/idr.h>
#include <linux/interrupt.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/llist.h>
#include <linux/mempool.h>
#include <linux/mutex.h>
#include <linux/notifier.h>
#include <linux/percpu.h>
#include <linux/percpu-rwsem.h>
#include <linux/radix-tree.h>
#include <linux/rculist.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/semaphore.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/timer.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>
#include <linux/workqueue.h>
#include <linux/xarray.h>

struct dev {
	spinlock_t lock;
	raw_spinlock_t raw;
	rwlock_t rw;
	seqlock_t seq;
	struct mutex mutex;
	struct rw_semaphore sem;
	struct semaphore count;
	struct completion done;
	wait_queue_head_t queue;
	struct work_struct work;
	struct delayed_work dwork;
	struct timer_list timer;
	struct hrtimer hrtimer;
	struct task_struct *task;
	struct list_head list;
	struct hlist_head hash;
	struct kref ref;
	struct idr idr;
	struct xarray xa;
	struct srcu_struct srcu;
	struct dev *parent;
	void *buf;
	unsigned long bits;
	int irq;
	bool ready;
	int __percpu *counters;
};

/* Allocation. */

static struct dev *new_entry(gfp_t gfp)
{
	return kzalloc(sizeof(struct dev), gfp);
}

int alloc_locked(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	d->buf = new_entry(GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock_irqrestore(&d->lock, flags);
	return d->buf ? 0 : -ENOMEM;
}

int alloc_locked_atomic(struct dev *d)
{
	unsigned long flags;

	spin_lock_irqsave(&d->lock, flags);
	d->buf = new_entry(GFP_ATOMIC);
	spin_unlock_irqrestore(&d->lock, flags);
	return d->buf ? 0 : -ENOMEM;
}

int alloc_first(struct dev *d)
{
	void *buf = new_entry(GFP_KERNEL);

	if (!buf)
		return -ENOMEM;
	spin_lock(&d->lock);
	swap(d->buf, buf);
	spin_unlock(&d->lock);
	kfree(buf);
	return 0;
}

/* Flags by context. */
void *alloc_by_context(struct dev *d, bool locked)
{
	return new_entry(locked ? GFP_ATOMIC : GFP_KERNEL);
}

void alloc_by_context_locked(struct dev *d)
{
	spin_lock_bh(&d->lock);
	d->buf = alloc_by_context(d, true);
	spin_unlock_bh(&d->lock);
}

void alloc_by_context_wrong(struct dev *d)
{
	spin_lock_bh(&d->lock);
	d->buf = alloc_by_context(d, false); /* want-bug: "may sleep" */
	spin_unlock_bh(&d->lock);
}

void dup_locked(struct dev *d, const char *name)
{
	read_lock(&d->rw);
	d->buf = kstrdup(name, GFP_KERNEL); /* want-bug: "may sleep" */
	read_unlock(&d->rw);
}

void printf_locked(struct dev *d)
{
	read_lock(&d->rw);
	d->buf = kasprintf(GFP_NOWAIT, "dev%d", d->irq);
	read_unlock(&d->rw);
}

void vmalloc_locked(struct dev *d)
{
	spin_lock(&d->lock);
	d->buf = vmalloc(PAGE_SIZE); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void percpu_in_rcu(struct dev *d)
{
	rcu_read_lock();
	d->counters = alloc_percpu(int); /* want-bug: "may sleep" */
	rcu_read_unlock();
}

int idr_locked(struct dev *d, void *p)
{
	int id;

	spin_lock(&d->lock);
	id = idr_alloc(&d->idr, p, 0, 0, GFP_KERNEL); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
	return id;
}

int idr_preloaded(struct dev *d, void *p)
{
	int id;

	idr_preload(GFP_KERNEL);
	spin_lock(&d->lock);
	id = idr_alloc(&d->idr, p, 0, 0, GFP_NOWAIT);
	spin_unlock(&d->lock);
	idr_preload_end();
	return id;
}

int idr_preloaded_sleeps(struct dev *d, void *p)
{
	int id;

	idr_preload(GFP_KERNEL);
	mutex_lock(&d->mutex); /* want-bug: "may sleep" */
	id = idr_alloc(&d->idr, p, 0, 0, GFP_NOWAIT);
	mutex_unlock(&d->mutex);
	idr_preload_end();
	return id;
}

/* The array has a lock of its own, and lets go of it to allocate. */
int xa_stored(struct dev *d, unsigned long at, void *p)
{
	return xa_err(xa_store(&d->xa, at, p, GFP_KERNEL));
}

/* gap: which lock the array has is in its flags; here it is one that softirqs take, maybe */
int xa_stored_locked(struct dev *d, unsigned long at, void *p)
{
	int err;

	spin_lock(&d->lock);
	err = xa_err(xa_store(&d->xa, at, p, GFP_KERNEL)); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
	return err;
}

int xa_stored_atomic(struct dev *d, unsigned long at, void *p)
{
	int err;

	spin_lock(&d->lock);
	err = xa_err(xa_store(&d->xa, at, p, GFP_ATOMIC));
	spin_unlock(&d->lock);
	return err;
}

void *pool_locked(struct dev *d, mempool_t *pool)
{
	void *p;

	spin_lock(&d->lock);
	p = mempool_alloc(pool, GFP_NOIO); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
	return p;
}

/* Waiting. */

void sleep_in_rcu(struct dev *d)
{
	rcu_read_lock();
	msleep(10); /* want-bug: "may sleep" */
	rcu_read_unlock();
}

void delay_in_rcu(struct dev *d)
{
	rcu_read_lock();
	udelay(10);
	rcu_read_unlock();
}

void usleep_bh_off(struct dev *d)
{
	local_bh_disable();
	usleep_range(10, 20); /* want-bug: "may sleep" */
	local_bh_enable();
}

void complete_waits(struct dev *d)
{
	raw_spin_lock(&d->raw);
	wait_for_completion_timeout(&d->done, HZ); /* want-bug: "may sleep" */
	raw_spin_unlock(&d->raw);
}

void complete_tried(struct dev *d)
{
	raw_spin_lock(&d->raw);
	if (!try_wait_for_completion(&d->done))
		d->ready = true;
	raw_spin_unlock(&d->raw);
}

int event_preempt_off(struct dev *d)
{
	int err;

	preempt_disable();
	err = wait_event_interruptible(d->queue, d->ready); /* want-bug: "may sleep" */
	preempt_enable();
	return err;
}

/* These let go of the lock while they wait. */
int event_lock_irq(struct dev *d)
{
	int err;

	spin_lock_irq(&d->lock);
	err = wait_event_interruptible_lock_irq(d->queue, d->ready, d->lock);
	spin_unlock_irq(&d->lock);
	return err;
}

void event_by_hand(struct dev *d)
{
	DEFINE_WAIT(wait);

	spin_lock_irq(&d->lock);
	while (!d->ready) {
		prepare_to_wait(&d->queue, &wait, TASK_UNINTERRUPTIBLE);
		spin_unlock_irq(&d->lock);
		schedule();
		spin_lock_irq(&d->lock);
	}
	finish_wait(&d->queue, &wait);
	spin_unlock_irq(&d->lock);
}

void event_by_hand_held(struct dev *d)
{
	DEFINE_WAIT(wait);

	spin_lock_irq(&d->lock);
	while (!d->ready) {
		prepare_to_wait(&d->queue, &wait, TASK_UNINTERRUPTIBLE);
		schedule(); /* want-bug: "may sleep" */
	}
	finish_wait(&d->queue, &wait);
	spin_unlock_irq(&d->lock);
}

int down_locked(struct dev *d)
{
	int err;

	write_lock_bh(&d->rw);
	err = down_interruptible(&d->count); /* want-bug: "may sleep" */
	write_unlock_bh(&d->rw);
	return err;
}

int down_tried(struct dev *d)
{
	int err;

	write_lock_bh(&d->rw);
	err = down_trylock(&d->count);
	write_unlock_bh(&d->rw);
	return err;
}

void rwsem_irqs_off(struct dev *d)
{
	unsigned long flags;

	local_irq_save(flags);
	down_read(&d->sem); /* want-bug: "may sleep" */
	up_read(&d->sem);
	local_irq_restore(flags);
}

void rwsem_tried(struct dev *d)
{
	unsigned long flags;

	local_irq_save(flags);
	if (down_read_trylock(&d->sem))
		up_read(&d->sem);
	local_irq_restore(flags);
}

void sync_in_rcu(struct dev *d)
{
	rcu_read_lock();
	synchronize_rcu(); /* want-bug: "may sleep" */
	rcu_read_unlock();
}

/* Readers of SRCU may sleep. */
void sync_in_srcu(struct dev *d)
{
	int idx = srcu_read_lock(&d->srcu);

	synchronize_rcu();
	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
	srcu_read_unlock(&d->srcu, idx);
}

void seq_write(struct dev *d)
{
	write_seqlock(&d->seq);
	mutex_lock(&d->mutex); /* want-bug: "may sleep" */
	mutex_unlock(&d->mutex);
	write_sequnlock(&d->seq);
}

int seq_read(struct dev *d)
{
	unsigned int seq;
	int irq;

	do {
		seq = read_seqbegin(&d->seq);
		irq = d->irq;
		cond_resched();
	} while (read_seqretry(&d->seq, seq));
	return irq;
}

void bit_locked(struct dev *d)
{
	bit_spin_lock(0, &d->bits);
	mutex_lock(&d->mutex); /* want-bug: "may sleep" */
	mutex_unlock(&d->mutex);
	bit_spin_unlock(0, &d->bits);
}

/* Tearing down. */

void cancel_locked(struct dev *d)
{
	spin_lock(&d->lock);
	cancel_work_sync(&d->work); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void cancel_delayed_locked(struct dev *d)
{
	spin_lock(&d->lock);
	cancel_delayed_work(&d->dwork);
	mod_delayed_work(system_wq, &d->dwork, HZ);
	spin_unlock(&d->lock);
}

void flush_locked(struct dev *d)
{
	spin_lock(&d->lock);
	flush_delayed_work(&d->dwork); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void timer_locked(struct dev *d)
{
	spin_lock(&d->lock);
	mod_timer(&d->timer, jiffies + HZ);
	timer_delete(&d->timer);
	hrtimer_start(&d->hrtimer, ms_to_ktime(1), HRTIMER_MODE_REL);
	hrtimer_try_to_cancel(&d->hrtimer);
	spin_unlock(&d->lock);
}

void free_irq_locked(struct dev *d)
{
	spin_lock(&d->lock);
	free_irq(d->irq, d); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void disable_irq_locked(struct dev *d)
{
	spin_lock(&d->lock);
	disable_irq(d->irq); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void disable_irq_nosync_locked(struct dev *d)
{
	spin_lock(&d->lock);
	disable_irq_nosync(d->irq);
	spin_unlock(&d->lock);
}

void stop_locked(struct dev *d)
{
	spin_lock(&d->lock);
	kthread_stop(d->task); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void vfree_locked(struct dev *d)
{
	spin_lock(&d->lock);
	vfree(d->buf); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

static void dev_release(struct kref *ref)
{
	struct dev *d = container_of(ref, struct dev, ref);

	cancel_work_sync(&d->work);
	kfree(d);
}

void dev_put(struct dev *d)
{
	kref_put(&d->ref, dev_release);
}

void put_locked(struct dev *d)
{
	spin_lock(&d->parent->lock);
	list_del(&d->list);
	dev_put(d); /* want-bug: "may sleep" */
	spin_unlock(&d->parent->lock);
}

void put_later(struct dev *d)
{
	spin_lock(&d->parent->lock);
	list_del(&d->list);
	spin_unlock(&d->parent->lock);
	dev_put(d);
}

/* User memory. */

int copy_locked(struct dev *d, void __user *to)
{
	int err;

	spin_lock(&d->lock);
	err = copy_to_user(to, d, 16); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
	return err;
}

int get_user_locked(struct dev *d, int __user *from)
{
	int err, x;

	spin_lock(&d->lock);
	err = get_user(x, from); /* want-bug: "may sleep" */
	d->irq = x;
	spin_unlock(&d->lock);
	return err;
}

int copy_nofault(struct dev *d, void __user *to)
{
	int err;

	pagefault_disable();
	err = __copy_to_user_inatomic(to, d, 16);
	pagefault_enable();
	return err;
}

/* What is not there is not paged in. */
int get_user_nofault(struct dev *d, int __user *from)
{
	int err, x = 0;

	spin_lock(&d->lock);
	pagefault_disable();
	err = get_user(x, from);
	pagefault_enable();
	d->irq = x;
	spin_unlock(&d->lock);
	return err;
}

int get_user_too_late(struct dev *d, int __user *from)
{
	int err, x = 0;

	spin_lock(&d->lock);
	pagefault_disable();
	pagefault_enable();
	err = get_user(x, from); /* want-bug: "may sleep" */
	d->irq = x;
	spin_unlock(&d->lock);
	return err;
}

void sleeps_nofault(struct dev *d)
{
	spin_lock(&d->lock);
	pagefault_disable();
	mutex_lock(&d->mutex); /* want-bug: "may sleep" */
	mutex_unlock(&d->mutex);
	pagefault_enable();
	spin_unlock(&d->lock);
}

void map_local(struct dev *d, struct page *page)
{
	void *p = kmap_local_page(page);

	mutex_lock(&d->mutex);
	memcpy(d->buf, p, 16);
	mutex_unlock(&d->mutex);
	kunmap_local(p);
}

void map_atomic(struct dev *d, struct page *page)
{
	void *p = kmap_atomic(page);

	mutex_lock(&d->mutex); /* want-bug: "may sleep" */
	memcpy(d->buf, p, 16);
	mutex_unlock(&d->mutex);
	kunmap_atomic(p);
}

void per_cpu_sleeps(struct dev *d)
{
	int *n = get_cpu_ptr(d->counters);

	*n += 1;
	msleep(1); /* want-bug: "may sleep" */
	put_cpu_ptr(d->counters);
}

/* Forgotten on the way out. */

int leaks_on_error(struct dev *d) /* want-bug: "unbalanced" */
{
	spin_lock(&d->lock);
	if (!d->ready)
		return -EAGAIN;
	d->irq++;
	spin_unlock(&d->lock);
	return 0;
}

int unlocks_on_error(struct dev *d)
{
	int err = 0;

	spin_lock(&d->lock);
	if (!d->ready) {
		err = -EAGAIN;
		goto out;
	}
	d->irq++;
out:
	spin_unlock(&d->lock);
	return err;
}

/* gap: an argument tells the two ways apart, as where it says to keep the lock */
int leaks_in_switch(struct dev *d, int cmd) /* want-bug: "unbalanced" */
{
	unsigned long flags;
	int ret = 0;

	spin_lock_irqsave(&d->lock, flags);
	switch (cmd) {
	case 1:
		ret = d->irq;
		break;
	case 2:
		d->irq = 0;
		return 0;
	default:
		ret = -EINVAL;
	}
	spin_unlock_irqrestore(&d->lock, flags);
	return ret;
}

int leaks_after_trylock(struct dev *d) /* want-bug: "unbalanced" */
{
	if (!spin_trylock(&d->lock))
		return -EBUSY;
	if (d->ready)
		return -EBUSY;
	spin_unlock(&d->lock);
	return 0;
}

int leaks_in_list(struct dev *d, int irq) /* want-bug: "unbalanced" */
{
	struct dev *p;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &d->list, list) {
		if (p->irq == irq)
			return p->bits;
	}
	rcu_read_unlock();
	return -ENOENT;
}

int found_in_list(struct dev *d, int irq)
{
	struct dev *p;
	int n = -ENOENT;

	rcu_read_lock();
	list_for_each_entry_rcu(p, &d->list, list) {
		if (p->irq == irq) {
			n = p->bits;
			break;
		}
	}
	rcu_read_unlock();
	return n;
}

/* Guards. */

int guarded(struct dev *d)
{
	guard(spinlock)(&d->lock);
	if (!d->ready)
		return -EAGAIN;
	return d->irq;
}

int guarded_sleeps(struct dev *d)
{
	guard(spinlock_irqsave)(&d->lock);
	d->buf = kmalloc(16, GFP_KERNEL); /* want-bug: "may sleep" */
	return d->buf ? 0 : -ENOMEM;
}

void guarded_rcu(struct dev *d)
{
	scoped_guard(rcu) {
		mutex_lock(&d->mutex); /* want-bug: "may sleep" */
		mutex_unlock(&d->mutex);
	}
	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
}

void freed_under_guard(struct dev *d)
{
	void *p __free(kfree) = kmalloc(16, GFP_KERNEL);

	guard(raw_spinlock)(&d->raw);
	if (p)
		d->buf = no_free_ptr(p);
}

void freed_under_lock(struct dev *d)
{
	guard(spinlock)(&d->lock);
	void *p __free(kvfree) = d->buf;

	d->buf = NULL; /* want-bug: "may sleep" */
}

/* Callbacks and tables. */

static int slow_call(struct dev *d)
{
	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
	return 0;
}

static int fast_call(struct dev *d)
{
	return d->irq;
}

struct dev_ops {
	int (*slow)(struct dev *d);
	int (*fast)(struct dev *d);
};

static const struct dev_ops dev_ops = { .slow = slow_call, .fast = fast_call };

int ops_locked(struct dev *d, const struct dev_ops *ops)
{
	int ret;

	spin_lock(&d->lock);
	ret = ops->fast(d);
	spin_unlock(&d->lock);
	return ret;
}

int ops_slow_locked(struct dev *d, const struct dev_ops *ops)
{
	int ret;

	spin_lock(&d->lock);
	ret = ops->slow(d); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
	return ret;
}

const struct dev_ops *dev_get_ops(void)
{
	return &dev_ops;
}

static void on_each(void *arg)
{
	struct dev *d = arg;

	mutex_lock(&d->mutex);
	mutex_unlock(&d->mutex);
}

void on_cpus(struct dev *d)
{
	on_each_cpu(on_each, d, 1); /* want-bug: "may sleep" */
}

/* Helpers. */

static void lock_both(struct dev *a, struct dev *b)
{
	spin_lock(&a->lock);
	spin_lock_nested(&b->lock, SINGLE_DEPTH_NESTING);
}

static void unlock_both(struct dev *a, struct dev *b)
{
	spin_unlock(&b->lock);
	spin_unlock(&a->lock);
}

void both(struct dev *a, struct dev *b)
{
	lock_both(a, b);
	swap(a->buf, b->buf);
	unlock_both(a, b);
	mutex_lock(&a->mutex);
	mutex_unlock(&a->mutex);
}

void both_sleep(struct dev *a, struct dev *b)
{
	lock_both(a, b);
	mutex_lock(&a->mutex); /* want-bug: "may sleep" */
	mutex_unlock(&a->mutex);
	unlock_both(a, b);
}

void half_sleeps(struct dev *a, struct dev *b)
{
	lock_both(a, b);
	spin_unlock(&b->lock);
	mutex_lock(&a->mutex); /* want-bug: "may sleep" */
	mutex_unlock(&a->mutex);
	spin_unlock(&a->lock);
}

void checked(struct dev *d)
{
	spin_lock(&d->lock);
	if (!in_atomic())
		msleep(1);
	spin_unlock(&d->lock);
}

void resched_locked(struct dev *d)
{
	spin_lock(&d->lock);
	cond_resched_lock(&d->lock);
	spin_unlock(&d->lock);
}

void resched_held(struct dev *d)
{
	spin_lock(&d->lock);
	cond_resched(); /* want-bug: "may sleep" */
	spin_unlock(&d->lock);
}

void wakes(struct dev *d)
{
	raw_spin_lock(&d->raw);
	wake_up_process(d->task);
	wake_up_all(&d->queue);
	complete_all(&d->done);
	schedule_work(&d->work);
	pr_info("irq %d\n", d->irq);
	raw_spin_unlock(&d->raw);
}
