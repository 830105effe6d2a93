/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/*
 * As much of the kernel's vocabulary as the fixtures need, in the kernel's
 * shapes and under the kernel's names, but of our own making.
 *
 * MIGHT_SLEEP_IS_EMPTY makes might_sleep() and its kin expand to nothing, as
 * they do without DEBUG_ATOMIC_SLEEP; nothing else may change by that.
 */
#ifndef FIXTURE_KERNEL_H
#define FIXTURE_KERNEL_H

typedef _Bool bool;
typedef unsigned int gfp_t;
typedef unsigned long size_t;
typedef unsigned char u8;
typedef unsigned int u32;
typedef unsigned long ulong;

#define true 1
#define false 0
#define NULL ((void *)0)

#define EAGAIN 11
#define ENOMEM 12
#define EBUSY 16
#define EINVAL 22

#define likely(x) __builtin_expect(!!(x), 1)
#define unlikely(x) __builtin_expect(!!(x), 0)
#define __always_inline inline __attribute__((__always_inline__))
#define __noreturn __attribute__((__noreturn__))
#define __weak __attribute__((__weak__))
#define __must_check __attribute__((__warn_unused_result__))
#define fallthrough __attribute__((__fallthrough__))
#define READ_ONCE(x) (*(const volatile typeof(x) *)&(x))
#define container_of(ptr, type, member) \
	((type *)((char *)(ptr) - __builtin_offsetof(type, member)))

/* Locks. */
typedef struct raw_spinlock { unsigned int raw; } raw_spinlock_t;
typedef struct spinlock { raw_spinlock_t rlock; } spinlock_t;
typedef struct rwlock { unsigned int raw; } rwlock_t;
struct mutex { long owner; raw_spinlock_t wait_lock; };
struct rw_semaphore { long count; };
struct completion { unsigned int done; };

extern void spin_lock(spinlock_t *lock);
extern void spin_unlock(spinlock_t *lock);
extern void spin_lock_bh(spinlock_t *lock);
extern void spin_unlock_bh(spinlock_t *lock);
extern void spin_lock_irq(spinlock_t *lock);
extern void spin_unlock_irq(spinlock_t *lock);
extern void spin_unlock_irqrestore(spinlock_t *lock, unsigned long flags);
extern int spin_trylock(spinlock_t *lock);
extern unsigned long fixture_irqsave(spinlock_t *lock);
#define spin_lock_irqsave(lock, flags) \
	do { flags = fixture_irqsave(lock); } while (0)

extern void read_lock(rwlock_t *lock);
extern void read_unlock(rwlock_t *lock);
extern void write_lock(rwlock_t *lock);
extern void write_unlock(rwlock_t *lock);
extern int write_trylock(rwlock_t *lock);

extern void rcu_read_lock(void);
extern void rcu_read_unlock(void);

extern void local_bh_disable(void);
extern void local_bh_enable(void);
extern void fixture_irq_off(void);
extern void fixture_irq_on(void);
extern unsigned long fixture_irq_save(void);
extern void fixture_irq_restore(unsigned long flags);
#define local_irq_disable() fixture_irq_off()
#define local_irq_enable() fixture_irq_on()
#define local_irq_save(flags) do { flags = fixture_irq_save(); } while (0)
#define local_irq_restore(flags) do { fixture_irq_restore(flags); } while (0)

/* The count. */
extern int fixture_count;
#define preempt_disable() do { fixture_count++; } while (0)
#define preempt_enable() do { fixture_count--; } while (0)
static __always_inline int preempt_count(void) { return READ_ONCE(fixture_count); }
#define in_atomic() (preempt_count() != 0)
extern int fixture_irqs_off(void);
#define irqs_disabled() ({ int __off = fixture_irqs_off(); __off; })
#define preemptible() (preempt_count() == 0 && !irqs_disabled())

/* Sleeping. */
#ifdef MIGHT_SLEEP_IS_EMPTY
#define might_sleep() do { } while (0)
#else
extern void __might_sleep(const char *file, int line);
#define might_sleep() __might_sleep(__FILE__, __LINE__)
#endif
#define might_sleep_if(cond) do { if (cond) might_sleep(); } while (0)
extern void schedule(void);

static inline bool fixture_cmpxchg(long *at, long old, long new)
{
	return __sync_bool_compare_and_swap(at, old, new);
}

static inline int mutex_trylock(struct mutex *lock)
{
	return fixture_cmpxchg(&lock->owner, 0, 1);
}

static inline void mutex_lock(struct mutex *lock)
{
	might_sleep();
	if (!mutex_trylock(lock))
		schedule();
}

static inline void mutex_unlock(struct mutex *lock)
{
	lock->owner = 0;
}

static inline void msleep(unsigned int msecs)
{
	while (msecs--)
		schedule();
}

static inline void wait_for_completion(struct completion *x)
{
	might_sleep();
	while (!READ_ONCE(x->done))
		schedule();
}

static inline void complete(struct completion *x)
{
	x->done++;
}

