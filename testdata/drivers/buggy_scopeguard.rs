// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Clean-up closures that sleep, run while the spinlock is still held.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};
use kernel::types::ScopeGuard;

/// The clean-up is younger than the guard.
pub fn younger(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let _cleanup = ScopeGuard::new(|| *table.lock() = 0);
    *count
} // want: "may sleep"

/// Dismissed on one path, run on the other.
pub fn dismissed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> Result {
    let count = lock.lock();
    let cleanup = ScopeGuard::new(|| *table.lock() = 0);
    if *count == 0 {
        return Err(EINVAL); // allow: "may sleep"
    }
    cleanup.dismiss();
    Ok(())
} // want: "may sleep"

/// The clean-up releases the lock, but too late.
pub fn with_data(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = ScopeGuard::new_with_data(lock.lock(), |mut count| *count = 0);
    **count + *table.lock() // want: "may sleep"
}
