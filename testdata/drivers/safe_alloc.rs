// SPDX-License-Identifier: Apache-2.0 OR MIT
// want-none

//! Allocations that do not wait for memory, or are made before the spinlock is taken.

use kernel::alloc::Flags;
use kernel::prelude::*;
use kernel::sync::{Arc, SpinLock};

/// Boxes a value without waiting.
pub fn boxed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_ATOMIC)?;
    Ok(boxed)
}

/// Gives up rather than dig into the reserves.
pub fn boxed_nowait(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_NOWAIT)?;
    Ok(boxed)
}

/// Grows a vector without waiting.
pub fn pushed(lock: &SpinLock<u32>, log: &mut KVec<u32>) -> Result {
    let count = lock.lock();
    log.push(*count, GFP_ATOMIC)?;
    Ok(())
}

/// Grows a vector that lives inside the lock.
pub fn pushed_inside(log: &SpinLock<KVec<u32>>) -> Result {
    log.lock().push(1, GFP_ATOMIC)?;
    Ok(())
}

/// Makes room first.
pub fn sized(lock: &SpinLock<u32>) -> Result<KVec<u32>> {
    let mut log = KVec::with_capacity(16, GFP_KERNEL)?;
    let count = lock.lock();
    log.push(*count, GFP_ATOMIC)?;
    Ok(log)
}

/// Makes a reference counted value without waiting.
pub fn counted(lock: &SpinLock<u32>) -> Result<Arc<u32>> {
    let count = lock.lock();
    let shared = Arc::new(*count, GFP_NOWAIT)?;
    Ok(shared)
}

/// Reads under the lock and allocates after it.
pub fn afterwards(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = *lock.lock();
    Ok(KBox::new(count, GFP_KERNEL_ACCOUNT)?)
}

/// Extra flags do not give the permission to wait.
pub fn zeroed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_ATOMIC | __GFP_ZERO)?;
    Ok(boxed)
}

fn make(value: u32, flags: Flags) -> Result<KBox<u32>> {
    Ok(KBox::new(value, flags)?)
}

/// The flags travel through a parameter.
pub fn passed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    make(*count, GFP_ATOMIC)
}

/// Neither choice may wait.
pub fn chosen(lock: &SpinLock<u32>, urgent: bool) -> Result<KBox<u32>> {
    let flags = if urgent { GFP_ATOMIC } else { GFP_NOWAIT };
    let count = lock.lock();
    make(*count, flags)
}

/// Frees memory under the lock, which any context may do.
pub fn freed(lock: &SpinLock<u32>, spare: KBox<u32>) -> u32 {
    let count = lock.lock();
    drop(spare);
    *count
}
