// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Closures that do not sleep under the spinlock, or run after it.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

fn apply<R>(f: impl FnOnce() -> R) -> R {
    f()
}

fn each(values: &[u32], mut f: impl FnMut(u32)) {
    for &value in values {
        f(value);
    }
}

fn through<F: Fn(u32) -> u32>(f: &F, value: u32) -> u32 {
    apply(|| f(value))
}

/// The same helper with a closure that only computes.
pub fn once(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let first = apply(|| *table.lock());
    let count = lock.lock();
    apply(|| *count + first)
}

/// The closure is made under the lock and called after it.
pub fn local(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let read = || *table.lock();
    let copy = *count;
    drop(count);
    copy + read()
}

/// The spinlock is taken inside the closure.
pub fn many(lock: &SpinLock<u32>, table: &Mutex<u32>, values: &[u32]) -> u32 {
    each(values, |value| *lock.lock() += value);
    each(values, |value| *table.lock() += value);
    let count = lock.lock();
    *count
}

/// A closure that travels by reference through a second closure.
pub fn nested(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let base = *table.lock();
    let add = |value| value + base;
    let count = lock.lock();
    through(&add, *count)
}

/// The default is computed before the lock is taken.
pub fn combinators(lock: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    let fallback = *table.lock();
    let cached = lock.lock();
    cached.unwrap_or_else(|| fallback)
}

/// The adaptor is lazy: nothing runs before the lock is gone.
pub fn adaptors(lock: &SpinLock<u32>, table: &Mutex<u32>, values: &[u32]) -> u32 {
    let count = lock.lock();
    let scaled = values.iter().map(|value| value * *table.lock());
    let copy = *count;
    drop(count);
    copy + scaled.sum::<u32>()
}

/// The function passed does not wait.
pub fn named(lock: &SpinLock<Option<u32>>) -> Option<Result<KBox<u32>>> {
    let cached = lock.lock();
    cached.map(duplicate)
}

fn duplicate(value: u32) -> Result<KBox<u32>> {
    Ok(KBox::new(value, GFP_ATOMIC)?)
}
