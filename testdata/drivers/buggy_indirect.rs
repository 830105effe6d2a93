// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Function pointers and trait objects whose targets sleep.

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

struct Fast(u32);

impl Sensor for Fast {
    fn read(&self) -> u32 {
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

struct Operations {
    read: Read,
}

static SLOW: Operations = Operations { read: slow };

/// The pointer is known on the spot.
pub fn pointer(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let read: Read = slow;
    let count = lock.lock();
    *count + read(table) // want: "may sleep"
}

/// One of two.
pub fn chosen(lock: &SpinLock<u32>, table: &Mutex<u32>, cached: bool) -> u32 {
    let read: Read = if cached { fast } else { slow };
    let count = lock.lock();
    *count + read(table) // want: "may sleep"
}

/// A table of operations.
pub fn operations(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    *count + (SLOW.read)(table) // want: "may sleep"
}

fn call(read: Read, table: &Mutex<u32>) -> u32 {
    read(table)
}

/// A pointer that travels as an argument.
pub fn argument(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    *count + call(slow, table) // want: "may sleep"
}

fn sample(sensor: &dyn Sensor) -> u32 {
    sensor.read()
}

/// A trait object, one of whose implementations sleeps.
pub fn object(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let quick = sample(&Fast(1));
    let count = lock.lock();
    *count + quick + sample(&Slow(table)) // want: "may sleep"
}

/// Nothing is known of what it does.
pub fn erased(lock: &SpinLock<u32>, read: &dyn Fn() -> u32) -> u32 {
    let count = lock.lock();
    *count + read() // want-assumed: "may sleep"
}
