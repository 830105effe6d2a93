// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Sleeping outside the read-side critical section of RCU, or in one of SRCU.

use kernel::bindings;
use kernel::sync::Mutex;

struct ReadGuard(());

impl ReadGuard {
    fn new() -> Self {
        // SAFETY: Released when the guard is dropped.
        unsafe { bindings::__rcu_read_lock() };
        Self(())
    }
}

impl Drop for ReadGuard {
    fn drop(&mut self) {
        // SAFETY: Taken when the guard was made.
        unsafe { bindings::__rcu_read_unlock() };
    }
}

/// Waits after the section.
pub fn grace_period() {
    // SAFETY: Released below.
    unsafe { bindings::__rcu_read_lock() };
    // SAFETY: Taken above.
    unsafe { bindings::__rcu_read_unlock() };
    // SAFETY: No read lock is held.
    unsafe { bindings::synchronize_rcu() };
}

/// A guard of the driver's own.
pub fn guarded(table: &Mutex<u32>) -> u32 {
    {
        let _guard = ReadGuard::new();
    }
    *table.lock()
}

/// Sleepable RCU is what its name says.
///
/// # Safety
///
/// `domain` must be an initialised SRCU domain.
pub unsafe fn sleepable(domain: *mut bindings::srcu_struct, table: &Mutex<u32>) -> u32 {
    // SAFETY: By the function's own requirement.
    let index = unsafe { bindings::__srcu_read_lock(domain) };
    let count = *table.lock();
    // SAFETY: Taken above.
    unsafe { bindings::__srcu_read_unlock(domain, index) };
    count
}
