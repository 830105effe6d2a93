// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Function pointers and trait objects called outside the lock, or known not to sleep.

use kernel::sync::{Mutex, SpinLock};

trait Sensor {
    fn read(&self) -> u32;
}

struct Slow<'a>(&'a Mutex<u32>);

impl Sensor for Slow<'_> {
    fn read(&self) -> u32 {
        *self.0.lock()
    }
}

trait Gauge {
    fn level(&self) -> u32;
}

struct Fast(u32);

impl Gauge for Fast {
    fn level(&self) -> u32 {
        self.0
    }
}

fn slow(table: &Mutex<u32>) -> u32 {
    *table.lock()
}

fn fast(_table: &Mutex<u32>) -> u32 {
    1
}

type Read = fn(&Mutex<u32>) -> u32;

/// The pointer is known on the spot.
pub fn pointer(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let read: Read = fast;
    let count = lock.lock();
    *count + read(table)
}

fn call(read: Read, table: &Mutex<u32>) -> u32 {
    read(table)
}

/// A pointer that travels as an argument, before the lock.
pub fn argument(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = call(slow, table);
    let count = lock.lock();
    *count + first
}

fn sample(sensor: &dyn Sensor) -> u32 {
    sensor.read()
}

/// A trait object, before the lock.
pub fn object(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = sample(&Slow(table));
    let count = lock.lock();
    *count + first
}

/// A trait none of whose implementations sleeps.
pub fn gauge(lock: &SpinLock<u32>) -> u32 {
    let gauge: &dyn Gauge = &Fast(2);
    let count = lock.lock();
    *count + gauge.level()
}

/// Whatever it does, it does it after the lock.
pub fn erased(lock: &SpinLock<u32>, read: &dyn Fn() -> u32) -> u32 {
    let count = *lock.lock();
    count + read()
}
