// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Spinlocks taken on some paths only, with a sleep on one of them.

use kernel::sync::{Mutex, SpinLock};

/// The sleep does not ask whether the lock was taken.
pub fn uncorrelated(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let guard = if take { Some(lock.lock()) } else { None };
    let count = *table.lock(); // want: "may sleep"
    drop(guard);
    count
}

/// The condition is the wrong way round.
pub fn inverted(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let mut count = 0;
    let guard = if take { Some(lock.lock()) } else { None };
    if take {
        count = *table.lock(); // want: "may sleep"
    }
    drop(guard);
    count
}

/// Two conditions that have nothing to do with each other.
pub fn unrelated(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool, read: bool) -> u32 {
    let _guard;
    if take {
        _guard = lock.lock();
    }
    if read {
        return *table.lock(); // want: "may sleep"
    }
    0
}

/// A drop flag: `guard` is there on one path only.
pub fn flagged(lock: &SpinLock<u32>, table: &Mutex<u32>, take: bool) -> u32 {
    let guard;
    let mut count = 1;
    if take {
        guard = lock.lock();
        count = *guard;
    }
    count + *table.lock() // want: "may sleep"
}

/// Given away on one path only.
pub fn given(lock: &SpinLock<u32>, table: &Mutex<u32>, give: bool) -> u32 {
    let guard = lock.lock();
    if give {
        drop(guard);
    }
    *table.lock() // want: "may sleep"
}

/// A comparison decides.
pub fn compared(lock: &SpinLock<u32>, table: &Mutex<u32>, level: u32) -> u32 {
    let guard = if level > 3 { Some(lock.lock()) } else { None };
    let count = if level > 2 { *table.lock() } else { 0 }; // want: "may sleep"
    drop(guard);
    count
}

/// The branches of a match.
pub fn matched(lock: &SpinLock<u32>, table: &Mutex<u32>, mode: u8) -> u32 {
    let guard = match mode {
        0 => None,
        1 | 2 => Some(lock.lock()),
        _ => return 0,
    };
    if mode != 1 {
        return *table.lock(); // want: "may sleep"
    }
    drop(guard);
    1
}
