// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Clean-up closures that run after the spinlock is released, or do not sleep.

use kernel::prelude::*;
use kernel::sync::{Mutex, SpinLock};
use kernel::types::ScopeGuard;

/// The clean-up is older than the guard.
pub fn older(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let _cleanup = ScopeGuard::new(|| *table.lock() = 0);
    let count = lock.lock();
    *count
}

/// Does not sleep.
pub fn quick(lock: &SpinLock<u32>, other: &SpinLock<u32>) -> Result {
    let count = lock.lock();
    let cleanup = ScopeGuard::new(|| *other.lock() = 0);
    if *count == 0 {
        return Err(EINVAL);
    }
    cleanup.dismiss();
    Ok(())
}

/// Always dismissed.
pub fn dismissed(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    let count = lock.lock();
    let cleanup = ScopeGuard::new(|| *table.lock() = 0);
    cleanup.dismiss();
    *count
}

/// The clean-up releases the lock.
pub fn with_data(lock: &SpinLock<u32>, table: &Mutex<u32>) -> u32 {
    {
        let _count = ScopeGuard::new_with_data(lock.lock(), |mut count| *count = 0);
    }
    *table.lock()
}
