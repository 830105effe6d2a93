// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Memory that is mapped page by page, made and freed outside the spinlock.

use kernel::prelude::*;
use kernel::sync::SpinLock;

/// Makes a mapping after the lock.
pub fn made(lock: &SpinLock<u32>) -> Result<VBox<u32>> {
    let count = *lock.lock();
    Ok(VBox::new(count, GFP_KERNEL)?)
}

/// Frees a mapping after the lock.
pub fn freed(lock: &SpinLock<u32>, spare: VBox<u32>) -> u32 {
    let count = lock.lock();
    let copy = *count;
    drop(count);
    drop(spare);
    copy
}

/// The vector is older than the lock, so it is dropped after it.
pub fn scoped(lock: &SpinLock<u32>) -> Result<u32> {
    let log = VVec::<u32>::with_capacity(512, GFP_KERNEL)?;
    let count = lock.lock();
    Ok(*count + log.len() as u32)
}
