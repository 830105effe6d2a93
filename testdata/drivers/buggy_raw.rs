// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Interrupts off, bottom halves off, raw locks and tries, through plain C calls.

use kernel::bindings;
use kernel::sync::Mutex;

/// Interrupts are off.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn irqsave(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    let flags = unsafe { bindings::_raw_spin_lock_irqsave(lock) };
    let count = *table.lock(); // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock_irqrestore(lock, flags) };
    count
}

/// Bottom halves are off.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn bottom_halves(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::_raw_spin_lock_bh(lock) };
    let count = *table.lock(); // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock_bh(lock) };
    count
}

/// A reader of a spinning lock does not sleep either.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn reader(lock: *mut bindings::rwlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::_raw_read_lock(lock) };
    let count = *table.lock(); // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::_raw_read_unlock(lock) };
    count
}

/// The try succeeded.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn tried(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    if unsafe { bindings::_raw_spin_trylock(lock) } == 0 {
        return 0;
    }
    let count = *table.lock(); // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock(lock) };
    count
}

/// A driver's own guard over a try.
pub struct TryGuard(*mut bindings::raw_spinlock_t);

impl TryGuard {
    /// # Safety
    ///
    /// `lock` must be an initialised lock.
    unsafe fn new(lock: *mut bindings::raw_spinlock_t) -> Option<Self> {
        // SAFETY: By the function's own requirement.
        if unsafe { bindings::_raw_spin_trylock(lock) } != 0 {
            Some(Self(lock))
        } else {
            None
        }
    }
}

impl Drop for TryGuard {
    fn drop(&mut self) {
        // SAFETY: The guard is made only when the lock was taken.
        unsafe { bindings::_raw_spin_unlock(self.0) };
    }
}

/// Sleeps in `Some`.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn tried_guard(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    if let Some(_guard) = unsafe { TryGuard::new(lock) } {
        return *table.lock(); // want: "may sleep"
    }
    0
}
