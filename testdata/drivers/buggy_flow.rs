// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Scopes, loops and early exits that keep a guard longer than meant.

use kernel::sync::{Mutex, SpinLock};

/// A name that starts with an underscore still binds.
pub fn underscore(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _guard = lock.lock();
    *table.lock() // want: "may sleep"
}

/// Shadowing a guard does not drop it.
pub fn shadowed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let count = *count;
    count + *table.lock() // want: "may sleep"
}

/// Dropping a reference to a guard does not drop the guard.
#[allow(dropping_references)]
pub fn reference(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    drop(&count);
    *table.lock() // want: "may sleep"
}

/// The sleep stands inside the block.
pub fn block(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let sum = {
        let count = lock.lock();
        *count + *table.lock() // want: "may sleep"
    };
    sum + *table.lock()
}

/// The second round still holds the guard of the first.
pub fn kept_in_loop(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    let mut last = None;
    let mut sum = 0;
    for lock in locks {
        sum += *table.lock(); // want: "may sleep"
        last = Some(lock.lock());
    }
    drop(last);
    sum
}

/// One way out of the loop keeps the guard.
pub fn broken_out(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    let found = loop {
        let guard = locks[0].lock();
        if *guard != 0 {
            break guard;
        }
    };
    *found + *table.lock() // want: "may sleep"
}

/// The early exit sleeps on its way.
pub fn early(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    if *count == 0 {
        return *table.lock(); // want: "may sleep"
    }
    *count
}

/// The inner guard is gone, the outer one is not.
pub fn nested(outer: &SpinLock<u32>, inner: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = outer.lock();
    let second = inner.lock();
    let sum = *first + *second;
    drop(second);
    sum + *table.lock() // want: "may sleep"
}

/// Released in the order of taking, with a sleep between.
pub fn crossed(outer: &SpinLock<u32>, inner: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = outer.lock();
    let second = inner.lock();
    let sum = *first + *second;
    drop(first);
    let sum = sum + *table.lock(); // want: "may sleep"
    drop(second);
    sum
}

/// A labelled block is left before the drop.
pub fn labelled(lock: &SpinLock<u32>, table: &Mutex<u32>, quick: bool) -> u32 {
    let count = lock.lock();
    let sum = 'out: {
        if quick {
            break 'out 1;
        }
        *table.lock() // want: "may sleep"
    };
    *count + sum
}
