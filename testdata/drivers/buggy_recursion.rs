// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Functions that call themselves, directly and in turns.

use kernel::sync::{Mutex, SpinLock};

fn descend(table: &Mutex<u32>, depth: u32) -> u32 {
    if depth == 0 {
        return *table.lock();
    }
    1 + descend(table, depth - 1)
}

fn even(table: &Mutex<u32>, depth: u32) -> u32 {
    if depth == 0 {
        return 0;
    }
    odd(table, depth - 1)
}

fn odd(table: &Mutex<u32>, depth: u32) -> u32 {
    if depth == 0 {
        return *table.lock();
    }
    even(table, depth - 1)
}

/// The sleep waits at the bottom.
pub fn direct(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    descend(table, *count) // want: "may sleep"
}

/// Two functions in turns.
pub fn mutual(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    even(table, *count) // want: "may sleep"
}

/// Takes a lock and goes down with it.
pub fn stacked(locks: &[SpinLock<u32>], table: &Mutex<u32>) -> u32 {
    match locks {
        [] => *table.lock(),
        [first, rest @ ..] => {
            let count = first.lock();
            *count + stacked(rest, table) // want: "may sleep"
        }
    }
}
