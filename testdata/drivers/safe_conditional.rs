// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Spinlocks taken on some paths only, with every sleep on the others.

use kernel::sync::{Mutex, SpinLock};

/// The sleep asks for the same condition.
pub fn correlated(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let mut count = 0;
    let guard = if take { Some(lock.lock()) } else { None };
    if !take {
        count = *table.lock();
    }
    drop(guard);
    count
}

/// A drop flag, and the sleep on the path without the guard.
pub fn flagged(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let guard;
    if take {
        guard = lock.lock();
        return *guard;
    }
    *table.lock()
}

/// A drop flag whose scope ends before the sleep.
pub fn flagged_scope(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let mut count = 1;
    {
        let guard;
        if take {
            guard = lock.lock();
            count = *guard;
        }
    }
    count + *table.lock()
}

/// Given away on one path, and kept to the end on the other.
pub fn given(lock: &SpinLock<u32>, table: &Mutex<u32>, give: bool) -> u32 {
    let guard = lock.lock();
    if give {
        drop(guard);
        return *table.lock();
    }
    *guard
}

/// Asks the option itself.
pub fn asked(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let guard = if take { Some(lock.lock()) } else { None };
    if guard.is_none() {
        return *table.lock();
    }
    0
}

/// Takes the option apart.
pub fn destructured(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let guard = if take { Some(lock.lock()) } else { None };
    match guard {
        Some(count) => *count,
        None => *table.lock(),
    }
}

/// The branches of a match.
pub fn matched(lock: &SpinLock<u32>, table: &Mutex<u32>, mode: u8) -> u32 {
    let guard = match mode {
        0 => None,
        1 | 2 => Some(lock.lock()),
        _ => return 0,
    };
    if mode == 0 {
        return *table.lock();
    }
    drop(guard);
    1
}

/// A boolean remembers whether the lock was taken.
pub fn remembered(lock: &SpinLock<u32>, table: &Mutex<u32>, level: u32) -> u32 {
    let mut locked = false;
    let mut guard = None;
    if level > 3 {
        guard = Some(lock.lock());
        locked = true;
    }
    let count = if locked { 0 } else { *table.lock() };
    drop(guard);
    count
}
