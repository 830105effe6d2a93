// SPDX-License-Identifier: Apache-2.0 OR MIT

//! Allocations that may wait for memory, made under a spinlock.

use kernel::alloc::Flags;
use kernel::prelude::*;
use kernel::sync::{Arc, SpinLock};

/// Boxes a value.
pub fn boxed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_KERNEL)?; // want: "may sleep"
    Ok(boxed)
}

/// Grows a vector.
pub fn pushed(lock: &SpinLock<u32>, log: &mut KVec<u32>) -> Result {
    let count = lock.lock();
    log.push(*count, GFP_KERNEL)?; // want: "may sleep"
    Ok(())
}

/// Grows a vector that lives inside the lock.
pub fn pushed_inside(log: &SpinLock<KVec<u32>>) -> Result {
    log.lock().push(1, GFP_KERNEL)?; // want: "may sleep"
    Ok(())
}

/// Makes a vector of a known size.
pub fn sized(lock: &SpinLock<u32>) -> Result<KVec<u32>> {
    let count = lock.lock();
    let mut log = KVec::with_capacity(16, GFP_KERNEL)?; // want: "may sleep"
    log.push(*count, GFP_ATOMIC)?;
    Ok(log)
}

/// Makes a reference counted value.
pub fn counted(lock: &SpinLock<u32>) -> Result<Arc<u32>> {
    let count = lock.lock();
    let shared = Arc::new(*count, GFP_KERNEL)?; // want: "may sleep"
    Ok(shared)
}

/// Accounts the memory to the task, which changes nothing about the wait.
pub fn accounted(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_KERNEL_ACCOUNT)?; // want: "may sleep"
    Ok(boxed)
}

/// Extra flags do not take the permission to wait away.
pub fn zeroed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    let boxed = KBox::new(*count, GFP_KERNEL | __GFP_ZERO)?; // want: "may sleep"
    Ok(boxed)
}

fn make(value: u32, flags: Flags) -> Result<KBox<u32>> {
    Ok(KBox::new(value, flags)?)
}

/// The flags travel through a parameter.
pub fn passed(lock: &SpinLock<u32>) -> Result<KBox<u32>> {
    let count = lock.lock();
    make(*count, GFP_KERNEL) // want: "may sleep"
}

/// The flags depend on the caller, who may well be allowed to wait.
pub fn chosen(lock: &SpinLock<u32>, patient: bool) -> Result<KBox<u32>> {
    let flags = if patient { GFP_KERNEL } else { GFP_ATOMIC };
    let count = lock.lock();
    make(*count, flags) // want: "may sleep"
}
