// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Guards that are returned, stored and passed around, and gone before the sleep.

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

    fn end(self) -> u32 {
        *self.count
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

fn finish(count: SpinGuard<'_, u32>) -> u32 {
    *count
}

/// Passed by value: the callee drops it.
pub fn by_value(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    finish(count) + *table.lock()
}

/// Passed to a method that takes `self`.
pub fn by_self(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let transaction = Transaction::begin(lock, table);
    transaction.end() + *table.lock()
}

/// Comes back from a function, and is dropped.
pub fn returned(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = acquire(lock);
    let copy = *count;
    drop(count);
    copy + *table.lock()
}

/// A field moved out and dropped.
pub fn moved_out(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let transaction = Transaction::begin(lock, table);
    drop(transaction.count);
    *transaction.table.lock()
}

/// There is no guard on this path.
pub fn optional(lock: &SpinLock<u32>, table: &Mutex<u32>, wanted: bool) -> u32 {
    match acquire_if(lock, wanted) {
        Some(count) => *count,
        None => *table.lock(),
    }
}

/// There never is one.
pub fn none(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _count = acquire_if(lock, false);
    *table.lock()
}

/// Two guards in a tuple, both dropped.
pub fn pair(lock: &SpinLock<u32>, other: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let guards = (lock.lock(), other.lock());
    let sum = *guards.0 + *guards.1;
    drop(guards);
    sum + *table.lock()
}

/// A closure that uses its guard up.
pub fn owned(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let read = move || {
        let count = count;
        *count
    };
    read() + *table.lock()
}

/// Taken out of an option.
pub fn option_taken(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut slot = Some(lock.lock());
    drop(slot.take());
    let count = *table.lock();
    drop(slot);
    count
}

/// A guard in a box, unboxed and dropped.
pub fn boxed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let count = KBox::new(lock.lock(), GFP_ATOMIC)?;
    let copy = **count;
    drop(KBox::into_inner(count));
    Ok(copy + *table.lock())
}

/// Swapped, then both dropped.
pub fn swapped(lock: &SpinLock<u32>, other: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut first = lock.lock();
    let mut second = other.lock();
    core::mem::swap(&mut first, &mut second);
    drop(first);
    drop(second);
    *table.lock()
}
