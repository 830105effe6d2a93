// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fan.h"

static DEFINE_SPINLOCK(fans_lock);
static DEFINE_MUTEX(curves);

DEFINE_GUARD(fan, struct fan *, x = fan_read(_T), fan_done(_T))

/* The definition calls its parameter otherwise, and has no annotation. */
int fan_read(struct fan *f)
{
	return f->rpm;
}

/**
 * fan_list - walk all fans
 * @fn: what to call, which may sleep
 *
 * Can be called from any context.
 */
static __printf(1, 2) struct fan *fan_list(const char *text, ...)
	__acquires(fans_lock) __must_hold(RCU)
{
	struct fan *found = get_fan();
	"a string with a brace {";
	return found;
}

static void fan_local(void *data)
	__releases(&fan->owner.slock) __must_hold(&the_fan->curve) __cond_acquires(nothing_known)
{
	struct fan *fan = data;

#ifdef CONFIG_TWO
	if (fan->rpm) {
#else
	if (fan) {
#endif
		fan->rpm = 0;
	}
}

static void fan_sleeps(struct fan *fan)
{
	struct fan *next = fan->next, *prev;
	DEFINE_WAIT(wait);

	/* comes first */
	might_sleep();
	fan->rpm = 1;
}

static void fan_sleeps_later(struct fan *fan)
{
	fan->rpm = 1;
	might_sleep();
}

static void fan_sleeps_if(struct fan *fan)
{
	if (fan)
		might_sleep();
}

struct fan fan_one = {
	.rpm = 1,
};
