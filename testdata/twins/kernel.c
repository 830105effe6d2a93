// SPDX-License-Identifier: Apache-2.0 OR MIT
/*
 * The C side of the twins: as little as makes each function sleep, or not, for
 * the reason that its namesake in a kernel has.
 */
#define NULL ((void *)0)
#define __GFP_DIRECT_RECLAIM 0x400u
#define might_sleep() do { } while (0)

typedef unsigned int gfp_t;
typedef struct { int val; } spinlock_t;
struct mutex { int owner; };
struct work { void (*func)(struct work *work); struct work *next; };
struct queue { spinlock_t lock; struct work *first; int users; };
struct pump_ops { int (*run)(int speed); };
struct valve_ops { int (*run)(int speed); };
struct fan_ops { int (*start)(int speed); int (*stop)(int speed); };

void spin_lock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
int spin_trylock(spinlock_t *lock);
void rcu_read_lock(void);
void rcu_read_unlock(void);
void schedule(void);
void *page_take(unsigned long size);
void page_give(const void *page);

void msleep(unsigned int msecs)
{
	while (msecs--)
		schedule();
}

static volatile int sensor_value;

int sensor(void)
{
	return sensor_value;
}

void mutex_lock(struct mutex *lock)
{
	might_sleep();
	while (lock->owner)
		schedule();
	lock->owner = 1;
}

int mutex_trylock(struct mutex *lock)
{
	if (lock->owner)
		return 0;
	lock->owner = 1;
	return 1;
}

void mutex_unlock(struct mutex *lock)
{
	lock->owner = 0;
}

void synchronize_rcu(void)
{
	schedule();
}

static spinlock_t pool_lock;

void *kmalloc(unsigned long size, gfp_t flags)
{
	void *p;

	if (flags & __GFP_DIRECT_RECLAIM)
		might_sleep();
	spin_lock(&pool_lock);
	p = page_take(size);
	spin_unlock(&pool_lock);
	return p;
}

void kfree(const void *p)
{
	spin_lock(&pool_lock);
	page_give(p);
	spin_unlock(&pool_lock);
}

void vfree(const void *p)
{
	might_sleep();
	kfree(p);
}

static void flush_queue(struct queue *q)
{
	while (q->first)
		schedule();
}

void destroy_queue(struct queue *q)
{
	flush_queue(q);
	kfree(q);
}

int fan_begin(struct fan_ops *ops, int speed)
{
	return ops->start(speed);
}

int fan_end(struct fan_ops *ops, int speed)
{
	return ops->stop(speed);
}

int pump_run(struct pump_ops *ops, int speed)
{
	return ops->run(speed);
}

int valve_run(struct valve_ops *ops, int speed)
{
	return ops->run(speed);
}
