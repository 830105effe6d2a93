// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Scopes, loops and early exits that end a guard before the sleep.

use kernel::sync::{Mutex, SpinLock};

/// A wildcard binds nothing: the guard is dropped at once.
#[allow(let_underscore_lock)]
pub fn underscore(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _ = lock.lock();
    *table.lock()
}

/// A statement of its own.
pub fn statement(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    *lock.lock() += 1;
    *table.lock()
}

/// Dropped by hand.
pub fn dropped(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let copy = *count;
    drop(count);
    copy + *table.lock()
}

/// The block ends before the sleep.
pub fn block(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let copy = {
        let count = lock.lock();
        *count
    };
    copy + *table.lock()
}

/// Every round takes and releases.
pub fn in_loop(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    let mut sum = 0;
    for lock in locks {
        let count = lock.lock();
        sum += *count;
        drop(count);
        sum += *table.lock();
    }
    sum
}

/// `continue` and `break` release as well.
pub fn jumps(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    for lock in locks {
        let count = lock.lock();
        if *count == 0 {
            continue;
        }
        if *count == 1 {
            break;
        }
    }
    *table.lock()
}

/// The guard that breaks out of the loop is dropped after it.
pub fn broken_out(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    let found = loop {
        let guard = locks[0].lock();
        if *guard != 0 {
            break guard;
        }
    };
    let copy = *found;
    drop(found);
    copy + *table.lock()
}

/// The early exit drops the guard first.
pub fn early(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    if *count == 0 {
        drop(count);
        return *table.lock();
    }
    *count
}

/// Both guards are gone.
pub fn nested(outer: &SpinLock<u32>, inner: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = outer.lock();
    let second = inner.lock();
    let sum = *first + *second;
    drop(first);
    drop(second);
    sum + *table.lock()
}

/// Locks again after the sleep.
pub fn relocked(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut count = lock.lock();
    while *count != 0 {
        drop(count);
        *table.lock() += 1;
        count = lock.lock();
    }
    *count
}

/// A labelled block is left with the guard gone.
pub fn labelled(lock: &SpinLock<u32>, table: &Mutex<u32>, quick: bool) -> u32 {
    let copy = 'out: {
        let count = lock.lock();
        if quick {
            break 'out 1;
        }
        *count
    };
    copy + *table.lock()
}
