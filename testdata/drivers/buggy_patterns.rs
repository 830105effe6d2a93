// SPDX-License-Identifier: Apache-2.0 OR MIT

//! `if let`, `match`, `let else` and `?` around guards and sleeping calls.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

/// The guard of the scrutinee lives to the end of the `if let`.
pub fn if_let(slot: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    if let Some(value) = *slot.lock() {
        value + *table.lock() // want: "may sleep"
    } else {
        0
    }
}

/// In this edition it lives through the `else` as well.
pub fn if_let_else(slot: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    if let Some(value) = *slot.lock() {
        value
    } else {
        *table.lock() // want: "may sleep"
    }
}

/// The same with `match`.
pub fn scrutinee(slot: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    match *slot.lock() {
        0 => *table.lock(), // want: "may sleep"
        value => value,
    }
}

/// The same with `while let`.
pub fn while_let(queue: &SpinLock<KVec<u32>>, table: &Mutex<u32>) {
    while let Some(value) = queue.lock().first() {
        *table.lock() += *value; // want: "may sleep"
    }
}

/// The same with `for`.
pub fn iterated(queue: &SpinLock<KVec<u32>>, table: &Mutex<u32>) {
    for value in queue.lock().iter() {
        *table.lock() += *value; // want: "may sleep"
    }
}

fn checked(table: &Mutex<u32>) -> Result<u32> {
    match *table.lock() {
        0 => Err(EINVAL),
        value => Ok(value),
    }
}

/// The question mark neither adds nor takes anything away.
pub fn question(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let count = lock.lock();
    let value = checked(table)?; // want: "may sleep"
    Ok(*count + value)
}

/// `let else` with a guard that outlives it.
pub fn let_else(lock: &SpinLock<Option<u32>>, table: &Mutex<u32>) -> u32 {
    let slot = lock.lock();
    let Some(value) = *slot else {
        return *table.lock(); // want: "may sleep"
    };
    value
}

/// Temporaries of one expression are released at its end.
pub fn operands(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let sum = *lock.lock() + *table.lock(); // want: "may sleep"
    sum
}

/// Arguments are temporaries of the call.
pub fn arguments(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    u32::max(*lock.lock(), *table.lock()) // want: "may sleep"
}
