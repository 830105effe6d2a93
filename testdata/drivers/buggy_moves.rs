// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Guards that are returned, stored and passed around.

use kernel::prelude::*;
use kernel::sync::lock::{spinlock::SpinLockBackend, Guard};
use kernel::sync::{Mutex, SpinLock};

type SpinGuard<'a, T> = Guard<'a, T, SpinLockBackend>;

struct Transaction<'a> {
    count: SpinGuard<'a, u32>,
    table: &'a Mutex<u32>,
}

impl<'a> Transaction<'a> {
    fn begin(lock: &'a SpinLock<u32>, table: &'a Mutex<u32>) -> Self {
        Self {
            count: lock.lock(),
            table,
        }
    }

    fn read(&self) -> u32 {
        *self.count + *self.table.lock()
    }
}

fn acquire(lock: &SpinLock<u32>) -> SpinGuard<'_, u32> {
    lock.lock()
}

fn acquire_if(lock: &SpinLock<u32>, wanted: bool) -> Option<SpinGuard<'_, u32>> {
    if wanted {
        Some(lock.lock())
    } else {
        None
    }
}

fn pass<T>(value: T) -> T {
    value
}

/// The guard comes back from a function.
pub fn returned(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = acquire(lock);
    *count + *table.lock() // want: "may sleep"
}

/// The guard went through a generic function.
pub fn passed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = pass(lock.lock());
    *count + *table.lock() // want: "may sleep"
}

/// The guard lies in a field.
pub fn field(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let transaction = Transaction::begin(lock, table);
    transaction.read() // want: "may sleep"
}

/// A method that is entered with the guard in `self`, and uses up all of it but the guard.
pub fn moved_out(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let Transaction { count, table } = Transaction::begin(lock, table);
    *count + *table.lock() // want: "may sleep"
}

/// There may be a guard.
pub fn optional(lock: &SpinLock<u32>, table: &Mutex<u32>, wanted: bool) -> u32 {
    let _count = acquire_if(lock, wanted);
    *table.lock() // want: "may sleep"
}

/// There is a guard.
pub fn some(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    match acquire_if(lock, true) {
        Some(count) => *count + *table.lock(), // want: "may sleep"
        None => 0,
    }
}

/// Two guards in a tuple, of which one is dropped.
pub fn pair(lock: &SpinLock<u32>, other: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let guards = (lock.lock(), other.lock());
    drop(guards.0);
    *guards.1 + *table.lock() // want: "may sleep"
}

/// A guard that a closure owns.
pub fn owned(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let read = move || *count;
    let first = read();
    first + *table.lock() // want: "may sleep"
}

/// A guard in a box.
pub fn boxed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let count = KBox::new(lock.lock(), GFP_ATOMIC)?;
    Ok(**count + *table.lock()) // want: "may sleep"
}

fn sleeps_with(count: SpinGuard<'_, u32>, table: &Mutex<u32>) -> u32 {
    *count + *table.lock() // allow: "may sleep"
}

/// The callee sleeps before it drops the guard it was given.
pub fn callee(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    sleeps_with(lock.lock(), table) // want: "may sleep"
}

/// A guard replaced by another is released, the other one is not.
pub fn replaced(lock: &SpinLock<u32>, other: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut count = lock.lock();
    let first = *count;
    count = other.lock();
    first + *count + *table.lock() // want: "may sleep"
}
