// SPDX-License-Identifier: Apache-2.0 OR MIT
//! Locks that are taken on some paths, and values that tell which.

use crate::kern::*;

/// `try_lock` is one lock in `Some`.
pub fn buggy_try_lock(lock: &SpinLock<u32>) {
    if let Some(guard) = lock.try_lock() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_try_lock(lock: &SpinLock<u32>) {
    if let Some(guard) = lock.try_lock() {
        drop(guard);
        sleep();
    } else {
        sleep();
    }
}

/// The same by `match`.
pub fn buggy_match(lock: &SpinLock<u32>) {
    match lock.try_lock() {
        Some(_guard) => sleep(), // want: "may sleep"
        None => sleep(),
    }
}

pub fn safe_match(lock: &SpinLock<u32>) {
    match lock.try_lock() {
        Some(_guard) => (),
        None => sleep(),
    }
}

/// The same by `?`.
pub fn buggy_question_mark(lock: &SpinLock<u32>) -> Option<u32> {
    let guard = lock.try_lock()?;
    sleep(); // want: "may sleep"
    Some(*guard)
}

pub fn safe_question_mark(lock: &SpinLock<u32>) -> Option<u32> {
    let n = *lock.try_lock()?;
    sleep();
    Some(n)
}

/// The same by `let else`.
pub fn buggy_let_else(lock: &SpinLock<u32>) {
    let Some(guard) = lock.try_lock() else {
        return;
    };
    sleep(); // want: "may sleep"
}

pub fn safe_let_else(lock: &SpinLock<u32>) {
    let Some(guard) = lock.try_lock() else {
        sleep();
        return;
    };
}

/// `is_some()` tells without taking the option apart.
pub fn buggy_is_some(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if guard.is_some() {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_is_some(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    if !guard.is_some() {
        sleep();
    }
}

/// `is_none()` kept in a variable.
pub fn buggy_is_none(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    let missed = guard.is_none();
    if !missed {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_is_none(lock: &SpinLock<u32>) {
    let guard = lock.try_lock();
    let missed = guard.is_none();
    if missed {
        sleep();
    }
}

/// A combinator passes the guard on.
pub fn buggy_combinator(lock: &SpinLock<u32>) -> Option<u32> {
    lock.try_lock().map(|guard| { // want: "may sleep"
        sleep();
        *guard
    })
}

pub fn safe_combinator(lock: &SpinLock<u32>) -> Option<u32> {
    lock.try_lock().map(|guard| *guard).or_else(|| {
        sleep();
        None
    })
}

/// `Result` carries the guard as well.
fn held(lock: &SpinLock<u32>) -> Result<SpinGuard<'_, u32>, i32> {
    lock.try_lock().ok_or(-16)
}

pub fn buggy_result(lock: &SpinLock<u32>) -> Result<u32, i32> {
    let guard = held(lock)?;
    sleep(); // want: "may sleep"
    Ok(*guard)
}

pub fn safe_result(lock: &SpinLock<u32>) -> Result<u32, i32> {
    match held(lock) {
        Ok(guard) => Ok(*guard),
        Err(e) => {
            sleep();
            Err(e)
        }
    }
}

/// A boolean remembers that the lock was taken.
pub fn buggy_boolean(lock: &mut bindings::spinlock_t) {
    let taken = unsafe { bindings::spin_trylock(lock) } != 0;
    if taken {
        sleep(); // want: "may sleep"
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_boolean(lock: &mut bindings::spinlock_t) {
    let taken = unsafe { bindings::spin_trylock(lock) } != 0;
    if taken {
        unsafe { bindings::spin_unlock(lock) };
    }
    sleep();
}

/// The two conditions must be the same.
pub fn buggy_correlated(lock: &mut bindings::spinlock_t, take: bool, sleeps: bool) {
    if take {
        unsafe { bindings::spin_lock(lock) };
    }
    if sleeps {
        sleep(); // want: "may sleep"
    }
    if take {
        unsafe { bindings::spin_unlock(lock) };
    }
}

pub fn safe_correlated(lock: &mut bindings::spinlock_t, take: bool, sleeps: bool) {
    if take {
        unsafe { bindings::spin_lock(lock) };
    }
    if !take {
        sleep();
    }
    if take {
        unsafe { bindings::spin_unlock(lock) };
    }
}

/// Released on one path only, and nothing tells which.
pub fn buggy_unbalanced(lock: &mut bindings::spinlock_t, n: &mut u32) {
    unsafe { bindings::spin_lock(lock) };
    if unsafe { bindings::sensor() } > 3 {
        unsafe { bindings::spin_unlock(lock) };
    }
} // want: "on some paths"

pub fn safe_unbalanced(lock: &mut bindings::spinlock_t, n: &mut u32) {
    unsafe { bindings::spin_lock(lock) };
    if unsafe { bindings::sensor() } > 3 {
        *n = 0;
    }
    unsafe { bindings::spin_unlock(lock) };
}

/// Flags that are a constant.
pub fn buggy_flags(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, GFP_KERNEL) // want: "may sleep"
}

pub fn safe_flags(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, GFP_ATOMIC)
}

/// Flags put together of two.
pub fn buggy_flags_or(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, GFP_KERNEL | GFP_NOWARN) // want: "may sleep"
}

pub fn safe_flags_or(lock: &SpinLock<u32>) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, GFP_ATOMIC | GFP_NOWARN)
}

/// Flags masked.
pub fn buggy_flags_mask(lock: &SpinLock<u32>, flags: Flags) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, Flags(flags.0 & !0x80)) // want: "may sleep"
}

