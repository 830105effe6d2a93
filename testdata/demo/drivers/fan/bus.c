// SPDX-License-Identifier: Apache-2.0 OR MIT
/* The bus that fans are attached to; its operations are a driver's. */
#include <linux/fan.h>
#include <linux/rcupdate.h>

static int smbus_write(struct fan_bus *bus, u8 reg, u32 value)
{
	mutex_lock(&bus->transfer);
	bus->shadow[reg] = value;
	mutex_unlock(&bus->transfer);
	return 0;
}

static const struct fan_bus_ops smbus_ops = {
	.write = smbus_write,
};

struct fan_bus fan_smbus = {
	.ops = &smbus_ops,
};

/* Write a register. Waits for the bus. */
int fan_bus_write(struct fan_bus *bus, u8 reg, u32 value)
{
	if (reg >= sizeof(bus->shadow) / sizeof(bus->shadow[0]))
		return -22;
	return bus->ops->write(bus, reg, value);
}

/* What was last written to a register. From any context. */
u32 fan_bus_cached(const struct fan_bus *bus, u8 reg)
{
	u32 value;

	rcu_read_lock();
	value = rcu_dereference(bus->shadow[reg & 15]);
	rcu_read_unlock();
	return value;
}

u32 fan_duty(u32 rpm, u32 max_rpm)
{
	return max_rpm ? rpm * 255 / max_rpm : 0;
}
