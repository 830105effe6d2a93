// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! `if let`, `match`, `let else` and `?`, with the guard gone before the sleep.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

/// The guard is dropped at the end of the `let`.
pub fn if_let(slot: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    let copy = *slot.lock();
    if let Some(value) = copy {
        value + *table.lock()
    } else {
        0
    }
}

/// The condition of an `if` is dropped before its body.
pub fn condition(slot: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    if *slot.lock() == 0 {
        *table.lock()
    } else {
        1
    }
}

/// The condition of a `while`, too.
pub fn loop_condition(slot: &SpinLock<u32>, table: &Mutex<u32>) {
    while *slot.lock() != 0 {
        *table.lock() += 1;
    }
}

/// A block makes a temporary end early.
pub fn scrutinee(slot: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    match {
        let copy = *slot.lock();
        copy
    } {
        0 => *table.lock(),
        value => value,
    }
}

fn pop(queue: &SpinLock<Option<u32>>) -> Option<u32> {
    queue.lock().take()
}

/// The guard stays in the callee.
pub fn while_let(queue: &SpinLock<Option<u32>>, table: &Mutex<u32>) {
    while let Some(value) = pop(queue) {
        *table.lock() += value;
    }
}

fn checked(lock: &SpinLock<u32>) -> Result<u32> {
    match *lock.lock() {
        0 => Err(EINVAL),
        value => Ok(value),
    }
}

/// An early return through `?`, and a sleep after it.
pub fn question(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let value = checked(lock)?;
    Ok(value + *table.lock())
}

/// `?` under a guard drops it on the way out.
pub fn question_held(
    lock: &SpinLock<u32>,
    other: &SpinLock<u32>,
    table: &Mutex<u32>,
) -> Result<u32> {
    let value = {
        let count = lock.lock();
        *count + checked(other)?
    };
    Ok(value + *table.lock())
}

/// `let else` with a copy.
pub fn let_else(lock: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    let Some(value) = pop(lock) else {
        return *table.lock();
    };
    value
}

/// The sleep comes first, the temporary after it.
pub fn operands(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    *table.lock() + *lock.lock()
}

/// Passes a value on only where there is one: dropping nothing does nothing.
pub fn passed_on(slot: Option<KBox<u32>>, lock: &SpinLock<u32>) -> Option<KBox<u32>> {
    let _count = lock.lock();
    if let Some(value) = slot {
        return Some(value);
    }
    None
}
