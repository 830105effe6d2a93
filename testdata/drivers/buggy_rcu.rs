// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Sleeping inside a read-side critical section of RCU.

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

/// Waits for itself.
pub fn grace_period() {
    // SAFETY: Released below.
    unsafe { bindings::__rcu_read_lock() };
    // SAFETY: The requirement to hold no read lock is broken here.
    unsafe { bindings::synchronize_rcu() }; // want: "may sleep"
    // SAFETY: Taken above.
    unsafe { bindings::__rcu_read_unlock() };
}

/// A guard of the driver's own.
pub fn guarded(table: &Mutex<u32>) -> u32 {
    let _guard = ReadGuard::new();
    *table.lock() // want: "may sleep"
}

/// Sections nest, and the inner end does not end the outer one.
pub fn nested(table: &Mutex<u32>) -> u32 {
    let _outer = ReadGuard::new();
    drop(ReadGuard::new());
    *table.lock() // want: "may sleep"
}
