// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Memory that is mapped page by page: making and freeing it may sleep, whatever the flags.

use kernel::prelude::*;
use kernel::sync::SpinLock;

/// Makes a mapping under the lock.
pub fn made(lock: &SpinLock<u32>) -> Result<VBox<u32>> {
    let count = lock.lock();
    let mapped = VBox::new(*count, GFP_KERNEL)?; // want: "may sleep"
    Ok(mapped)
}

/// Frees a mapping under the lock.
pub fn freed(lock: &SpinLock<u32>, spare: VBox<u32>) -> u32 {
    let count = lock.lock();
    drop(spare); // want: "may sleep"
    *count
}

/// Frees a vector of mapped pages where its scope ends, before the lock is released.
pub fn scoped(lock: &SpinLock<u32>) -> Result<u32> {
    let log = VVec::<u32>::with_capacity(512, GFP_KERNEL)?;
    let count = lock.lock();
    let taken = log;
    Ok(*count + taken.len() as u32)
} // want: "may sleep"