pub fn safe_flags_mask(lock: &SpinLock<u32>, flags: Flags) -> Result<Box<u32>, NoMemory> {
    let guard = lock.lock();
    Box::new(*guard, Flags(flags.0 & !0x400))
}

/// Flags that are the caller's.
fn grow(to: &mut Vec<u32>, flags: Flags) -> Result<(), NoMemory> {
    to.push(1, flags)
}

pub fn buggy_flags_param(lock: &SpinLock<u32>, to: &mut Vec<u32>) -> Result<(), NoMemory> {
    let guard = lock.lock();
    grow(to, GFP_KERNEL) // want: "may sleep"
}

pub fn safe_flags_param(lock: &SpinLock<u32>, to: &mut Vec<u32>) -> Result<(), NoMemory> {
    let guard = lock.lock();
    grow(to, GFP_ATOMIC)
}

/// Flags chosen by whether the lock is held.
pub fn buggy_flags_chosen(lock: &SpinLock<u32>, held: bool) -> Result<Box<u32>, NoMemory> {
    let guard = if held { Some(lock.lock()) } else { None };
    let flags = if held { GFP_KERNEL } else { GFP_ATOMIC };
    Box::new(1, flags) // want: "may sleep"
}

pub fn safe_flags_chosen(lock: &SpinLock<u32>, held: bool) -> Result<Box<u32>, NoMemory> {
    let guard = if held { Some(lock.lock()) } else { None };
    let flags = if held { GFP_ATOMIC } else { GFP_KERNEL };
    Box::new(1, flags)
}

/// A loop that tries until it has the lock.
pub fn buggy_retry(lock: &SpinLock<u32>) {
    let guard = loop {
        if let Some(guard) = lock.try_lock() {
            break guard;
        }
        sleep();
    };
    sleep(); // want: "may sleep"
}

pub fn safe_retry(lock: &SpinLock<u32>) -> u32 {
    let guard = loop {
        if let Some(guard) = lock.try_lock() {
            break guard;
        }
        sleep();
    };
    *guard
}

/// A count that decides.
pub fn buggy_compare(lock: &SpinLock<u32>, level: u32) {
    let guard = if level > 2 { Some(lock.lock()) } else { None };
    if level > 1 {
        sleep(); // want: "may sleep"
    }
}

pub fn safe_compare(lock: &SpinLock<u32>, level: u32) {
    let guard = if level > 2 { Some(lock.lock()) } else { None };
    if level < 2 {
        sleep();
    }
}

/// An enum of the driver's own says what is held.
pub enum Held<'a> {
    Spin(SpinGuard<'a, u32>),
    Mutex(MutexGuard<'a, u32>),
    Nothing,
}

fn hold<'a>(spin: &'a SpinLock<u32>, mutex: &'a Mutex<u32>, how: u8) -> Held<'a> {
    match how {
        0 => Held::Spin(spin.lock()),
        1 => Held::Mutex(mutex.lock()),
        _ => Held::Nothing,
    }
}

pub fn buggy_own_enum(spin: &SpinLock<u32>, mutex: &Mutex<u32>, how: u8) {
    match hold(spin, mutex, how) {
        Held::Spin(guard) => sleep(), // want: "may sleep"
        Held::Mutex(guard) => sleep(),
        Held::Nothing => sleep(),
    }
}

pub fn safe_own_enum(spin: &SpinLock<u32>, mutex: &Mutex<u32>, how: u8) {
    match hold(spin, mutex, how) {
        Held::Spin(guard) => (),
        Held::Mutex(guard) => sleep(),
        Held::Nothing => sleep(),
    }
}
