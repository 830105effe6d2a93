/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef FAN_H
#define FAN_H

typedef struct { int raw; } raw_spinlock_t;
typedef struct spinlock { raw_spinlock_t rlock; } spinlock_t;

struct mutex { int owner; };

typedef struct {
	spinlock_t slock;
	int owned;
} fan_lock_t;

/* A macro that stands for a path. */
#define f_lock	f_ref.lock
#define the_fan	get_fan()

struct fan {
	union {
		struct {
			raw_spinlock_t hw_lock;
			/** @rpm: how fast it turns */
			int rpm;
		};
		unsigned long bits;
	};
	struct { spinlock_t lock; int count; } f_ref;
	fan_lock_t owner;
	struct mutex curve;
	int (*apply)(struct fan *fan);
	struct fan *next, *prev;
};

struct fan *get_fan(void);

/**
 * fan_read() - read the speed
 * @fan: the fan
 *
 * Context: May sleep.
 */
int fan_read(struct fan *fan) __acquires(&fan->owner.slock);

static inline void fan_both(struct fan *fan, struct fan *with)
	__releases(&fan->f_lock)
	__acquires(&with->hw_lock)
{
}

#endif
