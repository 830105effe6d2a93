// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Guards that are never dropped: the spinlock stays taken.

use core::mem::{self, ManuallyDrop};
use kernel::bindings;
use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

/// Forgets the guard and goes on as if it had been dropped.
pub fn forgotten(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let copy = *count;
    mem::forget(count);
    copy + *table.lock() // want: "may sleep"
}

fn acquire(lock: &SpinLock<u32>) {
    mem::forget(lock.lock());
}

/// The callee returns with the lock taken.
pub fn in_callee(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    acquire(lock);
    *table.lock() // want: "may sleep"
}

/// `ManuallyDrop` without the manual drop.
pub fn manual(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = ManuallyDrop::new(lock.lock());
    **count + *table.lock() // want: "may sleep"
}

/// Leaked into memory that is never freed.
pub fn leaked(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let guard = KBox::leak(KBox::new(lock.lock(), GFP_ATOMIC)?);
    Ok(**guard + *table.lock()) // want: "may sleep"
}

/// The lock is released by hand once, but was taken twice.
///
/// # Safety
///
/// `raw` must be the lock inside `lock`.
pub unsafe fn half(
    lock: &SpinLock<u32>,
    other: &SpinLock<u32>,
    raw: *mut bindings::spinlock_t,
    table: &Mutex<u32>,
) -> u32 {
    mem::forget(lock.lock());
    mem::forget(other.lock());
    // SAFETY: By the function's own requirement the lock is the one taken above.
    unsafe { bindings::spin_unlock(raw) };
    *table.lock() // want: "may sleep"
}