/* Memory. */
#define ___GFP_HIGH 0x20u
#define ___GFP_IO 0x40u
#define ___GFP_FS 0x80u
#define ___GFP_ZERO 0x100u
#define ___GFP_DIRECT_RECLAIM 0x400u
#define ___GFP_KSWAPD_RECLAIM 0x800u
#define __GFP_DIRECT_RECLAIM ((gfp_t)___GFP_DIRECT_RECLAIM)
#define __GFP_ZERO ((gfp_t)___GFP_ZERO)
#define __GFP_RECLAIM ((gfp_t)(___GFP_DIRECT_RECLAIM | ___GFP_KSWAPD_RECLAIM))
#define GFP_ATOMIC ((gfp_t)(___GFP_HIGH | ___GFP_KSWAPD_RECLAIM))
#define GFP_KERNEL ((gfp_t)(__GFP_RECLAIM | ___GFP_IO | ___GFP_FS))
#define GFP_NOWAIT ((gfp_t)___GFP_KSWAPD_RECLAIM)

static inline bool gfpflags_allow_blocking(const gfp_t flags)
{
	return !!(flags & __GFP_DIRECT_RECLAIM);
}

static inline void might_alloc(gfp_t flags)
{
	might_sleep_if(gfpflags_allow_blocking(flags));
}

extern void *fixture_arena;

static inline void *fixture_memory(size_t size)
{
	return READ_ONCE(fixture_arena);
}

static inline void *kmalloc(size_t size, gfp_t flags)
{
	might_alloc(flags);
	return fixture_memory(size);
}

static inline void *kzalloc(size_t size, gfp_t flags)
{
	return kmalloc(size, flags | __GFP_ZERO);
}

static inline void fixture_free(const void *p)
{
	fixture_arena = (void *)p;
}

static inline void kfree(const void *p)
{
	if (unlikely(!p))
		return;
	fixture_free(p);
}

/* The end. */
static inline __noreturn void panic(const char *why)
{
	for (;;)
		;
}
#define BUG() do { panic(__FILE__); __builtin_unreachable(); } while (0)
#define BUG_ON(cond) do { if (unlikely(cond)) BUG(); } while (0)
#define WARN_ON(cond) ({ int __warn = !!(cond); unlikely(__warn); })

/* Cleanup, in the shapes of the kernel's linux/cleanup.h. */
#define __cleanup(fn) __attribute__((__cleanup__(fn)))

#define DEFINE_FREE(_name, _type, _free) \
	static inline void __free_##_name(void *p) { _type _T = *(_type *)p; _free; }
#define __free(_name) __cleanup(__free_##_name)
#define no_free_ptr(p) ({ __auto_type __val = (p); (p) = NULL; __val; })
#define return_ptr(p) return no_free_ptr(p)

#define DEFINE_CLASS(_name, _type, _exit, _init, _init_args...) \
	typedef _type class_##_name##_t; \
	static inline void class_##_name##_destructor(_type *p) \
	{ _type _T = *p; _exit; } \
	static inline _type class_##_name##_constructor(_init_args) \
	{ _type t = _init; return t; }
#define CLASS(_name, var) \
	class_##_name##_t var __cleanup(class_##_name##_destructor) = \
		class_##_name##_constructor
#define DEFINE_GUARD(_name, _type, _lock, _unlock) \
	DEFINE_CLASS(_name, _type, if (_T) { _unlock; }, \
		     ({ _lock; _T; }), _type _T)
#define DEFINE_LOCK_GUARD_1(_name, _type, _lock, _unlock, _members...) \
	typedef struct { _type *lock; _members; } class_##_name##_t; \
	static inline void class_##_name##_destructor(class_##_name##_t *_T) \
	{ if (_T->lock) { _unlock; } } \
	static inline class_##_name##_t class_##_name##_constructor(_type *l) \
	{ class_##_name##_t _t = { .lock = l }, *_T = &_t; _lock; return _t; }
#define __glue(a, b) a##b
#define ___UNIQUE(prefix, n) __glue(prefix, n)
#define __UNIQUE(prefix) ___UNIQUE(prefix, __COUNTER__)
#define guard(_name) CLASS(_name, __UNIQUE(guard))
#define scoped_guard(_name, args...) \
	for (CLASS(_name, scope)(args), *done = NULL; !done; done = (void *)1)

DEFINE_GUARD(spinlock, spinlock_t *, spin_lock(_T), spin_unlock(_T))
DEFINE_LOCK_GUARD_1(spinlock_irqsave, spinlock_t,
		    spin_lock_irqsave(_T->lock, _T->flags),
		    spin_unlock_irqrestore(_T->lock, _T->flags),
		    unsigned long flags)
DEFINE_LOCK_GUARD_1(spinlock_try, spinlock_t,
		    if (!spin_trylock(_T->lock)) _T->lock = NULL,
		    spin_unlock(_T->lock))
DEFINE_GUARD(mutex, struct mutex *, mutex_lock(_T), mutex_unlock(_T))
DEFINE_FREE(kfree, void *, if (_T) kfree(_T))
DEFINE_FREE(mutex_unlock, struct mutex *, if (_T) mutex_unlock(_T))

typedef struct { int unused; } class_rcu_t;
static inline void class_rcu_destructor(class_rcu_t *p) { rcu_read_unlock(); }
static inline class_rcu_t class_rcu_constructor(void)
{
	class_rcu_t t = { 0 };

	rcu_read_lock();
	return t;
}

/* A value that nothing is known of. */
extern int fixture_state;

static inline int query(void)
{
	return READ_ONCE(fixture_state);
}

/* Lists. */
struct list_head { struct list_head *next, *prev; };
#define list_for_each(pos, head) \
	for (pos = (head)->next; pos != (head); pos = pos->next)

#endif
