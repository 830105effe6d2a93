// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Closures that sleep, run by helpers while a spinlock is held.

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

/// A closure passed to a helper.
pub fn once(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let first = apply(|| *table.lock()); // want: "may sleep"
    *count + first
}

/// A closure called where it was made.
pub fn local(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let read = || *table.lock();
    let count = lock.lock();
    *count + read() // want: "may sleep"
}

/// A closure called in a loop of the helper.
pub fn many(lock: &SpinLock<u32>, table: &Mutex<u32>, values: &[u32]) -> u32 {
    let count = lock.lock();
    each(values, |value| *table.lock() += value); // want: "may sleep"
    *count
}

/// A closure that travels by reference through a second closure.
pub fn nested(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let add = |value| value + *table.lock();
    let count = lock.lock();
    through(&add, *count) // want: "may sleep"
}

/// Combinators of core call their closures on the spot.
pub fn combinators(lock: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    let cached = lock.lock();
    cached.unwrap_or_else(|| *table.lock()) // want: "may sleep"
}

/// An adaptor runs its closure where the iterator is consumed.
pub fn adaptors(lock: &SpinLock<[u32; 4]>, table: &Mutex<u32>) -> u32 {
    let values = lock.lock();
    let scaled = values.iter().map(|value| value * *table.lock());
    scaled.sum() // want: "may sleep"
}

/// A function named as an argument is as good as a closure.
pub fn named(lock: &SpinLock<Option<u32>>) -> Option<Result<KBox<u32>>> {
    let cached = lock.lock();
    cached.map(duplicate) // want: "may sleep"
}

fn duplicate(value: u32) -> Result<KBox<u32>> {
    Ok(KBox::new(value, GFP_KERNEL)?)
}
