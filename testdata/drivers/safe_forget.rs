// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Guards that are forgotten while the lock is released by hand, or dropped by hand.

use core::mem::{self, ManuallyDrop};
use kernel::bindings;
use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};

/// Releases the lock by hand.
///
/// # Safety
///
/// `raw` must be the lock inside `lock`.
pub unsafe fn forgotten(
    lock: &SpinLock<u32>,
    raw: *mut bindings::spinlock_t,
    table: &Mutex<u32>,
) -> u32 {
    let count = lock.lock();
    let copy = *count;
    mem::forget(count);
    // SAFETY: By the function's own requirement the lock is the one taken above.
    unsafe { bindings::spin_unlock(raw) };
    copy + *table.lock()
}

fn acquire(lock: &SpinLock<u32>) {
    mem::forget(lock.lock());
}

fn release(raw: *mut bindings::spinlock_t) {
    // SAFETY: Called with the lock taken by `acquire`.
    unsafe { bindings::spin_unlock(raw) };
}

/// One callee returns with the lock taken, another releases it.
pub fn in_callee(lock: &SpinLock<u32>, raw: *mut bindings::spinlock_t, table: &Mutex<u32>) -> u32 {
    acquire(lock);
    release(raw);
    *table.lock()
}

/// `ManuallyDrop` with the manual drop.
pub fn manual(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let mut count = ManuallyDrop::new(lock.lock());
    let copy = **count;
    // SAFETY: The guard is not used again.
    unsafe { ManuallyDrop::drop(&mut count) };
    copy + *table.lock()
}

/// A box of the guard, dropped before the mutex is taken.
pub fn boxed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result<u32> {
    let guard = KBox::new(lock.lock(), GFP_ATOMIC)?;
    let copy = **guard;
    drop(guard);
    Ok(copy + *table.lock())
}

/// Forgetting a mutex's guard leaves the context as it was.
pub fn sleeping_lock(table: &Mutex<u32>, other: &Mutex<u32>) -> u32 {
    mem::forget(table.lock());
    *other.lock()
}
