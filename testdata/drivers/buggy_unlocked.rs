// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Helpers that let go of the lock to sleep, entered with one lock more than they release.

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

/// The other lock is still taken.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn two(lock: *mut bindings::spinlock_t, other: &SpinLock<u32>) -> u32 {
    let count = other.lock();
    // SAFETY: By the function's own requirement.
    unsafe { bindings::spin_lock(lock) };
    // SAFETY: The requirement to hold nothing else is broken here.
    unsafe { nap(lock) }; // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::spin_unlock(lock) };
    *count
}
