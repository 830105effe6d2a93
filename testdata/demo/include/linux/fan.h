/* SPDX-License-Identifier: Apache-2.0 OR MIT */
#ifndef _LINUX_FAN_H
#define _LINUX_FAN_H

#include <linux/mutex.h>

struct fan_bus;

/**
 * struct fan_bus_ops - what the driver of a bus provides
 * @write: hand one register to the device
 */
struct fan_bus_ops {
	int (*write)(struct fan_bus *bus, u8 reg, u32 value);
};

struct fan_bus {
	const struct fan_bus_ops *ops;
	struct mutex transfer;
	u32 shadow[16];
};

int fan_bus_write(struct fan_bus *bus, u8 reg, u32 value);
u32 fan_bus_cached(const struct fan_bus *bus, u8 reg);
u32 fan_duty(u32 rpm, u32 max_rpm);

extern struct fan_bus fan_smbus;

#endif
