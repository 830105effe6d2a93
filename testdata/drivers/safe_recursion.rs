// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Functions that call themselves, directly and in turns.

use kernel::sync::{Mutex, SpinLock};

fn descend(lock: &SpinLock<u32>, depth: u32) -> u32 {
    if depth == 0 {
        return *lock.lock();
    }
    1 + descend(lock, depth - 1)
}

fn even(depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    odd(depth - 1)
}

fn odd(depth: u32) -> u32 {
    if depth == 0 {
        return 1;
    }
    even(depth - 1)
}

/// Nothing sleeps at the bottom.
pub fn direct(lock: &SpinLock<u32>, other: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    descend(other, *count)
}

/// Two functions in turns.
pub fn mutual(lock: &SpinLock<u32>) -> u32 {
    let count = lock.lock();
    even(*count)
}

/// Releases the lock before it goes down.
pub fn stacked(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    match locks {
        [] => *table.lock(),
        [first, rest @ ..] => {
            let count = *first.lock();
            count + stacked(rest, table)
        }
    }
}
