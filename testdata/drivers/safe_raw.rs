// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Interrupts off, bottom halves off, raw locks and tries, all ended before the sleep.

use kernel::bindings;
use kernel::sync::Mutex;

/// Interrupts are back on.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn irqsave(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    let flags = unsafe { bindings::_raw_spin_lock_irqsave(lock) };
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock_irqrestore(lock, flags) };
    *table.lock()
}

/// Bottom halves are back on.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn bottom_halves(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::_raw_spin_lock_bh(lock) };
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock_bh(lock) };
    *table.lock()
}

/// The reader is done.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn reader(lock: *mut bindings::rwlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    unsafe { bindings::_raw_read_lock(lock) };
    // SAFETY: Taken above.
    unsafe { bindings::_raw_read_unlock(lock) };
    *table.lock()
}

/// The try failed.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn tried(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    if unsafe { bindings::_raw_spin_trylock(lock) } == 0 {
        return *table.lock();
    }
    // SAFETY: Taken above.
    unsafe { bindings::_raw_spin_unlock(lock) };
    *table.lock()
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

/// Sleeps in `None`.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn tried_guard(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    match unsafe { TryGuard::new(lock) } {
        Some(_guard) => 0,
        None => *table.lock(),
    }
}

/// Asks before it sleeps.
///
/// # Safety
///
/// `lock` must be an initialised lock.
pub unsafe fn tried_asked(lock: *mut bindings::raw_spinlock_t, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    let guard = unsafe { TryGuard::new(lock) };
    let taken = guard.is_some();
    if taken {
        return 1;
    }
    *table.lock()
}
