// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Helpers that let go of the lock to sleep, entered with exactly that one.

use kernel::bindings;
use kernel::sync::SpinLock;

/// Entered with `lock` taken; sleeps without it.
///
/// # Safety
///
/// The caller must hold `lock` and nothing else that is atomic.
unsafe fn nap(lock: *mut bindings::spinlock_t) {
    // SAFETY: Held by the caller.
    unsafe { bindings::spin_unlock(lock) };
    // SAFETY: Nothing is held.
    unsafe { bindings::msleep(1) };
    // SAFETY: Released above.
    unsafe { bindings::spin_lock(lock) };
}

/// One lock is taken, and one released.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn one(lock: *mut bindings::spinlock_t, other: &SpinLock<u32>) -> u32 {
    let count = *other.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::spin_lock(lock) };
    // SAFETY: Taken above.
    unsafe { nap(lock) };
    // SAFETY: Taken above, and again by `nap`.
    unsafe { bindings::spin_unlock(lock) };
    count
}
